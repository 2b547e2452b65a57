"""`scenarios`: what the packaged systems took, beside what is published of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.scenarios import System, Systems
from simtrain.errors import InputError, shown
from simtrain.questions.question import Question, ask, asks, numbered
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

TRIALS = 20
"""Trials of each system: enough for a look, and all are simulated in some seconds."""


@asks
def scenarios(
    scenarios: Sequence[ScenarioLike] | None = None,
    *,
    trials: int = TRIALS,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Systems:
    """Hold what systems take against what is published of them.

    A system is a model that was trained: a few trials of its scenario are simulated.

    Parameters
    ----------
    scenarios
        Scenarios, files, or names of packaged ones, of which those that name a `system` are
        simulated; by default all packaged ones.
    trials
        How many trials of each system.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Returns
    -------
    Systems
        Days, energy, carbon and money of each, and how well each agrees with what is published.

    Raises
    ------
    InputError
        If `trials` is out of range, two scenarios have one name, or none is of a system.
    ScenarioError
        If a scenario cannot be read.

    Examples
    --------
    >>> print(simtrain.scenarios().report())  # doctest: +SKIP
    """
    return ask(
        SystemsQuestion(by_name(scenarios), trials),
        seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine,
    )  # fmt: skip


def by_name(scenarios: Sequence[ScenarioLike] | None = None) -> dict[str, Scenario]:
    """Scenarios by their names; by default all packaged ones."""
    if scenarios is None:
        return {name: load(file) for name, file in packaged().items()}
    loaded = [load(one) for one in scenarios]
    names = [one.name for one in loaded]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise InputError(f"two scenarios are called {shown(name)}; give them other file names")
    return dict(zip(names, loaded, strict=True))


class SystemsQuestion(Question[Systems]):
    """What systems took.

    Parameters
    ----------
    scenarios
        Scenarios by name. Systems are those that name one; of several that name the same one, the
        one of the shortest name, which the others vary.
    trials
        How many trials of each.

    Raises
    ------
    InputError
        If `trials` is out of range, or no scenario is of a system.
    """

    def __init__(self, scenarios: Mapping[str, Scenario], trials: int = TRIALS):
        self._trials = numbered(trials)
        by_length = sorted(scenarios, key=lambda name: (len(name), name))
        of_system: dict[str, str] = {}
        for name in by_length:
            if system := scenarios[name].system:
                of_system.setdefault(system, name)
        systems = set(of_system.values())
        if not systems:
            raise InputError("none of the scenarios names a `system`; give it one in its file")
        self._systems = {name: one for name, one in scenarios.items() if name in systems}
        self._others = {name: one.title for name, one in scenarios.items() if name not in systems}
        self.most = len(self._systems) * trials

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The scenarios of the systems."""
        return list(self._systems.values())

    def answered(self, simulate: Simulate) -> Systems:
        """Simulate each system."""
        results = simulate(self.scenarios, self._trials)
        systems = [System(name, found) for name, found in zip(self._systems, results, strict=True)]
        return Systems(systems, self._others, len(self._trials), results[0].seed)
