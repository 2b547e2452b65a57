"""Frozen laws of a positive quantity: durations, probabilities, rates.

A draw is one uniform number through the inverse of the distribution function, so that a law
holds no state and the same uniform always gives the same value::

    Law                      mean, variance, support, quantile, scaled
    ├── Fixed, Uniform, Pareto, Beta, LogitNormal
    └── Ageing               cumulative_hazard, age_at, stationary_age
        └── Exponential, Weibull, Gamma, LogNormal

`simtrain.laws` makes one of them from the words that people use. Every law has a finite mean and
variance.
"""
# ruff: noqa: D102 - Law and Ageing document each method once, for all their subclasses

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import import_module
from statistics import _normal_dist_inv_cdf  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Self, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Array: TypeAlias = NDArray[np.float64]

SAME_UNIT: frozenset[str] = frozenset({"mean", "median", "p90", "scale", "low", "high", "value"})
"""Parameters in the unit of the quantity itself; all others are plain numbers."""

_ABOVE_ZERO = frozenset(
    {"mean", "median", "p90", "scale", "shape", "cv", "sigma", "a", "b", "factor"}
)
_FROM_ZERO = frozenset({"value", "low", "high"})

_LOG_2 = math.log(2.0)
_SQRT_2 = math.sqrt(2.0)
probit: Callable[[float, float, float], float] = _normal_dist_inv_cdf
"""Quantile of a normal law: of a probability, with a mean and a standard deviation."""
_HERMITE_POINTS = 60


@cache
def _special() -> Any:
    # Costs more to import than all else here, and the common laws never need it.
    return import_module("scipy.special")


# --- laws ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Law(ABC):
    """A law of a quantity that is never negative.

    Raises
    ------
    ValueError
        If a parameter is not finite or out of its range, or the variance is not finite.
    """

    def __post_init__(self) -> None:
        refuse(out_of_range({field.name: getattr(self, field.name) for field in fields(self)}))
        if not _is_finite(lambda: self.variance + self.mean):
            raise ValueError(f"{self} has no finite variance")

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value, in the unit of the quantity."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """Variance, in the squared unit of the quantity."""

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value; the largest may be `math.inf`."""
        return 0.0, math.inf

    @abstractmethod
    def quantile(self, u: float) -> float:
        """Value that is not exceeded with probability `u`.

        Parameters
        ----------
        u : float
            Probability in [0, 1), usually one uniform random number. 0 gives the lower end of
            the support.

        Returns
        -------
        float
            A finite value that never falls as `u` rises (but for rounding).
        """

    def scaled(self, factor: float) -> Self:
        """Law of `factor` times the quantity.

        Parameters
        ----------
        factor : float
            Plain number above 0.

        Returns
        -------
        Law
            A law of the same class.

        Raises
        ------
        ValueError
            If `factor` is not a finite number above 0.
        TypeError
            If the class does not hold the scaled law (`Beta`).
        """
        refuse(out_of_range({"factor": factor}))
        return self._times(factor)

    def _times(self, factor: float) -> Self:
        names = [field.name for field in fields(self) if field.name in SAME_UNIT]
        return replace(self, **{name: getattr(self, name) * factor for name in names})


@dataclass(frozen=True, slots=True)
class Fixed(Law):
    """Always the same value.

    Parameters
    ----------
    value : float
        The value, 0 or above.
    """

    value: float

    @property
    def mean(self) -> float:
        return self.value

    @property
    def variance(self) -> float:
        return 0.0

    @property
    def support(self) -> tuple[float, float]:
        return self.value, self.value

    def quantile(self, u: float) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Uniform(Law):
    """Anything between two bounds, with equal probability.

    Parameters
    ----------
    low, high : float
        Bounds, 0 or above; `low` may equal `high` but not exceed it.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        Law.__post_init__(self)
        if self.low > self.high:
            raise ValueError(f"low must not exceed high, got {self.low:g} and {self.high:g}")

    @property
    def mean(self) -> float:
        return 0.5 * (self.low + self.high)

    @property
    def variance(self) -> float:
        return (self.high - self.low) ** 2 / 12.0

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    def quantile(self, u: float) -> float:
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True, slots=True)
class Pareto(Law):
    """A heavy tail with an end: density proportional to x^(-shape-1) between two bounds.

    Without the upper bound neither the mean (at shapes up to 1) nor the variance (up to 2) would
    be finite.

    Parameters
    ----------
    shape : float
        Plain number above 0; the smaller, the heavier the tail.
    low, high : float
        Bounds, above 0; `low` below `high`.
    """

    shape: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low <= 0.0:
            raise ValueError(f"low must be above 0, got {self.low:g}")
        if self.low >= self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        Law.__post_init__(self)

    @property
    def mean(self) -> float:
        return self.low * self._moment(1)

    @property
    def variance(self) -> float:
        mean = self._moment(1)
        return (self.low * mean) ** 2 * max(self._moment(2) / mean / mean - 1.0, 0.0)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    def quantile(self, u: float) -> float:
        exponent = -math.log1p(-u * self.within) / self.shape
        return min(self.low * math.exp(exponent), self.high)

    @property
    def within(self) -> float:
        """Probability that a Pareto law without an upper bound has below it."""
        return -math.expm1(-self.shape * math.log(self.high / self.low))

    def _moment(self, power: int) -> float:
        """Mean of (x / low)^`power`."""
        rate, width = self.shape - power, math.log(self.high / self.low)
        integral = -math.expm1(-rate * width) / rate if rate else width
        return self.shape * integral / self.within


@dataclass(frozen=True, slots=True)
class Beta(Law):
    """A probability or share between 0 and 1, with density proportional to x^(a-1)·(1-x)^(b-1).

    After s successes in n trials and a uniform prior, the unknown probability is
    ``Beta(1 + s, 1 + n - s)``.

    Parameters
    ----------
    a, b : float
        Plain numbers above 0; the mean is a / (a + b).
    """

    a: float
    b: float

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1.0 - self.mean) / (self.a + self.b + 1.0)

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, 1.0

    def quantile(self, u: float) -> float:
        return float(_special().betaincinv(self.a, self.b, u))

    def _times(self, factor: float) -> Self:
        raise TypeError(f"a beta law lies between 0 and 1 and cannot be scaled by {factor:g}")


@dataclass(frozen=True, slots=True)
class LogitNormal(Law):
    """A share between 0 and 1 whose log-odds, ln(x / (1 - x)), are normal.

    Parameters
    ----------
    mu : float
        Log-odds of the median.
    sigma : float
        Standard deviation of the log-odds, above 0.
    """

    mu: float
    sigma: float

    @property
    def mean(self) -> float:
        return self._moment(1)

    @property
    def variance(self) -> float:
        return self._moment(2) - self.mean**2

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, 1.0

    def quantile(self, u: float) -> float:
        return _share_of(self.mu + self.sigma * probit(u, 0.0, 1.0)) if u > 0.0 else 0.0

    def _moment(self, power: int) -> float:
        # No closed form is known; Gauss and Hermite's points are exact to ten digits or more.
        points, weights = _hermite()
        values = [_share_of(self.mu + self.sigma * z) ** power for z in points]
        return float(np.dot(weights, values) / math.sqrt(math.tau))

    def _times(self, factor: float) -> Self:
        raise TypeError(
            f"a logit-normal law lies between 0 and 1 and cannot be scaled by {factor:g}"
        )


@cache
def _hermite() -> tuple[list[float], Array]:
    """Points in standard deviations from the mean of a normal law, and their weights."""
    points, weights = np.polynomial.hermite_e.hermegauss(_HERMITE_POINTS)
    return points.tolist(), weights


@dataclass(frozen=True, slots=True)
class Ageing(Law):
    """A law of a time to failure, which also knows what age does to a unit.

    With S(t) the probability to live beyond age t, the cumulative hazard is H(t) = -log S(t).
    A new unit fails at the age where H reaches an exponential threshold of mean 1; a threshold
    outlives any change of rate, which only alters how fast hazard builds up.

    All methods take numbers or numpy arrays, and broadcast.
    """

    @overload
    @abstractmethod
    def cumulative_hazard(self, age: float) -> float: ...
    @overload
    @abstractmethod
    def cumulative_hazard(self, age: Array) -> Array: ...
    @abstractmethod
    def cumulative_hazard(self, age: Any) -> Any:
        """Hazard that a unit has accumulated at `age`, -log S(age).

        Parameters
        ----------
        age : float or array
            Age in the unit of the law, 0 or above.

        Returns
        -------
        float or array
            A plain number, 0 or above, accurate even where S(age) is too small for a float.
        """

    @overload
    @abstractmethod
    def age_at(self, age: float, budget: float) -> float: ...
    @overload
    @abstractmethod
    def age_at(self, age: Array, budget: float | Array) -> Array: ...
    @overload
    @abstractmethod
    def age_at(self, age: float, budget: Array) -> Array: ...
    @abstractmethod
    def age_at(self, age: Any, budget: Any) -> Any:
        """Age at which a unit fails if it may still accumulate `budget` of hazard.

        Parameters
        ----------
        age : float or array
            Age now, in the unit of the law, 0 or above.
        budget : float or array
            Remaining hazard, a plain number, 0 or above; ``-log1p(-u)`` of a uniform `u` for a
            fresh draw. `math.inf` never fails.

        Returns
        -------
        float or array
            H⁻¹(H(age) + budget), never below `age`.
        """

    @overload
    @abstractmethod
    def stationary_age(self, u: float, v: float) -> float: ...
    @overload
    @abstractmethod
    def stationary_age(self, u: Array, v: Array) -> Array: ...
    @abstractmethod
    def stationary_age(self, u: Any, v: Any) -> Any:
        """Age, seen at a random moment, of a unit in a place that has long been in service.

        Each unit of the place was replaced by a new one when it failed. The life around a
        random moment is size-biased (density t·f(t) / mean) and the moment falls anywhere in it.

        Parameters
        ----------
        u, v : float or array
            Independent uniform numbers in [0, 1): the life, and how much of it is over.

        Returns
        -------
        float or array
            Age, in the unit of the law, with density S(t) / mean.

        References
        ----------
        D. R. Cox, *Renewal Theory* (1962), chapter 5.
        """


@dataclass(frozen=True, slots=True)
class Exponential(Ageing):
    """A time to failure without memory.

    Parameters
    ----------
    scale : float
        The mean, above 0.
    """

    scale: float

    @property
    def mean(self) -> float:
        return self.scale

    @property
    def variance(self) -> float:
        return self.scale * self.scale

    def quantile(self, u: float) -> float:
        return -self.scale * math.log1p(-u)

    def cumulative_hazard(self, age: Any) -> Any:
        return age / self.scale

    def age_at(self, age: Any, budget: Any) -> Any:
        return age + self.scale * budget

    def stationary_age(self, u: Any, v: Any) -> Any:
        return self.scale * v * _special().gammaincinv(2.0, u)


@dataclass(frozen=True, slots=True)
class Weibull(Ageing):
    """Survival exp(-(t/scale)^shape): below shape 1 the young fail, above it the old.

    Parameters
    ----------
    shape : float
        Plain number above 0.
    scale : float
        Age by which 63 % have failed, above 0.
    """

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        return self.scale * math.gamma(1.0 + 1.0 / self.shape)

    @property
    def variance(self) -> float:
        # Through the ratio of moments: their difference has no digits left at large shapes.
        log_mean = math.lgamma(1.0 + 1.0 / self.shape)
        log_square = math.lgamma(1.0 + 2.0 / self.shape)
        return self.mean**2 * max(math.expm1(log_square - 2.0 * log_mean), 0.0)

    def quantile(self, u: float) -> float:
        return self.scale * float((-math.log1p(-u)) ** (1.0 / self.shape))

    def cumulative_hazard(self, age: Any) -> Any:
        return (age / self.scale) ** self.shape

    def age_at(self, age: Any, budget: Any) -> Any:
        hazard = (age / self.scale) ** self.shape + budget
        return _not_before(age, self.scale * hazard ** (1.0 / self.shape))

    def stationary_age(self, u: Any, v: Any) -> Any:
        hazard = _special().gammaincinv(1.0 + 1.0 / self.shape, u)
        return self.scale * v * hazard ** (1.0 / self.shape)


@dataclass(frozen=True, slots=True)
class Gamma(Ageing):
    """Density proportional to t^(shape-1)·exp(-t/scale).

    Parameters
    ----------
    shape : float
        Plain number above 0; the coefficient of variation is shape^(-1/2).
    scale : float
        Mean over shape, above 0.
    """

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        return self.shape * self.scale

    @property
    def variance(self) -> float:
        return self.shape * self.scale * self.scale

    def quantile(self, u: float) -> float:
        return float(self.scale * _special().gammaincinv(self.shape, u))

    def cumulative_hazard(self, age: Any) -> Any:
        return _gamma_hazard(self.shape, age / self.scale)

    def age_at(self, age: Any, budget: Any) -> Any:
        hazard = self.cumulative_hazard(age) + budget
        return _not_before(age, self.scale * _gamma_age(self.shape, hazard))

    def stationary_age(self, u: Any, v: Any) -> Any:
        return self.scale * v * _special().gammaincinv(self.shape + 1.0, u)


@dataclass(frozen=True, slots=True)
class LogNormal(Ageing):
    """The logarithm is normal: many short durations and a few very long ones.

    Parameters
    ----------
    mu : float
        Natural logarithm of the median.
    sigma : float
        Standard deviation of the natural logarithm, above 0.
    """

    mu: float
    sigma: float

    @property
    def mean(self) -> float:
        return math.exp(self.mu + 0.5 * self.sigma**2)

    @property
    def variance(self) -> float:
        return math.expm1(self.sigma**2) * math.exp(2.0 * self.mu + self.sigma**2)

    def quantile(self, u: float) -> float:
        # `NormalDist` would check once more what is sure, at half the cost of the quantile.
        return math.exp(probit(u, self.mu, self.sigma)) if u > 0.0 else 0.0

    def cumulative_hazard(self, age: Any) -> Any:
        if isinstance(age, float):
            log_age = math.log(age) if age > 0.0 else -math.inf
            return _normal_hazard((log_age - self.mu) / self.sigma)
        with np.errstate(divide="ignore"):
            return -_special().log_ndtr((self.mu - np.log(age)) / self.sigma)

    def age_at(self, age: Any, budget: Any) -> Any:
        return _not_before(age, self._age(self.cumulative_hazard(age) + budget))

    def stationary_age(self, u: Any, v: Any) -> Any:
        biased = self.mu + self.sigma**2
        return v * np.exp(biased + self.sigma * _special().ndtri(u))

    def _age(self, hazard: Any) -> Any:
        if isinstance(hazard, float):
            log_age = self.mu + self.sigma * _normal_at(hazard)
            return math.exp(log_age) if log_age < 709.0 else math.inf
        with np.errstate(over="ignore"):
            return np.exp(self.mu - self.sigma * _special().ndtri_exp(-hazard))

    def _times(self, factor: float) -> Self:
        return replace(self, mu=self.mu + math.log(factor))


# --- what parameters and moments may be ---------------------------------------------------------


def out_of_range(given: Mapping[str, float]) -> Iterator[str]:
    """What is wrong with each of some parameters by itself."""
    for name, value in given.items():
        if not -math.inf < value < math.inf:
            yield f"{name} must be finite, got {value}"
        elif name in _ABOVE_ZERO and value <= 0.0:
            yield f"{name} must be above 0, got {value:g}"
        elif name in _FROM_ZERO and value < 0.0:
            yield f"{name} must be 0 or above, got {value:g}"


def refuse(faults: Sequence[str] | Iterator[str]) -> None:
    """Raise a ValueError with all of some faults, if there is any."""
    if message := "; ".join(faults):
        raise ValueError(message)


def _is_finite(moment: Callable[[], float]) -> bool:
    try:
        return -math.inf < moment() < math.inf
    except OverflowError:
        return False


def _share_of(log_odds: float) -> float:
    # The exponent is never positive, so nothing overflows.
    odds = math.exp(-abs(log_odds))
    return (odds if log_odds < 0.0 else 1.0) / (1.0 + odds)


# --- hazards without underflow ------------------------------------------------------------------


def _not_before(age: Any, later: Any) -> Any:
    # Rounding may put an age that hardly moves a little before itself.
    return max(age, later) if isinstance(later, float) else np.maximum(age, later)


def _by_range(x: Any, edges: Sequence[float], pieces: Sequence[Callable[[Any], Any]]) -> Any:
    """Value at `x` of a function that each range between two edges computes in its own way."""
    if isinstance(x, float):
        return pieces[bisect_right(edges, x)](x)
    x = np.asarray(x, dtype=np.float64)
    ranges = np.searchsorted(edges, x, side="right")
    result = np.empty_like(x)
    for number, piece in enumerate(pieces):
        chosen = ranges == number
        result[chosen] = piece(x[chosen])
    return result


def _normal_hazard(z: float) -> float:
    """-log P(Z > z) of a standard normal Z."""
    if z < 0.0:
        return -math.log1p(-0.5 * math.erfc(-z / _SQRT_2))
    if z < 37.0:
        return -math.log(0.5 * math.erfc(z / _SQRT_2))
    return -float(_special().log_ndtr(-z))


def _normal_at(hazard: float) -> float:
    """Inverse of `_normal_hazard`."""
    if hazard < _LOG_2:
        return probit(-math.expm1(-hazard), 0.0, 1.0) if hazard > 0.0 else -math.inf
    if hazard < 700.0:
        return -probit(math.exp(-hazard), 0.0, 1.0)
    return -float(_special().ndtri_exp(-hazard))


GAMMA_FAR = 200.0
"""Hazard beyond which the survival of a gamma law is no longer taken as a plain number."""


def _gamma_hazard(shape: float, x: Any) -> Any:
    """-log Q(shape, x), with Q the regularised upper incomplete gamma function."""
    special = _special()
    return _by_range(
        x,
        (near_gamma_median(shape), gamma_tail_from(shape), math.inf),
        (
            lambda x: -np.log1p(-special.gammainc(shape, x)),
            lambda x: -np.log(special.gammaincc(shape, x)),
            lambda x: _gamma_tail(shape, x)[0],
            lambda x: x,
        ),
    )


def near_gamma_median(shape: float) -> float:
    """Age about the median of a gamma law of scale 1, on both sides of which hazard differs."""
    if shape >= 1.0:
        return shape - 1.0 / 3.0
    return float((0.5 * math.gamma(shape + 1.0)) ** (1.0 / shape))


def gamma_tail_from(shape: float) -> float:
    """Age from which on the tail of a gamma law of scale 1 is a continued fraction."""
    # Past 25 standard deviations Q is still above 1e-200, and the continued fraction is exact.
    return shape + 25.0 * math.sqrt(shape) + 50.0


def _gamma_age(shape: float, hazard: Any) -> Any:
    """Inverse of `_gamma_hazard`."""
    special = _special()
    return _by_range(
        hazard,
        (_LOG_2, GAMMA_FAR, math.inf),
        (
            lambda h: special.gammaincinv(shape, -np.expm1(-h)),
            lambda h: special.gammainccinv(shape, np.exp(-h)),
            lambda h: _gamma_far_age(shape, h),
            lambda h: h,
        ),
    )


def _gamma_far_age(shape: float, hazard: Any) -> Any:
    # The rate hardly changes out there, so that Newton's steps settle at once.
    x = _special().gammainccinv(shape, math.exp(-GAMMA_FAR)) + 0.0 * hazard
    for _ in range(8):
        reached, rate = _gamma_tail(shape, x)
        x = x + (hazard - reached) / rate
    return x


def _gamma_tail(shape: float, x: Any) -> tuple[Any, Any]:
    """Cumulative hazard and hazard rate by Legendre's continued fraction for Γ(shape, x)."""
    terms = 12
    fraction = x + 2.0 * terms + 1.0 - shape
    for j in range(terms, 0, -1):
        fraction = x + 2.0 * j - 1.0 - shape - j * (j - shape) / fraction
    hazard = x - shape * np.log(x) + math.lgamma(shape) + np.log(fraction)
    return hazard, fraction / x
