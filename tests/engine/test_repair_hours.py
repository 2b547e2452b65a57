"""Hosts are repaired in the hours in which somebody works."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.scenario.scenario import Scenario, ScenarioError
from tests.engine.runs import HOUR, Outcome, run, scenario
from tests.engine.test_crews import INCIDENT, returns

OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": [8, 18]}
DAY, WEEK = 24.0, 7 * 24.0


def broken(start: str | None = "2026-03-02T08:00", more: Any = (), **repair: Any) -> Scenario:
    """Four hosts break on Monday at 10:30; 3 h by machine and 2 h by hand, spares enough."""
    return scenario(
        **({} if start is None else {"start": start}),
        cluster={"hosts": 4, "spares": 4},
        workload={"ideal_time": "100 h"},
        stop={"storm": INCIDENT},
        repair={"automated": "3 h", "automated_fails": 1, "manual": "2 h", **repair},
        change=list(more),
    )


def at_work(**repair: Any) -> list[float]:
    """When the hosts are back, in hours since Monday at 8:00."""
    return returns(run(broken(**repair)))


def hosts_are_repaired_in_their_hours() -> None:
    # Those that the third and the fourth crew have in hand are through with 2.5 h of 5 by 18:00.
    assert at_work(crews=2, staffed=OFFICE) == [7.5, 7.5, 26.5, 26.5]
    # By machine at any hour, until 13:30, and by hand from then on.
    assert at_work(staffed={"hours": [14, 16]}) == [8, 8, 8, 8]
    assert at_work(staffed={"hours": [14, 15]}) == [31, 31, 31, 31]


def test_hosts_are_repaired_in_their_hours() -> None:
    hosts_are_repaired_in_their_hours()


def test_a_burn_in_needs_nobody() -> None:
    assert at_work(staffed={"hours": [14, 16]}, burn_in="20 h") == [28, 28, 28, 28]


def test_hours_need_a_start() -> None:
    with pytest.raises(ScenarioError, match=r"repair\.staffed: needs the hour"):
        broken(None, staffed=OFFICE)


def test_hours_may_change_on_a_date() -> None:
    """From Monday at 16:00 on somebody works until midnight, on what begins then."""
    longer = [{"at": "8 h", "set": {"repair.staffed": {"hours": [8, 24]}}}]
    found = run(broken(more=longer, crews=1, staffed=OFFICE))
    assert returns(found) == [7.5, 26.5, 31.5, 36.5]


def working(moment: float) -> float:
    """Hours of the office before a moment, in hours since Monday at midnight."""
    weeks, rest = divmod(moment, WEEK)
    days, hour = divmod(rest, DAY)
    return weeks * 50 + min(days, 5) * 10 + (min(max(hour - 8, 0), 10) if days < 5 else 0)


def done_at(work: float) -> float:
    """The first moment before which the office has worked for so long."""
    days, hours = divmod(work, 10)
    if not hours:
        days, hours = days - 1, 10
    weeks, days = divmod(days, 5)
    return weeks * WEEK + days * DAY + 8 + hours


def queue(arrivals: list[float], work: float, crews: int) -> list[float]:
    """When each of some hosts is repaired: a plain queue in the hours of the office."""
    free, ends = [0.0] * crews, []
    for arrival in arrivals:
        end = max(working(arrival), heapq.heappop(free)) + work
        heapq.heappush(free, end)
        ends.append(done_at(end))
    return ends


def busy(crews: int, trial: int) -> Outcome:
    return run(
        scenario(
            start="2026-03-02",
            workload={"window": "60 days", "ideal_time": None},
            cluster={"hosts": 40, "spares": 20, "idle_hazard": 1},
            fault={"break": {"mtbf": "500 h"}},
            repair={"automated": "7 h", "crews": crews, "staffed": OFFICE},
        ),
        trial,
    )


def test_crews_with_hours_are_a_queue_in_the_time_that_they_work() -> None:
    """Brute force: arrivals as in the trial, one by one to the crew that is free first."""
    waited = overnight = 0
    for crews in (1, 2, 5):
        for trial in range(3):
            found = busy(crews, trial)
            arrivals = [moment.time / HOUR for moment in found.moments(EventKind.CORDON)]
            ends = sorted(queue(arrivals, 7.0, crews))
            back = [moment.time / HOUR for moment in found.moments(EventKind.RETURN)]
            assert len(back) == bisect_right(ends, 60 * DAY + 1e-6) > 20
            assert back == pytest.approx(ends[: len(back)], abs=1e-6)
            alone = [queue([arrival], 7.0, 1)[0] for arrival in arrivals]
            waited += sum(end > one + 1e-6 for end, one in zip(ends, sorted(alone), strict=True))
            overnight += sum(
                one > arrival + 7.001 and 8 < arrival % DAY < 18
                for arrival, one in zip(arrivals, alone, strict=True)
            )
    assert waited > 100
    assert overnight > 100
