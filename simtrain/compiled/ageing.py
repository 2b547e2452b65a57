"""What age does to a unit, in compiled code: hazard up to an age, and the age at a hazard.

The functions take the record of an ageing law and the factor that multiplies its hazard, 1 if
none does, and agree with `simtrain.faults.weather.InWeather` and the classes of
`simtrain.distributions`: to the bit where these take plain floats, to rounding where they leave it
to SciPy.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from simtrain.compiled.addressed import call_of_two, word_at
from simtrain.compiled.laws import (
    EXPONENTIAL,
    GAMMA,
    GAMMAINC,
    GAMMAINCC,
    GAMMAINCCINV,
    GAMMAINCINV,
    LOG_NORMAL,
    WEIBULL,
)
from simtrain.compiled.normal import normal_at, normal_hazard
from simtrain.distributions import GAMMA_FAR

_LOG_2 = math.log(2.0)


@njit(cache=True)
def cumulative_hazard(law: Any, factor: float, age: float) -> float:
    """Hazard up to an age, in the unit of the law, if the factor had always held."""
    return factor * _hazard(law, age)


@njit(cache=True)
def age_at(law: Any, factor: float, age: float, budget: float) -> float:
    """Age at which a unit of this age has used up so much hazard; infinite for a law that never is.

    Parameters
    ----------
    factor
        Above 0.
    age
        In the unit of the law, 0 or above.
    budget
        Hazard left, 0 or above.
    """
    kind, budget = law.kind, budget / factor
    if kind == EXPONENTIAL:
        return age + law.a * budget
    if kind == WEIBULL:
        hazard = (age / law.b) ** law.a + budget
        return max(age, law.b * hazard**law.c)
    if kind == LOG_NORMAL:
        log_age = law.a + law.b * normal_at(_hazard(law, age) + budget)
        return max(age, math.exp(log_age) if log_age < 709.0 else math.inf)
    if kind == GAMMA:
        return max(age, law.b * _gamma_age(law, _hazard(law, age) + budget))
    return math.inf


@njit(cache=True)
def _hazard(law: Any, age: float) -> float:
    kind = law.kind
    if kind == EXPONENTIAL:
        return age / law.a
    if kind == WEIBULL:
        return (age / law.b) ** law.a
    if kind == LOG_NORMAL:
        log_age = math.log(age) if age > 0.0 else -math.inf
        return normal_hazard((log_age - law.a) / law.b)
    if kind == GAMMA:
        return _gamma_hazard(law, age / law.b)
    return 0.0


# Of a gamma law the record has: a shape, b scale, c about the median, d where the tail begins,
# e the log of Γ(shape), f the age where its hazard is `GAMMA_FAR`; ages in units of the scale.


@njit(cache=True)
def _gamma_hazard(law: Any, x: float) -> float:
    """-log Q(shape, x), with Q the regularised upper incomplete gamma function."""
    if x < law.c:
        return -math.log1p(-call_of_two(word_at(law.address, GAMMAINC), law.a, x))
    if x < law.d:
        return -math.log(call_of_two(word_at(law.address, GAMMAINCC), law.a, x))
    return _gamma_tail(law, x)[0] if x < math.inf else x


@njit(cache=True)
def _gamma_age(law: Any, hazard: float) -> float:
    """Inverse of `_gamma_hazard`."""
    if hazard < _LOG_2:
        return call_of_two(word_at(law.address, GAMMAINCINV), law.a, -math.expm1(-hazard))
    if hazard < GAMMA_FAR:
        return call_of_two(word_at(law.address, GAMMAINCCINV), law.a, math.exp(-hazard))
    if hazard == math.inf:
        return hazard
    x = law.f
    for _ in range(8):
        reached, rate = _gamma_tail(law, x)
        x = x + (hazard - reached) / rate
    return x


@njit(cache=True)
def _gamma_tail(law: Any, x: float) -> tuple[float, float]:
    """Cumulative hazard and hazard rate by Legendre's continued fraction for Γ(shape, x)."""
    shape, terms = law.a, 12
    fraction = x + 2.0 * terms + 1.0 - shape
    for j in range(terms, 0, -1):
        fraction = x + 2.0 * j - 1.0 - shape - j * (j - shape) / fraction
    hazard = x - shape * math.log(x) + law.e + math.log(fraction)
    return hazard, fraction / x
