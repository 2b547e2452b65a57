"""Weather: spans of calendar in which everything fails more often, or is repaired more slowly."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.history.poisson import Interval
from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simtrain.logs.log import Seconds

SPANS = tuple(days * DAY for days in (1, 3, 7, 14, 28, 56))
"""Lengths of spans that are tried, in seconds."""
_FEWEST_SPANS, _FEWEST_EVENTS = 4, 20
_BELIEVED = 4.5
"""Gain of the logarithm of the likelihood that chance reaches one time in a hundred, as the best
of six spans."""
_DOUBT = 1.3527
"""Loss of it at the ends of an interval of 90 %."""
_LEAST_CV, _MOST_CV = 0.02, 5.0
_CHANCE = 0.01


class Weather(NamedTuple):
    """A factor of mean 1 that differs from span to span.

    Parameters
    ----------
    span_s
        Length of the spans, counted from the start of the window.
    cv, cv_range
        Coefficient of variation of the factor, and where it lies nine times in ten.
    is_believed
        Whether the log tells it from chance.
    """

    span_s: float
    cv: float
    cv_range: Interval
    is_believed: bool


class RepairWeather(NamedTuple):
    """The same for how long repairs take, with the effect of each span on each repair.

    Parameters
    ----------
    weather
        The weather.
    shift
        Natural logarithm of the factor of the span in which each repair began, by which what the
        span did is taken out.
    """

    weather: Weather
    shift: Seconds


def fault_weather(
    moments_s: Seconds, weights: Seconds, window_s: float, factor: float = 1.0
) -> Weather | None:
    """Weather of events at some moments, each with a weight; None if there are too few to tell.

    The factor is gamma-distributed, so that the likelihood of all moments is known, and spans of
    different length can be compared by it. `factor` is that by which the rate grows from the start
    of the window to its end anyway.
    """
    total = float(weights.sum())
    lengths = [span_s for span_s in SPANS if window_s / span_s >= _FEWEST_SPANS]
    if total < _FEWEST_EVENTS or not lengths:
        return None
    gains = {span_s: _gain(moments_s, weights, window_s, span_s, factor) for span_s in lengths}
    found = (_most_likely(span_s, gain) for span_s, gain in gains.items())
    span_s, cv, gained = max(found, key=lambda one: one[2])
    gain = gains[span_s]
    return Weather(span_s, cv, _range(gain, cv, gained), gained > _BELIEVED)


def repair_weather(begun_s: Seconds, repair_s: Seconds, window_s: float) -> RepairWeather | None:
    """Weather of repairs that began at some moments; None if there are too few to tell.

    Log-normal, by an analysis of variance of the logarithms between and within spans.
    """
    lengths = [span_s for span_s in SPANS[2:] if window_s / span_s >= _FEWEST_SPANS]
    if len(repair_s) < _FEWEST_EVENTS or not lengths or (repair_s <= 0).any():
        return None
    logs = np.log(repair_s)
    found = [one for s in lengths if (one := _between(logs, begun_s, s)) is not None]
    if not found:
        return None
    # The span whose differences are the least likely to be chance.
    best = min(found, key=lambda one: one.chance)
    special = import_module("scipy.special")
    variances = [
        best.variance(best.ratio / float(special.fdtri(best.between, best.within, part)))
        for part in (0.95, 0.5, 0.05)
    ]
    low, _, high = (_cv(max(one, 0.0)) for one in variances)
    variance = max(best.variance(best.ratio), 0.0)
    kept = best.counts * variance / (best.counts * variance + best.noise)
    shift = (kept * (best.means - float(logs.mean())))[best.places]
    is_believed = best.chance < _CHANCE / len(lengths)
    weather = Weather(best.span_s, _cv(variance), Interval(low, high), is_believed)
    return RepairWeather(weather, shift)


def _gain(
    moments_s: Seconds, weights: Seconds, window_s: float, span_s: float, factor: float
) -> Callable[[float], float]:
    """Logarithm of the likelihood of a cv, above that of no weather."""
    special = import_module("scipy.special")
    spans = math.ceil(window_s / span_s - 1e-9)
    places = np.minimum((moments_s // span_s).astype(np.int64), spans - 1)
    counts = np.bincount(places, weights=weights, minlength=spans)
    ends = np.minimum(span_s * np.arange(spans + 1), window_s) / window_s
    before = ends if abs(factor - 1) < 1e-9 else (factor**ends - 1) / (factor - 1)
    means = weights.sum() * np.diff(before)

    def gain(cv: float) -> float:
        a = 1 / cv**2
        parts = special.gammaln(counts + a) - special.gammaln(a) + a * math.log(a)
        parts += means - (counts + a) * np.log(a + means)
        return float(parts.sum())

    return gain


def _most_likely(span_s: float, gain: Callable[[float], float]) -> tuple[float, float, float]:
    """Span, the cv of the greatest likelihood, and what it gains."""
    found = import_module("scipy.optimize").minimize_scalar(
        lambda log_cv: -gain(math.exp(log_cv)),
        bounds=(math.log(_LEAST_CV), math.log(_MOST_CV)),
        method="bounded",
    )
    return span_s, math.exp(float(found.x)), -float(found.fun)


def _range(gain: Callable[[float], float], cv: float, gained: float) -> Interval:
    """Where the likelihood is no less than at the ends of an interval of 90 %."""
    root = import_module("scipy.optimize").brentq

    def beyond(other: float) -> float:
        return gain(other) - gained + _DOUBT

    low = root(beyond, _LEAST_CV, cv) if beyond(_LEAST_CV) < 0 else 0.0
    high = root(beyond, cv, _MOST_CV) if beyond(_MOST_CV) < 0 else _MOST_CV
    return Interval(float(low), float(high))


class _Between(NamedTuple):
    """Differences between spans, held against those within.

    `between` and `within` are degrees of freedom, `ratio` that of the mean squares, `noise` the one
    within, `size` the number of repairs in a span that counts, `chance` the probability of such a
    ratio without weather.
    """

    span_s: float
    places: NDArray[np.int64]
    counts: NDArray[np.float64]
    means: NDArray[np.float64]
    between: int
    within: int
    ratio: float
    noise: float
    size: float
    chance: float

    def variance(self, ratio: float) -> float:
        """Variance of the logarithm of the factor at a ratio of mean squares."""
        return (ratio - 1) * self.noise / self.size


def _between(logs: Seconds, begun_s: Seconds, span_s: float) -> _Between | None:
    _, places, found = np.unique(begun_s // span_s, return_inverse=True, return_counts=True)
    counts, total = found.astype(np.float64), len(logs)
    between, within = len(counts) - 1, total - len(counts)
    if between < _FEWEST_SPANS - 1 or within < len(counts):
        return None
    means = np.bincount(places, weights=logs) / counts
    noise = float(((logs - means[places]) ** 2).sum()) / within
    if noise <= 0:
        return None
    ratio = float((counts * (means - logs.mean()) ** 2).sum()) / between / noise
    size = (total - float((counts**2).sum()) / total) / between
    chance = float(import_module("scipy.special").fdtrc(between, within, ratio))
    return _Between(
        span_s, places.astype(np.int64), counts, means, between, within, ratio, noise, size, chance
    )


def _cv(variance: float) -> float:
    """Coefficient of variation of a log-normal factor."""
    return math.sqrt(math.expm1(min(variance, 20.0)))
