from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.accounts.intervals import Interval
from simtrain.accounts.ledger import CHECKPOINTS, Category, Ledger
from simtrain.accounts.recorder import Joined, Recorder
from simtrain.accounts.recount import badput, fates, lost_work, recount
from simtrain.accounts.timeline import Census, EventKind, Segment, Sink, State
from simtrain.causes import BACKGROUND_WRITE
from simtrain.model.saving import CheckpointSchedule, done_after
from tests.accounts.positions import work_at

if TYPE_CHECKING:
    from collections.abc import Sequence

TRAIN, SAVE = State.TRAIN, State.CHECKPOINT_SAVE
HOURLY = CheckpointSchedule(60.0, 60.0, 5.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def segment(
    start: float,
    end: float,
    work: float = 0.0,
    schedule: CheckpointSchedule = HOURLY,
    causes: Sequence[str] = ("speed",),
) -> Segment:
    """Segment as the engine would report it, slowness shared evenly among `causes`."""
    done = done_after(schedule, end - start)
    written = schedule.speed * schedule.write_slowdown * done.written_s
    slowness = (1 - schedule.speed) * done.train_s / len(causes)
    losses = [(cause, slowness) for cause in causes if slowness] + (
        [(BACKGROUND_WRITE, written)] if written else []
    )
    return Segment(
        start,
        end,
        work,
        work + done.productive_s * schedule.full_speed,
        done.train_s,
        done.save_s,
        done.saves,
        done.productive_s,
        tuple(losses),
        schedule,
    )


def nonzero(seconds: dict[Category, float]) -> dict[str, float]:
    return {str(category): value for category, value in seconds.items() if value}


def spans(recorder: Recorder) -> list[tuple[State, float, float]]:
    return [(one.state, one.start, one.end) for one in recorder.intervals()]


# --- unfolding ----------------------------------------------------------------------------------


def test_a_stretch_unfolds_into_training_and_saves() -> None:
    recorder = Recorder()
    recorder.trained(segment(100.0, 290.0, work=7.0))
    assert recorder.intervals() == [
        Interval(100.0, 160.0, TRAIN, "", 7.0, 67.0, 60.0),
        Interval(160.0, 165.0, SAVE, CHECKPOINTS, 67.0, 67.0),
        Interval(165.0, 225.0, TRAIN, "", 67.0, 127.0, 60.0),
        Interval(225.0, 230.0, SAVE, CHECKPOINTS, 127.0, 127.0),
        Interval(230.0, 290.0, TRAIN, "", 127.0, 187.0, 60.0),
    ]


def test_the_first_save_may_come_sooner() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 80.0, schedule=replace(HOURLY, first_s=10.0)))
    assert spans(recorder) == [(TRAIN, 0, 10), (SAVE, 10, 15), (TRAIN, 15, 75), (SAVE, 75, 80)]


def test_a_save_due_at_once() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 20.0, schedule=replace(HOURLY, first_s=0.0)))
    assert spans(recorder) == [(SAVE, 0, 5), (TRAIN, 5, 20)]


def test_a_stall_that_is_cut_off_stays_a_save() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 63.0))
    assert spans(recorder) == [(TRAIN, 0, 60), (SAVE, 60, 63)]
    assert nonzero(recount(recorder)) == {"productive": 60.0, "checkpoint_save": 3.0}
    assert badput(recorder) == {CHECKPOINTS: 3.0}


def test_saves_without_a_stall_only_divide_training() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 150.0, schedule=replace(HOURLY, stall_s=0.0)))
    assert spans(recorder) == [(TRAIN, 0, 60), (TRAIN, 60, 120), (TRAIN, 120, 150)]


def test_a_background_write_slows_only_its_own_seconds() -> None:
    # Half speed of 0.8 beside a write: 4 s of an old one, 10 s after the save.
    schedule = CheckpointSchedule(20.0, 60.0, 5.0, 0.8, 0.5, 10.0, 4.0, 2.0)
    recorder = Recorder()
    recorder.trained(segment(0.0, 45.0, schedule=schedule))
    before, _, after = recorder.intervals()
    assert before.productive_s == pytest.approx(4 * 0.4 + 16 * 0.8)
    assert dict(before.losses) == pytest.approx({"speed": 4.0, BACKGROUND_WRITE: 1.6})
    assert after.productive_s == pytest.approx(10 * 0.4 + 10 * 0.8)
    assert dict(after.losses) == pytest.approx({"speed": 4.0, BACKGROUND_WRITE: 4.0})
    assert after.work_end == pytest.approx(2.0 * (14.4 + 12.0))


def test_a_write_longer_than_the_interval_slows_all_of_it() -> None:
    schedule = CheckpointSchedule(20.0, 20.0, 0.0, 1.0, 0.25, 1000.0, 0.0, 1.0)
    recorder = Recorder()
    recorder.trained(segment(0.0, 60.0, schedule=schedule))
    assert [one.productive_s for one in recorder.intervals()] == [20.0, 15.0, 15.0]


def test_slowness_is_shared_as_the_stretch_says() -> None:
    schedule = replace(HOURLY, speed=0.5)
    recorder = Recorder()
    stretch = segment(0.0, 30.0, schedule=schedule)
    recorder.trained(stretch._replace(losses=(("warm-up", 5.0), ("speed", 10.0))))
    assert badput(recorder) == pytest.approx({"warm-up": 5.0, "speed": 10.0})


def test_the_position_stands_still_outside_training_and_jumps_at_a_rollback() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 50.0))
    recorder.spent(State.DETECTION, "gpu", 50.0, 52.0)
    recorder.rolled_back(52.0, 30.0, "gpu")
    recorder.spent(State.RESTART, "gpu", 52.0, 59.0)
    assert [(one.work_start, one.work_end) for one in recorder.intervals()] == [
        (0.0, 50.0),
        (50.0, 50.0),
        (30.0, 30.0),
    ]


def test_the_position_at_a_moment_is_that_of_the_intervals() -> None:
    recorder = Recorder()
    recorder.happened(40.0, EventKind.RETURN, "gpu", 3)  # before the segment it falls into
    recorder.trained(segment(0.0, 90.0))
    recorder.happened(90.0, EventKind.INTERRUPTION, "gpu")
    recorder.spent(State.DETECTION, "gpu", 90.0, 92.0)
    recorder.rolled_back(92.0, 60.0, "gpu")
    recorder.spent(State.RESTART, "gpu", 92.0, 99.0)
    recorder.trained(segment(99.0, 109.0, work=60.0))
    assert work_at(recorder, [0.0, 20.0, 62.0, 70.0, 91.0, 92.0, 98.0, 104.0, 200.0]) == [
        0.0, 20.0, 60.0, 65.0, 85.0, 60.0, 60.0, 65.0, 70.0,
    ]  # fmt: skip


# --- recount ------------------------------------------------------------------------------------


def test_a_rollback_takes_part_of_a_piece() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 100.0))  # 60 s, saved, 35 s
    recorder.spent(State.DETECTION, "gpu", 100.0, 102.0)
    recorder.rolled_back(102.0, 60.0, "gpu")
    recorder.spent(State.RESTART, "gpu", 102.0, 110.0)
    recorder.trained(segment(110.0, 150.0, work=60.0))
    assert nonzero(recount(recorder)) == {
        "productive": 100.0,
        "lost_work": 35.0,
        "checkpoint_save": 5.0,
        "detection": 2.0,
        "restart": 8.0,
    }
    assert badput(recorder) == {CHECKPOINTS: 5.0, "gpu": 45.0}


def test_a_rollback_reaches_across_stretches_and_outages() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 40.0))
    recorder.spent(State.MAINTENANCE, "upgrade", 40.0, 50.0)
    recorder.trained(segment(50.0, 80.0, work=40.0))
    recorder.spent(State.DETECTION, "gpu", 80.0, 81.0)
    recorder.rolled_back(81.0, 55.0, "gpu")
    recorder.trained(segment(81.0, 91.0, work=55.0))
    recorder.spent(State.DETECTION, "spike", 91.0, 92.0)
    recorder.rolled_back(92.0, 25.0, "spike")
    # Of the first 40 s 15 are lost, of the next 30 s 15 to each fault, of the last 10 s all.
    assert recount(recorder)[Category.PRODUCTIVE] == 25.0
    assert recount(recorder)[Category.LOST_WORK] == 55.0
    assert badput(recorder) == {"upgrade": 10.0, "gpu": 16.0, "spike": 41.0}
    assert dict(zip(recorder.rollbacks, [15.0, 40.0], strict=True)) == lost_work(recorder)
    kept = [position for interval, position in fates(recorder) if interval.state is TRAIN]
    assert kept == [25.0, 40.0, 55.0]


def test_lost_work_is_reported_at_the_full_speed_of_its_moment() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 50.0, schedule=replace(HOURLY, full_speed=4.0)))
    recorder.rolled_back(50.0, 120.0, "gpu")
    assert nonzero(recount(recorder)) == {"productive": 30.0, "lost_work": 20.0}


def test_a_rollback_leaves_later_work_alone() -> None:
    recorder = Recorder()
    recorder.rolled_back(0.0, 0.0, "gpu")
    recorder.trained(segment(0.0, 50.0))
    assert nonzero(recount(recorder)) == {"productive": 50.0}


def test_slowness_and_stalls_of_lost_work_stay_what_they_are() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 85.0, schedule=replace(HOURLY, speed=0.5)))
    recorder.rolled_back(85.0, 0.0, "gpu")
    assert nonzero(recount(recorder)) == {
        "lost_work": 40.0,
        "degraded": 40.0,
        "checkpoint_save": 5.0,
    }


# --- runs and hosts -----------------------------------------------------------------------------


def test_runs_and_outages_alternate() -> None:
    recorder = Recorder()
    recorder.spent(State.HOST_WAIT, "queue", 0.0, 5.0)
    recorder.trained(segment(5.0, 20.0))
    recorder.trained(segment(20.0, 30.0, work=15.0))
    recorder.spent(SAVE, "upgrade", 30.0, 33.0)
    recorder.happened(33.0, EventKind.STOP, "upgrade")
    recorder.spent(State.MAINTENANCE, "upgrade", 33.0, 40.0)
    recorder.spent(State.RESTART, "upgrade", 40.0, 44.0)
    recorder.trained(segment(44.0, 50.0, work=25.0))
    recorder.close(50.0)
    assert recorder.runs() == [(5.0, 33.0), (44.0, 50.0)]
    assert recorder.outages() == [(0.0, 5.0), (33.0, 44.0)]


def test_a_run_goes_on_where_training_stood_still_and_did_not_end() -> None:
    for sink in (recorder := Recorder(), ledger := Ledger()):
        sink.trained(segment(0.0, 20.0))
        sink.spent(State.DETECTION, "gpu", 20.0, 23.0)
        sink.happened(23.0, EventKind.RECONFIGURATION, "gpu")
        sink.trained(segment(23.0, 50.0, work=20.0))
        sink.happened(50.0, EventKind.INTERRUPTION, "gpu")
        sink.close(60.0)
    assert recorder.runs() == [(0.0, 50.0)]
    assert recorder.outages() == [(20.0, 23.0), (50.0, 50.0)]
    assert ledger.longest_run_s == 50.0


def test_an_interruption_without_any_outage_ends_a_run_too() -> None:
    recorder = Recorder()
    recorder.trained(segment(0.0, 20.0))
    recorder.happened(20.0, EventKind.INTERRUPTION, "gpu")
    recorder.trained(segment(20.0, 50.0, work=20.0))
    recorder.close(50.0)
    assert recorder.runs() == [(0.0, 20.0), (20.0, 50.0)]
    assert recorder.outages() == [(20.0, 20.0)]


def test_intervals_are_cut_where_the_hosts_change() -> None:
    full, short = Census(4, 1, 0, 0), Census(3, 1, 1, 0)
    recorder = Recorder()
    recorder.census(0.0, full)
    recorder.trained(segment(0.0, 50.0))
    recorder.census(50.0, short)
    recorder.spent(State.DETECTION, "gpu", 50.0, 60.0)
    recorder.census(55.0, full)
    recorder.close(60.0)
    assert list(recorder.joined()) == [
        Joined(0.0, 50.0, TRAIN, "", full),
        Joined(50.0, 55.0, State.DETECTION, "gpu", short),
        Joined(55.0, 60.0, State.DETECTION, "gpu", full),
    ]
    assert recorder.host_seconds() == [235.0, 60.0, 5.0, 0.0]


def test_the_last_of_several_censuses_at_a_moment_holds() -> None:
    recorder = Recorder()
    for hosts in (Census(4, 0, 0, 0), Census(3, 0, 1, 0), Census(3, 0, 0, 1)):
        recorder.census(0.0, hosts)
    recorder.spent(State.HOST_WAIT, "queue", 0.0, 2.0)
    assert recorder.host_seconds() == [6.0, 0.0, 0.0, 2.0]


def test_the_ledger_adds_up_host_seconds_in_every_place_from_the_first_census_on() -> None:
    ledger = Ledger()
    ledger.census(5.0, Census(4, 3, 2, 1))
    ledger.census(15.0, Census(1, 2, 3, 4))
    ledger.close(20.0)
    assert ledger.host_s == [45.0, 40.0, 35.0, 30.0]


# --- ledger and recorder, with the same calls ---------------------------------------------------

speeds = st.floats(0.2, 1.0)
cadences = st.builds(
    CheckpointSchedule,
    first_s=st.floats(0.0, 90.0),
    every_s=st.floats(5.0, 90.0),
    stall_s=st.sampled_from([0.0, 0.5, 20.0]),
    speed=speeds,
    write_slowdown=st.sampled_from([0.0, 0.3, 1.0]),
    write_s=st.floats(0.0, 120.0),
    write_left_s=st.floats(0.0, 60.0),
    full_speed=st.sampled_from([0.5, 1.0, 2.0]),
)
chapters = st.tuples(
    cadences,
    st.floats(0.0, 400.0),  # training
    st.sampled_from([state for state in State if state]),
    st.sampled_from([0.0, 1.0, 30.0]),  # outage
    st.none() | st.floats(0.0, 1.0),  # share of the work that a rollback leaves
    st.sampled_from(["gpu", "spike"]),
)


def report(
    sink: Sink, story: list[tuple[CheckpointSchedule, float, State, float, float | None, str]]
) -> float:
    """Report a trial of segments, outages and rollbacks; return its end."""
    now = work = 0.0
    sink.census(now, Census(8, 2, 0, 0))
    for number, (schedule, train, state, outage, left, cause) in enumerate(story):
        trained = segment(now, now + train, work, schedule)
        now, work = trained.end, trained.work_end
        sink.trained(trained)
        if state is not SAVE:
            sink.happened(now, EventKind.INTERRUPTION, cause)
        sink.census(now, Census(7, 2, number, 0))
        sink.spent(state, cause, now, now + outage)
        now += outage
        if left is not None:
            work *= left
            sink.rolled_back(now, work, cause)
    return now


@given(st.lists(chapters, max_size=12))
def test_a_recount_agrees_with_the_ledger(
    story: list[tuple[CheckpointSchedule, float, State, float, float | None, str]],
) -> None:
    ledger, recorder = Ledger(), Recorder()
    end = report(ledger, story)
    report(recorder, story)
    ledger.close(end)
    recorder.close(end)

    def near(value: Any) -> Any:
        return pytest.approx(value, rel=1e-9, abs=1e-9 * max(end, 1.0))

    recounted = recount(recorder)
    assert recounted == near(ledger.categories())
    assert sum(recounted.values()) == near(end)
    assert min(recounted.values()) >= 0.0
    by_cause = defaultdict(float, badput(recorder))
    for cause, seconds in ledger.badput.items():
        assert by_cause[cause] == near(seconds)
    assert recorder.host_seconds() == near(ledger.host_s)
    longest = max((b - a for a, b in recorder.runs()), default=0.0)
    assert longest == near(ledger.longest_run_s)


@given(st.lists(chapters, max_size=8))
def test_intervals_leave_no_gap(
    story: list[tuple[CheckpointSchedule, float, State, float, float | None, str]],
) -> None:
    recorder = Recorder()
    end = report(recorder, story)
    now = 0.0
    for interval in recorder.intervals():
        assert interval.start == now
        assert interval.end > now
        now = interval.end
    assert now == pytest.approx(end)
