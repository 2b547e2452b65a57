"""`run`: many trials of a scenario, in this process or spread over several."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.montecarlo.batch import VERDICTS, Batch, Work, simulate
from simtrain.montecarlo.executors import processes, processors, spread
from simtrain.montecarlo.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Executor

    from simtrain.scenario.scenario import Scenario

MAX_TRIALS = 10_000_000
MAX_SEED = 2**63 - 1
MAX_JOBS = 1024

_STEP_S = 0.1
"""How long a batch takes in this process, so that progress is smooth and Ctrl-C is quick."""
_SPAN_S = 0.25
"""How long a span takes a worker: long beside the cost of sending it, short to wait for."""
_POOL_PAYS_S = 0.5
"""Work that is worth the start of other processes."""
_SPAN_BYTES = 15_000
"""A result goes through a pipe in one write: were a worker killed in the midst of a longer one,
the pool would wait for the rest of it for ever."""
_SPANS_PER_JOB = 4
"""At least so many spans for each worker, so that they end at about the same time."""


def run(
    scenario: Scenario,
    *,
    trials: int = 1000,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Callable[[int], Executor] = processes,
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
        Makes the executor for that many jobs: anything that speaks `concurrent.futures`.

    Raises
    ------
    InputError
        If `trials`, `seed` or `jobs` is out of range.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.metric("wall_clock_s").mean() / 86400  # doctest: +SKIP
    """
    jobs = processors() if jobs is None else jobs
    _check("trials", trials, 1, MAX_TRIALS)
    _check("seed", seed, 0, MAX_SEED)
    _check("jobs", jobs, 1, MAX_JOBS)
    simulator = Simulator(scenario, seed)
    work = Work.of(scenario, seed)
    whole = _blank(trials, len(simulator.causes), len(scenario.published))
    with closing(_batches(simulator, work, range(trials), jobs, pool)) as batches:
        for batch in batches:
            whole.put(batch)
            if progress is not None:
                progress(len(batch.trials))
    return Results(
        scenario=scenario,
        seed=seed,
        ideal_s=simulator.ideal_s,
        values=whole.values,
        badput=whole.badput,
        outcomes=whole.outcomes,
        causes=tuple(simulator.causes),
        truncated=whole.truncated,
        verdicts=tuple(VERDICTS[number] for number in whole.verdicts),
    )


def _batches(
    simulator: Simulator, work: Work, trials: range, jobs: int, pool: Callable[[int], Executor]
) -> Generator[Batch, None, None]:
    """All trials: here while they are few, then spread over other processes."""
    size = 1
    spent_s = 0.0
    while trials:
        now, trials = trials[:size], trials[size:]
        began = time.perf_counter()
        batch = simulate(simulator, now)
        took_s = time.perf_counter() - began
        yield batch
        spent_s += took_s
        if took_s < _STEP_S / 2:
            size *= 2
        trial_s = took_s / len(now)
        if jobs > 1 and spent_s >= _STEP_S and trial_s * len(trials) > _POOL_PAYS_S:
            most = _SPAN_BYTES // batch.bytes_per_trial
            yield from spread(work, _spans(trials, trial_s, jobs, most), jobs, pool)
            return


def _spans(trials: range, trial_s: float, jobs: int, most: int) -> list[range]:
    """Spans of about equal length, at most `most`, that cover `trials`."""
    fair = -(-len(trials) // (_SPANS_PER_JOB * jobs))
    size = max(1, min(fair, most, int(_SPAN_S / trial_s)))
    return [trials[first : first + size] for first in range(0, len(trials), size)]


def _blank(trials: int, causes: int, outcomes: int) -> Batch:
    try:
        return Batch.blank(range(trials), causes, outcomes)
    except MemoryError:
        raise InputError(f"the table of {trials:,} trials does not fit in memory") from None


def _check(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{name} = {value!r} is not a whole number from {low} to {high}")
