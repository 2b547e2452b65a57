"""Questions: what is asked of the trials of some scenarios, and the means to simulate these."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar

from simtrain.errors import InputError
from simtrain.sampling.executors import Held, processes
from simtrain.sampling.points import MAX_TRIALS, check_means, simulate_points
from simtrain.sampling.pools import pool_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    from simtrain.sampling.executors import Pool
    from simtrain.sampling.points import Simulated
    from simtrain.sampling.store import Store
    from simtrain.scenario.scenario import Scenario

    class Simulate(Protocol):
        """Simulates some trials, known by their numbers, of each of some scenarios."""

        def __call__(
            self, scenarios: Sequence[Scenario], trials: range, *, followed: int = 0
        ) -> list[Simulated]:
            """What they came to; the first trials can have their trajectory kept."""


Answer = TypeVar("Answer", covariant=True)


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
    """

    seed: int
    jobs: int | None
    progress: Callable[[int], object] | None
    pool: Pool | str
    store: Store | None


class Question(Protocol[Answer]):
    """What is asked. Making it finds every mistake in it that needs no simulation."""

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """Whom it is asked of, in the end: a store of trials is about them."""

    @property
    def most(self) -> int | None:
        """About how many trials it takes; None if nobody knows."""

    def answered(self, simulate: Simulate) -> Answer:
        """Simulate what it takes, and answer."""


def ask(question: Question[Answer], **means: Unpack[SimulationOptions]) -> Answer:
    """Answer a question by simulation.

    Parameters
    ----------
    question
        What is asked.
    **means
        See `SimulationOptions`.

    Raises
    ------
    InputError
        If one of the means is out of range, or there is no answer.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.
    """
    pool = pool_of(means.get("pool", processes))
    check_means(means.get("seed", 0), means.get("jobs"))
    with nullcontext(pool) if isinstance(pool, Held) else Held(pool) as held:
        means["pool"] = held
        if (store := means.get("store")) is not None:
            store.begin(question.scenarios, means.get("seed", 0))
        return question.answered(partial(simulate_points, **means))


def numbered(trials: int) -> range:
    """Numbers of so many trials.

    Raises
    ------
    InputError
        If it is no number of trials.
    """
    if not isinstance(trials, int) or not 1 <= trials <= MAX_TRIALS:
        raise InputError(f"trials = {trials!r} is not a whole number from 1 to {MAX_TRIALS}")
    return range(trials)
