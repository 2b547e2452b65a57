"""Marks of a time axis: dates where the run has a start, elapsed time where it has none."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from simtrain.show import words
from simtrain.units import DAY, HOUR, MINUTE, WEEK, short_date

_STEPS = (
    *(n * MINUTE for n in (1, 5, 10, 30)),
    *(n * HOUR for n in (1, 2, 4, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 56, 91, 182, 364, 728)),
)


class Ticks(NamedTuple):
    """Marks of an axis in seconds since the start, their labels, and what they are."""

    at: list[float]
    labels: list[str]
    title: str


def ticks(start: dt.datetime | None, end: float, most: int = 12) -> Ticks:
    """Choose marks from the start to `end`, in seconds, and no more than `most`."""
    step = next((step for step in _STEPS if end / step <= most), end / most)
    first = -midnight(start) % min(step, DAY)
    if start is not None and step % WEEK == 0:
        first += (-(start + dt.timedelta(seconds=first)).weekday() % 7) * DAY
    count = max(0, int((end - first) // step) + 1)
    at = [first + number * step for number in range(count)]
    if start is None:
        unit = words.unit_for(end)
        return Ticks(
            at, [f"{mark / unit.seconds:g}" for mark in at], f"{unit.plural} since the start"
        )
    moments = [start + dt.timedelta(seconds=mark) for mark in at]
    if step >= 91 * DAY:
        return Ticks(at, [f"{moment:%b %Y}" for moment in moments], "")
    labels = [f"{moment:%H:%M}" if step < DAY else short_date(moment) for moment in moments]
    years = sorted({str(start.year), str((start + dt.timedelta(seconds=end)).year)})
    return Ticks(at, labels, "–".join(years))


def midnight(start: dt.datetime | None) -> float:
    """Seconds from the midnight before the start to the start."""
    if start is None:
        return 0.0
    return dt.timedelta(
        hours=start.hour, minutes=start.minute, seconds=start.second, microseconds=start.microsecond
    ).total_seconds()
