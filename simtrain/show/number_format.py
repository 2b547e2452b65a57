"""How numbers of one kind are written: in which unit, with how many decimals, or as dates."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.show import words
from simtrain.tables.columns import (
    COUNT,
    DOLLARS,
    FRACTION,
    HOST_WORK,
    HOSTS,
    MEASURES,
    MEGAWATT_HOURS,
    SECONDS,
    TONNES,
)
from simtrain.tables.estimates import Estimate
from simtrain.tables.statistic import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.tables.statistic import Statistic
    from simtrain.tables.targets import Target

_NAMES = {"wall_clock_s": "wall-clock", "ettr": "ETTR", HOST_WORK: "productive host time"}
"""Names of metrics that are not simply those of their columns."""
_SCALED = {
    MEGAWATT_HOURS: (("GWh", 1000.0), ("MWh", 1.0)),
    TONNES: (("t", 1.0),),
    DOLLARS: (("million USD", 1e6), ("USD", 1.0)),
}
"""Units to show amounts in, with what one is in that of its column; the first that makes two."""
_MOST_DECIMALS = 2
"""Decimals, unless a number that differs from zero needs more."""
_FINEST = 1e-6
"""Part of the largest number of a column below which digits are those of arithmetic."""
_ROUNDED_UP = 1.99
"""A number times this is at least 1 of a digit to which it is surely rounded up."""

Found = Mapping[str, Any] | Estimate
"""Statistics with a mean, or an estimate."""


class Uncertain(NamedTuple):
    """A number, and half the width of its confidence interval if it is shown with one."""

    value: float | None
    half: float | None = None

    @classmethod
    def of(cls, found: Found) -> Uncertain:
        """Number that was found."""
        if isinstance(found, Estimate):
            return cls(found.value, (found.high - found.low) / 2)
        low, high = found["mean_ci95"]
        return cls(found["mean"], None if low is None else (high - low) / 2)

    @property
    def is_constant(self) -> bool:
        """Whether it is not zero, and the same in all trials, which set it no interval."""
        return self.half is not None and self.half <= _FINEST * abs(self.value or 0.0) > 0


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers of one kind are written.

    Parameters
    ----------
    label
        What they are.
    unit
        What is written behind a number; empty for counts and dates.
    divisor
        Base units in one unit.
    places
        Decimals.
    start
        What dates are counted from, if the numbers are dates.
    """

    label: str
    unit: str
    divisor: float
    places: int
    start: dt.datetime | None = None

    @classmethod
    def of_metric(
        cls, metric: str, usual: float, numbers: Iterable[Uncertain] | None = None
    ) -> NumberFormat:
        """Format of a metric.

        Parameters
        ----------
        metric
            Name of its column.
        usual
            A usual value, for the unit.
        numbers
            All numbers that are shown beside each other; `usual` alone by default.
        """
        label = _NAMES.get(metric, words.name(metric.removesuffix("_s")))
        for measure in MEASURES:
            label = label.removesuffix(f" {measure.unit}")
        shown = [Uncertain(usual)] if numbers is None else numbers
        return cls._of(label, unit_of(metric), usual, shown)

    @classmethod
    def of_statistic(
        cls, statistic: Statistic, usual: float, numbers: Iterable[Uncertain] | None = None
    ) -> NumberFormat:
        """Format of a statistic, which is a date if it is about the finish."""
        if statistic.start is not None:
            return cls(str(statistic), "", 1.0, 0, statistic.start)
        return cls.of_metric(statistic.column, usual, numbers)

    @classmethod
    def of_target(cls, target: Target, found: Iterable[Estimate] = ()) -> NumberFormat:
        """Format of the number that a target is about, and of what was found of it."""
        if target.start is not None and target.event is None:
            return cls(target.number, "", 1.0, 0, target.start)
        numbers = [Uncertain(target.condition.bound), *map(Uncertain.of, found)]
        return cls._of(target.number, target.unit, _largest(numbers), numbers)

    @classmethod
    def _of(cls, label: str, kind: str, usual: float, numbers: Iterable[Uncertain]) -> NumberFormat:
        if kind in _SCALED:
            *larger, smallest = _SCALED[kind]
            unit, divisor = next((one for one in larger if abs(usual) >= 2 * one[1]), smallest)
        elif kind in (COUNT, HOSTS, FRACTION):
            unit, divisor = ("%", 0.01) if kind == FRACTION else ("", 1.0)
        else:
            unit, divisor = words.unit_for(usual)
            unit = unit if kind == SECONDS else f"host-{unit}"
        return cls(label, unit, divisor, decimals(numbers, divisor))

    @property
    def heading(self) -> str:
        """What they are with their unit, for a table."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def title(self) -> str:
        """The same for an axis, with the unit in full."""
        full = {unit.name: unit.plural for unit in words.UNITS}
        host, dash, name = self.unit.rpartition("-")
        return f"{self.label}, {host}{dash}{full.get(name, name)}" if self.unit else self.label

    def number(self, value: float | None) -> str:
        """`value` without its unit, or the date."""
        if value is not None and math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if self.start is not None and value is not None:
            return f"{self.start + dt.timedelta(seconds=value):%Y-%m-%d %H:%M}"
        return words.fixed(None if value is None else value / self.divisor, self.places)

    def text(self, value: float) -> str:
        """`value` with its unit."""
        if math.isinf(value):
            return "unknown, since trials did not finish"
        return f"{self.number(value)} {self.unit}".rstrip()

    def plus_minus(self, found: Found) -> str:
        """Number with half of its interval, without the unit: "61.40 ± 0.81"."""
        return " ± ".join(map(self.number, Uncertain.of(found)))

    def signed(self, found: Found) -> str:
        """The same of a difference, with its sign; without an interval if it never varies."""
        value, half = difference = Uncertain.of(found)
        number = self.number(value)
        sign = "+" if value is not None and value > 0 and number.strip("0.") else ""
        return f"{sign}{number} ± {self.number(None if difference.is_constant else half)}"

    def signed_interval(self, found: Estimate) -> str:
        """A difference with its sign and both ends of its interval: "+0.12 (0.01 – 0.63)"."""
        number = self.number(found.value)
        sign = "+" if found.value > 0 and number.strip("0.") else ""
        return f"{sign}{number} ({self.interval(found)})"

    def interval(self, found: Estimate) -> str:
        """Confidence interval, without its unit; an end that few trials leave open is infinite."""
        return f"{self.number(found.low)} – {self.number(found.high)}"

    def estimate(self, found: Estimate) -> str:
        """A number with its confidence interval: "59.2 d (58.1 – 60.3)"."""
        text = self.text(found.value)
        return text if math.isinf(found.value) else f"{text} ({self.interval(found)})"

    def difference(self, value: float, half: float | None = None) -> str:
        """Distance of two values with its unit, and half of its interval."""
        if math.isinf(value):
            return "more than the trials can show"
        if self.start is not None:
            return words.duration(value)
        number = self.number(value) + ("" if half is None else f" ± {self.number(half)}")
        return f"{number} {self._unit_of_differences}".rstrip()

    def difference_from(self, found: Estimate) -> str:
        """The same with both ends of its interval: "0.7 d (0.2 to 1.8 d)"."""
        value, low, high = found if found.value >= 0 else (-found.value, -found.high, -found.low)
        ends = f"{self.number(low)} to {self.number(high)} {self._unit_of_differences}"
        return f"{self.difference(value)} ({ends.rstrip()})"

    @property
    def _unit_of_differences(self) -> str:
        return "percentage points" if self.unit == "%" else self.unit


def decimals(numbers: Iterable[Uncertain], divisor: float = 1.0) -> int:
    """Decimals for numbers that stand in one column, and are divided by `divisor`.

    They show two digits of the largest uncertainty and three of the largest number or, where
    nothing is uncertain, four of the latter, and are at most two. A number that differs from zero
    by more than its uncertainty gets as many more as it takes for neither to read as zero.
    """
    known = [
        (abs(value) / divisor, None if half is None else half / divisor)
        for value, half in numbers
        if value is not None and math.isfinite(value)
    ]
    largest = max((value for value, _ in known), default=0.0)
    least = _FINEST * largest
    halves = [half for _, half in known if half is not None and least < half < math.inf]
    differing = [
        half if half > least else value
        for value, half in known
        if half is not None and value > max(half, least)
    ]
    usual = words.decimals(largest)
    if halves:
        usual = max(_places(max(halves), digits=2), _places(largest, digits=3))
    needed = math.ceil(-math.log10(_ROUNDED_UP * min(differing))) if differing else 0
    return max(min(_MOST_DECIMALS, usual), needed)


def _places(number: float, digits: int) -> int:
    """Decimals that show so many digits of a number above 0."""
    return max(0, digits - 1 - math.floor(math.log10(number)))


def _largest(numbers: Iterable[Uncertain]) -> float:
    return max(abs(value) for value, _ in numbers if value is not None and math.isfinite(value))
