"""Hosts that fail again soon after their return, because their repair had missed the fault."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.history.poisson import Interval
from simtrain.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simtrain.logs.log import Seconds

_BELIEVED = 4.6
"""What two further parameters add to the logarithm of the likelihood one time in a hundred."""
_FEWEST = 5
_FLAT, _WIDEST = 0.05, 5.0
"""Curvature below which a number tells nothing, and the largest standard error."""
_Z90 = 1.6448536269514722


class Relapse(NamedTuple):
    """Faults that a repair missed.

    After a return, a host may fail anew, at a rate that need not be that of other hosts and times.
    With some probability the old fault is still there and comes back, after an exponential time.

    Parameters
    ----------
    share, share_range
        Probability that it is still there, and where it lies nine times in ten.
    mean_s, mean_range_s
        Mean time until it comes back.
    weight
        Probability of each gap between outages that a relapse ended it.
    is_believed
        Whether the log tells it from chance.
    """

    share: float
    share_range: Interval
    mean_s: float
    mean_range_s: Interval
    weight: Seconds
    is_believed: bool


def relapse(gaps_s: Seconds, ended: NDArray[np.bool_], longest_s: float) -> Relapse | None:
    """Relapses among the gaps between outages of one host; None if there are too few to tell.

    Hosts that differ, and spells, make short gaps as well. So they are believed only beside a rate
    of first faults that is gamma-distributed over the gaps.

    Parameters
    ----------
    gaps_s
        Times from each return to the next outage, or to the end of the window.
    ended
        Whether an outage ended each.
    longest_s
        Mean time of a relapse above which it would be no relapse.
    """
    if ended.sum() < _FEWEST:
        return None
    events, standing_s = int(ended.sum()), float(gaps_s.sum())
    ends, longer = gaps_s[ended], gaps_s[~ended]

    def likelihood(rate: float, variance: float, share: float, mean_s: float) -> float:
        missed = share * np.exp(-ends / mean_s)
        hazard = rate / (1 + variance * rate * ends)
        density = hazard * (1 - share + missed) + missed / mean_s
        left = 1 - share + share * np.exp(-longer / mean_s)
        stood = np.log1p(variance * rate * gaps_s).sum() / variance
        return float(np.log(density).sum() + np.log(left).sum() - stood)

    def of(point: Any) -> float:
        return likelihood(*_numbers(point, longest_s))

    mean_s = standing_s / events
    _, alone = _best(lambda point: of([*point, -60.0, 0.0]), [(-math.log(mean_s), 0.0)])
    begins = [
        (-math.log(1.5 * mean_s), -2.0, -1.4, _logit(begin_s / longest_s))
        for begin_s in _BEGINS
        if begin_s < longest_s
    ]
    point, best = _best(of, begins)
    rate, variance, share, mean_s = _numbers(point, longest_s)
    missed = share * np.exp(-gaps_s / mean_s)
    first = rate / (1 + variance * rate * gaps_s) * (1 - share + missed)
    weight = np.where(ended, missed / mean_s / (missed / mean_s + first), 0.0)
    low, high = (_numbers(point + side * _Z90 * _spread(of, point), longest_s) for side in (-1, 1))
    return Relapse(
        share=share,
        share_range=Interval(low[2], high[2]),
        mean_s=mean_s,
        mean_range_s=Interval(low[3], high[3]),
        weight=weight,
        is_believed=best - alone > _BELIEVED,
    )


_BEGINS = (2 * HOUR, DAY, 3 * DAY)
"""Mean times at which the search for the most likely one begins."""


def _numbers(point: Any, longest_s: float) -> tuple[float, float, float, float]:
    """Rate, its relative variance, share and mean time of a point without bounds."""
    rate, variance, share, mean = (min(max(float(one), -60.0), 60.0) for one in point)
    # A variance of 0 is that of a rate which is the same everywhere.
    varied = min(max(math.exp(variance), 1e-6), 1e6)
    return math.exp(rate), varied, 1 / (1 + math.exp(-share)), longest_s / (1 + math.exp(-mean))


def _logit(part: float) -> float:
    return math.log(part / (1 - part))


def _best(
    likelihood: Callable[[Any], float], begins: Sequence[tuple[float, ...]]
) -> tuple[NDArray[np.float64], float]:
    """The most likely point that is found from some beginnings, and its likelihood."""
    minimize = import_module("scipy.optimize").minimize
    options = {"xatol": 1e-5, "fatol": 1e-6, "maxiter": 3000, "maxfev": 3000}
    tries = (
        minimize(lambda point: -likelihood(point), begin, method="Nelder-Mead", options=options)
        for begin in begins
    )
    found = min(tries, key=lambda one: float(one.fun))
    return np.asarray(found.x), -float(found.fun)


def _spread(likelihood: Any, point: Any) -> NDArray[np.float64]:
    """Standard errors of a point of the greatest likelihood, by its curvature there.

    A number that hardly moves the likelihood, such as a variance near 0, counts as known.
    """
    step = 1e-3
    size = len(point)
    curvature = np.zeros((size, size))
    for one in range(size):
        for other in range(size):
            values = []
            for up, along in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = np.array(point, dtype=np.float64)
                moved[one] += up * step
                moved[other] += along * step
                values.append(likelihood(moved))
            curvature[one, other] = (values[0] - values[1] - values[2] + values[3]) / (4 * step**2)
    tells = np.flatnonzero(-np.diag(curvature) > _FLAT)
    spread = np.zeros(size)
    if len(tells):
        variances = np.diag(np.linalg.pinv(-curvature[np.ix_(tells, tells)]))
        spread[tells] = np.where(variances > 0, np.sqrt(np.abs(variances)), _WIDEST)
    return spread.clip(max=_WIDEST)
