"""`plan_for`: which value of a key just meets a target, for each value of another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.plan_for import Decisions
from simtrain.errors import InputError
from simtrain.questions.plan import TRIALS, VARIED, PlanQuestion, answered_together, mistakes_in
from simtrain.questions.question import Question, ask, asks
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
    from simtrain.scenario.axes import Axis, Ranges
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

CASES = "for"
"""What messages say that the values come from for which a plan is asked."""


@asks
def plan_for(
    scenario: ScenarioLike,
    cases: Ranges,
    *,
    target: str,
    vary: Ranges,
    trials: int | None = None,
    throughout: bool = False,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Decisions:
    """Find the value of a key that just meets a target, for each value of another key.

    Such as the spares that jobs of several sizes need. Each case is a `plan` of its own, with the
    same trials.

    Parameters
    ----------
    scenario
        What to plan: a scenario, a file, or the name of a packaged one.
    cases
        One key, with its values or a range as text; others may move with it, as in `sweep`:
        ``{"cluster.hosts": "20,100,400"}``.
    target, vary, trials, throughout
        See `plan`. A range of shares such as ``"0%..10%"`` is every count between its ends in each
        case.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or a key or a value is not accepted.
    UndefinedError
        If the metric has no value in any trial.
    InputError
        If the target cannot be read, `trials` is out of range or too few for it, or a key is both
        given and varied.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = plan_for(
    ...     "mycluster.toml",
    ...     {"cluster.hosts": "20,100,400"},
    ...     target="probability(host_wait <= 1 min) >= 95%",
    ...     vary={"cluster.spares": "0..40"},
    ... )  # doctest: +SKIP
    >>> [choice.point.value for choice in found.choices]  # doctest: +SKIP
    """
    question = PlanForQuestion(load(scenario), cases, target, vary, trials, throughout)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class PlanForQuestion(Question[Decisions]):
    """Which values just meet the target; its parameters and errors are those of `plan_for`."""

    def __init__(
        self,
        scenario: Scenario,
        cases: Ranges,
        target: str,
        vary: Ranges,
        trials: int | None,
        throughout: bool = False,
    ):
        self.scenario = scenario
        self._axis = _axis(scenario, cases)
        with mistakes_in(CASES):
            self._places = tuple(grid(scenario, [self._axis], throughout))
        trials = TRIALS.of([place.scenario for place in self._places], trials)
        self._plans = [
            PlanQuestion(place.scenario, target, vary, trials, throughout) for place in self._places
        ]
        both = set(self._axis.keys).intersection(*(plan.keys for plan in self._plans))
        if both:
            raise InputError(f"{VARIED}: {min(both)} is varied, and the plan is for values of it")
        self.most = sum(plan.most or 0 for plan in self._plans)

    def answered(self, simulate: Simulate) -> Decisions:
        """Answer each plan."""
        decisions = answered_together(self._plans, simulate)
        return Decisions(self.scenario, self._axis, self._places, decisions)


def _axis(scenario: Scenario, cases: Ranges) -> Axis:
    with mistakes_in(CASES):
        axes = axes_of(scenario, cases)
        check_size(scenario, axes)
    if len(axes) > 1:
        raise InputError(
            f"{CASES}: {len(axes)} keys are given; plan for the values of one, which others may "
            'follow: "cluster.hosts=64,128 with cluster.swap=1min,2min"'
        )
    return axes[0]
