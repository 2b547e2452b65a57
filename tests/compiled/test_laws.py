"""Laws of compiled code are those of Python, to the bit or to rounding."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numba import njit

from simtrain.compiled.laws import (
    LAW,
    NotEncodedError,
    age_at,
    age_of_array,
    cumulative_hazard,
    encode,
    hazard_of_array,
    quantile,
)
from simtrain.compiled.normal import normal_at, normal_hazard, probit
from simtrain.distributions import (
    Ageing,
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
)
from simtrain.distributions import probit as python_probit
from simtrain.empirical import Quantiles, Values

U = st.sampled_from([0.0, 2.0**-53, 0.5, 1.0 - 2.0**-53]) | st.floats(
    0.0, 1.0, exclude_max=True, allow_subnormal=False
).map(lambda u: math.floor(u * 2.0**53) * 2.0**-53)
ABOVE_0 = st.floats(0.05, 1e6)
SHAPES = st.floats(0.2, 40.0)
RISING = st.lists(ABOVE_0, min_size=2, max_size=9).map(sorted)
LAWS_OF_AGE: st.SearchStrategy[Ageing] = st.one_of(
    st.builds(Exponential, ABOVE_0),
    st.builds(Weibull, SHAPES, ABOVE_0),
    st.builds(LogNormal, st.floats(-3.0, 15.0), st.floats(0.05, 3.0)),
    st.builds(Gamma, SHAPES, ABOVE_0),
)
LAWS: st.SearchStrategy[Law] = st.one_of(
    LAWS_OF_AGE,
    st.builds(Fixed, st.floats(0.0, 1e9)),
    st.builds(lambda low, more: Uniform(low, low + more), ABOVE_0, st.just(0.0) | ABOVE_0),
    st.builds(lambda shape, low, more: Pareto(shape, low, low + more), SHAPES, ABOVE_0, ABOVE_0),
    st.builds(LogitNormal, st.floats(-5.0, 5.0), st.floats(0.05, 3.0)),
    st.builds(Beta, SHAPES, SHAPES),
    RISING.map(
        lambda values: Quantiles(
            tuple((n + 0.5) / len(values) for n in range(len(values))), tuple(values)
        )
    ),
    st.just(Quantiles((0.0001, 0.5, 0.5001, 0.9999), (1.0, 2.0, 2.0, 3.0))),
    st.lists(st.floats(0.0, 1e6), min_size=1, max_size=9).map(lambda v: Values(tuple(v))),
)


HELD: list[Any] = []


def record(law: Law | None) -> Any:
    laws = np.zeros(1, LAW)
    laws[0] = encode(law, HELD, of_arrays=True)
    return laws[0]


@given(law=LAWS, us=st.lists(U, min_size=1, max_size=20))
def test_quantiles_are_the_same_to_the_bit(law: Law, us: list[float]) -> None:
    found = record(law)
    assert [quantile(found, u) for u in us] == [law.quantile(u) for u in us]


@given(u=st.floats(1e-300, 1.0, exclude_max=True), mu=st.floats(-9, 9), sigma=st.floats(0.01, 9))
@example(u=0.075, mu=0.0, sigma=1.0)
@example(u=0.925, mu=0.0, sigma=1.0)
@example(u=math.exp(-25.0), mu=0.0, sigma=1.0)
def test_the_normal_quantile_is_that_of_the_standard_library(
    u: float, mu: float, sigma: float
) -> None:
    assert probit(u, mu, sigma) == python_probit(u, mu, sigma)


def test_a_quantity_without_a_law_is_infinite() -> None:
    assert quantile(record(None), 0.5) == math.inf


def test_a_law_of_another_class_is_refused() -> None:
    class Other(Fixed):
        pass

    with pytest.raises(NotEncodedError, match="a law of the class Other"):
        encode(Other(1.0), [])


def test_a_function_that_asks_a_law_for_its_quantile_can_be_compiled_as_it_is() -> None:
    def twice(law: Any, u: float) -> float:
        return 2.0 * law.quantile(u)

    law = LogNormal(3.0, 1.0)
    assert njit(twice)(record(law), 0.3) == twice(law, 0.3)


@given(
    law=LAWS_OF_AGE,
    at=U,
    times=st.sampled_from([0.0, 1.0, 30.0]),
    budget=st.floats(1e-12, 1e3) | st.just(math.inf),
)
@example(law=LogNormal(1.0, 0.1), at=0.5, times=900.0, budget=2.0)
@example(law=LogNormal(1.0, 0.1), at=0.5, times=0.0, budget=5000.0)
@example(law=Gamma(30.0, 2.0), at=0.5, times=0.0, budget=199.0)
@example(law=Gamma(30.0, 2.0), at=0.5, times=0.0, budget=201.0)
def test_hazards_and_ages_are_the_same(law: Ageing, at: float, times: float, budget: float) -> None:
    found = record(law)
    age = times * law.quantile(at)
    hazard, later = float(law.cumulative_hazard(age)), float(law.age_at(age, budget))
    # Far out a log-normal law is left to SciPy there, and computed here.
    far = isinstance(law, LogNormal) and max(hazard, hazard + budget) > 600.0
    tolerance = 1e-12 if far else 0.0
    assert cumulative_hazard(found, age) == pytest.approx(hazard, rel=tolerance, abs=0.0)
    assert age_at(found, age, budget) == pytest.approx(later, rel=tolerance, abs=0.0)


@given(
    law=LAWS_OF_AGE | st.builds(Weibull, st.sampled_from([0.5, 1.0, 2.0]), ABOVE_0),
    at=st.lists(st.floats(1e-9, 0.999), min_size=1, max_size=40),
    budget=st.floats(1e-12, 900.0),
)
def test_hazards_and_ages_are_the_same_to_the_bit_as_of_arrays(
    law: Ageing, at: list[float], budget: float
) -> None:
    found = record(law)
    ages = np.array([0.0, *(3.0 * law.quantile(u) for u in at)])
    hazards = [hazard_of_array(found, age) for age in ages.tolist()]
    np.testing.assert_array_equal(hazards, law.cumulative_hazard(ages))
    later = [age_of_array(found, age, budget) for age in ages.tolist()]
    np.testing.assert_array_equal(later, law.age_at(ages, np.full(len(ages), budget)))


@pytest.mark.parametrize("z", [36.9, 37.0, 38.5, 60.0, 1e4, 1e100])
def test_far_normal_hazards_are_those_of_scipy(z: float) -> None:
    special = pytest.importorskip("scipy.special")
    hazard = -float(special.log_ndtr(-z))
    assert normal_hazard(z) == pytest.approx(hazard, rel=4e-16)
    assert normal_at(hazard) == pytest.approx(z, rel=1e-15 if z > 37.0 else 1e-14)
    assert normal_at(hazard) == pytest.approx(-float(special.ndtri_exp(-hazard)), rel=1e-13)
