"""`plan`: which values of a key meet a target, with few trials."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.answers.plan import Decision, Point
from simtrain.answers.search import coarse, search
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError, ScenarioError
from simtrain.questions.question import Question, ask, asks, numbered
from simtrain.sampling.defaults import DefaultTrials
from simtrain.sampling.engines import AUTO
from simtrain.sampling.points import MAX_TRIALS
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.axes import Axis, Place, assignments, axes_of, grid, written
from simtrain.scenario.load import load
from simtrain.scenario.ranges import ORIGIN
from simtrain.scenario.size import check_size
from simtrain.tables.results import refuse_undefined
from simtrain.tables.targets import parse_target
from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from simtrain.answers.search import Crossing
    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.axes import Ranges
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

    Searched = tuple[dict[int, Point], list[Crossing]]

VARIED = "vary"
"""What messages say that a value of a plan comes from."""

TRIALS = DefaultTrials(1000, 250)


@asks
def plan(
    scenario: ScenarioLike,
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
) -> Decision:
    """Find the values of a key that meet a target, by a search on common random numbers.

    The ends of the range and some values between are looked at first; then each gap of which one
    end meets the target is halved until its ends are neighbours. Where no value meets it, the
    search closes in on the one that comes nearest. All values are tried on the same trials.

    Parameters
    ----------
    scenario
        What to plan: a scenario, a file, or the name of a packaged one. It is also simulated as it
        is.
    target
        What has to be reached, such as ``"p90(wall_clock) <= 60 d"``; see `parse_target`.
    vary
        One key, with its values or a range as text; others may move with it, as in `sweep`. A
        range may leave the number of its points open: ``"0..40"`` is every whole number,
        ``"1min..1d:log"`` a point at every percent, and without ``:log`` numbers that are not
        whole have 201 points.
    trials
        How many trials of each value that is looked at; by default 1000, or 250 where only the
        engine on SimPy tells them.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or the key or a value is not accepted.
    UndefinedError
        If the metric has no value in any trial.
    InputError
        If the target cannot be read, or `trials` is out of range or too few for it.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = plan(
    ...     "opt175b.toml",
    ...     target="p90(wall_clock) <= 60 d",
    ...     vary={"cluster.spares": "0..18"},
    ...     throughout=True,
    ... )  # doctest: +SKIP
    >>> found.answer.value  # doctest: +SKIP
    """
    question = PlanQuestion(load(scenario), target, vary, trials, throughout)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class PlanQuestion(Question[Decision]):
    """Which values meet the target; its parameters and errors are those of `plan`."""

    def __init__(
        self,
        scenario: Scenario,
        target: str,
        vary: Ranges,
        trials: int | None,
        throughout: bool = False,
    ):
        self.scenario = scenario
        self._throughout = throughout
        self._target = parse_target(target, scenario.start)
        self._axis = _axis(scenario, vary)
        trials = TRIALS.of([scenario], trials)
        self._trials = numbered(trials)
        values, first = len(self._axis), coarse(len(self._axis))
        self._place(first)
        if trials < self._target.fewest:
            raise InputError(
                f"target: {trials:,} trials are too few for {self._target.number} and its "
                f"interval; use --trials {self._target.fewest} or more"
            )
        halvings = math.ceil(math.log2(values / max(1, len(first) - 1)))
        self.most = (len(first) + max(0, halvings) + 1) * trials

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that vary."""
        return self._axis.keys

    def answered(self, simulate: Simulate) -> Decision:
        """Search, on the same trials of each value."""
        [decision] = answered_together([self], simulate)
        return decision

    @property
    def trials(self) -> range:
        """Numbers of the trials of each value."""
        return self._trials

    def steps(self) -> Generator[list[Scenario], list[Results], Decision]:
        """Search in steps: yields scenarios to simulate, and is sent their results."""
        target = self._target
        known: dict[str, Results] = {}
        searched: Generator[Sequence[int], Iterable[Point], Searched]
        searched = search(len(self._axis), self._baseline_numbers())
        numbers = next(searched)
        while True:
            places = self._place(numbers)
            wanted = [place.scenario for place in places]
            if not known:
                wanted.append(self.scenario)
            new = {one.sha256: one for one in wanted if one.sha256 not in known}
            if new:
                results = yield [one.without_outcomes() for one in new.values()]
                known.update(zip(new, results, strict=True))
            refuse_undefined(target.metric, known.values())
            looked_at = [
                Point.of(target, known[place.scenario.sha256], number, *place.values)
                for number, place in zip(numbers, places, strict=True)
            ]
            try:
                numbers = searched.send(looked_at)
            except StopIteration as end:
                points, crossings = end.value
                break
        value = self.scenario.value_at(self._axis.key)
        return Decision(
            self.scenario,
            target,
            self._axis,
            tuple(points.values()),
            Point.of(target, known[self.scenario.sha256], None, value),
            tuple(crossings),
            sum(results.trials for results in known.values()),
        )

    def _baseline_numbers(self) -> list[int]:
        """Number of the value that is the scenario as it is, if there is one."""
        baseline = self._axis.number(self.scenario.value_at(self._axis.key))
        numbers = self._axis.numbers or ()
        if baseline not in numbers:
            return []
        number = numbers.index(baseline)
        [place] = self._place([number])
        return [number] if place.scenario.sha256 == self.scenario.sha256 else []

    def _refuse_an_early_end(self, place: Place) -> None:
        """Refuse a value at which trials may be cut off before the bound of the target."""
        scenario = place.scenario
        if self._target.metric != "wall_clock_s" or scenario.workload.window is not None:
            return
        limit_s = Simulator(scenario, seed=0).limit_s
        if limit_s < self._target.of_trials.bound:
            raise InputError(
                f"target: {self._target}: at {place.text} trials are cut off before, after "
                f"{limit_s / DAY:.4g} d; raise limits.wall_clock"
            )

    def _place(self, numbers: Sequence[int]) -> list[Place]:
        """Scenarios of some values."""
        with mistakes_in(VARIED):
            places = grid(self.scenario, [self._axis.only(numbers)], self._throughout)
        for place in places:
            self._refuse_an_early_end(place)
        return places


def answered_together(plans: Sequence[PlanQuestion], simulate: Simulate) -> tuple[Decision, ...]:
    """Answer plans that have the same trials step by step together, so that all processes work."""
    trials = plans[0].trials
    at_once = max(1, MAX_TRIALS // len(trials))
    searches = [plan.steps() for plan in plans]
    wanted = {number: next(steps) for number, steps in enumerate(searches)}
    decisions: dict[int, Decision] = {}
    while wanted:
        every = [scenario for scenarios in wanted.values() for scenario in scenarios]
        parts = [every[first : first + at_once] for first in range(0, len(every), at_once)]
        results = iter([one for part in parts for one in simulate(part, trials)])
        asked, wanted = wanted, {}
        for number, scenarios in asked.items():
            try:
                wanted[number] = searches[number].send([next(results) for _ in scenarios])
            except StopIteration as end:
                decisions[number] = end.value
    return tuple(decisions[number] for number in range(len(plans)))


def varied(texts: Sequence[str], option: str = VARIED) -> dict[str, str]:
    """Keys and ranges of texts such as ``"cluster.spares=0..40"``.

    Raises
    ------
    ScenarioError
        If one is no assignment.
    """
    with mistakes_in(option):
        return assignments(texts)


def _axis(scenario: Scenario, vary: Ranges) -> Axis:
    with mistakes_in(VARIED):
        axes = axes_of(scenario, vary, fine=True)
        check_size(scenario, axes)
    if len(axes) > 1:
        raise InputError(
            f"{VARIED}: {len(axes)} keys are varied; a plan varies one, a frontier two, and "
            "`simtrain sweep` several"
        )
    [axis] = axes
    refuse_words(axis)
    return axis


def refuse_words(axis: Axis) -> None:
    """Refuse values that are no numbers.

    Raises
    ------
    InputError
        If they have no order to search in.
    """
    if axis.numbers is None:
        raise InputError(
            f"{VARIED}: {axis.key}: values such as {written(axis.values[0])} have no order to "
            "search in; compare them with `simtrain sweep`"
        )


@contextmanager
def mistakes_in(option: str) -> Iterator[None]:
    """Raise mistakes in values as those of an option."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(
            [
                replace(mistake, place=option) if mistake.place == ORIGIN else mistake
                for mistake in error.mistakes
            ]
        ) from None
