"""Laws from the words that people use: a mean, a coefficient of variation, a 90th percentile, ends.

`build` makes a law of its name and such parameters, and `PARAMETERS` lists what it accepts;
`between` makes one of two ends.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from simtrain.distributions import (
    Beta,
    Exponential,
    Fixed,
    Gamma,
    LogitNormal,
    LogNormal,
    Pareto,
    Uniform,
    Weibull,
    out_of_range,
    probit,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simtrain.distributions import Law

PARAMETERS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "fixed": (("value",),),
        "exponential": (("mean",),),
        "weibull": (("shape",), ("mean", "scale")),
        "gamma": (("shape", "cv"), ("mean", "scale")),
        "lognormal": (("mean", "median"), ("cv", "sigma", "p90")),
        "uniform": (("low",), ("high",)),
        "pareto": (("shape",), ("low",), ("high",)),
        "beta": (("a",), ("b",)),
    }
)
"""Kind of law -> groups of parameters; `build` wants exactly one name of each group.

A lognormal law takes its mean and its median as well.
"""

_Z90 = probit(0.9, 0.0, 1.0)
_Z95 = probit(0.95, 0.0, 1.0)


def build(kind: str, **parameters: float) -> Law:
    """Make a law from its name and the parameters that one happens to know.

    A log-normal law of a given mean and 90th percentile solves
    ln p90 = ln mean - s²/2 + 1.2816·s for its sigma s. Of the two roots the smaller is taken;
    there is none unless the percentile lies above the mean and at most 2.273 times above it.

    Parameters
    ----------
    kind : str
        A key of `PARAMETERS`.
    **parameters : float
        Exactly one name of each group of ``PARAMETERS[kind]`` and no other, or the `mean` and
        the `median` of a lognormal law. Those of
        `SAME_UNIT` are in the unit of the quantity (seconds for a duration); the others are
        plain numbers. `low`, `high` and `value` are 0 or above, the rest above 0.

    Returns
    -------
    Law
        The frozen law.

    Raises
    ------
    ValueError
        Naming all that is unknown, missing, superfluous or out of range.

    Examples
    --------
    >>> build("lognormal", median=600.0, cv=1.5).quantile(0.5)
    600.0
    >>> build("weibull", shape=-1.0)
    Traceback (most recent call last):
    ValueError: weibull needs one of mean, scale; shape must be above 0, got -1
    """
    if kind not in PARAMETERS:
        raise ValueError(f"unknown law {kind!r}; accepted: {', '.join(PARAMETERS)}")
    refuse([*_wrong_names(kind, parameters), *out_of_range(parameters)])
    names = [name for group in PARAMETERS[kind] for name in group if name in parameters]
    try:
        return _MAKERS[kind, *names](*(_float(parameters[name]) for name in names))
    except ArithmeticError:
        given = ", ".join(f"{name}={parameters[name]:g}" for name in names)
        raise ValueError(f"no number can hold a {kind} law of {given}") from None


def between(low: float, high: float, is_share: bool = False) -> Law:
    """Law of a number that lies between two ends nine times in ten.

    Log-normal, or logit-normal for a share, with P5 and P95 at the ends, so the median is their
    geometric mean (of the odds, for a share) both for a number and for its inverse. From 0 on it is
    exponential with P95 at the upper end: nothing seen in so long. A share that touches 0 has the
    density (1 - x)^(b-1) with P95 at its upper end; one that touches 1 is its mirror image, and
    one that touches both is uniform.

    Parameters
    ----------
    low, high : float
        The ends, in the unit of the quantity; 0 or above, and at most 1 for a share.
    is_share : bool
        Whether the quantity is a share or probability.

    Raises
    ------
    ValueError
        If the ends are out of order or out of range, or so far apart that the variance of the law
        is not finite.
    """
    if not 0.0 <= low < high or (is_share and high > 1.0):
        raise ValueError(f"no range from {low:g} to {high:g}")
    if is_share:
        return _share_between(low, high)
    if low == 0.0:
        return Exponential(high / -math.log(0.05))
    return LogNormal(0.5 * math.log(low * high), 0.5 * math.log(high / low) / _Z95)


def _share_between(low: float, high: float) -> Law:
    if low == 0.0 and high == 1.0:
        return Uniform(0.0, 1.0)
    if low == 0.0:
        return Beta(1.0, math.log(0.05) / math.log1p(-high))
    if high == 1.0:
        return Beta(math.log(0.05) / math.log(low), 1.0)
    odds = [math.log(share / (1.0 - share)) for share in (low, high)]
    return LogitNormal(0.5 * sum(odds), 0.5 * (odds[1] - odds[0]) / _Z95)


def _float(value: float) -> float:
    """A number as a float; what stands for one that is not known yet stays what it is."""
    return float(value) if isinstance(value, int | float) else value


def _wrong_names(kind: str, given: Mapping[str, float]) -> Iterator[str]:
    accepted = [name for group in PARAMETERS[kind] for name in group]
    if (kind, *(name for name in accepted if name in given)) in _MAKERS and {*given} <= {*accepted}:
        return
    for name in given:
        if name not in accepted:
            yield f"{kind} does not take {name}; accepted: {', '.join(accepted)}"
    for group in PARAMETERS[kind]:
        chosen = [name for name in group if name in given]
        choice = f"one of {', '.join(group)}" if len(group) > 1 else group[0]
        if not chosen:
            yield f"{kind} needs {choice}"
        elif len(chosen) > 1:
            yield f"{kind} takes only {choice}, got {' and '.join(chosen)}"


def _lognormal_of_mean(mean: float, sigma: float) -> LogNormal:
    return LogNormal(math.log(mean) - 0.5 * sigma**2, sigma)


def _lognormal_of_median(median: float, sigma: float) -> LogNormal:
    return LogNormal(math.log(median), sigma)


def _sigma_of_cv(cv: float) -> float:
    return math.sqrt(math.log1p(cv * cv))


def _sigma_of_median(median: float, p90: float) -> float:
    if p90 <= median:
        raise ValueError(f"p90 must exceed the median, got {p90:g} and {median:g}")
    return math.log(p90 / median) / _Z90


def _lognormal_of_mean_and_median(mean: float, median: float) -> LogNormal:
    if mean <= median:
        raise ValueError(f"the mean of a lognormal exceeds its median, got {mean:g} and {median:g}")
    return LogNormal(math.log(median), math.sqrt(2.0 * math.log(mean / median)))


def _sigma_of_mean(mean: float, p90: float) -> float:
    ratio, most = p90 / mean, math.exp(0.5 * _Z90**2)
    if not 1.0 < ratio <= most:
        raise ValueError(
            f"the p90 of a lognormal lies between 1 and {most:.3f} times its mean, got {ratio:g}"
        )
    # The rationalised root: the plain difference loses its digits for a ratio close to 1.
    excess = 2.0 * math.log(ratio)
    return excess / (_Z90 + math.sqrt(max(_Z90**2 - excess, 0.0)))


_MAKERS: Mapping[tuple[str, ...], Callable[..., Law]] = {
    ("fixed", "value"): Fixed,
    ("exponential", "mean"): Exponential,
    ("weibull", "shape", "mean"): lambda k, mean: Weibull(k, mean / math.gamma(1.0 + 1.0 / k)),
    ("weibull", "shape", "scale"): Weibull,
    ("gamma", "shape", "mean"): lambda k, mean: Gamma(k, mean / k),
    ("gamma", "shape", "scale"): Gamma,
    ("gamma", "cv", "mean"): lambda cv, mean: Gamma(1.0 / (cv * cv), mean * cv * cv),
    ("gamma", "cv", "scale"): lambda cv, scale: Gamma(1.0 / (cv * cv), scale),
    ("lognormal", "mean", "cv"): lambda m, cv: _lognormal_of_mean(m, _sigma_of_cv(cv)),
    ("lognormal", "mean", "sigma"): _lognormal_of_mean,
    ("lognormal", "mean", "p90"): lambda m, p90: _lognormal_of_mean(m, _sigma_of_mean(m, p90)),
    ("lognormal", "mean", "median"): _lognormal_of_mean_and_median,
    ("lognormal", "median", "cv"): lambda m, cv: _lognormal_of_median(m, _sigma_of_cv(cv)),
    ("lognormal", "median", "sigma"): _lognormal_of_median,
    ("lognormal", "median", "p90"): lambda m, p: _lognormal_of_median(m, _sigma_of_median(m, p)),
    ("uniform", "low", "high"): Uniform,
    ("pareto", "shape", "low", "high"): Pareto,
    ("beta", "a", "b"): Beta,
}
