"""A stop that recurs by a law goes on in a run in flight as in one told from its start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from simtrain import distributions
from simtrain.accounts.timeline import State
from simtrain.engine.dates import recurring_stop
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import at_middle
from simtrain.model.recurring_stops import next_stop, residual
from simtrain.units import DAY, HOUR
from simtrain.validation.scores import LIMIT
from tests.engine.cut_runs import CRASH, later
from tests.engine.runs import run, scenario
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from numpy.typing import NDArray

BETWEEN = {"law": "uniform", "low": "4 days", "high": "8 days"}


@pytest.mark.parametrize("u", [0.0, 0.25, 0.9])
@pytest.mark.parametrize(
    "law",
    [
        distributions.Weibull(0.6, 10.0),
        distributions.Gamma(3.0, 4.0),
        distributions.LogNormal(2.0, 0.5),
        distributions.Exponential(9.0),
    ],
)
def test_what_is_left_of_an_interval_is_as_its_hazard_says(
    law: distributions.Ageing, u: float
) -> None:
    for age in (0.0, 3.0, 20.0):
        exact = law.age_at(age, -math.log1p(-u)) - age
        assert residual(law, age, u) == pytest.approx(exact, rel=1e-6, abs=1e-6)


def test_what_is_left_of_an_interval_without_a_hazard() -> None:
    uniform = distributions.Uniform(2.0, 10.0)
    assert residual(uniform, 6.0, 0.25) == pytest.approx(1.0)
    assert residual(uniform, 1.0, 0.25) == pytest.approx(3.0)
    assert residual(uniform, 11.0, 0.25) == 0.0
    assert residual(distributions.Fixed(7.0), 3.0, 0.9) == 4.0


def next_stops(trials: int, underway: dict[str, Any], **stop: Any) -> NDArray[np.float64]:
    """Days until a stop comes next, in some trials."""
    keys = {"every": BETWEEN, "duration": "0 s", **stop}
    whole = scenario(stop={"m": keys}, underway={"done": 0.5, **underway})
    simulator, one = Simulator(whole, 5), recurring_stop("m", whole.stop["m"], at_middle)
    parameters = simulator.numbers.at_middle(())
    found = []
    for trial in range(trials):
        draws = simulator.begin_draws(trial)
        found.append(next_stop(one, parameters, draws))
    return np.array(found, dtype=np.float64) / DAY


def test_a_stop_comes_next_as_renewals_do_that_began_with_the_run() -> None:
    """By numbers: a sum of intervals that goes over 15 days, and long after by S(t) / mean."""
    random = np.random.default_rng(7)
    sums = random.uniform(4, 8, size=(20_000, 5)).cumsum(axis=1) - 15
    brute = np.where(sums > 0, sums, np.inf).min(axis=1)
    for found, expected, error in (
        (next_stops(2000, {"elapsed": "15 days"}), brute.mean(), brute.std()),
        # Of renewals that have settled the mean is (σ² + μ²) / 2μ.
        (next_stops(2000, {"elapsed": "700 days"}), (4 / 3 + 36) / 12, brute.std()),
    ):
        assert abs(found.mean() - expected) < LIMIT * error / math.sqrt(2000)
        assert stats.kstest(found, lambda x: np.clip(x / 8, 0, 1)).pvalue < 1e-6
    settled = next_stops(2000, {"elapsed": "700 days"})
    exact = lambda x: np.where(x < 4, x, 8 - (8 - x) ** 2 / 8 - 2) / 6  # noqa: E731
    assert stats.kstest(settled, exact).pvalue > 1e-3


def test_a_stop_that_is_known_comes_next_after_what_is_left() -> None:
    known = next_stops(500, {"since_stop": {"m": "6 days"}})
    assert 0 < known.min() < known.max() < 2
    assert stats.kstest(known / 2, "uniform").pvalue > 1e-3
    first = next_stops(500, {"elapsed": "15 days", "first_stop": {"m": "3 days"}})
    assert stats.kstest((first - 1) / 4, "uniform").pvalue > 1e-3
    assert next_stops(2, {"elapsed": "15 days"}, every="4 days") == pytest.approx([1.0, 1.0])


def test_a_stop_that_recurs_stops_the_job_when_it_comes_next() -> None:
    stop = {"every": BETWEEN, "duration": "1 h"}
    found = run(scenario(stop={"m": stop}, underway={"done": 0.5, "since_stop": {"m": "191 h"}}))
    [began] = [one.start for one in found.recorder.intervals() if one.state is State.MAINTENANCE]
    assert 0 < began < HOUR
    assert not run(scenario(stop={"m": stop}, underway={"done": 0.5})).spent.get("maintenance")


@pytest.mark.slow
def test_stops_go_on_as_in_a_run_from_its_start() -> None:
    """Of 300 runs of which some two stops are over; one that begins anew is found by far."""
    whole = planned(
        fault={"crash": CRASH}, stop={"m": {"every": BETWEEN, "duration": "1 day"}},
        restart={"duration": "30 min"},
    )  # fmt: skip
    drawn, anew = later(whole, 15 * DAY, 300, {"underway.elapsed": None})
    assert abs(drawn) < LIMIT
    assert anew > 2 * LIMIT
