"""A fault of hosts in a launch of an elastic job: the launch begins anew, or goes on without."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind
from tests.engine.runs import HOUR, Outcome, run, runs
from tests.engine.test_elastic import elastic, spans

RESTART, LOAD = 10.0, 2.0


def struck_launch(of: str, **tables: Any) -> tuple[Outcome, float, float]:
    """The first trial in which a fault of the job is followed by one of a host in its launch.

    Also when both strike, in hours. The launch takes 10 h and the load behind it 2 h; a host is
    away for 20 h.
    """
    job = {"scope": "job", "mtbf": "200 h", "automatic": 1}
    recovery = {"struck_launch": "goes on"} | tables.pop("recovery", {})
    simulated = elastic(
        restart={"duration": f"{RESTART} h"},
        checkpoint={"interval": "3 h", "final_save": False, "load": f"{LOAD} h"},
        recovery=recovery,
        **tables,
    ).replace({"fault.software": job})
    for found in runs(simulated, 2000):
        faults = found.moments(EventKind.FAULT)
        if [one.cause for one in faults] != ["software", "break"] or faults[0].time > 50 * HOUR:
            continue
        first, second = (one.time / HOUR for one in faults)
        in_restart = first < second < first + RESTART
        in_load = first + RESTART < second < first + RESTART + LOAD
        if in_restart if of == "restart" else in_load:
            return found, first, second
    raise AssertionError("no such trial")


def test_a_launch_begins_anew_with_the_replicas_that_are_complete() -> None:
    found, first, second = struck_launch("restart", recovery={"struck_launch": "anew"})
    assert spans(found)[:4] == [
        ("RESTART", round(first, 6), round(second, 6)),
        ("DETECTION", round(second, 6), round(second + 1, 6)),
        ("RESTART", round(second + 1, 6), round(second + 11, 6)),
        ("CHECKPOINT_LOAD", round(second + 11, 6), round(second + 13, 6)),
    ]
    assert found.count(EventKind.FAILED_LAUNCH) == 1
    assert found.count(EventKind.RECONFIGURATION) == 0


def test_a_launch_goes_on_without_the_replica_struck() -> None:
    found, first, second = struck_launch("restart")
    back = second + 1.5 + 20
    end = first + RESTART + 1.5
    assert spans(found) == [
        ("RESTART", round(first, 6), round(second, 6)),
        ("DETECTION", round(second, 6), round(second + 1, 6)),
        ("RESTART", round(second + 1, 6), round(second + 1.5, 6)),
        ("RESTART", round(second + 1.5, 6), round(end, 6)),
        ("CHECKPOINT_LOAD", round(end, 6), round(end + LOAD, 6)),
        ("RESTART", round(back, 6), round(back + 0.25, 6)),
    ]
    assert found.count(EventKind.FAILED_LAUNCH) == 0
    assert found.count(EventKind.RECONFIGURATION) == found.count(EventKind.REJOIN) == 1
    assert found.spent["degraded"] == pytest.approx((back - end - LOAD) / 4)


@pytest.mark.parametrize("state", ["replicated", "sharded"])
def test_those_left_begin_a_load_anew(state: str) -> None:
    found, first, second = struck_launch("load", recovery={"state": state})
    assert spans(found)[:5] == [
        ("RESTART", round(first, 6), round(first + RESTART, 6)),
        ("CHECKPOINT_LOAD", round(first + RESTART, 6), round(second, 6)),
        ("DETECTION", round(second, 6), round(second + 1, 6)),
        ("RESTART", round(second + 1, 6), round(second + 1.5, 6)),
        ("CHECKPOINT_LOAD", round(second + 1.5, 6), round(second + 3.5, 6)),
    ]
    assert found.count(EventKind.FAILED_LAUNCH) == 0


@pytest.mark.parametrize("recovery", [{"reconfigure_success": 0}, {"at_least": 4}])
def test_where_the_others_cannot_go_on_it_begins_anew(recovery: dict[str, Any]) -> None:
    found, _, second = struck_launch("restart", recovery=recovery)
    assert found.count(EventKind.FAILED_LAUNCH) == 1
    assert found.count(EventKind.RECONFIGURATION) == 0
    again = [one.time / HOUR for one in found.moments(EventKind.LAUNCH)][-1]
    stood = 0.5 if "reconfigure_success" in recovery else 20  # a job of all waits for the repair
    assert again == pytest.approx(second + 1 + stood)


def test_a_fault_of_the_job_ends_a_launch_in_any_case() -> None:
    job = {"scope": "job", "mtbf": "30 h", "automatic": 1}
    simulated = elastic(restart={"duration": "10 h"}, recovery={"struck_launch": "goes on"})
    found = run(simulated.replace({"fault.software": job, "fault.break.mtbf": "1e6 h"}))
    assert found.count(EventKind.FAILED_LAUNCH) > 0
