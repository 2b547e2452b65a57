"""Hosts that fail more often than others: for good, or because they are of another kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.history.poisson import Interval, correlation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.logs.log import Codes, Seconds

_SURE = 2.58
_CHANCE = 1e-4
"""Probability by chance of the count of a stranger, as the worst of all: relapses make tails."""
_MOST_NAMED = 5
_RESAMPLES, _SEED = 400, 16


class Unequal(NamedTuple):
    """Whether some hosts fail more often for good.

    Parameters
    ----------
    halves
        Correlation of the counts of hosts in both halves of the window.
    z
        The same in standard errors of no correlation.
    variance, variance_range
        Variance of a factor of mean 1 on the rate of each host that makes such a correlation, and
        where it lies nine times in ten.
    is_believed
        Whether counts in one half foretell those in the other.
    """

    halves: float
    z: float
    variance: float
    variance_range: Interval
    is_believed: bool


def unequal(
    host: Codes, moments_s: Seconds, weights: Seconds, hosts: int, middle_s: float
) -> Unequal:
    """Whether hosts that fail in one half of the window fail in the other.

    Parameters
    ----------
    host, moments_s, weights
        Of each event.
    hosts
        Number of all hosts.
    middle_s
        Where the window is cut.
    """
    early = moments_s < middle_s
    first, second = (
        np.bincount(host[half], weights=weights[half], minlength=hosts).astype(np.float64)
        for half in (early, ~early)
    )
    halves = correlation(first, second)
    variance = _shared(first, second)
    random = np.random.default_rng(_SEED)
    rows = random.integers(0, hosts, (_RESAMPLES, hosts)) if hosts * _RESAMPLES < 5e7 else None
    resampled = [variance] if rows is None else [_shared(first[row], second[row]) for row in rows]
    low, high = np.quantile(resampled, (0.05, 0.95))
    z = halves * float(np.sqrt(max(hosts - 1, 1)))
    return Unequal(halves, z, variance, Interval(max(low, 0.0), max(high, 0.0)), z > _SURE)


def strangers(counts: Codes) -> NDArray[np.int64]:
    """Hosts whose count no host like the others would reach, the worst first.

    The others' counts are negative binomial, with the mean and variance that hosts have of which
    the worst hundredth is left out.
    """
    kept = np.sort(counts)[: len(counts) - max(1, len(counts) // 100)]
    if not kept.any():
        return np.array([], dtype=np.int64)
    mean, variance = float(kept.mean()), float(kept.var())
    special = import_module("scipy.special")
    worst = np.argsort(-counts, kind="stable")[:_MOST_NAMED]
    if variance <= mean * (1 + 1e-9):
        beyond = special.pdtrc(counts[worst] - 1, mean)
    else:
        size = mean**2 / (variance - mean)
        beyond = special.betainc(counts[worst], size, mean / (mean + size))
    found: NDArray[np.int64] = worst[beyond < _CHANCE / len(counts)]
    return found


def _shared(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Covariance of two rows as a part of both means."""
    means = first.mean() * second.mean()
    return (
        float(((first - first.mean()) * (second - second.mean())).mean() / means) if means else 0.0
    )
