"""Questions: what is asked of the trials of some scenarios, and how these are simulated."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from contextlib import nullcontext
from functools import partial
from inspect import getdoc
from typing import TYPE_CHECKING, Generic, TypeVar

from simtrain.errors import InputError
from simtrain.sampling.engines import AUTO, Engines
from simtrain.sampling.executors import Held
from simtrain.sampling.points import MAX_TRIALS, check_options, check_whole, simulate_points
from simtrain.sampling.pools import PROCESSES, pool_of
from simtrain.tables.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

    Simulate: TypeAlias = Callable[[Sequence[Scenario], range], list[Results]]
    """Simulates some trials, known by their numbers, of each of some scenarios."""

A = TypeVar("A", bound=Answer)
F = TypeVar("F", bound="Callable[..., object]")

_PARAMETER = re.compile(r"^(\w+)\n((?: {4}.+\n)+)", re.MULTILINE)
_OPTIONS = re.compile(r"^(\w+(?:, \w+)+)\n {4}See `ask`\.\n", re.MULTILINE)


class Question(ABC, Generic[A]):
    """What is asked. Making it finds every mistake in it that needs no simulation.

    Attributes
    ----------
    scenario
        Of what it is asked.
    most
        About how many trials it takes; None if nobody knows.
    """

    scenario: Scenario
    most: int | None = None

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """All scenarios that it is asked of, in the end: a store of trials is about them."""
        return (self.scenario,)

    @abstractmethod
    def answered(self, simulate: Simulate) -> A:
        """Simulate what it takes, and answer."""


def ask(
    question: Question[A],
    *,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    followed: int = 0,
    engine: str | Engines = AUTO,
) -> A:
    """Answer a question by simulation.

    Parameters
    ----------
    question
        What is asked.
    seed
        Seed of all trials. The other ways to simulate move no result.
    jobs
        How many processes may work, by default one for each processor.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Where to simulate: the name of an executor as ``--executor`` takes it, or a function that
        makes a `concurrent.futures.Executor` for a number of jobs. What has a name, other than
        processes of this machine, simulates all trials; else what is too short to be worth other
        processes is simulated in this one.
    store
        Keeps finished trials, and gives those that it has: only the others are simulated.
    followed
        How many of the first trials of each scenario have their trajectory kept.
    engine
        What tells the trials: "simpy", "compiled", or "auto", the one that is quicker where it has
        all that the scenario needs. Numbers differ by rounding at most.

    Raises
    ------
    InputError
        If one of the options is out of range, or there is no answer.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.
    """
    check_options(seed, jobs)
    engines = Engines(engine) if isinstance(engine, str) else engine
    found = pool_of(pool)
    with nullcontext(found) if isinstance(found, Held) else Held(found) as held:
        if store is not None:
            store.begin(question.scenarios, seed)
        engines.begin(question.scenarios, seed, question.most)
        simulate = partial(
            simulate_points,
            seed=seed,
            jobs=jobs,
            progress=progress,
            pool=held,
            store=store,
            followed=followed,
            engines=engines,
        )
        return question.answered(simulate).told_by(engines.told)


def asks(function: F) -> F:
    """Complete the docstring of a function that asks: its options are those of `ask`.

    Wherever its Parameters name some of them together, each gets what `ask` says of it.
    """
    if function.__doc__ and ask.__doc__:
        meanings = dict(_PARAMETER.findall(getdoc(ask) or ""))
        function.__doc__ = _OPTIONS.sub(
            lambda found: "".join(f"{name}\n{meanings[name]}" for name in found[1].split(", ")),
            getdoc(function) or "",
        )
    return function


def numbered(trials: int) -> range:
    """Numbers of so many trials; an `InputError` if it is no number of trials."""
    check_whole("trials", trials, 1, MAX_TRIALS)
    return range(trials)


def check_fraction(name: str, value: float, such_as: str) -> None:
    """Refuse what is no fraction above 0 and below 1, by an `InputError`."""
    if not 0 < value < 1:
        raise InputError(f"{name} = {value:g} is not above 0 and below 1, such as {such_as}")
