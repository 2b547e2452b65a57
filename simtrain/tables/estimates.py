"""Mean, spread and percentiles of a sample, and how sure they are."""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PERCENTILES = (5, 10, 25, 50, 75, 90, 95, 99)
CONFIDENCE = 0.95
"""How often an interval holds what it is an interval of."""
_FURTHEST = 95
"""Percentile that is told however few trials there are."""
_OUTSIDE = (1 - CONFIDENCE) / 2
"""How often that lies beyond one end of it."""

_RESAMPLES, _MOST_RESAMPLES = 2000, 20_000
"""Resamples of a bootstrap, and at most where many tests are made at once."""
_AT_ONCE = 4_000_000
"""Numbers that are resampled at once."""
_BOOTSTRAP_SEED = 20_260_301
_ROUNDING = 1e-9
"""Part of a value below which differences are those of arithmetic."""

Statistics = dict[str, Any]
"""Statistics by name, as they go into JSON: numbers, None where one is undefined, and pairs."""


class Estimate(NamedTuple):
    """A statistic with its 95 % confidence interval.

    Parameters
    ----------
    value
        The statistic; NaN if the sample has none.
    low, high
        Ends of the interval; infinite where the sample is too small to set one.
    """

    value: float
    low: float
    high: float

    @property
    def interval(self) -> list[float | None]:
        """Both ends as JSON can hold them."""
        return [defined(self.low), defined(self.high)]


def mean_of(sample: NDArray[np.float64]) -> Estimate:
    """Mean, with its interval by Student's t.

    Parameters
    ----------
    sample
        One value for each trial, none of them NaN. An infinite one makes the mean infinite, with
        no bound for what it would be.
    """
    if not sample.size:
        return Estimate(math.nan, -math.inf, math.inf)
    mean, half = float(sample.mean()), math.inf
    if not math.isfinite(mean):
        return Estimate(mean, -math.inf, math.inf)
    if sample.size > 1:
        half = _half_width(sample)
    return Estimate(mean, mean - half, mean + half)


def is_constant(sample: NDArray[np.float64]) -> bool:
    """Whether all values are the same, to nine digits.

    Such a sample has a mean, but does not say how sure that is: Student's interval has no width,
    but other values may be rare and far off.
    """
    if not sample.size or not np.isfinite(sample).all():
        return False
    return bool(np.ptp(sample) <= _ROUNDING * np.abs(sample).max())


def quantile_of(sample: NDArray[np.float64], share: float) -> Estimate:
    """Value that a share of all trials stays below, with an interval that presumes no law.

    The ends are the r-th and the s-th smallest value, r the largest and s the least rank with
    P(B < r) and P(B ≥ s) at most 2.5 %, for B binomial with n tries of probability `share`: so
    many of n trials lie below the true quantile. A lesser coverage than 95 % is impossible, a
    greater one the rule, since ranks are whole numbers.

    Parameters
    ----------
    sample
        One value for each trial, none of them NaN; infinite ones are ranked as the others are.
    share
        A fraction above 0 and below 1.

    References
    ----------
    H. A. David and H. N. Nagaraja, *Order Statistics* (2003), section 7.1.
    """
    if not sample.size:
        return Estimate(math.nan, -math.inf, math.inf)
    low, high = _ranks(sample.size, share)
    rising = np.concatenate(([-math.inf], np.sort(sample), [math.inf]))
    return Estimate(_percentile(rising[1:-1], share), float(rising[low]), float(rising[high]))


def quantile_difference(
    one: NDArray[np.float64], other: NDArray[np.float64], share: float, tests: int = 1
) -> Estimate:
    """Quantile of one sample minus that of another in the same trials, with its interval.

    The ends are percentiles of the difference over resamples of the trials (the percentile method
    of the bootstrap). Both samples are resampled by the same trials, so what they have in common
    drops out as it does from the difference itself. Resamples are drawn with a fixed seed.

    Parameters
    ----------
    one, other
        A value for each trial, none of them NaN; infinite ones are ranked as the others are.
    share
        A fraction above 0 and below 1.
    tests
        How many such intervals are to hold together at 95 %, by Bonferroni's inequality.

    Returns
    -------
    Estimate
        Both ends are infinite where the trials are too few for a quantile to have an interval.

    References
    ----------
    B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap* (1993), section 13.3.
    """
    value = _minus(quantile_of(one, share).value, quantile_of(other, share).value)
    if one.size < fewest_for_quantile(share):
        return Estimate(value, -math.inf, math.inf)
    outside = _OUTSIDE / tests
    resamples = min(_MOST_RESAMPLES, max(_RESAMPLES, math.ceil(2 / outside)))
    order = np.argsort(one), np.argsort(other)
    found = np.concatenate(
        [
            _minus(
                _resampled(one[order[0]], times[:, order[0]], share),
                _resampled(other[order[1]], times[:, order[1]], share),
            )
            for times in _resamples(one.size, resamples)
        ]
    )
    beyond = math.floor(outside * resamples)
    low = np.sort(np.where(np.isnan(found), -math.inf, found))[beyond]
    high = np.sort(np.where(np.isnan(found), math.inf, found))[resamples - 1 - beyond]
    return Estimate(value, float(low), float(high))


def _resamples(size: int, resamples: int) -> Iterator[NDArray[np.int64]]:
    """How often each of so many trials is drawn in each resample, some resamples at a time."""
    random = np.random.default_rng(_BOOTSTRAP_SEED)
    step = max(1, _AT_ONCE // size)
    for first in range(0, resamples, step):
        rows = min(step, resamples - first)
        drawn = random.integers(0, size, (rows, size)) + size * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * size).reshape(rows, size)


def _resampled(
    rising: NDArray[np.float64], times: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    """Quantile of each resample, from how often each of the rising values was drawn in it."""
    place = share * (rising.size - 1)
    counts = np.cumsum(times, axis=1)
    below = rising[(counts > math.floor(place)).argmax(axis=1)]
    above = rising[(counts > math.ceil(place)).argmax(axis=1)]
    with np.errstate(invalid="ignore"):
        between = below + (place - math.floor(place)) * (above - below)
    quantiles: NDArray[np.float64] = np.where(below == above, below, between)
    return quantiles


def _minus(one: Any, other: Any) -> Any:
    """Difference, which is NaN of two infinite values."""
    with np.errstate(invalid="ignore"):
        return np.subtract(one, other)


def share_of(times: int, trials: int) -> Estimate:
    """Probability of what happened so many times in so many trials, as a fraction.

    Parameters
    ----------
    times
        How often it happened.
    trials
        In how many trials it could.

    References
    ----------
    C. J. Clopper and E. S. Pearson, *Biometrika* 26 (1934): the interval, which holds the
    probability at least as often as it says.
    """
    if not trials:
        return Estimate(math.nan, 0.0, 1.0)
    inverse = import_module("scipy.special").betaincinv
    low = inverse(times, trials - times + 1, _OUTSIDE) if times else 0.0
    high = inverse(times + 1, trials - times, 1 - _OUTSIDE) if times < trials else 1.0
    return Estimate(times / trials, float(low), float(high))


def fewest_for_quantile(share: float) -> int:
    """Trials from which on the interval of a quantile has both ends."""
    rarer = max(share, 1 - share)
    return math.ceil(math.log(_OUTSIDE) / math.log(rarer))


def told_quantile_of(sample: NDArray[np.float64], percent: int) -> Estimate:
    """Percentile as of `quantile_of`; none beyond P95 where it has no interval.

    It would be little else than the greatest of the values, which is no estimate of it.
    """
    if percent > _FURTHEST and sample.size < fewest_for_quantile(percent / 100):
        return Estimate(math.nan, -math.inf, math.inf)
    return quantile_of(sample, percent / 100)


def cautious_mean_of(sample: NDArray[np.float64]) -> Estimate:
    """Mean as of `mean_of`, without an interval if all values are the same."""
    mean = mean_of(sample)
    return Estimate(mean.value, -math.inf, math.inf) if is_constant(sample) else mean


def describe(sample: NDArray[np.float64]) -> Statistics:
    """Mean, standard deviation and percentiles, with 95 % confidence intervals.

    Parameters
    ----------
    sample
        One value for each trial. Trials in which the value is undefined (NaN) are left out.

    Returns
    -------
    Statistics
        ``mean``, ``mean_ci95`` (by Student's t), ``sd`` (of a sample, n − 1), ``p5`` … ``p99``
        (with linear interpolation), ``p5_ci95`` … ``p99_ci95`` (by order statistics). An empty
        sample has none of them, a single value no spread, and P99 is not told by fewer trials than
        its interval takes.
    """
    sample = np.ascontiguousarray(sample[~np.isnan(sample)])
    mean = mean_of(sample)
    sd = sample.std(ddof=1) if sample.size > 1 else math.nan
    points = {f"p{q}": told_quantile_of(sample, q) for q in PERCENTILES}
    return {
        "mean": defined(mean.value),
        "mean_ci95": mean.interval,
        "sd": defined(sd),
        **{name: defined(point.value) for name, point in points.items()},
        **{f"{name}_ci95": point.interval for name, point in points.items()},
    }


def worse_than(values: NDArray[np.float64], best: int) -> NDArray[np.bool_]:
    """Which points are significantly worse than the best one, by the same trials of each.

    Point p is if t = mean(d) / (sd(d) / √n) exceeds the 1 − 0.025 / (k − 1) quantile of
    Student's law, with d = values of p − values of the best in the n trials that both have, and k
    the number of points: if 0 lies outside the confidence interval of the mean of d, widened
    so that the intervals of all points hold together at 95 %. By Bonferroni's inequality the
    points that are not worse then hold the one that is truly least with a probability of at least
    95 %, however they depend on each other: were p the least, d would have no mean above 0 against
    any other point. Nothing is significant in fewer than two trials, nor where all differences are
    the same.

    Parameters
    ----------
    values
        One row for each point, one column for each trial; the less the better, and NaN where a
        trial has none.
    best
        The point with the least mean.

    Returns
    -------
    array of bool
        One for each point.
    """
    others = len(values) - 1
    worse = np.zeros(len(values), dtype=bool)
    for point in range(len(values)):
        beyond = values[point] - values[best]
        beyond = beyond[~np.isnan(beyond)]
        if point != best and beyond.size > 1 and not is_constant(beyond):
            worse[point] = beyond.mean() > _half_width(beyond, others)
    return worse


def quantile_worse_than(values: NDArray[np.float64], best: int, share: float) -> NDArray[np.bool_]:
    """Which points have a significantly greater quantile than the best one, by the same trials.

    As `worse_than`, with the interval of `quantile_difference` in place of Student's.

    Parameters
    ----------
    values
        One row for each point, one column for each trial; the less the better, infinite where a
        trial did not finish.
    best
        The point with the least quantile.
    share
        A fraction above 0 and below 1.
    """
    others = max(1, len(values) - 1)
    worse = np.zeros(len(values), dtype=bool)
    for point in range(len(values)):
        if point != best and not is_constant(_minus(values[point], values[best])):
            worse[point] = quantile_difference(values[point], values[best], share, others).low > 0
    return worse


def is_significant(sample: NDArray[np.float64], tests: int) -> bool:
    """Whether the mean of paired differences is significantly other than 0, as one of so many.

    It is if 0 lies outside its confidence interval, widened by Bonferroni's inequality so that
    those of all `tests` hold together at 95 %.

    Parameters
    ----------
    sample
        One difference for each trial; NaN where a trial has none.
    tests
        How many such tests are made at once.
    """
    sample = sample[~np.isnan(sample)]
    return sample.size > 1 and bool(abs(sample.mean()) > _half_width(sample, tests))


def _half_width(sample: NDArray[np.float64], tests: int = 1) -> float:
    """Half the width of the interval of a mean, by Student's t, as one of so many tests."""
    error = float(sample.std(ddof=1)) / math.sqrt(sample.size)
    t_quantile = import_module("scipy.special").stdtrit  # scipy is only loaded where it is needed
    return float(t_quantile(sample.size - 1, 1 - _OUTSIDE / tests)) * error


def defined(value: float) -> float | None:
    """`value` as JSON can hold it: None if it is not a finite number."""
    return float(value) if math.isfinite(value) else None


def _percentile(rising: NDArray[np.float64], share: float) -> float:
    """Quantile of values in rising order, with linear interpolation."""
    place = share * (rising.size - 1)
    below, above = rising[math.floor(place)], rising[math.ceil(place)]
    if below == above or math.isinf(below):
        return float(below)
    return math.inf if math.isinf(above) else float(np.percentile(rising, 100 * share))


@lru_cache(maxsize=1024)
def _ranks(size: int, share: float) -> tuple[int, int]:
    """Ranks of the ends of the interval of a quantile; 0 and `size` + 1 where there is none."""
    below = import_module("scipy.special").bdtr
    counts = range(size + 1)

    def least(probability: float) -> int:
        """Least number of values that lie below the quantile with such a probability."""
        return bisect_left(counts, probability, key=lambda count: below(count, size, share))

    return least(_OUTSIDE), least(1 - _OUTSIDE) + 1
