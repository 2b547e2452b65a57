"""The sink that remembers: one trial in full, and a recount of its time.

The recount shares no arithmetic with the engine and none with the ledger. Saves are unfolded by a
plain loop, and each piece of training is clipped by every rollback that comes after it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.causes import BACKGROUND_WRITE, CHECKPOINTS
from simtrain.model.saving import CheckpointSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Interval(NamedTuple):
    """What the job was doing in a half-open span of time.

    Parameters
    ----------
    start, end
        Seconds since the start of the run.
    state, cause
        What the job was doing, and why; training needs no cause.
    work_start, work_end
        Position of the work, in seconds at the full speed of the start.
    productive_s
        Work done in the span, in seconds at the full speed of that moment.
    losses
        What kept `productive_s` below the length of the span: seconds by cause.
    """

    start: float
    end: float
    state: State
    cause: str
    work_start: float
    work_end: float
    productive_s: float = 0.0
    losses: tuple[tuple[str, float], ...] = ()


class Rollback(NamedTuple):
    """At `time`, all work behind position `work` was lost because of `cause`."""

    time: float
    work: float
    cause: str


class Event(NamedTuple):
    """Something that happened, with the host it concerns or -1."""

    time: float
    what: EventKind
    cause: str
    host: int


class Joined(NamedTuple):
    """A span in which neither the job nor the hosts changed what they were doing."""

    start: float
    end: float
    state: State
    cause: str
    hosts: Census


class Booking(NamedTuple):
    """Seconds of one category, with their cause; productive time needs none."""

    category: Category
    cause: str
    seconds: float


class _Spent(NamedTuple):
    state: State
    cause: str
    start: float
    end: float


# Thousands of these are made in a trial, and a call of the class costs twice as much.
_moment = partial(tuple.__new__, Event)
_spent = partial(tuple.__new__, _Spent)

_ENDS_OF_TRAINING = (EventKind.INTERRUPTION, EventKind.STOP)

_Span = _Spent | Segment
_Record = _Span | Rollback | Event


class Recorder:
    """Everything that happened in one trial; a `Sink`.

    Attributes
    ----------
    moments
        What happened, in the order of the calls.
    rollbacks
        Where work was lost.
    steps
        From when on hosts were distributed how.
    ended
        When the trial ended.
    """

    def __init__(self) -> None:
        self._records: list[_Record] = []
        self.moments: list[Event] = []
        self.rollbacks: list[Rollback] = []
        self.steps: list[tuple[float, Census]] = []
        self.ended = 0.0

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Remember an interval outside training."""
        self._records.append(_spent((state, cause, start, end)))

    def trained(self, segment: Segment) -> None:
        """Remember training with its saves."""
        self._records.append(segment)

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Remember where work was lost."""
        rollback = Rollback(time, work, cause)
        self._records.append(rollback)
        self.rollbacks.append(rollback)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Remember a moment."""
        moment = _moment((time, what, cause, host))
        self._records.append(moment)
        self.moments.append(moment)

    def census(self, time: float, hosts: Census) -> None:
        """Remember how hosts are distributed from now on."""
        self.steps.append((time, hosts))

    def close(self, time: float) -> None:
        """End the recording at the end of the trial."""
        self.ended = time

    def intervals(self) -> list[Interval]:
        """Spans of what the job did, saves unfolded; empty ones are left out."""
        return [record for record in self._unfolded() if isinstance(record, Interval)]

    def fates(self) -> list[tuple[Interval, float]]:
        """Each interval with the position up to which its work was kept."""
        return [(interval, kept) for interval, kept, _ in self._fates()]

    def bookings(self) -> Iterator[Booking]:
        """Every second of the trial by category and cause, in order of time."""
        for interval, kept, taken in self._fates():
            yield from _bookings(interval, kept, taken)

    def recount(self) -> dict[Category, float]:
        """Seconds by category; work that was never lost counts as productive."""
        seconds = dict.fromkeys(Category, 0.0)
        for booking in self.bookings():
            seconds[booking.category] += booking.seconds
        return seconds

    def badput(self) -> dict[str, float]:
        """Seconds that were not productive, by cause."""
        seconds: defaultdict[str, float] = defaultdict(float)
        for booking in self.bookings():
            if booking.category is not Category.PRODUCTIVE:
                seconds[booking.cause] += booking.seconds
        return dict(seconds)

    def lost_work(self) -> dict[Rollback, float]:
        """Seconds of work at the full speed of its moment that each rollback took."""
        seconds: defaultdict[Rollback, float] = defaultdict(float)
        for _, _, taken in self._fates():
            for rollback, lost in taken.items():
                seconds[rollback] += lost
        return dict(seconds)

    def spans(self) -> list[tuple[bool, float, float]]:
        """Runs and outages in turn: whether it is a run, its start and its end."""
        return _spans(self._records)

    def runs(self) -> list[tuple[float, float]]:
        """Spans of training and saving without an end of training."""
        return [(start, end) for running, start, end in self.spans() if running]

    def outages(self) -> list[tuple[float, float]]:
        """Spans between runs, from an end of training until it goes on; they may be empty."""
        return [(start, end) for running, start, end in self.spans() if not running]

    def joined(self) -> Iterator[Joined]:
        """Intervals cut where the hosts changed; a time without a census is left out."""
        steps = iter([*self.steps, (float("inf"), None)])
        hosts, (cut, following) = None, next(steps)
        for interval in self.intervals():
            start = interval.start
            while start < interval.end:
                while cut <= start:
                    hosts, (cut, following) = following, next(steps)
                end = min(interval.end, cut)
                if hosts is not None:
                    yield Joined(start, end, interval.state, interval.cause, hosts)
                start = end

    def host_seconds(self) -> list[float]:
        """Host-seconds in the job, idle, in repair and away, by the joined spans."""
        seconds = [0.0] * len(Census._fields)
        for span in self.joined():
            for place, number in enumerate(span.hosts):
                seconds[place] += number * (span.end - span.start)
        return seconds

    def _unfolded(self) -> Iterator[Interval | Rollback]:
        position = 0.0
        for record in self._records:
            if isinstance(record, Segment):
                for interval in _unfold(record):
                    yield interval
                    position = interval.work_end
            elif isinstance(record, Rollback):
                yield record
                position = min(position, record.work)
            elif isinstance(record, _Spent) and record.end > record.start:
                yield Interval(
                    record.start, record.end, record.state, record.cause, position, position
                )

    def _fates(self) -> list[tuple[Interval, float, dict[Rollback, float]]]:
        """Each interval with the position its work was kept to, and what rollbacks took."""
        fates = []
        later: list[Rollback] = []  # the nearest one last
        lowest = float("inf")
        for record in reversed(list(self._unfolded())):
            if isinstance(record, Rollback):
                later.append(record)
                lowest = min(lowest, record.work)
            else:
                touched = reversed(later) if record.work_end > lowest else ()
                fates.append((record, *_clip(record, touched)))
        return fates[::-1]


def position_in(segment: Segment, time: float) -> float:
    """Position of the work at a moment within a segment."""
    for piece in _unfold(segment):
        if piece.end >= time:
            share = (time - piece.start) / (piece.end - piece.start)
            return piece.work_start + share * (piece.work_end - piece.work_start)
    return segment.work_end


def _unfold(segment: Segment) -> Iterator[Interval]:
    """Pieces of training and stalls in turn, until the segment ends."""
    schedule = segment.schedule
    slowness = _slowness(segment)
    time, work = segment.start, segment.work_start
    train, write = schedule.first_s, schedule.write_left_s
    while time < segment.end:
        end = min(time + train, segment.end)
        if end > time:
            piece = _piece(time, end, work, write, schedule, slowness)
            yield piece
            time, work = end, piece.work_end
        end = min(time + schedule.stall_s, segment.end)
        if end > time:
            yield Interval(time, end, State.CHECKPOINT_SAVE, CHECKPOINTS, work, work)
        time = end
        train, write = schedule.every_s, schedule.write_s


def _piece(
    start: float,
    end: float,
    work: float,
    write: float,
    schedule: CheckpointSchedule,
    slowness: dict[str, float],
) -> Interval:
    """Training from `start` to `end`, its first `write` seconds beside a background write."""
    seconds = end - start
    slow = min(write, seconds)
    written = schedule.speed * schedule.write_slowdown * slow
    productive = schedule.speed * (1.0 - schedule.write_slowdown) * slow
    productive += schedule.speed * (seconds - slow)
    losses = {cause: share * seconds for cause, share in slowness.items()}
    if written:
        losses[BACKGROUND_WRITE] = written
    reached = work + productive * schedule.full_speed
    return Interval(start, end, State.TRAIN, "", work, reached, productive, tuple(losses.items()))


def _slowness(segment: Segment) -> dict[str, float]:
    """How much of each second of training is lost outside background writes, by cause."""
    others = {cause: s for cause, s in segment.losses if cause != BACKGROUND_WRITE}
    total = sum(others.values())
    slowness = 1.0 - segment.schedule.speed
    return {cause: slowness * s / total for cause, s in others.items()} if total else {}


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


def _spans(records: Iterable[_Record]) -> list[tuple[bool, float, float]]:
    """Spans of runs and outages in turn: whether it is a run, its start and its end."""
    spans: list[tuple[bool, float, float]] = []
    for one in records:
        if isinstance(one, Event):
            if one.what in _ENDS_OF_TRAINING and spans and spans[-1][0]:
                spans.append((False, one.time, one.time))
        elif not isinstance(one, Rollback):
            running = isinstance(one, Segment) or one.state is State.CHECKPOINT_SAVE
            start = one.start
            if spans and spans[-1][0] is running:
                _, start, _ = spans.pop()
            spans.append((running, start, one.end))
    return spans
