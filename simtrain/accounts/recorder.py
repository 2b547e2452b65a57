"""The sink that remembers one trial in full: what the job did, what happened, and the hosts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.intervals import Interval, unfold
from simtrain.accounts.timeline import Census, EventKind, Segment, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


class Situation(NamedTuple):
    """What the job was in as something happened, as far as it had been reported by then.

    Parameters
    ----------
    state, cause
        What it did until then, and why; None before it did anything. A segment of training counts
        as training with its saves.
    work
        Position of the work, in seconds at the full speed of the start, to the last bit that of
        the engine. Positions of intervals are sums of their own.
    """

    state: State | None
    cause: str
    work: float


class Joined(NamedTuple):
    """A span in which neither the job nor the hosts changed what they were doing."""

    start: float
    end: float
    state: State
    cause: str
    hosts: Census


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

    def skipped(self, time: float, batches: int, cause: str) -> None:
        """Leave the count of batches to others: they are neither time nor work."""

    def census(self, time: float, hosts: Census) -> None:
        """Remember how hosts are distributed from now on."""
        self.steps.append((time, hosts))

    def close(self, time: float) -> None:
        """End the recording at the end of the trial."""
        self.ended = time

    def situations(self) -> Iterator[tuple[Event, Situation]]:
        """What happened, in the order of the calls, and what the job was in.

        A phase is reported before what ended it. So the job need not have been in this situation
        at an event that did not concern it.
        """
        now = Situation(None, "", 0.0)
        for record in self._records:
            if isinstance(record, Event):
                yield record, now
            elif isinstance(record, Segment):
                now = Situation(State.TRAIN, "", record.work_end)
            elif isinstance(record, Rollback):
                now = now._replace(work=record.work)
            else:
                now = Situation(record.state, record.cause, now.work)

    def intervals(self) -> list[Interval]:
        """Spans of what the job did, saves unfolded; empty ones are left out."""
        return [record for record in self.unfolded() if isinstance(record, Interval)]

    def runs(self) -> list[tuple[float, float]]:
        """Spans without an end of training, from where it begins to an interruption or a stop."""
        runs, since = [], -1.0
        for one in self._records:
            if isinstance(one, Event):
                if one.what in _ENDS_OF_TRAINING and since >= 0.0:
                    runs.append((since, one.time))
                    since = -1.0
            elif since < 0.0 and not isinstance(one, Rollback) and _trains_or_saves(one):
                since = one.start
        return runs if since < 0.0 else [*runs, (since, self.ended)]

    def outages(self) -> list[tuple[float, float]]:
        """Spans in which training stands still, but for checks and saves; they may be empty.

        It need not have ended: a job may go on with fewer replicas.
        """
        return [(start, end) for running, start, end in _spans(self._records) if not running]

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

    def unfolded(self) -> Iterator[Interval | Rollback]:
        """Spans of what the job did, saves unfolded, with the rollbacks where they happened."""
        position = 0.0
        for record in self._records:
            if isinstance(record, Segment):
                for interval in unfold(record):
                    yield interval
                    position = interval.work_end
            elif isinstance(record, Rollback):
                yield record
                position = min(position, record.work)
            elif isinstance(record, _Spent) and record.end > record.start:
                yield Interval(
                    record.start, record.end, record.state, record.cause, position, position
                )


def _trains_or_saves(span: _Span) -> bool:
    return isinstance(span, Segment) or span.state is State.CHECKPOINT_SAVE


def _spans(records: Iterable[_Record]) -> list[tuple[bool, float, float]]:
    """Spans in which training goes on and stands still: whether it goes on, start and end."""
    spans: list[tuple[bool, float, float]] = []
    for one in records:
        if isinstance(one, Event):
            if one.what in _ENDS_OF_TRAINING and spans and spans[-1][0]:
                spans.append((False, one.time, one.time))
        elif not isinstance(one, Rollback):
            if isinstance(one, _Spent) and one.state is State.PAUSED:
                # A check, if training did not end for it.
                running = bool(spans) and spans[-1][0]
            else:
                running = _trains_or_saves(one)
            start = one.start
            if spans and spans[-1][0] is running:
                _, start, _ = spans.pop()
            spans.append((running, start, one.end))
    return spans
