"""What repairs so far tell of numbers that are not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simtrain.history.repairs import Repairs, told_by_repairs
from simtrain.units import DAY, HOUR
from tests.questions.test_forecast import planned

MEAN = {"law": "exponential", "mean": "1..5 days"}


def told(repairs: Repairs, **repair: Any) -> dict[str, tuple[float, float, float]]:
    return told_by_repairs(planned(repair=repair), repairs)


def of(ended: Any = (), going_on: Any = ()) -> Repairs:
    return Repairs(np.array(ended, dtype=float), np.array(going_on, dtype=float))


def test_a_mean_time_is_narrowed_by_repairs_that_ended_and_those_that_go_on() -> None:
    """Its own law by θ⁻ⁿ·exp(−T/θ): n have ended, and T is all the time in repair."""
    repairs = of(np.array([0.5, 1.0, 2.5]) * DAY, [1.5 * DAY])
    [ends] = told(repairs, automated=MEAN).values()
    scores = np.linspace(-6, 6, 4001)
    sigma = np.log(5) / (2 * stats.norm.ppf(0.95))
    mean = np.sqrt(5) * np.exp(sigma * scores)
    weights = stats.norm.pdf(scores) * mean**-3.0 * np.exp(-5.5 / mean)
    reached = np.cumsum(weights) / weights.sum()
    exact = [np.interp(at, reached, scores) for at in (0.05, 0.5, 0.95)]
    assert stats.norm.ppf(ends) == pytest.approx(exact, abs=0.01)


def test_repairs_that_go_on_for_long_say_that_they_take_long() -> None:
    [few] = told(of([DAY] * 3), automated=MEAN).values()
    [more] = told(of([DAY] * 3, [5 * DAY] * 3), automated=MEAN).values()
    assert more[1] > few[1] + 0.2


def test_both_numbers_of_a_law_are_told_of_together() -> None:
    law = {"law": "lognormal", "median": "1..9 h", "sigma": "0.2..0.9"}
    found = told(of(np.array([2.8, 3.0, 3.1, 3.2, 2.9, 3.0]) * HOUR), automated=law)
    median, sigma = (found[f"repair.automated.{name}"] for name in ("median", "sigma"))
    assert median[0] < 0.5 < median[2]
    assert median[2] - median[0] < 0.3
    assert sigma[2] < 0.35


def test_a_stage_by_hand_is_told_apart_where_the_one_before_takes_the_same_time() -> None:
    repair = {"automated": "2 h", "automated_fails": "0.1..0.7", "manual": MEAN}
    ended = [2 * HOUR] * 9 + [2 * HOUR + 3 * DAY]
    found = told(of(ended, [HOUR, 2 * HOUR + DAY]), **repair)
    alone = told(of([3 * DAY], [DAY]), automated=MEAN)
    assert found["repair.manual.mean"] == pytest.approx(alone["repair.automated.mean"])
    assert found["repair.automated_fails"][1] < 0.45


@pytest.mark.parametrize(
    "repair",
    [
        {"automated": "2 h"},
        {"automated": "1..4 h"},  # the same in all repairs of a trial
        {"automated": MEAN, "automated_fails": 0.5, "manual": "1 day"},
        {"automated": MEAN, "crews": 2},
        {"automated": MEAN, "burn_in": "1 h"},
        {"automated": MEAN, "varies": {"cv": 0.5, "every": "30 days"}},
    ],
)
def test_where_stages_cannot_be_told_apart_nothing_is_concluded(repair: dict[str, Any]) -> None:
    assert told(of([DAY] * 5), **repair) == {}
    assert told(of(), automated=MEAN) == {}


@pytest.mark.slow
def test_a_narrowed_mean_holds_the_truth_nine_times_in_ten() -> None:
    """Of 400 trials, each with a mean of its own and eight repairs, some of which are cut off."""
    random = np.random.default_rng(5)
    whole, held = planned(repair={"automated": MEAN}), 0
    for _ in range(400):
        at = random.random()
        ranged = whole.repair.automated.unknown
        assert ranged is not None
        mean = ranged.ranges[0][1].law.quantile(at)
        times, cut = random.exponential(mean, 8), 3 * DAY
        [ends] = told_by_repairs(
            whole, of(times[times <= cut], [cut] * int((times > cut).sum()))
        ).values()
        held += ends[0] <= at <= ends[2]
    assert abs(held / 400 - 0.9) < 3.3 * np.sqrt(0.09 / 400)
