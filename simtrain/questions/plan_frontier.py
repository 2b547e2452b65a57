"""`plan_frontier`: which values of two keys together meet a target and are not dominated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.answers.plan_frontier import Frontier
from simtrain.errors import InputError, shown
from simtrain.questions.plan import (
    VARIED,
    PlanQuestion,
    answered_together,
    mistakes_in,
    refuse_words,
)
from simtrain.questions.question import Question, ask, asks
from simtrain.sampling.defaults import DefaultTrials
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.axes import axes_of, grid
from simtrain.scenario.cheaper import ENDS, cheaper_end
from simtrain.scenario.document import PathError
from simtrain.scenario.load import load
from simtrain.scenario.size import check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.axes import Axis, Ranges
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

CHEAPER = "cheaper"
"""What messages say that the end of a key comes from which is the cheaper one."""

TRIALS = DefaultTrials(400, 100)
MOST_VALUES = 40
"""Values of the key of which each has a search of its own."""


@asks
def plan_frontier(
    scenario: ScenarioLike,
    *,
    target: str,
    vary: Ranges,
    cheaper: Mapping[str, str] | None = None,
    trials: int | None = None,
    throughout: bool = False,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Frontier:
    """Find the values of two keys that meet a target and that no others dominate which meet it.

    A combination dominates another one if it is no dearer in either key and cheaper in one. For
    each value of the key that has fewer values the cheapest one of the other key is searched as
    `plan` does it, all on the same trials; of these, those are kept that none of them dominates.

    Parameters
    ----------
    scenario
        What to plan: a scenario, a file, or the name of a packaged one.
    target
        See `plan`.
    vary
        Two keys, each with its values or a range as text, of which one has at most 40 values:
        ``{"cluster.spares": "0..16", "checkpoint.interval": "20min..4h:log:6"}``.
    cheaper
        Whether ``"less"`` or ``"more"`` of a key is cheaper, by key. It is known of spares, hosts
        and crews, of which fewer are cheaper, and of most times, of which longer ones are.
    trials
        How many trials of each combination that is looked at; by default 400, or 100 where only
        the engine on SimPy tells them.
    throughout
        See `plan`.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or a key or a value is not accepted.
    UndefinedError
        If the metric has no value in any trial.
    InputError
        If the target cannot be read, `trials` is out of range or too few for it, there are not
        two keys, both have many values, or it is not known which end of a key is cheaper.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = plan_frontier(
    ...     "mycluster.toml",
    ...     target="p90(wall_clock) <= 30 d",
    ...     vary={"cluster.spares": "0..16", "people.response": "5min..8h:log:6"},
    ... )  # doctest: +SKIP
    >>> [case.values for case in found.frontier]  # doctest: +SKIP
    """
    question = PlanFrontierQuestion(load(scenario), target, vary, cheaper, trials, throughout)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class PlanFrontierQuestion(Question[Frontier]):
    """Which combinations are on the frontier; parameters and errors are as of `plan_frontier`."""

    def __init__(
        self,
        scenario: Scenario,
        target: str,
        vary: Ranges,
        cheaper: Mapping[str, str] | None,
        trials: int | None,
        throughout: bool = False,
    ):
        self.scenario = scenario
        self._axes = _axes(scenario, vary)
        self._cheaper = _cheaper(scenario, self._axes, cheaper or {})
        first, second = self._axes
        self._outer, self._inner = (second, first) if len(second) <= len(first) else (first, second)
        if len(self._outer) > MOST_VALUES:
            raise InputError(
                f"{VARIED}: {self._outer.key} has {len(self._outer)} values and {self._inner.key} "
                f"{len(self._inner)}; give one of them {MOST_VALUES} or fewer, such as with "
                "0..40/4 or 10min..8h:log:10"
            )
        with mistakes_in(VARIED):
            self._places = tuple(grid(scenario, [self._outer], throughout))
        trials = TRIALS.of([place.scenario for place in self._places], trials)
        self._plans = [
            PlanQuestion(place.scenario, target, _listed(self._inner), trials, throughout)
            for place in self._places
        ]
        self.most = sum(plan.most or 0 for plan in self._plans)

    def answered(self, simulate: Simulate) -> Frontier:
        """Search along one key at each value of the other."""
        decisions = answered_together(self._plans, simulate)
        keys = tuple(axis.key for axis in self._axes)
        return Frontier(
            self.scenario, keys, self._cheaper, self._outer, self._inner, self._places, decisions
        )


def _axes(scenario: Scenario, vary: Ranges) -> tuple[Axis, Axis]:
    with mistakes_in(VARIED):
        axes = axes_of(scenario, vary, fine=True)
        check_size(scenario, axes)
    if len(axes) != 2:
        raise InputError(
            f"{VARIED}: {len(axes)} keys are varied; a frontier is of two, a plan of one, and "
            "`simtrain sweep` varies several"
        )
    for axis in axes:
        refuse_words(axis)
    return axes[0], axes[1]


def _cheaper(
    scenario: Scenario, axes: tuple[Axis, ...], given: Mapping[str, str]
) -> dict[str, str]:
    """Which end of each key is cheaper, as it is said or else as it is known."""
    said = {}
    for key, end in given.items():
        try:
            path = scenario.address(key)
        except PathError as error:
            raise InputError(f"{CHEAPER}: {key}: {error}") from None
        if path not in [axis.key for axis in axes]:
            varied = " and ".join(axis.key for axis in axes)
            raise InputError(f"{CHEAPER}: {key} is not varied; {varied} are")
        if end not in ENDS:
            raise InputError(f"{CHEAPER}: {key}: {shown(end)} is neither less nor more")
        said[path] = end
    ends = {axis.key: said.get(axis.key) or cheaper_end(axis.key) for axis in axes}
    for key, one in ends.items():
        if one is None:
            raise InputError(
                f"{CHEAPER}: whether less or more of {key} is cheaper is not known; say it with "
                f"--cheaper {key}=less or --cheaper {key}=more"
            )
    return {key: one for key, one in ends.items() if one is not None}


def _listed(axis: Axis) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """The values of an axis and of what follows it, one by one, the same in each case."""
    rows = [tuple(value for _, value in axis.set_at(place)) for place in range(len(axis))]
    return {axis.keys: rows}
