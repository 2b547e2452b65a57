"""Saves that hang, and saves that fail and end training."""

from itertools import pairwise
from statistics import mean, stdev

import pytest

from simtrain.accounts.recorder import Event
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario
from simtrain.validation.sinks import Strikes
from tests.engine.runs import HOUR, Outcome, run, runs, scenario

SLOW = {"interval": "1 h", "stall": "6 min", "load": "12 min", "save_timeout": "2 h"}


def between(after: str, before: str, values: dict[str, object]) -> list[dict[str, object]]:
    """Changes that let values hold between two moments, and nothing go wrong outside of these."""
    zero = dict.fromkeys(values, 0)
    return [{"at": "0 s", "set": zero}, {"at": after, "set": values}, {"at": before, "set": zero}]


def hours_of(moments: list[Event]) -> list[float]:
    return [round(moment.time / HOUR, 9) for moment in moments]


def test_a_save_that_hangs_is_a_hang_from_its_start_until_the_timeout() -> None:
    """The second save is due at 2.1 h, hangs, is known at 4.1 h and goes back to the first."""
    found = run(
        scenario(
            checkpoint=SLOW,
            restart={"duration": "30 min"},
            change=between("2 h", "3 h", {"checkpoint.save_hang": 1}),
        )
    )
    assert found.spent == {
        "productive": 10.0, "lost_work": 1.0, "checkpoint_save": 1.0, "detection": 2.0,
        "restart": 0.5, "checkpoint_load": 0.2,
    }  # fmt: skip
    assert hours_of(found.moments(EventKind.FAULT)) == [2.1]
    assert hours_of(found.moments(EventKind.INTERRUPTION)) == [2.1]
    assert found.count(EventKind.AUTOMATIC_RESTART) == 1
    assert found.count(EventKind.PERSON_CALLED, EventKind.CORDON) == 0
    assert found.ledger.saves == 10
    badput = 1.0 + 1.0 + 2.0 + 0.5 + 0.2
    assert found.ledger.badput["checkpoints"] == pytest.approx(badput * HOUR)


def test_a_save_that_fails_and_stops_is_a_crash_at_the_end_of_its_stall() -> None:
    found = run(
        scenario(
            checkpoint={**SLOW, "save_failure_stops": True},
            detection={"crash": "15 min"},
            change=between("2 h", "3 h", {"checkpoint.save_failure": 1}),
        )
    )
    assert found.spent == {
        "productive": 10.0, "lost_work": 1.0, "checkpoint_save": 1.1, "detection": 0.25,
        "checkpoint_load": 0.2,
    }  # fmt: skip
    assert hours_of(found.moments(EventKind.INTERRUPTION)) == [2.2]
    assert found.ledger.saves == 11


def test_what_is_decided_as_a_save_begins_holds_for_a_save_under_way() -> None:
    """The stall runs from 2.1 h to 2.2 h; what changes within it comes too late for it."""
    checkpoint = {**SLOW, "save_failure_stops": True}
    hang = between("2 h 9 min", "3 h", {"checkpoint.save_hang": 1})
    assert "detection" not in run(scenario(checkpoint=checkpoint, change=hang)).spent


def test_the_save_before_a_stop_may_hang_and_the_stop_comes_all_the_same() -> None:
    found = run(
        scenario(
            checkpoint=SLOW,
            stop={"upgrade": {"at": "2 h 30 min", "duration": "3 h"}},
            change=between("2 h 15 min", "2 h 45 min", {"checkpoint.save_hang": 1}),
        )
    )
    # From 2.5 h the save hangs, until 4.5 h; the upgrade lasts from 2.5 h to 5.5 h.
    assert found.spent == {
        "productive": 10.0, "lost_work": 0.3, "checkpoint_save": 1.0, "detection": 2.0,
        "maintenance": 1.0, "checkpoint_load": 0.2,
    }  # fmt: skip
    assert found.count(EventKind.STOP) == 0
    assert found.count(EventKind.INTERRUPTION) == 1


def test_the_save_at_the_end_of_the_work_may_hang() -> None:
    found = run(
        scenario(
            checkpoint={"interval": "20 h", "save_timeout": "2 h"},
            change=between("9 h", "11 h", {"checkpoint.save_hang": 1}),
        )
    )
    assert found.spent == {"productive": 10.0, "lost_work": 10.0, "detection": 2.0}


def test_a_change_of_the_interval_at_the_moment_at_which_a_save_is_due_comes_first() -> None:
    change = [*between("30 min", "90 min", {"checkpoint.save_hang": 1}),
              {"at": "1 h", "set": {"checkpoint.interval": "2 h"}}]  # fmt: skip
    change.sort(key=lambda one: {"0 s": 0, "30 min": 1, "1 h": 2, "90 min": 3}[str(one["at"])])
    assert "detection" not in run(scenario(checkpoint=SLOW, change=change)).spent


# --- how many ----------------------------------------------------------------------------------


def stuck(interval: str) -> Scenario:
    """Two weeks on preemptible hosts where one save in 72 hangs until somebody looks."""
    return scenario(
        workload={"ideal_time": "14 days"},
        checkpoint={
            "interval": interval, "stall": "1 min", "save_hang": 1 / 72, "save_timeout": "13 h",
        },
        restart={"duration": "15 min"},
        limits={"wall_clock": "200 days"},
    )  # fmt: skip


def hangs(simulated: Scenario, trials: int) -> tuple[list[int], float]:
    """Hangs of each trial, and the mean wall-clock in days."""
    found = list(runs(simulated, trials))
    counts = [one.count(EventKind.FAULT) for one in found]
    return counts, mean(one.hours for one in found) / 24


@pytest.mark.slow
def test_a_quarter_of_the_saves_meets_a_quarter_of_the_hangs() -> None:
    """Saving less often looks better: a hang belongs to saves, and is no rate in time.

    Without other faults the hangs of a run are those before so many good saves, so they are
    negative binomial with mean n·p/(1 − p): 336 saves meet 4.73 hangs, 84 meet 1.18.
    """
    days = []
    for interval, saves in (("1 h", 336), ("4 h", 84)):
        counts, wall_clock = hangs(stuck(interval), 200)
        expected = saves / 71
        assert abs(mean(counts) - expected) < 3.3 * stdev(counts) / len(counts) ** 0.5
        days.append(wall_clock)
    assert days[1] < days[0] - 1


def test_saves_hang_one_by_one_whatever_became_of_the_one_before() -> None:
    """Gaps between hangs, in saves begun, are geometric: mean 1/p, and variance (1 − p)/p².

    With crashes in between, some of them in a stall.
    """
    p = 0.1
    simulated = scenario(
        workload={"ideal_time": "400 h"},
        checkpoint={"interval": "1 h", "stall": "1 h", "save_hang": p, "save_timeout": "1 min"},
        fault={"crash": {"scope": "job", "mtbf": "5 h", "automatic": 1}},
    )
    gaps: list[int] = []
    for trial in range(12):
        gaps += _gaps(run(simulated, trial))
    assert len(gaps) > 500
    error = (1 - p) ** 0.5 / p / len(gaps) ** 0.5
    assert abs(mean(gaps) - 1 / p) < 3.3 * error
    assert stdev(gaps) == pytest.approx((1 - p) ** 0.5 / p, rel=0.15)


def _gaps(found: Outcome) -> list[int]:
    """Saves begun from one hang to the next, the second included."""
    begun = sorted(
        [one.start for one in found.recorder.intervals() if one.state.name == "CHECKPOINT_SAVE"]
        + (at := [m.time for m in found.moments(EventKind.FAULT) if m.cause == "checkpoints"])
    )
    return [sum(a < one <= b for one in begun) for a, b in pairwise(at)]


def test_more_saves_that_hang_move_no_other_fault() -> None:
    """A crash strikes at the same reading of the clock of its time at risk."""
    plain = scenario(
        workload={"ideal_time": "40 h"},
        checkpoint=SLOW,
        fault={"crash": {"scope": "job", "mtbf": "2 h", "automatic": 1}},
    )
    readings = []
    for changed in ({}, {"checkpoint.save_hang": 0.2}):
        sink = Strikes()
        Simulator(plain.replace(changed), 3).run(0, sink)
        readings.append([at for cause, at in sink.named if cause == "crash"])
    shorter = min(map(len, readings))
    assert shorter > 2
    assert readings[0][:shorter] == pytest.approx(readings[1][:shorter])
