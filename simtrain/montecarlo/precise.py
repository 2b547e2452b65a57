"""As many trials as an answer needs to be as sure as was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.montecarlo.asked import Answer, Asked
from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.points import MAX_TRIALS, simulate_points
from simtrain.montecarlo.results import Results, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.store import Store
    from simtrain.scenario.scenario import Scenario

MOST = 100_000
"""Trials after which the search for precision ends, unless another number is given."""
FEWEST = 200
"""Trials before the first look: few trials tell little of how wide their interval should be."""

_BATCH = 100
_GROWTH = 4
"""A batch is a quarter of the trials that there are, so that there are few looks."""


def run_until(
    scenario: Scenario,
    asked: Asked,
    precision: float,
    *,
    most: int = MOST,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = processes,
    store: Store | None = None,
) -> Results:
    """Simulate trials until the confidence interval of an answer is narrow enough.

    The interval is looked at after the numbers of trials of `looks` and at no others, so that
    the number at which this ends follows from scenario, seed, `asked`, `precision` and `most`.

    Parameters
    ----------
    scenario
        What to simulate.
    asked
        What is to be answered.
    precision
        Half the width of the 95 % confidence interval as a fraction of the value, above 0 and
        below 1.
    most
        Trials after which to end in any case.
    seed, jobs, progress, pool, store
        As of `run`.

    Returns
    -------
    Results
        Their `answer` says whether it is as precise as that.

    Raises
    ------
    InputError
        If `precision` or `most` is out of range, or `most` too few trials for any answer.
    WorkerError
        If worker processes keep dying.
    """
    if not 0 < precision < 1:
        told = f"precision = {precision:g} is not above 0 and below 1"
        raise InputError(f"{told}, such as 0.01 or 1 %")
    if not isinstance(most, int) or not asked.fewest <= most <= MAX_TRIALS:
        raise InputError(
            f"max_trials = {most!r} is not a whole number from {asked.fewest}, the fewest that "
            f"tell {asked}, to {MAX_TRIALS}"
        )
    parts: list[Results] = []
    there = 0
    for trials in looks(asked.fewest, most):
        [more] = simulate_points(
            [scenario], trials=trials - there, first=there, seed=seed, jobs=jobs,
            progress=progress, pool=pool, store=store,
        )  # fmt: skip
        parts = [joined([*parts, more.results])]
        there = trials
        answer = Answer(asked, asked.of(parts[0]), precision)
        if answer.is_precise:
            break
    return parts[0].answering(answer)


def looks(fewest: int, most: int) -> Iterator[int]:
    """Numbers of trials after which an interval is looked at.

    Parameters
    ----------
    fewest
        Trials below which there is no answer.
    most
        Trials at which it ends.
    """
    trials = _hundreds(max(fewest, FEWEST))
    while trials < most:
        yield trials
        trials += _hundreds(trials / _GROWTH)
    yield most


def _hundreds(trials: float) -> int:
    return _BATCH * -int(-trials // _BATCH)
