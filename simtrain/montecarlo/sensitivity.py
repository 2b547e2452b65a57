"""`sensitivity`: the same trials with each number of a scenario a little less and a little more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.errors import InputError
from simtrain.montecarlo.asked import column_of
from simtrain.montecarlo.effects import Effect, Sensitivity
from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.optimum import objective_of
from simtrain.montecarlo.points import simulate_points
from simtrain.scenario.inputs import Inputs, inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from simtrain.montecarlo.points import Simulated
    from simtrain.scenario.scenario import Scenario


def sensitivity(
    scenario: Scenario,
    *,
    change: float = 0.2,
    metric: str | None = None,
    trials: int = 100,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Callable[[int], Executor] = processes,
) -> Sensitivity:
    """Which number of a scenario moves its result most, and which cannot be told to move it.

    Each number that the scenario gives is changed alone, down and up by the same part of itself,
    and the same trials are simulated: all have common random numbers, so that differences are
    known far better than the results.

    Parameters
    ----------
    scenario
        What gives the numbers.
    change
        By which part of themselves they change, a fraction above 0 and below 1. Laws change by
        their scale, probabilities are kept from 0 to 1, counts go to the nearest other whole
        number.
    metric
        The metric whose mean is looked at, such as ``"goodput"``; by default wall-clock, or
        goodput where the wall-clock is fixed.
    trials
        How many trials of each.
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs: anything that speaks `concurrent.futures`.

    Raises
    ------
    InputError
        If `change`, `metric`, `trials`, `seed` or `jobs` is not accepted.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = sensitivity(load("opt175b.toml"), change=0.1)  # doctest: +SKIP
    >>> found.to_frame()[["key", "source", "reach"]].head()  # doctest: +SKIP
    """
    plan = Plan.of(scenario, change, metric)
    simulated = simulate_points(
        plan.scenarios, trials=trials, seed=seed, jobs=jobs, progress=progress, pool=pool
    )
    return plan.sensitivity(simulated)


class Plan(NamedTuple):
    """What is simulated: the scenario as it is, and each number changed down and up."""

    scenario: Scenario
    change: float
    column: str
    inputs: Inputs

    @classmethod
    def of(cls, scenario: Scenario, change: float, metric: str | None = None) -> Plan:
        """Plan for a change by a part of each number.

        Raises
        ------
        InputError
            If `change` or `metric` is not accepted.
        """
        if not 0 < change < 1:
            raise InputError(f"change = {change:g} is not above 0 and below 1, such as 0.2 or 20 %")
        column = column_of(metric) if metric else objective_of([scenario])
        return cls(scenario, change, column, inputs_of(scenario.without_outcomes(), change))

    @property
    def scenarios(self) -> list[Scenario]:
        """All that is simulated."""
        sides = [side.scenario for one in self.inputs.varied for side in one.sides]
        return [self.scenario.without_outcomes(), *sides]

    def sensitivity(self, simulated: Sequence[Simulated]) -> Sensitivity:
        """What was simulated, number by number."""
        own, *others = (one.results for one in simulated)
        rest = iter(others)
        effects = [
            Effect(one, *(None if side is None else next(rest) for side in (one.low, one.high)))
            for one in self.inputs.varied
        ]
        left_out = tuple(self.inputs.left_out)
        return Sensitivity(self.scenario, self.change, self.column, own, tuple(effects), left_out)
