"""Weather multiplies a hazard, or a repair, for a span of calendar, and another factor follows.

Numbers of strikes are held against their exact dispersion, variance / mean. The standard error of
a dispersion D from n trials is taken as D·√(2/n)·1.5, which is generous for these counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from simtrain.accounts.hosts_down import mean_down, time_down
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.distributions import Exponential, Weibull
from simtrain.engine.trial import Simulator
from simtrain.laws import build
from simtrain.model.draws import Draws
from simtrain.model.implied import implied
from simtrain.model.streams import (
    FAULT,
    FAULT_OF_SPARE,
    FIRST_LIFE,
    THRESHOLD,
)
from simtrain.model.weather import WeatherParameters, fault_factor, in_step, repair_factor
from simtrain.questions.timeline import timeline
from simtrain.show.check.report import check_report
from tests.engine.runs import HOUR, run
from tests.engine.test_calendar import watched

if TYPE_CHECKING:
    from simtrain.distributions import Ageing
    from simtrain.model.streams import Layout

SPAN = 100.0


class Strikes(Ledger):
    """Hours of all strikes, by class."""

    def __init__(self) -> None:
        super().__init__()
        self.hours: dict[str, list[float]] = {}

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        super().happened(time, what, cause, host)
        if what in (EventKind.FAULT, EventKind.SPARE_FAULT):
            self.hours.setdefault(cause, []).append(time / HOUR)


def strikes(
    trials: int, faults: dict[str, dict[str, Any]], window: float, start: float = 0.0, **tables: Any
) -> np.ndarray[Any, Any]:
    """Strikes of all classes in each trial from an hour on."""
    simulator, counts = Simulator(watched(window, fault=faults, **tables), 1), []
    for trial in range(trials):
        told = Strikes()
        simulator.run(trial, told)
        counts.append(sum(hour >= start for hours in told.hours.values() for hour in hours))
    return np.array(counts)


def of_job(per_span: float, varies: object, clock: str = "calendar") -> dict[str, Any]:
    return {"scope": "job", "mtbf": f"{SPAN / per_span} h", "clock": clock, "varies": varies}


def changing(cv: float, every: float = SPAN) -> dict[str, Any]:
    return {"cv": cv, "every": f"{every} h"}


def agree(counts: np.ndarray[Any, Any], mean: float, dispersion: float) -> bool:
    """Whether mean and dispersion lie within 3.3 standard errors."""
    size = len(counts)
    found = counts.var(ddof=1) / counts.mean()
    mean_holds = abs(counts.mean() - mean) < 3.3 * math.sqrt(dispersion * mean / size)
    return mean_holds and abs(found - dispersion) < 3.3 * 1.5 * dispersion * math.sqrt(2 / size)


# --- how many strikes ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("per_span", "cv"), [(20, 0.5), (8, 0.8), (30, 0.2), (5, 2.0)])
def test_strikes_in_one_span_are_dispersed_by_the_mean_times_the_squared_variation(
    per_span: int, cv: float
) -> None:
    counts = strikes(300, {"net": of_job(per_span, changing(cv))}, SPAN)
    size, exact = len(counts), 1 + per_span * cv**2
    # The negative binomial number has a kurtosis that the standard error of its variance needs.
    law = stats.nbinom(cv**-2, 1 / exact)
    spread = math.sqrt((law.stats("k") + 2) / size)
    assert abs(counts.mean() - per_span) < 3.3 * law.std() / math.sqrt(size)
    assert abs(counts.var(ddof=1) / law.var() - 1) < 3.3 * spread


def spans_have_weathers_of_their_own() -> None:
    """Six spans of 20 strikes and a variation of 0.5: 6 times their mean, with one weather 31."""
    counts = strikes(200, {"net": of_job(20, changing(0.5))}, 6 * SPAN)
    assert agree(counts, 120, 6)


@pytest.mark.slow
def test_each_span_has_a_weather_of_its_own() -> None:
    spans_have_weathers_of_their_own()


def strikes_on_the_calendar_do_not_wait_for_the_job() -> None:
    """The job is down for 5 h after each of 8 strikes: 8 of them, dispersed by 1 + 8·0.64."""
    fault = {"net": of_job(8, changing(0.8))}
    counts = strikes(300, fault, SPAN, restart={"duration": "0 s"}, detection={"crash": "5 h"})
    assert agree(counts, 8, 1 + 8 * 0.64)


def test_strikes_on_the_calendar_do_not_wait_for_the_job() -> None:
    strikes_on_the_calendar_do_not_wait_for_the_job()


@pytest.mark.slow
def test_a_window_that_lies_in_two_spans_is_dispersed_half_as_much() -> None:
    """From the middle of a span to the middle of the next: 1 + μ·cv²/2, 3.56 for 8 and 0.8."""
    counts = strikes(500, {"net": of_job(8, changing(0.8))}, 1.5 * SPAN, start=SPAN / 2)
    assert agree(counts, 8, 1 + 8 * 0.64 / 2)


@pytest.mark.slow
def test_classes_that_share_a_weather_move_together() -> None:
    """Of 8 and 12 strikes: 1 + 20·cv² shared, 1 + (64 + 144)·cv²/20 apart; 13.8 and 7.7."""
    shared = {"monsoon": changing(0.8)}
    together = strikes(
        300, {"net": of_job(8, "monsoon"), "disk": of_job(12, "monsoon")}, SPAN, weather=shared
    )
    apart = strikes(300, {"net": of_job(8, changing(0.8)), "disk": of_job(12, changing(0.8))}, SPAN)
    assert agree(together, 20, 1 + 20 * 0.64)
    assert agree(apart, 20, 1 + (64 + 144) * 0.64 / 20)


def weather_at_risk_throttles_itself() -> None:
    """Each of 8 faults a span stops the job for 0.03 of one: mean 5.92, dispersion 2.86, not 4.8.

    Given the factor, the n-th fault is a gamma time and n - 1 stops after the start.
    """
    counts = strikes(
        500,
        {"bug": of_job(8, changing(0.8), "at risk")},
        SPAN,
        detection={"crash": "3 h"},
        restart={"duration": "0 s"},
    )
    numbers = np.arange(1, 35)
    left = np.maximum(1 - 0.03 * (numbers - 1), 0)

    def moment(power: int) -> float:
        def at(u: float) -> float:
            factor = stats.gamma.ppf(u, 0.8**-2, scale=0.64)
            reached = special.gammainc(numbers, 8 * factor * left)
            weights = numbers**power - (numbers - 1) ** power
            return float(reached @ weights)

        return integrate.quad(at, 0, 1, limit=200)[0]

    mean = moment(1)
    dispersion = (moment(2) - mean**2) / mean
    assert (round(mean, 2), round(dispersion, 2)) == (5.92, 2.86)
    assert agree(counts, mean, dispersion)


@pytest.mark.slow
def test_weather_at_risk_throttles_itself() -> None:
    weather_at_risk_throttles_itself()


# --- when they strike, by hand ------------------------------------------------------------------


def used_up(threshold: float, law: Ageing, factors: list[float], units: int = 1) -> float:
    """Hour at which units together have spent a threshold, each span at its factor."""
    for span, factor in enumerate(factors):
        age = span * SPAN
        left = threshold / (units * factor)
        if law.cumulative_hazard(age + SPAN) - law.cumulative_hazard(age) > left:
            return law.age_at(age, left)
        spent = law.cumulative_hazard(age + SPAN) - law.cumulative_hazard(age)
        threshold -= units * factor * spent
    return math.inf


def drawn() -> Draws:
    draws = Draws()
    draws.begin(0, 0)
    return draws


def threshold(draws: Draws, layout: Layout, number: int = 0, field: int = THRESHOLD) -> float:
    block, at = draws.stream(layout, "x").row(number)
    return -math.log1p(-block[at + field])


def factors(draws: Draws, cv: float) -> list[float]:
    own = WeatherParameters("fault.x.varies", cv, SPAN * HOUR)
    return [fault_factor(own, draws, span) for span in range(10)]


def hazard_left_is_spent_at_each_factor(clock: str = "at risk") -> None:
    """Memoryless and other faults of the job, and hosts that are alike, differ, or age."""
    draws = drawn()
    mean, weibull = 400.0, Weibull(2.0, 400.0)
    rows = [
        ({"scope": "job", "mtbf": f"{mean} h"}, {}, FAULT, Exponential(mean), 1),
        (
            {"scope": "job", "law": "weibull", "shape": 2, "scale": "400 h"},
            {},
            FAULT,
            weibull,
            1,
        ),
        ({"mtbf": f"{4 * mean} h"}, {}, FAULT, Exponential(4 * mean), 4),
        ({"scope": "cluster", "mtbf": f"{mean} h"}, {"hosts": 4}, FAULT, Exponential(mean), 1),
        (
            {"mtbf": f"{mean} h"},
            {"hosts": 1, "lemons": {"fraction": 0, "factor": 1}},
            FIRST_LIFE,
            Exponential(mean),
            1,
        ),
        (
            {"law": "weibull", "shape": 2, "scale": "400 h"},
            {"hosts": 1, "age": "new"},
            FIRST_LIFE,
            weibull,
            1,
        ),
    ]
    for fault, cluster, layout, law, units in rows:
        cluster = {"hosts": 4, **cluster}
        varied = {**fault, "clock": clock, "varies": changing(1.5)}
        found = run(watched(10 * SPAN, cluster=cluster, fault={"x": varied}))
        struck = [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]
        by_hand = used_up(threshold(draws, layout), law, factors(draws, 1.5), units)
        assert struck[:1] == pytest.approx([by_hand], rel=1e-9)
        assert by_hand > SPAN


@pytest.mark.parametrize("clock", ["at risk", "calendar"])
def test_the_rest_of_the_hazard_is_spent_at_the_factor_of_each_span(clock: str) -> None:
    hazard_left_is_spent_at_each_factor(clock)


def test_spares_are_under_the_same_weather() -> None:
    draws = drawn()
    fault = {"mtbf": "1200 h", "clock": "calendar", "varies": changing(1.5), "needs_repair": 0}
    found = run(watched(10 * SPAN, cluster={"hosts": 1, "spares": 3}, fault={"x": fault}))
    first = found.moments(EventKind.SPARE_FAULT)[0].time / HOUR
    law = Exponential(400.0)
    assert first == pytest.approx(
        used_up(threshold(draws, FAULT_OF_SPARE), law, factors(draws, 1.5)), rel=1e-9
    )


def test_a_change_of_the_rate_holds_beside_the_weather() -> None:
    """Twice the rate from 150 h on, in the middle of the second span."""
    draws = drawn()
    first, second, *others = factors(draws, 1.5)
    halves = [first, first, second, 2 * second, *(2 * one for one in others for _ in range(2))]
    change = [{"at": "150 h", "set": {"fault.x.mtbf": "200 h"}}]
    fault = {"scope": "job", "mtbf": "400 h", "clock": "calendar", "varies": changing(1.5)}
    left, hour = threshold(draws, FAULT), 0.0
    for factor in halves:
        spent = factor * SPAN / 2 / 400
        if spent > left:
            hour += left * 400 / factor
            break
        left, hour = left - spent, hour + SPAN / 2
    found = run(watched(10 * SPAN, fault={"x": fault}, change=change))
    assert found.moments(EventKind.FAULT)[0].time / HOUR == pytest.approx(hour, rel=1e-9)
    assert hour > 150


def test_no_variation_is_no_weather() -> None:
    fault = {"scope": "job", "mtbf": "20 h"}
    plain = run(watched(fault={"x": fault}))
    calm = run(watched(fault={"x": {**fault, "varies": changing(0, 1000)}}))
    assert plain.ending == calm.ending
    assert plain.recorder.moments == calm.recorder.moments


def test_a_bad_host_relapses_as_soon_in_any_weather() -> None:
    """Only the first fault waits for the weather; the next comes at the hazard of bad hosts."""

    def gap(varies: object) -> float:
        fault = {"mtbf": "50 h", **({"varies": varies} if varies else {})}
        found = run(
            watched(
                1000.0,
                cluster={"hosts": 1, "spares": 0},
                fault={"x": fault},
                diagnosis={"recall": 0},
                repair={"bad_host_mtbf": "1 h"},
            )
        )
        first, second, *_ = found.moments(EventKind.FAULT)
        return second.time - first.time

    assert gap(changing(2.0)) == pytest.approx(gap(None))


# --- repair -------------------------------------------------------------------------------------


def repairs_take_what_their_span_says() -> None:
    """A repair of 10 h takes the factor of the span in which it begins as long."""
    simulated = watched(
        20 * SPAN,
        cluster={"hosts": 4, "spares": 60},
        fault={"gpu": {"mtbf": "100 h"}},
        repair={"automated": "10 h", "varies": changing(0.8)},
    )
    found = run(simulated)
    begun = {moment.host: moment.time for moment in found.moments(EventKind.CORDON)}
    weather, draws = WeatherParameters("repair.varies", 0.8, SPAN * HOUR), drawn()
    took = {
        int(begun[moment.host] // weather.every_s): (moment.time - begun[moment.host]) / HOUR
        for moment in found.moments(EventKind.RETURN)
    }
    assert len(took) > 8
    for span, hours in took.items():
        assert hours == pytest.approx(10 * repair_factor(weather, draws, span))


def test_a_repair_takes_the_factor_of_the_span_in_which_it_begins() -> None:
    repairs_take_what_their_span_says()


def test_a_burn_in_takes_the_same_time_in_any_weather() -> None:
    found = run(
        watched(
            300.0,
            cluster={"hosts": 1, "spares": 9},
            fault={"gpu": {"mtbf": "50 h"}},
            repair={"burn_in": "7 h", "varies": changing(2.0)},
        )
    )
    cordoned, back = (found.moments(what)[0] for what in (EventKind.CORDON, EventKind.RETURN))
    assert back.time - cordoned.time == pytest.approx(7 * HOUR)


@pytest.mark.parametrize("cv", [0.3, 0.8, 1.5])
def test_factors_have_mean_one_and_the_variation_that_is_asked_for(cv: float) -> None:
    """20,000 spans: gamma on hazards, log-normal on repairs, whose log has the sd of its law."""
    weather, draws = WeatherParameters("repair.varies", cv, HOUR), drawn()
    hazards = np.array([fault_factor(weather, draws, span) for span in range(20_000)])
    repairs = np.array([repair_factor(weather, draws, span) for span in range(20_000)])
    error = cv / math.sqrt(20_000)
    assert abs(hazards.mean() - 1) < 3.3 * error
    assert abs(repairs.mean() - 1) < 3.3 * error
    spread = math.sqrt((stats.gamma(cv**-2).stats("k") + 2) / 20_000)
    assert abs(hazards.var() / cv**2 - 1) < 3.3 * spread
    sigma = build("lognormal", mean=1.0, cv=cv).sigma
    logs = np.log(repairs)
    assert abs(logs.std() / sigma - 1) < 3.3 / math.sqrt(2 * 20_000)
    assert abs(logs.mean() + sigma**2 / 2) < 3.3 * sigma / math.sqrt(20_000)


# --- addresses ----------------------------------------------------------------------------------


def test_a_span_begins_at_its_first_moment_however_it_is_rounded() -> None:
    weather = WeatherParameters("x", 1.0, 0.1)
    for span in range(1000):
        assert weather.span(weather.begins(span)) == span


def test_what_happens_to_the_job_does_not_move_the_weather() -> None:
    """Strikes on the calendar come at the same moments, however long recovery takes."""
    fault = {"net": of_job(10, changing(1.0))}
    found = [
        [moment.time for moment in run(one).moments(EventKind.FAULT)]
        for one in (watched(fault=fault), watched(fault=fault, restart={"duration": "9 h"}))
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


# --- what is told of it -------------------------------------------------------------------------


def test_a_timeline_tells_the_factors_that_its_faults_and_repairs_were_under() -> None:
    told = timeline(
        watched(
            250.0,
            cluster={"hosts": 4, "spares": 2},
            fault={
                "x": {"mtbf": "100 h", "varies": changing(1.5)},
                "y": of_job(1, "dry", "at risk"),
            },
            weather={"dry": changing(0.3, 200)},
            repair={"automated": "9 h", "varies": "dry"},
        )
    )
    draws = drawn()
    dry = WeatherParameters("dry", 0.3, 200 * HOUR)
    assert told.tables["weather"] == {
        "over": ["x"] * 3 + ["y"] * 2 + ["repair"] * 2,
        "start_s": [0, 100 * HOUR, 200 * HOUR, 0, 200 * HOUR, 0, 200 * HOUR],
        "factor": [
            *factors(draws, 1.5)[:3],
            *(fault_factor(dry, draws, span) for span in range(2)),
            *(repair_factor(dry, draws, span) for span in range(2)),
        ],
    }
    report = str(told.report())
    assert "Weather: faults of x are " in report
    assert "Weather: repair takes " in report


@pytest.mark.slow
def test_faults_and_repairs_in_step_keep_more_hosts_in_repair() -> None:
    """40 hosts, one fault in 10 h of which each takes 10 h to repair, if the weather is mean.

    Both factors of a variation of 0.8 rise together, so that their mean product is 1.62 and not 1.
    It is found to some 5 %.
    """
    simulated = watched(
        150 * SPAN,
        cluster={"hosts": 40, "spares": 40},
        fault={"x": {"mtbf": "800 h", "clock": "calendar", "varies": "monsoon"}},
        weather={"monsoon": changing(0.8)},
        repair={"automated": "10 h", "varies": "monsoon"},
        detection={},
        restart={"duration": "0 s"},
        limits={"faults": 100_000},
    )
    shared = WeatherParameters("monsoon", 0.8, SPAN * HOUR)
    assert in_step(shared) == pytest.approx(1.62, abs=0.01)
    alone = simulated.replace({"repair.varies": {"cv": 0.8, "every": "100 h"}})
    standing = implied(simulated).repair.hosts / 80
    assert standing / (1 - standing) == pytest.approx(0.0125 * in_step(shared), rel=1e-6)
    assert implied(alone).repair.hosts == pytest.approx(80 * 0.0125 / 1.0125)
    means = []
    for trial in range(8):
        ledger = Ledger()
        Simulator(simulated, 1).run(trial, ledger)
        means.append(mean_down(time_down(ledger.time_by_census)))
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert abs(np.mean(means) - implied(simulated).repair.hosts) < 3.3 * error


def test_without_weather_nothing_is_told_of_it() -> None:
    told = timeline(watched(fault={"x": {"mtbf": "100 h"}}))
    assert "weather" not in told.tables
    assert "Weather" not in str(told.report())


def test_the_dispersion_that_a_weather_implies_is_explained() -> None:
    simulated = watched(fault={"x": of_job(8, changing(0.8)), "y": of_job(2, changing(0))})
    found = {one.name: one for one in implied(simulated).classes}
    assert found["x"].dispersion == pytest.approx(1 + 8 * 0.64)
    assert (found["x"].span_s, found["y"].dispersion) == (SPAN * HOUR, 1.0)
    text = check_report(simulated, implied(simulated), width=200)
    assert "6.12 in 4.17 d" in text
    assert "the worst spans of a weather" in text
