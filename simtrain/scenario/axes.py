"""Axes of a sweep: the keys that vary, and the values that they take.

Values are a range, or a list such as ``hang,crash``, or come from Python. Their numbers are read
with the units of the key.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from simtrain.distributions import PARAMETERS, SAME_UNIT
from simtrain.errors import ScenarioError, shown
from simtrain.scenario.document import plain
from simtrain.scenario.inline import inline, items
from simtrain.scenario.mistakes import unknown
from simtrain.scenario.new_tables import no_table
from simtrain.scenario.ranges import FORMS, MAX_POINTS, is_range, points_of, too_many, wrong
from simtrain.scenario.reference import field_at, model_at, path_of, reader_of
from simtrain.scenario.scenario import Scenario
from simtrain.units import PLAIN, Dimension


@dataclass(frozen=True)
class Axis:
    """A key that varies, and its values.

    Parameters
    ----------
    key
        Dotted path of the key.
    values
        Its values as the file would say them; numbers rise.
    numbers
        The values in base units, unless they are words.
    dimension
        What the numbers are quantities of.
    is_log
        Whether neighbours keep their ratio and not their distance.
    """

    key: str
    values: tuple[Any, ...]
    numbers: tuple[float, ...] | None = None
    dimension: Dimension | None = None
    is_log: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def number(self, value: Any) -> float | None:
        """`value` in base units; None if it is not a quantity of the kind of this axis."""
        return None if self.dimension is None else self.dimension.number(value)


class Place(NamedTuple):
    """A point of a grid.

    Parameters
    ----------
    values
        One value for each axis.
    scenario
        The scenario with these values.
    told
        The values with their keys, in words: ``"cluster.spares=8, checkpoint.interval=1 h"``.
    """

    values: tuple[Any, ...]
    scenario: Scenario
    told: str


def written(value: Any) -> str:
    """`value` as an option of the command line would say it."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else inline(value)


def assignments(texts: Iterable[str]) -> dict[str, str]:
    """Range by key, of texts such as ``"cluster.spares=0..24/4"``.

    Raises
    ------
    ScenarioError
        If one of them is no assignment, or a key is there twice.
    """
    ranges: dict[str, str] = {}
    for text in texts:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not key or not values:
            raise wrong("", f"{shown(text)} gives no key its values", f"write KEY={FORMS}")
        if key in ranges:
            raise wrong(key, "is there twice", "one range or list for each key")
        ranges[key] = values
    return ranges


def axes_of(
    scenario: Scenario, ranges: Mapping[str, str | Iterable[Any]], fine: bool = False
) -> tuple[Axis, ...]:
    """Axes of some keys of a scenario.

    Parameters
    ----------
    scenario
        What will vary.
    ranges
        By key a range as text, or the values themselves.
    fine
        Whether a range may leave the number of its points open, for a search.

    Raises
    ------
    ScenarioError
        If a key does not exist, or its values cannot be read.
    """
    if not ranges:
        raise wrong("", "there is no key to vary", f"KEY={FORMS}")
    axes = []
    for key, values in ranges.items():
        _check_key(scenario, key)
        axes.append(_read(key, values, fine) if isinstance(values, str) else _listed(key, values))
    return tuple(axes)


def grid(scenario: Scenario, axes: Sequence[Axis], throughout: bool = False) -> list[Place]:
    """Every combination of the values of some axes; those of the last axis vary fastest.

    Parameters
    ----------
    scenario
        What varies.
    axes
        How it varies.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later;
        if not, such a key is refused.

    Raises
    ------
    ScenarioError
        If there are too many points, a combination is not accepted, or a change of the scenario
        would set a value later.
    """
    points = math.prod(map(len, axes))
    if points > MAX_POINTS:
        raise too_many("", points)
    later = set_later(scenario, axes)
    for key, paths in later.items():
        if paths and not throughout:
            raise _is_set_later(key, paths)
    gone = {path for paths in later.values() for path in paths}
    held = [("change", scenario.changes_without(gone))] if gone else []
    return [
        _place(scenario, axes, values, held) for values in product(*(axis.values for axis in axes))
    ]


def set_later(scenario: Scenario, axes: Sequence[Axis]) -> dict[str, list[str]]:
    """By key of some axes the paths of what changes set by which its values do not last."""
    first = [(axis.key, axis.values[0]) for axis in axes]
    return {axis.key: scenario.set_later(axis.key, first) for axis in axes}


def _place(
    scenario: Scenario,
    axes: Sequence[Axis],
    values: tuple[Any, ...],
    others: Sequence[tuple[str, Any]],
) -> Place:
    pairs = zip((axis.key for axis in axes), values, strict=True)
    told = _told(axes, values)
    return Place(values, scenario.overridden([*others, *pairs], told), told)


def _told(axes: Sequence[Axis], values: Sequence[Any]) -> str:
    """Tell a point in messages."""
    return ", ".join(f"{a.key}={written(value)}" for a, value in zip(axes, values, strict=True))


def _check_key(scenario: Scenario, key: str) -> None:
    path = path_of(key)
    table = path[:-1]
    if path[0] in ("fault", "stop") and len(path) > 2:
        known = getattr(scenario, path[0])
        if path[1] not in known:
            raise wrong(key, *no_table(f"{path[0]}.{path[1]}", known))
    is_name = table in (("fault",), ("stop",)) or path[-1].isdecimal()
    if model_at(table) is not None and field_at(path) is None and not is_name:
        raise wrong(key, *unknown(path))


def _dimensions(key: str) -> tuple[Dimension, ...]:
    """What the numbers at `key` may be quantities of; none if it takes no number."""
    path = path_of(key)
    if (field := field_at(path)) is not None:
        reader = reader_of(field)
        return reader.dimensions if reader else ()
    law = field_at(path[:-1])
    reader = reader_of(law) if law else None
    parameters = {name for groups in PARAMETERS.values() for group in groups for name in group}
    if reader is None or path[-1] not in parameters:
        return ()
    return reader.dimensions if path[-1] in SAME_UNIT else (PLAIN,)


def _read(key: str, text: str, fine: bool) -> Axis:
    """Axis of a range or list as text."""
    dimensions = _dimensions(key)
    if not is_range(text):
        told = items(text)
        if not all(told):
            raise wrong(key, f"{shown(text)} has an empty place", "a value on each side of a comma")
        return _listed(key, [_value(item) for item in told])
    values, dimension, is_log = points_of(key, text, dimensions, fine)
    return Axis(key, values, tuple(map(dimension.parse, values)), dimension, is_log)


def _listed(key: str, values: Iterable[Any]) -> Axis:
    """Axis of values as the file would say them."""
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise wrong(key, f"{shown(values)} is not a list of values", "several values, or a range")
    told = [plain(value) for value in values]
    if not told:
        raise wrong(key, "has no values", "at least one")
    for dimension in _dimensions(key):
        numbers = [dimension.number(value) for value in told]
        known = [number for number in numbers if number is not None]
        if len(known) == len(told):
            _refuse_twice(key, told, known)
            order = sorted(range(len(told)), key=known.__getitem__)
            rising = tuple(told[place] for place in order)
            return Axis(key, rising, tuple(sorted(known)), dimension)
    _refuse_twice(key, told, [inline(value) for value in told])
    return Axis(key, tuple(told))


def _refuse_twice(key: str, values: Sequence[Any], meanings: Sequence[Any]) -> None:
    for place, meaning in enumerate(meanings):
        if meaning in meanings[:place]:
            raise wrong(key, f"has {shown(values[place])} twice", "each value once")


def _value(text: str) -> Any:
    """Value as TOML would have it, or else the text itself, as with ``--set``."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


def _is_set_later(key: str, later: Sequence[str]) -> ScenarioError:
    paths = ", ".join(f"`{path}`" for path in later)
    return wrong(
        key,
        f"does not hold for the whole run: {paths} {'sets' if len(later) == 1 else 'set'} it later",
        f"--throughout leaves such changes out; or vary `{later[0]}` itself",
    )
