"""The real run, as far as a scenario says how it went, in seconds since its start."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.scenario.models import elapsed
from simtrain.scenario.steps import progress_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

Period = tuple[float, float]
"""From when to when."""


class RealRun(NamedTuple):
    """A time in which the real job trained.

    Parameters
    ----------
    start, end
        Its first and its last logged step.
    progress
        Share of the work at both, where the steps are known.
    """

    start: float
    end: float
    progress: Period | None


class RunPhase(NamedTuple):
    """A part of the run at whose ends the progress of the real one is known.

    Parameters
    ----------
    since, until
        From when to when in the real run.
    progress
        Share of the work at both.
    outside_s
        Seconds between runs, if the logbook reaches from end to end.
    last
        Whether the real run was over then.
    """

    since: float
    until: float
    progress: Period
    outside_s: float | None
    last: bool

    @property
    def of_trials(self) -> Period:
        """The same part of a trial: the last one goes on until the trial ends."""
        return self.since, math.inf if self.last else self.until


@dataclass(frozen=True)
class History:
    """What is known of the real run.

    Parameters
    ----------
    runs
        Times in which it trained, in order.
    milestones
        When it had got how far, in order: published progress since the start.
    end_s
        Its published wall-clock, if it finished its work.
    windows
        Parts of it whose gaps are published, or else all that the logbook covers.
    """

    runs: tuple[RealRun, ...]
    milestones: tuple[tuple[float, float], ...]
    end_s: float | None
    windows: tuple[Period, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> History:
        """Whatever the scenario says; rows that only bound an outcome give no value.

        Progress between two values, as between one save and the next, is in the middle.
        """
        known = [
            (row, fmean(row.ends) * row.scale)
            for row in scenario.published
            if row.relation == "eq" and row.of == "run"
            if row.quantity == "progress" or not isinstance(row.value, tuple)
        ]

        def window(moments: tuple[object, object]) -> Period:
            since, until = (elapsed(moment, scenario.start) for moment in moments)  # type: ignore[arg-type]
            return since, until

        reached: dict[float, float] = {}
        for row, value in known:
            if row.quantity == "progress" and row.window is not None:
                since, until = window(row.window)
                if since == 0:
                    reached[until] = value
        finishes = scenario.workload.window is None
        ends = [value for row, value in known if row.quantity == "wall_clock" and finishes]
        runs = tuple(sorted(_runs(scenario), key=lambda run: run.start))
        windows = dict.fromkeys(
            window(row.window)
            for row in scenario.published
            if row.quantity == "gaps" and row.window is not None
        )
        covered = ((runs[0].start, runs[-1].end),) if runs else ()
        return cls(
            runs=runs,
            milestones=tuple(sorted(reached.items())),
            end_s=ends[0] if ends else None,
            windows=tuple(windows) or covered,
        )

    @property
    def gaps(self) -> tuple[Period, ...]:
        """Times without training between two runs."""
        return tuple(
            (one.end, other.start) for one, other in pairwise(self.runs) if other.start > one.end
        )

    def gap_lengths(self, window: Period) -> NDArray[np.float64]:
        """Seconds of the gaps that begin in a window."""
        since, until = window
        return np.array([end - start for start, end in self.gaps if since <= start < until])

    @property
    def last_s(self) -> float:
        """Last moment at which anything is known."""
        ends = [run.end for run in self.runs[-1:]] + [time for time, _ in self.milestones[-1:]]
        return max(ends + ([] if self.end_s is None else [self.end_s]), default=0.0)

    @property
    def phases(self) -> tuple[RunPhase, ...]:
        """Parts between moments at which the progress is known, the start among them."""
        known = [(0.0, 0.0), *(one for one in self.milestones if one[0] > 0)]
        if self.end_s is not None:
            known = [*(one for one in known if one[0] < self.end_s), (self.end_s, 1.0)]
        return tuple(
            RunPhase(
                since, until, (before, after), self._outside_s(since, until), until == self.end_s
            )
            for (since, before), (until, after) in pairwise(known)
        )

    def _outside_s(self, since: float, until: float) -> float | None:
        if not self.runs or self.runs[0].start > since or self.runs[-1].end < until:
            return None
        return sum(max(0.0, min(end, until) - max(start, since)) for start, end in self.gaps)


def _runs(scenario: Scenario) -> Iterator[RealRun]:
    if scenario.logbook is None:
        return
    for run in scenario.logbook.runs:
        start, end = (elapsed(moment, scenario.start) for moment in (run.start, run.end))
        progress = None
        if run.steps is not None and scenario.phases:
            first, last = run.steps
            progress = progress_at(scenario.phases, first), progress_at(scenario.phases, last)
        yield RealRun(start, end, progress)
