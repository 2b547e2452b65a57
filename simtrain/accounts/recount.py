"""Recount of the time of one trial from its intervals and rollbacks, the slow way.

It shares no arithmetic with the ledger: each piece of training is clipped by every rollback that
comes after it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.intervals import Interval
from simtrain.accounts.ledger import Category
from simtrain.accounts.recorder import Rollback
from simtrain.accounts.timeline import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simtrain.accounts.recorder import Recorder


class Booking(NamedTuple):
    """Seconds of one category, with their cause; productive time needs none."""

    category: Category
    cause: str
    seconds: float


def fates(recorder: Recorder) -> list[tuple[Interval, float]]:
    """Each interval with the position up to which its work was kept."""
    return [(interval, kept) for interval, kept, _ in _fates(recorder)]


def bookings(recorder: Recorder) -> Iterator[Booking]:
    """Every second of the trial by category and cause, in order of time."""
    for interval, kept, taken in _fates(recorder):
        yield from _bookings(interval, kept, taken)


def recount(recorder: Recorder) -> dict[Category, float]:
    """Seconds by category; work that was never lost counts as productive."""
    seconds = dict.fromkeys(Category, 0.0)
    for booking in bookings(recorder):
        seconds[booking.category] += booking.seconds
    return seconds


def badput(recorder: Recorder) -> dict[str, float]:
    """Seconds that were not productive, by cause."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for booking in bookings(recorder):
        if booking.category is not Category.PRODUCTIVE:
            seconds[booking.cause] += booking.seconds
    return dict(seconds)


def lost_work(recorder: Recorder) -> dict[Rollback, float]:
    """Seconds of work at the full speed of its moment that each rollback took."""
    seconds: defaultdict[Rollback, float] = defaultdict(float)
    for _, _, taken in _fates(recorder):
        for rollback, lost in taken.items():
            seconds[rollback] += lost
    return dict(seconds)


def _fates(recorder: Recorder) -> list[tuple[Interval, float, dict[Rollback, float]]]:
    """Each interval with the position its work was kept to, and what rollbacks took."""
    fates = []
    later: list[Rollback] = []  # the nearest one last
    lowest = float("inf")
    for record in reversed(list(recorder.unfolded())):
        if isinstance(record, Rollback):
            later.append(record)
            lowest = min(lowest, record.work)
        else:
            touched = reversed(later) if record.work_end > lowest else ()
            fates.append((record, *_clip(record, touched)))
    return fates[::-1]


def _clip(interval: Interval, later: Iterable[Rollback]) -> tuple[float, dict[Rollback, float]]:
    """Position that the work of `interval` is kept to, and seconds that rollbacks took."""
    low, kept = interval.work_start, interval.work_end
    taken: dict[Rollback, float] = {}
    for rollback in later:
        if kept <= low:
            break
        if rollback.work < kept:
            cut = max(low, rollback.work)
            taken[rollback] = _productive(interval, cut, kept)
            kept = cut
    return kept, taken


def _productive(interval: Interval, low: float, high: float) -> float:
    """Seconds at the full speed of the moment between two positions in `interval`."""
    span = interval.work_end - interval.work_start
    return interval.productive_s * (high - low) / span if span else 0.0


def _bookings(interval: Interval, kept: float, taken: dict[Rollback, float]) -> Iterator[Booking]:
    if interval.state is not State.TRAIN:
        seconds = interval.end - interval.start
        yield Booking(Category[interval.state.name], interval.cause, seconds)
        return
    yield Booking(Category.PRODUCTIVE, "", _productive(interval, interval.work_start, kept))
    for rollback, seconds in taken.items():
        yield Booking(Category.LOST_WORK, rollback.cause, seconds)
    for cause, seconds in interval.losses:
        yield Booking(Category.DEGRADED, cause, seconds)
