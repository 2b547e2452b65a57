"""`run`: many trials of a scenario, so many or as many as an answer needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.montecarlo.asked import Answer, Asked, parse
from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.points import simulate_points
from simtrain.montecarlo.precise import MOST, run_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.results import Results
    from simtrain.montecarlo.store import Store
    from simtrain.scenario.scenario import Scenario


TRIALS = 1000
"""Trials that are simulated if nothing is asked for."""


def run(
    scenario: Scenario,
    *,
    trials: int | None = None,
    precision: float | None = None,
    of: str | None = None,
    max_trials: int | None = None,
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
        How many trials, by default 1,000; they are numbered from 0.
    precision
        Instead of `trials`: as many as it takes until half the width of the 95 % confidence
        interval is at most this fraction of the value.
    of
        What is asked in particular, such as ``"p90(wall_clock)"``; ``"mean(wall_clock)"`` by
        default if a precision is.
    max_trials
        Trials after which to end though it is not that precise, by default 100,000.
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
        If a number is out of range, `of` asks for nothing, or `trials` and `precision` are given
        both.
    OutputError
        If the store holds trials of something else.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.metric("wall_clock_s").mean() / 86400  # doctest: +SKIP
    """
    asked = parse(of) if of is not None else None
    if precision is not None:
        if trials is not None:
            raise InputError("trials and precision are both given; give one, trials follow from it")
        most = MOST if max_trials is None else max_trials
        return run_until(
            scenario, asked or Asked("wall_clock_s"), precision, most=most, seed=seed, jobs=jobs,
            progress=progress, pool=pool, store=store,
        )  # fmt: skip
    if max_trials is not None:
        raise InputError("max_trials is given, but no precision for it to end; give one as well")
    [only] = simulate_points(
        [scenario], trials=TRIALS if trials is None else trials, seed=seed, jobs=jobs,
        progress=progress, pool=pool, store=store,
    )  # fmt: skip
    results = only.results
    return results.answering(Answer(asked, asked.of(results))) if asked else results
