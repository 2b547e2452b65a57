"""Estimates have the errors that they say, and a score holds where it should."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simtrain.validation.scores import LIMIT, ExactScore, mean, mean_of, only, ratio


def test_the_mean_and_its_error() -> None:
    values = np.array([[1.0, 9.0], [2.0, 9.0], [6.0, 9.0]])
    assert mean(values) == pytest.approx((3.0, math.sqrt(7.0 / 3)))
    assert mean_of(lambda column: 2 * column)(values) == pytest.approx((6.0, math.sqrt(28.0 / 3)))


def test_the_error_of_a_ratio_is_the_spread_of_ratios() -> None:
    """By many samples, with a standard error of the spread of 2 %."""
    random = np.random.default_rng(1)
    whole = random.gamma(4.0, size=(1_000, 400))
    part = 0.3 * whole + 0.1 * random.standard_normal(whole.shape)
    found = [ratio(np.column_stack(pair)) for pair in zip(part, whole, strict=True)]
    values, errors = np.array(found).T
    assert values.mean() == pytest.approx(0.3, abs=3e-4)
    assert values.std() == pytest.approx(errors.mean(), rel=0.1)


def test_the_only_value_of_a_single_trial() -> None:
    assert only(np.array([[5.0]])) == (5.0, 0.0)
    with pytest.raises(ValueError, match="unpack"):
        only(np.array([[5.0], [5.0]]))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_score_holds_within_its_limit(sign: int) -> None:
    near = ExactScore("", 10.0, 10.0 + sign * 0.99 * LIMIT * 0.5, 0.5)
    far = near._replace(simulated=10.0 + sign * 1.01 * LIMIT * 0.5)
    assert near.holds
    assert not far.holds
    assert far.z == pytest.approx(sign * 1.01 * LIMIT)


def test_without_an_error_only_rounding_is_forgiven() -> None:
    exact = ExactScore("", 45000.0, math.nextafter(45000.0, 0.0), 0.0)
    assert exact.holds
    assert exact.z == 0.0
    wrong = exact._replace(simulated=45000.000001)
    assert not wrong.holds
    assert wrong.z == math.inf


def test_what_is_not_a_number_does_not_hold() -> None:
    assert not ExactScore("", 1.0, math.nan, 0.1).holds
    assert not ExactScore("", 1.0, 1.0, math.nan).holds
