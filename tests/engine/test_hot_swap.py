"""A spare takes the place of a host, and the processes of the other hosts are not started anew."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind, State
from tests.engine.runs import HOUR, Outcome, run, scenario

SWAP, WHOLE = 0.25, 1.0
HOST = {"mtbf": "80 h", "automatic": 1}
BUG = {"scope": "job", "mtbf": "20 h", "automatic": 1}


def outcome(fault: dict[str, Any], policy: str = "swap", **tables: Any) -> Outcome:
    """Four hosts and two spares; a swap takes 15 min, a launch of the whole job 1 h."""
    recovery = {"policy": policy, "swap_restart": f"{SWAP} h", **tables.pop("recovery", {})}
    return run(
        scenario(
            cluster={"spares": 2, **tables.pop("cluster", {})},
            restart={"duration": f"{WHOLE} h", **tables.pop("restart", {})},
            fault={"break": {**HOST, **fault}},
            recovery=recovery,
            **{"workload": {"window": "100 h", "ideal_time": None}, **tables},
        )
    )


def outage(found: Outcome, number: int = 0) -> list[tuple[str, float]]:
    """What the job did in one of its times without training, and for how many hours."""
    rest = found.recorder.intervals()
    steps: list[tuple[str, float]] = []
    for _ in range(number + 1):
        while rest[0].state is State.TRAIN:
            rest = rest[1:]
        down = list(takewhile(lambda one: one.state is not State.TRAIN, rest))
        rest = rest[len(down) :]
        steps = [(one.state.name.lower(), round((one.end - one.start) / HOUR, 9)) for one in down]
    return steps


def test_a_spare_is_started_and_nothing_else() -> None:
    tables = {
        "detection": {"crash": "6 min"},
        "diagnosis": {"automatic": "30 min"},
        "checkpoint": {"load": "12 min"},
    }
    before = [("detection", 0.1), ("diagnosis", 0.5)]
    found = outcome({}, **tables)
    assert outage(found) == [*before, ("restart", SWAP), ("checkpoint_load", 0.2)]
    assert found.count(EventKind.HOT_SWAP) == found.count(EventKind.INTERRUPTION) > 0
    waits = outcome({}, "wait", **tables)
    assert outage(waits) == [*before, ("restart", WHOLE), ("checkpoint_load", 0.2)]
    assert waits.count(EventKind.HOT_SWAP) == 0


def test_the_others_keep_their_processes_while_a_spare_steps_in() -> None:
    found = outcome({}, cluster={"spares": 2, "swap": "2 h"})
    assert outage(found) == [("host_wait", 2.0), ("restart", SWAP)]


def test_without_a_spare_the_whole_job_is_launched() -> None:
    found = outcome({}, cluster={"spares": 0}, repair={"automated": "3 h"})
    assert outage(found) == [("host_wait", 3.0), ("restart", WHOLE)]
    assert found.count(EventKind.HOT_SWAP) == 0


def test_without_a_spare_all_goes_as_for_a_job_that_waits() -> None:
    tables = {"cluster": {"spares": 0}, "repair": {"automated": "3 h"}}
    swaps, waits = outcome({}, **tables), outcome({}, "wait", **tables)
    assert swaps.spent == waits.spent
    assert swaps.recorder.moments == waits.recorder.moments


def test_processes_do_not_wait_for_a_person() -> None:
    found = outcome({"automatic": 0}, people={"response": "2 h"})
    assert outage(found) == [("response", 2.0), ("restart", WHOLE)]


def test_a_failed_automatic_recovery_was_the_swap() -> None:
    found = outcome({"automatic_success": 0}, people={"response": "2 h"})
    assert outage(found) == [("restart", SWAP), ("response", 2.0), ("restart", WHOLE)]


def test_a_swap_that_fails_is_followed_by_a_launch() -> None:
    found = outcome({}, recovery={"swap_success": 0})
    assert outage(found) == [("restart", SWAP), ("restart", WHOLE)]
    assert found.count(EventKind.HOT_SWAP) == 0
    assert found.count(EventKind.FAILED_LAUNCH) == found.count(EventKind.INTERRUPTION)


def test_a_fault_of_the_job_ends_all_processes() -> None:
    found = outcome(BUG)
    assert outage(found) == [("restart", WHOLE)]


def test_a_host_that_needs_no_repair_starts_its_own_processes() -> None:
    found = outcome({"needs_repair": 0})
    assert outage(found) == [("restart", SWAP)]
    assert found.count(EventKind.SWAP_IN) == 0


def test_a_class_with_a_restart_of_its_own_has_that() -> None:
    found = outcome({"restart": "3 min"})
    assert outage(found) == [("restart", 0.05)]
    assert found.count(EventKind.HOT_SWAP) == 0


def restarts(found: Outcome) -> list[list[float]]:
    """Hours of the restarts of each outage, one that trains again last."""
    hours: list[list[float]] = []
    number = 0
    while True:
        try:
            steps = outage(found, number)
        except IndexError:
            return hours
        hours.append([length for state, length in steps if state == "restart"])
        number += 1


def test_a_swap_that_is_struck_is_followed_by_another() -> None:
    """A host fails each quarter of an hour: it strikes most swaps, and none becomes a launch."""
    found = outcome({"mtbf": "1 h"}, workload={"window": "50 h", "ideal_time": None})
    struck = [hours for hours in restarts(found) if len(hours) > 1]
    assert len(struck) > 10
    assert max(max(hours) for hours in struck) == pytest.approx(SWAP)
    assert found.count(EventKind.FAILED_LAUNCH) > 20


def test_a_launch_that_is_struck_is_followed_by_another_and_a_load_by_a_swap() -> None:
    """Processes of a launch are not there before its end, and kept from then on."""
    tables = {"checkpoint": {"load": "30 min"}, "recovery": {"swap_success": 0}}
    found = outcome({"mtbf": "4 h"}, **tables)
    launches, loads = [], []
    for number in range(len(restarts(found)) - 1):
        for (state, length), (then, following) in pairwise(outage(found, number)):
            if (state, then) == ("restart", "restart") and SWAP < length < WHOLE:
                launches.append(following)
            if (state, then) == ("checkpoint_load", "restart") and length < 0.5:
                loads.append(following)
    assert len(launches) > 5
    assert SWAP not in launches
    assert max(launches) == WHOLE
    assert len(loads) > 5
    assert max(loads) == SWAP


def test_a_slow_host_is_swapped_with_the_others_up() -> None:
    slow = {"effect": "slow", "speed": 0.5, "mtbf": "80 h", "automatic": 1}
    found = outcome(slow, detection={"slow": "1 h"})
    assert outage(found) == [("restart", SWAP)]
    assert found.count(EventKind.PLANNED_RESTART) == found.count(EventKind.HOT_SWAP) > 0


def test_a_preempted_host_is_swapped_with_the_others_up() -> None:
    spot = {"effect": "preempt", "mtbf": "80 h", "returns": "5 h", "notice": "1 h"}
    found = outcome(spot)
    assert outage(found)[-1] == ("restart", SWAP)


def test_nobody_waits_in_a_queue_with_processes() -> None:
    found = outcome({}, allocation={"wait": "2 h", "on_fault": "queue"})
    assert outage(found) == [("queue_wait", 2.0), ("restart", WHOLE)]


def test_a_planned_stop_ends_all_processes() -> None:
    """Also where it comes while a host is diagnosed."""
    stop = {"upgrade": {"at": "1 h", "duration": "1 h"}}
    found = outcome({"mtbf": "1 year"}, stop=stop)
    assert outage(found) == [("maintenance", 1.0), ("restart", WHOLE)]
    at = first = outcome({}).moments(EventKind.FAULT)[0].time / HOUR
    stop = {"upgrade": {"at": f"{at + 0.1!r} h", "duration": "1 h"}}
    found = outcome({}, stop=stop, diagnosis={"automatic": "30 min"})
    assert found.moments(EventKind.FAULT)[0].time / HOUR == first
    assert outage(found)[-2:] == [("maintenance", 0.6), ("restart", WHOLE)]
    assert sum(hours for state, hours in outage(found) if state == "diagnosis") == 0.5
