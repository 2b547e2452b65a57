"""Parts of the parameters that are made for each trial by itself.

Where a part takes plain floats alone, as for the gamma function of a shape that is not known, it is
made anew for each trial, and the floats in it are what a tape notes.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.compiled.unknown import at_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simtrain.compiled.unknown import Operand, Tape
    from simtrain.distributions import Law
    from simtrain.model.parameters import Settle
    from simtrain.scenario.number import Number


def part_of_each(tape: Tape, make: Callable[[Settle], Any], settle: Settle) -> Any:
    """Part that is made of the numbers of each trial.

    Parameters
    ----------
    tape
        Notes the numbers in it.
    make
        Makes it, with a `Settle` for plain numbers.
    settle
        Settles numbers on the tape.
    """
    operands: list[Operand] = []
    asked: dict[tuple[str, int], tuple[Law, slice]] = {}

    def noting(path: str, number: Number) -> Law:
        law = settle(path, number)
        if number.is_certain:
            return law
        if (path, id(number)) not in asked:
            parameters = [getattr(law, field.name) for field in fields(law)]
            first = len(operands)
            operands.extend(parameters)
            asked[path, id(number)] = law, slice(first, len(operands))
        return at_hand(law)

    form, _ = _taken_apart(make(noting))

    def floats(*values: float) -> tuple[float, ...]:
        def settled(path: str, number: Number) -> Law:
            if number.is_certain:
                return number.law
            if (path, id(number)) not in asked:
                raise ValueError("another number than in the trial that is laid out")
            law, which = asked[path, id(number)]
            return type(law)(*values[which])

        own, found = _taken_apart(make(settled))
        if own != form:
            raise ValueError("a part of another form than in the trial that is laid out")
        return tuple(found)

    return _put_together(form, iter(tape.each(floats, operands)))


class _Form(NamedTuple):
    """An object but for the floats in it: its class, names or keys, and forms of what it has."""

    of: type
    names: Sequence[Any]
    inner: Sequence[Any]


_FLOAT = _Form(float, (), ())


def _taken_apart(part: Any) -> tuple[Any, list[float]]:
    """Form of an object, and the floats in it; whatever has none is its own form."""
    if isinstance(part, float):
        return _FLOAT, [part]
    names: Sequence[Any]
    if is_dataclass(part):
        names = [field.name for field in fields(part)]
        values = [getattr(part, name) for name in names]
    elif isinstance(part, tuple):
        names, values = (), list(part)
    elif isinstance(part, dict):
        names, values = list(part), list(part.values())
    else:
        return part, []
    apart = [_taken_apart(value) for value in values]
    floats = [one for _, found in apart for one in found]
    if not floats:
        return part, []
    return _Form(type(part), names, [form for form, _ in apart]), floats


def _put_together(form: Any, floats: Iterator[Any]) -> Any:
    """Object of a form, with numbers in place of its floats."""
    if not isinstance(form, _Form):
        return form
    if form == _FLOAT:
        return next(floats)
    values = [_put_together(one, floats) for one in form.inner]
    if issubclass(form.of, dict):
        return dict(zip(form.names, values, strict=True))
    if issubclass(form.of, tuple):
        return form.of._make(values) if hasattr(form.of, "_make") else tuple(values)
    whole = object.__new__(form.of)  # it is checked where it is made
    for name, value in zip(form.names, values, strict=True):
        object.__setattr__(whole, name, value)
    return whole
