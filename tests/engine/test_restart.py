"""A class has its own way of starting the job again, which is tried first, and once."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind, State
from simtrain.model.implied import implied
from tests.engine.runs import HOUR, Outcome, run, scenario

OWN, USUAL = 0.25, 1.0


def outcome(fault: dict[str, Any], **tables: Any) -> Outcome:
    """A job whose usual restart takes 1 h; the class's own takes 15 min, if it has one."""
    return run(
        scenario(
            cluster={"hosts": 2, "spares": 2},
            restart={"duration": f"{USUAL} h", **tables.pop("restart", {})},
            fault={"bug": {"scope": "job", "mtbf": "20 h", **fault}},
            **{"workload": {"window": "60 h", "ideal_time": None}, **tables},
        )
    )


def first_outage(found: Outcome) -> list[tuple[str, float]]:
    """What the job did between training the first and the second time, and for how many hours."""
    intervals = found.recorder.intervals()
    ended = next(n for n, one in enumerate(intervals) if one.state is not State.TRAIN)
    outage = takewhile(lambda one: one.state is not State.TRAIN, intervals[ended:])
    return [(one.state.name.lower(), round((one.end - one.start) / HOUR, 9)) for one in outage]


def test_a_class_has_its_own_restart_and_others_the_usual_one() -> None:
    assert first_outage(outcome({})) == [("restart", USUAL)]
    assert first_outage(outcome({"restart": "15 min"})) == [("restart", OWN)]


def test_it_is_the_same_where_a_host_was_replaced() -> None:
    fault = {"scope": "host", "mtbf": "40 h", "restart": "15 min"}
    found = outcome(fault, diagnosis={"manual": "30 min"})
    assert first_outage(found) == [("diagnosis", 0.5), ("restart", OWN)]
    assert found.count(EventKind.SWAP_IN) > 0


def test_if_it_fails_the_usual_one_follows() -> None:
    found = outcome({"restart": "15 min", "restart_success": 0})
    assert first_outage(found) == [("restart", OWN), ("restart", USUAL)]
    assert found.count(EventKind.FAILED_LAUNCH) == found.count(EventKind.INTERRUPTION)


def test_a_failed_automatic_try_uses_it_up() -> None:
    found = outcome(
        {"restart": "15 min", "automatic": 1, "automatic_success": 0}, people={"response": "2 h"}
    )
    assert first_outage(found) == [("restart", OWN), ("response", 2.0), ("restart", USUAL)]


def test_it_counts_among_the_tries_after_which_a_person_is_called() -> None:
    found = outcome(
        {"restart": "15 min", "restart_success": 0, "automatic": 1},
        restart={"tries": 1},
        people={"response": "2 h"},
    )
    assert first_outage(found) == [("restart", OWN), ("response", 2.0), ("restart", USUAL)]


def test_a_fault_in_a_restart_is_started_from_in_its_own_way() -> None:
    """Faults every 12 min on average strike most restarts; each one after it is 15 min again."""
    found = outcome({"mtbf": "12 min", "restart": "15 min"})
    took = [
        (one.end - one.start) / HOUR
        for one in found.recorder.intervals()
        if one.state is State.RESTART
    ]
    assert max(took) == pytest.approx(OWN)
    assert sum(hours < OWN - 1e-9 for hours in took) > 20


def test_a_planned_stop_ends_with_the_usual_one() -> None:
    stop = {"upgrade": {"at": "1 h", "duration": "1 h"}}
    found = outcome({"mtbf": "1 year", "restart": "15 min"}, stop=stop)
    assert first_outage(found) == [("maintenance", 1.0), ("restart", USUAL)]


def test_a_loss_spike_may_have_its_own() -> None:
    found = outcome({"effect": "diverge", "restart": "15 min"})
    assert first_outage(found) == [("restart", OWN)]


def test_what_it_costs_to_call_a_person_is_implied() -> None:
    """One automatic recovery in two has a first try that fails, after which a person is called."""

    def at_risk(fault: dict[str, Any]) -> float:
        bug = {"scope": "job", "mtbf": "20 h", "automatic": 1, **fault}
        people = {"response": "10 h"}
        restart = {"duration": "1 h", "tries": 1}
        return implied(scenario(fault={"bug": bug}, people=people, restart=restart)).at_risk

    assert at_risk({}) == 1.0
    own = {"restart": "15 min", "restart_success": 0.5}
    assert at_risk(own) == pytest.approx(1 / (1 + 0.5 * 10 / 20))
