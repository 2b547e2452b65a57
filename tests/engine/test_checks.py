"""Periodic checks and evaluations: their time, and what they bring to light."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from simtrain.accounts.timeline import EventKind, State
from simtrain.units import HOUR
from simtrain.validation.small import hours
from tests.engine.runs import Outcome, run, runs, scenario
from tests.engine.test_latent import SDC, SLOW, observed, sums, watched

EVALUATION = {"every": "4 h", "duration": "30 min"}


def checks(found: Outcome) -> list[tuple[float, float]]:
    """Start and end of all checks, in hours."""
    return [
        (one.start / HOUR, one.end / HOUR)
        for one in found.recorder.intervals()
        if one.state is State.PAUSED
    ]


def test_an_evaluation_pauses_the_job_without_a_restart() -> None:
    """None is made when the work is done: of 20 h of training, after 4, 8, 12 and 16."""
    found = run(scenario(workload={"ideal_time": "20 h"}, check={"evaluation": EVALUATION}))
    assert [start for start, _ in checks(found)] == pytest.approx([4, 8.5, 13, 17.5])
    assert found.spent == {"productive": 20.0, "paused": 2.0}
    assert found.ledger.badput == {"evaluation": pytest.approx(2 * HOUR)}
    assert found.count(EventKind.LAUNCH) == 1
    assert found.count(EventKind.STOP, EventKind.INTERRUPTION) == 0
    assert found.recorder.runs() == [(0.0, found.ending.wall_clock_s)]


def test_a_check_by_steps_is_due_at_the_same_steps_whatever_was_lost() -> None:
    check = {"every": "500 steps", "duration": "30 min"}
    crash = {"scope": "job", "mtbf": "7 h"}
    simulated = scenario(
        workload={"ideal_time": "20 h", "steps": 2_000}, check={"evaluation": check},
        fault={"crash": crash},
    )  # fmt: skip
    for trial in range(5):
        found = run(simulated, trial)
        at = [
            one.work_start / HOUR for one in found.recorder.intervals() if one.state is State.PAUSED
        ]
        assert set(np.round(at, 6)) == {5.0, 10.0, 15.0}
        assert found.count(EventKind.INTERRUPTION) > 0


def checks_count_across_restarts() -> None:
    """Every 6 h of training, though the job crashes about every 3 h."""
    check = {"every": "6 h", "duration": "30 min"}
    crash = {"scope": "job", "mtbf": "3 h"}
    found = run(watched(100.0, check={"evaluation": check}, fault={"crash": crash}), 2)
    ends = [0.0, *(end for _, end in checks(found))]
    trained = [
        sum(
            one.end - one.start
            for one in found.recorder.intervals()
            if one.state is State.TRAIN and before * HOUR <= one.start and one.end <= start * HOUR
        )
        for before, (start, _) in zip(ends, checks(found), strict=False)
    ]
    assert len(trained) > 10
    assert trained == pytest.approx([6 * HOUR] * len(trained))


def test_a_check_counts_training_across_restarts() -> None:
    checks_count_across_restarts()


def checks_are_at_the_risk_of_idle_hosts() -> None:
    """The calendar of faults stands still in it, unless `idle_hazard` says otherwise."""
    crash = {"mtbf": "400 h", "needs_repair": 0}
    simulated = watched(
        400.0, fault={"crash": crash}, check={"evaluation": {"every": "1 h", "duration": "1 h"}}
    )
    spared = run(simulated)
    struck = run(simulated.replace({"cluster.idle_hazard": 1}))
    in_checks = [
        [m for m in found.moments(EventKind.FAULT)
         if any(start < m.time / HOUR <= end for start, end in checks(found))]
        for found in (spared, struck)
    ]  # fmt: skip
    assert not in_checks[0]
    assert in_checks[1]
    for moment in in_checks[1]:  # it ends the run, as any crash does
        assert moment.time in {one.time for one in struck.moments(EventKind.INTERRUPTION)}


def test_hosts_in_a_check_are_at_the_risk_of_idle_ones() -> None:
    checks_are_at_the_risk_of_idle_hosts()


def test_a_check_that_is_cut_short_is_made_once_the_job_trains_again() -> None:
    crash = {"mtbf": "100 h", "needs_repair": 0, "automatic": 1}
    simulated = watched(
        200.0,
        cluster={"hosts": 4, "idle_hazard": 1},
        fault={"crash": crash},
        check={"evaluation": {"every": "5 h", "duration": "5 h"}},
    )
    found = run(simulated, 1)
    spans = checks(found)
    cut = [(one, other) for one, other in pairwise(spans) if one[1] - one[0] < 5 - 1e-6]
    assert cut
    for (_, end), (start, _) in cut:
        assert start == pytest.approx(end)


def test_a_check_finds_a_corruption_and_the_host() -> None:
    sdc = SDC | {"mtbf": "100 h"}
    del sdc["detection"]
    simulated = watched(
        100.0,
        cluster={"hosts": 4, "spares": 8},
        fault={"sdc": sdc},
        repair={"bad_host_mtbf": "1000 h"},
        check={"test": {"every": "8 h", "duration": "30 min", "finds": ["corrupt"]}},
    )
    found = run(simulated)
    ends = {round(end, 6) for _, end in checks(found)}
    noticed = found.moments(EventKind.NOTICED)
    assert noticed
    assert {round(one.time / HOUR, 6) for one in noticed} <= ends
    assert {one.host for one in noticed} == {one.host for one in found.moments(EventKind.CORDON)}


def test_a_check_finds_slow_hosts_which_are_swapped() -> None:
    simulated = watched(
        200.0,
        cluster={"hosts": 4, "spares": 8},
        fault={"slow": SLOW | {"mtbf": "100 h", "automatic": 1}},
        check={"test": {"every": "8 h", "duration": "30 min", "finds": ["slow"]}},
    )
    found = run(simulated)
    stops = found.moments(EventKind.STOP)
    ends = {round(end, 6) for _, end in checks(found)}
    assert len(stops) > 2
    assert {round(one.time / HOUR, 6) for one in stops} <= ends
    assert found.count(EventKind.INTERRUPTION) == 0


@pytest.mark.slow
def test_a_chance_is_drawn_anew_at_each_check() -> None:
    """Found with 1/4 at each: the number of checks that it takes has the mean 4, seen to ± 1.5."""
    sdc = SDC | {"mtbf": "400 h", "needs_repair": 0, "diagnose": False}
    del sdc["detection"]
    table = {"every": "1 h", "duration": "0 s", "finds": ["corrupt"], "chance": 0.25}
    found = run(watched(8_000.0, fault={"sdc": sdc}, check={"test": table}))
    onsets = found.moments(EventKind.FAULT)
    late = [
        (noticed.time - onset.time) / HOUR
        for noticed in found.moments(EventKind.NOTICED)
        for onset in [max((o for o in onsets if o.time <= noticed.time), key=lambda o: o.time)]
    ]
    assert len(late) > 50
    # ½ + the checks that miss, but for those in which another onset came meanwhile.
    assert float(np.mean(late)) == pytest.approx(3.5, abs=3.3 * 3.5 / len(late) ** 0.5)


def test_back_to_the_last_check_loses_all_since() -> None:
    """Kτ, whatever the onset; known, it would be less, as the table of validate has it."""
    sdc: dict[str, Any] = {
        "effect": "corrupt", "mtbf": hours(200), "needs_repair": 0, "diagnose": False,
    }  # fmt: skip
    table = {
        "every": "12 h", "duration": "0 s", "finds": ["corrupt"], "back_to": "last check",
    }  # fmt: skip
    found = sums(observed(1_000.0, 4, 3.0, {"sdc": sdc}, check={"test": table}), 5)
    assert found[:, 3].sum() > 50
    assert found[:, 1] == pytest.approx(12 * found[:, 3])


def each_rollback_goes_further_back(interval: str = "1 h") -> None:
    """As long as the same fault is found, each rollback goes further back than the one before.

    Checks come every 5 h, and copies lie at each of them or at every other one.
    """
    sdc: dict[str, Any] = {
        "effect": "corrupt", "mtbf": "200 h", "needs_repair": 0, "diagnose": False,
    }  # fmt: skip
    table = {
        "every": "5 h", "duration": "0 s", "finds": ["corrupt"], "chance": 0.5,
        "back_to": "last check",
    }  # fmt: skip
    simulated = scenario(
        workload={"ideal_time": "100 h"}, fault={"sdc": sdc}, check={"test": table},
        checkpoint={"interval": interval},
    )  # fmt: skip
    again = 0
    for found in runs(simulated, 60):
        # Up to the second onset, whatever is found is the first fault.
        faults = [one.time for one in found.moments(EventKind.FAULT)]
        until = faults[1] if len(faults) > 1 else found.ending.wall_clock_s
        reached = [one.work for one in found.recorder.rollbacks if one.time < until]
        again += len(reached) > 1
        assert all(later < before for before, later in pairwise(reached))
    assert again > 10


@pytest.mark.parametrize("interval", ["1 h", "2 h"], ids=["at each", "at every other"])
def test_a_check_that_missed_what_is_found_again_is_not_trusted_again(interval: str) -> None:
    each_rollback_goes_further_back(interval)


def test_a_copy_from_after_a_check_that_missed_leaves_the_taint() -> None:
    """Trusting the last check though it missed the onset; the end of the work shows it."""
    sdc = SDC | {"mtbf": "120 h", "needs_repair": 0}
    del sdc["detection"]
    table = {
        "every": "3 h", "duration": "0 s", "finds": ["corrupt"], "chance": 0.3,
        "back_to": "last check",
    }  # fmt: skip
    simulated = scenario(workload={"ideal_time": "40 h"}, fault={"sdc": sdc}, check={"test": table})
    again = 0
    for trial in range(10):
        found = run(simulated, trial)
        seen = [(one.cause, one.host) for one in found.moments(EventKind.NOTICED)]
        again += len(seen) > found.count(EventKind.FAULT)
        assert found.ending.wall_clock_s >= 40 * HOUR
    assert again
