import numpy as np
import pytest

from simtrain.montecarlo.statistics import defined, describe, worse_than


def test_a_known_sample() -> None:
    found = describe(np.array([5.0, 1.0, 2.0, 4.0, 3.0]))
    half = 2.7764451 * np.sqrt(2.5 / 5)
    assert found["mean"] == 3.0
    assert found["sd"] == pytest.approx(np.sqrt(2.5))
    assert found["mean_ci95"] == pytest.approx([3 - half, 3 + half])
    assert [found[key] for key in ("p5", "p25", "p50", "p95")] == pytest.approx([1.2, 2, 3, 4.8])


def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    samples = np.random.default_rng(1).exponential(size=(2000, 100))
    held = [low < 1.0 < high for low, high in (describe(s)["mean_ci95"] for s in samples)]
    assert np.mean(held) == pytest.approx(0.94, abs=0.02)


def test_undefined_values_are_left_out() -> None:
    assert describe(np.array([1.0, np.nan, 3.0])) == describe(np.array([1.0, 3.0]))


def test_one_value_has_no_spread() -> None:
    found = describe(np.array([7.0]))
    assert (found["mean"], found["p5"], found["p95"]) == (7.0, 7.0, 7.0)
    assert (found["sd"], found["mean_ci95"]) == (None, [None, None])


def test_nothing_has_no_statistics() -> None:
    found = describe(np.array([]))
    assert found.pop("mean_ci95") == [None, None]
    assert set(found.values()) == {None}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_json_holds_finite_numbers_only(value: float) -> None:
    assert defined(value) is None


# --- points against the best ----------------------------------------------------------------------


def told(values: list[list[float]], best: int) -> list[bool]:
    return worse_than(np.array(values), best, np.ones(len(values), dtype=bool)).tolist()


def test_points_are_told_apart_by_their_paired_differences() -> None:
    """Differences 1, 2, 3, 4 have mean 2.5 and error 0.6455: t = 3.873. With two other points t
    must exceed 4.177, the 1 - 0.025 / 2 quantile at 3 degrees of freedom; with one, 3.182."""
    best = [10.0, 30.0, 20.0, 40.0]
    worse = [value + beyond for value, beyond in zip(best, (1, 2, 3, 4), strict=True)]
    much_worse = [value + beyond for value, beyond in zip(best, (6, 7, 8, 9), strict=True)]
    assert told([best, worse], 0) == [False, True]
    assert told([best, worse, much_worse], 0) == [False, False, True]


def test_only_trials_that_both_have_are_compared() -> None:
    best = [10.0, 30.0, 20.0, 40.0, np.nan, 0.0]
    worse = [11.0, 32.0, 23.0, 44.0, 999.0, np.nan]
    assert told([best, worse], 0) == [False, True]
    assert told([best, [11.0, np.nan, np.nan, np.nan, 1.0, 2.0]], 0) == [False, False]


def test_points_that_are_alike_in_every_trial_are_not_told_apart() -> None:
    same = [10.0, 30.0, 20.0]
    assert told([same, same, [11.0, 31.0, 21.0]], 0) == [False, False, True]


def test_what_may_not_be_best_is_told_apart() -> None:
    same = [10.0, 30.0, 20.0]
    candidates = np.array([True, False, True])
    assert worse_than(np.array([same] * 3), 0, candidates).tolist() == [False, True, False]


def test_the_best_point_is_among_those_not_told_apart_as_often_as_promised() -> None:
    """1,000 sweeps over points that share most of their noise, the best of which are close."""
    rng = np.random.default_rng(5)
    means = np.array([0.0, 0.01, 0.02, 0.1, 0.4])
    kept = told_apart = 0
    for _ in range(1000):
        shared, own = rng.normal(0, 1, (1, 40)), rng.normal(0, 0.1, (5, 40))
        values = means[:, None] + shared + own
        worse = worse_than(values, int(values.mean(axis=1).argmin()), np.ones(5, dtype=bool))
        kept += not worse[0]
        told_apart += worse[4]
    assert kept >= 960
    assert told_apart == 1000
