"""`compare`: the same trials of several scenarios."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.montecarlo.compared import Comparison
from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.points import simulate_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from simtrain.scenario.scenario import Scenario

MOST = len(ascii_uppercase)
"""Scenarios that are compared at once: each has a letter."""


def compare(
    scenarios: Sequence[Scenario],
    *,
    names: Sequence[str] | None = None,
    trials: int = 1000,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Callable[[int], Executor] = processes,
) -> Comparison:
    """Simulate the same trials of several scenarios, and hold each against the first.

    All have common random numbers, as the points of a sweep do: trial k meets the same faults in
    its time at risk, the same repairs and the same people in each, as far as the scenarios have
    these in common. Each comes out as `run` of it would.

    Parameters
    ----------
    scenarios
        Two or more; the first is the one that the others are compared with.
    names
        What each is called, by default the name of its file.
    trials
        How many trials of each.
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs: anything that speaks `concurrent.futures`.

    Raises
    ------
    InputError
        If there are too few scenarios or too many, or `trials`, `seed` or `jobs` is out of range.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> more = scenario.replace(cluster__spares=12)  # doctest: +SKIP
    >>> compared = compare([scenario, more], trials=200)  # doctest: +SKIP
    >>> compared.difference("wall_clock_s", 1)["mean"] / 86400  # doctest: +SKIP
    """
    check_number(len(scenarios))
    names = [scenario.name for scenario in scenarios] if names is None else names
    if len(names) != len(scenarios):
        raise InputError(f"{len(names)} names do not fit {len(scenarios)} scenarios; one for each")
    simulated = simulate_points(
        [scenario.without_outcomes() for scenario in scenarios],
        trials=trials,
        seed=seed,
        jobs=jobs,
        progress=progress,
        pool=pool,
    )
    return Comparison(tuple(names), tuple(one.results for one in simulated))


def check_number(scenarios: int) -> None:
    """Refuse to compare too few scenarios, or too many.

    Raises
    ------
    InputError
        If there are.
    """
    if scenarios < 2:
        raise InputError(
            "there is nothing to compare with; name another scenario, or say what is different "
            "with --with KEY=VALUE"
        )
    if scenarios > MOST:
        raise InputError(f"{scenarios} scenarios are too many to compare; at most {MOST}")
