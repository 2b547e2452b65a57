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

    from simtrain.history.trials_until_now import TrialsUntilNow
    from simtrain.scenario.narrowed import Ends

    Array = NDArray[np.float64]

_GRID = np.linspace(-6.0, 6.0, 1201)
_LEAST_SHARE = 0.05
"""Part of the variance of progress that a number has to explain; else it is not narrowed."""
_MISTAKEN = 1e-3
"""Probability that a number which explains nothing is taken for one that does."""
_TERMS = 3
_NORMAL = NormalDist()


def told_by_progress(trials: TrialsUntilNow) -> dict[str, Ends]:
    """Quantiles of numbers that are P5, P50 and P95 of what is known of them now, by address.

    Parameters
    ----------
    trials
        Trials of the run until now that explain it. A number of which its progress tells nothing
        that is certain is left out.
    """
    base, at = np.ones((len(trials), 1)), np.ones(1)
    if (faults := trials.varying_faults) is not None:
        base, at = np.column_stack([base, faults]), np.array([1.0, trials.seen_faults])
    told = (_of_one(score, base, at, trials) for score in trials.scores.T)
    by_address = zip(trials.addresses, told, strict=True)
    return {address: ends for address, ends in by_address if ends is not None}


def _of_one(score: Array, base: Array, at: Array, trials: TrialsUntilNow) -> Ends | None:
    """The same of one number, by its normal score in each trial."""
    terms = np.column_stack([base, _powers(score)])
    found, left = _fit(terms, trials.done)
    without = _fit(base, trials.done)[1]
    free = len(trials) - terms.shape[1]
    gained = max(without - left, 0.0) / _TERMS
    if not left > 0.0:
        return None
    f_test = import_module("scipy.special").fdtrc  # upper tail of Fisher's law
    share = 1.0 - (left / free) / (without / (len(trials) - base.shape[1]))
    if f_test(_TERMS, free, gained / (left / free)) > _MISTAKEN or share < _LEAST_SHARE:
        return None
    # Beyond its trials a polynomial says nothing: there it stays what it is at their ends.
    low, high = np.quantile(score, [0.005, 0.995])
    mean = at @ found[: len(at)] + _powers(np.clip(_GRID, low, high)) @ found[len(at) :]
    log = -(_GRID**2) / 2 - (trials.seen_done - mean) ** 2 / (2 * left / free)
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
