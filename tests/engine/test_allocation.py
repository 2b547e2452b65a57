"""Allocations with a limit, the queue between them, and what a fault does to one."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind, State
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario, ScenarioError
from tests.engine.runs import HOUR, Outcome, run, scenario

CRASH = {"kind": "incident", "hosts": 1, "duration": "0 s"}


def allocated(hours: float = 9.5, *, allocation: dict[str, Any], **tables: Any) -> Outcome:
    return run(scenario(workload={"ideal_time": f"{hours} h"}, allocation=allocation, **tables))


def queues(outcome: Outcome) -> list[tuple[float, float]]:
    """From when to when the job is in the queue, in hours."""
    found: list[tuple[float, float]] = []
    for span in outcome.recorder.joined():
        if span.state is State.QUEUE_WAIT:
            start, end = round(span.start / HOUR, 9), round(span.end / HOUR, 9)
            if found and found[-1][1] == start:
                start, _ = found.pop()
            found.append((start, end))
    return found


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "wait"), [(3.0, 1.0), (2.7, 0.3), (1.87, 4.1), (9.6, 1)])
def test_each_limit_but_the_last_costs_a_wait(limit: float, wait: float) -> None:
    found = allocated(allocation={"limit": f"{limit} h", "wait": f"{wait} h", "save_before": 0})
    assert found.hours == pytest.approx(9.5 + (math.ceil(9.5 / limit) - 1) * wait)
    assert found.count(EventKind.INTERRUPTION) == 0


@pytest.mark.parametrize(
    ("limit", "save", "waits"), [("2 h", {"save_before": 0}, 4), ("10 h", {}, 0)]
)
def test_a_job_that_is_done_at_a_limit_does_not_queue_once_more(
    limit: str, save: dict[str, Any], waits: int
) -> None:
    found = allocated(10.0, allocation={"limit": limit, "wait": "1 h", **save})
    assert len(queues(found)) == waits
    assert found.hours == 10.0 + waits


def test_a_last_save_that_takes_time_does_not_fit_in_at_a_limit() -> None:
    checkpoint = {"interval": "3 h", "stall": "6 min", "final_save": True}
    allocation = {"limit": "10.3 h", "wait": "1 h"}
    assert queues(allocated(10.0, allocation=allocation, checkpoint=checkpoint)) == [(10.3, 11.3)]


def test_the_limit_counts_from_each_grant() -> None:
    allocation = {"limit": "3 h", "wait": "2 h", "save_before": 0}
    assert queues(allocated(allocation=allocation)) == [(3, 5), (8, 10), (13, 15)]


def test_without_a_save_the_work_since_the_last_one_is_lost() -> None:
    """⌊(L − R)/(τ + C)⌋·τ for each L + W."""
    checkpoint = {"interval": "1 h", "stall": "6 min"}
    found = allocated(
        30.0, allocation={"limit": "5.7 h", "wait": "2 h"}, checkpoint=checkpoint,
        restart={"duration": "24 min", "at_start": True}, limits={"wall_clock": "23.1 h"},
    )  # fmt: skip
    each = math.floor((5.7 - 0.4) / 1.1) * 1.0
    assert found.spent["productive"] == pytest.approx(3 * each)
    assert found.spent["queue_wait"] == pytest.approx(6.0)
    assert found.spent["lost_work"] == pytest.approx(3 * (5.7 - 0.4 - 4 * 1.1))


def test_a_save_before_the_limit_stops_the_job_once_it_is_durable() -> None:
    checkpoint = {"interval": "1 h", "stall": "6 min", "durability_lag": "9 min"}
    allocation = {"limit": "3.7 h", "wait": "1 h", "save_before": "30 min"}
    found = allocated(allocation=allocation, checkpoint=checkpoint)
    assert queues(found)[0] == (3.45, 4.45)  # 3.7 − 0.5, and then stall and lag
    assert "lost_work" not in found.spent


def test_a_save_that_begins_too_late_is_cut_off() -> None:
    checkpoint = {"interval": "10 h", "stall": "6 min", "durability_lag": "9 min"}
    allocation = {"limit": "3.7 h", "wait": "1 h", "save_before": "12 min"}
    found = allocated(allocation=allocation, checkpoint=checkpoint, limits={"wall_clock": "4.7 h"})
    assert queues(found) == [(3.7, 4.7)]
    assert found.spent["lost_work"] == pytest.approx(3.5)


def test_the_wait_is_that_of_the_hour_at_which_it_begins() -> None:
    """Held from Monday at 8: the limits are at 11, at 16 (after 2 h), at 22 (3 h), and at 4 (3 h).

    Rows in order: 16 is after hours, and 4 on Tuesday is in the night that began on Monday.
    """
    rows = [
        {"days": ["mon"], "hours": [15, 6], "wait": "3 h"},
        {"hours": [9, 15], "wait": "2 h"},
    ]  # fmt: skip
    allocation = {"limit": "3 h", "save_before": 0, "wait": "30 min", "when": rows}
    found = allocated(12.5, allocation=allocation, start="2026-03-02T08:00")
    assert queues(found) == [(3, 5), (8, 11), (14, 17), (20, 23)]
    later = allocated(12.5, allocation=allocation, start="2026-03-03T15:00")
    assert queues(later) == [(3, 3.5), (6.5, 7), (10, 10.5), (13.5, 14)]


def waits_follow_the_size() -> None:
    """Four hosts until half of the work is done, and nine from then on; allocations of 2 h."""
    rows = [
        {"hosts": [1, 3], "wait": "5 h"},
        {"hosts": [4, 8], "wait": "30 min"},
        {"hosts": [9, 9], "wait": "2 h"},
    ]  # fmt: skip
    grows = [{"progress": 0.5, "set": {"cluster.hosts": 9}}]
    allocation = {"limit": "2 h", "save_before": 0, "wait": "7 h", "when": rows}
    found = allocated(9, allocation=allocation, change=grows)
    waits = [round(end - start, 9) for start, end in queues(found)]
    assert waits == [0.5, 0.5, 2, 2]
    larger = allocated(9, allocation=allocation, cluster={"hosts": 10})
    assert {end - start for start, end in queues(larger)} == {7}


def test_the_wait_is_that_of_the_size_that_is_asked_for() -> None:
    waits_follow_the_size()


def test_the_wait_may_depend_on_size_and_hour_at_once() -> None:
    rows = [{"hosts": [1, 8], "hours": [9, 18], "wait": "2 h"}, {"hosts": [1, 8], "wait": "1 h"}]
    allocation = {"limit": "3 h", "save_before": 0, "wait": "7 h", "when": rows}
    found = allocated(10, allocation=allocation, start="2026-03-02T08:00")
    assert queues(found) == [(3, 5), (8, 10), (13, 14)]


def test_rows_by_hour_need_a_start() -> None:
    with pytest.raises(ScenarioError, match=r"allocation\.when: needs the hour"):
        allocated(allocation={"when": [{"hours": [8, 18], "wait": "1 h"}]})


def test_a_row_that_never_fits_is_told() -> None:
    rows = [{"wait": "1 h"}, {"hours": [8, 18], "wait": "2 h"}]
    told = [note.key for note in notes(scenario(start="2026-03-02", allocation={"when": rows}))]
    assert "allocation.when.1" in told
    rows = [
        {"hosts": [1, 8], "wait": "1 h"},
        {"hosts": [9, 16], "wait": "2 h"},
        {"hosts": [4, 16], "wait": "3 h"},
        {"hosts": [4, 17], "wait": "4 h"},
    ]
    told = [note.key for note in notes(scenario(allocation={"when": rows}))]
    assert [key for key in told if "when" in key] == ["allocation.when.2"]


def test_the_first_allocation_may_be_queued_for_as_well() -> None:
    found = allocated(allocation={"wait": "2 h", "wait_first": True})
    assert queues(found) == [(0, 2)]
    assert found.hours == 11.5
    assert found.ledger.queue_s == 2 * HOUR


def test_a_limit_that_comes_while_a_host_is_diagnosed_ends_the_allocation() -> None:
    fault = {"hang": {"mtbf": "3 h", "effect": "hang", "automatic": 1}}
    found = allocated(
        20.0, allocation={"limit": "5 h", "wait": "30 min"}, fault=fault, cluster={"hosts": 1},
        detection={"hang": "7 h"}, limits={"wall_clock": "40 h"},
    )  # fmt: skip
    # The wait is over before anybody knows, and the job is granted the next one at once.
    assert found.count(EventKind.INTERRUPTION) > 2
    assert queues(found) == []


# --- faults ---------------------------------------------------------------------------------------


def struck(allocation: dict[str, Any], cluster: dict[str, Any], **stop: Any) -> Outcome:
    """An incident at 2.3 h, whose host is unfit and repaired in four hours."""
    return allocated(
        allocation={"wait": "1 h", **allocation}, cluster={"hosts": 4, **cluster},
        stop={"crash": {**CRASH, "at": "2.3 h", "unfit": 1, **stop}},
        repair={"automated": "4 h"}, restart={"duration": "6 min"},
    )  # fmt: skip


def test_a_fault_restarts_in_the_allocation_if_a_spare_is_there() -> None:
    assert queues(struck({}, {"spares": 1})) == []


def test_a_job_that_queues_after_faults_gives_its_hosts_back() -> None:
    assert queues(struck({"on_fault": "queue"}, {"spares": 1})) == [(2.3, 3.3)]


def test_without_a_spare_the_job_queues_until_all_hosts_are_there() -> None:
    found = struck({}, {"spares": 0})
    assert queues(found) == [(2.3, 6.3)]
    assert "host_wait" not in found.spent
    assert queues(struck({"wait": "5 h"}, {"spares": 0})) == [(2.3, 7.3)]


def test_fresh_hosts_need_not_be_waited_for() -> None:
    assert queues(struck({"hosts": "others"}, {"spares": 0})) == [(2.3, 3.3)]


def test_the_limit_of_an_allocation_that_has_ended_ends_no_other() -> None:
    found = struck({"on_fault": "queue", "limit": "4 h", "save_before": 0}, {"spares": 1})
    assert queues(found) == [(2.3, 3.3), (7.3, 8.3), (12.3, 13.3)][: len(queues(found))]
    assert len(queues(found)) >= 2


def bad_hosts(hosts: str) -> Outcome:
    """Nobody ever finds the bad host, which fails again within the hour."""
    return allocated(
        100.0, allocation={"limit": "9.3 h", "hosts": hosts, "save_before": 0},
        fault={"gpu": {"mtbf": "300 h", "automatic": 1}}, diagnosis={"recall": 0},
        repair={"bad_host_mtbf": "1 h"}, limits={"wall_clock": "2000 h"},
    )  # fmt: skip


def test_a_bad_host_that_nobody_found_comes_again_unless_hosts_are_others() -> None:
    same, others = bad_hosts("same"), bad_hosts("others")
    assert same.count(EventKind.FAULT) > 2 * others.count(EventKind.FAULT) > 0


def test_fresh_hosts_are_new() -> None:
    """A fixed life of five hours, in effect: hosts that are replaced each two hours never fail."""
    fault = {"wear": {"law": "weibull", "shape": 20, "mtbf": "5 h", "automatic": 1}}
    tables = {"fault": fault, "cluster": {"hosts": 3, "age": "new"}}
    allocation = {"limit": "2 h", "save_before": 0}
    assert allocated(allocation=allocation, **tables).count(EventKind.FAULT) > 0
    fresh = allocated(allocation={**allocation, "hosts": "others"}, **tables)
    assert fresh.count(EventKind.FAULT) == 0


def test_copies_in_the_memory_of_hosts_are_gone_with_the_allocation() -> None:
    tiers = [
        {"name": "near", "survives": "host", "stall": 0, "load": 0},
        {"name": "far", "every": 100, "stall": 0, "load": 0, "survives": "cluster"},
    ]
    found = allocated(
        allocation={"limit": "3.7 h", "wait": "1 h"},
        checkpoint={"interval": "1 h", "tier": tiers},
        limits={"wall_clock": "4.8 h"},
    )
    assert found.spent["lost_work"] == pytest.approx(3.7)
    kept = allocated(
        allocation={"limit": "3.7 h", "wait": "1 h", "save_before": 0},
        checkpoint={"interval": "1 h", "tier": tiers},
    )
    assert "lost_work" not in kept.spent


# --- what is said --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allocation", "wrong"),
    [
        ({"save_before": "10 min"}, "goes with `limit`"),
        ({"save_before": "2 h", "limit": "2 h"}, "not shorter than the `limit`"),
    ],
)
def test_a_save_before_the_limit_needs_a_later_one(allocation: dict[str, str], wrong: str) -> None:
    with pytest.raises(ScenarioError, match=wrong):
        scenario(allocation=allocation)


def test_fresh_hosts_do_not_go_with_spares_of_domains() -> None:
    with pytest.raises(ScenarioError, match=r"does not go with `cluster\.spares_within`"):
        scenario(
            allocation={"hosts": "others"},
            cluster={"hosts": 4, "spares": 2, "spares_within": "rack"},
            domain=[{"name": "rack", "hosts": 3}],
        )


def test_limits_change_from_the_next_grant_on() -> None:
    simulated = scenario(
        workload={"ideal_time": "9 h"},
        allocation={"limit": "3 h", "wait": "1 h", "save_before": 0},
        change=[{"at": "1 h", "set": {"allocation.limit": "5 h"}}],
    )
    assert queues(run(simulated)) == [(3, 4), (9, 10)]


def test_an_allocation_cannot_begin_in_the_middle_of_a_run() -> None:
    document = {
        "workload": {"ideal_time": "9 h"}, "cluster": {"hosts": 1},
        "checkpoint": {"interval": "1 h"}, "restart": {"duration": 0},
        "change": [{"at": "1 h", "set": {"allocation.limit": "5 h"}}],
    }  # fmt: skip
    with pytest.raises(ScenarioError, match="holds its hosts for good"):
        Scenario.from_document(document)


def test_a_save_that_would_come_too_late_is_told() -> None:
    saves = {"interval": "1 h", "stall": "6 min", "durability_lag": "9 min"}
    late = {"limit": "3 h", "save_before": "14 min"}
    [note] = notes(scenario(allocation=late, checkpoint=saves))
    assert note.key == "allocation.save_before"
    assert "15 min" in note.sentence
    in_time = {**late, "save_before": "15 min"}
    assert not notes(scenario(allocation=in_time, checkpoint=saves))
