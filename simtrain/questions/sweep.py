"""`sweep`: the same trials at each value of some keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.answers.sweep import Sweep
from simtrain.questions.question import ask, numbered
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
    **means: Unpack[SimulationOptions],
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
    **means
        Seed, jobs and the like: see `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    ScenarioError
        If a key, a value or a combination of them is not accepted.
    InputError
        If `trials`, `seed` or `jobs` is out of range.
    OutputError
        If the store holds trials of something else.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> swept = sweep(scenario, {"checkpoint.interval": "10min..8h:log:25"})  # doctest: +SKIP
    >>> swept.to_frame().wall_clock_s_mean.min()  # doctest: +SKIP
    """
    return ask(SweepQuestion(scenario, ranges, trials, throughout), **means)


class SweepQuestion:
    """What a sweep asks: which values are best.

    Parameters
    ----------
    scenario, ranges, trials, throughout
        As for `sweep`.

    Attributes
    ----------
    points
        All that is simulated: the places, and the scenario as it is unless that is one of them.
    own_point
        Which place that is; None if it is none.

    Raises
    ------
    ScenarioError
        If a key, a value or a combination of them is not accepted.
    InputError
        If `trials` is no number of trials.
    """

    def __init__(
        self,
        scenario: Scenario,
        ranges: Mapping[str, str | Iterable[Any]],
        trials: int,
        throughout: bool = False,
    ):
        self.scenarios = [scenario]
        self._axes = axes_of(scenario, ranges)
        self._places = tuple(grid(scenario, self._axes, throughout))
        self._trials = numbered(trials)
        meanings = [place.scenario.sha256 for place in self._places]
        own = scenario.sha256
        self.own_point = meanings.index(own) if own in meanings else None
        points = [place.scenario for place in self._places]
        told = [*points, scenario] if self.own_point is None else points
        self.points = [point.without_outcomes() for point in told]

    @property
    def most(self) -> int:
        """How many trials it takes."""
        return len(self.points) * len(self._trials)

    def answered(self, simulate: Simulate) -> Sweep:
        """Simulate every point."""
        simulated = simulate(self.points, self._trials)
        own = simulated[-1 if self.own_point is None else self.own_point].results
        places = simulated[: len(self._places)]
        return Sweep(
            self.scenarios[0],
            self._axes,
            self._places,
            tuple(place.results for place in places),
            own,
            self.own_point,
            tuple(place.trial_s for place in places),
        )
