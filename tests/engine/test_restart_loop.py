"""Restarts in a row that bring nothing new: budgets of them, and waits between them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simtrain import run as run_trials
from simtrain import theory
from simtrain.accounts.timeline import EventKind, Verdict
from simtrain.model.implied import implied
from simtrain.model.launch import backoff
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.scenario import Scenario, ScenarioError
from simtrain.show.verdict import verdict
from tests.engine.runs import HOUR, Outcome, first_fault, run, scenario


def struck(*hours: float, **tables: Any) -> Scenario:
    """Incidents at these hours, each of which ends training; saves every four hours."""
    storms = {
        f"storm{n}": {"kind": "incident", "at": f"{at} h", "duration": "0 s", "hosts": 1}
        for n, at in enumerate(hours)
    }
    return scenario(stop=storms, **{"restart": {}, "checkpoint": {"interval": "4 h"}, **tables})


def ended(outcome: Outcome) -> tuple[Verdict, float]:
    return outcome.ending.verdict, outcome.hours


@pytest.mark.parametrize(
    ("budget", "verdict", "hours"),
    [
        (0, Verdict.GAVE_UP, 1.5),
        (1, Verdict.GAVE_UP, 3.25),
        (2, Verdict.GAVE_UP, 4.75),
        (3, Verdict.FINISHED, 14.75),
    ],
)
def test_the_failure_after_the_last_restart_of_the_budget_ends_the_run(
    budget: int, verdict: Verdict, hours: float
) -> None:
    found = run(struck(1.5, 3.25, 4.75, restart={"budget": budget}))
    assert ended(found) == (verdict, hours)


def test_a_class_that_ends_the_run_does_so_when_it_first_ends_training() -> None:
    bug = {"scope": "job", "mtbf": "4 h", "automatic": 1, "ends_run": True}
    found = run(scenario(fault={"bug": bug}))
    struck_at = first_fault(found)
    assert struck_at < 10 * HOUR
    assert found.ending.verdict is Verdict.GAVE_UP
    assert found.ending.wall_clock_s == struck_at
    assert found.count(EventKind.LAUNCH) == 1


def finishes_if_nothing_ends_it() -> None:
    """e^(−T/mtbf) over the time at risk: ten hours of work. 400 trials: ± 0.07 is three σ."""
    bug = {"scope": "job", "mtbf": "20 h", "automatic": 1, "ends_run": True}
    crash = {"mtbf": "20 h", "automatic": 1, "needs_repair": 0}
    results = run_trials(
        scenario(fault={"bug": bug, "crash": crash}, checkpoint={"interval": "1 min"}), trials=400
    )
    assert 1 - results.gave_up.mean() == pytest.approx(math.exp(-10 / 20), abs=0.07)


def test_a_run_finishes_if_no_fault_comes_that_ends_it() -> None:
    finishes_if_nothing_ends_it()


def test_a_class_that_ends_the_run_leaves_no_group_to_go_on() -> None:
    crash = {"mtbf": "12 h", "automatic": 1, "needs_repair": 0, "ends_run": True}
    recovery = {"policy": "elastic", "replicas": 2, "at_least": 1, "reconfigure": "0 s"}
    found = run(scenario(fault={"crash": crash}, recovery=recovery))
    assert ended(found) == (Verdict.GAVE_UP, first_fault(found) / HOUR)


def test_words_on_runs_that_a_class_ended_name_it() -> None:
    bug = {"scope": "job", "mtbf": "10 h", "automatic": 1, "ends_run": True}
    alone = verdict(run_trials(scenario(fault={"bug": bug}), trials=20))
    assert "before a fault of bug ended the run" in alone
    assert "restart.budget" not in alone
    both = verdict(run_trials(scenario(fault={"bug": bug}, restart={"budget": 3}), trials=20))
    assert "within 3 restarts in a row without a new durable copy or before a fault of" in both


def test_a_slow_host_ends_no_run() -> None:
    slow = {"effect": "slow", "mtbf": "10 h", "speed": 0.5, "ends_run": True}
    with pytest.raises(ScenarioError, match="does not go with `slow`"):
        scenario(fault={"slow": slow})


def test_a_new_durable_copy_gives_the_whole_budget_back() -> None:
    # A save ends at 5.5 h; without it the failure at 6 h would be the second in a row.
    found = run(struck(1.5, 6.0, 9.0, restart={"budget": 1}))
    assert ended(found) == (Verdict.GAVE_UP, 9.0)
    assert found.spent == {"productive": 4.0, "lost_work": 5.0}


def test_a_copy_that_is_not_durable_yet_gives_nothing_back() -> None:
    checkpoint = {"interval": "4 h", "durability_lag": "1 h"}
    found = run(struck(1.5, 6.0, restart={"budget": 1}, checkpoint=checkpoint))
    assert ended(found) == (Verdict.GAVE_UP, 6.0)


def test_a_write_that_goes_on_through_a_hang_is_waited_for_before_giving_up() -> None:
    hang = {"scope": "job", "effect": "hang", "mtbf": "6 h", "automatic": 1, "ends_write": False}
    tables: dict[str, Any] = {
        "fault": {"hang": hang},
        "detection": {"hang": "2 h"},
        "restart": {"budget": 2},
        "workload": {"ideal_time": "50 h"},
    }
    quick = run(struck(checkpoint={"interval": "10 min", "durability_lag": "90 min"}, **tables))
    assert quick.ending.verdict is Verdict.FINISHED
    slow = run(struck(checkpoint={"interval": "10 min", "durability_lag": "90 h"}, **tables))
    third = slow.moments(EventKind.FAULT)[2].time / HOUR
    assert ended(slow) == (Verdict.GAVE_UP, pytest.approx(third + 2.0))


@pytest.mark.parametrize(("budget", "hours"), [(0, 1.5), (1, 2.5), (3, 4.5)])
def test_launches_that_fail_count(budget: int, hours: float) -> None:
    restart = {"duration": "1 h", "failure": 1, "budget": budget, "tries": 1000}
    found = run(struck(1.5, restart=restart))
    assert ended(found) == (Verdict.GAVE_UP, hours)
    assert found.count(EventKind.FAILED_LAUNCH) == budget


def test_launches_that_are_struck_count_once() -> None:
    found = run(struck(1.5, 2.0, 2.5, restart={"duration": "1 h", "budget": 2}))
    assert ended(found) == (Verdict.GAVE_UP, 2.5)
    assert found.count(EventKind.FAILED_LAUNCH) == 2


def test_failures_before_a_change_that_sets_the_first_budget_count() -> None:
    change = [{"at": "4 h", "set": {"restart.budget": 2}}]
    assert ended(run(struck(1.5, 3.25, 4.75, change=change))) == (Verdict.GAVE_UP, 4.75)


@pytest.mark.parametrize(
    ("restart", "changed", "counts"),
    [
        ({}, {"restart.failure": 0.1}, False),
        ({"budget": 9}, {"restart.failure": 0.1}, True),
        ({"backoff": "1 h"}, {"restart.failure": 0.1}, True),
        ({}, {"restart.backoff": "1 h"}, True),
    ],
)
def test_failures_are_counted_where_anything_ever_depends_on_them(
    restart: dict[str, Any], changed: dict[str, Any], counts: bool
) -> None:
    found = struck(1.5, restart=restart, change=[{"at": "4 h", "set": changed}])
    assert parameters_of(found, at_middle, found).restart.counts_failures is counts


def test_a_planned_stop_is_no_failure() -> None:
    stops = {f"s{n}": {"kind": "pause", "at": f"{n + 1} h", "duration": "5 min"} for n in range(5)}
    found = run(
        scenario(stop=stops, checkpoint={"interval": "30 h"}, restart={"budget": 0, "duration": 0})
    )
    assert found.ending.verdict is Verdict.FINISHED


@pytest.mark.parametrize(
    ("backoffs", "launches"),
    [
        ({}, [1.5, 2.5, 3.5, 4.5, 5.5]),
        ({"backoff": "1 h"}, [1.5, 3.5, 6.5, 11.5, 20.5]),
        ({"backoff": "1 h", "longest_backoff": "3 h"}, [1.5, 3.5, 6.5, 10.5, 14.5]),
    ],
)
def test_the_wait_between_restarts_doubles(backoffs: dict[str, str], launches: list[float]) -> None:
    restart = {"duration": "1 h", "failure": 1, "budget": 5, "tries": 1000, **backoffs}
    found = run(struck(1.5, restart=restart))
    assert [one.time / HOUR for one in found.moments(EventKind.LAUNCH)][1:] == launches
    assert found.spent["restart"] == 5.0
    assert found.spent.get("paused", 0.0) == pytest.approx(launches[-1] + 1.0 - 1.5 - 5.0)


def test_the_wait_begins_anew_after_a_new_copy() -> None:
    restart = {"duration": "6 min", "backoff": "1 h"}
    found = run(struck(0.5, 1.0, 7.0, 8.0, restart=restart, checkpoint={"interval": "2 h"}))
    # The second restart waits an hour. Saves end at 4.2 h and 6.2 h; the third does not wait.
    launches = [one.time / HOUR for one in found.moments(EventKind.LAUNCH)][1:]
    assert launches == pytest.approx([0.5, 2.0, 7.0, 9.0])


@pytest.mark.parametrize(("counts", "verdict"), [(True, "gave up"), (False, "finished")])
def test_a_class_need_not_count(counts: bool, verdict: str) -> None:
    often = {"scope": "job", "mtbf": "5 h", "automatic": 1, "in_budget": counts}
    simulated = struck(
        workload={"ideal_time": "30 h"}, fault={"evicted": often},
        restart={"budget": 0, "duration": "1 h", "backoff": "3 h"},
    )  # fmt: skip
    found = run(simulated)
    assert found.ending.verdict == verdict
    if not counts:
        assert found.count(EventKind.FAILED_LAUNCH) > 0  # also one that it strikes
        assert "paused" not in found.spent


@pytest.mark.parametrize(
    ("first", "further", "failed", "called"),
    [
        (1, [], 0, False),
        (0, [], 1, True),
        (0, [1], 1, False),
        (0, [0, 0, 1], 3, False),
        (0, [0, 0], 3, True),
    ],
)
def test_a_person_is_called_once_all_automatic_tries_have_failed(
    first: float, further: list[float], failed: int, called: bool
) -> None:
    crash = {
        "scope": "job", "mtbf": "300 h", "automatic": 1, "automatic_success": first,
        "further_tries": further,
    }  # fmt: skip
    found = run(
        scenario(
            workload={"ideal_time": "2000 h"}, fault={"crash": crash}, people={"response": "9 h"},
            restart={"duration": "1 min"}, checkpoint={"interval": "1 h"},
            limits={"wall_clock": "9000 h"},
        )
    )  # fmt: skip
    faults = found.count(EventKind.INTERRUPTION)
    assert faults > 0
    assert found.count(EventKind.FAILED_LAUNCH) == failed * faults
    assert found.count(EventKind.PERSON_CALLED) == called * faults
    assert found.spent["restart"] == pytest.approx((failed + 1) * faults / 60)
    [row] = implied(crashing(crash)).classes
    assert row.by_hand == float(called)


def test_further_tries_are_worth_their_chances() -> None:
    """Half of the first tries and a third of the second ones work: a third needs a person."""
    crash = {
        "scope": "job", "mtbf": "20 h", "automatic": 1, "automatic_success": 0.5,
        "further_tries": [1 / 3],
    }  # fmt: skip
    found = run(crashing(crash, "30000 h"))
    faults, called = found.count(EventKind.INTERRUPTION), found.count(EventKind.PERSON_CALLED)
    assert faults > 1000
    assert abs(called / faults - 1 / 3) < 3.3 * (2 / 9 / faults) ** 0.5


def crashing(crash: dict[str, Any], hours: str = "100 h") -> Scenario:
    return scenario(
        workload={"ideal_time": hours}, fault={"crash": crash}, limits={"wall_clock": "90000 h"}
    )


@pytest.mark.parametrize("chances", [[0.5, 1.5], ["a"], [True]])
def test_chances_are_fractions(chances: list[Any]) -> None:
    with pytest.raises(ScenarioError, match="is no fraction from 0 to 1"):
        crashing({"scope": "job", "mtbf": "9 h", "further_tries": chances})


def test_a_wait_never_overflows() -> None:
    simulated = struck(restart={"backoff": "10 s"})
    restart = parameters_of(simulated, at_middle, simulated).restart
    assert backoff(restart, 10**6) > 1e9


def test_trials_that_gave_up_are_in_no_mean_and_never_finish() -> None:
    simulated = struck(restart={"budget": 0}, start="2026-01-05").replace(
        {"fault.crash": {"scope": "job", "mtbf": "20 h", "automatic": 1}}
    )
    found = run_trials(simulated, trials=60)
    finished = ~found.gave_up
    assert 0 < finished.sum() < 60
    assert len(found.metric("wall_clock_s")) == finished.sum()
    chance = found.finish.chance("2027-01-05")
    assert chance.value == finished.mean()
    assert chance.high < 1.0  # nobody waits for them


def test_a_bound_needs_what_it_bounds() -> None:
    with pytest.raises(ScenarioError, match="goes with `backoff`"):
        struck(restart={"longest_backoff": "5 min"})


def test_the_formula_of_giving_up() -> None:
    assert theory.gives_up(5, 3, 0.2, 0.3, 3, 10) == pytest.approx(0.463, abs=5e-4)
    assert theory.gives_up(5, 3, 0.2, 0.3, 2, 10) == pytest.approx(0.721, abs=5e-4)
