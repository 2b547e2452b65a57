"""How the first trials of a run went, moment by moment.

They are simulated once more, with a sink that remembers: a trial is a function of the scenario, the
seed and its number, so they are the same trials.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import State
from simtrain.sampling.batch import Work
from simtrain.sampling.executors import (
    POOL_PAYS_S,
    RESULT_BYTES,
    processes,
    processors,
    spread,
)
from simtrain.sampling.pools import is_elsewhere, pool_of
from simtrain.tables.columns import NAMES
from simtrain.tables.history import History

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.recorder import Interval
    from simtrain.sampling.executors import Pool
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.history import Span
    from simtrain.tables.results import Results

    Array = NDArray[np.float64]

MOST = 200
"""Trials that are followed: what is shown as their P5 then lies between P2 and P8."""

_MOMENTS = 400
_SHOWN = 99
"""Percentile of wall-clock up to which trials are followed: the longest would squeeze the rest."""
_COLUMN = {category: column for column, category in enumerate(Category)}
_COLUMN_OF_STATE = {state: _COLUMN[Category[state.name]] for state in State if state}


class Following(NamedTuple):
    """How some consecutive trials went, as a worker tells it.

    Parameters
    ----------
    trials
        Their numbers.
    work
        Position of the work, one row for each trial and one column for each moment, in seconds at
        the full speed of the start. Single precision: it travels, and is drawn.
    goal_s
        Work that was to be done in each trial; endless where a window is observed.
    gaps
        Start and end of each time without training between two runs, for each trial.
    spent_s
        Seconds by trial, part of the run and category.
    """

    trials: range
    work: NDArray[np.float32]
    goal_s: Array
    gaps: list[Array]
    spent_s: Array

    @property
    def bytes_per_trial(self) -> int:
        """Size of what is told of one trial."""
        size = self.work.nbytes + self.goal_s.nbytes + self.spent_s.nbytes
        return (size + sum(gaps.nbytes for gaps in self.gaps)) // len(self.trials)


@dataclass(frozen=True)
class _Follow:
    """Follows trials; it travels to the workers.

    Parameters
    ----------
    work
        Which trials of what.
    horizon_s
        Until when their work is told.
    parts
        Parts of the run whose time is told by category.
    """

    work: Work
    horizon_s: float
    parts: tuple[Span, ...]

    def __call__(self, trials: range) -> Following:
        """Follow some trials, in whatever process this is called."""
        simulator = self.work.simulator
        told = Following(
            trials,
            np.empty((len(trials), _MOMENTS), dtype=np.float32),
            np.empty(len(trials)),
            [],
            np.empty((len(trials), len(self.parts), len(_COLUMN))),
        )
        moments = _moments(self.horizon_s)
        for place, trial in enumerate(trials):
            recording = Recorder()
            told.goal_s[place] = simulator.run(trial, recording).work_s
            fates = recording.fates()
            told.work[place] = _work_at(moments, [interval for interval, _ in fates])
            told.gaps.append(_gaps(recording))
            told.spent_s[place] = spent_in(self.parts, fates)
        return told


@dataclass(frozen=True, eq=False)
class Trajectories:
    """How the first trials of a run went.

    Only of those that finished, as the statistics of `Results` are.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    history
        The real run, as far as the scenario tells it.
    moments
        Moments at which progress is known, in seconds since the start.
    work
        Position of the work, one row for each trial and one column for each moment, in seconds at
        the full speed of the start. A position may still be rolled back later.
    goal_s
        Work that was to be done in each trial; endless where a window is observed.
    gaps
        Start and end of each time without training between two runs, for each trial.
    spent_s
        Seconds by trial, phase of the history and category.
    ideal
        Moments and positions of the work without faults, saves, stops and slowness.
    ideal_goal_s
        Work that is then to be done.
    followed
        How many trials were followed, those that did not finish included.
    """

    scenario: Scenario
    history: History
    moments: Array
    work: NDArray[np.float32]
    goal_s: Array
    gaps: tuple[Array, ...]
    spent_s: Array
    ideal: tuple[Array, Array]
    ideal_goal_s: float
    followed: int

    @property
    def trials(self) -> int:
        """Number of trials that finished."""
        return len(self.work)

    @property
    def watched(self) -> bool:
        """Whether a window is observed, so that there is no share of the work to speak of."""
        return bool(np.isinf(self.ideal_goal_s))

    def progress(self) -> Array:
        """Share of the work at each moment in each trial; in seconds where a window is observed."""
        if self.watched:
            return self.work.astype(np.float64)
        return self.work / self.goal_s[:, np.newaxis]

    def ideal_progress(self) -> tuple[Array, Array]:
        """The same without any loss: moments at which its slope changes, and progress at each."""
        moments, work = self.ideal
        return moments, work if self.watched else work / self.ideal_goal_s

    def ideal_time(self, progress: float) -> float:
        """Seconds that a share of the work takes without any loss."""
        moments, work = self.ideal
        return float(np.interp(progress * self.ideal_goal_s, work, moments))

    def gap_lengths(self, window: Span) -> list[Array]:
        """Seconds of the gaps that begin in a window, for each trial."""
        since, until = window
        return [
            (gaps[:, 1] - gaps[:, 0])[(since <= gaps[:, 0]) & (gaps[:, 0] < until)]
            for gaps in self.gaps
        ]


def trajectories(
    results: Results,
    *,
    most: int = MOST,
    jobs: int | None = None,
    pool: Pool | str = processes,
) -> Trajectories:
    """Simulate the first trials of a run once more, and tell how each went.

    Parameters
    ----------
    results
        The run.
    most
        How many trials to follow at most.
    jobs, pool
        See `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    WorkerError
        If worker processes keep dying.
    """
    history = History.of(results.scenario)
    trials = range(min(results.trials, most))
    kept = ~results.truncated[: len(trials)]
    wall_clock = results.values[: len(trials), NAMES.index("wall_clock_s")][kept]
    horizon = max(results.ideal_s, history.last_s)
    if wall_clock.size:
        horizon = max(horizon, float(np.percentile(wall_clock, _SHOWN)))
    parts = tuple(phase.of_trials for phase in history.phases)
    work = Work.of(results.scenario, results.seed)
    jobs = processors() if jobs is None else jobs
    with closing(_followed(_Follow(work, horizon, parts), trials, jobs, pool_of(pool))) as pieces:
        told = sorted(pieces, key=lambda piece: piece.trials.start)
    recording = Recorder()
    ideal_goal_s = work.simulator.run_ideal(recording).work_s
    intervals = recording.intervals()
    gaps = [one for piece in told for one in piece.gaps]
    return Trajectories(
        scenario=results.scenario,
        history=history,
        moments=_moments(horizon),
        work=np.concatenate([piece.work for piece in told])[kept],
        goal_s=np.concatenate([piece.goal_s for piece in told])[kept],
        gaps=tuple(one for one, keep in zip(gaps, kept, strict=True) if keep),
        spent_s=np.concatenate([piece.spent_s for piece in told])[kept],
        ideal=(
            np.array([0.0, *(interval.end for interval in intervals)]),
            np.array([0.0, *(interval.work_end for interval in intervals)]),
        ),
        ideal_goal_s=ideal_goal_s,
        followed=len(trials),
    )


def _followed(
    follow: _Follow, trials: range, jobs: int, pool: Pool
) -> Generator[Following, None, None]:
    """All trials: the first here, to see whether the rest is worth other processes."""
    began = time.perf_counter()
    first = follow(trials[:1])
    rest_s = (time.perf_counter() - began) * len(trials[1:])
    yield first
    if rest_s <= POOL_PAYS_S or (jobs == 1 and not is_elsewhere(pool)):
        yield from (follow(trials[place : place + 1]) for place in range(1, len(trials)))
        return
    size = max(1, RESULT_BYTES // first.bytes_per_trial)
    spans = [trials[place : place + size] for place in range(1, len(trials), size)]
    yield from spread(follow, spans, min(jobs, len(spans)), pool)


def spent_in(parts: Sequence[Span], fates: Iterable[tuple[Interval, float]]) -> Array:
    """Seconds of a trial by part of the run and category.

    Work counts in the part in which it was done, also if it was lost only later.

    Parameters
    ----------
    parts
        Parts of the run, in seconds since the start.
    fates
        What the job did, and up to which position its work was kept.

    Returns
    -------
    array
        One row for each part, one column for each `Category`. A row adds up to the length of the
        part, as far as the trial reaches.
    """
    spent = np.zeros((len(parts), len(_COLUMN)))
    if not parts:
        return spent
    pieces = [piece for interval, kept in fates for piece in _pieces(interval, kept)]
    if not pieces:
        return spent
    start, end, column, seconds = np.array(pieces).T
    length = end - start
    for row, (since, until) in enumerate(parts):
        inside = np.clip(np.minimum(end, until) - np.maximum(start, since), 0.0, None)
        share = np.divide(inside, length, out=np.zeros_like(length), where=length > 0)
        np.add.at(spent[row], column.astype(int), seconds * share)
    return spent


def _pieces(interval: Interval, kept: float) -> Iterable[tuple[float, float, int, float]]:
    """Parts of an interval: start, end, number of the category, and seconds of it."""
    start, end = interval.start, interval.end
    if interval.state is not State.TRAIN:
        yield start, end, _COLUMN_OF_STATE[interval.state], end - start
        return
    done = interval.work_end - interval.work_start
    share = (kept - interval.work_start) / done if done > 0 else 1.0
    cut = start + share * (end - start)
    yield start, cut, _COLUMN[Category.PRODUCTIVE], share * interval.productive_s
    if cut < end:
        yield cut, end, _COLUMN[Category.LOST_WORK], (1.0 - share) * interval.productive_s
    if interval.losses:
        degraded = sum(seconds for _, seconds in interval.losses)
        yield start, end, _COLUMN[Category.DEGRADED], degraded


def _moments(horizon_s: float) -> Array:
    return np.linspace(0.0, horizon_s, _MOMENTS)


def _work_at(moments: Array, intervals: Sequence[Interval]) -> Array:
    """Position of the work, which rises evenly in each interval and falls only between them."""
    if not intervals:
        return np.zeros(len(moments))
    span = np.array([(one.start, one.end, one.work_start, one.work_end) for one in intervals])
    start, end, before, after = span.T
    place = np.clip(np.searchsorted(start, moments, side="right") - 1, 0, None)
    share = np.clip((moments - start[place]) / (end[place] - start[place]), 0.0, 1.0)
    position: Array = before[place] + share * (after[place] - before[place])
    return position


def _gaps(recording: Recorder) -> Array:
    """Times without training between two runs, as `simtrain.tables.outcomes` counts them."""
    gaps = [(start, end) for start, end in recording.outages() if end > start]
    return np.array(gaps).reshape(-1, 2)
