"""Weights of time that may be another in each hour, and their integral between two moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol, get_args

import numpy as np

from simtrain.model.on_call import day_covered, seconds_of_day
from simtrain.scenario.footprint import Month
from simtrain.units import DAY, HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.footprint import HoursOfYear
    from simtrain.scenario.hourly import Hourly

    Array = NDArray[np.float64]
    Integers = NDArray[np.int64]

_AT_ONCE = 2048
"""Hours that are looked up at once, some twelve weeks."""


class Weight(Protocol):
    """A weight of each second of a trial."""

    is_flat: bool

    def over(self, start: float, end: float) -> float:
        """Integral over the seconds from `start` to `end`."""

    def until(self, moments: Array) -> Array:
        """Integral from some common moment to each of these, in seconds since the start."""

    def hours(self, start: float, end: float) -> Array:
        """Moments between two others at which it may change."""

    def by_hour(self, first: int, last: int) -> Array:
        """Weight in each hour from one to before another, counted from that of the start."""


class Flat:
    """A weight that never changes."""

    is_flat = True

    def __init__(self, value: float):
        self.value = value

    def over(self, start: float, end: float) -> float:
        """Integral between two moments: a product."""
        return self.value * (end - start)

    def until(self, moments: Array) -> Array:
        """Integral from the start to some moments."""
        return self.value * moments

    def hours(self, start: float, end: float) -> Array:
        """Nothing changes."""
        return np.empty(0)

    def by_hour(self, first: int, last: int) -> Array:
        """Weight in each hour: the same."""
        return np.full(last - first, self.value)


class HourNumbers:
    """Which of several values holds in which hour, counted from the hour in which a run starts.

    It grows as it is asked, and is the same in every trial.

    Parameters
    ----------
    start
        Local date and time of the start of the run, if hours have any.
    """

    def __init__(self, start: dt.datetime | None):
        self.into_hour_s = into_hour_s(start)
        self._hour = int(seconds_of_day(start) // HOUR) if start else 0
        self._day = start.toordinal() if start else 0
        self._known: Integers = np.empty(0, dtype=np.int64)

    def first(self, hours: int) -> Integers:
        """Number of the value that holds in each of the first hours, at least so many."""
        if hours > len(self._known):
            more = np.arange(len(self._known), max(hours, len(self._known) + _AT_ONCE))
            self._known = np.concatenate([self._known, self._numbers(self._hour + more)])
        return self._known

    def _numbers(self, hours: Integers) -> Integers:
        """Numbers at some hours, counted from midnight of the day on which the run starts."""
        raise NotImplementedError


class NumbersInTurn(HourNumbers):
    """Hourly values one after the other, and then anew."""

    def __init__(self, hourly: Hourly, start: dt.datetime | None):
        super().__init__(start)
        self._count = len(hourly.values)
        self._since = self._hour  # the first value is that of the first hour
        if hourly.begins is not None:
            self._since = int((hourly.begins.toordinal() - self._day) * DAY // HOUR)

    def _numbers(self, hours: Integers) -> Integers:
        turns: Integers = (hours - self._since) % self._count
        return turns


class NumbersByRow(HourNumbers):
    """Rows that fit at some hours, of which the first counts; the last number is of all others."""

    def __init__(self, rows: Sequence[HoursOfYear], start: dt.datetime | None):
        super().__init__(start)
        self._rows = rows
        self._row = cache(self._find_row)

    def _numbers(self, hours: Integers) -> Integers:
        days, rest = np.divmod(hours, 24)
        places = zip((self._day + days).tolist(), rest.tolist(), strict=True)
        return np.array([self._row(day, hour) for day, hour in places], dtype=np.int64)

    def _find_row(self, day: int, hour: int) -> int:
        for number, row in enumerate(self._rows):
            covered = day_covered(row, day, hour)
            if covered is not None and _in_months(row, covered):
                return number
        return len(self._rows)


class ByHour:
    """A weight that may be another in each hour.

    Parameters
    ----------
    numbers
        Which of the values holds when.
    values
        The values.
    """

    is_flat = False

    def __init__(self, numbers: HourNumbers, values: Sequence[float]):
        self._numbers = numbers
        self._values = np.asarray(values, dtype=np.float64)
        self._by_hour: Array = np.empty(0)
        self._sums: Array = np.zeros(1)
        self._shift = numbers.into_hour_s

    def over(self, start: float, end: float) -> float:
        """Integral between two moments."""
        first, last = start + self._shift, end + self._shift
        before, after = int(first // HOUR), int(last // HOUR)
        self._grow(after)
        if before == after:
            return float(self._by_hour[before]) * (end - start)
        rest = (first - before * HOUR) * self._by_hour[before]
        begun = (last - after * HOUR) * self._by_hour[after]
        return float(self._sums[after] - self._sums[before] - rest + begun)

    def until(self, moments: Array) -> Array:
        """Integral from the hour of the start to some moments."""
        since = moments + self._shift
        hours = np.floor_divide(since, HOUR).astype(np.int64)
        self._grow(int(hours.max(initial=0)))
        integral: Array = self._sums[hours] + self._by_hour[hours] * (since - hours * HOUR)
        return integral

    def hours(self, start: float, end: float) -> Array:
        """Full hours between two moments."""
        first, last = (moment + self._shift for moment in (start, end))
        return np.arange(first // HOUR + 1, -(-last // HOUR)) * HOUR - self._shift

    def by_hour(self, first: int, last: int) -> Array:
        """Weight in each hour."""
        self._grow(last - 1)
        return self._by_hour[first:last]

    def _grow(self, hour: int) -> None:
        """Know the weight of an hour, and of all before it."""
        if hour >= len(self._by_hour):
            self._by_hour = self._values[self._numbers.first(hour + 1)]
            self._sums = np.concatenate([[0.0], np.cumsum(self._by_hour) * HOUR])


def into_hour_s(start: dt.datetime | None) -> float:
    """Seconds from the full hour to the start of a run; 0 if it has none."""
    return seconds_of_day(start) % HOUR if start else 0.0


def _in_months(row: HoursOfYear, day: int) -> bool:
    month = dt.date.fromordinal(day).month
    return row.months is None or get_args(Month)[month - 1] in row.months
