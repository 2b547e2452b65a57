"""Laws as records, and their quantiles in compiled code.

A record tells the kind of a law and its parameters, or what its quantile makes of them each time.
Data of a law, of which there may be any number, stand in an array that the record has the address
of, and so do the addresses of SciPy's functions, which is only imported for laws that need it:
whoever holds records holds these arrays too.

Compiled code asks a record as Python code asks a law, by ``law.quantile(u)``.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types
from numba.core.typing.templates import (
    AttributeTemplate,
    bound_function,
    infer_getattr,
    signature,
)
from numba.extending import get_cython_function_address, lower_builtin
from numba.np.numpy_support import from_dtype

from simtrain.compiled.addressed import (
    address_of,
    call_of_one,
    call_of_three,
    call_of_two,
    number_at,
    word_at,
)
from simtrain.compiled.caching import kernel
from simtrain.compiled.elementary import exp, expm1, log, log1p, power
from simtrain.compiled.memory import table_of
from simtrain.compiled.normal import normal_at, normal_hazard, probit
from simtrain.compiled.routines import routine
from simtrain.compiled.unknown import NotFollowedError, at_hand, of_law
from simtrain.distributions import (
    GAMMA_FAR,
    Beta,
    Exponential,
    Fixed,
    Gamma,
    Law,
    LogitNormal,
    LogNormal,
    Pareto,
    Uniform,
    Weibull,
    gamma_tail_from,
    near_gamma_median,
)
from simtrain.empirical import Quantiles, Values, log_ratio
from simtrain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

(
    NONE, FIXED, UNIFORM, PARETO, LOGIT_NORMAL, EXPONENTIAL, WEIBULL, LOG_NORMAL, GAMMA, BETA,
    QUANTILES, VALUES,
) = range(12)  # fmt: skip
"""Kinds of laws; a quantity that has no law, `NONE`, is infinite."""

GAMMAINC, GAMMAINCC, GAMMAINCINV, GAMMAINCCINV, BETAINCINV, LOG_NDTR, NDTRI_EXP = range(7)
"""Places of functions of SciPy in the array of their addresses."""

_NAMES = (
    "gammainc", "gammaincc", "gammaincinv", "gammainccinv", "__pyx_fuse_0betaincinv",
    "__pyx_fuse_1log_ndtr", "ndtri_exp",
)  # fmt: skip

_LOG_2 = math.log(2.0)

LAW = np.dtype(
    [
        ("kind", "i8"),
        ("count", "i8"),  # of numbers at the address
        ("address", "i8"),
        ("a", "f8"),
        ("b", "f8"),
        ("c", "f8"),
        ("d", "f8"),
        ("e", "f8"),
        ("f", "f8"),
    ],
    align=True,
)
"""A law. What the parameters mean is up to its kind."""

Encoded = tuple[float, ...]
"""Fields of a record, in order."""

NO_LAW: Encoded = (NONE, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class NotEncodedError(InputError):
    """Something that no record has a place for, though nothing has left it to SimPy."""

    def __str__(self) -> str:
        return f"the compiled engine does not have {self.args[0]}; use --engine simpy"


def encode(law: Law | None, held: list[NDArray[Any]], of_arrays: bool = False) -> Encoded:
    """Fields of the record of a law, or of none.

    Parameters
    ----------
    held
        Arrays that the record has addresses of are added here: they live as long as the record.
    of_arrays
        Whether `hazard_of_array` and `age_of_array` are asked of it.

    Raises
    ------
    NotEncodedError
        If no record has laws of such a class.
    """
    if law is None:
        return NO_LAW
    if type(law) not in _ENCODERS:
        raise NotEncodedError(f"a law of the class {type(law).__name__}")
    encoder = _ENCODERS[type(law)]
    try:
        kind, parameters, data = encoder(law)
    except NotFollowedError:
        kind, _, data = encoder(at_hand(law))
        parameters = of_law(law, lambda one: encoder(one)[1])
    if of_arrays and kind == LOG_NORMAL:
        data = _special()
    count = address = 0
    if data is not None:
        held.append(data)
        count, address = len(data), data.ctypes.data
    return kind, count, address, *parameters, *(0.0,) * (6 - len(parameters))


@cache
def _special() -> NDArray[np.int64]:
    """Addresses of functions of SciPy."""
    module = "scipy.special.cython_special"
    return np.array([get_cython_function_address(module, name) for name in _NAMES])


_Parts = tuple[int, tuple[float, ...], Any]


def _pareto(law: Pareto) -> _Parts:
    return PARETO, (law.shape, law.low, law.high, law.within), None


def _weibull(law: Weibull) -> _Parts:
    return WEIBULL, (law.shape, law.scale, 1.0 / law.shape), None


def _gamma(law: Gamma) -> _Parts:
    shape, special = law.shape, _special()
    median = near_gamma_median(shape)
    tail = gamma_tail_from(shape)
    far_age = float(import_module("scipy.special").gammainccinv(shape, math.exp(-GAMMA_FAR)))
    return GAMMA, (shape, law.scale, median, tail, math.lgamma(shape), far_age), special


def _quantiles(law: Quantiles) -> _Parts:
    """Probabilities, what normal quantiles belong to them, the values, and the lines between."""
    normal = [NormalDist().inv_cdf(p) for p in law.probabilities]
    slopes = [log_ratio(*law.values[n : n + 2]) for n in range(len(normal) - 1)]
    rows = [law.probabilities, normal, law.values, [*slopes, 0.0]]
    return QUANTILES, law.known_range(), np.array(rows).T.ravel()


_ENCODERS: dict[type[Law], Callable[[Any], _Parts]] = {
    Fixed: lambda law: (FIXED, (law.value,), None),
    Uniform: lambda law: (UNIFORM, (law.low, law.high), None),
    Pareto: _pareto,
    LogitNormal: lambda law: (LOGIT_NORMAL, (law.mu, law.sigma), None),
    Exponential: lambda law: (EXPONENTIAL, (law.scale,), None),
    Weibull: _weibull,
    LogNormal: lambda law: (LOG_NORMAL, (law.mu, law.sigma), None),
    Gamma: _gamma,
    Beta: lambda law: (BETA, (law.a, law.b), _special()),
    Quantiles: _quantiles,
    Values: lambda law: (VALUES, (), np.array(law.values)),
}


_law_at = table_of(LAW)


@kernel
def _share_of(log_odds: float) -> float:
    odds = math.exp(-abs(log_odds))
    return (odds if log_odds < 0.0 else 1.0) / (1.0 + odds)


@kernel
def _on_line(law: Any, u: float) -> float:
    """Quantile of a law of percentiles."""
    u = min(max(u, law.a), law.b)
    points, line = law.count // 4, 1
    while line < points - 1 and number_at(law.address, 4 * line) <= u:
        line += 1
    before = 4 * (line - 1)
    start, end = number_at(law.address, before + 1), number_at(law.address, before + 5)
    part = (probit(u, 0.0, 1.0) - start) / (end - start)
    lower, slope = number_at(law.address, before + 2), number_at(law.address, before + 3)
    return lower * math.exp(part * slope)


# Of a gamma law the record has: a shape, b scale, c about the median, d where the tail begins,
# e the log of Γ(shape), f the age where its hazard is `GAMMA_FAR`; ages in units of the scale.


@kernel
def _gamma_hazard(law: Any, x: float) -> float:
    """-log Q(shape, x), with Q the regularised upper incomplete gamma function."""
    if x < law.c:
        return -log1p(-call_of_two(word_at(law.address, GAMMAINC), law.a, x))
    if x < law.d:
        return -log(call_of_two(word_at(law.address, GAMMAINCC), law.a, x))
    return _gamma_tail(law, x)[0] if x < math.inf else x


@kernel
def _gamma_age(law: Any, hazard: float) -> float:
    """Inverse of `_gamma_hazard`."""
    if hazard < _LOG_2:
        return call_of_two(word_at(law.address, GAMMAINCINV), law.a, -expm1(-hazard))
    if hazard < GAMMA_FAR:
        return call_of_two(word_at(law.address, GAMMAINCCINV), law.a, exp(-hazard))
    if hazard == math.inf:
        return hazard
    x = law.f
    for _ in range(8):
        reached, rate = _gamma_tail(law, x)
        x = x + (hazard - reached) / rate
    return x


@kernel
def _gamma_tail(law: Any, x: float) -> tuple[float, float]:
    """Cumulative hazard and hazard rate by Legendre's continued fraction for Γ(shape, x)."""
    shape, terms = law.a, 12
    fraction = x + 2.0 * terms + 1.0 - shape
    for j in range(terms, 0, -1):
        fraction = x + 2.0 * j - 1.0 - shape - j * (j - shape) / fraction
    hazard = x - shape * log(x) + law.e + log(fraction)
    return hazard, fraction / x


# Routines: what calls them need not compile them once more.


@routine
def _quantile(address: int, u: float) -> float:
    """Value of the law at an address.

    Each branch is the `quantile` of a class of `simtrain.distributions` or `simtrain.empirical`,
    operation by operation.
    """
    law = _law_at(address, 0)
    kind = law.kind
    if kind == FIXED:
        return law.a
    if kind == LOG_NORMAL:
        return math.exp(probit(u, law.a, law.b)) if u > 0.0 else 0.0
    if kind == EXPONENTIAL:
        return -law.a * math.log1p(-u)
    if kind == UNIFORM:
        return law.a + (law.b - law.a) * u
    if kind == WEIBULL:
        return law.b * (-math.log1p(-u)) ** law.c
    if kind == PARETO:
        exponent = -math.log1p(-u * law.d) / law.a
        return min(law.b * math.exp(exponent), law.c)
    if kind == LOGIT_NORMAL:
        return _share_of(law.a + law.b * probit(u, 0.0, 1.0)) if u > 0.0 else 0.0
    if kind == GAMMA:
        return law.b * call_of_two(word_at(law.address, GAMMAINCINV), law.a, u)
    if kind == BETA:
        return call_of_three(word_at(law.address, BETAINCINV), law.a, law.b, u)
    if kind == QUANTILES:
        return _on_line(law, u)
    if kind == VALUES:
        return number_at(law.address, min(int(u * law.count), law.count - 1))
    return math.inf


@routine
def _cumulative_hazard(address: int, age: float) -> float:
    """Hazard up to an age by the law at an address."""
    law = _law_at(address, 0)
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


@routine
def _age_at(address: int, age: float, budget: float) -> float:
    """Age at which the law at an address has so much more hazard than at another age."""
    law = _law_at(address, 0)
    kind = law.kind
    if kind == EXPONENTIAL:
        return age + law.a * budget
    if kind == WEIBULL:
        hazard = (age / law.b) ** law.a + budget
        return max(age, law.b * hazard**law.c)
    if kind == LOG_NORMAL:
        log_age = law.a + law.b * normal_at(_cumulative_hazard(address, age) + budget)
        return max(age, math.exp(log_age) if log_age < 709.0 else math.inf)
    if kind == GAMMA:
        return max(age, law.b * _gamma_age(law, _cumulative_hazard(address, age) + budget))
    return math.inf


# The engine on SimPy takes hosts to which nothing has happened as arrays, which NumPy and SciPy
# round in their own way.


@routine
def _hazard_of_array(address: int, age: float) -> float:
    """Hazard up to an age, as it is of an array of ages."""
    law = _law_at(address, 0)
    if law.kind == WEIBULL:
        return power(age / law.b, law.a)
    if law.kind == LOG_NORMAL:
        return -call_of_one(word_at(law.address, LOG_NDTR), (law.a - log(age)) / law.b)
    return _cumulative_hazard(address, age)


@routine
def _age_of_array(address: int, age: float, budget: float) -> float:
    """Age at which so much more hazard has accumulated, as it is of arrays of both."""
    law = _law_at(address, 0)
    if law.kind == WEIBULL:
        hazard = power(age / law.b, law.a) + budget
        return max(age, law.b * power(hazard, law.c))
    if law.kind == LOG_NORMAL:
        hazard = _hazard_of_array(address, age) + budget
        z = call_of_one(word_at(law.address, NDTRI_EXP), -hazard)
        return max(age, exp(law.a - law.b * z))
    return _age_at(address, age, budget)


@kernel
def quantile(law: Any, u: float) -> float:
    """Value of a law that is not exceeded with probability `u`, from 0 on and below 1."""
    return _quantile(address_of(law), u)


@kernel
def cumulative_hazard(law: Any, age: float) -> float:
    """Hazard that a unit has accumulated at an age, to the bit; 0 without a law."""
    return _cumulative_hazard(address_of(law), age)


@kernel
def age_at(law: Any, age: float, budget: float) -> float:
    """Age at which a unit of some age has accumulated so much more hazard.

    As the class of the law tells it of plain floats: to the bit, but for hazards of a log-normal
    law above 600, which are right to rounding. Infinite where there is no law.
    """
    return _age_at(address_of(law), age, budget)


@kernel
def hazard_of_array(law: Any, age: float) -> float:
    """Hazard at an age as the class of the law tells it of an array, to the bit."""
    return _hazard_of_array(address_of(law), age)


@kernel
def age_of_array(law: Any, age: float, budget: float) -> float:
    """Age at which so much more hazard has accumulated, as told of arrays, to the bit."""
    return _age_of_array(address_of(law), age, budget)


# A method of all records, as `overload_method` makes it, would be asked after their fields if numba
# has compiled anything before, which then raise an error. So this kind of record has its own.


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]  # it has no types for mypy
    """Fields of the record of a law, and its method."""

    key = from_dtype(LAW)

    def generic_resolve(self, value: Any, attr: str) -> Any:
        """Type of a field."""
        return value.typeof(attr) if attr in value.fields else None

    @bound_function("law.quantile")
    def resolve_quantile(self, law: Any, args: Any, kws: Any) -> Any:
        """Signature of the method."""
        return signature(types.float64, types.float64, recvr=law)


@lower_builtin("law.quantile", types.Record, types.float64)
def _lower_quantile(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    def of(law: Any, u: Any) -> Any:
        return quantile(law, u)

    return context.compile_internal(builder, of, signature, args)
