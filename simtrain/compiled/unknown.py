"""Numbers that each trial settles for itself, and what is computed from them.

Python computes the parameters of a trial from its numbers. Where some numbers are not known, it
does so once, for one trial, with an `Unknown` in place of each: an object that computes like a
float and notes on a `Tape` how. What other trials have in its place then comes off the tape, for
all of them at once and to the bit, as long as each comparison on the way comes out as it did.

An `Unknown` is no float, and refuses to become one: whatever cannot be noted raises
`NotFollowedError`, so that no value can be taken for one that holds in all trials.
"""

from __future__ import annotations

import operator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simtrain.distributions import Law

    Column = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Operand: TypeAlias = "Unknown | float"


class NotFollowedError(Exception):
    """Something is made of a number that is not known, and nobody notes how."""


class Quantity(NamedTuple):
    """A quantity that is drawn once in each trial: its law, and the address of its quantile."""

    law: Law
    address: str


class Unknown:
    """A number of a trial, of which a tape notes how it is come by.

    Parameters
    ----------
    tape, place
        The tape, and the place of the number among all that are on it.
    value
        What it is in the trial that the tape was begun in.
    """

    __slots__ = ("place", "tape", "value")

    def __init__(self, tape: Tape, place: int, value: float):
        self.tape, self.place, self.value = tape, place, value

    def __add__(self, other: Operand) -> Unknown:
        return self.tape.noted(operator.add, self, other)

    def __radd__(self, other: float) -> Unknown:
        return self.tape.noted(operator.add, other, self)

    def __sub__(self, other: Operand) -> Unknown:
        return self.tape.noted(operator.sub, self, other)

    def __rsub__(self, other: float) -> Unknown:
        return self.tape.noted(operator.sub, other, self)

    def __mul__(self, other: Operand) -> Unknown:
        return self.tape.noted(operator.mul, self, other)

    def __rmul__(self, other: float) -> Unknown:
        return self.tape.noted(operator.mul, other, self)

    def __truediv__(self, other: Operand) -> Unknown:
        if isinstance(other, Unknown) and other == 0.0:
            raise ZeroDivisionError("float division by zero")
        return self.tape.noted(operator.truediv, self, other)

    def __rtruediv__(self, other: float) -> Unknown:
        if self == 0.0:
            raise ZeroDivisionError("float division by zero")
        return self.tape.noted(operator.truediv, other, self)

    def __pow__(self, other: Operand) -> Unknown:
        return self.tape.each(lambda base, power: (base**power,), (self, other))[0]

    def __neg__(self) -> Unknown:
        return self.tape.noted(operator.mul, self, -1.0)

    def __lt__(self, other: Operand) -> bool:
        return self.tape.holds(operator.lt, self, other)

    def __le__(self, other: Operand) -> bool:
        return self.tape.holds(operator.le, self, other)

    def __gt__(self, other: Operand) -> bool:
        return self.tape.holds(operator.gt, self, other)

    def __ge__(self, other: Operand) -> bool:
        return self.tape.holds(operator.ge, self, other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unknown | float | int | np.number):
            return False
        return self.tape.holds(operator.eq, self, other)  # type: ignore[arg-type]  # NumPy's are

    def __bool__(self) -> bool:
        return self != 0.0

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def _refuse(self, *others: object) -> NoReturn:
        raise NotFollowedError("a number that is not known is no float")

    # Two of them may be other numbers here and the same one in another trial, so none has a hash.
    __float__ = __int__ = __index__ = __hash__ = _refuse
    __abs__ = __round__ = __trunc__ = __floor__ = __ceil__ = _refuse
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = _refuse
    __rpow__ = _refuse
    __array_ufunc__ = None


class _Step(NamedTuple):
    """How numbers are come by.

    Parameters
    ----------
    operation, operands
        What is computed, and of what.
    place, number
        Place of the first of the numbers that come of it, and how many they are.
    of_each
        Whether it is computed for each trial by itself, as it takes plain floats alone.
    """

    operation: Callable[..., Any]
    operands: tuple[Operand, ...]
    place: int = 0
    number: int = 1
    of_each: bool = False


class Tape:
    """How what is computed in a trial follows from its numbers.

    Attributes
    ----------
    quantities
        What is drawn.
    """

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []
        self._drawn: list[int] = []
        self._numbers = 0
        self._steps: list[_Step] = []
        self._known: dict[object, Unknown] = {}
        self._outcomes: dict[object, tuple[_Step, bool]] = {}

    def drawn(self, quantity: Quantity, value: float) -> Unknown:
        """Quantity that is drawn in each trial, and is `value` in this one."""
        self.quantities.append(quantity)
        self._drawn.append(self._numbers)
        return self._new(value)

    def noted(self, operation: Callable[[Any, Any], Any], *operands: Operand) -> Unknown:
        """What an operation makes of two numbers, which NumPy computes as Python does."""
        key = operation, *map(self._key, operands)
        known = self._known.get(key)
        if known is None:
            self._steps.append(_Step(operation, operands, self._numbers))
            known = self._known[key] = self._new(operation(*map(_value, operands)))
        return known

    def each(
        self, function: Callable[..., tuple[float, ...]], operands: Sequence[Operand]
    ) -> tuple[Unknown, ...]:
        """Numbers that a function makes of plain ones, which is called for each trial by itself.

        A trial for which it raises an ArithmeticError or a ValueError is none that the tape is
        right for.
        """
        for operand in operands:
            self._key(operand)
        values = function(*map(_value, operands))
        step = _Step(function, tuple(operands), self._numbers, len(values), True)
        self._steps.append(step)
        return tuple([self._new(value) for value in values])

    def holds(self, comparison: Callable[[Any, Any], bool], *operands: Operand) -> bool:
        """Whether a comparison holds; the tape is right for trials in which it comes out alike."""
        key = comparison, *map(self._key, operands)
        if key not in self._outcomes:
            outcome = comparison(*map(_value, operands))
            self._outcomes[key] = _Step(comparison, operands), outcome
        return self._outcomes[key][1]

    def played(self, drawn: Column, many: int) -> tuple[list[Column], Flags]:
        """All numbers in some trials, and for which of these trials they are right.

        Parameters
        ----------
        drawn
            What each quantity is in the trials: a row for each of them.
        many
            How many trials there are.
        """
        columns: list[Any] = [None] * self._numbers
        right = np.ones(many, np.bool_)
        for place, column in zip(self._drawn, drawn, strict=True):
            columns[place] = column
        with np.errstate(all="ignore"):  # where a comparison fails, nobody takes the rest
            for step in self._steps:
                operands = _operands(step, columns)
                if step.of_each:
                    columns[step.place : step.place + step.number] = _of_each(step, operands, right)
                else:
                    columns[step.place] = step.operation(*operands)
            for step, outcome in self._outcomes.values():
                right &= step.operation(*_operands(step, columns)) == outcome
        return columns, right

    def _new(self, value: float) -> Unknown:
        self._numbers += 1
        return Unknown(self, self._numbers - 1, value)

    def _key(self, operand: Operand) -> object:
        if not isinstance(operand, Unknown):
            return repr(operand)  # zero and minus zero are two
        if operand.tape is not self:
            raise NotFollowedError("a number of another lay-out")
        return operand.place


def _value(operand: Operand) -> float:
    return operand.value if isinstance(operand, Unknown) else operand


def _operands(step: _Step, columns: Sequence[Column]) -> list[Any]:
    return [columns[one.place] if isinstance(one, Unknown) else one for one in step.operands]


def _of_each(step: _Step, operands: Sequence[Any], right: Flags) -> Sequence[Column]:
    """What a function makes of the numbers of each trial; not right where it fails."""
    lists = [
        one.tolist() if isinstance(one, np.ndarray) else [one] * len(right) for one in operands
    ]
    rows = np.full((len(right), step.number), np.nan)
    for place, values in enumerate(zip(*lists, strict=True)):
        try:
            rows[place] = step.operation(*values)
        except (ArithmeticError, ValueError):
            right[place] = False
    return list(rows.T)


# --- laws ----------------------------------------------------------------------------------------


def law_made(make: Callable[..., Law], *operands: Operand) -> Law:
    """Law that is made of numbers, of which some may not be known; it is of one class in any case.

    Its parameters are those that `make` finds for each trial by itself, checks and all.
    """
    tape = next((one.tape for one in operands if isinstance(one, Unknown)), None)
    law = make(*map(_value, operands))
    if tape is None:
        return law

    def parameters(*values: float) -> tuple[float, ...]:
        made = make(*values)
        if type(made) is not type(law):
            raise ValueError("a law of another class than in the trial that is laid out")
        return tuple(_parameters(made))

    unknown: Law = object.__new__(type(law))
    for field, value in zip(fields(law), tape.each(parameters, operands), strict=True):
        object.__setattr__(unknown, field.name, value)
    return unknown


def of_law(law: Law, function: Callable[[Any], tuple[float, ...]]) -> tuple[Any, ...]:
    """Numbers that a function makes of a law, of which some parameters may not be known."""
    try:
        return function(law)
    except NotFollowedError:  # it takes plain floats alone
        parameters = _parameters(law)
    tape = next(one.tape for one in parameters if isinstance(one, Unknown))
    return tape.each(lambda *values: function(type(law)(*values)), parameters)


def at_hand(law: Law) -> Law:
    """A law as it is in the trial that its tape was begun in."""
    return type(law)(*map(_value, _parameters(law)))


def _parameters(law: Law) -> list[Any]:
    return [getattr(law, field.name) for field in fields(law)]
