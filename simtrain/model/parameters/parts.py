"""Parts of the parameters in force, and which of them are the same.

A part is a function of the tables that it looks at and of the numbers that it settles. Points of a
sweep, and a scenario and what its changes make of it, have most tables in common, and in most parts
no number is uncertain: so what a part looks at is noted when it is first made, and where a scenario
has the same objects there, it is not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.model.parameters.settled import Settle, at_middle

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario

Make = Callable[..., Any]
"""Makes a part of a scenario, with a `Settle`, of the scenario at the start, and perhaps a name.

Which tables it looks at must not hang on what numbers are settled to.
"""

_MOST_KEPT = 20_000
_PLAIN = frozenset({type(None), bool, int, float, str})
"""Classes of values that are the same where they are equal."""


class Look(NamedTuple):
    """Something that a part looked at: a table, or the row of a name; the names of all for None."""

    of_start: bool
    table: str
    row: str | None = ""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the parameters.

    Parameters
    ----------
    make, names
        What makes it, and of what names.
    middle
        The part, with numbers that are uncertain at their middle.
    is_certain
        Whether no number in it is uncertain, so that it is the same in all trials.
    seen
        All that it looked at, which is why it stays the same.
    """

    make: Make
    names: tuple[str, ...]
    middle: Any
    is_certain: bool
    seen: tuple[Any, ...]


_known: dict[tuple[Make, tuple[str, ...]], dict[tuple[Look, ...], dict[tuple[Any, ...], Part]]] = {}
_kept = 0


def part_of(make: Make, names: tuple[str, ...], scenario: Scenario, start: Scenario) -> Part:
    """Part of `scenario`, which is what changes made of the scenario at the `start`."""
    global _kept
    known = _known.setdefault((make, names), {})
    for looks, parts in known.items():
        found = parts.get(tuple([_same(_seen(look, scenario, start)) for look in looks]))
        if found is not None:
            return found
    seen: dict[Look, Any] = {}
    uncertain = False

    def settle(path: str, number: Number) -> Law:
        nonlocal uncertain
        uncertain = uncertain or not number.is_certain
        return at_middle(path, number)

    watched = _Watched(scenario, seen, False), settle, _Watched(start, seen, True)
    middle = make(*watched, *names)
    part = Part(make, names, middle, not uncertain, tuple(seen.values()))
    if _kept >= _MOST_KEPT:
        _known.clear()
        _kept, known = 0, _known.setdefault((make, names), {})
    known.setdefault(tuple(seen), {})[tuple(map(_same, seen.values()))] = part
    _kept += 1
    return part


def _seen(look: Look, scenario: Scenario, start: Scenario) -> Any:
    table = getattr(start if look.of_start else scenario, look.table)
    if look.row == "":
        return table
    return tuple(table) if look.row is None else table.get(look.row)


def _same(value: Any) -> Any:
    """What is equal only for what is the same: objects by which they are, as they do not change."""
    of = type(value)
    if of in _PLAIN:
        return of, value
    return tuple(map(_same, value)) if of is tuple else id(value)


_attribute = cache(partial(getattr_static, default=None))
"""Attribute of a class as it is defined: a property itself, and not its value."""


class _Watched:
    """A scenario that notes which of its tables are looked at."""

    def __init__(self, scenario: Scenario, seen: dict[Look, Any], of_start: bool):
        self._scenario, self._seen, self._of_start = scenario, seen, of_start

    def __getattr__(self, name: str) -> Any:
        own = _attribute(type(self._scenario), name)
        if isinstance(own, property) and own.fget is not None:
            return own.fget(self)
        if isinstance(own, cached_property):
            return own.func(self)
        if isinstance(own, FunctionType):
            return MethodType(own, self)
        value = getattr(self._scenario, name)
        if isinstance(value, dict):
            return _WatchedRows(value, self._seen, Look(self._of_start, name))
        self._seen[Look(self._of_start, name)] = value
        return value


class _WatchedRows(Mapping[str, Any]):
    """The same of rows by name."""

    def __init__(self, rows: dict[str, Any], seen: dict[Look, Any], look: Look):
        self._rows, self._seen, self._look = rows, seen, look

    def __getitem__(self, name: str) -> Any:
        self._seen[self._look._replace(row=name)] = self._rows.get(name)
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        self._seen[self._look._replace(row=None)] = tuple(self._rows)
        return iter(self._rows)

    def __len__(self) -> int:
        self._seen[self._look._replace(row=None)] = tuple(self._rows)
        return len(self._rows)


__all__ = ["Make", "Part", "Settle", "part_of"]
