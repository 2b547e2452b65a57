"""Weather goes on in a run in flight, by what faults have told, as in one told from its start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from simtrain.model.weather import fault_factor, law_of_durations, law_of_hazards, repair_factor
from simtrain.units import DAY
from simtrain.validation.scores import LIMIT
from tests.engine.cut_runs import CRASH, cuts, z_score
from tests.engine.runs import scenario
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

AT_RISK = {State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD}
VARIES = {"cv": 0.8, "every": "28 days"}


def weather(seen: int, at_risk: str, **more: Any) -> Scenario:
    """A run whose weather has lasted for some days, in which faults were seen."""
    job = {"rate": "1 per day", "scope": "job", "varies": VARIES}
    past = {"elapsed": "36 days", "seen": {"job": seen}, "at_risk": {"job": at_risk}}
    return scenario(fault={"job": job}, underway={"done": 0.5, **past}, **more)


def test_the_factor_of_the_present_span_is_that_which_faults_have_told_of() -> None:
    """A gamma law of shape 1/cv² + n and rate 1/cv² + m, by numbers: the prior times Poisson."""
    simulator = Simulator(weather(11, "6 days"), 5)
    found = simulator.numbers.at_middle(()).faults["job"].weather
    assert found is not None
    assert (found.seen, found.expected, found.begun_s / DAY) == pytest.approx((11, 6.0, 8.0))
    factors = np.array(
        [fault_factor(found, simulator.begin_draws(trial), 0) for trial in range(2000)]
    )
    prior = stats.gamma(0.8**-2, scale=0.8**2)
    grid = np.linspace(1e-6, 12, 24_001)
    posterior = prior.pdf(grid) * np.exp(-6 * grid) * grid**11
    below = np.interp(factors, grid, posterior.cumsum() / posterior.sum())
    assert stats.kstest(below, "uniform").pvalue > 1e-3
    later_ones = [fault_factor(found, simulator.begin_draws(trial), 1) for trial in range(500)]
    assert stats.kstest(later_ones, prior.cdf).pvalue > 1e-3


def test_repairs_have_the_quantile_of_the_factor_that_faults_have_told_of() -> None:
    found = Simulator(weather(30, "6 days"), 5).numbers.at_middle(()).faults["job"].weather
    assert found is not None
    draws = Simulator(weather(30, "6 days"), 5).begin_draws(3)
    quantile = stats.gamma(0.8**-2, scale=0.8**2).cdf(fault_factor(found, draws, 0))
    assert quantile > 0.95
    expected = law_of_durations(0.8).quantile(quantile)
    assert repair_factor(found, draws, 0) == pytest.approx(expected, rel=1e-6)
    untold = found._replace(seen=0, expected=0.0)
    prior = stats.gamma(0.8**-2, scale=0.8**2).cdf(fault_factor(untold, draws, 0))
    assert law_of_hazards(0.8).quantile(prior) == pytest.approx(fault_factor(untold, draws, 0))


def test_the_present_span_ends_when_it_would_have() -> None:
    """Of 28 days eight are over: the next begins after twenty, and then every 28."""
    simulator = Simulator(weather(0, "6 days", limits={"wall_clock": "90 days"}), 5)
    [found] = simulator.weathers(0, 80 * DAY)
    assert np.array(found.begins_s) / DAY == pytest.approx([0, 20, 48, 76])


@pytest.mark.slow
def test_weather_goes_on_as_in_a_run_from_its_start() -> None:
    """Of 250 runs within one span: those with many faults so far take as much longer as is told.

    By the mean product of what a run takes longer and of how many more faults it has had than it
    would at a factor of 1; if the factor is drawn anew that is 4.5 standard errors.
    """
    whole = planned(
        workload={"ideal_time": "12 days", "steps": 20_000}, restart={"duration": "2 h"},
        fault={"crash": {**CRASH, "rate": "1 per day", "varies": VARIES}},
    )  # fmt: skip
    now, found = 8 * DAY, []
    for number, (left, truth, told) in enumerate(cuts(whole, now, 250)):
        count = sum(one.what is EventKind.FAULT and one.time <= now for one in told.moments)
        spans = [one for one in told.intervals() if one.state in AT_RISK]
        at_risk_s = sum(max(min(one.end, now) - one.start, 0.0) for one in spans)
        seen = {"underway.seen": {"crash": count}, "underway.at_risk": {"crash": f"{at_risk_s} s"}}
        ends = [
            Simulator(one, 10_000 + number).run(0, Ledger()).wall_clock_s
            for one in (left.replace(seen), left)
        ]
        more = count / (at_risk_s / DAY) - 1.0
        found.append([truth - ends[0], more * (truth - ends[0]), more * (truth - ends[1])])
    mean, told_of, anew = (z_score(values) for values in np.array(found).T)
    assert abs(mean) < LIMIT
    assert abs(told_of) < LIMIT
    assert anew > LIMIT
