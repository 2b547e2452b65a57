"""Laws of times of which some are only known to be longer: Kaplan and Meier, and likelihood."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain import distributions, laws

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simtrain.distributions import Ageing

    Array = NDArray[np.float64]

_FEWEST = 5
"""Different times below which no law is fitted."""
_MOST_SPREAD = 50.0
"""Largest logarithm of a parameter, and of its inverse, that is looked at."""


class Curve(NamedTuple):
    """A law that observations make, in steps at `values`.

    Parameters
    ----------
    values
        Times that were observed, rising; one that was observed twice is there twice.
    weights
        Probability of each. What is known to be longer than all of them is at the last.
    """

    values: Array
    weights: Array

    @property
    def mean(self) -> float:
        """Its mean."""
        return float(self.values @ self.weights)

    @property
    def survival(self) -> Array:
        """Probability to exceed each of the values."""
        return np.maximum(1.0 - np.cumsum(self.weights), 0.0)

    def quantile(self, part: float) -> float:
        """Value that is not exceeded with a probability, on lines between the observed ones."""
        before = np.cumsum(self.weights) - self.weights
        return float(np.interp(part, before / max(before[-1], 1e-300), self.values))


class FittedLaw(NamedTuple):
    """A law with the greatest likelihood of its kind.

    Parameters
    ----------
    kind
        Its name in a scenario.
    parameters
        What a scenario says of it, times in seconds.
    log_likelihood
        Natural logarithm of the likelihood, times in days.
    aic
        Akaike's information criterion; the least is the best.
    """

    kind: str
    parameters: dict[str, float]
    log_likelihood: float
    aic: float

    @property
    def law(self) -> Ageing:
        """The law itself."""
        law = laws.build(self.kind, **self.parameters)
        assert isinstance(law, distributions.Ageing)
        return law


def kaplan_meier(times: Array, observed: NDArray[np.bool_]) -> Curve:
    """Law of times, of which those that are not observed are only known to be longer."""
    order = np.lexsort((~observed, times))  # at one moment, ends come before what goes on
    values, ends = times[order], observed[order]
    at_risk = np.arange(len(values), 0, -1)
    left = np.cumprod(1.0 - ends / at_risk)
    weights = -np.diff(np.concatenate([[1.0], left]))[ends]
    if len(weights):
        weights[-1] += 1.0 - weights.sum()
    return Curve(values[ends], weights)


def fitted_laws(times: Array, observed: NDArray[np.bool_]) -> list[FittedLaw]:
    """Exponential, Weibull, gamma and log-normal law of the greatest likelihood, the best first.

    There are none if the times are too few.

    Parameters
    ----------
    times
        In seconds, above 0.
    observed
        Whether each came to its end; one that did not is only known to be longer.
    """
    ends = times[observed]
    if len(np.unique(ends)) < _FEWEST:
        return []
    found = [make(ends, times[~observed]) for make in (_exponential, _weibull, _gamma, _lognormal)]
    return sorted(found, key=lambda one: one.aic)


def _law(kind: str, log_likelihood: float, ends: Array, **parameters: float) -> FittedLaw:
    in_days = log_likelihood + len(ends) * math.log(86400.0)
    free = 1 if kind == "exponential" else 2
    return FittedLaw(kind, parameters, in_days, 2 * free - 2 * in_days)


def _exponential(ends: Array, longer: Array) -> FittedLaw:
    mean = (ends.sum() + longer.sum()) / len(ends)
    return _law("exponential", -len(ends) * (math.log(mean) + 1), ends, mean=mean)


def _weibull(ends: Array, longer: Array) -> FittedLaw:
    times = np.concatenate([ends, longer])
    unit = float(times.max())  # so that no power of a time grows beyond all bounds
    times, logs = times / unit, np.log(ends / unit)
    kept = times[times > 0]
    log_times = np.log(kept)

    def slope(shape: float) -> float:
        powers = np.exp(shape * log_times)
        return float(powers @ log_times / powers.sum() - 1 / shape - logs.mean())

    shape = import_module("scipy.optimize").brentq(slope, 1e-3, 1e3, xtol=1e-12, rtol=1e-13)
    scale = float((kept**shape).sum() / len(ends)) ** (1 / shape)
    value = len(ends) * (math.log(shape) - shape * math.log(scale) - 1 - math.log(unit))
    value += (shape - 1) * (logs.sum())
    return _law("weibull", value, ends, shape=shape, scale=scale * unit)


def _gamma(ends: Array, longer: Array) -> FittedLaw:
    special = import_module("scipy.special")
    unit, sum_of_logs = float(ends.mean()), float(np.log(ends / ends.mean()).sum())

    def likelihood(shape: float, scale: float) -> float:
        x = longer / (unit * scale)
        known = (shape - 1) * sum_of_logs - len(ends) * (
            1 / scale + special.gammaln(shape) + shape * math.log(scale)
        )
        with np.errstate(divide="ignore"):
            tail = np.log(special.gammaincc(shape, x))
        # Far out the incomplete gamma function has no digits: there its first term is exact enough.
        far = ~np.isfinite(tail)
        tail[far] = (shape - 1) * np.log(x[far]) - x[far] - special.gammaln(shape)
        return float(known + tail.sum()) - len(ends) * math.log(unit)

    (shape, scale), value = _most_likely(likelihood, (1.0, 1.0), (True, True))
    return _law("gamma", value, ends, shape=shape, scale=scale * unit)


def _lognormal(ends: Array, longer: Array) -> FittedLaw:
    special = import_module("scipy.special")
    known = np.log(ends)
    mean, variance = float(known.mean()), float(known.var())
    open_ = np.log(longer[longer > 0])

    def likelihood(mu: float, sigma: float) -> float:
        each = (variance + (mean - mu) ** 2) / (2 * sigma**2) + math.log(sigma) + mean
        value = -len(known) * (each + 0.5 * math.log(math.tau))
        return float(value + special.log_ndtr((mu - open_) / sigma).sum())

    begin = (mean, max(math.sqrt(variance), 1e-3))
    (mu, sigma), value = _most_likely(likelihood, begin, (False, True))
    return _law("lognormal", value, ends, median=math.exp(mu), sigma=sigma)


def _most_likely(
    likelihood: Callable[..., float], begin: tuple[float, ...], positive: tuple[bool, ...]
) -> tuple[tuple[float, ...], float]:
    """Parameters of the greatest likelihood, and its logarithm; positive ones by their own."""

    def back(point: Any) -> tuple[float, ...]:
        return tuple(
            math.exp(min(max(one, -_MOST_SPREAD), _MOST_SPREAD)) if above else float(one)
            for one, above in zip(point, positive, strict=True)
        )

    start = [math.log(one) if above else one for one, above in zip(begin, positive, strict=True)]
    found = import_module("scipy.optimize").minimize(
        lambda point: -likelihood(*back(point)),
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-7, "maxiter": 2000},
    )
    return back(found.x), -float(found.fun)
