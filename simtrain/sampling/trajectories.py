"""How the first trials of a run went, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.recorder import Recorder
from simtrain.engine.trial import Simulator
from simtrain.sampling.engines import COMPILED, Engines, is_installed
from simtrain.sampling.executors import processes
from simtrain.sampling.points import simulate_points
from simtrain.tables.columns import NAMES
from simtrain.tables.history import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.sampling.executors import Pool
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.history import Period
    from simtrain.tables.results import Results

    Array = NDArray[np.float64]

MOST = 200
"""Trials that are followed: what is shown as their P5 then lies between P2 and P8."""

_MOMENTS = 400
_SHOWN = 99
"""Percentile of wall-clock up to which trials are followed: the longest would squeeze the rest."""


@dataclass(frozen=True, eq=False)
class Trajectories:
    """How the first trials of a run went.

    Only of those that finished, as the statistics of `Results` are.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    history
        The real run, as far as the scenario says how it went.
    moments
        Moments at which progress is known, in seconds since the start.
    work
        Position of the work, one row for each trial and one column for each moment, in seconds at
        the full speed of the start. A position may still be rolled back later.
    goal_s, gaps, spent_s
        Of each trial, as in `simtrain.tables.trajectory.Trajectory`; parts are the phases of the
        history.
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

    def gap_lengths(self, window: Period) -> list[Array]:
        """Seconds of the gaps that begin in a window, for each trial."""
        since, until = window
        return [
            (gaps[:, 1] - gaps[:, 0])[(since <= gaps[:, 0]) & (gaps[:, 0] < until)]
            for gaps in self.gaps
        ]


def trajectories(
    results: Results, *, most: int = MOST, jobs: int | None = None, pool: Pool | str = processes
) -> Trajectories:
    """How the first trials of a run went: those that were not followed are simulated once more.

    Parameters
    ----------
    results
        The run.
    most
        How many trials to follow at most.
    jobs, pool
        See `simtrain.questions.question.ask`.

    Raises
    ------
    WorkerError
        If worker processes keep dying.
    """
    scenario, followed = results.scenario, min(results.trials, most)
    known = results.trajectories
    if not all(trial in known for trial in range(followed)):
        is_compiled = results.engine == COMPILED and is_installed()
        [again] = simulate_points(
            [scenario],
            range(followed),
            seed=results.seed,
            jobs=jobs,
            pool=pool,
            followed=followed,
            engines=Engines(COMPILED) if is_compiled else None,
        )
        known = again.trajectories
    finished = np.flatnonzero(~results.truncated[:followed]).tolist()
    history = History.of(scenario)
    horizon = max(results.ideal_s, history.last_s)
    if finished:
        wall_clock = results.values[finished, NAMES.index("wall_clock_s")]
        horizon = max(horizon, float(np.percentile(wall_clock, _SHOWN)))
    moments = np.linspace(0.0, horizon, _MOMENTS)
    shown = [known[trial] for trial in finished]
    recording = Recorder()
    ideal_goal_s = Simulator(scenario, results.seed).run_ideal(recording).work_s
    intervals = recording.intervals()
    return Trajectories(
        scenario=scenario,
        history=history,
        moments=moments,
        work=np.array([one.work_at(moments) for one in shown], np.float32).reshape(-1, _MOMENTS),
        goal_s=np.array([one.goal_s for one in shown]),
        gaps=tuple(one.gaps for one in shown),
        spent_s=np.array([one.spent_s for one in shown]),
        ideal=(
            np.array([0.0, *(interval.end for interval in intervals)]),
            np.array([0.0, *(interval.work_end for interval in intervals)]),
        ),
        ideal_goal_s=ideal_goal_s,
        followed=followed,
    )
