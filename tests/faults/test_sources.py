"""Faults strike where the hazard left to a unit is used up, however the rate moves on the way."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.faults.relapse import RelapseSource
from simtrain.faults.source import Clocks, RiskClock
from simtrain.faults.sources import Sources
from simtrain.model.draws import Draws
from simtrain.model.parameters import parameters_of
from simtrain.model.streams import FIRST_LIFE, LATER_LIFE, RELAPSE, ROWS_PER_HOST, THRESHOLD
from simtrain.validation.sinks import Silent
from tests.engine.runs import HOUR, run, runs, scenario
from tests.model.samples import FAULT

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters
    from simtrain.scenario.scenario import Scenario

LAWS = {
    "exponential": lambda x, scale: x / scale,
    "weibull": lambda x, scale: (x / scale) ** 0.6,
}


class FirstFaults(Silent):
    """When each host fails for the first time, in hours."""

    def __init__(self) -> None:
        self.hours: dict[int, float] = {}

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        if what is EventKind.FAULT:
            self.hours.setdefault(host, time / HOUR)


def first_faults(simulated: Scenario, seed: int = 5) -> dict[int, float]:
    sink = FirstFaults()
    Simulator(simulated, seed).run(3, sink)
    return sink.hours


def cured(hosts: int, law: str = "weibull", **tables: Any) -> Scenario:
    """Faults that a restart in no time cures: clock time is time at risk, and ages are kept."""
    rest = {"scale": "100 h", "shape": 0.6} if law == "weibull" else {"mtbf": "100 h"}
    return scenario(
        workload={"ideal_time": "300000 h"},
        cluster={"hosts": hosts, "spares": 0, "age": "new", **tables.pop("cluster", {})},
        checkpoint={"interval": "10000 h"},
        fault={"break": {"law": law, "needs_repair": 0, **rest}},
        limits={"wall_clock": "150 h", "faults": 10_000_000},
        **tables,
    )


def test_the_first_of_a_thousand_are_those_of_a_loop_over_all() -> None:
    draws = Draws()
    draws.begin(5, 3)
    hazards = -np.log1p(-draws.stream(FIRST_LIFE, "break").table(1000)[:, 0])
    exact = 100.0 * hazards ** (1 / 0.6)
    expected = {host: t for host, t in enumerate(exact.tolist()) if t < 149.9}
    found = first_faults(cured(1000))
    assert len(expected) > 600
    assert {host: found[host] for host in expected} == pytest.approx(expected, rel=1e-9)


def test_ages_shift_the_hosts_of_a_thousand_alike() -> None:
    draws = Draws()
    draws.begin(5, 3)
    hazards = -np.log1p(-draws.stream(FIRST_LIFE, "break").table(1000)[:, 0])
    exact = 100.0 * (hazards + 0.5**0.6) ** (1 / 0.6) - 50.0
    expected = {host: t for host, t in enumerate(exact.tolist()) if t < 149.9}
    found = first_faults(cured(1000, cluster={"age": "50 h"}))
    assert {host: found[host] for host in expected} == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("hosts", [1, 30, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("law", LAWS)
def test_the_hazard_left_is_spent_at_the_new_rate(law: str, hosts: int) -> None:
    """H₁(t₁) + H₂(t) − H₂(t₁) + … is what H₁ was at the fault of a run without changes."""
    hazard, key = LAWS[law], "scale" if law == "weibull" else "mtbf"
    scales = [(0.0, 100.0), (7.0, 20.0), (20.0, 900.0), (60.0, 50.0)]
    change = [
        {"at": f"{at} h", "set": {f"fault.break.{key}": f"{scale} h"}} for at, scale in scales[1:]
    ]
    # Exponential faults too are drawn host by host where hosts differ.
    lemons = {"lemons": {"fraction": 0, "factor": 1}}
    cluster = lemons if law == "exponential" and hosts > 1 else {}
    before = first_faults(
        cured(hosts, law, cluster=cluster).replace({"limits.wall_clock": "900 h"})
    )
    after = first_faults(cured(hosts, law, cluster=cluster, change=change))
    ends = [at for at, _ in scales[1:]] + [math.inf]
    assert after or hosts == 1
    for host, time in after.items():
        spent = sum(
            hazard(min(time, end), scale) - hazard(min(time, start), scale)
            for (start, scale), end in zip(scales, ends, strict=True)
        )
        assert spent == pytest.approx(hazard(before[host], 100.0), rel=1e-9), host


def test_a_rate_of_zero_keeps_the_hazard_left() -> None:
    rate = {"rate": "1 per 100 h", "needs_repair": 0}
    simulated = scenario(
        workload={"ideal_time": "3000 h"},
        checkpoint={"interval": "1000 h"},
        fault={"break": rate},
        limits={"wall_clock": "3000 h"},
    )
    change = [
        {"at": "1 h", "set": {"fault.break.rate": 0}},
        {"at": "701 h", "set": {"fault.break.rate": "1 per 100 h"}},
    ]
    for seed in range(5):
        before = min(first_faults(simulated, seed).values())
        after = min(first_faults(simulated.replace({"change": change}), seed).values())
        assert after == pytest.approx(before if before < 1 else before + 700)


def test_a_host_keeps_its_age_and_hazard_left_while_it_is_away() -> None:
    """An incident takes every host for a while: faults come as much later as it lasts."""
    flood = {"kind": "incident", "at": "5 h", "duration": "40 h", "hosts": "all"}
    before = first_faults(cured(50))
    after = first_faults(cured(50, stop={"flood": flood}))
    for host, time in before.items():
        if time < 105:
            assert after[host] == pytest.approx(time if time < 5 else time + 40)


def test_no_host_ages_while_all_are_lost_even_if_idle_ones_do() -> None:
    flood = {"kind": "incident", "at": "5 h", "duration": "40 h", "hosts": "all"}
    before = first_faults(cured(50))
    after = first_faults(cured(50, cluster={"idle_hazard": 0.25}, stop={"flood": flood}))
    for host, time in before.items():
        if time < 105:
            assert after[host] == pytest.approx(time if time < 5 else time + 40), (host, time)


def test_hosts_that_come_back_while_the_job_is_held_age_at_the_idle_hazard_from_then_on() -> None:
    """Held from 4 h to 14 h, lost from 5 h to 8 h: the clock at risk goes on as in `readings`."""
    stops = {
        "look": {"kind": "pause", "at": "4 h", "duration": "10 h", "save_first": False},
        "flood": {"kind": "incident", "at": "5 h", "duration": "3 h", "hosts": "all"},
    }
    moments, readings = [0.0, 4.0, 5.0, 8.0, 14.0, 149.0], [0.0, 4.0, 4.25, 4.25, 5.75, 140.75]
    before = first_faults(cured(400))
    after = first_faults(cured(400, cluster={"idle_hazard": 0.25}, stop=stops))
    late = [host for host, time in before.items() if time < 140]
    assert any(4.25 < before[host] < 5.75 for host in late)
    found = [np.interp(after[host], moments, readings) for host in late]
    assert found == pytest.approx([before[host] for host in late])


def test_a_host_that_is_not_working_ages_at_the_idle_hazard() -> None:
    pause = {"kind": "pause", "at": "5 h", "duration": "40 h", "save_first": False}
    before = first_faults(cured(50))
    after = first_faults(cured(50, cluster={"idle_hazard": 0.25}, stop={"look": pause}))
    for host, time in before.items():
        if time < 5:
            expected = time
        elif time < 15:
            expected = 5 + (time - 5) / 0.25
        else:
            expected = time + 30
        if expected < 149:
            assert after[host] == pytest.approx(expected), (host, time)


def test_the_hazard_of_a_lemon_is_multiplied_and_not_its_age() -> None:
    lemons = {"lemons": {"fraction": 1, "factor": 8}}
    before = first_faults(cured(50).replace({"limits.wall_clock": "6000 h"}))
    after = first_faults(cured(50, cluster=lemons))
    for host, time in after.items():
        assert LAWS["weibull"](time, 100) * 8 == pytest.approx(LAWS["weibull"](before[host], 100))


def test_lemons_survive_a_change_of_rate() -> None:
    lemons = {"lemons": {"fraction": 0.5, "factor": 8}, "frailty": 0.3}
    change = [{"at": "10 h", "set": {"fault.break.scale": "400 h"}}]
    before = first_faults(cured(300, cluster=lemons).replace({"limits.wall_clock": "900 h"}))
    after = first_faults(cured(300, cluster=lemons, change=change))
    both = after.keys() & before.keys()
    assert len(both) > 50
    for host in both:
        time = after[host]
        late = max(time, 10.0)
        spent = LAWS["weibull"](min(time, 10.0), 100) + LAWS["weibull"](late, 400)
        spent -= LAWS["weibull"](10.0, 400)
        assert spent == pytest.approx(LAWS["weibull"](before[host], 100), rel=1e-9)


@pytest.mark.slow
def test_hosts_differ_by_a_factor_of_mean_one_and_the_given_variance() -> None:
    """A host of gamma frailty v survives t with probability (1 + v·t/m)^(−1/v).

    With 4,000 hosts the standard error of a share of 1/2 is 0.008: 9 % of it would be found.
    """
    v, m = 2.0, 100.0
    simulated = scenario(
        workload={"ideal_time": "3000 h"},
        cluster={"hosts": 4000, "frailty": v},
        fault={"break": {"mtbf": f"{m} h", "needs_repair": 0}},
        checkpoint={"interval": "1000 h"},
        limits={"wall_clock": "150 h", "faults": 10_000_000},
    )
    failed = len(first_faults(simulated)) / 4000
    exact = 1 - (1 + v * 150 / m) ** (-1 / v)
    assert abs(failed - exact) < 3.3 * (exact * (1 - exact) / 4000) ** 0.5


def test_a_host_that_comes_later_is_new() -> None:
    """All hosts are old at first, worn out, and replaced by new ones that last."""
    simulated = scenario(
        workload={"ideal_time": "4000 h"},
        cluster={"hosts": 3, "age": "1000 h", "provision": "1 h"},
        repair={"automated_fails": 1, "retire": 1},
        fault={"break": {"law": "weibull", "shape": 6, "mtbf": "1000 h"}},
        limits={"wall_clock": "40000 h"},
    )
    found = [one.count(EventKind.FAULT) for one in runs(simulated, 10)]
    # Three old ones, and then each place lives through four lives at the most.
    assert max(found) <= 3 + 3 * 6


def test_stationary_ages_are_harmless_where_no_host_ages() -> None:
    found = run(scenario(cluster={"age": "stationary"}, fault={"break": {"mtbf": "10 h"}}))
    assert found.hours > 10


@pytest.mark.parametrize("law", ["weibull", "lognormal", "gamma"])
def test_changes_of_rate_after_many_faults_raise_no_warning(law: str) -> None:
    parameters = {"sigma": 1.5} if law == "lognormal" else {"shape": 0.5}
    simulated = scenario(
        workload={"ideal_time": "100 h"},
        cluster={"hosts": 300, "spares": 300, "age": "20 h"},
        fault={"break": {"law": law, "mtbf": "2000 h", **parameters}},
        repair={"automated": "5 h"},
        change=[
            {"at": "30 h", "set": {"fault.break.mtbf": "100000 h"}},
            {"at": "60 h", "set": {"fault.break.mtbf": "1000 h"}},
        ],
    )
    assert run(simulated).count(EventKind.FAULT) > 20


# --- sources without a trial --------------------------------------------------------------------


def sources_of(simulated: Scenario) -> tuple[Sources, Draws]:
    draws = Draws()
    draws.begin(5, 3)
    parameters = parameters_of(simulated, lambda _, number: number.law, simulated)
    return Sources(parameters, draws), draws


def _fault_of(simulated: Scenario) -> FaultParameters:
    return parameters_of(simulated, lambda _, number: number.law, simulated).faults["break"]


def test_each_life_of_a_host_is_drawn_at_the_address_of_its_number() -> None:
    sources, draws = sources_of(cured(2))
    now, lives, spent = 0.0, [0, 0], [0.0, 0.0]
    for _ in range(8):
        now += sources.wait(working=True, risk=0.0) / HOUR
        event = sources.strike(working=True)
        assert event is not None
        host, life = event.unit, lives[event.unit]
        block, at = draws.stream(LATER_LIFE if life else FIRST_LIFE, "break").row(host, life)
        assert event.number == host * ROWS_PER_HOST + life
        spent[host] -= math.log1p(-block[at])
        assert LAWS["weibull"](now, 100.0) == pytest.approx(spent[host])
        lives[host] += 1
    assert min(lives) > 1


def test_hosts_grow_older_and_spend_nothing_while_their_class_does_not_strike() -> None:
    """At the rate of 0 from 1 h to 3 h: what was spent until then is all that counts after it."""
    simulated = cured(2)
    sources, draws = sources_of(simulated)
    parameters = parameters_of(simulated, lambda _, number: number.law, simulated)
    never = replace(parameters.faults["break"], law=None, rate=0.0)
    sources.advance(HOUR, working=True, risk=1.0)
    sources.change(replace(parameters, faults={"break": never}), HOUR)
    assert sources.wait(working=True, risk=1.0) == math.inf
    sources.advance(2 * HOUR, working=True, risk=1.0)
    sources.change(parameters, 3 * HOUR)
    hazard = LAWS["weibull"]
    now = 3.0 + sources.wait(working=True, risk=1.0) / HOUR
    event = sources.strike(working=True)
    assert event is not None
    block, at = draws.stream(FIRST_LIFE, "break").row(event.unit)
    spent = hazard(1.0, 100.0) + hazard(now, 100.0) - hazard(3.0, 100.0)
    assert spent == pytest.approx(-math.log1p(-block[at]))


def test_a_host_that_comes_later_begins_with_the_life_of_its_number_0() -> None:
    """Two hosts leave, so that nothing but the one that comes can fail."""
    sources, draws = sources_of(cured(2))
    for host in (0, 1):
        sources.leave_job(host)
    sources.enter_job(7)
    spent = 0.0
    now = 0.0
    for life in range(2):
        now += sources.wait(working=True, risk=1.0) / HOUR
        event = sources.strike(working=True)
        assert event is not None
        assert event.number == 7 * ROWS_PER_HOST + life
        block, at = draws.stream(LATER_LIFE, "break").row(7, life)
        spent -= math.log1p(-block[at])
        assert LAWS["weibull"](now, 100.0) == pytest.approx(spent)


def test_a_host_that_is_away_spends_nothing_while_a_law_changes() -> None:
    """Away from 1 h to 3 h, another scale from 2 h on."""
    sources, draws = sources_of(cured(2))
    changed = cured(2).replace({"fault.break.scale": "20 h"})
    sources.advance(HOUR, working=True, risk=0.0)
    sources.leave_job(0)
    sources.advance(HOUR, working=True, risk=0.0)
    sources.change(parameters_of(changed, lambda _, number: number.law, changed), 2 * HOUR)
    sources.advance(HOUR, working=True, risk=0.0)
    sources.enter_job(0)
    now, unit = 3.0, -1
    while unit != 0:
        now += sources.wait(working=True, risk=0.0) / HOUR
        event = sources.strike(working=True)
        assert event is not None
        unit = event.unit
    block, at = draws.stream(FIRST_LIFE, "break").row(0)
    hazard = LAWS["weibull"]
    spent = hazard(1.0, 100.0) + hazard(now - 2.0, 20.0) - hazard(1.0, 20.0)
    assert spent == pytest.approx(-math.log1p(-block[at]))


@pytest.mark.parametrize(("clock", "runs"), [("at risk", False), ("calendar", True)])
def test_a_bad_host_fails_again_on_the_clock_of_its_class(clock: str, runs: bool) -> None:
    simulated = cured(2).replace({"fault.break.clock": clock, "fault.break.scale": "1e6 h"})
    sources, _ = sources_of(simulated)
    sources.set_idle_hazard(0.0, (), 0.0)
    sources.add_bad(0, _fault_of(simulated), in_job=True)
    before = sources.wait(working=True, risk=0.0)
    sources.advance(before / 2, working=False, risk=0.0)
    assert sources.wait(working=True, risk=0.0) == pytest.approx(before / 2 if runs else before)
    assert (sources.wait(working=False, risk=0.0) < math.inf) == runs


def test_a_host_that_was_repaired_begins_its_next_life_at_age_zero() -> None:
    sources, draws = sources_of(cured(1))
    sources.advance(HOUR, working=True, risk=1.0)
    sources.leave_job(0)
    sources.renew(0)
    sources.enter_job(0)
    block, at = draws.stream(LATER_LIFE, "break").row(0, 1)
    life = HOUR * 100.0 * (-math.log1p(-block[at])) ** (1 / 0.6)
    assert sources.wait(working=True, risk=1.0) == pytest.approx(life, abs=1e-3)


@pytest.mark.parametrize("host", [0, 1])
def test_a_host_that_stands_by_spends_what_is_left_of_its_hazard_at_the_idle_hazard(
    host: int,
) -> None:
    sources, draws = sources_of(cured(2))
    sources.set_idle_hazard(0.25, (), 0.0)
    sources.advance(HOUR, working=True, risk=1.0)
    sources.leave_job(host)
    assert sources.spares_wait(HOUR) == math.inf
    sources.enter_spares(host, 1, HOUR)
    block, at = draws.stream(FIRST_LIFE, "break").row(host)
    life = HOUR * 100.0 * (-math.log1p(-block[at])) ** (1 / 0.6)
    wait = sources.spares_wait(HOUR)
    assert wait == pytest.approx((life - HOUR) / 0.25)
    assert sources.spares_wait(2 * HOUR) == pytest.approx(wait - HOUR)
    event = sources.spares_strike(HOUR + wait)
    assert event is not None
    assert event.unit == host


@pytest.mark.parametrize("aside", [False, True])
def test_a_bad_host_that_stands_aside_fails_again_at_the_risk_of_spares(aside: bool) -> None:
    simulated = cured(2).replace({"fault.break.scale": "1e6 h"})
    sources, draws = sources_of(simulated)
    sources.set_idle_hazard(0.25, (), 0.0)
    sources.add_bad(1, _fault_of(simulated), in_job=True, aside=aside)
    block, at = draws.stream(RELAPSE, "break").row(ROWS_PER_HOST)
    mean = parameters_of(simulated, lambda _, number: number.law, simulated).repair.bad_host_mtbf
    relapse = -math.log1p(-block[at + THRESHOLD]) * mean
    of_job, of_spares = sources.wait(working=True, risk=1.0), sources.spares_wait(0.0)
    if aside:
        assert of_spares == pytest.approx(relapse / 0.25)
        assert of_job > relapse
    else:
        assert of_job == pytest.approx(relapse)
        assert of_spares == math.inf


def test_a_bad_host_in_neither_place_does_not_fail_until_it_enters_one() -> None:
    simulated = cured(2).replace({"fault.break.scale": "1e6 h"})
    sources, draws = sources_of(simulated)
    block, at = draws.stream(RELAPSE, "break").row(ROWS_PER_HOST)
    mean = parameters_of(simulated, lambda _, number: number.law, simulated).repair.bad_host_mtbf
    relapse = -math.log1p(-block[at + THRESHOLD]) * mean
    sources.leave_job(1)
    sources.add_bad(1, _fault_of(simulated), in_job=False)
    assert sources.wait(working=True, risk=1.0) > 10 * relapse
    sources.enter_job(1)
    assert sources.wait(working=True, risk=1.0) == pytest.approx(relapse)


def test_another_mean_of_relapses_holds_for_what_is_left_of_a_bad_host_at_risk() -> None:
    simulated = cured(2).replace({"fault.break.scale": "1e6 h"})
    sources, _ = sources_of(simulated)
    sources.add_bad(1, _fault_of(simulated), in_job=True)
    wait = sources.wait(working=True, risk=1.0)
    sources.advance(wait / 4, working=True, risk=1.0)
    parameters = parameters_of(simulated, lambda _, number: number.law, simulated)
    mean = parameters.repair.bad_host_mtbf / 2
    repair = replace(parameters.repair, bad_host_mtbf=mean)
    sources.change(replace(parameters, repair=repair), wait / 4)
    assert sources.wait(working=True, risk=1.0) == pytest.approx(3 / 4 * wait / 2)


def test_a_relapse_that_a_repair_forestalled_leaves_its_draws_to_no_other() -> None:
    draws, clock = Draws(), RiskClock()
    draws.begin(5, 3)
    relapse = RelapseSource(HOUR, draws)
    relapse.add(3, FAULT)
    relapse.renew(3)
    relapse.add(3, FAULT)
    relapse.enter(3, Clocks(clock, RiskClock()))
    hazard = 0.0
    for number in (1, 2):
        event = clock.strike()
        assert event is not None
        assert event.number == 3 * ROWS_PER_HOST + number
        block, at = draws.stream(RELAPSE, FAULT.name).row(event.number)
        hazard -= math.log1p(-block[at + THRESHOLD])
        assert clock.now == pytest.approx(HOUR * hazard)


def test_the_time_before_another_idle_hazard_counts_at_the_one_before() -> None:
    sources, _ = sources_of(scenario(fault={"break": {"mtbf": "50 h"}}))
    sources.set_idle_hazard(0.5, [1, 2], 0.0)
    wait = sources.spares_wait(0.0)
    sources.set_idle_hazard(0.25, [1, 2], 0.5 * wait)
    assert sources.spares_wait(0.5 * wait) == pytest.approx(wait)


def test_spares_that_leave_take_their_part_of_the_hazard_of_every_class() -> None:
    faults = {name: {"mtbf": "50 h"} for name in ("one", "two", "three")}
    sources, _ = sources_of(scenario(fault=faults))
    sources.set_idle_hazard(0.5, [1, 2], 0.0)
    wait = sources.spares_wait(0.0)
    sources.leave_spares(2, 1, 0.0)
    assert sources.spares_wait(0.0) == pytest.approx(2 * wait)
    sources.leave_spares(1, 0, 0.0)
    assert sources.spares_wait(0.0) == math.inf


# --- spares -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [{"mtbf": "50 h"}, {"law": "weibull", "shape": 1, "mtbf": "50 h"}],
    ids=["all together", "host by host"],
)
def test_spares_fail_at_the_idle_hazard(fault: dict[str, object]) -> None:
    """Five spares at a tenth of the hazard for 100 h, renewed at once: one fault a trial.

    With 800 trials the standard error is 3.5 %: an error of 20 % would be found.
    """
    simulated = scenario(
        workload={"ideal_time": "100 h"},
        cluster={"hosts": 1, "spares": 5, "idle_hazard": 0.1, "age": "new"},
        checkpoint={"interval": "1000 h"},
        fault={"break": fault},
        limits={"wall_clock": "100 h"},
    )
    counts = np.array([one.count(EventKind.SPARE_FAULT) for one in runs(simulated, 800)])
    assert abs(counts.mean() - 1.0) < 3.3 * counts.std() / len(counts) ** 0.5
    assert abs(counts.var() - 1.0) < 0.3


def test_a_spare_that_fails_interrupts_nothing() -> None:
    simulated = scenario(
        cluster={"hosts": 1, "spares": 3, "idle_hazard": 1},
        fault={"break": {"mtbf": "5 h"}},
        repair={"automated": "3 h"},
    )
    found = run(simulated)
    assert found.count(EventKind.SPARE_FAULT) > 0
    assert found.count(EventKind.INTERRUPTION) == found.count(EventKind.FAULT)
