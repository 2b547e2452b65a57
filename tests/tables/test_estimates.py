import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom

from simtrain.tables import estimates
from simtrain.tables.estimates import (
    Estimate,
    cautious_mean_of,
    defined,
    describe,
    fewest_for_quantile,
    is_constant,
    mean_of,
    quantile_difference,
    quantile_of,
    share_of,
    worse_than,
)


def test_a_known_sample() -> None:
    found = describe(np.array([5.0, 1.0, 2.0, 4.0, 3.0]))
    half = 2.7764451 * np.sqrt(2.5 / 5)
    assert found["mean"] == 3.0
    assert found["sd"] == pytest.approx(np.sqrt(2.5))
    assert found["mean_ci95"] == pytest.approx([3 - half, 3 + half])
    assert [found[key] for key in ("p5", "p25", "p50", "p95")] == pytest.approx([1.2, 2, 3, 4.8])


@pytest.mark.slow
def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    samples = np.random.default_rng(1).exponential(size=(2000, 100))
    held = [low < 1.0 < high for low, high in (describe(s)["mean_ci95"] for s in samples)]
    assert np.mean(held) == pytest.approx(0.94, abs=0.02)


def test_undefined_values_are_left_out() -> None:
    assert describe(np.array([1.0, np.nan, 3.0])) == describe(np.array([1.0, 3.0]))


def test_p99_is_told_by_as_many_trials_as_its_interval_takes() -> None:
    """0.99 ** 368 is less than 2.5 %, so that the greatest of 368 values bounds it from above."""
    few, enough = (describe(np.arange(float(size))) for size in (367, 368))
    assert (few["p99"], few["p99_ci95"]) == (None, [None, None])
    assert enough["p99"] == pytest.approx(0.99 * 367)
    low, high = enough["p99_ci95"]
    assert low < enough["p99"] < high == 367.0


def test_one_value_has_no_spread() -> None:
    found = describe(np.array([7.0]))
    assert (found["mean"], found["p5"], found["p95"]) == (7.0, 7.0, 7.0)
    assert (found["sd"], found["mean_ci95"]) == (None, [None, None])


def test_nothing_has_no_statistics() -> None:
    found = describe(np.array([]))
    intervals = [value for key, value in found.items() if key.endswith("_ci95")]
    others = [value for key, value in found.items() if not key.endswith("_ci95")]
    assert intervals == [[None, None]] * 9
    assert set(others) == {None}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_json_holds_finite_numbers_only(value: float) -> None:
    assert defined(value) is None


# --- intervals of quantiles -----------------------------------------------------------------------


def test_the_interval_of_a_median_by_hand() -> None:
    """Of ten fair coins fewer than 2 fall with probability 11/1024, fewer than 3 with 56/1024: the
    ends are the second and the ninth smallest value."""
    found = quantile_of(np.array([5.0, 3, 9, 1, 7, 10, 2, 8, 6, 4]), 0.5)
    assert found == Estimate(5.5, 2.0, 9.0)
    assert describe(np.arange(1.0, 11))["p50_ci95"] == [2.0, 9.0]


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.99])
def test_too_few_trials_leave_an_end_of_the_interval_open(share: float) -> None:
    fewest = fewest_for_quantile(share)
    enough = quantile_of(np.arange(float(fewest)), share)
    short = quantile_of(np.arange(float(fewest - 1)), share)
    assert all(map(math.isfinite, enough))
    assert math.isinf(short.high if share >= 0.5 else short.low)


def test_trials_that_a_quantile_needs() -> None:
    """0.5⁶, 0.9³⁶ and 0.99³⁶⁸ are the first powers below 2.5 %."""
    assert [fewest_for_quantile(share) for share in (0.5, 0.9, 0.1, 0.99)] == [6, 36, 36, 368]


@pytest.mark.slow
@pytest.mark.parametrize(("share", "size"), [(0.9, 100), (0.5, 31), (0.05, 120)])
def test_the_interval_holds_the_quantile_as_often_as_its_ranks_say(share: float, size: int) -> None:
    """10,000 exponential samples. 3.3 standard errors of the coverage are 0.7 %; ranks that are off
    by one would move it by more."""
    r, s = binom.ppf(0.025, size, share), binom.ppf(0.975, size, share) + 1
    coverage = binom.cdf(s - 1, size, share) - binom.cdf(r - 1, size, share)
    assert coverage >= 0.95
    assert min(binom.pmf([r - 1, r, s - 1, s], size, share)) > 0.008
    truth = -math.log1p(-share)
    samples = np.random.default_rng(3).exponential(size=(10_000, size))
    found = [quantile_of(sample, share) for sample in samples]
    assert np.mean([f.low <= truth <= f.high for f in found]) == pytest.approx(coverage, abs=0.007)


def test_few_values_set_no_interval() -> None:
    assert mean_of(np.array([7.0])) == quantile_of(np.array([7.0]), 0.5) == (7.0, -np.inf, np.inf)


@given(
    sample=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60),
    percent=st.integers(1, 99),
)
def test_a_quantile_is_that_of_numpy_and_lies_in_its_interval(sample, percent) -> None:
    found = quantile_of(np.array(sample), percent / 100)
    assert found.value == np.percentile(sample, percent)
    assert found.low <= found.high


@pytest.mark.parametrize(
    ("sample", "share", "value"),
    [
        ([1, 2, math.inf], 0.5, 2),
        ([1, 2, math.inf], 0.6, math.inf),
        ([1, math.inf, math.inf], 0.75, math.inf),
        ([-math.inf, 1, 2], 0.4, -math.inf),
        ([-math.inf, 1, 2], 0.5, 1),
    ],
)
def test_infinite_values_are_ranked(sample: list[float], share: float, value: float) -> None:
    assert quantile_of(np.array(sample), share).value == value


def test_an_infinite_value_makes_the_mean_infinite_and_unsure() -> None:
    assert mean_of(np.array([1.0, math.inf])) == (math.inf, -math.inf, math.inf)


@pytest.mark.parametrize(("hits", "trials"), [(0, 20), (3, 20), (20, 20), (225, 250)])
def test_the_interval_of_a_probability_is_that_of_clopper_and_pearson(hits, trials) -> None:
    """At its ends, what was seen or more of it has a probability of 2.5 %, by the binomial sum."""
    found = share_of(hits, trials)
    assert found.value == hits / trials

    def at_least(k: int, p: float) -> float:
        return sum(
            math.comb(trials, j) * p**j * (1 - p) ** (trials - j) for j in range(k, trials + 1)
        )

    if hits:
        assert at_least(hits, found.low) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.low == 0
    if hits < trials:
        assert 1 - at_least(hits + 1, found.high) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.high == 1


# --- points against the best ----------------------------------------------------------------------


def is_worse(values: list[list[float]], best: int) -> list[bool]:
    return worse_than(np.array(values), best).tolist()


def test_points_are_told_apart_by_their_paired_differences() -> None:
    """Differences 1, 2, 3, 4 have mean 2.5 and error 0.6455: t = 3.873. With two other points t
    must exceed 4.177, the 1 - 0.025 / 2 quantile at 3 degrees of freedom; with one, 3.182."""
    best = [10.0, 30.0, 20.0, 40.0]
    worse = [value + beyond for value, beyond in zip(best, (1, 2, 3, 4), strict=True)]
    much_worse = [value + beyond for value, beyond in zip(best, (6, 7, 8, 9), strict=True)]
    assert is_worse([best, worse], 0) == [False, True]
    assert is_worse([best, worse, much_worse], 0) == [False, False, True]


def test_only_trials_that_both_have_are_compared() -> None:
    best = [10.0, 30.0, 20.0, 40.0, np.nan, 0.0]
    worse = [11.0, 32.0, 23.0, 44.0, 999.0, np.nan]
    assert is_worse([best, worse], 0) == [False, True]
    assert is_worse([best, [11.0, np.nan, np.nan, np.nan, 1.0, 2.0]], 0) == [False, False]


def test_points_that_differ_by_the_same_in_every_trial_are_not_worse() -> None:
    same = [10.0, 30.0, 20.0]
    assert is_worse([same, same, [11.0, 31.1, 21.0]], 0) == [False, False, True]
    assert is_worse([same, same, [11.0, 31.0, 21.0]], 0) == [False, False, False]


def test_a_constant_sample_has_a_mean_but_no_interval() -> None:
    assert cautious_mean_of(np.array([3.0, 3.0])) == (3.0, -math.inf, math.inf)
    assert cautious_mean_of(np.array([3.0, 3.1])) == mean_of(np.array([3.0, 3.1]))
    assert is_constant(np.array([0.0, 0.0]))
    assert is_constant(np.array([1e6, 1e6 * (1 + 1e-12)]))
    assert not is_constant(np.array([math.inf, math.inf]))
    assert not is_constant(np.array([]))


def test_one_trial_tells_nothing_apart() -> None:
    assert is_worse([[10.0], [1e9]], 0) == [False, False]


def test_the_best_point_is_among_those_not_told_apart_as_often_as_promised() -> None:
    """1,000 sweeps over points that share most of their noise, the best of which are close."""
    rng = np.random.default_rng(5)
    means = np.array([0.0, 0.01, 0.02, 0.1, 0.4])
    kept = told_apart = 0
    for _ in range(1000):
        shared, own = rng.normal(0, 1, (1, 40)), rng.normal(0, 0.1, (5, 40))
        values = means[:, None] + shared + own
        not_best = worse_than(values, int(values.mean(axis=1).argmin()))
        kept += not not_best[0]
        told_apart += not_best[4]
    assert kept >= 960
    assert told_apart == 1000


# --- differences of quantiles ---------------------------------------------------------------------


def paired(trials: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two samples that share most of what they are, and whose quantiles differ by 0.5 exactly."""
    random = np.random.default_rng(seed)
    shared, one, other = random.exponential(5.0, trials), *random.normal(0.0, 0.2, (2, trials))
    return shared + one + 0.5, shared + other


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_interval_of_a_difference_of_quantiles_covers_it(share: float) -> None:
    """Both samples have the same law but for a shift by 0.5, so every quantile differs by that.

    Of 200 intervals at 95 % fewer than 181 hold it with a probability of 0.3 %.
    """
    found = [quantile_difference(*paired(100, seed), share) for seed in range(200)]
    held = [one.low <= 0.5 <= one.high for one in found]
    assert sum(held) >= 181
    assert np.mean([one.value for one in found]) == pytest.approx(0.5, abs=0.02)
    # It uses that trials are common: a difference of independent samples has an interval as wide
    # as that of the quantiles themselves.
    alone = [quantile_of(paired(100, seed)[0], share) for seed in range(200)]
    wide = np.mean([one.high - one.low for one in alone])
    assert np.mean([one.high - one.low for one in found]) < 0.5 * wide


def test_a_wider_interval_is_that_of_more_tests() -> None:
    one, other = paired(100, 1)
    alone, of_ten = (quantile_difference(one, other, 0.9, tests) for tests in (1, 10))
    assert of_ten.low < alone.low < alone.high < of_ten.high
    assert alone == quantile_difference(one, other, 0.9)


def test_a_difference_of_quantiles_is_that_of_the_quantiles() -> None:
    one, other = paired(100, 2)
    expected = np.percentile(one, 90) - np.percentile(other, 90)
    assert quantile_difference(one, other, 0.9).value == pytest.approx(expected)


def test_resampled_quantiles_are_those_of_the_resampled_trials() -> None:
    sample = np.array([3.0, 1.0, 2.0, 5.0])
    times = np.array([[1, 1, 1, 1], [0, 3, 0, 1], [2, 0, 2, 0]])
    rising = np.sort(sample)
    sorted_times = times[:, np.argsort(sample)]
    for share in (0.1, 0.5, 0.9):
        expected = [np.percentile(np.repeat(sample, row), 100 * share) for row in times]
        assert estimates._resampled(rising, sorted_times, share) == pytest.approx(expected)


def test_what_never_ends_is_longer_and_two_of_them_are_not_told_apart() -> None:
    short = np.linspace(1.0, 2.0, 40)
    endless = np.where(np.arange(40) < 20, np.inf, short)
    assert quantile_difference(endless, short, 0.9).low == math.inf
    both = quantile_difference(endless, endless + 1, 0.9)
    assert (both.low, both.high) == (-math.inf, math.inf)
    few = quantile_difference(short[:10], short[:10] + 1, 0.9)
    assert (few.low, few.high) == (-math.inf, math.inf)
