import numpy as np
import pytest

from simtrain.montecarlo.statistics import defined, describe


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
