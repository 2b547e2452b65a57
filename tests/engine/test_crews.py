"""Hosts that wait for a crew, and hosts that are repaired no more."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain import theory
from simtrain.accounts.timeline import EventKind
from simtrain.scenario.scenario import Scenario, ScenarioError
from tests.engine.runs import HOUR, Outcome, run, scenario

INCIDENT = {"kind": "incident", "at": "2.5 h", "duration": "0 s", "hosts": 4, "unfit": 4}


def broken(**repair: Any) -> Scenario:
    """Four hosts break at once, with spares enough."""
    return scenario(
        cluster={"hosts": 4, "spares": 4},
        workload={"ideal_time": "100 h"},
        stop={"storm": INCIDENT},
        repair={"automated": "3 h", "automated_fails": 1, "manual": "2 h", **repair},
    )


def returns(outcome: Outcome) -> list[float]:
    return [round(moment.time / HOUR, 9) for moment in outcome.moments(EventKind.RETURN)]


@pytest.mark.parametrize(
    ("repair", "hours"),
    [
        ({}, [7.5, 7.5, 7.5, 7.5]),
        ({"crews": 4}, [7.5, 7.5, 7.5, 7.5]),
        ({"crews": 3}, [7.5, 7.5, 7.5, 12.5]),
        ({"crews": 1}, [7.5, 12.5, 17.5, 22.5]),
        ({"crews": 1, "burn_in": "4 h"}, [11.5, 16.5, 21.5, 26.5]),  # a test takes no crew
    ],
)
def test_a_host_has_a_crew_until_it_is_repaired(repair: dict[str, Any], hours: list[float]) -> None:
    assert returns(run(broken(**repair))) == hours


def test_hosts_take_crews_in_the_order_in_which_they_were_cordoned() -> None:
    found = run(broken(crews=1))
    cordoned = [moment.host for moment in found.moments(EventKind.CORDON)]
    assert len(cordoned) == 4
    assert [moment.host for moment in found.moments(EventKind.RETURN)] == cordoned


@pytest.mark.parametrize(
    ("crews", "hours"),
    [(3, [7.5, 9.0, 9.0, 12.5]), (1, [7.5, 12.5, 17.5, 22.5])],
)
def test_crews_that_come_on_a_date_begin_at_once(crews: int, hours: list[float]) -> None:
    more = [{"at": "4 h", "set": {"repair.crews": crews}}]
    simulated = Scenario.from_document(
        {
            "workload": {"ideal_time": "100 h"},
            "cluster": {"hosts": 4, "spares": 4},
            "checkpoint": {"interval": "1 h"},
            "restart": {"duration": "0 s"},
            "stop": {"storm": INCIDENT},
            "repair": {"automated": "5 h", "crews": 1},
            "change": more,
        }
    )
    assert returns(run(simulated)) == hours


def test_crews_that_are_taken_away_finish_what_they_repair() -> None:
    simulated = broken(crews=3).replace({"change": [{"at": "4 h", "set": {"repair.crews": 1}}]})
    assert returns(run(simulated)) == [7.5, 7.5, 7.5, 12.5]


@pytest.mark.parametrize("key", ["repair.crews", "repair"])
def test_hosts_in_repair_hold_crews_that_a_change_is_the_first_to_count(key: str) -> None:
    late = {"kind": "incident", "at": "5 h", "duration": "0 s", "hosts": 1, "unfit": 1}
    table = {"automated": "3 h", "automated_fails": 1, "manual": "2 h", "crews": 1}
    change = {"at": "4 h", "set": {key: 1 if key == "repair.crews" else table}}
    found = run(broken().replace({"stop": {"storm": INCIDENT, "late": late}, "change": [change]}))
    assert returns(found) == [7.5, 7.5, 7.5, 7.5, 12.5]


def test_with_as_many_crews_as_hosts_can_be_down_none_is_waited_for() -> None:
    assert theory.stalled_fraction_crews(10, 4, 0.04, 4.0, 5) == pytest.approx(
        theory.stalled_fraction(10, 4, 0.04, 4.0)
    )
    assert theory.stalled_fraction_crews(10, 4, 0.04, 4.0, 2) == pytest.approx(0.1027, abs=5e-5)


# --- hosts that are cordoned too often ------------------------------------------------------------


def worn(**repair: Any) -> Outcome:
    """The same host breaks five times, ten hours apart, and is repaired at once."""
    storms = {
        f"storm{n}": {**INCIDENT, "at": f"{10 * n + 5} h", "hosts": 1, "unfit": 1} for n in range(5)
    }
    return run(
        scenario(
            cluster={"hosts": 1, "provision": "2 h"},
            workload={"ideal_time": "60 h"},
            stop=storms,
            repair=repair,
        )
    )


@pytest.mark.parametrize(
    ("repair", "hours"),
    [
        ({}, []),
        ({"retire_at": 1}, [5, 15, 25, 35, 45]),
        ({"retire_at": 3}, [25]),
        ({"retire_at": 2, "retire_within": "10 h"}, [15, 35]),
        ({"retire_at": 2, "retire_within": "9.9 h"}, []),
    ],
)
def test_a_host_that_is_cordoned_too_often_is_retired(
    repair: dict[str, Any], hours: list[float]
) -> None:
    found = worn(**repair)
    retired = found.moments(EventKind.RETIRE)
    assert [moment.time / HOUR for moment in retired] == hours
    # Another host is provided for each, whose own cordons are counted from its first one on.
    assert found.spent.get("host_wait", 0.0) == pytest.approx(2.0 * len(hours))
    assert found.count(EventKind.CORDON) == 5


def test_a_host_that_is_retired_at_once_takes_no_crew() -> None:
    found = run(broken(crews=1, retire_at=1))
    assert {moment.time / HOUR for moment in found.moments(EventKind.RETIRE)} == {2.5}
    assert returns(found) == []


def test_a_span_needs_a_number_of_cordons() -> None:
    with pytest.raises(ScenarioError, match="goes with `retire_at`"):
        broken(retire_within="3 days")
