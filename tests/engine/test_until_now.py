"""What recurs by a law goes on in a run in flight as it does in one that is told from its start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import integrate, stats

from simtrain import distributions
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.dates import recurring_stop
from simtrain.engine.hosts_at_start import ages_at_start
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import at_middle
from simtrain.model.until_now import next_stop, residual, since_grant
from simtrain.model.weather import fault_factor, law_of_durations, law_of_hazards, repair_factor
from simtrain.scenario.remaining import remaining
from simtrain.units import DAY, HOUR
from simtrain.validation.scores import LIMIT
from tests.engine.runs import run, scenario
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

CRASH = {"rate": "0.1 per day", "scope": "job", "automatic": 1}
AT_RISK = {State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD}


def z_score(values: NDArray[np.float64]) -> float:
    """Mean of independent values in standard errors."""
    return float(values.mean() / (values.std() / math.sqrt(len(values))))


def cuts(whole: Scenario, now: float, trials: int) -> Iterator[tuple[Scenario, float, Recorder]]:
    """What is left of runs that train at a moment, how long that takes them, and all they told."""
    simulator = Simulator(whole, 1)
    for trial in range(trials):
        told = Recorder()
        ending = simulator.run(trial, told)
        for span in told.intervals():
            if span.start <= now < span.end and span.state is State.TRAIN:
                part = (now - span.start) / (span.end - span.start)
                work = span.work_start + (span.work_end - span.work_start) * part
                yield remaining(whole, now, work / ending.work_s), ending.wall_clock_s - now, told


def later(whole: Scenario, now: float, trials: int, *others: dict[str, Any]) -> list[float]:
    """By how much such runs take longer than their rest, in standard errors; also with others."""
    found: list[list[float]] = []
    for number, (left, truth, _) in enumerate(cuts(whole, now, trials)):
        lefts = [left, *(left.replace(values) for values in others)]
        ends = [Simulator(one, 10_000 + number).run(0, Ledger()).wall_clock_s for one in lefts]
        found.append([truth - end for end in ends])
    return [z_score(differences) for differences in np.array(found).T]


# --- stops --------------------------------------------------------------------------------------

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
    assert parameters.underway is not None
    found = []
    for trial in range(trials):
        draws = simulator.begin_draws(trial)
        found.append(next_stop(one, parameters, parameters.underway, draws))
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


# --- allocations --------------------------------------------------------------------------------

ALLOCATION = {"limit": "48 h", "wait": {"law": "uniform", "low": "6 h", "high": "18 h"}}


def ages(
    trials: int, allocation: dict[str, Any], trained: float, elapsed: str | None, **tables: Any
) -> NDArray[np.float64]:
    """Hours for which the job has held its allocation, in some trials: so many have it trained."""
    document = {"workload": {"ideal_time": "200 h"}, "checkpoint": {"interval": "1 h"}} | tables
    done = trained / (200 + trained)
    underway = {"done": done, "elapsed": elapsed} | document.pop("underway", {})
    simulator = Simulator(scenario(**document, allocation=allocation, underway=underway), 5)
    parameters = simulator.numbers.at_middle(())
    found = [since_grant(parameters, simulator.begin_draws(trial)) for trial in range(trials)]
    return np.array(found) / HOUR


def test_without_faults_the_work_that_is_done_says_how_old_the_allocation_is() -> None:
    """Of 200 h of it there are four whole allocations, and 8 h of the fifth."""
    found = ages(50, ALLOCATION, 200, "250 h")
    assert found == pytest.approx(8.0, abs=3.0)
    assert found.mean() == pytest.approx(8.0, abs=0.7)
    assert ages(50, ALLOCATION, 230, "280 h").mean() == pytest.approx(38.0, abs=1.0)


def test_an_allocation_is_as_old_as_the_wait_before_it_says() -> None:
    """Of fixed waits there is no doubt; and what is known is not drawn."""
    fixed = {**ALLOCATION, "wait": "12 h"}
    assert ages(3, fixed, 270, "330 h") == pytest.approx([330 % 60] * 3)
    first = {**fixed, "wait_first": True}
    assert ages(3, first, 258, "330 h") == pytest.approx([318 % 60] * 3)
    known = {"since_grant": "5 h"}
    assert ages(3, fixed, 270, "330 h", underway=known) == pytest.approx([5.0] * 3)
    assert ages(3, fixed, 270, None) == pytest.approx([0.0] * 3)


def test_an_allocation_that_faults_end_is_as_old_as_those_that_have_outlived_them() -> None:
    """Of waits that take no time the age at a moment has the density of a survival, cut off.

    Of 300 h some seven are lost, half an hour for each of the allocations.
    """
    crash = {"rate": "1 per day", "scope": "job"}
    allocation = {"limit": "48 h", "wait": "1 s", "on_fault": "queue"}
    found = ages(400, allocation, 293, "300 h", fault={"crash": crash})

    def moment(power: int) -> float:
        return float(integrate.quad(lambda age: age**power * math.exp(-age / 24), 0, 48)[0])

    mean = moment(1) / moment(0)
    error = math.sqrt((moment(2) / moment(0) - mean**2) / len(found))
    assert abs(found.mean() - mean) < LIMIT * error


def test_the_limit_counts_from_the_grant() -> None:
    """Thirty hours are left of an allocation, and after twelve in the queue all is done."""
    allocation = {"limit": "48 h", "wait": "12 h", "save_before": "0 s"}
    document = {"workload": {"ideal_time": "40 h"}, "allocation": allocation}
    found = run(scenario(**document, underway={"done": 0.5, "since_grant": "18 h"}))
    assert found.spent == {"productive": 40.0, "queue_wait": 12.0}
    [queue] = [one for one in found.recorder.intervals() if one.state is State.QUEUE_WAIT]
    assert queue.start / HOUR == pytest.approx(30.0)
    late = {**document, "allocation": {**allocation, "save_before": "6 h"}}
    found = run(scenario(**late, underway={"done": 0.5, "since_grant": "45 h", "since_save": 0.5}))
    first = next(one for one in found.recorder.intervals() if one.end > 0.0)
    assert first.state is State.QUEUE_WAIT
    assert found.spent == {"productive": 40.0, "queue_wait": 12.0}


def test_the_wait_for_the_first_of_all_allocations_lies_behind() -> None:
    allocation = {"limit": "48 h", "wait": "12 h", "wait_first": True}
    found = run(scenario(allocation=allocation, underway={"done": 0.5, "elapsed": "13 h"}))
    assert found.spent == {"productive": 10.0}


@pytest.mark.slow
def test_allocations_go_on_as_in_a_run_from_its_start() -> None:
    """Of 600 runs on day 11; one that has just begun waits half a day too late, and is found."""
    whole = planned(fault={"crash": CRASH}, allocation=ALLOCATION, restart={"duration": "30 min"})
    drawn, anew = later(whole, 11 * DAY, 600, {"underway.since_grant": "0 s"})
    assert abs(drawn) < LIMIT
    assert anew > LIMIT


@pytest.mark.slow
def test_allocations_that_are_saved_in_time_go_on_so_too() -> None:
    whole = planned(
        fault={"crash": CRASH}, allocation={**ALLOCATION, "save_before": "30 min"},
        restart={"duration": "30 min"},
    )  # fmt: skip
    drawn, anew = later(whole, 11 * DAY, 300, {"underway.since_grant": "0 s"})
    assert abs(drawn) < LIMIT
    assert anew > LIMIT


# --- weather ------------------------------------------------------------------------------------

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


# --- ages of hosts ------------------------------------------------------------------------------


def ages_of(fault: dict[str, Any], cluster: dict[str, Any], trials: int) -> NDArray[np.float64]:
    """Days of which hosts are old that were at risk for thirty, in some trials."""
    old = {"law": "weibull", "shape": 2, "scale": "100000 days"}
    whole = scenario(
        fault={"old": old, **fault}, cluster=cluster, underway={"done": 0.5, "aged": "30 days"}
    )
    simulator, found = Simulator(whole, 5), []
    parameters = simulator.numbers.at_middle(())
    for trial in range(trials):
        draws = simulator.begin_draws(trial)
        found.append(ages_at_start(whole.cluster, at_middle, parameters, None, draws))
    return np.array(found) / DAY


def test_hosts_that_were_repaired_are_as_old_as_the_time_since() -> None:
    """At a constant rate λ that is exponential, cut off at all of the time."""
    crash = {"crash": {"mtbf": "20 days", "needs_repair": 0.5}}
    found = ages_of(crash, {"hosts": 4, "spares": 0, "age": "new"}, 300).ravel()
    kept = found > 30 - 1e-9
    exact = math.exp(-30 / 40)
    assert abs(kept.mean() - exact) < LIMIT * math.sqrt(exact * (1 - exact) / len(found))
    below = -np.expm1(-found[~kept] / 40) / (1 - exact)
    assert stats.kstest(below, "uniform").pvalue > 1e-3


def test_a_spare_steps_in_with_its_age_and_hosts_that_nothing_replaces_grow_older() -> None:
    still = ages_of({}, {"hosts": 4, "spares": 2, "age": "5 days"}, 2)
    assert still == pytest.approx(np.array([[35.0] * 4 + [5.0] * 2] * 2))
    crash = {"crash": {"mtbf": "1 day"}}
    worn = ages_of(crash, {"hosts": 4, "spares": 2, "age": "50 days"}, 50)
    assert worn.max() < 50  # all were replaced, and those that stepped in first as well
    assert (worn[:, 4:] == 0.0).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("age", "spares", "shape", "sign"), [("new", 2, 0.5, 1), ("20 days", 2, 2.5, -1)]
)
def test_hosts_grow_older_as_in_a_run_from_its_start(
    age: str, spares: int, shape: float, sign: int
) -> None:
    """Of 150 runs; where no host was replaced the young fail too rarely, or the old too often."""
    whole = planned(
        workload={"ideal_time": "30 days", "steps": 20_000},
        cluster={"hosts": 16, "spares": spares, "age": age}, restart={"duration": "2 h"},
        fault={"old": {"law": "weibull", "shape": shape, "mtbf": "40 days"}},
    )  # fmt: skip
    none = {"underway.aged": None, "cluster.age": "18 days" if age == "new" else "38 days"}
    drawn, without = later(whole, 18 * DAY, 150, none)
    assert abs(drawn) < LIMIT
    assert sign * without > LIMIT
