"""`sensitivity`: the same trials with each number of a scenario a little less and a little more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.sensitivity import InputEffect, Sensitivity
from simtrain.questions.question import Question, ask, asks, check_fraction, numbered
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from simtrain.tables.optimum import objective_of
from simtrain.tables.results import refuse_undefined
from simtrain.tables.statistic import column_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario


@asks
def sensitivity(
    scenario: ScenarioLike,
    *,
    change: float = 0.2,
    metric: str | None = None,
    trials: int = 100,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Sensitivity:
    """Which number of a scenario moves its result most, and which may not move it at all.

    Each number that the scenario gives is changed alone, down and up by the same part of itself,
    and the same trials are simulated: all have common random numbers, so that differences are
    known far better than the results.

    Parameters
    ----------
    scenario
        What gives the numbers: a scenario, a file, or the name of a packaged one.
    change
        By which part of themselves they change, a fraction above 0 and below 1. Laws change by
        their scale, probabilities are kept from 0 to 1, counts go to the nearest other whole
        number.
    metric
        The metric whose mean is looked at, such as ``"goodput"``; by default wall-clock, or
        goodput where the wall-clock is fixed.
    trials
        How many trials of each.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If `change`, `metric` or `trials` is not accepted.
    UndefinedError
        If the metric has no value in any trial.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = sensitivity("opt175b.toml", change=0.1)  # doctest: +SKIP
    >>> found.to_frame()[["key", "source", "reach"]].head()  # doctest: +SKIP
    """
    question = SensitivityQuestion(load(scenario), change, metric, trials)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class SensitivityQuestion(Question[Sensitivity]):
    """Which number matters; its parameters and errors are those of `sensitivity`."""

    def __init__(self, scenario: Scenario, change: float, metric: str | None, trials: int):
        check_fraction("change", change, "0.2 or 20 %")
        self.scenario = scenario
        self._change = change
        self._column = column_of(metric) if metric is not None else objective_of([scenario])
        self._trials = numbered(trials)
        plain = scenario.without_outcomes()
        self._inputs = inputs_of(plain, change)
        sides = [side.scenario for one in self._inputs.varied for side in one.sides]
        self._points = [plain, *sides]
        self.most = len(self._points) * trials

    def answered(self, simulate: Simulate) -> Sensitivity:
        """Simulate the scenario as it is, and with each number changed down and up."""
        results = simulate(self._points, self._trials)
        refuse_undefined(self._column, results)
        baseline, *others = results
        rest = iter(others)
        effects = [
            InputEffect(
                one, *(None if side is None else next(rest) for side in (one.low, one.high))
            )
            for one in self._inputs.varied
        ]
        return Sensitivity(
            self.scenario,
            self._change,
            self._column,
            baseline,
            tuple(effects),
            tuple(self._inputs.left_out),
        )
