"""What the progress of a run so far tells of numbers that are not known.

Trials of the run as it was planned until now say how progress depends on each number, and by a
regression on its normal score, with the count of faults beside it where that was seen too, the
progress that the run has made gives the number a likelihood: normal, with the scatter that is
left. Its own law times that is what is known of it now.
"""

from __future__ import annotations

from importlib import import_module
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FEWEST = 100
"""Trials below which nothing is concluded."""
_GRID = np.linspace(-6.0, 6.0, 1201)
_LEAST_SHARE = 0.05
"""Part of the variance of progress that a number has to explain; else it is not narrowed."""
_MISTAKEN = 1e-3
"""Probability that a number which explains nothing is taken for one that does."""
_TERMS = 3
_NORMAL = NormalDist()


def told_by_progress(
    quantiles: Array, done: Array, seen_done: float, faults: Array | None, seen_faults: int
) -> list[tuple[float, float, float] | None] | None:
    """Quantiles of numbers that are P5, P50 and P95 of what is known of them now.

    Parameters
    ----------
    quantiles
        Quantile of each number in each trial: an array (trials, numbers).
    done
        Share of the work that each trial has done by now.
    seen_done
        Share that the run has done.
    faults
        Faults in each trial until now; None if those of the run are not known.
    seen_faults
        Faults of the run.

    Returns
    -------
    list or None
        None for a number of which progress tells nothing that is certain. None in place of all
        where the run lies outside of all trials, so that the plan does not explain it, or the
        trials are too few.
    """
    known = [(done, seen_done)] + ([] if faults is None else [(faults, float(seen_faults))])
    if len(done) < FEWEST or any(not of.min() <= at <= of.max() for of, at in known):
        return None
    base, at = np.ones((len(done), 1)), np.ones(1)
    if faults is not None and faults.min() < faults.max():
        base, at = np.column_stack([base, faults]), np.array([1.0, seen_faults])
    probit = import_module("scipy.special").ndtri  # slow to import
    scores = probit(np.clip(quantiles, 1e-9, 1 - 1e-9))
    return [_of_one(score, base, at, done, seen_done) for score in scores.T]


def _of_one(
    score: Array, base: Array, at: Array, done: Array, seen_done: float
) -> tuple[float, float, float] | None:
    """The same of one number, by its normal score in each trial."""
    terms = np.column_stack([base, _powers(score)])
    found, left = _fit(terms, done)
    without = _fit(base, done)[1]
    free = len(done) - terms.shape[1]
    gained = max(without - left, 0.0) / _TERMS
    if not left > 0.0:
        return None
    f_test = import_module("scipy.special").fdtrc  # upper tail of Fisher's law
    share = 1.0 - (left / free) / (without / (len(done) - base.shape[1]))
    if f_test(_TERMS, free, gained / (left / free)) > _MISTAKEN or share < _LEAST_SHARE:
        return None
    # Beyond its trials a polynomial says nothing: there it stays what it is at their ends.
    low, high = np.quantile(score, [0.005, 0.995])
    mean = at @ found[: len(at)] + _powers(np.clip(_GRID, low, high)) @ found[len(at) :]
    log = -(_GRID**2) / 2 - (seen_done - mean) ** 2 / (2 * left / free)
    weights = np.exp(log - log.max())
    reached = (np.cumsum(weights) - weights / 2) / weights.sum()
    p5, p50, p95 = (_NORMAL.cdf(float(np.interp(q, reached, _GRID))) for q in (0.05, 0.5, 0.95))
    return p5, p50, p95


def _powers(score: Array) -> Array:
    """Hermite's polynomials of a normal score, which are orthogonal, without the constant."""
    return np.column_stack([score, score**2 - 1, score**3 - 3 * score])


def _fit(terms: Array, values: Array) -> tuple[Array, float]:
    """Coefficients of least squares, and the sum of squares that is left."""
    found = np.linalg.lstsq(terms, values, rcond=None)[0]
    return np.asarray(found, float), float(((values - terms @ found) ** 2).sum())
