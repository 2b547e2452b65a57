"""What numbers imply, against closed forms and against what the engine makes of them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given

import simtrain
from simtrain import theory
from simtrain.model import repair
from simtrain.model.implied import implied
from simtrain.model.implied.schedules import ImpliedSchedule
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.model.repair import Fate
from simtrain.model.weather import WeatherParameters, in_step
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.unsaid import unsaid
from simtrain.show.check.report import check_report
from simtrain.validation.small import scenario
from tests.examples import examples
from tests.strategies import scenarios

HOUR = 3600.0


def spent(one: Scenario, trials: int = 20) -> dict[str, float]:
    """Mean hours by category, of the time of all trials."""
    results = simtrain.run(one, trials=trials, jobs=1)
    return {name: (seconds or 0.0) / HOUR for name, seconds in results.mean_time_s.items()}


def share_at_risk(one: Scenario) -> float:
    hours = spent(one)
    away = ("detection", "response", "diagnosis", "host_wait", "maintenance", "paused")
    return 1 - sum(hours[name] for name in away) / sum(hours.values())


def test_rates_of_hosts_add_up_and_that_of_a_job_counts_once() -> None:
    found = implied(
        scenario(
            cluster={"hosts": 20},
            fault={"gpu": {"mtbf": "200 h"}, "job": {"scope": "job", "mtbf": "40 h"}},
        )
    )
    assert [row.mtbf_s / HOUR for row in found.classes] == pytest.approx([10, 40])
    assert found.mtbf_s / HOUR == pytest.approx(8)
    assert [row.faults for row in found.classes] == pytest.approx([1, 0.25])
    assert found.faults == pytest.approx(1.25)


def test_a_class_of_the_job_has_one_over_the_mean_of_its_law_whatever_the_law() -> None:
    spike = {"scope": "job", "law": "weibull", "shape": 0.7, "mtbf": "5 h"}
    found = implied(scenario(fault={"spike": spike}))
    assert found.faults == pytest.approx(2.0)
    assert found.classes[0].mtbf_s == pytest.approx(5 * HOUR)


def test_lemons_raise_the_rate_and_ageing_hosts_have_that_of_the_long_run() -> None:
    lemons = {"hosts": 10, "lemons": {"fraction": 0.1, "factor": 11}, "age": "new"}
    old = {"law": "weibull", "shape": 0.7, "mtbf": "100 h"}
    found = implied(scenario(cluster=lemons, fault={"gpu": {"mtbf": "100 h"}, "old": old}))
    assert [row.mtbf_s / HOUR for row in found.classes] == pytest.approx([5, 5])


def test_false_alarms_come_after_a_grace_that_begins_anew_with_every_other_fault() -> None:
    """By themselves one each 5 h + 5 h; the rest ends training each 10 h, and as often its grace.

    Training is begun that lasts 10·(1 − e^(−½)) + e^(−½)/0.3 hours, and e^(−½)·⅔ end by an alarm.
    """
    alarm = {"scope": "job", "effect": "false alarm", "mtbf": "5 h", "grace": "5 h"}
    alone = implied(scenario(fault={"alarm": alarm}))
    assert alone.classes[0].mtbf_s / HOUR == pytest.approx(10)
    both = implied(scenario(fault={"alarm": alarm, "bug": {"scope": "job", "mtbf": "10 h"}}))
    late = math.exp(-0.5)
    lasts, ends = 10 * (1 - late) + late / 0.3, late * 2 / 3
    assert [row.mtbf_s / HOUR for row in both.classes] == pytest.approx([lasts / ends, 10])


RECOVERY: dict[str, Any] = {
    "workload": {"ideal_time": "1000 h"},
    "cluster": {"hosts": 2, "spares": 1, "swap": "15 min"},
    "fault": {
        "gpu": {"mtbf": "40 h", "automatic": 0.6, "automatic_success": 0.5},
        "job": {"scope": "job", "mtbf": "20 h", "effect": "hang"},
    },
    "detection": {"crash": "30 min", "hang": "1 h"},
    "people": {"response": {"law": "exponential", "mean": "2 h"}},
    "diagnosis": {"automatic": "20 min", "manual": "1 h"},
    "checkpoint": {"stall": "3 min", "load": "10 min"},
    "restart": {"duration": "20 min", "failure": 0.3, "tries": 2},
}


def test_the_share_at_risk_is_the_mean_time_to_a_fault_by_that_and_what_follows() -> None:
    # Each fault costs detection, a person seven times in ten for hosts and always for the job, one
    # more after two failed tries in a row, tests for hosts, and a swap for hosts.
    again = 0.09 / 0.91 * 2
    gpu = 0.5 + 0.7 * 2 + again + 0.7 * 1 + 0.3 / 3 + 0.25
    job = 1 + 2 + again
    mean = implied(scenario(**RECOVERY)).at_risk
    assert mean == pytest.approx(1 / (1 + gpu / 20 + job / 20))


def test_a_restart_of_its_own_is_one_of_the_tries_unless_an_automatic_recovery_used_it_up() -> None:
    """A person comes for 3 in 4 recoveries: half are by hand, and half of the others in vain.

    Two failed tries in a row call one again. After the quarter that is in vain both are restarts of
    0.5; else the first is the own one, which fails in 0.8.
    """
    row = {"scope": "job", "mtbf": "20 h", "automatic": 0.5, "automatic_success": 0.5}
    own = {"restart": "1 min", "restart_success": 0.2}
    first = 0.25 * 0.5 * 0.5 + 0.75 * 0.8 * 0.5
    calls = 0.75 + first / (1 - 0.25)
    simulated = scenario(
        workload={"ideal_time": "1000 h"},
        fault={"job": row | own},
        people={"response": "2 h"},
        restart={"duration": "20 min", "failure": 0.5, "tries": 2},
    )
    assert implied(simulated).at_risk == pytest.approx(1 / (1 + calls * 2 / 20))


def test_hosts_are_longer_in_repair_where_one_weather_makes_faults_and_repair_slow() -> None:
    """By the mean product of both factors: 1 where each has its own weather, more for one."""
    faults = {"gpu": {"mtbf": "100 h", "varies": "monsoon"}}
    found = {}
    for name in ("monsoon", "other"):
        found[name] = implied(
            scenario(
                fault=faults,
                repair={"automated": "10 h", "varies": name},
                weather={one: {"cv": 0.5, "every": "30 days"} for one in ("monsoon", "other")},
            )
        ).repair.host_s
    shared = in_step(WeatherParameters("monsoon", 0.5, 30 * 24 * HOUR))
    assert found["other"] == pytest.approx(10 * HOUR)
    assert found["monsoon"] == pytest.approx(10 * HOUR * shared)
    assert shared == pytest.approx(1 + 0.5 * 0.5, rel=0.02)  # of one quantile, nearly in step


def test_the_engine_is_at_risk_for_that_share_of_the_time() -> None:
    one = scenario(**RECOVERY)
    assert share_at_risk(one) == pytest.approx(implied(one).at_risk, rel=0.02)


ELASTIC: dict[str, Any] = RECOVERY | {
    "cluster": {"hosts": 8, "swap": "15 min"},
    "fault": {"gpu": {"mtbf": "80 h", "automatic": 0.5}},
    "restart": {"duration": "20 min"},
    "recovery": {"policy": "elastic", "replicas": 8, "reconfigure": "10 min",
                 "reconfigure_success": 0.75},
}  # fmt: skip


def test_a_job_that_goes_on_is_at_risk_once_the_fault_is_known() -> None:
    # Known after half an hour; else a person half of the time, and tests of 20 min or an hour.
    rest = 0.5 * 2 + 0.5 * (1 + 1 / 3)
    assert implied(scenario(**ELASTIC)).at_risk == pytest.approx(1 / (1 + (0.5 + 0.25 * rest) / 10))
    own = ELASTIC | {"fault": {"gpu": ELASTIC["fault"]["gpu"] | {"restart": "1 min"}}}
    assert implied(scenario(**own)).at_risk == pytest.approx(1 / (1 + 0.5 / 10))
    stops = ELASTIC | {"recovery": ELASTIC["recovery"] | {"at_least": 8}}
    waits = ELASTIC | {"recovery": {"replicas": 8}}
    for one in (stops, waits):
        assert implied(scenario(**one)).at_risk == pytest.approx(1 / (1 + (0.5 + rest) / 10))


def test_a_rack_takes_all_replicas_with_a_host_in_it() -> None:
    racks = {
        "domain": [{"name": "rack", "hosts": 4}],
        "fault": {"power": {"scope": "rack", "mtbf": "20 h"}},
    }
    for at_least, goes_on in ((4, True), (5, False)):
        recovery = ELASTIC["recovery"] | {"at_least": at_least, "reconfigure_success": 1}
        found = implied(scenario(**ELASTIC | racks | {"recovery": recovery}))
        assert (found.at_risk == pytest.approx(1 / (1 + 0.5 / 10))) is goes_on


@pytest.mark.slow
def test_the_engine_is_at_risk_for_that_share_where_fewer_go_on() -> None:
    """Repairs take no time here, so that a replica is hardly ever away."""
    one = scenario(**ELASTIC)
    assert share_at_risk(one) == pytest.approx(implied(one).at_risk, rel=0.02)


IN_SIX = {
    "workload": {"ideal_time": "20000 h"},
    "cluster": {"hosts": 12, "spares": 2},
    "fault": {"gpu": {"mtbf": "300 h"}, "bug": {"scope": "job", "mtbf": "90 h"}},
    "people": {"response": "30 min"},
    "diagnosis": {"manual": "90 min"},
    "repair": {"automated": "58 h"},
    "recovery": {"policy": "elastic", "replicas": 6, "at_least": 3},
}


def test_replicas_that_are_left_work_at_the_speed_of_the_chain_as_the_engine_shows() -> None:
    one = scenario(**IN_SIX)
    speed = theory.elastic_share(6, 3, 2 / 300, 60, 2)
    assert implied(one).replicas_left == pytest.approx(speed)
    assert f"{speed:.1%}".replace("%", " %") in check_report(one, implied(one))
    hours = spent(one, trials=2)
    trained = hours["productive"] + hours["lost_work"] + hours["degraded"] + hours["host_wait"]
    assert 1 - (hours["degraded"] + hours["host_wait"]) / trained == pytest.approx(speed, abs=0.01)


@pytest.mark.parametrize(
    "other",
    [
        {"recovery.policy": "wait"},
        {"repair.crews": 1},
        {"fault.gpu.clock": "calendar"},
        {"cluster.idle_hazard": 0.5},
        {"recovery.regroup": True},
        {"allocation": {"limit": "40 h"}},
        {"capacity": {"trace": [["0 h", 14], ["9 h", 12]]}},
    ],
)
def test_no_speed_is_told_where_there_is_no_formula_for_it(other: dict[str, Any]) -> None:
    assert implied(scenario(**IN_SIX).replace(other)).replicas_left is None


def test_stops_that_recur_take_their_share_of_the_calendar() -> None:
    one = scenario(
        workload={"ideal_time": None, "window": "1000 h"},
        stop={"work": {"every": "10 h", "duration": "2 h"}},
    )
    assert implied(one).at_risk == pytest.approx(0.8)
    assert share_at_risk(one) == pytest.approx(0.8, abs=0.003)
    struck = one.replace({"stop.work.kind": "incident", "stop.work.hosts": 1})
    assert implied(struck).at_risk == 1.0  # it is no planned stop, and takes no share


def test_hosts_that_do_not_work_are_exposed_in_part() -> None:
    found = implied(scenario(**RECOVERY).replace({"cluster.idle_hazard": 0.5}))
    assert found.exposure == pytest.approx((1 + found.at_risk) / 2)


def test_response_times_are_averaged_over_the_hours_of_the_run() -> None:
    people = {"response": "3 h", "when": [{"hours": [0, 12], "response": "1 h"}]}
    fault = {"job": {"scope": "job", "mtbf": "10 h"}}
    work = {"ideal_time": "10 days"}
    one = scenario(workload=work, fault=fault, people=people, start="2026-03-02")
    assert implied(one).at_risk == pytest.approx(10 / 12)


def test_a_wait_for_staffed_hours_comes_on_top_of_the_response() -> None:
    """Half of the time nobody is there, and then for 6 h more on average."""
    people = {"response": "1 h", "staffed": {"hours": [6, 18]}}
    fault = {"job": {"scope": "job", "mtbf": "10 h"}}
    one = scenario(
        workload={"ideal_time": "10 days"}, fault=fault, people=people, start="2026-03-02"
    )
    assert implied(one).at_risk == pytest.approx(10 / (10 + 1 + 6 / 2))


def test_saves_take_their_share_and_the_best_interval_is_exact() -> None:
    one = scenario(
        checkpoint={"interval": "3 h", "stall": "6 min"},
        fault={"job": {"scope": "job", "mtbf": "10 h"}},
    )
    found = implied(one).interval
    assert found.saving == pytest.approx(0.1 / 3.1)
    assert found.best_s == theory.optimal_interval(360, 36000)
    assert found.best_s is not None

    def cost(seconds: float) -> float:
        return math.expm1((seconds + 360) / 36000) / seconds

    assert found.longer == pytest.approx(cost(3 * HOUR) / cost(found.best_s) - 1)
    assert all(cost(found.best_s) < cost(found.best_s * factor) for factor in (0.99, 1.01))


def test_an_interval_in_steps_is_reported_in_training_at_the_speed_there_is() -> None:
    one = scenario(workload={"steps": 10, "speed": 0.5}, checkpoint={"interval": "2 steps"})
    assert implied(one).interval.interval_s == pytest.approx(4 * HOUR)
    assert implied(one).interval.best_s is None
    now = parameters_of(one, at_middle, one)
    assert replace(now, full_speed=2.0).interval_s == pytest.approx(2 * HOUR)


def test_writing_makes_an_interval_in_steps_longer() -> None:
    """Two hours of work at half the speed, of which a write of an hour takes half of the rest."""
    saves = {"interval": "2 steps", "durability_lag": "1 h", "write_slowdown": 0.5}
    one = scenario(workload={"steps": 10, "speed": 0.5}, checkpoint=saves)
    assert implied(one).interval.interval_s == pytest.approx(4.5 * HOUR)


REPAIR = {
    "automated": {"law": "exponential", "mean": "2 h"},
    "automated_fails": 0.3,
    "automated_misses": 0.2,
    "manual": "10 h",
    "manual_misses": 0.25,
    "retire": 0.1,
    "burn_in": "1 h",
    "burn_in_catches": 0.6,
}


def time_in_repair(one: Scenario, chance: Random) -> float:
    """Hours in repair of a host until it is good, by the rules of the model."""
    now = parameters_of(one, lambda _, number: number.law, one)
    seconds, blames = 0.0, now.diagnosis.false_blames
    while True:
        seconds += blames * (now.repair.automated.mean + now.repair.burn_in.mean)
        fate = Fate.BAD
        while fate is Fate.BAD:
            row = ([chance.random() for _ in range(8)], 0)
            seconds += repair.automated_time(now.repair, row)
            fate, stage_s = repair.after_automated(now.repair, row, bad=True)
            if fate is Fate.BY_HAND:
                seconds += stage_s
                fate, stage_s = repair.after_manual(now.repair, now.cluster.provision, row)
            seconds += stage_s
            if fate is not Fate.BAD:
                return seconds / HOUR
            if not repair.burn_in_catches(now.repair, row):
                break  # it comes back bad, fails again, and is found again


@pytest.mark.slow
def test_time_in_repair_is_the_mean_of_what_the_model_does() -> None:
    one = scenario(
        cluster={"provision": "20 h", "spares": 3},
        repair=REPAIR,
        diagnosis={"precision": 0.8},
        fault={"gpu": {"mtbf": "100 h"}},
    )
    chance = Random(0)
    hours = [time_in_repair(one, chance) for _ in range(10_000)]
    mean = sum(hours) / len(hours)
    error = math.sqrt(sum((h - mean) ** 2 for h in hours)) / len(hours)
    assert implied(one).repair.host_s / HOUR == pytest.approx(mean, abs=3 * error)


@pytest.mark.parametrize(("provision", "hours"), [(None, 10.0), ("8 h", 12.0)])
def test_a_host_that_is_retired_has_no_burn_in_and_another_may_come(
    provision: str | None, hours: float
) -> None:
    """2 h by machine, for half of them 10 h by hand, and 4 h for the three in four that stay."""
    repair = {
        "automated": "2 h", "automated_fails": 0.5, "manual": "10 h", "retire": 0.5,
        "burn_in": "4 h",
    }  # fmt: skip
    cluster = {} if provision is None else {"provision": provision}
    one = scenario(cluster=cluster, fault={"gpu": {"mtbf": "100 h"}}, repair=repair)
    assert implied(one).repair.host_s / HOUR == pytest.approx(hours)


def test_a_host_that_is_still_bad_comes_again_with_those_that_are_blamed_for_it() -> None:
    """One in five visits leaves it bad: 1 in 10 by machine, 1 in 4 of 4 in 10 by hand.

    A visit takes 2 h by machine, for half of them 10 h by hand, and 4 h for the nine in ten that
    are not retired. A quarter of a host is blamed with each diagnosis, for 6 h; of those that are
    still bad the burn-in finds half, without another diagnosis.
    """
    repair = {
        "automated": "2 h", "automated_fails": 0.5, "automated_misses": 0.1, "manual": "10 h",
        "manual_misses": 0.25, "retire": 0.2, "burn_in": "4 h", "burn_in_catches": 0.5,
    }  # fmt: skip
    one = scenario(fault={"gpu": {"mtbf": "100 h"}}, repair=repair, diagnosis={"precision": 0.8})
    visits, diagnoses = 1 / (1 - 0.2), 1 + 0.2 * (1 - 0.5) / (1 - 0.2)
    expected = visits * (2 + 5 + 0.9 * 4) + diagnoses * 0.25 * 6
    assert implied(one).repair.host_s / HOUR == pytest.approx(expected)


def test_waiting_for_spares_is_erlangs_and_what_the_engine_shows() -> None:
    one = scenario(
        workload={"ideal_time": "4000 h"},
        cluster={"hosts": 10, "spares": 1},
        fault={"gpu": {"mtbf": "100 h", "needs_repair": 0.8}},
        checkpoint={"interval": "1 min"},
        repair={"automated": "10 h"},
    )
    found = implied(one).repair
    assert found.hosts == pytest.approx(0.8)
    assert found.waiting == pytest.approx(theory.erlang_b(2, 0.8))
    hours = spent(one, 4)
    assert hours["host_wait"] / sum(hours.values()) == pytest.approx(found.waiting, rel=0.05)


@pytest.mark.parametrize(("idle_hazard", "exposure"), [(0.0, 0.8), (0.5, 0.9)])
def test_hosts_go_to_repair_in_the_share_of_time_in_which_they_are_exposed(
    idle_hazard: float, exposure: float
) -> None:
    one = scenario(
        workload={"ideal_time": None, "window": "1000 h"},
        cluster={"hosts": 10, "spares": 4, "idle_hazard": idle_hazard},
        fault={"gpu": {"mtbf": "100 h"}},
        repair={"automated": "10 h"},
        stop={"work": {"every": "10 h", "duration": "2 h"}},
    )
    assert implied(one).exposure == pytest.approx(exposure, rel=1e-3)
    assert implied(one).repair.hosts == pytest.approx(10 * 10 / 100 * exposure, rel=1e-3)


def test_waiting_for_crews_is_that_of_the_chain_and_endless_where_they_cannot_keep_up() -> None:
    one = scenario(
        cluster={"hosts": 10, "spares": 4},
        fault={"gpu": {"mtbf": "25 h"}},
        repair={"automated": "4 h", "crews": 2},
    )
    found = implied(one).repair
    assert found.hosts == pytest.approx(1.6 + 1.6 * 0.8**2 / (1 - 0.8**2))  # M/M/2: 2ρ/(1 − ρ²)
    assert found.waiting == pytest.approx(0.1027, abs=5e-5)
    overrun = implied(one.replace({"repair.crews": 1})).repair
    assert overrun.hosts == math.inf
    assert overrun.waiting == pytest.approx(theory.stalled_fraction_crews(10, 4, 0.04, 4.0, 1))


@pytest.mark.parametrize(("clock", "share"), [("at risk", 1 / 1.4), ("calendar", math.exp(-0.4))])
def test_outages_of_all_hosts_take_their_share(clock: str, share: float) -> None:
    row = {"scope": "job", "mtbf": "20 h", "clock": clock, "returns": "8 h", "detection": "1 h"}
    found = implied(scenario(fault={"power": row}))
    assert found.at_risk == pytest.approx(share)
    assert found.repair.hosts == 0


def test_hosts_that_return_are_gone_until_they_do() -> None:
    row = {"mtbf": "100 h", "returns": "10 h"}
    found = implied(scenario(cluster={"hosts": 10, "spares": 1}, fault={"power": row})).repair
    assert found.host_s == 10 * HOUR
    assert found.hosts == pytest.approx(1.0)
    assert found.waiting == pytest.approx(theory.erlang_b(2, 1.0))


@pytest.mark.parametrize("gone", [{"returns": "10 h"}, {}], ids=["away", "in repair"])
def test_on_the_calendar_each_host_is_gone_for_its_own_share_as_the_engine_shows(
    gone: dict[str, str],
) -> None:
    one = scenario(
        workload={"ideal_time": "4000 h"},
        cluster={"hosts": 10, "spares": 2},
        fault={"gpu": {"mtbf": "100 h", "clock": "calendar", **gone}},
        checkpoint={"interval": "1 min"},
        repair={"automated": "10 h"},
    )
    found = implied(one).repair
    assert found.hosts == pytest.approx(12 / 11)
    assert found.waiting == pytest.approx(theory.binomial_tail(12, 2, 1 / 11))
    hours = spent(one, 4)
    assert hours["host_wait"] / sum(hours.values()) == pytest.approx(found.waiting, rel=0.08)


RACKS = [{"name": "rack", "hosts": 16}, {"name": "pod", "hosts": 32}]


@pytest.mark.parametrize(
    ("cluster", "row", "rate", "hosts"),
    [
        ({"hosts": 64}, {"scope": "rack"}, 4, 16.0),
        ({"hosts": 56}, {"scope": "rack"}, 4, 14.0),
        ({"hosts": 64, "spares": 32}, {"scope": "pod"}, 2, 32.0),
        ({"hosts": 56, "spares": 8, "spares_within": "rack"}, {"scope": "rack"}, 4, 14.0),
        ({"hosts": 64}, {"scope": "rack", "hosts": "25 %"}, 4, 4.0),
        ({"hosts": 64}, {"scope": "cluster"}, 1, 64.0),
        ({"hosts": 64}, {"scope": "accelerator"}, 8 * 64, 1.0),
        ({"hosts": 6, "spares": 6}, {"scope": "cluster", "hosts": 3}, 10 / 11, 1.5 / (10 / 11)),
    ],
)
def test_a_class_of_domains_strikes_as_often_as_domains_hold_the_job(
    cluster: dict[str, Any], row: dict[str, Any], rate: float, hosts: float
) -> None:
    """The rate by the units that hold a host of the job, and the hosts of it that each takes."""
    row = row | {"mtbf": "100 h"}
    (found,) = implied(scenario(cluster=cluster, domain=RACKS, fault={"power": row})).classes
    assert 100 * HOUR / found.mtbf_s == pytest.approx(rate)
    assert found.hosts == pytest.approx(hosts)
    assert found.scope == row["scope"]


def test_hosts_of_a_rack_are_all_in_repair() -> None:
    """Spares of a rack that is struck are counted too: 16 hosts at a time, and not 14."""
    one = scenario(
        workload={"ideal_time": "20000 h"},
        cluster={"hosts": 56, "spares": 8, "spares_within": "rack"},
        domain=RACKS,
        fault={"power": {"scope": "rack", "mtbf": "4000 h"}},
        repair={"automated": "10 h"},
    )
    found = implied(one).repair
    assert found.host_s == pytest.approx(16 * 10 * HOUR)
    assert found.hosts == pytest.approx(0.16)


def test_what_a_class_of_domains_takes_is_in_the_table() -> None:
    rows = {"power": {"scope": "rack", "mtbf": "100 h"}, "gpu": {"mtbf": "9 h"}}
    one = scenario(cluster={"hosts": 64, "spares": 2}, domain=RACKS, fault=rows)
    words = " ".join(check_report(one, implied(one)).split())
    assert "fault strikes MTBF of the job" in words
    assert "power rack: 16 hosts 1.04 d" in words
    assert "that hosts are lost together, in the wait for spares" in words
    assert "domains that the job comes to use as spares step in" in words


def test_what_is_never_repaired_is_endless_and_json_has_no_infinity() -> None:
    endless = scenario(
        fault={"gpu": {"mtbf": "100 h"}}, repair={"automated": "1 h", "automated_misses": 1}
    )
    assert implied(endless).repair.hosts == math.inf
    assert implied(endless).repair.waiting == 1.0
    assert implied(endless).summary()["repair"]["hosts"] is None
    nothing = implied(scenario())
    assert nothing.mtbf_s == math.inf
    assert nothing.at_risk == 1
    assert (nothing.interval.best_s, nothing.interval.longer) == (None, 0.0)
    text = json.dumps(nothing.summary(), allow_nan=False)
    assert json.loads(text)["mtbf_s"] is None


def test_an_interval_far_too_long_is_reported_as_hopeless() -> None:
    one = scenario(
        checkpoint={"interval": "8 h", "stall": "1 min"},
        fault={"job": {"scope": "job", "mtbf": "30 s"}},
    )
    assert implied(one).interval.longer == math.inf
    assert "hopeless" in check_report(one, implied(one))


@examples(25)
@given(scenarios())
def test_every_scenario_can_be_explained(one: Scenario) -> None:
    found = implied(one)
    assert 0 <= found.at_risk <= found.exposure <= 1
    assert found.faults == pytest.approx(sum(row.faults for row in found.classes))
    assert 0 <= found.repair.waiting <= 1
    json.dumps(found.summary(), allow_nan=False)
    assert "time at risk" in check_report(one, found)
    text = check_report(one)
    assert all(row.subject.split()[0] in text for row in unsaid(one))


# --- faults under which training goes on --------------------------------------------------------


def test_slow_hosts_take_a_part_of_full_speed_and_interrupt_nothing() -> None:
    """s + (1 − s)·e^(−½) of it is left with one class, and the least of two counts."""
    slow = {"effect": "slow", "mtbf": "40 h", "lasts": "5 h", "speed": 0.6}
    crash = {"mtbf": "400 h"}
    found = implied(scenario(cluster={"hosts": 4}, fault={"slow": slow, "crash": crash}))
    assert found.slowed == pytest.approx(0.4 * (1 - math.exp(-0.5)), rel=1e-3)
    crashes = implied(scenario(cluster={"hosts": 4}, fault={"crash": crash}))
    assert (found.interval, found.at_risk) == (crashes.interval, crashes.at_risk)
    both = implied(scenario(cluster={"hosts": 4}, fault={"a": slow, "b": slow | {"speed": 0.8}}))
    left = 0.6 + 0.2 * math.exp(-0.5) + 0.2 * math.exp(-1)
    assert both.slowed == pytest.approx(1 - left, rel=1e-3)


@pytest.mark.parametrize(("spares", "lasts", "for_h"), [(2, None, 3), (0, "8 h", 8), (2, "1 h", 1)])
def test_a_slow_host_is_slow_until_it_passes_or_is_swapped(
    spares: int, lasts: str | None, for_h: float
) -> None:
    slow = {"effect": "slow", "mtbf": "400 h", "speed": 0.5, "detection": "2 h"}
    simulated = scenario(
        cluster={"hosts": 1, "spares": spares},
        fault={"slow": slow | ({} if lasts is None else {"lasts": lasts})},
        people={"response": "1 h"},
    )
    expected = 0.5 * (1 - math.exp(-for_h / 400))
    assert implied(simulated).slowed == pytest.approx(expected, rel=2e-3)


def test_checks_take_time_and_bring_faults_to_light() -> None:
    simulated = scenario(
        workload={"ideal_time": "300 h", "steps": 3_000},
        fault={"sdc": {"effect": "corrupt", "mtbf": "10000 h"}},
        check={"test": {"every": "80 steps", "duration": "2 h", "finds": ["corrupt"]}},
    )
    found = implied(simulated)
    assert found.at_risk == pytest.approx(8 / 10, rel=1e-3)
    assert found.classes[0].known_after_s == pytest.approx(4 * HOUR, rel=1e-3)
    assert share_at_risk(simulated) == pytest.approx(found.at_risk, abs=0.02)


def test_a_schedule_holds_for_the_share_of_hours_that_it_says() -> None:
    """Two ideal times are four days from 9:00 on: four evenings, and three nights and a half."""
    scheduled = scenario(
        start="2026-03-02T09:00:00",
        workload={"ideal_time": "48 h"},
        schedule={
            "evening": {"hours": [16, 21]},
            "morning": {"hours": [6, 12], "power": 0.7, "speed": 0.9},
            "august": {"months": ["aug"]},
        },
    )
    evening, morning, august = implied(scheduled).schedules
    assert evening == ImpliedSchedule("evening", True, 4, 20 / 96, 5 * 3600.0)
    assert morning == ImpliedSchedule("morning", False, 5, 24 / 96, 24 / 5 * 3600.0)
    assert august == ImpliedSchedule("august", True, 0, 0.0, 0.0)
    assert implied(scheduled).summary()["schedules"][0]["spells"] == 4
