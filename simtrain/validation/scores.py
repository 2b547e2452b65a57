"""How far a simulated value lies from the one it should have, in standard errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LIMIT = 3.3
"""|z| from which a check fails; chance alone exceeds it once in a thousand times."""

POWER = LIMIT + 2.33
"""An error of so many standard errors is found with 99 % probability."""

_LAST_DIGITS = 4
"""Units in the last place by which sums of floats in another order may differ."""

Values = NDArray[np.float64]


class SampleEstimate(NamedTuple):
    """A value and its standard error, 0 where chance has no part in it."""

    value: float
    error: float


Estimator = Callable[[Values], SampleEstimate]
"""Makes an estimate of what was read off some trials: a row for each of them."""


class ExactScore(NamedTuple):
    """A value that should come out beside the one that was simulated.

    Parameters
    ----------
    name
        What it is about.
    expected, simulated
        The two values.
    error
        Standard error of `simulated`.
    """

    name: str
    expected: float
    simulated: float
    error: float

    @property
    def z(self) -> float:
        """Distance in standard errors; 0 or infinite where chance has no part in it."""
        distance = self.simulated - self.expected
        if self.error:
            return distance / self.error
        return 0.0 if self.holds else math.copysign(math.inf, distance)

    @property
    def tolerance(self) -> float:
        """Distance that chance explains, or rounding where chance has no part in it."""
        return LIMIT * self.error if self.error else _LAST_DIGITS * math.ulp(self.expected)

    @property
    def holds(self) -> bool:
        """Whether the distance is within the tolerance."""
        return abs(self.simulated - self.expected) <= self.tolerance

    @property
    def detects(self) -> float:
        """Relative error of the engine that would be found with 99 % probability."""
        return POWER * self.error / abs(self.expected)


def mean(values: Values) -> SampleEstimate:
    """Mean of the first column."""
    column = values[:, 0]
    return SampleEstimate(float(column.mean()), float(column.std(ddof=1)) / len(column) ** 0.5)


def variance(values: Values) -> SampleEstimate:
    """Variance of the first column, its error from the fourth moment."""
    squares = (values[:, 0] - values[:, 0].mean()) ** 2
    size = len(squares)
    return SampleEstimate(float(squares.sum()) / (size - 1), float(squares.std(ddof=1)) / size**0.5)


def mean_of(transform: Callable[[Values], Values]) -> Estimator:
    """Mean of what `transform` makes of the first column."""
    return lambda values: mean(transform(values[:, :1]))


def ratio(values: Values) -> SampleEstimate:
    """Ratio of the means of two columns, its error by the delta method."""
    part, whole = values.T
    found = float(part.sum() / whole.sum())
    residuals = part - found * whole
    return SampleEstimate(
        found, float(residuals.std(ddof=1)) / len(part) ** 0.5 / float(whole.mean())
    )


def only(values: Values) -> SampleEstimate:
    """The first column of a single trial in which nothing is left to chance."""
    ((value,),) = values
    return SampleEstimate(float(value), 0.0)
