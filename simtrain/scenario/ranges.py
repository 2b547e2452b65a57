"""Ranges as text: ``10min..8h:log:25``, ``0..1:lin:5`` and ``0..24/4``.

The first two are so many points from end to end, the last one goes in steps.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from simtrain.errors import Mistake, ScenarioError, shown
from simtrain.scenario.ends import like
from simtrain.units import COUNT, Dimension

ORIGIN = "sweep"
"""What messages say that a swept value comes from."""
FORMS = "a range such as 10min..8h:log:25, 0..1:lin:5 or 0..24/4, or a list such as 1h,2h"
FINE_FORMS = "a range such as 0..40, 1min..1d:log or 10min..8h:log:25, or a list such as 1h,2h"
MAX_POINTS = 1000
FINE_RATIO, FINE_POINTS = 1.01, 201
"""How close the points of a range lie that is only to be searched: at most 1 % from one to the next
where they keep their ratio (but for rounding), else so many from end to end."""

_NEAR = 0.05
"""How far a point may be moved to be written with few digits, as a part of the gap beside it."""
_MOST_DIGITS = 17


class Points(NamedTuple):
    """The points of a range.

    Parameters
    ----------
    values
        What the file would say, in rising order.
    dimension
        What they are quantities of.
    is_log
        Whether neighbours keep their ratio and not their distance.
    """

    values: tuple[Any, ...]
    dimension: Dimension
    is_log: bool


class _Range(NamedTuple):
    """A range as it is written: its ends, and either a step or a spacing with its points."""

    dimension: Dimension
    low: str
    high: str
    step: str = ""
    spacing: str = ""
    points: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether it leaves open how many points there are."""
        return not self.step and not self.points


def points_of(key: str, text: str, dimensions: Sequence[Dimension], fine: bool = False) -> Points:
    """Points of a range.

    Parameters
    ----------
    key
        The key that varies, for messages.
    text
        The range.
    dimensions
        What the numbers of the key may be quantities of.
    fine
        Whether the range may leave the number of points open, for a search: ``0..40`` is every
        whole number then, ``1min..1d:log`` a point at every percent.

    Raises
    ------
    ScenarioError
        If it is no range, or none for this key.
    """
    if not dimensions:
        raise wrong(key, "takes no numbers, so it has no range", "list its values: a,b,c")
    parts = _parts(key, text, dimensions, fine)
    dimension = parts.dimension
    if dimension is COUNT:
        _check_whole(key, *filter(None, (parts.low, parts.high, parts.step)))
    low, high = dimension.parse(parts.low), dimension.parse(parts.high)
    if not low < high:
        problem = f"the range from {parts.low} to {parts.high} is empty"
        raise wrong(key, problem, "two ends that differ, the lower one first")
    if parts.is_fine:
        parts = _with_points(parts, low, high)
    numbers = _stepped(key, parts, low, high) if parts.step else _spaced(key, parts, low, high)
    return Points(tuple(_in_few_digits(numbers, parts)), dimension, parts.spacing == "log")


def _parts(key: str, text: str, dimensions: Sequence[Dimension], fine: bool) -> _Range:
    low, _, rest = (part.strip() for part in text.partition(".."))
    high, *spacing = (part.strip() for part in rest.split(":"))
    bare = low
    low = like(bare, high)
    if len(spacing) == 2 and spacing[0] in ("lin", "log"):
        return _Range(_common(key, (low, high), dimensions), low, high, "", *spacing)
    if fine and spacing in ([], ["lin"], ["log"]):
        dimension = _fitting((low, high), dimensions)
        if dimension is not None or spacing:
            return _Range(
                dimension or _common(key, (low, high), dimensions), low, high, "", *spacing
            )
    forms = FINE_FORMS if fine else FORMS
    if spacing:
        raise wrong(key, f"{shown(rest)} ends in neither :lin:N nor :log:N", forms)
    # A slash may also belong to a unit: 10GB/s..40GB/s/10GB/s.
    for slash in re.finditer("/", high):
        end, step = high[: slash.start()].strip(), high[slash.end() :].strip()
        low, step = like(bare, end), like(step, end)
        if (dimension := _fitting((low, end, step), dimensions)) is not None:
            return _Range(dimension, low, end, step)
    if _fitting((low, high), dimensions) is None:
        end, _, step = (part.strip() for part in high.rpartition("/"))
        low = like(bare, end or high)
        _common(key, (low, end, step) if end else (low, high), dimensions)
    raise wrong(key, f"{shown(text)} does not say which points", forms)


def _with_points(parts: _Range, low: float, high: float) -> _Range:
    """A range that leaves its points open, with points so close that a search may end at one."""
    if parts.spacing == "log" and low > 0:
        points = math.ceil(math.log(high / low) / math.log(FINE_RATIO)) + 1
    elif parts.dimension is COUNT:
        points = min(MAX_POINTS, round(high - low) + 1)
    else:
        points = FINE_POINTS
    return parts._replace(
        spacing=parts.spacing or "lin", points=str(max(2, min(points, MAX_POINTS)))
    )


def _common(key: str, texts: Sequence[str], dimensions: Sequence[Dimension]) -> Dimension:
    """Choose the dimension that all of some quantities are read in."""
    dimension = _fitting(texts, dimensions)
    if dimension is not None:
        return dimension
    for text in texts:
        if _fitting([text], dimensions) is None:
            try:
                dimensions[0].parse(text)
            except ValueError as error:
                raise wrong(key, str(error), " or ".join(d.example for d in dimensions)) from None
    raise wrong(key, f"{' and '.join(texts)} are not of one kind", "the same kind of unit")


def _fitting(texts: Sequence[str], dimensions: Sequence[Dimension]) -> Dimension | None:
    """First dimension in which all of some quantities can be read."""
    fits = (d for d in dimensions if all(d.number(text) is not None for text in texts))
    return next(fits, None)


def _check_whole(key: str, *texts: str) -> None:
    for text in texts:
        if not COUNT.parse(text).is_integer():
            raise wrong(key, f"{text} is not a whole number", "whole ends and steps")


def _stepped(key: str, parts: _Range, low: float, high: float) -> list[float]:
    step = parts.dimension.parse(parts.step)
    if step <= 0:
        raise wrong(key, f"a step of {parts.step} leads nowhere", "a step above 0")
    if step > high - low:
        raise wrong(key, f"a step of {parts.step} is longer than the range", "a shorter step")
    points = math.floor((high - low) / step * (1 + 1e-12)) + 1
    if points > MAX_POINTS:
        raise too_many(key, points)
    numbers = [low + number * step for number in range(points)]
    return [*numbers[:-1], high] if math.isclose(numbers[-1], high) else numbers


def _spaced(key: str, parts: _Range, low: float, high: float) -> list[float]:
    if not re.fullmatch("[0-9]{1,9}", parts.points) or int(parts.points) < 2:
        problem = f"{shown(parts.points)} is not a number of points"
        raise wrong(key, problem, f"a whole number from 2 to {MAX_POINTS}")
    points = int(parts.points)
    if points > MAX_POINTS:
        raise too_many(key, points)
    shares = [number / (points - 1) for number in range(1, points - 1)]
    if parts.spacing == "lin":
        return [low, *(low + (high - low) * share for share in shares), high]
    if low <= 0:
        problem = f"a logarithmic range cannot begin at {parts.low}"
        raise wrong(key, problem, "an end above 0, or :lin:")
    return [low, *(low * (high / low) ** share for share in shares), high]


def _in_few_digits(numbers: Sequence[float], parts: _Range) -> list[Any]:
    """Numbers as the file would say them, in as few digits as hardly move them.

    So what a table shows is what was simulated, and can be asked for again.
    """
    if parts.dimension is COUNT:
        return list(dict.fromkeys(map(round, numbers)))
    units = parts.dimension.spanned(parts.low, parts.high, parts.step)
    distances = [after - before for before, after in pairwise(numbers)]
    gaps = map(min, [*distances, math.inf], [math.inf, *distances])
    free = [_NEAR * gap for gap in gaps]
    for digits in range(2, _MOST_DIGITS):
        values = [_rounded(number, digits, units) for number in numbers]
        read = map(parts.dimension.parse, values)
        if all(abs(r - n) <= f for r, n, f in zip(read, numbers, free, strict=True)):
            break
    for end in (0, -1):
        digits = 2
        while parts.dimension.parse(values[end]) != numbers[end] and digits <= _MOST_DIGITS:
            values[end] = _rounded(numbers[end], digits, units)
            digits += 1
    return values


def _rounded(number: float, digits: int, units: Mapping[str, float]) -> Any:
    """Quantity in the largest unit of which it makes one; a bare one remains a number."""
    fitting = (unit for unit, factor in units.items() if abs(number) >= factor * (1 - 1e-9))
    unit = next(fitting, list(units)[-1])
    value = float(f"{number / units[unit]:.{digits}g}")
    text: float | int = int(value) if value.is_integer() else value
    return f"{text} {unit}" if unit else text


def too_many(key: str, points: int) -> ScenarioError:
    """Refusal of a sweep that is too large."""
    return wrong(key, f"{points:,} points are too many", f"at most {MAX_POINTS:,} in all")


def wrong(key: str, problem: str, accepted: str) -> ScenarioError:
    """Refusal of a key or of its values, with the remedy."""
    return ScenarioError([Mistake(ORIGIN, key, problem, accepted)])
