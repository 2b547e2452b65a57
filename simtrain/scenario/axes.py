"""Axes of a sweep: the keys that vary, and the values that they take.

A range is a text: ``10min..8h:log:25`` and ``0..1:lin:5`` are so many points from end to end,
``0..24/4`` goes in steps, and ``hang,crash`` lists values. Its numbers are read with the units of
the key.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

from simtrain.distributions import PARAMETERS, SAME_UNIT
from simtrain.errors import Mistake, ScenarioError, shown
from simtrain.scenario.document import plain
from simtrain.scenario.inline import inline
from simtrain.scenario.mistakes import unknown
from simtrain.scenario.reference import field_at, model_at, reader_of
from simtrain.scenario.scenario import Scenario
from simtrain.units import COUNT, PLAIN, Dimension

ORIGIN = "sweep"
"""What messages say that a swept value comes from."""
MAX_POINTS = 1000

_FORMS = "a range such as 10min..8h:log:25, 0..1:lin:5 or 0..24/4, or a list such as 1h,2h"
_NEAR = 0.05
"""How far a point may be moved to be written with few digits, as a part of the gap beside it."""
_MOST_DIGITS = 17
_ITEM = re.compile(
    r"""(?: "(?:\\.|[^"\\])*" | '[^']*' | \{[^{}]*\} | \[[^\[\]]*\] | [^,] )+""", re.VERBOSE
)
_SET_BY_CHANGE = re.compile(r"change\.[0-9]+\.set\.(.+)")


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
        return None if self.dimension is None else _number(self.dimension, value)


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
            raise _wrong("", f"{text!r} gives no key its values", f"write KEY={_FORMS}")
        if key in ranges:
            raise _wrong(key, "is there twice", "one range or list for each key")
        ranges[key] = values
    return ranges


def axes_of(scenario: Scenario, ranges: Mapping[str, str | Iterable[Any]]) -> tuple[Axis, ...]:
    """Axes of some keys of a scenario.

    Parameters
    ----------
    scenario
        What will vary.
    ranges
        By key a range as text, or the values themselves.

    Raises
    ------
    ScenarioError
        If a key does not exist, or its values cannot be read.
    """
    if not ranges:
        raise _wrong("", "there is no key to vary", f"KEY={_FORMS}")
    axes = []
    for key, values in ranges.items():
        _check_key(scenario, key)
        axes.append(_read(key, values) if isinstance(values, str) else _listed(key, values))
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
        raise _too_many("", points)
    for axis in axes:
        probe = scenario.overridden([(axis.key, axis.values[0])], _told([axis], axis.values[:1]))
        if throughout:
            scenario = probe.throughout(axis.key)
        elif later := probe.set_later(axis.key):
            raise _is_set_later(axis.key, later)
    return [_place(scenario, axes, values) for values in product(*(axis.values for axis in axes))]


def _place(scenario: Scenario, axes: Sequence[Axis], values: tuple[Any, ...]) -> Place:
    pairs = zip((axis.key for axis in axes), values, strict=True)
    told = _told(axes, values)
    return Place(values, scenario.overridden(pairs, told), told)


def _told(axes: Sequence[Axis], values: Sequence[Any]) -> str:
    """Tell a point in messages."""
    return ", ".join(f"{a.key}={written(value)}" for a, value in zip(axes, values, strict=True))


def _check_key(scenario: Scenario, key: str) -> None:
    path = _path(key)
    table = path[:-1]
    if path[0] in ("fault", "stop") and len(path) > 2:
        known = sorted(getattr(scenario, path[0]))
        if path[1] not in known:
            names = ", ".join(known) or "none"
            raise _wrong(
                key, f"names no table `{path[0]}.{path[1]}` of the scenario", f"there are {names}"
            )
    is_name = table in (("fault",), ("stop",)) or path[-1].isdecimal()
    if model_at(table) is not None and field_at(path) is None and not is_name:
        raise _wrong(key, *unknown(path))


def _path(key: str) -> tuple[str, ...]:
    """Path of a key in the format, also if a change sets it."""
    by_change = _SET_BY_CHANGE.fullmatch(key)
    return tuple((by_change[1] if by_change else key).split("."))


def _dimensions(key: str) -> tuple[Dimension, ...]:
    """What the numbers at `key` may be quantities of; none if it takes no number."""
    path = _path(key)
    if (field := field_at(path)) is not None:
        reader = reader_of(field)
        return reader.dimensions if reader else ()
    law = field_at(path[:-1])
    reader = reader_of(law) if law else None
    parameters = {name for groups in PARAMETERS.values() for group in groups for name in group}
    if reader is None or path[-1] not in parameters:
        return ()
    return reader.dimensions if path[-1] in SAME_UNIT else (PLAIN,)


# --- lists --------------------------------------------------------------------------------------


def _listed(key: str, values: Iterable[Any]) -> Axis:
    """Axis of values as the file would say them."""
    told = [plain(value) for value in values]
    if not told:
        raise _wrong(key, "has no values", "at least one")
    for dimension in _dimensions(key):
        numbers = [_number(dimension, value) for value in told]
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
            raise _wrong(key, f"has {shown(values[place])} twice", "each value once")


def _number(dimension: Dimension, value: Any) -> float | None:
    try:
        return dimension.parse(value)
    except ValueError:
        return None


def _value(text: str) -> Any:
    """Value as TOML would have it, or else the text itself, as with ``--set``."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


# --- ranges -------------------------------------------------------------------------------------


class _Range(NamedTuple):
    """A range as it is written: its ends, and either a step or a spacing with its points."""

    dimension: Dimension
    low: str
    high: str
    step: str = ""
    spacing: str = ""
    points: str = ""


def _read(key: str, text: str) -> Axis:
    """Axis of a range or list as text."""
    if ".." not in text or text[:1] in "\"'{[":
        items = _ITEM.findall(text)
        return _listed(key, [_value(item.strip()) for item in items])
    dimensions = _dimensions(key)
    if not dimensions:
        raise _wrong(key, "takes no numbers, so it has no range", "list its values: a,b,c")
    parts = _parts(key, text, dimensions)
    low, high = parts.dimension.parse(parts.low), parts.dimension.parse(parts.high)
    if not low < high:
        wrong = f"the range from {parts.low} to {parts.high} is empty"
        raise _wrong(key, wrong, "a lower end that is below the higher one")
    if parts.dimension is COUNT:
        _check_whole(key, *filter(None, (parts.low, parts.high, parts.step)))
    numbers = _stepped(key, parts, low, high) if parts.step else _spaced(key, parts, low, high)
    values = _in_few_digits(numbers, parts)
    return Axis(
        key,
        tuple(values),
        tuple(parts.dimension.parse(value) for value in values),
        parts.dimension,
        parts.spacing == "log",
    )


def _parts(key: str, text: str, dimensions: Sequence[Dimension]) -> _Range:
    low, _, rest = (part.strip() for part in text.partition(".."))
    high, *spacing = (part.strip() for part in rest.split(":"))
    if len(spacing) == 2 and spacing[0] in ("lin", "log"):
        return _Range(_common(key, (low, high), dimensions), low, high, "", *spacing)
    if spacing:
        raise _wrong(key, f"{rest!r} ends in neither :lin:N nor :log:N", _FORMS)
    # A slash may also belong to a unit: 10GB/s..40GB/s/10GB/s.
    for slash in re.finditer("/", high):
        ends = (low, high[: slash.start()].strip(), high[slash.end() :].strip())
        for dimension in dimensions:
            if all(_number(dimension, part) is not None for part in ends):
                return _Range(dimension, *ends)
    _common(key, (low, high.rpartition("/")[0] or high), dimensions)
    if "/" in high and _is_step_wrong(high, dimensions):
        _common(key, (high.rpartition("/")[2].strip(),), dimensions)
    raise _wrong(key, f"{text!r} does not say which points", _FORMS)


def _is_step_wrong(high: str, dimensions: Sequence[Dimension]) -> bool:
    return all(_number(dimension, high) is None for dimension in dimensions)


def _common(key: str, texts: Sequence[str], dimensions: Sequence[Dimension]) -> Dimension:
    """Choose the dimension that all of some quantities are read in."""
    for dimension in dimensions:
        if all(_number(dimension, text) is not None for text in texts):
            return dimension
    for text in texts:
        if all(_number(dimension, text) is None for dimension in dimensions):
            try:
                dimensions[0].parse(text)
            except ValueError as error:
                raise _wrong(key, str(error), " or ".join(d.example for d in dimensions)) from None
    raise _wrong(key, f"{' and '.join(texts)} are not of one kind", "the same kind of unit")


def _check_whole(key: str, *texts: str) -> None:
    for text in texts:
        if not COUNT.parse(text).is_integer():
            raise _wrong(key, f"{text} is not a whole number", "whole ends and steps")


def _stepped(key: str, parts: _Range, low: float, high: float) -> list[float]:
    step = parts.dimension.parse(parts.step)
    if step <= 0:
        raise _wrong(key, f"a step of {parts.step} leads nowhere", "a step above 0")
    if step > high - low:
        raise _wrong(key, f"a step of {parts.step} is longer than the range", "a shorter step")
    points = math.floor((high - low) / step * (1 + 1e-12)) + 1
    if points > MAX_POINTS:
        raise _too_many(key, points)
    numbers = [low + number * step for number in range(points)]
    return [*numbers[:-1], high] if math.isclose(numbers[-1], high) else numbers


def _spaced(key: str, parts: _Range, low: float, high: float) -> list[float]:
    if not re.fullmatch("[0-9]{1,9}", parts.points) or int(parts.points) < 2:
        wrong = f"{parts.points!r} is not a number of points"
        raise _wrong(key, wrong, f"a whole number from 2 to {MAX_POINTS}")
    points = int(parts.points)
    if points > MAX_POINTS:
        raise _too_many(key, points)
    shares = [number / (points - 1) for number in range(1, points - 1)]
    if parts.spacing == "lin":
        return [low, *(low + (high - low) * share for share in shares), high]
    if low <= 0:
        wrong = f"a logarithmic range cannot begin at {parts.low}"
        raise _wrong(key, wrong, "an end above 0, or :lin:")
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


def _too_many(key: str, points: int) -> ScenarioError:
    return _wrong(key, f"{points:,} points are too many", f"at most {MAX_POINTS:,} in all")


def _is_set_later(key: str, later: Sequence[str]) -> ScenarioError:
    paths = ", ".join(f"`{path}`" for path in later)
    return _wrong(
        key,
        f"does not hold for the whole run: {paths} {'sets' if len(later) == 1 else 'set'} it later",
        f"--throughout leaves such changes out; or vary `{later[0]}` itself",
    )


def _wrong(key: str, wrong: str, accepted: str) -> ScenarioError:
    return ScenarioError([Mistake(ORIGIN, key, wrong, accepted)])
