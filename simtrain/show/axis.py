"""What lies along an axis of a picture: from where to where, its marks and their names."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.show import words
from simtrain.show.letters import text_width
from simtrain.units import DAY, HOUR, MINUTE, WEEK, short_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

SIZE, _LINE = 10.0, 0.17
"""Size of letters in points, and height of a line of them in inches."""
_NEAR = 1e-9
"""Share of an axis by which a mark may lie beyond its end."""
_GAP = 0.08
"""Inches between two names."""
_CALENDAR = (
    *(n * MINUTE for n in (1, 5, 10, 30)),
    *(n * HOUR for n in (1, 2, 4, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 56, 91, 182, 364, 728)),
)
_ROUND_TIMES = (
    *(n * unit for unit in (1e-3, 1e-2, 1e-1) for n in (1, 2, 5)),
    *(n * unit for unit in (1.0, MINUTE) for n in (1, 2, 5, 10, 20, 30)),
    *(n * HOUR for n in (1, 2, 4, 8, 12)),
    *(n * unit * DAY for unit in (1, 10, 100, 1e3, 1e4, 1e5) for n in (1, 2, 5)),
)


class Scale(NamedTuple):
    """An axis of a picture.

    Parameters
    ----------
    low, high
        Its ends; the first is the left or lower one, and may be the greater.
    ticks, names
        Marks, and what is written at them.
    label
        What it shows, with its unit.
    is_log
        Whether equal ratios are equally long.
    """

    low: float
    high: float
    ticks: Sequence[float] = ()
    names: Sequence[str] = ()
    label: str = ""
    is_log: bool = False

    def place(self, value: float) -> float:
        """Share of the axis that lies below a value."""
        return float(self.places(value))

    def places(self, values: ArrayLike) -> NDArray[np.float64]:
        """The same of many values; what is not above 0 lies far below a logarithmic axis."""
        numbers = np.asarray(values, dtype=np.float64)
        if not self.is_log:
            return (numbers - self.low) / (self.high - self.low or 1.0)
        positive = np.where(numbers <= 0, np.finfo(np.float64).tiny, numbers)
        return np.log(positive / self.low) / (math.log(self.high / self.low) or 1.0)

    def covers(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return min(self.low, self.high) <= value <= max(self.low, self.high)

    def unnamed(self) -> Scale:
        """The same axis with nothing written along it."""
        return self._replace(names=[""] * len(self.ticks), label="")

    @property
    def depth(self) -> float:
        """Inches that names and label take below a horizontal axis."""
        lines = max((name.count("\n") + 1 for name in self.names if name), default=0)
        return 0.1 + _LINE * lines + (0.2 if self.label else 0.0)

    def spaced(self, inches: float) -> Scale:
        """The same axis without the marks whose names would run into others in so many inches."""
        kept: list[tuple[float, str]] = []
        free = -math.inf
        for tick, name in zip(self.ticks, self.names, strict=True):
            half, middle = _width(name) / 2, self.place(tick) * inches
            if middle - half >= free:
                kept.append((tick, name))
                free = middle + half + _GAP
        return self._replace(ticks=[tick for tick, _ in kept], names=[name for _, name in kept])

    @property
    def widest(self) -> float:
        """Inches that the widest name takes."""
        return max(map(_width, self.names), default=0.0)

    def marks(self) -> list[tuple[float, str]]:
        """Marks that lie on the axis: the share of it that lies below, and the name."""
        shares = [self.place(tick) for tick in self.ticks]
        pairs = zip(shares, self.names, strict=True)
        return [(share, name) for share, name in pairs if -_NEAR <= share <= 1 + _NEAR]


BARE = Scale(0.0, 1.0)
"""An axis from 0 to 1 with nothing along it."""


def even(low: float, high: float, label: str = "", most: int = 6, whole: bool = False) -> Scale:
    """Scale with marks at round numbers, at whole ones only if these are counts."""
    high = high if high > low else low + 1
    step = _round_step((high - low) / most, whole)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = [number * step for number in range(first, last + 1)]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    names = [f"{tick:,.{places}f}".replace("-", "−") for tick in ticks]
    return Scale(low, high, ticks, names, label)


def around(values: Iterable[float], label: str = "", most: int = 6, room: float = 0.05) -> Scale:
    """Even scale that holds some values, those that are finite, with a share of room beyond."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    beyond = room * (high - low) or room * (abs(high) or 1.0)
    return even(low - beyond, high + beyond, label, most)


def logarithmic(low: float, high: float, label: str = "", times: bool = False) -> Scale:
    """Scale of ratios with marks at 1, 2 and 5 of each decade, or at round times in seconds."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = _ROUND_TIMES if times else [n * 10.0**decade for decade in decades for n in (1, 2, 5)]
    ticks = [number for number in numbers if low <= number <= high]
    names = [words.duration(tick) if times else f"{tick:,.6g}" for tick in ticks]
    return Scale(low, high, ticks, names, label, True)


def rows(names: Sequence[str], room: float = 0.5) -> Scale:
    """Vertical scale with a row for each name, the first at the top."""
    return Scale(len(names) - 1 + room, -room, list(range(len(names))), names)


def calendar(start: dt.datetime | None, end: float, most: int = 12, begin: float = 0.0) -> Scale:
    """Scale of seconds since the start: dates, or elapsed time if there is no start."""
    length = end - begin
    step = next((step for step in _CALENDAR if length / step <= most), length / most)
    first = begin + -(midnight(start) + begin) % min(step, DAY)
    if start is not None and step % WEEK == 0:
        first += (-(start + dt.timedelta(seconds=first)).weekday() % 7) * DAY
    count = max(0, int((end - first) // step) + 1)
    ticks = [first + number * step for number in range(count)]
    if start is None:
        unit = words.unit_for(end)
        names = [f"{tick / unit.seconds:g}" for tick in ticks]
        return Scale(begin, end, ticks, names, f"{unit.plural} since the start")
    moments = [start + dt.timedelta(seconds=tick) for tick in ticks]
    earlier = [None, *moments]
    names = [_date(moment, before, step) for moment, before in zip(moments, earlier, strict=False)]
    return Scale(begin, end, ticks, names)


def midnight(start: dt.datetime | None) -> float:
    """Seconds from the midnight before the start to the start."""
    if start is None:
        return 0.0
    return (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()


def _date(moment: dt.datetime, before: dt.datetime | None, step: float) -> str:
    """Name of a mark; below it what is not the same as at the mark before: the day, the year."""
    day, year = short_date(moment), str(moment.year)
    above = f"{moment:%H:%M}" if step < DAY else day if step < 91 * DAY else f"{moment:%b}"
    below = []
    if step < DAY and (before is None or before.date() != moment.date()):
        below.append(day)
    if before is None or before.year != moment.year:
        below.append(year)
    return "\n".join([above, *filter(None, [", ".join(below)])])


def _width(name: str) -> float:
    return max(text_width(line, SIZE) for line in name.split("\n"))


def _round_step(least: float, whole: bool) -> float:
    """Smallest of 1, 2 and 5 times a power of ten that is no less than `least`."""
    decade = 10.0 ** math.floor(math.log10(least))
    step = next(n * decade for n in (1, 2, 5, 10) if n * decade >= least * (1 - 1e-9))
    return max(1.0, step) if whole else step
