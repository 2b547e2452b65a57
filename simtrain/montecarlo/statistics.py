"""Mean, how sure it is, spread and percentiles of a sample."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)

Statistics = dict[str, float | list[float | None] | None]
"""Statistics by name, as they go into JSON: None where one is undefined."""


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
    half = _t_quantile(sample.size - 1) * sd / math.sqrt(sample.size) if sample.size > 1 else sd
    points = np.percentile(sample, PERCENTILES) if sample.size else [math.nan] * len(PERCENTILES)
    return {
        "mean": defined(mean),
        "mean_ci95": [defined(mean - half), defined(mean + half)],
        "sd": defined(sd),
        **{f"p{q}": defined(value) for q, value in zip(PERCENTILES, points, strict=True)},
    }


def defined(value: float) -> float | None:
    """`value` as JSON can hold it: None if it is not a finite number."""
    return float(value) if math.isfinite(value) else None


def _t_quantile(freedom: int) -> float:
    """97.5 % quantile of Student's t; scipy is only loaded when it is needed."""
    return float(import_module("scipy.special").stdtrit(freedom, 0.975))
