"""As many trials as an answer needs to be as sure as was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.sampling.points import MAX_TRIALS
from simtrain.tables.results import joined
from simtrain.tables.statistic import Answer, Statistic, refuse_undefined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.tables.results import Results

MOST = 100_000
"""Trials after which the search for precision ends, unless another number is given."""
FEWEST = 200
"""Trials before the first look: few trials tell little of how wide their interval should be."""

_BATCH = 100
_GROWTH = 4
"""A batch is a quarter of the trials that there are, so that there are few looks."""


def check(asked: Statistic, precision: float, most: int) -> None:
    """Refuse what no number of trials could answer.

    Parameters
    ----------
    asked
        What is to be answered.
    precision
        Half the width of the 95 % confidence interval as a fraction of the value.
    most
        Trials after which to end in any case.

    Raises
    ------
    InputError
        If `precision` or `most` is out of range, or `most` too few trials for any answer.
    """
    if not 0 < precision < 1:
        told = f"precision = {precision:g} is not above 0 and below 1"
        raise InputError(f"{told}, such as 0.01 or 1 %")
    if not isinstance(most, int) or not asked.fewest <= most <= MAX_TRIALS:
        told = f"max_trials: {most!r} is not a whole number from {asked.fewest} to {MAX_TRIALS}"
        raise InputError(f"{told}; fewer do not tell {asked}")


def until_precise(
    simulate: Callable[[range], Results], asked: Statistic, precision: float, most: int
) -> Results:
    """Simulate trials until the confidence interval of an answer is narrow enough.

    The interval is looked at after the numbers of trials of `looks` and at no others, so that
    the number at which this ends follows from what is simulated, `asked`, `precision` and `most`.
    That it stops at a narrow interval hardly moves how often this holds the truth, but of laws
    with so heavy a tail that few trials bear most of the mean: with a lognormal law of σ = 2 it
    is some 90 % and not 95 %, and with one without variance much less.

    Parameters
    ----------
    simulate
        Simulates the trials of some numbers.
    asked, precision, most
        As for `check`.

    Returns
    -------
    Results
        Their `answer` says whether it is as precise as that.

    Raises
    ------
    UndefinedError
        If what is asked has no value in any trial.
    """
    parts: list[Results] = []
    there = 0
    for trials in looks(asked.fewest, most):
        parts = [joined([*parts, simulate(range(there, trials))])]
        there = trials
        refuse_undefined(asked.column, parts)
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
