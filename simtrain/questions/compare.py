"""`compare`: the same trials of several scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from string import ascii_uppercase
from typing import TYPE_CHECKING

from simtrain.answers.compare import Comparison
from simtrain.errors import InputError
from simtrain.questions.deciding import deciding
from simtrain.questions.question import Question, ask, asks, numbered
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.axes import written
from simtrain.scenario.data import in_few_words, is_data
from simtrain.scenario.differences import differences
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from simtrain.tables.finish import deadline_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike

MOST = len(ascii_uppercase)
"""Scenarios that are compared at once: each has a letter."""

_MOST_KEYS = 3
"""Most keys in a name that sets a scenario apart from others of the same name."""


@asks
def compare(
    scenarios: Sequence[ScenarioLike] | Mapping[str, ScenarioLike],
    *,
    names: Sequence[str] | None = None,
    trials: int = 1000,
    by: str | dt.date | None = None,
    of: str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Comparison:
    """Simulate the same trials of several scenarios, and hold each against the first.

    All have common random numbers, as the points of a sweep do: trial k meets the same faults in
    its time at risk, the same repairs and the same people in each, as far as the scenarios have
    these in common. Each comes out as `run` of it would.

    Parameters
    ----------
    scenarios
        Two or more scenarios, files or names of packaged ones; the first is the one that the
        others are compared with. A mapping gives each a label.
    names
        What each is called. By default the name of its file, and where several have the same one,
        what differs from the first of them.
    trials
        How many trials of each.
    by
        A date, as for `run`: each gets the probability to make it.
    of
        Statistic that decides which is ahead, such as ``"p90(wall_clock)"``; by default the mean
        wall-clock, or what is fair where that is not.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If there are too few scenarios or too many, not as many names, `trials` is out of range,
        `by` is no date or a scenario has no `start` to count it from, or `of` cannot decide.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> more = scenario.replace(cluster__spares=12)  # doctest: +SKIP
    >>> compared = compare({"as it is": scenario, "12 spares": more})  # doctest: +SKIP
    >>> compared.difference("wall_clock_s", 1)["mean"] / 86400  # doctest: +SKIP
    """
    if isinstance(scenarios, Mapping):
        if names is not None:
            raise InputError("names are given twice: by the keys of the scenarios, and by `names`")
        names, scenarios = list(scenarios), list(scenarios.values())
    if isinstance(scenarios, str | Scenario) or not isinstance(scenarios, Iterable):
        raise InputError("scenarios: give a list of at least two, or a mapping from their names")
    loaded = [load(one) for one in scenarios]
    question = CompareQuestion(
        loaded, distinct_names(loaded) if names is None else names, trials, by, of
    )
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


def distinct_names(scenarios: Sequence[Scenario]) -> list[str]:
    """Names of scenarios; one with the name of an earlier one also has what differs in its name."""
    names: list[str] = []
    for number, scenario in enumerate(scenarios):
        first = next(other for other in scenarios if other.name == scenario.name)
        name = scenario.name
        if first is not scenario or name in names:
            differing = _differing(first, scenario)
            name = f"{name} with {differing}" if differing else _again(name, names, number)
        names.append(name if name not in names else f"{name} ({number + 1})")
    return names


def _again(name: str, names: Sequence[str], number: int) -> str:
    """Name of a scenario that differs in nothing from an earlier one."""
    again = f"{name} (again)"
    return again if again not in names else f"{name} ({number + 1})"


def _differing(first: Scenario, other: Scenario) -> str:
    """What a scenario says that another does not, as `--with` would; empty if nothing."""
    found = differences([first, other])
    settings = [
        f"{key}={in_few_words(value) if is_data(value) else written(value)}"
        for key, (_, value) in found[:_MOST_KEYS]
    ]
    more = len(found) - len(settings)
    return ", ".join([*settings, *([f"{more} more"] if more else [])])


class CompareQuestion(Question[Comparison]):
    """Which scenario is ahead; its parameters and errors are those of `compare`."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        names: Sequence[str],
        trials: int,
        by: str | dt.date | None = None,
        of: str | None = None,
    ):
        if len(scenarios) < 2:
            raise InputError(
                "there is nothing to compare with; name another scenario, or say what is different "
                "with --with KEY=VALUE"
            )
        if len(scenarios) > MOST:
            raise InputError(f"{len(scenarios)} scenarios are too many to compare; at most {MOST}")
        if len(names) != len(scenarios):
            raise InputError(
                f"{len(names)} names do not fit {len(scenarios)} scenarios; one for each"
            )
        self._deadlines = [None if by is None else deadline_of(by, one) for one in scenarios]
        self._scenarios = scenarios
        self._names = tuple(names)
        self._trials = numbered(trials)
        self._of = deciding(of, scenarios, self._trials)
        self.most = len(scenarios) * trials

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The scenarios."""
        return self._scenarios

    def answered(self, simulate: Simulate) -> Comparison:
        """Simulate each scenario."""
        plain = [scenario.without_outcomes() for scenario in self._scenarios]
        pairs = zip(simulate(plain, self._trials), self._deadlines, strict=True)
        results = tuple(replace(one, deadline=deadline) for one, deadline in pairs)
        return Comparison(self._names, results, self._of)
