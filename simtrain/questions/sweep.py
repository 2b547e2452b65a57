"""`sweep`: the same trials at each value of some keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.sweep import Sweep
from simtrain.questions.deciding import deciding
from simtrain.questions.question import Question, ask, asks, numbered
from simtrain.sampling.defaults import DefaultTrials
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.axes import axes_of, grid
from simtrain.scenario.load import load
from simtrain.scenario.size import check_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.axes import Ranges
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

TRIALS = DefaultTrials(400, 100)


@asks
def sweep(
    scenario: ScenarioLike,
    ranges: Ranges,
    *,
    trials: int | None = None,
    throughout: bool = False,
    of: str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Sweep:
    """Simulate the same trials of a scenario at each value of some keys.

    All points have common random numbers: trial k meets the same faults in its time at risk,
    the same repairs and the same people everywhere, so differences between points are known far
    better than the points themselves. Each point comes out as `run` of the same scenario would.

    Parameters
    ----------
    scenario
        What to vary: a scenario, a file, or the name of a packaged one. It is also simulated as it
        is.
    ranges
        By key its values, or a range as text such as ``"10min..8h:log:25"``. Several keys make
        every combination. Keys that move together are one: ``{("cluster.hosts",
        "cluster.swap"): [(64, "1 min"), (128, "2 min")]}``, or as text ``{"cluster.hosts":
        "64,128 with cluster.spares=5%"}``.
    trials
        How many trials of each point; by default 400, or 100 where only the engine on SimPy tells
        them.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later.
    of
        Statistic that decides which point is best, such as ``"p90(wall_clock)"``; by default the
        mean wall-clock, or what is fair where that is not.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or a key, a value or a combination of them is not accepted.
    InputError
        If `trials` is out of range, or `of` cannot decide.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> swept = sweep("opt175b.toml", {"checkpoint.interval": "10min..8h:log:25"})  # doctest: +SKIP
    >>> swept.to_frame().wall_clock_s_mean.min()  # doctest: +SKIP
    """
    question = SweepQuestion(load(scenario), ranges, trials, throughout, of)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class SweepQuestion(Question[Sweep]):
    """Which values are best; its parameters and errors are those of `sweep`.

    Attributes
    ----------
    points
        All that is simulated: the places, and the scenario as it is unless that is one of them.
    baseline_point
        Which place that is; None if it is none.
    """

    def __init__(
        self,
        scenario: Scenario,
        ranges: Ranges,
        trials: int | None,
        throughout: bool = False,
        of: str | None = None,
    ):
        self.scenario = scenario
        self._axes = axes_of(scenario, ranges)
        check_size(scenario, self._axes)
        self._places = tuple(grid(scenario, self._axes, throughout))
        points = [place.scenario for place in self._places]
        trials = TRIALS.of([scenario, *points], trials)
        self._trials = numbered(trials)
        self._of = deciding(of, [scenario, *points], self._trials)
        meanings = [point.sha256 for point in points]
        baseline = scenario.sha256
        self.baseline_point = meanings.index(baseline) if baseline in meanings else None
        if self.baseline_point is None:
            points.append(scenario)
        self.points = [point.without_outcomes() for point in points]
        self.most = len(points) * trials

    def answered(self, simulate: Simulate) -> Sweep:
        """Simulate every point."""
        results = simulate(self.points, self._trials)
        return Sweep(
            self.scenario,
            self._axes,
            self._places,
            tuple(results[: len(self._places)]),
            results[-1 if self.baseline_point is None else self.baseline_point],
            self.baseline_point,
            self._of,
        )
