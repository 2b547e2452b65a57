"""How sure a quantile or a probability is, whatever law the trials follow.

Both rest on one fact: how many of n trials lie at or below the true q-quantile is binomial,
(n, q). So the interval of a quantile lies between two order statistics, and that of a probability
is the one of Clopper and Pearson; both hold at 95 % at least.

References
----------
C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
of the binomial", Biometrika 26 (1934).

W. J. Conover, *Practical Nonparametric Statistics*, 3rd ed., Wiley (1999), section 3.2.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TAIL = 0.025


class Estimate(NamedTuple):
    """A number read off a sample, and its 95 % confidence interval.

    Parameters
    ----------
    value
        The estimate.
    low, high
        Ends of the interval; infinite where the sample is too small to have one.
    """

    value: float
    low: float
    high: float


def mean(sample: NDArray[np.float64]) -> Estimate:
    """Mean of a sample, by Student's t.

    Parameters
    ----------
    sample
        One value for each trial. An infinite one makes the mean infinite, and leaves no doubt.

    Returns
    -------
    Estimate
        A single value has an interval without ends.
    """
    value = float(sample.mean())
    if not math.isfinite(value):
        return Estimate(value, value, value)
    if sample.size < 2:
        return Estimate(value, -math.inf, math.inf)
    error = float(sample.std(ddof=1)) / math.sqrt(sample.size)
    half = float(_special().stdtrit(sample.size - 1, 1 - _TAIL)) * error
    return Estimate(value, value - half, value + half)


def quantile(sample: NDArray[np.float64], share: float) -> Estimate:
    """Quantile of a sample, with linear interpolation, between two of its order statistics.

    Parameters
    ----------
    sample
        One value for each trial, infinite ones included.
    share
        Which quantile, above 0 and below 1.

    Returns
    -------
    Estimate
        An end for which the sample is too small is infinite: 95 % sureness of the ninth decile
        takes 36 trials.
    """
    ranked = np.sort(sample)
    place = share * (ranked.size - 1)
    below, above = ranked[math.floor(place)], ranked[math.ceil(place)]
    # Two infinities are alike, and their difference is no number.
    value = below if below == above else below + (above - below) * (place - math.floor(place))
    # Of n trials, k or fewer lie below the true quantile with this probability, k = 0 … n.
    at_most = _special().bdtr(np.arange(ranked.size + 1), ranked.size, share)
    first = int(np.searchsorted(at_most, _TAIL, side="right"))
    last = int(np.searchsorted(at_most, 1 - _TAIL, side="left"))
    low = ranked[first - 1] if first > 0 else -math.inf
    high = ranked[last] if last < ranked.size else math.inf
    return Estimate(float(value), float(low), float(high))


def probability(hits: int, trials: int) -> Estimate:
    """Probability of which so many trials are hits, by Clopper and Pearson (1934).

    Parameters
    ----------
    hits
        Trials in which it happened, from 0 to `trials`.
    trials
        All trials, at least one.
    """
    inverse = _special().betaincinv
    low = float(inverse(hits, trials - hits + 1, _TAIL)) if hits else 0.0
    high = float(inverse(hits + 1, trials - hits, 1 - _TAIL)) if hits < trials else 1.0
    return Estimate(hits / trials, low, high)


def _special() -> Any:
    """`scipy.special`, which is only loaded when it is needed."""
    return import_module("scipy.special")
