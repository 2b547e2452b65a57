"""What is published of a real run, measured in a trial."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import Census, EventKind, Segment, Sink, State
from simtrain.scenario.models import elapsed

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.columns import Books

Span = tuple[float, float]
Measure = Callable[["Part"], float]


class Observed:
    """One trial as a logbook would have it; what several quantities need is looked up once.

    Parameters
    ----------
    recording
        The whole trial.
    books
        Its closed books.
    hardware
        Classes of faults that a host is to blame for.
    """

    def __init__(self, recording: Recorder, books: Books, hardware: frozenset[str]):
        self.recording = recording
        self.books = books
        self._hardware = hardware

    @cached_property
    def runs(self) -> list[Span]:
        """When the job trained and saved without an end of training."""
        return [(start, end) for running, start, end in self._spans if running]

    @cached_property
    def gaps(self) -> list[Span]:
        """When it did not, between two runs."""
        return [(start, end) for running, start, end in self._spans if end > start and not running]

    @cached_property
    def _spans(self) -> list[tuple[bool, float, float]]:
        return self.recording.spans()

    @cached_property
    def times(self) -> dict[EventKind, list[float]]:
        """When what happened."""
        times: dict[EventKind, list[float]] = {what: [] for what in EventKind}
        for time, what, _, _ in self.recording.moments:
            times[what].append(time)
        return times

    @cached_property
    def hardware_interruptions(self) -> list[float]:
        """When a host ended training."""
        return [
            time
            for time, what, cause, _ in self.recording.moments
            if what is EventKind.INTERRUPTION and cause in self._hardware
        ]

    @cached_property
    def manual_hardware_launches(self) -> list[float]:
        """When a person tried to start because of a host."""
        manual, times = False, []
        for time, what, cause, _ in self.recording.moments:
            if what is EventKind.PERSON_CALLED:
                manual = True
            elif what is EventKind.INTERRUPTION:
                manual = False
            elif what is EventKind.LAUNCH and manual and cause in self._hardware:
                times.append(time)
        return times


class Part(NamedTuple):
    """A part of a trial in which something is measured.

    Parameters
    ----------
    trial
        The trial.
    since, until
        From when to when, in seconds since the start; what happens at `until` is out.
    rank
        Which of the longest is meant, from 1.
    """

    trial: Observed
    since: float
    until: float
    rank: int

    def count(self, times: list[float]) -> int:
        """How many of some moments, which are in order, fall into the part."""
        return bisect_left(times, self.until) - bisect_left(times, self.since)

    def runs(self) -> list[float]:
        """Seconds of each run, as far as it falls into the part."""
        clipped = (min(end, self.until) - max(start, self.since) for start, end in self.trial.runs)
        return [seconds for seconds in clipped if seconds > 0]

    def gaps(self) -> list[float]:
        """Seconds of each gap that begins in the part."""
        return [end - start for start, end in self.trial.gaps if self.since <= start < self.until]

    def progress(self) -> float:
        """Share of the work that was gained."""
        before, after = self.trial.recording.work_at((self.since, self.until))
        return (after - before) / self.trial.books.ending.work_s

    def in_run_share(self) -> float:
        """Share of the part in which the job trains or saves, up to the end of the trial."""
        seconds = min(self.until, self.trial.books.ending.wall_clock_s) - self.since
        return sum(self.runs()) / seconds if seconds > 0 else math.nan

    def longest_run(self) -> float:
        """Length of the longest run, or of the next longest by rank."""
        longest = sorted(self.runs(), reverse=True)
        return longest[self.rank - 1] if self.rank <= len(longest) else math.nan


def _value_of(column: str) -> Measure:
    return lambda part: part.trial.books.value(column)


def _number_of(what: EventKind) -> Measure:
    return lambda part: part.count(part.trial.times[what])


MEASURES: dict[str, Measure] = {
    "wall_clock": _value_of("wall_clock_s"),
    "goodput": _value_of("goodput"),
    "ettr": _value_of("ettr"),
    "progress": Part.progress,
    "in_run_share": Part.in_run_share,
    "interruptions": _number_of(EventKind.INTERRUPTION),
    "hardware_interruptions": lambda part: part.count(part.trial.hardware_interruptions),
    "launches": _number_of(EventKind.LAUNCH),
    "failed_launches": _number_of(EventKind.FAILED_LAUNCH),
    "manual_hardware_launches": lambda part: part.count(part.trial.manual_hardware_launches),
    "automatic_restarts": _number_of(EventKind.AUTOMATIC_RESTART),
    "manual_restarts": _number_of(EventKind.MANUAL_RESTART),
    "hosts_cycled": _number_of(EventKind.CORDON),
    "longest_run": Part.longest_run,
    "gaps": lambda part: len(part.gaps()),
    "mean_gap": lambda part: fmean(gaps) if (gaps := part.gaps()) else math.nan,
    "median_gap": lambda part: median(gaps) if (gaps := part.gaps()) else math.nan,
}
"""How each quantity of the scenario format is measured, in base units."""


class Outcomes:
    """Measures what a scenario publishes.

    Parameters
    ----------
    scenario
        The scenario.
    """

    def __init__(self, scenario: Scenario):
        self._rows: list[tuple[Measure, float, float, int]] = []
        for row in scenario.published:
            since, until = row.window or (0.0, math.inf)
            window = elapsed(since, scenario.start), elapsed(until, scenario.start)
            self._rows.append((MEASURES[row.quantity], *window, row.rank))
        self._hardware = frozenset(
            name for name, fault in scenario.fault.items() if fault.scope != "job"
        )

    def __len__(self) -> int:
        return len(self._rows)

    def measured(self, recording: Recorder, books: Books) -> list[float]:
        """Value of each published row in one trial, in base units; NaN where it has none."""
        trial = Observed(recording, books, self._hardware)
        return [
            measure(Part(trial, since, until, rank)) for measure, since, until, rank in self._rows
        ]


class Both:
    """A `Sink` that tells two."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Sink, second: Sink):
        self._first = first
        self._second = second

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Tell of an interval outside training."""
        self._first.spent(state, cause, start, end)
        self._second.spent(state, cause, start, end)

    def trained(self, stretch: Segment) -> None:
        """Tell of training."""
        self._first.trained(stretch)
        self._second.trained(stretch)

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Tell of a rollback."""
        self._first.rolled_back(time, work, cause)
        self._second.rolled_back(time, work, cause)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Tell of a moment."""
        self._first.happened(time, what, cause, host)
        self._second.happened(time, what, cause, host)

    def census(self, time: float, hosts: Census) -> None:
        """Tell how hosts are distributed."""
        self._first.census(time, hosts)
        self._second.census(time, hosts)

    def close(self, time: float) -> None:
        """Tell that the trial ends."""
        self._first.close(time)
        self._second.close(time)
