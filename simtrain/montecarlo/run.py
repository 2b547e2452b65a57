"""`run`: many trials of a scenario, in this process or spread over several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.points import simulate_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.results import Results
    from simtrain.montecarlo.store import Store
    from simtrain.scenario.scenario import Scenario


def run(
    scenario: Scenario,
    *,
    trials: int = 1000,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = processes,
    store: Store | None = None,
) -> Results:
    """Simulate many trials of a scenario.

    A trial is a function of scenario, seed and its number alone: how many jobs there are, and
    which of them runs what, moves no result.

    Parameters
    ----------
    scenario
        What to simulate.
    trials
        How many trials; they are numbered from 0.
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor. Work too short to be worth
        another process is done in this one.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs, anything that speaks `concurrent.futures`; or its
        name, as ``--executor`` takes it. What is named does all the work.
    store
        Keeps finished trials, and gives those that it has: only the others are simulated.

    Raises
    ------
    InputError
        If `trials`, `seed` or `jobs` is out of range.
    OutputError
        If the store holds trials of something else.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.metric("wall_clock_s").mean() / 86400  # doctest: +SKIP
    """
    [only] = simulate_points(
        [scenario], trials=trials, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store
    )
    return only.results
