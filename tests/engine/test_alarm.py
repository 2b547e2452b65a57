"""False alarms stop a job that is well, and leave it alone for a while after it resumed."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import EventKind
from simtrain.model.implied import implied
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import HOUR, Outcome, run, scenario

ALARM = {"scope": "job", "effect": "false alarm"}


def watched(alarm: dict[str, Any], hours: float = 40, **tables: Any) -> Scenario:
    """A job under a watchdog, which takes 1 h to restart."""
    faults = {"watchdog": {**ALARM, **alarm}, **tables.pop("fault", {})}
    return scenario(
        workload={"ideal_time": "10000 h"},
        restart={"duration": "1 h"},
        fault=faults,
        limits={"wall_clock": f"{hours} h"},
        **tables,
    )


def alarms(found: Outcome) -> list[float]:
    return [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]


# --- at a fixed time ----------------------------------------------------------------------------


def test_an_alarm_at_a_fixed_time_comes_that_long_after_each_restart() -> None:
    """Every 2 h of training, which take 3 h with the restart."""
    found = run(watched({"law": "fixed", "mtbf": "2 h"}))
    assert alarms(found) == pytest.approx([2 + 3 * n for n in range(13)])
    assert found.count(EventKind.INTERRUPTION) == found.count(EventKind.FAULT)
    assert not found.count(EventKind.CORDON, EventKind.PERSON_CALLED)


def test_the_grace_comes_before_it() -> None:
    found = run(watched({"law": "fixed", "mtbf": "2 h", "grace": "90 min"}))
    assert alarms(found) == pytest.approx([3.5 + 4.5 * n for n in range(9)])


def test_the_first_start_has_a_grace_too_and_so_has_the_end_of_a_stop() -> None:
    stop = {"look": {"kind": "pause", "at": "1 h", "duration": "5 h"}}
    found = run(watched({"law": "fixed", "mtbf": "2 h"}, hours=13, stop=stop))
    # 1 h of training, 5 h of pause, 1 h of restart, and 2 h of training until the alarm.
    assert alarms(found) == pytest.approx([9.0, 12.0])


def test_there_is_none_while_the_job_restarts() -> None:
    """A restart takes longer than it takes from one alarm to the next."""
    found = run(watched({"law": "fixed", "mtbf": "30 min"}))
    assert alarms(found) == pytest.approx([0.5 + 1.5 * n for n in range(27)])


def test_saves_are_part_of_the_time_since_training_resumed() -> None:
    found = run(watched({"law": "fixed", "mtbf": "2 h"}, 12, checkpoint={"stall": "15 min"}))
    assert alarms(found)[0] == pytest.approx(2.0)


# --- as a watchdog is told ----------------------------------------------------------------------


def test_it_is_known_at_once_and_a_supervisor_restarts_unless_the_file_says_otherwise() -> None:
    others = {"detection": {"crash": "1 h", "hang": "1 h"}, "people": {"response": "3 h"}}
    fixed = {"law": "fixed", "mtbf": "2 h 15 min"}
    at_once = run(watched(fixed, **others))
    assert at_once.spent.keys() == {"productive", "lost_work", "restart"}
    by_hand = run(watched({**fixed, "automatic": 0, "detection": "30 min"}, **others))
    assert alarms(by_hand)[1] == pytest.approx(2.25 + 0.5 + 3 + 1 + 2.25)


def test_a_change_of_the_grace_counts_from_when_training_resumed() -> None:
    change = [{"at": "1 h", "set": {"fault.watchdog.grace": "3 h"}}]
    found = run(watched({"law": "fixed", "mtbf": "2 h", "grace": "1 h"}, 12, change=change))
    assert alarms(found) == pytest.approx([5.0, 11.0])


def test_a_rate_in_weather_is_another_in_each_span() -> None:
    alarm = {"mtbf": "2 h", "varies": {"cv": 3, "every": "10 h"}}
    calm, stormy = (run(watched(one, hours=400)) for one in ({"mtbf": "2 h"}, alarm))
    assert alarms(calm) != alarms(stormy)


# --- what it costs ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_detector_that_is_wrong_every_half_hour_leaves_63_of_100() -> None:
    """In half an hour of training τ/(e^((τ+C)/M) − 1) of work is saved, and 6 min are restart.

    Some 8,000 alarms: the goodput is found to 2 % of itself.
    """
    found = run(
        scenario(
            workload={"ideal_time": "10000 h"},
            checkpoint={"interval": "15 min", "stall": "10 s"},
            restart={"duration": "6 min"},
            fault={"watchdog": {**ALARM, "mtbf": "30 min"}},
            limits={"wall_clock": "200 days"},
        )
    )
    kept = 15 / math.expm1((15 + 1 / 6) / 30)
    goodput = found.ledger.categories()[Category.PRODUCTIVE] / found.ending.wall_clock_s
    assert goodput == pytest.approx(kept / 36, rel=0.02)
    assert round(kept / 36, 3) == 0.633


def test_of_an_alarm_at_a_fixed_time_it_matters_whether_a_save_comes_just_before() -> None:
    """A detector that is wrong half an hour after each restart of 6 min, and saves every 15 min.

    The second save, with its stalls of 10 s, is due just after half an hour: an hour of work in 36
    minutes is half of what one minute more would leave.
    """
    document = {
        "workload": {"window": "7 days"},
        "cluster": {"hosts": 32},
        "checkpoint": {"interval": "15 min", "stall": "10 s"},
        "restart": {"duration": "6 min"},
    }

    def goodput(alarm: dict[str, Any]) -> float:
        found = run(Scenario.from_document({**document, "fault": {"alarm": {**ALARM, **alarm}}}))
        return found.ledger.categories()[Category.PRODUCTIVE] / found.ending.wall_clock_s

    assert goodput({"law": "fixed", "mtbf": "30 min"}) == pytest.approx(15 / 36, rel=0.01)
    assert goodput({"law": "fixed", "mtbf": "31 min"}) == pytest.approx(30 / 37, rel=0.01)


def test_what_a_watchdog_costs_is_implied() -> None:
    """Alarms of rate 0.25 after a grace of 3 h, other faults every 5 h: 0.0877 an hour."""
    found = implied(
        watched({"mtbf": "4 h", "grace": "3 h"}, fault={"bug": {"scope": "job", "mtbf": "5 h"}})
    )
    by_class = {one.name: one.mtbf_s / HOUR for one in found.classes}
    assert by_class["bug"] == 5.0
    assert 1 / by_class["watchdog"] == pytest.approx(0.0877, abs=1e-4)
