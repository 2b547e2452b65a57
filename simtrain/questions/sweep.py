"""`sweep`: the same trials at each value of some keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.answers.sweep import Sweep
from simtrain.questions.question import Question, ask, numbered
from simtrain.scenario.axes import axes_of, grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Unpack

    from simtrain.questions.question import Simulate, SimulationOptions
    from simtrain.scenario.scenario import Scenario


def sweep(
    scenario: Scenario,
    ranges: Mapping[str, str | Iterable[Any]],
    *,
    trials: int = 100,
    throughout: bool = False,
    **options: Unpack[SimulationOptions],
) -> Sweep:
    """Simulate the same trials of a scenario at each value of some keys.

    All points have common random numbers: trial k meets the same faults in its time at risk,
    the same repairs and the same people everywhere, so differences between points are known far
    better than the points themselves. Each point comes out as `run` of the same scenario would.

    Parameters
    ----------
    scenario
        What to vary; it is also simulated as it is.
    ranges
        By key its values, or a range as text such as ``"10min..8h:log:25"``. Several keys make
        every combination.
    trials
        How many trials of each point.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later.
    **options
        Seed, jobs and the like: see `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    ScenarioError
        If a key, a value or a combination of them is not accepted.
    InputError
        If `trials` is out of range.
    SimtrainError
        As `simtrain.questions.question.ask` does.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> swept = sweep(scenario, {"checkpoint.interval": "10min..8h:log:25"})  # doctest: +SKIP
    >>> swept.to_frame().wall_clock_s_mean.min()  # doctest: +SKIP
    """
    return ask(SweepQuestion(scenario, ranges, trials, throughout), **options)


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
        ranges: Mapping[str, str | Iterable[Any]],
        trials: int,
        throughout: bool = False,
    ):
        self.scenario = scenario
        self._axes = axes_of(scenario, ranges)
        self._places = tuple(grid(scenario, self._axes, throughout))
        self._trials = numbered(trials)
        points = [place.scenario for place in self._places]
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
        )
