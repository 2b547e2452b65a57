from __future__ import annotations

import math
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats  # type: ignore[import-untyped]

from simtrain.distributions import (
    SAME_UNIT,
    Ageing,
    Beta,
    Exponential,
    Fixed,
    Gamma,
    Law,
    LogNormal,
    Pareto,
    Uniform,
    Weibull,
)
from simtrain.laws import PARAMETERS, between, build

AGEING: list[tuple[Ageing, Any]] = [
    (Exponential(5.0), stats.expon(scale=5.0)),
    (Weibull(0.7, 5.0), stats.weibull_min(0.7, scale=5.0)),
    (Weibull(3.0, 5.0), stats.weibull_min(3.0, scale=5.0)),
    (Gamma(0.2, 5.0), stats.gamma(0.2, scale=5.0)),
    (Gamma(4.0, 5.0), stats.gamma(4.0, scale=5.0)),
    (Gamma(400.0, 5.0), stats.gamma(400.0, scale=5.0)),
    (LogNormal(1.0, 0.3), stats.lognorm(0.3, scale=math.e)),
    (LogNormal(1.0, 1.2), stats.lognorm(1.2, scale=math.e)),
]
LAWS: list[tuple[Law, Any]] = [
    *AGEING,
    (Uniform(2.0, 5.0), stats.uniform(2.0, 3.0)),
    (Pareto(0.7, 2.0, 50.0), stats.truncpareto(0.7, 25.0, scale=2.0)),
    (Pareto(1.0, 2.0, 50.0), stats.truncpareto(1.0, 25.0, scale=2.0)),
    (Pareto(2.0, 2.0, 50.0), stats.truncpareto(2.0, 25.0, scale=2.0)),
    (Pareto(3.5, 2.0, 5.0), stats.truncpareto(3.5, 2.5, scale=2.0)),
    (Beta(0.5, 3.0), stats.beta(0.5, 3.0)),
    (Beta(2.0, 2.0), stats.beta(2.0, 2.0)),
]
U = np.array([1e-12, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.999, 1.0 - 1e-9])


def name(value: object) -> str | None:
    return str(value) if isinstance(value, Law) else ""


every_law = pytest.mark.parametrize(("law", "reference"), LAWS, ids=name)
every_ageing = pytest.mark.parametrize(("law", "reference"), AGEING, ids=name)
ageing_laws = st.sampled_from([law for law, _ in AGEING])


# --- against scipy ------------------------------------------------------------------------------


@every_law
def test_moments_and_support_are_those_of_scipy(law: Law, reference: Any) -> None:
    assert law.mean == pytest.approx(reference.mean(), rel=1e-12)
    assert law.variance == pytest.approx(reference.var(), rel=1e-12)
    assert law.support == reference.support()


@every_law
def test_quantile_is_the_inverse_of_scipys_cdf(law: Law, reference: Any) -> None:
    values = [law.quantile(float(u)) for u in U]
    assert_allclose(reference.cdf(values), U, rtol=1e-9, atol=1e-15)
    assert_allclose(reference.sf(values), 1.0 - U, rtol=1e-6)


@every_law
def test_quantile_at_zero_is_the_lower_end_and_it_never_falls(law: Law, reference: Any) -> None:
    assert law.quantile(0.0) == law.support[0]
    values = [law.quantile(u) for u in np.linspace(0.0, 1.0, 2001)[:-1].tolist()]
    assert all(np.diff(values) >= 0.0)
    assert math.isfinite(law.quantile(1.0 - 2.0**-53))


@every_law
def test_samples_have_the_mean_and_variance_that_the_law_claims(law: Law, reference: Any) -> None:
    rng = np.random.default_rng(20240611)
    sample = np.array([law.quantile(u) for u in rng.random(20_000).tolist()])
    kurtosis = float(reference.stats(moments="k")) + 3.0
    for found, claim, error in (
        (sample.mean(), law.mean, math.sqrt(law.variance / sample.size)),
        (sample.var(), law.variance, law.variance * math.sqrt((kurtosis - 1.0) / sample.size)),
    ):
        assert abs(found - claim) < 3.3 * error


def test_fixed_ignores_the_uniform() -> None:
    law = Fixed(3.0)
    assert (law.mean, law.variance, law.support) == (3.0, 0.0, (3.0, 3.0))
    assert {law.quantile(u) for u in (0.0, 0.5, 0.999)} == {3.0}


def test_variance_of_a_nearly_constant_weibull_keeps_its_digits() -> None:
    # Gumbel limit: X is near scale·(1 - G/shape), with variance π²/6 of G.
    assert Weibull(1e5, 1.0).variance == pytest.approx(math.pi**2 / 6 * 1e-10, rel=1e-4)


# --- scaling ------------------------------------------------------------------------------------


@every_ageing
def test_scaled_is_the_law_of_a_multiple(law: Ageing, reference: Any) -> None:
    scaled = law.scaled(60.0)
    assert type(scaled) is type(law)
    assert scaled.mean == pytest.approx(60.0 * law.mean)
    assert scaled.variance == pytest.approx(3600.0 * law.variance)
    assert scaled.quantile(0.8) == pytest.approx(60.0 * law.quantile(0.8))


def test_bounded_laws_scale_too() -> None:
    assert Fixed(3.0).scaled(2.0) == Fixed(6.0)
    assert Uniform(1.0, 3.0).scaled(2.0) == Uniform(2.0, 6.0)


def test_a_beta_law_cannot_be_scaled() -> None:
    with pytest.raises(TypeError, match="between 0 and 1"):
        Beta(1.0, 2.0).scaled(2.0)


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf])
def test_scaling_wants_a_factor_above_zero(factor: float) -> None:
    with pytest.raises(ValueError, match="factor must be"):
        LogNormal(0.0, 1.0).scaled(factor)


# --- age ----------------------------------------------------------------------------------------


@every_ageing
def test_hazard_is_minus_the_log_of_survival(law: Ageing, reference: Any) -> None:
    ages = reference.ppf(U)
    assert_allclose(law.cumulative_hazard(ages), -reference.logsf(ages), rtol=1e-9)
    scalars = [law.cumulative_hazard(age) for age in ages.tolist()]
    assert_allclose(scalars, law.cumulative_hazard(ages), rtol=1e-13)


@every_ageing
def test_a_new_unit_fails_at_the_quantile(law: Ageing, reference: Any) -> None:
    assert_allclose(law.age_at(0.0, -np.log1p(-U)), reference.ppf(U), rtol=1e-9)
    scalars = [law.age_at(0.0, -math.log1p(-u)) for u in U.tolist()]
    assert_allclose(scalars, [law.quantile(u) for u in U.tolist()], rtol=1e-9)


@given(law=ageing_laws, past=st.floats(1e-9, 5e4), budget=st.floats(1e-9, 5e4))
def test_hazard_accumulated_until_failure_is_the_budget(
    law: Ageing, past: float, budget: float
) -> None:
    age = law.age_at(0.0, past)
    assert math.isfinite(law.age_at(age, budget))
    for failure in (law.age_at(age, budget), law.age_at(np.array([age]), budget)[0]):
        spent = law.cumulative_hazard(float(failure)) - law.cumulative_hazard(age)
        assert spent == pytest.approx(budget, rel=1e-9, abs=1e-11 * (past + budget))


@given(law=ageing_laws, age=st.floats(0.0, 1e4), budget=st.floats(0.0, 1e3))
def test_nothing_fails_before_its_age(law: Ageing, age: float, budget: float) -> None:
    assert law.age_at(age, budget) >= age
    assert np.all(law.age_at(np.array([age]), np.array([budget])) >= age)


@given(law=ageing_laws, age=st.floats(0.0, 1e4), parts=st.lists(st.floats(1e-17, 5.0), max_size=5))
def test_a_budget_may_be_spent_in_pieces(law: Ageing, age: float, parts: list[float]) -> None:
    later = age
    for part in parts:
        later = law.age_at(later, part)
    assert later == pytest.approx(law.age_at(age, sum(parts)), rel=1e-9)


@every_ageing
def test_hazard_and_age_are_inverse_from_the_first_moment_to_the_far_tail(
    law: Ageing, reference: Any
) -> None:
    budgets = np.geomspace(1e-15, 6e4, 500)
    ages = law.age_at(0.0, budgets)
    assert np.all(np.diff(ages) > 0.0)
    assert_allclose(law.cumulative_hazard(ages), budgets, rtol=1e-10)
    assert_allclose([law.age_at(0.0, budget) for budget in budgets.tolist()], ages, rtol=1e-12)
    assert_allclose([law.cumulative_hazard(a) for a in ages.tolist()], budgets, rtol=1e-10)


@every_ageing
def test_an_endless_budget_never_fails(law: Ageing, reference: Any) -> None:
    assert law.age_at(1.0, math.inf) == math.inf
    assert law.age_at(np.array([0.0, 1.0]), math.inf).tolist() == [math.inf, math.inf]
    assert law.age_at(math.inf, 1.0) == math.inf


@every_ageing
def test_age_zero_has_no_hazard(law: Ageing, reference: Any) -> None:
    assert law.cumulative_hazard(0.0) == 0.0
    assert law.cumulative_hazard(np.zeros(2)).tolist() == [0.0, 0.0]
    assert law.age_at(0.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("law", "age", "hazard"),
    [
        # Exact survivals where a float holds no probability: Erlang's sum, Mills' ratio.
        (Gamma(2.0, 1.0), 1e4, 1e4 - math.log1p(1e4)),
        (Gamma(3.0, 2.0), 4e3, 2e3 - math.log(1.0 + 2e3 + 2e6)),
        (
            Gamma(60.0, 1.0),
            400.0,
            400.0 - math.log(sum(400.0**n / math.factorial(n) for n in range(60))),
        ),
        (Gamma(0.5, 1.0), 100.0, -math.log(math.erfc(10.0))),
        (Gamma(0.5, 1.0), 625.0, -math.log(math.erfc(25.0))),
        (LogNormal(0.0, 1.0), math.exp(100.0), 5e3 + math.log(100 * math.sqrt(2 * math.pi)) + 1e-4),
        (Weibull(2.0, 1.0), 1e3, 1e6),
        (Exponential(1.0), 1e5, 1e5),
    ],
)
def test_deep_tail(law: Ageing, age: float, hazard: float) -> None:
    assert law.cumulative_hazard(age) == pytest.approx(hazard, rel=1e-11)
    assert law.cumulative_hazard(np.array([age]))[0] == pytest.approx(hazard, rel=1e-11)
    assert law.age_at(0.0, hazard) == pytest.approx(age, rel=1e-9)
    assert law.age_at(np.zeros(1), hazard)[0] == pytest.approx(age, rel=1e-9)


def test_ages_and_budgets_broadcast() -> None:
    law = Gamma(2.0, 3.0)
    expected = [law.age_at(1.0, budget) for budget in (0.5, 2.0)]
    assert_allclose(law.age_at(1.0, np.array([0.5, 2.0])), expected)
    assert_allclose(law.age_at(np.ones((1, 2)), np.array([0.5, 2.0])), [expected])


@every_ageing
def test_stationary_age_has_the_equilibrium_law(law: Ageing, reference: Any) -> None:
    rng = np.random.default_rng(7)
    ages = law.stationary_age(rng.random(20_000), rng.random(20_000))
    grid = np.append(0.0, np.geomspace(1e-6 * law.mean, reference.isf(1e-13), 20_000))
    survival = reference.sf(grid)
    cdf = np.append(0.0, np.cumsum(np.diff(grid) * (survival[1:] + survival[:-1]) / 2)) / law.mean
    assert cdf[-1] == pytest.approx(1.0, abs=1e-5)
    assert stats.kstest(ages, lambda age: np.interp(age, grid, cdf)).pvalue > 0.001


@every_ageing
def test_stationary_age_of_scalars_is_that_of_arrays(law: Ageing, reference: Any) -> None:
    assert law.stationary_age(0.0, 0.5) == 0.0
    expected = law.stationary_age(np.array([0.3]), np.array([0.6]))[0]
    assert law.stationary_age(0.3, 0.6) == pytest.approx(expected, rel=1e-14)


def test_only_times_to_failure_age() -> None:
    assert all(isinstance(law, Ageing) for law, _ in AGEING)
    assert not any(isinstance(law, Ageing) for law in (Fixed(1.0), Uniform(0, 1), Beta(1, 1)))


# --- build --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parameters", "law"),
    [
        ("fixed", {"value": 0.0}, Fixed(0.0)),
        ("exponential", {"mean": 3.0}, Exponential(3.0)),
        ("weibull", {"shape": 0.5, "mean": 4.0}, Weibull(0.5, 2.0)),
        ("weibull", {"scale": 2.0, "shape": 0.5}, Weibull(0.5, 2.0)),
        ("gamma", {"shape": 4.0, "mean": 8.0}, Gamma(4.0, 2.0)),
        ("gamma", {"shape": 4.0, "scale": 2.0}, Gamma(4.0, 2.0)),
        ("gamma", {"cv": 0.5, "mean": 8.0}, Gamma(4.0, 2.0)),
        ("gamma", {"cv": 0.5, "scale": 2.0}, Gamma(4.0, 2.0)),
        ("lognormal", {"median": 1.0, "sigma": 2.0}, LogNormal(0.0, 2.0)),
        ("lognormal", {"mean": 1.0, "sigma": 2.0}, LogNormal(-2.0, 2.0)),
        ("uniform", {"low": 2.0, "high": 2.0}, Uniform(2.0, 2.0)),
        ("pareto", {"shape": 1.5, "low": 2.0, "high": 9.0}, Pareto(1.5, 2.0, 9.0)),
        ("beta", {"a": 1.0, "b": 2.0}, Beta(1.0, 2.0)),
    ],
)
def test_build(kind: str, parameters: dict[str, float], law: Law) -> None:
    assert build(kind, **parameters) == law


@given(location=st.floats(1e-3, 1e9), cv=st.floats(1e-3, 30.0))
def test_lognormal_by_coefficient_of_variation(location: float, cv: float) -> None:
    by_mean = build("lognormal", mean=location, cv=cv)
    assert by_mean.mean == pytest.approx(location)
    assert math.sqrt(by_mean.variance) == pytest.approx(cv * location)
    by_median = build("lognormal", median=location, cv=cv)
    assert by_median.quantile(0.5) == pytest.approx(location)
    assert math.sqrt(by_median.variance) == pytest.approx(cv * by_median.mean)


@given(location=st.floats(1e-3, 1e9), ratio=st.floats(1.001, 2.27))
def test_lognormal_by_ninetieth_percentile(location: float, ratio: float) -> None:
    by_mean = build("lognormal", mean=location, p90=location * ratio)
    assert isinstance(by_mean, LogNormal)
    assert by_mean.mean == pytest.approx(location)
    assert by_mean.quantile(0.9) == pytest.approx(location * ratio)
    assert by_mean.sigma <= 1.2816
    by_median = build("lognormal", median=location, p90=location * ratio)
    assert by_median.quantile(0.5) == pytest.approx(location)
    assert by_median.quantile(0.9) == pytest.approx(location * ratio)


@given(st.floats(1e-3, 1e9), st.floats(1.001, 1e3))
def test_lognormal_by_mean_and_median(median: float, ratio: float) -> None:
    law = build("lognormal", median=median, mean=median * ratio)
    assert law.mean == pytest.approx(median * ratio)
    assert law.quantile(0.5) == pytest.approx(median)


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"mean": 2.0, "median": 2.0}, "the mean of a lognormal exceeds its median"),
        ({"mean": 3.0, "median": 2.0, "cv": 1.0}, "takes only one of mean, median"),
        ({"mean": 3.0, "median": 2.0, "shape": 1.0}, "does not take shape"),
        ({"mean": -3.0, "median": 2.0}, "mean must be above 0"),
    ],
)
def test_mean_and_median_that_make_no_lognormal(parameters: dict[str, float], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        build("lognormal", **parameters)


def test_the_table_names_all_that_build_accepts() -> None:
    example = {"low": 1.0, "high": 2.0, "p90": 1.5, "sigma": 0.3}
    for kind, groups in PARAMETERS.items():
        choices: list[dict[str, float]] = [{}]
        for group in groups:
            choices = [{**c, word: example.get(word, 1.0)} for c in choices for word in group]
        for parameters in choices:
            assert isinstance(build(kind, **parameters), Law)


@pytest.mark.parametrize(
    ("kind", "small"),
    [
        ("fixed", {"value": 3.0}),
        ("exponential", {"mean": 3.0}),
        ("weibull", {"shape": 0.5, "mean": 4.0}),
        ("gamma", {"cv": 0.5, "scale": 2.0}),
        ("lognormal", {"median": 1.0, "p90": 2.0}),
        ("lognormal", {"mean": 1.0, "cv": 2.0}),
        ("uniform", {"low": 2.0, "high": 3.0}),
        ("pareto", {"shape": 0.5, "low": 2.0, "high": 3.0}),
    ],
)
def test_same_unit_names_what_a_change_of_unit_multiplies(
    kind: str, small: dict[str, float]
) -> None:
    large = {k: v * 60.0 if k in SAME_UNIT else v for k, v in small.items()}
    expected = build(kind, **small).scaled(60.0).quantile(0.7)
    assert build(kind, **large).quantile(0.7) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("normal", {}, "unknown law 'normal'; accepted: fixed, exponential"),
        ("exponential", {}, "exponential needs mean"),
        ("lognormal", {"mean": 1.0}, "lognormal needs one of cv, sigma, p90"),
        ("gamma", {}, "gamma needs one of shape, cv; gamma needs one of mean, scale"),
        ("weibull", {"shape": 1, "mean": 1, "scale": 1}, "takes only one of mean, scale, got mean"),
        ("exponential", {"mean": 1.0, "sigma": 1.0}, "does not take sigma; accepted: mean"),
        ("weibull", {"shape": -1, "scale": 2}, "shape must be above 0, got -1"),
        ("exponential", {"mean": 0.0}, "mean must be above 0, got 0"),
        ("exponential", {"mean": math.nan}, "mean must be finite, got nan"),
        ("fixed", {"value": math.inf}, "value must be finite, got inf"),
        ("fixed", {"value": -2.0}, "value must be 0 or above, got -2"),
        ("uniform", {"low": 3.0, "high": 2.0}, "low must not exceed high, got 3 and 2"),
        ("uniform", {"low": -1.0, "high": 2.0}, "low must be 0 or above"),
        ("pareto", {"shape": 2.0, "low": 1.0}, "pareto needs high"),
        ("pareto", {"shape": 2.0, "low": 0.0, "high": 2.0}, "low must be above 0, got 0"),
        ("pareto", {"shape": 2.0, "low": 2.0, "high": 2.0}, "low must be below high, got 2 and 2"),
        ("lognormal", {"median": 3.0, "p90": 2.0}, "p90 must exceed the median, got 2 and 3"),
        ("lognormal", {"mean": 1.0, "p90": 2.5}, "between 1 and 2.273 times its mean, got 2.5"),
        ("lognormal", {"mean": 2.0, "p90": 1.0}, "between 1 and 2.273 times its mean, got 0.5"),
        ("weibull", {"shape": 0.01, "scale": 1.0}, "no finite variance"),
        ("weibull", {"shape": 0.001, "mean": 1.0}, "no number can hold a weibull law of"),
        ("gamma", {"cv": 1e-200, "mean": 1.0}, "no number can hold a gamma law of"),
        ("lognormal", {"median": 1.0, "sigma": 40.0}, "no finite variance"),
        ("weibull", {"shape": 0.0}, "needs one of mean, scale; shape must be above 0, got 0"),
    ],
)
def test_build_says_what_is_wrong(kind: str, parameters: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        build(kind, **parameters)
    assert message in str(caught.value)


def test_a_law_made_directly_is_checked_as_well() -> None:
    with pytest.raises(ValueError, match="scale must be above 0, got -1"):
        Exponential(-1.0)
    with pytest.raises(ValueError, match="mu must be finite"):
        LogNormal(math.nan, 1.0)


# --- as a value ---------------------------------------------------------------------------------


@every_law
def test_laws_are_frozen_and_travel_between_processes(law: Law, reference: Any) -> None:
    assert pickle.loads(pickle.dumps(law)) == law
    assert hash(law) == hash(pickle.loads(pickle.dumps(law)))
    with pytest.raises(FrozenInstanceError):
        setattr(law, fields(law)[0].name, 1.0)


def test_importing_does_not_load_scipy() -> None:
    code = "import sys, simtrain.distributions; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- ranges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "is_share"),
    [(1.0, 100.0, False), (600.0, 2400.0, False), (0.4, 0.8, True), (0.01, 0.05, True)],
)
def test_nine_in_ten_lie_within_a_range(low: float, high: float, is_share: bool) -> None:
    law = between(low, high, is_share)
    assert [law.quantile(0.05), law.quantile(0.95)] == pytest.approx([low, high])


def test_the_middle_of_a_range_is_that_of_its_inverse_too() -> None:
    assert between(1, 100).quantile(0.5) == pytest.approx(10)
    odds = [x / (1 - x) for x in (0.4, between(0.4, 0.8, is_share=True).quantile(0.5), 0.8)]
    assert odds[1] == pytest.approx((odds[0] * odds[2]) ** 0.5)


def test_a_range_from_nothing_is_what_was_not_seen_in_so_long() -> None:
    law = between(0, 3)
    assert isinstance(law, Exponential)
    assert law.quantile(0.95) == pytest.approx(3)
    assert law.mean == pytest.approx(3 / 2.995732)


def test_a_share_that_touches_an_end_is_mirrored_at_the_other() -> None:
    low, high = between(0, 0.3, is_share=True), between(0.7, 1, is_share=True)
    # 1 − (1 − u)^(1/β) with β = ln 0.05 / ln(1 − b)
    assert low.quantile(0.5) == pytest.approx(1 - 0.5 ** (math.log(0.7) / math.log(0.05)))
    assert low.quantile(0.95) == pytest.approx(0.3)
    assert [high.quantile(u) for u in (0.05, 0.4)] == pytest.approx(
        [0.7, 1 - low.quantile(1 - 0.4)]
    )
    assert between(0, 1, is_share=True) == Uniform(0, 1)


@pytest.mark.parametrize(("low", "high"), [(0.4, 0.8), (0.01, 0.05), (0.02, 0.99)])
def test_moments_of_a_share_are_those_of_its_quantiles(low: float, high: float) -> None:
    law = between(low, high, is_share=True)
    quantiles = np.array([law.quantile((n + 0.5) / 40_000) for n in range(40_000)])
    assert law.mean == pytest.approx(quantiles.mean(), rel=1e-3)
    assert law.variance == pytest.approx(quantiles.var(), rel=2e-3)
    assert law.support == (0, 1)


@pytest.mark.parametrize(
    ("low", "high", "is_share"), [(2, 2, False), (-1, 2, False), (0.2, 1.1, True)]
)
def test_a_range_has_two_ends_in_order(low: float, high: float, is_share: bool) -> None:
    with pytest.raises(ValueError, match="no range from"):
        between(low, high, is_share)
