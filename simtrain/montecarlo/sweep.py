"""`sweep`: the same trials at each value of some keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.points import Simulated, simulate_points
from simtrain.montecarlo.swept import Sweep
from simtrain.scenario.axes import Axis, Place, axes_of, grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.store import Store
    from simtrain.scenario.scenario import Scenario


def sweep(
    scenario: Scenario,
    ranges: Mapping[str, str | Iterable[Any]],
    *,
    trials: int = 100,
    seed: int = 0,
    jobs: int | None = None,
    throughout: bool = False,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = processes,
    store: Store | None = None,
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
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs, anything that speaks `concurrent.futures`; or its
        name, as ``--executor`` takes it. What is named does all the work.
    store
        Keeps finished trials, and gives those that it has: only the others are simulated.

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
    plan = Plan.of(scenario, ranges, throughout)
    simulated = simulate_points(
        plan.scenarios,
        trials=trials,
        seed=seed,
        jobs=jobs,
        progress=progress,
        pool=pool,
        store=store,
    )
    return plan.swept(simulated)


class Plan(NamedTuple):
    """What a sweep simulates: its points, and the scenario as it is unless that is one of them."""

    scenario: Scenario
    axes: tuple[Axis, ...]
    places: tuple[Place, ...]
    own_point: int | None

    @classmethod
    def of(
        cls, scenario: Scenario, ranges: Mapping[str, str | Iterable[Any]], throughout: bool = False
    ) -> Plan:
        """Plan of a sweep.

        Raises
        ------
        ScenarioError
            If a key, a value or a combination of them is not accepted.
        """
        axes = axes_of(scenario, ranges)
        places = grid(scenario, axes, throughout)
        meanings = [place.scenario.sha256 for place in places]
        own = scenario.sha256
        return cls(scenario, axes, tuple(places), meanings.index(own) if own in meanings else None)

    @property
    def scenarios(self) -> list[Scenario]:
        """All that is simulated."""
        points = [place.scenario for place in self.places]
        told = [*points, self.scenario] if self.own_point is None else points
        return [scenario.without_outcomes() for scenario in told]

    def swept(self, simulated: Sequence[Simulated]) -> Sweep:
        """Sweep with what was simulated."""
        own = simulated[-1 if self.own_point is None else self.own_point].results
        points = simulated[: len(self.places)]
        return Sweep(
            self.scenario,
            self.axes,
            self.places,
            tuple(point.results for point in points),
            own,
            self.own_point,
            tuple(point.trial_s for point in points),
        )
