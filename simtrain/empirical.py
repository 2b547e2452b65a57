"""Laws from data: of percentiles that were published, or of values that were observed.

`Quantiles` has the percentiles that it is given, and a line between each two of them on
log-normal probability paper: the logarithm is linear in the normal quantile. So the percentiles
of a log-normal law give that law back, as a range does. Nothing is known beyond the outermost
ones: their lines go on, but only as far as one in a thousand, where the law ends.

`Values` draws one of the values that it is given, each with equal probability; nothing lies
between them or beyond.
"""
# ruff: noqa: D102 - Law documents each method once, for all its subclasses

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import NormalDist
from typing import Self

import numpy as np

from simtrain.distributions import Array, Law

LOWEST, HIGHEST = 0.001, 0.999
"""Probabilities at which a law of percentiles ends, unless one beyond them is given."""

_NORMAL = NormalDist()
_POINTS = 64


@dataclass(frozen=True, slots=True)
class Quantiles(Law):
    """A law of which some quantiles are known.

    Parameters
    ----------
    probabilities : tuple of float
        Two or more, rising, each above 0 and below 1.
    values : tuple of float
        Value that is not exceeded with each probability, above 0 and never falling.

    Raises
    ------
    ValueError
        If they are not so, or lie so far apart that no number can hold the ends of the law.
    """

    probabilities: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.probabilities) < 2:
            raise ValueError(f"two or more percentiles make a law, got {len(self.probabilities)}")
        if not all(0.0 < p < 1.0 for p in self.probabilities):
            raise ValueError("percentiles must be above 0 and below 100")
        if not all(0.0 < value < math.inf for value in self.values):
            raise ValueError(f"values of percentiles must be above 0, got {min(self.values):g}")
        for low, high in pairwise(range(len(self.values))):
            if self.values[low] > self.values[high]:
                names = f"{percentile(self.probabilities[high])} must not be below"
                raise ValueError(f"{names} {percentile(self.probabilities[low])}")
        if not all(map(_is_held, self._ends())):
            raise ValueError("no number can hold the ends of a law of such percentiles")

    @property
    def mean(self) -> float:
        values, weights = self._nodes()
        return float(np.dot(weights, values))

    @property
    def variance(self) -> float:
        values, weights = self._nodes()
        return float(np.dot(weights, (values - np.dot(weights, values)) ** 2))

    @property
    def support(self) -> tuple[float, float]:
        return self.quantile(0.0), self.quantile(1.0)

    def quantile(self, u: float) -> float:
        low, high = self.known_range()
        u = min(max(u, low), high)
        line = min(max(bisect_right(self.probabilities, u), 1), len(self.values) - 1)
        start, end = map(_NORMAL.inv_cdf, self.probabilities[line - 1 : line + 1])
        lower, upper = self.values[line - 1 : line + 1]
        part = (_NORMAL.inv_cdf(u) - start) / (end - start)
        return lower * math.exp(part * log_ratio(lower, upper))

    def known_range(self) -> tuple[float, float]:
        """Probabilities at the ends."""
        return min(LOWEST, self.probabilities[0]), max(HIGHEST, self.probabilities[-1])

    def _ends(self) -> tuple[float, float]:
        try:
            return self.support
        except OverflowError:
            return 0.0, math.inf

    def _nodes(self) -> tuple[Array, Array]:
        """Values and their weights, whose sums are moments of the law to twelve digits.

        One at each end, and Gauss and Legendre's points on each line in between.
        """
        low, high = self.known_range()
        inner = [p for p in self.probabilities if low < p < high]
        knots = [(_NORMAL.inv_cdf(p), self.quantile(p)) for p in (low, *inner, high)]
        points, shares = _gauss()
        values, weights = [np.array(self.support)], [np.array([low, 1.0 - high])]
        for (start, lower), (end, upper) in pairwise(knots):
            z = start + (end - start) * points
            values.append(lower * np.exp(points * log_ratio(lower, upper)))
            weights.append((end - start) * shares * np.exp(-0.5 * z * z) / math.sqrt(math.tau))
        return np.concatenate(values), np.concatenate(weights)

    def _times(self, factor: float) -> Self:
        return replace(self, values=tuple(value * factor for value in self.values))


@dataclass(frozen=True, slots=True)
class Values(Law):
    """One of some values, each with equal probability.

    Parameters
    ----------
    values : tuple of float
        One or more, 0 or above, in any order; they are kept sorted. One that is there twice is
        drawn twice as often.

    Raises
    ------
    ValueError
        If there are none, or one is not a finite number from 0 on.
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("one or more values make a law, got none")
        for value in self.values:
            if not 0.0 <= value < math.inf:
                raise ValueError(f"values must be finite and 0 or above, got {value:g}")
        object.__setattr__(self, "values", tuple(sorted(self.values)))
        if not math.isfinite(self.variance):
            raise ValueError("values so large have no finite variance")

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def variance(self) -> float:
        mean = self.mean
        return math.fsum((value - mean) * (value - mean) for value in self.values) / len(
            self.values
        )

    @property
    def support(self) -> tuple[float, float]:
        return self.values[0], self.values[-1]

    def quantile(self, u: float) -> float:
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def _times(self, factor: float) -> Self:
        return replace(self, values=tuple(value * factor for value in self.values))


def percentile(probability: float) -> str:
    """Name of a percentile as a file has it: `p99.9` of 0.999."""
    return f"p{100 * probability:.10g}"


def _is_held(value: float) -> bool:
    return 0.0 < value < 1e150


def log_ratio(lower: float, upper: float) -> float:
    """Logarithm of `upper` over `lower`, also where no float holds the ratio."""
    return math.log(upper) - math.log(lower)


@cache
def _gauss() -> tuple[Array, Array]:
    """Points from 0 to 1 and their weights."""
    points, weights = np.polynomial.legendre.leggauss(_POINTS)
    return 0.5 * (points + 1.0), 0.5 * weights
