"""Training and saving in one piece of arithmetic is what a loop over saves gives."""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simtrain.accounts.timeline import CheckpointSchedule
from simtrain.model.saving import (
    done_after,
    done_with_work,
    productive_of,
    time_to_train,
    train_for,
)

SETTINGS = settings(max_examples=300, derandomize=True, deadline=None)


class Loop(NamedTuple):
    """What a loop comes to."""

    time: float
    train: float
    save: float
    saves: int
    work: float
    written: float
    since: float
    stall_left: float


def looped(
    cadence: CheckpointSchedule,
    *,
    time: float = math.inf,
    work: float = math.inf,
    train: float = math.inf,
) -> Loop:
    """Train and stall in turn until so much time, work or training is over."""
    at = trained = saved = done = written = 0.0
    saves = 0
    span, write = cadence.first_s, cadence.write_left_s
    slow = cadence.speed * (1 - cadence.write_slowdown)
    while True:
        beside = min(write, span)
        to_work = beside + (work - done - slow * beside) / cadence.speed
        if work - done <= slow * beside:
            to_work = (work - done) / slow if slow else beside
        piece = min(span, time - at, to_work, train - trained)
        done += slow * min(piece, write) + cadence.speed * max(0.0, piece - write)
        written += min(piece, write)
        at, trained = at + piece, trained + piece
        over = piece < span or at >= time or done >= work or trained >= train
        if over and (at < time or piece < span or not cadence.stall_s):
            return Loop(at, trained, saved, saves, done, written, piece, 0.0)
        stall = min(cadence.stall_s, time - at)
        at, saved = at + stall, saved + stall
        if stall < cadence.stall_s:
            left = cadence.stall_s - stall
            return Loop(at, trained, saved, saves, done, written, 0.0, left)
        saves += 1
        span, write = cadence.every_s, cadence.write_s


@st.composite
def cadences(draw: st.DrawFn) -> CheckpointSchedule:
    every = draw(st.floats(0.5, 20))
    return CheckpointSchedule(
        first_s=every * draw(st.floats(0, 1)),
        every_s=every,
        stall_s=draw(st.just(0.0) | st.floats(0.1, 5)),
        speed=draw(st.floats(0.1, 1)),
        write_slowdown=draw(st.just(0.0) | st.floats(0, 0.9)),
        write_s=draw(st.floats(0, 30)),
        write_left_s=draw(st.floats(0, 30)),
        full_speed=draw(st.sampled_from([1.0, 2.0])),
    )


@SETTINGS
@given(cadences(), st.floats(0, 200))
def test_done_after_is_a_loop(cadence: CheckpointSchedule, time: float) -> None:
    found, loop = done_after(cadence, time), looped(cadence, time=time)
    assert found.train_s + found.save_s == pytest.approx(time, abs=1e-9)
    assert found.train_s == pytest.approx(loop.train, abs=1e-9)
    assert found.save_s == pytest.approx(loop.save, abs=1e-9)
    assert found.productive_s == pytest.approx(loop.work, abs=1e-9)
    assert found.written_s * bool(cadence.write_slowdown) == pytest.approx(
        loop.written * bool(cadence.write_slowdown), abs=1e-9
    )


@SETTINGS
@given(cadences(), st.floats(0, 200))
def test_what_follows_the_last_save_is_a_loop(cadence: CheckpointSchedule, time: float) -> None:
    cycle = cadence.every_s + cadence.stall_s
    phase = math.remainder(time - cadence.first_s, cycle)
    if min(abs(phase), abs(phase - cadence.stall_s), abs(phase - cadence.stall_s + cycle)) < 1e-9:
        return  # on an edge, either side will do
    found, loop = done_after(cadence, time), looped(cadence, time=time)
    assert (found.saves, found.since_save_s, found.stall_left_s or 0.0) == (
        loop.saves,
        pytest.approx(loop.since, abs=1e-9),
        pytest.approx(loop.stall_left, abs=1e-9),
    )


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_done_with_work_is_a_loop(cadence: CheckpointSchedule, work: float) -> None:
    loop = looped(cadence, work=work)
    whole = looped(cadence, work=work * (1 + 1e-7))
    if whole.saves != looped(cadence, work=work * (1 - 1e-7)).saves:
        return  # a save due just then may come before or after
    time, found = done_with_work(cadence, work)
    assert time == pytest.approx(loop.time, rel=1e-9, abs=1e-9)
    assert found.productive_s == pytest.approx(work, rel=1e-9)
    assert found.train_s == pytest.approx(loop.train, rel=1e-9, abs=1e-9)
    assert found.saves == loop.saves
    assert found.since_save_s == pytest.approx(loop.since, rel=1e-7, abs=1e-7)
    assert not found.stall_left_s


@pytest.mark.parametrize("pieces", [1, 2, 10])
def test_a_save_due_at_the_end_of_the_work_is_still_to_come(pieces: int) -> None:
    cadence = CheckpointSchedule(3.0, 3.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    time, done = done_with_work(cadence, 3.0 * pieces)
    assert (time, done.saves, done.since_save_s) == (4.0 * pieces - 1.0, pieces - 1, 3.0)


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_time_and_work_are_inverse(cadence: CheckpointSchedule, work: float) -> None:
    time, _ = done_with_work(cadence, work)
    assert done_after(cadence, time).productive_s == pytest.approx(work, rel=1e-6, abs=1e-6)


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_time_to_train_is_a_loop(cadence: CheckpointSchedule, train: float) -> None:
    loops = [looped(cadence, train=train * edge) for edge in (1 - 1e-7, 1 + 1e-7)]
    if loops[0].saves == loops[1].saves:
        loop = looped(cadence, train=train)
        assert time_to_train(cadence, train) == pytest.approx(loop.time, rel=1e-9)


@SETTINGS
@given(cadences(), st.floats(0, 100), st.floats(0, 50))
def test_training_and_work_beside_a_write_are_inverse(
    cadence: CheckpointSchedule, train: float, write: float
) -> None:
    work = productive_of(cadence, train, write)
    assert train_for(cadence, work, write) == pytest.approx(train, rel=1e-9, abs=1e-9)


def test_a_write_may_stop_training_altogether() -> None:
    cadence = CheckpointSchedule(10.0, 10.0, 1.0, 1.0, 1.0, 4.0, 0.0, 1.0)
    assert done_after(cadence, 14.0).productive_s == 10.0
    assert done_after(cadence, 16.0).productive_s == 11.0


def test_time_without_end() -> None:
    cadence = CheckpointSchedule(3.0, 3.0, 1.0, 1.0, 0.1, 1.0, 0.0, 1.0)
    assert done_after(cadence, 4e9).saves == 10**9
