"""Laws from data have the moments, ends and quantiles of the data."""

from __future__ import annotations

import math
import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats  # type: ignore[import-untyped]

from simtrain.distributions import LogNormal
from simtrain.empirical import HIGHEST, LOWEST, Quantiles, Values, percentile
from simtrain.laws import between

REPAIRS = Quantiles((0.05, 0.5, 0.95), (120.0, 600.0, 7200.0))
STEEP = Quantiles((0.49, 0.5, 0.9999), (1.0, 100.0, 100.0))
QUANTILES = [
    REPAIRS,
    STEEP,
    Quantiles((0.5, 0.99), (600.0, 86400.0)),
    Quantiles((0.2, 0.7), (3, 3)),
]

percentiles = st.dictionaries(
    st.integers(1, 99).map(lambda n: n / 100), st.floats(1, 100), min_size=2, max_size=6
).map(lambda known: Quantiles(tuple(sorted(known)), tuple(sorted(known.values()))))
"""Laws of percentiles of any shape; none so steep that no number holds its ends."""


# --- percentiles --------------------------------------------------------------------------------


@pytest.mark.parametrize("law", QUANTILES)
def test_each_percentile_is_exactly_what_was_given(law: Quantiles) -> None:
    for probability, value in zip(law.probabilities, law.values, strict=True):
        assert law.quantile(probability) == pytest.approx(value, rel=1e-14)


def test_between_two_percentiles_the_logarithm_is_linear_in_the_normal_quantile() -> None:
    part = stats.norm.ppf(0.8) / stats.norm.ppf(0.95)
    assert REPAIRS.quantile(0.8) == pytest.approx(600 * 12**part, rel=1e-12)
    part = stats.norm.ppf(0.2) / stats.norm.ppf(0.05)
    assert REPAIRS.quantile(0.2) == pytest.approx(600 * 5**-part, rel=1e-12)


def test_percentiles_of_a_lognormal_law_give_it_back_up_to_the_ends() -> None:
    law = LogNormal(2.0, 1.3)
    probabilities = (0.05, 0.3, 0.5, 0.9)
    found = Quantiles(probabilities, tuple(map(law.quantile, probabilities)))
    for u in np.linspace(LOWEST, HIGHEST, 101).tolist():
        assert found.quantile(u) == pytest.approx(law.quantile(u), rel=1e-12)
    # what a log-normal law has beyond its P0.1 and P99.9, and this one does not
    beyond = math.exp(2.0 + 1.3**2 / 2) * stats.norm.sf(stats.norm.ppf(HIGHEST) - 1.3)
    below = math.exp(2.0 + 1.3**2 / 2) * stats.norm.cdf(stats.norm.ppf(LOWEST) - 1.3)
    ends = LOWEST * sum(found.support)
    assert found.mean == pytest.approx(law.mean - beyond - below + ends, rel=1e-12)


def test_two_percentiles_are_read_as_a_range_is() -> None:
    found, known = Quantiles((0.05, 0.95), (10.0, 40.0)), between(10.0, 40.0)
    for u in (0.01, 0.05, 0.5, 0.8, 0.99):
        assert found.quantile(u) == pytest.approx(known.quantile(u), rel=1e-12)


def test_the_outermost_lines_go_on_until_one_in_a_thousand() -> None:
    low, high = REPAIRS.support
    z = stats.norm.ppf(0.999) / stats.norm.ppf(0.95)
    assert (low, high) == pytest.approx((600 * 5**-z, 600 * 12**z), rel=1e-12)
    assert REPAIRS.quantile(0.0) == REPAIRS.quantile(0.0009) == low
    assert REPAIRS.quantile(0.9991) == REPAIRS.quantile(1 - 2**-53) == high


def test_a_percentile_beyond_one_in_a_thousand_is_the_end() -> None:
    law = Quantiles((0.0002, 0.5, 0.9999), (1.0, 10.0, 1000.0))
    assert law.support == pytest.approx((1.0, 1000.0), rel=1e-14)
    assert law.quantile(0.9995) < 1000.0


@pytest.mark.parametrize("law", QUANTILES)
def test_moments_are_the_integrals_of_the_quantile(law: Quantiles) -> None:
    inner = [p for p in law.probabilities if LOWEST < p < HIGHEST]
    cuts = [0.0, LOWEST, *inner, HIGHEST, 0.99995, 1.0]

    def moment(power: int) -> float:
        pieces = [
            integrate.quad(lambda u: law.quantile(u) ** power, a, b, epsabs=0, epsrel=1e-11)[0]
            for a, b in pairwise(cuts)
        ]
        return math.fsum(pieces)

    assert law.mean == pytest.approx(moment(1), rel=1e-9)
    spread = moment(2) - moment(1) ** 2
    assert law.variance == pytest.approx(spread, rel=1e-7, abs=1e-9 * moment(2))


@given(percentiles, st.floats(0, 1), st.floats(0, 1))
def test_quantiles_never_fall_and_stay_within_the_support(
    law: Quantiles, u: float, v: float
) -> None:
    low, high = sorted((u, v))
    assert law.quantile(low) <= law.quantile(high) * (1 + 1e-12)
    assert law.support[0] <= law.quantile(u) * (1 + 1e-12)
    assert law.quantile(u) <= law.support[1] * (1 + 1e-12)
    assert law.support[0] * (1 - 1e-9) <= law.mean <= law.support[1] * (1 + 1e-9)


def test_samples_have_the_moments_that_the_law_claims() -> None:
    rng = np.random.default_rng(20240611)
    sample = np.array([REPAIRS.quantile(u) for u in rng.random(20_000).tolist()])
    error = math.sqrt(REPAIRS.variance / sample.size)
    assert abs(sample.mean() - REPAIRS.mean) < 3.3 * error
    assert REPAIRS.variance == pytest.approx(sample.var(), rel=0.15)


@pytest.mark.parametrize(
    ("probabilities", "values", "wrong"),
    [
        ((0.5,), (1.0,), "two or more percentiles make a law, got 1"),
        ((0.0, 0.5), (1.0, 2.0), "above 0 and below 100"),
        ((0.5, 1.0), (1.0, 2.0), "above 0 and below 100"),
        ((0.05, 0.5), (0.0, 2.0), "must be above 0, got 0"),
        ((0.05, 0.5, 0.9), (1.0, 3.0, 2.0), "p90 must not be below p50"),
        ((0.49, 0.5), (1e-3, 1e10), "no number can hold the ends"),
    ],
)
def test_percentiles_that_make_no_law(
    probabilities: tuple[float, ...], values: tuple[float, ...], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        Quantiles(probabilities, values)


def test_names_of_percentiles() -> None:
    assert [percentile(p) for p in (0.05, 0.5, 0.999, 0.0001)] == ["p5", "p50", "p99.9", "p0.01"]


# --- values -------------------------------------------------------------------------------------


def test_values_are_drawn_with_equal_probability_in_order() -> None:
    law = Values((7.0, 3.0, 3.0, 20.0))
    assert [law.quantile(u) for u in (0.0, 0.24, 0.49, 0.51, 0.76, 1 - 2**-53)] == [
        3.0, 3.0, 3.0, 7.0, 20.0, 20.0,
    ]  # fmt: skip
    assert law.support == (3.0, 20.0)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_moments_of_values_are_those_of_numpy(values: list[float]) -> None:
    law = Values(tuple(values))
    assert law.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-12)
    assert law.variance == pytest.approx(np.var(values), rel=1e-9, abs=1e-9)
    n = len(values)
    drawn = [law.quantile((k + 0.5) / n) for k in range(n)]
    assert drawn == sorted(values)


def test_the_same_values_in_another_order_are_the_same_law() -> None:
    assert Values((1.0, 2.0)) == Values((2.0, 1.0))


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ((), "got none"),
        ((1.0, -1.0), "0 or above, got -1"),
        ((math.nan,), "must be finite"),
        ((0.0, 1e300), "no finite variance"),
    ],
)
def test_values_that_make_no_law(values: tuple[float, ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Values(values)


@pytest.mark.parametrize("law", [REPAIRS, Values((3.0, 7.0))])
def test_laws_from_data_scale_and_travel_between_processes(law: Quantiles | Values) -> None:
    assert pickle.loads(pickle.dumps(law)) == law
    scaled = law.scaled(60.0)
    assert scaled.quantile(0.7) == pytest.approx(60 * law.quantile(0.7))
    assert scaled.variance == pytest.approx(3600 * law.variance)
