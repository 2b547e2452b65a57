"""Schedules: pauses in hours known before the run, and training with less power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from simtrain.model.schedule import Spell, spells
from simtrain.scenario.document import Document
from simtrain.scenario.scenario import Scenario
from simtrain.units import DAY
from tests.accounts.by_minute import Listener
from tests.accounts.test_footprint import FLAT, some
from tests.engine.runs import HOUR, Outcome, run, scenario
from tests.examples import examples
from tests.strategies import documents, scenarios

few = examples(12, phases=[Phase.explicit, Phase.generate])
START = {"start": "2026-03-02T09:00:00"}
DUCK = [0.3] * 8 + [0.1] * 8 + [0.5] * 8
"""Kilograms per kilowatt-hour: clean from 8 to 16, dirty from 16 on."""
GRID: dict[str, Any] = {
    **START,
    "power": {**FLAT["power"], "paused": "100 W"},
    "carbon": {"intensity": {"hourly": DUCK, "unit": "kg/kWh", "begins": "2026-03-02"}},
}


def pauses(found: Outcome) -> list[tuple[float, float]]:
    """From when to when the job is paused, in hours since the start."""
    held = [one for one in found.recorder.intervals() if one.state is State.PAUSED]
    return [(round(one.start / HOUR, 9), round(one.end / HOUR, 9)) for one in held]


def a_pause_ends_with_its_hours() -> None:
    found = run(
        scenario(
            **START,
            workload={"ideal_time": "10 h"},
            checkpoint={"stall": "6 min", "load": "12 min"},
            restart={"duration": "30 min"},
            schedule={"peak": {"hours": [16, 21]}},
        )
    )
    # From 9:00 six saves until 16:00, then the one of the stop; at 21:00 the restart and the load.
    assert pauses(found) == [(7.1, 12.0)]
    assert "lost_work" not in found.spent
    assert (found.spent["restart"], found.spent["checkpoint_load"]) == (0.5, 0.2)
    assert found.ledger.badput["peak"] == pytest.approx((0.1 + 4.9 + 0.5 + 0.2) * HOUR)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"intensity_above": "400 g/kWh"}, [(7, 15), (31, 39)]),
        ({"intensity_above": "200 g/kWh"}, [(7, 23), (31, 47), (55, 71)]),
        ({"intensity_above": "200 g/kWh", "at_least": "17 h"}, []),
        ({"intensity_above": "400 g/kWh", "hours": [18, 20]}, [(9, 11)]),
        ({"hours": [22, 6]}, [(13, 21), (37, 45)]),
        ({"hours": [22, 6], "days": ["mon"]}, [(13, 21)]),
        ({"months": ["mar"], "hours": [8, 10]}, [(0, 1), (23, 25)]),
    ],
)
def test_a_job_pauses_in_the_hours_in_which_all_that_is_said_holds(
    when: dict[str, Any], expected: list[tuple[float, float]]
) -> None:
    found = run(scenario(workload={"ideal_time": "30 h"}, schedule={"dirty": when}, **GRID))
    paused = sum(end - start for start, end in expected)
    assert pauses(found) == expected
    assert found.hours == pytest.approx(30 + paused)


def test_a_job_that_starts_in_a_pause_waits_for_its_end() -> None:
    found = run(scenario(start="2026-03-02T16:30:00", schedule={"peak": {"hours": [16, 21]}}))
    assert pauses(found) == [(0.0, 4.5)]
    assert found.count(EventKind.LAUNCH) == 1


def test_a_save_that_outlasts_its_pause_is_followed_by_a_restart_at_once() -> None:
    saves = {"interval": "100 h", "stall": "90 min"}
    found = run(scenario(**START, checkpoint=saves, schedule={"peak": {"hours": [12, 13]}}))
    assert pauses(found) == []
    assert found.hours == pytest.approx(10 + 2 * 1.5)  # the save of the stop, and the last one
    assert found.count(EventKind.STOP) == 1


def test_a_pause_begins_with_a_save_and_ends_with_its_hours_and_a_restart() -> None:
    a_pause_ends_with_its_hours()


def a_limit_ends_with_its_hours() -> None:
    limit = {"peak": {"hours": [12, 15], "power": 0.6, "speed": 0.8}}
    found = run(scenario(**START, schedule=limit))
    assert found.hours == pytest.approx(10.6)
    assert found.ledger.badput["peak"] == pytest.approx(0.6 * HOUR)
    assert found.count(EventKind.STOP, EventKind.LAUNCH) == 1
    assert found.count(EventKind.POWER) == 2


def test_a_limit_of_power_slows_training_and_is_charged_to_its_schedule() -> None:
    a_limit_ends_with_its_hours()


def test_of_several_limits_the_slowest_counts() -> None:
    limits = {
        "afternoon": {"hours": [12, 18], "power": 0.6, "speed": 0.8},
        "peak": {"hours": [14, 16], "power": 0.4, "speed": 0.5},
    }
    found = run(scenario(**START, schedule=limits))
    assert found.ledger.badput["afternoon"] == pytest.approx(4 * 0.2 * HOUR)
    assert found.ledger.badput["peak"] == pytest.approx(2 * 0.5 * HOUR)
    assert found.hours == pytest.approx(11.8)


def test_what_a_schedule_does_is_none_of_the_ideal() -> None:
    scheduled = scenario(schedule={"dirty": {"intensity_above": "400 g/kWh"}}, **GRID)
    assert Simulator(scheduled, 0).ideal_s == 10 * HOUR


@some
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 59), st.integers(1, 5))
def test_spells_are_the_runs_of_hours_in_which_it_holds(
    hours: list[bool], minute: int, least: int
) -> None:
    def holds(first: int, last: int) -> Any:
        return np.array([hour < len(hours) and hours[hour] for hour in range(first, last)])

    into, until = 60.0 * minute, 48 * HOUR
    found = [*spells(holds, into, least * HOUR, until)]
    covered = {
        hour
        for one in found
        for hour in range(round((one.start + into) // HOUR), round((one.end + into) / HOUR))
    }
    expected: set[int] = set()
    hour = 0
    while hour < len(hours):
        last = hour
        while last < len(hours) and hours[last]:
            last += 1
        start = max(0.0, hour * HOUR - into)
        if last > hour and start < until and last * HOUR - into - start >= least * HOUR:
            expected |= {*range(hour, last)}
        hour = max(last, hour + 1)
    assert covered == expected
    assert all(one == Spell(*one) and one.start < one.end for one in found)


PAUSES = {"peak": {"hours": [16, 21]}, "dirty": {"intensity_above": "400 g/kWh"}}
NEVER = {
    "never": {"intensity_above": "500 g/kWh"},
    "seldom": {"hours": [0, 12], "months": ["aug"]},
    "limit": {"intensity_above": "501 g/kWh", "power": 0.5, "speed": 0.5},
}


def told(simulated: Scenario, trial: int) -> list[tuple[Any, ...]]:
    """Everything that a trial tells, but for the schedule of saves, which follows from the rest."""
    listener = Listener()
    Simulator(simulated, 5).run(trial, listener)
    return [
        call if call[0] != "trained" else (call[0], *call[1]._replace(schedule=None))
        for call in listener.calls
    ]


@few
@given(scenarios(), st.integers(0, 2**40))
def test_a_run_that_never_pauses_tells_what_the_plain_run_does(
    simulated: Scenario, trial: int
) -> None:
    paid = simulated.replace({key: GRID[key] for key in ("power", "carbon")})
    never = paid.replace({f"schedule.{name}": table for name, table in NEVER.items()})
    assert repr(told(never, trial)) == repr(told(paid, trial))


@few
@given(documents(), st.integers(0, 2**40))
def test_a_pause_loses_no_work_where_copies_are_good(document: Document, trial: int) -> None:
    saves = {"interval": "1 h", "stall": "2 min", "load": "5 min", "durability_lag": "10 min"}
    grid = {key: GRID[key] for key in ("power", "carbon")}
    paused = document | {"checkpoint": saves, "schedule": PAUSES} | grid
    calls = told(Scenario.from_document(paused), trial)
    assert not [call for call in calls if call[0] == "rolled back" and call[2] in PAUSES]
    lasted = max(call[4] for call in calls if call[0] == "spent")
    paused_at_all = any(call[0] == "spent" and call[2] in PAUSES for call in calls)
    assert paused_at_all or lasted < 2 * DAY  # some give up before the first pause


@pytest.mark.parametrize("minute", [0, 20])
def test_what_holds_at_all_hours_is_one_spell_from_the_start_on(minute: int) -> None:
    [one] = spells(
        lambda first, last: np.ones(last - first, dtype=np.bool_), 60.0 * minute, 0, HOUR
    )
    assert one.start == 0.0
    assert one.end >= HOUR
