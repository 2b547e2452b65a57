"""Hosts that come and go by a trace of counts."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.accounts.timeline import Census, EventKind
from simtrain.scenario.scenario import ScenarioError
from tests.engine.runs import HOUR, Outcome, run, scenario

Rows = list[tuple[str, int]]


def with_counts(rows: Rows, **tables: Any) -> Outcome:
    """Ten hours of work on four hosts, of which there are so many from each time on."""
    trace = [list(row) for row in rows]
    return run(scenario(capacity={"trace": trace}, **tables))


def hosts_by_hour(outcome: Outcome) -> list[tuple[float, Census]]:
    """Where hosts are from which hour on, the last state of each moment."""
    steps = {time / HOUR: hosts for time, hosts in outcome.recorder.steps}
    found: list[tuple[float, Census]] = []
    for hour, hosts in steps.items():
        if not found or found[-1][1] != hosts:
            found.append((hour, hosts))
    return found


def test_a_job_waits_while_there_are_fewer_hosts_than_it_needs() -> None:
    """Saved each hour: half an hour is lost at 3.5 h, and two hours are waited."""
    found = with_counts([("0 h", 4), ("3.5 h", 3), ("5.5 h", 4)])
    assert found.hours == pytest.approx(10 + 0.5 + 2)
    assert found.spent == {"productive": 10, "lost_work": 0.5, "host_wait": 2}
    assert dict(found.ledger.badput) == pytest.approx({"capacity": 2.5 * HOUR})
    assert found.count(EventKind.INTERRUPTION) == found.count(EventKind.AUTOMATIC_RESTART) == 1
    assert hosts_by_hour(found) == [
        (0, (4, 0, 0, 0)), (3.5, (3, 0, 0, 1)), (5.5, (4, 0, 0, 0)),
    ]  # fmt: skip


def spares_go_first() -> None:
    found = with_counts([("0 h", 6), ("3.5 h", 4), ("4.5 h", 6)], cluster={"spares": 2})
    assert found.spent == {"productive": 10}
    assert found.count(EventKind.INTERRUPTION) == 0
    assert hosts_by_hour(found) == [
        (0, (4, 2, 0, 0)), (3.5, (4, 0, 0, 2)), (4.5, (4, 2, 0, 0)),
    ]  # fmt: skip


def test_idle_spares_go_first_and_a_job_that_keeps_its_hosts_goes_on() -> None:
    spares_go_first()


def test_hosts_that_come_back_take_their_places_after_a_swap() -> None:
    found = with_counts([("0 h", 4), ("3.5 h", 2), ("5.5 h", 9)], cluster={"swap": "15 min"})
    assert found.spent == {"productive": 10, "lost_work": 0.5, "host_wait": 2.25}


def test_the_first_count_holds_before_its_row_and_the_last_one_for_good() -> None:
    found = with_counts([("2 h", 3), ("4 h", 4)])
    assert found.spent == {"productive": 10, "host_wait": 4}
    assert found.ledger.queue_s == 4 * HOUR  # before the first launch
    found = with_counts([("0 h", 4), ("4.5 h", 3)], limits={"wall_clock": "20 h"})
    assert found.spent == {"productive": 4, "lost_work": 0.5, "host_wait": 15.5}


def test_rows_go_by_date_as_well() -> None:
    rows = [("2026-03-01", 3), ("2026-03-02T09:30", 4), ("2026-03-02T13:00", 3),
            ("2026-03-02T15:00", 4)]  # fmt: skip
    found = with_counts(rows, start="2026-03-02T08:00")
    assert found.spent == {"productive": 10, "host_wait": 3.5, "lost_work": 0.5}


def one_in_repair_counts() -> None:
    """Of five, one is in repair from 1.5 h to 4.5 h: with four there is one too few to work."""
    crash = {"kind": "incident", "hosts": 1, "unfit": 1, "duration": "0 s", "at": "1.5 h"}
    tables = {
        "cluster": {"spares": 1}, "stop": {"crash": crash},
        "repair": {"automated": "3 h"},
    }  # fmt: skip
    found = with_counts([("0 h", 5), ("3 h", 4)], **tables)
    assert found.spent == {"productive": 10, "lost_work": 1, "host_wait": 1.5}
    assert dict(found.ledger.badput) == pytest.approx({"crash": 0.5 * HOUR, "capacity": 2 * HOUR})
    assert hosts_by_hour(found)[-1] == (4.5, (4, 0, 0, 1))


def test_one_in_repair_is_among_the_count() -> None:
    one_in_repair_counts()


def test_one_that_comes_back_from_repair_while_there_are_none_goes_at_once() -> None:
    crash = {"kind": "incident", "hosts": 1, "unfit": 1, "duration": "0 s", "at": "1.5 h"}
    tables = {"stop": {"crash": crash}, "repair": {"automated": "3 h"}}
    found = with_counts([("0 h", 4), ("2 h", 0), ("5 h", 4)], **tables)
    assert hosts_by_hour(found) == [
        (0, (4, 0, 0, 0)), (1.5, (3, 0, 1, 0)), (2, (0, 0, 1, 3)), (4.5, (0, 0, 0, 4)),
        (5, (4, 0, 0, 0)),
    ]  # fmt: skip
    assert found.spent == {"productive": 10, "lost_work": 0.5, "host_wait": 3.5}


def test_an_elastic_job_goes_on_with_the_groups_that_are_left() -> None:
    """Half the speed for two hours; no work is lost, and a count of two is one group of two."""
    recovery = {"policy": "elastic", "replicas": 2, "at_least": 1, "reconfigure": "0 s",
                "rejoin": "at once", "state": "replicated"}  # fmt: skip
    found = with_counts([("0 h", 4), ("3.5 h", 3), ("5.5 h", 4)], recovery=recovery)
    assert found.spent == {"productive": 10, "degraded": 1}
    assert found.count(EventKind.INTERRUPTION) == 0
    assert found.count(EventKind.RECONFIGURATION) == found.count(EventKind.REJOIN) == 1


def test_an_elastic_job_begins_with_the_groups_that_there_are() -> None:
    recovery = {"policy": "elastic", "replicas": 2, "at_least": 1, "reconfigure": "0 s",
                "rejoin": "at once", "state": "replicated"}  # fmt: skip
    found = with_counts([("0 h", 2), ("3 h", 4)], recovery=recovery)
    assert found.spent == {"productive": 10, "degraded": 1.5}


def test_an_allocation_ends_where_the_hosts_left_do_not_suffice() -> None:
    """Queued for an hour, and then until enough are there; charged to what ended it."""
    rows = [("0 h", 4), ("3.5 h", 3), ("4 h", 4), ("7 h", 3), ("9 h", 4)]
    found = with_counts(rows, allocation={"wait": "1 h"})
    # Back at 4.5 h and again, since 2.5 h of work are done by 7 h, at 9 h.
    assert found.spent == {"productive": 10, "lost_work": 1, "queue_wait": 3}


def test_spares_that_are_bought_later_are_above_the_count_too() -> None:
    change = [{"at": "2 h", "set": {"cluster.spares": 2}}]
    found = with_counts([("0 h", 5), ("4 h", 9)], change=change)
    assert hosts_by_hour(found) == [
        (0, (4, 0, 0, 0)), (2, (4, 1, 0, 1)), (4, (4, 2, 0, 0)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"trace": []}, "is not a list of rows"),
        ({"trace": [["0 h", -1]]}, "row 1: "),
        ({"trace": [["1 h", 4], ["1 h", 3]]}, "row 2 is not later than the one before"),
        ({"trace": [["1 h", 4], ["2026-03-02", 3]]}, "mixes dates and hours"),
        ({"trace": [["2026-03-02", 3]]}, "has dates, but the run has no `start`"),
        ({"trace": "counts.csv"}, "a file is only followed where"),
    ],
)
def test_a_trace_that_cannot_be_is_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(capacity=tables)
    assert message in str(caught.value)
