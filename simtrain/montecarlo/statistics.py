"""Mean, how sure it is, spread and percentiles of a sample."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)

Statistics = dict[str, Any]
"""Statistics by name, as they go into JSON: numbers, None where one is undefined, and pairs."""


def describe(sample: NDArray[np.float64]) -> Statistics:
    """Mean with its 95 % confidence interval, standard deviation and percentiles.

    Parameters
    ----------
    sample
        One value for each trial. Trials in which the value is undefined (NaN) are left out.

    Returns
    -------
    Statistics
        ``mean``, ``mean_ci95`` (by Student's t), ``sd`` (of a sample, n − 1), ``p5`` … ``p95``
        (with linear interpolation). An empty sample has none of them, a single value no spread.
    """
    sample = np.ascontiguousarray(sample[~np.isnan(sample)])
    mean = sample.mean() if sample.size else math.nan
    sd = sample.std(ddof=1) if sample.size > 1 else math.nan
    half = (
        _t_quantile(sample.size - 1, 0.975) * sd / math.sqrt(sample.size) if sample.size > 1 else sd
    )
    points = np.percentile(sample, PERCENTILES) if sample.size else [math.nan] * len(PERCENTILES)
    return {
        "mean": defined(mean),
        "mean_ci95": [defined(mean - half), defined(mean + half)],
        "sd": defined(sd),
        **{f"p{q}": defined(value) for q, value in zip(PERCENTILES, points, strict=True)},
    }


def worse_than(
    values: NDArray[np.float64], best: int, candidates: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which points are told apart from the best one, by the same trials of each.

    Point p is told apart if t = mean(d) / (sd(d) / √n) exceeds the 1 − 0.025 / (k − 1) quantile of
    Student's law, with d = values of p − values of the best in the n trials that both have, and k
    the number of candidates: if 0 lies outside the confidence interval of the mean of d, widened
    so that the intervals of all points hold together at 95 %. By Bonferroni's inequality the
    points that are not told apart then hold the one that is truly least with a probability of at
    least 95 %, however they depend on each other: were p the least, d would have no mean above 0
    against any other point.

    Parameters
    ----------
    values
        One row for each point, one column for each trial; the less the better, and NaN where a
        trial has none.
    best
        The point with the least mean.
    candidates
        Which points may be the best; those that may not are told apart.

    Returns
    -------
    array of bool
        One for each point.
    """
    others = int(candidates.sum()) - 1
    told = ~candidates
    for point in np.flatnonzero(candidates):
        beyond = values[point] - values[best]
        beyond = beyond[~np.isnan(beyond)]
        if point != best and beyond.size > 1:
            error = beyond.std(ddof=1) / math.sqrt(beyond.size)
            told[point] = beyond.mean() > _t_quantile(beyond.size - 1, 1 - 0.025 / others) * error
    return told


def defined(value: float) -> float | None:
    """`value` as JSON can hold it: None if it is not a finite number."""
    return float(value) if math.isfinite(value) else None


def _t_quantile(freedom: int, share: float) -> float:
    """Quantile of Student's t; scipy is only loaded when it is needed."""
    return float(import_module("scipy.special").stdtrit(freedom, share))
