"""Training and saving in one piece of arithmetic is what a loop over saves gives."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from itertools import islice, repeat
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.model.saving import (
    CheckpointSchedule,
    SaveCycle,
    done_after,
    done_with_work,
    even_parts,
    productive_of,
    time_to_save,
    time_to_train,
    train_for,
)
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = examples(300)


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
    schedule: CheckpointSchedule,
    *,
    time: float = math.inf,
    work: float = math.inf,
    train: float = math.inf,
) -> Loop:
    """Train and stall in turn until so much time, work or training is over."""
    at = trained = saved = done = written = 0.0
    saves = 0
    following = saves_in_order(schedule)
    stall_s, after, write_after = next(following)
    span, write = schedule.first_s, schedule.write_left_s
    slow = schedule.speed * (1 - schedule.write_slowdown)
    while True:
        beside = min(write, span)
        to_work = beside + (work - done - slow * beside) / schedule.speed
        if work - done <= slow * beside:
            to_work = (work - done) / slow if slow else beside
        piece = min(span, time - at, to_work, train - trained)
        done += slow * min(piece, write) + schedule.speed * max(0.0, piece - write)
        written += min(piece, write)
        at, trained = at + piece, trained + piece
        over = piece < span or at >= time or done >= work or trained >= train
        if over and (at < time or piece < span or not stall_s):
            return Loop(at, trained, saved, saves, done, written, piece, 0.0)
        stall = min(stall_s, time - at)
        at, saved = at + stall, saved + stall
        if stall < stall_s:
            return Loop(at, trained, saved, saves, done, written, 0.0, stall_s - stall)
        saves += 1
        span, write = after, write_after
        stall_s, after, write_after = next(following)


def saves_in_order(schedule: CheckpointSchedule) -> Iterator[tuple[float, float, float]]:
    """Stall of each save, training until the next one, and background write."""
    cycle = schedule.cycle
    if cycle is None:
        yield from repeat((schedule.stall_s, schedule.every_s, schedule.write_s))
        return
    kinds = zip(cycle.stall_s.amounts, cycle.train_s.amounts, cycle.write_s, strict=True)
    yield from islice(itertools.cycle(list(kinds)), schedule.place, None)


@st.composite
def cadences(draw: st.DrawFn) -> CheckpointSchedule:
    """Saves that are all alike, or that repeat in rounds of up to four."""
    even = draw(even_cadences())
    number = draw(st.integers(0, 4))
    if not number:
        return even
    stalls = draw(st.lists(st.sampled_from([0.0, 0.25, 2.0]), min_size=number, max_size=number))
    every = draw(st.lists(st.sampled_from([0.5, 1.0, 7.0]), min_size=number, max_size=number))
    writes = draw(st.lists(st.floats(0, 9), min_size=number, max_size=number))
    place = draw(st.integers(0, number - 1))
    return replace(
        even, every_s=every[place], stall_s=stalls[place], write_s=writes[place], place=place,
        cycle=SaveCycle(stalls, every, writes, even.speed, even.write_slowdown),
    )  # fmt: skip


@st.composite
def even_cadences(draw: st.DrawFn) -> CheckpointSchedule:
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
def test_done_after_is_a_loop(schedule: CheckpointSchedule, time: float) -> None:
    found, loop = done_after(schedule, time), looped(schedule, time=time)
    assert found.train_s + found.save_s == pytest.approx(time, abs=1e-9)
    assert found.train_s == pytest.approx(loop.train, abs=1e-9)
    assert found.save_s == pytest.approx(loop.save, abs=1e-9)
    assert found.productive_s == pytest.approx(loop.work, abs=1e-9)
    assert found.written_s * bool(schedule.write_slowdown) == pytest.approx(
        loop.written * bool(schedule.write_slowdown), abs=1e-9
    )


@SETTINGS
@given(cadences(), st.floats(0, 200))
def test_what_follows_the_last_save_is_a_loop(schedule: CheckpointSchedule, time: float) -> None:
    edges = [looped(schedule, time=time + step) for step in (-1e-7, 1e-7)]
    if len({(edge.saves, edge.stall_left > 0) for edge in edges}) > 1:
        return  # on an edge, either side will do
    found, loop = done_after(schedule, time), looped(schedule, time=time)
    assert (found.saves, found.since_save_s, found.stall_left_s or 0.0) == (
        loop.saves,
        pytest.approx(loop.since, abs=1e-9),
        pytest.approx(loop.stall_left, abs=1e-9),
    )


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_done_with_work_is_a_loop(schedule: CheckpointSchedule, work: float) -> None:
    loop = looped(schedule, work=work)
    whole = looped(schedule, work=work * (1 + 1e-7))
    if whole.saves != looped(schedule, work=work * (1 - 1e-7)).saves:
        return  # a save due just then may come before or after
    time, found = done_with_work(schedule, work)
    assert time == pytest.approx(loop.time, rel=1e-9, abs=1e-9)
    assert found.productive_s == pytest.approx(work, rel=1e-9)
    assert found.train_s == pytest.approx(loop.train, rel=1e-9, abs=1e-9)
    assert found.saves == loop.saves
    assert found.since_save_s == pytest.approx(loop.since, rel=1e-7, abs=1e-7)
    assert not found.stall_left_s


@SETTINGS
@given(cadences(), st.integers(1, 12))
def test_time_to_a_save_is_a_loop(schedule: CheckpointSchedule, number: int) -> None:
    time, done = time_to_save(schedule, number)
    saves = list(islice(saves_in_order(schedule), number - 1))
    spans = [schedule.first_s, *(every for _, every, _ in saves)]
    assert time == pytest.approx(sum(spans) + sum(stall for stall, _, _ in saves), abs=1e-9)
    assert done.train_s == pytest.approx(sum(spans), abs=1e-9)
    assert (done.saves, done.stall_left_s) == (number - 1, None)
    assert done.since_save_s == pytest.approx(spans[-1])


@SETTINGS
@given(cadences(), st.floats(0.1, 100))
def test_parts_with_saves_that_are_alike_make_up_the_whole(
    schedule: CheckpointSchedule, time: float
) -> None:
    parts = list(even_parts(schedule, time))
    ends = [since for since, _, _ in parts[1:]] + [time]
    for (since, work, part), end in zip(parts, ends, strict=True):
        assert part.cycle is None
        for at in (since, (since + end) / 2, end):
            whole, own = done_after(schedule, at), done_after(part, at - since)
            assert work + own.productive_s == pytest.approx(whole.productive_s, abs=1e-7)


@pytest.mark.parametrize("pieces", [1, 2, 10])
def test_a_save_due_at_the_end_of_the_work_is_still_to_come(pieces: int) -> None:
    schedule = CheckpointSchedule(3.0, 3.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    time, done = done_with_work(schedule, 3.0 * pieces)
    assert (time, done.saves, done.since_save_s) == (4.0 * pieces - 1.0, pieces - 1, 3.0)


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_time_and_work_are_inverse(schedule: CheckpointSchedule, work: float) -> None:
    time, _ = done_with_work(schedule, work)
    assert done_after(schedule, time).productive_s == pytest.approx(work, rel=1e-6, abs=1e-6)


@SETTINGS
@given(cadences(), st.floats(0.01, 100))
def test_time_to_train_is_a_loop(schedule: CheckpointSchedule, train: float) -> None:
    loops = [looped(schedule, train=train * edge) for edge in (1 - 1e-7, 1 + 1e-7)]
    if loops[0].saves == loops[1].saves:
        loop = looped(schedule, train=train)
        assert time_to_train(schedule, train) == pytest.approx(loop.time, rel=1e-9)


@SETTINGS
@given(cadences(), st.floats(0, 100), st.floats(0, 50))
def test_training_and_work_beside_a_write_are_inverse(
    schedule: CheckpointSchedule, train: float, write: float
) -> None:
    work = productive_of(schedule, train, write)
    assert train_for(work, write, schedule.speed, schedule.write_slowdown) == pytest.approx(
        train, rel=1e-9, abs=1e-9
    )


def test_a_write_may_stop_training_altogether() -> None:
    schedule = CheckpointSchedule(10.0, 10.0, 1.0, 1.0, 1.0, 4.0, 0.0, 1.0)
    assert done_after(schedule, 14.0).productive_s == 10.0
    assert done_after(schedule, 16.0).productive_s == 11.0


def test_time_without_end() -> None:
    schedule = CheckpointSchedule(3.0, 3.0, 1.0, 1.0, 0.1, 1.0, 0.0, 1.0)
    assert done_after(schedule, 4e9).saves == 10**9


def test_saves_that_differ_come_in_their_order_and_none_as_training_ends() -> None:
    """Saves after 3, 4 and 11 s of training, and again 1 s and 7 s later; 2 s and ¼ s long.

    Work goes at half speed, so 2 s of it are 4 s of training.
    """
    cycle = SaveCycle([2.0, 0.25], [1.0, 7.0], [0.0, 0.0], 0.5, 0.0)
    schedule = CheckpointSchedule(3.0, 1.0, 2.0, 0.5, 0.0, 0.0, 0.0, 1.0, cycle, 0)
    times = {3.0: 3.0, 3.5: 5.5, 4.0: 6.0, 4.5: 6.75, 11.0: 13.25, 11.5: 15.75, 12.5: 17.0}
    saves = {3.0: 0, 3.5: 1, 4.0: 1, 4.5: 2, 11.0: 2, 11.5: 3, 12.5: 4}
    for train, time in times.items():
        assert time_to_train(schedule, train) == time
        when, done = done_with_work(schedule, train / 2)
        assert when == time
        assert done is not None
        assert (done.train_s, done.saves) == (train, saves[train])


@pytest.mark.parametrize(
    ("slowdown", "write_s", "outlast"), [(0.2, 2.0, True), (0.2, 1.0, False), (0.0, 2.0, False)]
)
def test_a_write_outlasts_the_training_up_to_the_next_save_if_it_slows_any(
    slowdown: float, write_s: float, outlast: bool
) -> None:
    assert SaveCycle([1.0, 1.0], [1.0, 7.0], [write_s, 5.0], 1.0, slowdown).outlast is outlast
