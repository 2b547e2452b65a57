"""As many trials as a statistic needs to be as precise as was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.sampling.points import MAX_TRIALS
from simtrain.tables.results import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.tables.results import Results
    from simtrain.tables.statistic import Statistic

MOST = 100_000
"""Trials after which the search for precision ends, unless another number is given."""
FEWEST = 200
"""Trials before the first look: few trials hardly say how wide their interval should be."""

_BATCH = 100
_GROWTH = 4
"""A batch is a quarter of the trials that there are, so that there are few looks."""


def check(statistic: Statistic, precision: float, most: int) -> None:
    """Refuse what no number of trials could estimate.

    Parameters
    ----------
    statistic
        What is to be estimated.
    precision
        Half the width of the 95 % confidence interval as a fraction of the value.
    most
        Trials after which to end in any case.

    Raises
    ------
    InputError
        If `precision` or `most` is out of range, or `most` too few trials for any value.
    """
    if not 0 < precision < 1:
        raise InputError(
            f"precision = {precision:g} is not above 0 and below 1, such as 0.01 or 1 %"
        )
    if not isinstance(most, int) or not statistic.fewest <= most <= MAX_TRIALS:
        raise InputError(
            f"max_trials: {most!r} is not a whole number from {statistic.fewest} to {MAX_TRIALS}; "
            f"fewer do not tell {statistic}"
        )


def until_precise(
    simulate: Callable[[range], Results], statistic: Statistic, precision: float, most: int
) -> Results:
    """Simulate trials until the confidence interval of a statistic is narrow enough.

    The interval is looked at after the numbers of trials of `looks` and at no others, so that
    the number at which this ends follows from what is simulated, `statistic`, `precision` and
    `most`. That it stops at a narrow interval hardly moves how often this holds the truth, but of
    laws with so heavy a tail that few trials bear most of the mean: with a lognormal law of σ = 2
    it is some 90 % and not 95 %, and with one without variance much less.

    Parameters
    ----------
    simulate
        Simulates the trials of some numbers.
    statistic, precision, most
        As for `check`.

    Returns
    -------
    Results
        `Results.requested` says whether it is as precise as that.

    Raises
    ------
    UndefinedError
        If the statistic has no value in any trial.
    """
    parts: list[Results] = []
    there = 0
    for trials in looks(statistic.fewest, most):
        whole = joined([*parts, simulate(range(there, trials))]).requesting(statistic, precision)
        parts, there = [whole], trials
        if whole.requested and whole.requested.is_precise:
            break
    return parts[0]


def looks(fewest: int, most: int) -> Iterator[int]:
    """Numbers of trials after which an interval is looked at.

    Parameters
    ----------
    fewest
        Trials below which there is no value.
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
