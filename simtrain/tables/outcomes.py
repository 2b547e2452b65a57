"""What is published of a real run, measured in a trial."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.intervals import position_in
from simtrain.accounts.timeline import Ending, EventKind, Segment
from simtrain.scenario.models import elapsed
from simtrain.tables.columns import MEASURES, NAMES

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

Stretch = tuple[float, float]
Measured = Callable[["TrialWindow"], float]

_ENDS_OF_TRAINING = (EventKind.INTERRUPTION, EventKind.STOP)
_OF_OUTAGES = frozenset({*_ENDS_OF_TRAINING, EventKind.LAUNCH, EventKind.PERSON_CALLED})


class TrialLogbook:
    """One trial as the logbook of a run would have it: runs, gaps, progress, and what happened.

    It listens to no more than published quantities need, and costs a trial little.

    Parameters
    ----------
    times
        Moments at which the position of the work is noted, in order, in seconds since the start.
    hardware
        Classes of faults that a host is to blame for.

    Attributes
    ----------
    times
        Moments by the kind of what happened.
    work_at
        Position of the work at each of these moments, in seconds at the full speed of the start.
    """

    def __init__(self, times: Iterable[float] = (), hardware: frozenset[str] = frozenset()):
        self._due = [*times][::-1]
        self._next = self._due[-1] if self._due else math.inf
        self._hardware = hardware
        self._position = 0.0
        self._run_start: float | None = None
        self._ended = 0.0
        self._outages: list[tuple[float, EventKind, str]] = []
        self.times: list[list[float]] = [[] for _ in EventKind]
        self._runs: list[Stretch] = []
        self.work_at: dict[float, float] = {}

    # --- listening -------------------------------------------------------------------------------

    def trained(self, segment: Segment) -> None:
        """Note the position of the work, and the start of a run."""
        if self._run_start is None:
            self._run_start = segment.start
        while self._next < segment.end:
            inside = self._next > segment.start
            self._note(position_in(segment, self._next) if inside else self._position)
        self._position = segment.work_end

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Note the position of the work."""
        while self._next < time:
            self._note(self._position)
        self._position = min(self._position, work)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Note what happened, and the end of a run."""
        self.times[what].append(time)
        if what in _OF_OUTAGES:
            self._outages.append((time, what, cause))
            if what in _ENDS_OF_TRAINING and self._run_start is not None:
                self._runs.append((self._run_start, time))
                self._run_start = None

    def close(self, time: float) -> None:
        """Note the end of the trial."""
        self._ended = time
        if self._run_start is not None:
            self._runs.append((self._run_start, time))
        while self._due:
            self._note(self._position)

    def _note(self, position: float) -> None:
        self.work_at[self._due.pop()] = position
        self._next = self._due[-1] if self._due else math.inf

    # --- what it says ----------------------------------------------------------------------------

    @property
    def runs(self) -> Sequence[Stretch]:
        """When the job trained and saved without an end of training."""
        return self._runs

    @cached_property
    def gaps(self) -> list[Stretch]:
        """When it did not: before, between and after the runs."""
        edges = [0.0, *(edge for run in self._runs for edge in run), self._ended]
        return [
            (start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start
        ]

    @cached_property
    def interruptions_by_cause(self) -> dict[str, list[float]]:
        """When each class of faults ended training."""
        found: dict[str, list[float]] = {}
        for time, what, cause in self._outages:
            if what is EventKind.INTERRUPTION:
                found.setdefault(cause, []).append(time)
        return found

    @cached_property
    def hardware_interruptions(self) -> list[float]:
        """When a host ended training."""
        by_cause = self.interruptions_by_cause.items()
        return sorted(
            time for cause, times in by_cause if cause in self._hardware for time in times
        )

    @cached_property
    def manual_hardware_launches(self) -> list[float]:
        """When a person tried to start because of a host."""
        manual, times = False, []
        for time, what, cause in self._outages:
            if what is EventKind.PERSON_CALLED:
                manual = True
            elif what is EventKind.INTERRUPTION:
                manual = False
            elif what is EventKind.LAUNCH and manual and cause in self._hardware:
                times.append(time)
        return times


class Trial(NamedTuple):
    """A trial that is over: its logbook, its ending, and the values of all columns."""

    logbook: TrialLogbook
    ending: Ending
    values: Sequence[float]


class TrialWindow(NamedTuple):
    """A window of a trial in which something is measured.

    Parameters
    ----------
    trial
        The trial.
    since, until
        From when to when, in seconds since the start; what happens at `until` is out.
    rank
        Which of the longest is meant, from 1.
    cause
        Class of faults that alone counts, if it is not all of them.
    """

    trial: Trial
    since: float
    until: float
    rank: int
    cause: str | None

    def interruptions(self) -> int:
        """How many unplanned ends of training there were."""
        logbook = self.trial.logbook
        if self.cause is None:
            return self.count(logbook.times[EventKind.INTERRUPTION])
        return self.count(logbook.interruptions_by_cause.get(self.cause, ()))

    def count(self, times: Sequence[float]) -> int:
        """How many of some moments, which are in order, fall into the window."""
        return bisect_left(times, self.until) - bisect_left(times, self.since)

    def runs(self) -> list[float]:
        """Seconds of each run, as far as it falls into the window."""
        since, until = self.since, self.until
        clipped = (min(end, until) - max(start, since) for start, end in self.trial.logbook.runs)
        return [seconds for seconds in clipped if seconds > 0]

    def gaps(self) -> list[float]:
        """Seconds of each gap that begins in the window."""
        gaps = self.trial.logbook.gaps
        return [end - start for start, end in gaps if self.since <= start < self.until]

    def progress(self) -> float:
        """Share of the work that was gained."""
        work_at = self.trial.logbook.work_at
        return (work_at[self.until] - work_at[self.since]) / self.trial.ending.work_s

    def in_run_share(self) -> float:
        """Share of the window in which the job trains or saves, up to the end of the trial."""
        seconds = min(self.until, self.trial.ending.wall_clock_s) - self.since
        return sum(self.runs()) / seconds if seconds > 0 else math.nan

    def longest_run(self) -> float:
        """Length of the longest run, or of the next longest by rank."""
        longest = sorted(self.runs(), reverse=True)
        return longest[self.rank - 1] if self.rank <= len(longest) else math.nan


COLUMN_OF = {
    "wall_clock": "wall_clock_s",
    **{name: name for name in ("goodput", "ettr")},
    **{name: name for name in ("hosts_down_mean", "hosts_down_p99", "hosts_down_max")},
    **{measure.name: measure.column for measure in MEASURES},
}
"""Quantities of a whole trial: the column that each of them is."""

KIND_OF = {
    "stops": EventKind.STOP,
    "launches": EventKind.LAUNCH,
    "failed_launches": EventKind.FAILED_LAUNCH,
    "automatic_restarts": EventKind.AUTOMATIC_RESTART,
    "manual_restarts": EventKind.MANUAL_RESTART,
    "hosts_cycled": EventKind.CORDON,
}
"""Quantities that are counts of all that happens of a kind."""


def _value_of(column: str) -> Measured:
    place = NAMES.index(column)
    return lambda window: window.trial.values[place]


def _number_of(what: EventKind) -> Measured:
    return lambda window: window.count(window.trial.logbook.times[what])


QUANTITIES: dict[str, Measured] = {
    **{name: _value_of(column) for name, column in COLUMN_OF.items()},
    **{name: _number_of(kind) for name, kind in KIND_OF.items()},
    "progress": TrialWindow.progress,
    "in_run_share": TrialWindow.in_run_share,
    "interruptions": TrialWindow.interruptions,
    "hardware_interruptions": lambda window: window.count(
        window.trial.logbook.hardware_interruptions
    ),
    "manual_hardware_launches": lambda window: window.count(
        window.trial.logbook.manual_hardware_launches
    ),
    "longest_run": TrialWindow.longest_run,
    "gaps": lambda window: len(window.gaps()),
    "mean_gap": lambda window: fmean(gaps) if (gaps := window.gaps()) else math.nan,
    "median_gap": lambda window: median(gaps) if (gaps := window.gaps()) else math.nan,
}
"""How each quantity of the scenario format is measured, in base units."""


class Row(NamedTuple):
    """What is measured, as a row of the scenario says.

    Parameters
    ----------
    quantity
        One of `QUANTITIES`.
    since, until, rank, cause
        As in `TrialWindow`.
    """

    quantity: str
    since: float
    until: float
    rank: int
    cause: str | None


class Outcomes:
    """Measures what a scenario publishes.

    Parameters
    ----------
    scenario
        The scenario.

    Attributes
    ----------
    rows
        What is measured.
    times
        Moments at which the position of the work has to be known, in order.
    hardware
        Classes of faults that a host is to blame for.
    """

    def __init__(self, scenario: Scenario):
        self.rows: list[Row] = []
        times = set()
        for row in scenario.published:
            since, until = (
                elapsed(moment, scenario.start) for moment in row.window or (0.0, math.inf)
            )
            self.rows.append(Row(row.quantity, since, until, row.rank, row.cause))
            if row.quantity == "progress":
                times |= {since, until}
        self.times = sorted(times)
        self.hardware = frozenset(
            name for name, fault in scenario.fault.items() if fault.strikes_hosts
        )

    def __len__(self) -> int:
        return len(self.rows)

    def logbook(self) -> TrialLogbook:
        """Logbook of a trial to come."""
        return TrialLogbook(self.times, self.hardware)

    def measured(
        self, logbook: TrialLogbook, ending: Ending, values: Sequence[float]
    ) -> list[float]:
        """Value of each published row in one trial, in base units; NaN where it has none."""
        trial = Trial(logbook, ending, values)
        return [
            QUANTITIES[quantity](TrialWindow(trial, since, until, rank, cause))
            for quantity, since, until, rank, cause in self.rows
        ]
