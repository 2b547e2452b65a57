"""A job that goes on with the replicas that are left, fault by fault."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import HOUR, Outcome, run, runs, scenario

FAULT = {"scope": "host", "mtbf": "600 h", "detection": "1 h", "automatic": 1}
ELASTIC = {"policy": "elastic", "replicas": 4, "at_least": 2}


def elastic(hosts: int = 4, /, **tables: Any) -> Scenario:
    recovery = ELASTIC | {"reconfigure": "30 min", "rejoin_stall": "15 min"}
    given = {
        "workload": {"ideal_time": "100 h"},
        "cluster": {"hosts": hosts},
        "fault": {"break": FAULT | tables.pop("break_", {})},
        "checkpoint": {"interval": "3 h", "final_save": False},
        "repair": {"automated": "20 h"},
        "recovery": recovery | tables.pop("recovery", {}),
        "limits": {"wall_clock": "10000 h"},
    }
    for name, table in tables.items():
        given[name] = given.get(name, {}) | table if isinstance(table, dict) else table
    return scenario(**given)


def struck(simulated: Scenario, faults: int = 1) -> Outcome:
    """The first trial in which so many faults strike, all but the first long before the end."""
    for outcome in runs(simulated, 400):
        moments = [one.time / HOUR for one in outcome.moments(EventKind.FAULT)]
        if len(moments) == faults and moments[0] > 10 and moments[-1] < 70:
            return outcome
    raise AssertionError("no such trial")


def spans(outcome: Outcome) -> list[tuple[str, float, float]]:
    """What the job did beside training, and when, in hours."""
    return [
        (one.state.name, round(one.start / HOUR, 6), round(one.end / HOUR, 6))
        for one in outcome.recorder.intervals()
        if one.state not in (State.TRAIN, State.CHECKPOINT_SAVE)
    ]


def test_it_stands_still_for_a_moment_and_goes_on_without_the_replica_struck() -> None:
    found = struck(elastic())
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    back = at + 1 + 0.5 + 20
    assert spans(found) == [
        ("DETECTION", round(at, 6), round(at + 1, 6)),
        ("RESTART", round(at + 1, 6), round(at + 1.5, 6)),
        ("RESTART", round(back, 6), round(back + 0.25, 6)),
    ]
    assert found.spent == pytest.approx(
        {"productive": 100, "degraded": 20 / 4, "detection": 1, "restart": 0.75}
    )
    badput = {cause: seconds / HOUR for cause, seconds in found.ledger.badput.items() if seconds}
    assert badput == pytest.approx({"break": 1.5, "elastic": 5.25})
    assert found.count(EventKind.INTERRUPTION, EventKind.ROLLBACK) == 0
    assert found.count(EventKind.RECONFIGURATION, EventKind.REJOIN) == 2


def test_answering_and_diagnosis_hold_up_the_replica_and_not_the_job() -> None:
    simulated = elastic(
        break_={"automatic": 0}, people={"response": "2 h"}, diagnosis={"manual": "3 h"}
    )
    found = struck(simulated)
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    assert found.moments(EventKind.PERSON_CALLED)[0].time / HOUR == pytest.approx(at + 1.5)
    assert found.moments(EventKind.CORDON)[0].time / HOUR == pytest.approx(at + 6.5)
    assert found.spent == pytest.approx(
        {"productive": 100, "degraded": 25 / 4, "detection": 1, "restart": 0.75}
    )


def test_a_second_replica_is_away_at_the_same_time() -> None:
    found = struck(elastic(repair={"automated": "80 h"}), 2)
    first, second = (one.time / HOUR for one in found.moments(EventKind.FAULT))
    assert second < first + 80
    alone = second - first - 1.5
    rest = 100 - first - alone * 3 / 4
    assert found.spent["degraded"] >= alone / 4
    both = min(rest / (2 / 4), first + 81.5 - (second + 1.5))
    assert found.spent["degraded"] >= alone / 4 + both / 2 - 1e-6
    assert found.count(EventKind.INTERRUPTION) == 0


@pytest.mark.parametrize("at_least", [3, 4])
def test_it_is_interrupted_where_too_few_are_left_and_launched_with_enough(at_least: int) -> None:
    simulated = elastic(recovery={"at_least": at_least}, restart={"duration": "2 h"})
    found = struck(simulated)
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    if at_least == 3:
        assert found.count(EventKind.INTERRUPTION) == 0
        return
    assert found.count(EventKind.INTERRUPTION) == 1
    # All four are needed: the repair is waited for.
    assert spans(found) == [
        ("DETECTION", round(at, 6), round(at + 1, 6)),
        ("HOST_WAIT", round(at + 1, 6), round(at + 21, 6)),
        ("RESTART", round(at + 21, 6), round(at + 23, 6)),
    ]


def test_a_reconfiguration_that_fails_is_an_interruption_and_no_replica_is_waited_for() -> None:
    simulated = elastic(recovery={"reconfigure_success": 0}, restart={"duration": "2 h"})
    found = struck(simulated)
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    assert spans(found)[:3] == [
        ("DETECTION", round(at, 6), round(at + 1, 6)),
        ("RESTART", round(at + 1, 6), round(at + 1.5, 6)),
        ("RESTART", round(at + 1.5, 6), round(at + 3.5, 6)),
    ]
    assert found.spent["lost_work"] == pytest.approx(at % 3)
    assert found.moments(EventKind.INTERRUPTION)[0].time / HOUR == pytest.approx(at + 1.5)
    assert found.count(EventKind.RECONFIGURATION) == 0
    assert found.count(EventKind.REJOIN) == 1
    # Cordoned as the answer begins, for 20 h, of which 2 h are the launch.
    assert found.spent["degraded"] == pytest.approx(18 / 4)


def test_the_classs_own_restart_is_its_reconfiguration() -> None:
    simulated = elastic(break_={"restart": "3 h", "restart_success": 1})
    assert struck(simulated).spent["restart"] == pytest.approx(3.25)


def test_a_fault_of_the_job_ends_all_replicas() -> None:
    found = struck(elastic(break_={"scope": "job", "mtbf": "100 h"}))
    assert found.count(EventKind.INTERRUPTION) == 1
    assert found.count(EventKind.RECONFIGURATION) == 0


def test_replicas_come_back_with_the_next_checkpoint() -> None:
    found = struck(elastic(recovery={"rejoin": "at a checkpoint"}))
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    due = next(train for train in range(3, 100, 3) if train > at + 20)  # at whatever speed
    back = found.moments(EventKind.REJOIN)[0].time / HOUR
    assert back == pytest.approx(due + 1.5 + 0.25)
    assert found.spent["degraded"] == pytest.approx((due - at) / 4)


def test_saves_by_time_go_on_at_any_speed() -> None:
    """Neither a reconfiguration nor a replica that comes back begins an interval anew."""
    found = struck(elastic(checkpoint={"stall": "6 min"}))
    train = found.spent["productive"] + found.spent["degraded"]
    assert found.ledger.saves == int(train / 3 + 1e-9)
    assert found.spent["checkpoint_save"] == pytest.approx(0.1 * found.ledger.saves)


@pytest.mark.parametrize("batch", ["kept", "shrunk"])
def test_saves_by_steps_follow_the_work_or_the_time_of_a_step(batch: str) -> None:
    simulated = elastic(
        workload={"steps": 1000},
        checkpoint={"interval": "10 steps"},
        recovery={"batch": batch, "reconfigure": 0, "rejoin_stall": 0},
        break_={"detection": 0},
    )
    found = struck(simulated)
    assert found.spent == pytest.approx({"productive": 100, "degraded": 20 / 4})
    steps = 1000 + (20 * 10 * 1 / 4 if batch == "shrunk" else 0)
    assert found.ledger.saves == pytest.approx(steps / 10, abs=1)


def test_sharded_state_is_loaded_from_a_copy() -> None:
    found = struck(elastic(recovery={"state": "sharded"}, checkpoint={"load": "12 min"}))
    at = found.moments(EventKind.FAULT)[0].time / HOUR
    assert found.spent["lost_work"] == pytest.approx(at % 3)
    assert found.spent["checkpoint_load"] == pytest.approx(0.2)
    assert found.count(EventKind.INTERRUPTION, EventKind.LAUNCH) == 1  # the first launch
    assert found.count(EventKind.RECONFIGURATION, EventKind.ROLLBACK) == 2


def test_a_spare_steps_in_beside_training() -> None:
    found = struck(elastic(cluster={"hosts": 4, "spares": 1, "swap": "5 h"}))
    assert found.spent["degraded"] == pytest.approx(5 / 4)
    assert found.count(EventKind.REJOIN) == 1


def test_a_spare_fills_the_replica_that_lacks_fewest() -> None:
    """Of two replicas, one of which lacks two hosts and one a single host."""
    simulated = elastic(
        8,
        domain=[{"name": "pair", "hosts": 2}],
        fault={
            "break": FAULT | {"scope": "pair", "mtbf": "150 h"},
            "single": FAULT | {"mtbf": "150 h"},
        },
        repair={"automated": "500 h"},
        cluster={"spares": 1, "swap": "40 h"},
    )
    for found in runs(simulated, 200):
        causes = [one.cause for one in found.moments(EventKind.FAULT)]
        cordons = found.moments(EventKind.CORDON)
        swaps = found.moments(EventKind.SWAP_IN)
        lack = causes[:2] == ["break", "single"] and len(cordons) >= 3 and swaps
        if lack and cordons[2].time < swaps[0].time < cordons[0].time + 41 * HOUR:
            break
    else:
        raise AssertionError("no such trial")
    rejoin = found.moments(EventKind.REJOIN)[0]
    assert rejoin.time / HOUR == pytest.approx(swaps[0].time / HOUR + 0.25)


def test_incomplete_replicas_complete_each_other_where_they_may() -> None:
    times = []
    for regroup in (False, True):
        simulated = elastic(
            8, break_={"mtbf": "200 h"}, recovery={"regroup": regroup}, repair={"automated": "30 h"}
        )
        times.append(sum(one.spent.get("degraded", 0.0) for one in runs(simulated, 30)))
    assert times[1] < 0.9 * times[0]


def test_hosts_of_a_broken_replica_are_at_the_risk_of_spares() -> None:
    faults = []
    for idle_hazard in (0, 1):
        simulated = elastic(
            8,
            workload={"window": "3000 h"} | {"ideal_time": None},
            cluster={"idle_hazard": idle_hazard},
            break_={"mtbf": "100 h", "detection": 0},
            recovery={"at_least": 1, "reconfigure": 0, "rejoin_stall": 0},
        )
        faults.append(run(simulated).count(EventKind.CORDON))
    # Each pair of hosts fails at 2/100, is away for 20 h, and its other host stands by meanwhile.
    assert faults[1] > 1.1 * faults[0]


def test_a_stop_that_is_due_meanwhile_comes_once_the_rest_goes_on() -> None:
    fault = run(elastic()).moments(EventKind.FAULT)[0].time / HOUR
    found = run(elastic(stop={"service": {"at": f"{fault + 1.2} h", "duration": "2 h"}}))
    assert found.count(EventKind.INTERRUPTION) == 0
    assert found.count(EventKind.RECONFIGURATION) == 1
    stop = found.moments(EventKind.STOP)[0].time / HOUR
    assert stop == pytest.approx(fault + 1.5)
    assert found.spent["maintenance"] == pytest.approx(2.0)


def test_without_a_fault_it_is_a_synchronous_job() -> None:
    spent = [
        run(elastic(break_={"rate": 0, "mtbf": None}, recovery={"policy": policy})).spent
        for policy in ("elastic", "wait")
    ]
    assert spent[0] == spent[1]


def test_a_job_that_waits_may_have_replicas() -> None:
    several = elastic(recovery={"policy": "wait"}, break_={"mtbf": "50 h"})
    single = several.replace({"recovery": None})
    assert run(several).spent == run(single).spent


def test_hosts_fail_at_the_same_time_at_risk_under_any_policy() -> None:
    """While no host has left, and behind that the same first faults of the others."""
    for trial in range(20):
        first = []
        for policy in ("wait", "elastic"):
            simulated = elastic(recovery={"policy": policy}, break_={"mtbf": "100 h"})
            found = run(simulated, trial)
            fault = found.moments(EventKind.FAULT)[0]
            first.append((fault.time, fault.host))
        assert first[0] == first[1]


def test_cause_of_what_is_missing_is_known_to_whoever_asks() -> None:
    assert Simulator(elastic(), 0).causes[-1] == "elastic"
    without = elastic().replace({"recovery": None})
    assert "elastic" not in Simulator(without, 0).causes


def test_a_run_goes_on_with_fewer_replicas_and_as_they_come_back() -> None:
    found = struck(elastic(), faults=2)
    assert found.count(EventKind.RECONFIGURATION) == 2
    assert found.recorder.runs() == [(0.0, found.ending.wall_clock_s)]
    assert found.ledger.longest_run_s == found.ending.wall_clock_s


def test_a_job_of_a_single_replica_has_nothing_to_go_on_with() -> None:
    tables = {"break_": {"mtbf": "100 h"}, "workload": {"ideal_time": "200 h"}}
    alone = elastic(**tables, recovery={"replicas": 1, "at_least": 1})
    waits = alone.replace({"recovery.policy": "wait"})
    for trial in range(3):
        one, other = run(alone, trial), run(waits, trial)
        assert one.count(EventKind.INTERRUPTION) == other.count(EventKind.INTERRUPTION) > 3
        assert one.spent == other.spent
