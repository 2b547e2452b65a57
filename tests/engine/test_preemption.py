"""Preemption: of a whole allocation or of single hosts, with a notice, after a shield."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.accounts.timeline import EventKind
from simtrain.scenario.scenario import Scenario, ScenarioError
from tests.engine.runs import HOUR, Outcome, run, scenario
from tests.engine.test_allocation import queues
from tests.wall_clocks import wall_clocks

SAVES = {"interval": "2 h", "stall": "6 min", "durability_lag": "3 min"}


def preempted(hours: float = 40.0, **tables: Any) -> Scenario:
    """A job that is preempted each five hours."""
    row = {"effect": "preempt", "scope": "job", "rate": "0.2 per h", **tables.pop("fault", {})}
    return scenario(
        workload={"ideal_time": f"{hours} h"},
        fault={"scheduler": row},
        **{"checkpoint": SAVES, "allocation": {"wait": "1 h"}, **tables},
    )


def strikes(outcome: Outcome) -> list[float]:
    return [one.time / HOUR for one in outcome.moments(EventKind.FAULT)]


# --- the whole allocation -------------------------------------------------------------------------


def test_the_job_leaves_at_once_and_queues() -> None:
    found = run(preempted())
    assert [start for start, _ in queues(found)] == pytest.approx(strikes(found))
    assert all(end - start == pytest.approx(1.0) for start, end in queues(found))
    assert found.count(EventKind.INTERRUPTION) == len(strikes(found)) > 3
    assert found.spent["lost_work"] > 0.0
    assert "detection" not in found.spent


def test_the_law_of_its_return_takes_the_place_of_the_usual_wait() -> None:
    found = run(preempted(fault={"returns": "3 h"}))
    assert {round(end - start, 9) for start, end in queues(found)} == {3.0}
    alone = run(preempted(fault={"returns": "3 h"}).replace({"allocation": None}))
    assert {round(end - start, 9) for start, end in queues(alone)} == {3.0}


@pytest.mark.parametrize(("notice", "is_enough"), [("8 min", False), ("9 min", True)])
def test_a_notice_is_of_use_if_a_copy_can_be_durable_by_then(notice: str, is_enough: bool) -> None:
    found = run(preempted(fault={"notice": notice}))
    assert ("lost_work" not in found.spent) is is_enough
    late = [
        start - strike for (start, _), strike in zip(queues(found), strikes(found), strict=True)
    ]
    if is_enough:  # the stall, or what was left of one under way, and the lag
        assert all(0.05 <= one <= 0.15 + 1e-9 for one in late)
        assert max(late) == pytest.approx(0.15)
    else:
        assert late == pytest.approx([0.0] * len(late), abs=1e-9)


def test_nobody_is_preempted_soon_after_a_grant() -> None:
    found = run(preempted(400.0, fault={"shield": "4 h"}))
    grants = [0.0, *(end for _, end in queues(found))]
    held = [start - grant for (start, _), grant in zip(queues(found), grants, strict=False)]
    assert len(held) > 20
    assert 4.0 <= min(held) < 4.5


def test_nobody_is_preempted_in_the_queue() -> None:
    found = run(preempted(40.0, allocation={"wait": "30 h"}))
    assert all(end - start == pytest.approx(30.0) for start, end in queues(found))
    assert found.count(EventKind.FAULT) == len(queues(found)) > 5


def test_a_preemption_strikes_a_restart_too() -> None:
    found = run(preempted(20.0, restart={"duration": "4 h"}))
    assert found.count(EventKind.FAILED_LAUNCH) > 0
    assert found.count(EventKind.FAULT) == len(queues(found))


def test_a_preemption_of_a_job_that_is_down_ends_its_allocation() -> None:
    crash = {"scope": "job", "rate": "0.3 per h", "detection": "5 h", "automatic": 1}
    simulated = preempted(30.0, allocation={"wait": "9 h"}).replace({"fault.crash": crash})
    found = run(simulated)
    others = [one.time / HOUR for one in found.moments(EventKind.FAULT) if one.cause == "crash"]
    taken = [one for one in strikes(found) if one not in others]
    down = [one for one in taken if any(crash < one < crash + 5.0 for crash in others)]
    assert down
    # The queue begins with the preemption, beside the rest of the detection.
    ends = [round(end, 6) for _, end in queues(found)]
    assert all(round(one + 9.0, 6) in ends for one in down)


def test_copies_in_memory_go_with_the_hosts_and_those_of_a_notice_stay() -> None:
    tiers = [
        {"name": "near", "survives": "host", "stall": 0},
        {"name": "far", "every": 1000, "stall": "6 min", "survives": "cluster"},
    ]
    checkpoint = {"interval": "1 h", "tier": tiers}
    lost = run(preempted(10.0, checkpoint=checkpoint))
    assert lost.ledger.starts_over == len(strikes(lost)) > 0
    kept = run(preempted(10.0, checkpoint=checkpoint, fault={"notice": "6 min"}))
    assert "lost_work" not in kept.spent


# --- single hosts ---------------------------------------------------------------------------------


def single(**tables: Any) -> Outcome:
    row = {"effect": "preempt", "rate": "0.05 per h", "returns": "2 h", **tables.pop("fault", {})}
    return run(
        scenario(
            workload={"ideal_time": "60 h"}, fault={"spot": row},
            **{"cluster": {"hosts": 4}, "checkpoint": SAVES, **tables},
        )
    )  # fmt: skip


def test_single_hosts_are_waited_for_until_they_are_back() -> None:
    found = single()
    assert found.count(EventKind.BACK) > 3
    assert found.spent["host_wait"] > 2.0
    assert "queue_wait" not in found.spent
    assert found.count(EventKind.CORDON) == 0


def test_hosts_are_in_the_job_until_the_save_of_a_notice_is_over() -> None:
    found = single(fault={"notice": "9 min"})
    strike = strikes(found)[0]
    leaves = next(time / HOUR for time, hosts in found.recorder.steps if hosts.away)
    assert strike + 0.05 <= leaves <= strike + 0.15 + 1e-9
    assert "lost_work" not in found.spent


def test_in_an_allocation_the_job_queues_until_all_hosts_are_there() -> None:
    found = single(allocation={"wait": "1 h"})
    assert "host_wait" not in found.spent
    assert found.spent["queue_wait"] > 2.0
    with_spares = single(allocation={"wait": "1 h"}, cluster={"hosts": 4, "spares": 20})
    assert "queue_wait" not in with_spares.spent


def test_idle_spares_are_preempted_as_often_as_hosts_of_the_job() -> None:
    found = single(cluster={"hosts": 1, "spares": 30}, fault={"returns": "1 min"})
    expected = 30 * 0.05 * found.hours
    spares = found.count(EventKind.SPARE_FAULT)
    assert abs(spares - expected) < 3.3 * math.sqrt(expected)


# --- by brute force -------------------------------------------------------------------------------


def chain(
    chance: random.Random,
    work: float,
    every: float,
    save: float,
    restart: float,
    mtbf: float,
    limit: float,
    wait: float,
    rate: float,
    shield: float,
    notice: float,
) -> float:
    """Wall-clock of one chain of allocations, phase by phase, from the description alone.

    The clock of the crashes and of the preemptions has no memory: each phase draws anew.
    """
    time, kept, first = 0.0, 0.0, True
    while True:
        granted, must_restart = time, not first
        first = False
        ends, done, since = granted + limit, kept, 0.0
        taken = granted + shield + chance.expovariate(rate)
        while True:
            if must_restart:
                phase = restart
            elif done >= work:
                phase = save
            else:
                phase = min(every - since, work - done) if since < every else save
            saving = not must_restart and (done >= work or since >= every)
            crash = time + chance.expovariate(1 / mtbf)
            over = min(time + phase, crash, ends, taken)
            if over == time + phase:
                time = over
                if saving:
                    kept, since = done, 0.0
                    if kept >= work:
                        return time
                elif must_restart:
                    must_restart = False
                else:
                    done, since = done + phase, since + phase
            elif over == crash:
                time, done, since, must_restart = crash, kept, 0.0, True
            elif over == ends:
                time = ends
                break
            else:
                reached = done if saving else done + (taken - time)
                left = time + phase - taken if saving else save
                if not must_restart and notice >= save:
                    crash = taken + chance.expovariate(1 / mtbf)
                    time = min(taken + left, crash, ends)
                    if time == taken + left:
                        kept = reached
                else:
                    time = taken
                break
        time += chance.expovariate(1 / wait)


CHAINS = [
    {"work": 20.0, "every": 2.0, "save": 0.3, "restart": 0.5, "mtbf": 9.0, "limit": 7.1,
     "wait": 3.0, "rate": 0.25, "shield": 1.7, "notice": 0.0},
    {"work": 20.0, "every": 2.0, "save": 0.3, "restart": 0.5, "mtbf": 9.0, "limit": 7.1,
     "wait": 3.0, "rate": 0.25, "shield": 1.7, "notice": 0.4},
    {"work": 12.0, "every": 5.0, "save": 0.9, "restart": 1.1, "mtbf": 30.0, "limit": 1000.0,
     "wait": 1.0, "rate": 0.1, "shield": 3.3, "notice": 1.0},
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("numbers", CHAINS)
def test_chains_take_as_long_as_by_brute_force(numbers: dict[str, float]) -> None:
    """Within 3.3 standard errors, of 1 % to 2 %."""
    given = {key: f"{value} h" for key, value in numbers.items()}
    simulated = scenario(
        workload={"ideal_time": given["work"]},
        checkpoint={"interval": given["every"], "stall": given["save"]},
        restart={"duration": given["restart"]},
        allocation={
            "limit": given["limit"], "wait": {"law": "exponential", "mean": given["wait"]},
        },
        fault={
            "crash": {"scope": "job", "mtbf": given["mtbf"], "automatic": 1},
            "scheduler": {
                "effect": "preempt", "scope": "job", "rate": f"{numbers['rate']} per h",
                "shield": given["shield"], "notice": given["notice"],
            },
        },
        limits={"wall_clock": "100000 h"},
    )  # fmt: skip
    chance = random.Random(1)
    found = np.array(wall_clocks(simulated, 0, 1_500)) / HOUR
    expected = np.array([chain(chance, **numbers) for _ in range(15_000)])
    error = math.hypot(*(float(x.std()) / math.sqrt(len(x)) for x in (found, expected)))
    assert error < 0.02 * expected.mean()
    assert abs(found.mean() - expected.mean()) < 3.3 * error


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ({"returns": None}, "there is no `\\[allocation\\]`"),
        ({"needs_repair": 0.5, "scope": "host"}, "does not go with `preempt`"),
        (
            {"shield": "1 h", "law": "weibull", "shape": 2, "mtbf": "9 h", "rate": None},
            "only known",
        ),
        ({"effect": "crash", "notice": "1 h"}, "belongs to `preempt`"),
    ],
)
def test_what_does_not_go_with_a_preemption_is_refused(fault: dict[str, Any], wrong: str) -> None:
    row = {"effect": "preempt", "scope": "job", "rate": "0.2 per h", "returns": "1 h", **fault}
    with pytest.raises(ScenarioError, match=wrong):
        scenario(fault={"spot": {key: value for key, value in row.items() if value is not None}})


# --- a job of replicas ----------------------------------------------------------------------------


def test_a_job_of_replicas_goes_on_without_those_whose_hosts_are_preempted() -> None:
    found = single(
        cluster={"hosts": 8}, recovery={"policy": "elastic", "replicas": 4, "at_least": 2},
        restart={"duration": "1 h"}, fault={"returns": "5 h"},
    )  # fmt: skip
    assert found.count(EventKind.RECONFIGURATION) > found.count(EventKind.INTERRUPTION)
    assert found.spent["degraded"] > 1.0
    assert found.count(EventKind.BACK) > 3


def test_a_job_of_replicas_runs_in_allocations_and_its_replicas_are_counted() -> None:
    """In some trial a save is due at the very moment at which training begins again."""
    simulated = scenario(
        workload={"ideal_time": "20 days"}, cluster={"hosts": 32},
        recovery={"policy": "elastic", "replicas": 8, "at_least": 6, "reconfigure": "40 s"},
        checkpoint={"interval": "1 h", "stall": "20 s"}, restart={"duration": "5 min"},
        fault={
            "spot": {
                "effect": "preempt", "rate": "10 per 1000 host-days", "returns": "6 h",
                "notice": "2 min",
            },
            "crash": {"mtbf": "100 days", "automatic": 1},
        },
        repair={"automated": "1 day", "crews": 1},
        allocation={"wait": "1 h", "limit": "3 days", "save_before": "10 min"},
        limits={"wall_clock": "200 days"},
    )  # fmt: skip
    replicas = simtrain.run(simulated, trials=12, jobs=1).metric("replicas_mean")
    assert ((replicas > 7.0) & (replicas <= 8.0)).all()
