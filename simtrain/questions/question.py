"""Questions: what is asked of the trials of some scenarios, and how these are simulated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Generic, TypedDict, TypeVar

from simtrain.errors import InputError
from simtrain.sampling.executors import Held, processes
from simtrain.sampling.points import MAX_TRIALS, check_options, check_whole, simulate_points
from simtrain.sampling.pools import pool_of
from simtrain.tables.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias, Unpack

    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

    Simulate: TypeAlias = Callable[[Sequence[Scenario], range], list[Results]]
    """Simulates some trials, known by their numbers, of each of some scenarios."""

A = TypeVar("A", bound=Answer)


class SimulationOptions(TypedDict, total=False):
    """How trials are simulated. Of all this the seed alone moves a result.

    Parameters
    ----------
    seed
        Seed of all trials, by default 0.
    jobs
        How many processes may work, by default one for each processor.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs, anything that speaks `concurrent.futures`; or its
        name, as ``--executor`` takes it. Unless it is processes of this machine, what is named
        simulates all trials; else, and for an executor without a name, what is too short to be
        worth other processes is simulated in this one.
    store
        Keeps finished trials, and gives those that it has: only the others are simulated.
    followed
        How many of the first trials of each scenario have their trajectory kept, by default none.
    """

    seed: int
    jobs: int | None
    progress: Callable[[int], object] | None
    pool: Pool | str
    store: Store | None
    followed: int


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


def ask(question: Question[A], **options: Unpack[SimulationOptions]) -> A:
    """Answer a question by simulation.

    Parameters
    ----------
    question
        What is asked.
    **options
        See `SimulationOptions`.

    Raises
    ------
    InputError
        If one of the options is out of range, or there is no answer.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.
    """
    pool = pool_of(options.get("pool", processes))
    check_options(options.get("seed", 0), options.get("jobs"))
    with nullcontext(pool) if isinstance(pool, Held) else Held(pool) as held:
        options["pool"] = held
        if (store := options.get("store")) is not None:
            store.begin(question.scenarios, options.get("seed", 0))
        return question.answered(partial(simulate_points, **options))


def numbered(trials: int) -> range:
    """Numbers of so many trials; an `InputError` if it is no number of trials."""
    check_whole("trials", trials, 1, MAX_TRIALS)
    return range(trials)


def check_fraction(name: str, value: float, such_as: str) -> None:
    """Refuse what is no fraction above 0 and below 1, by an `InputError`."""
    if not 0 < value < 1:
        raise InputError(f"{name} = {value:g} is not above 0 and below 1, such as {such_as}")
