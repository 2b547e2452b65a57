"""Which copy recovery returns to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simtrain.engine.checkpoints import INITIAL, Checkpoints, Copy, Saves

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTINGS = settings(max_examples=200, derandomize=True, deadline=None)


def copies(failed: Iterable[int] = (), corrupt: Iterable[int] = ()) -> Checkpoints:
    return Checkpoints(set(failed).__contains__, set(corrupt).__contains__)


def ten(failed: Iterable[int] = (), corrupt: Iterable[int] = ()) -> Checkpoints:
    """Save number k holds 10·(k + 1) of work and is durable at 100·(k + 1)."""
    checkpoints = copies(failed, corrupt)
    checkpoints.saved(Saves(4, 100.0, 10.0, 100.0, 10.0))
    checkpoints.saved(Saves(1, 500.0, 50.0))
    checkpoints.saved(Saves(5, 600.0, 60.0, 100.0, 10.0))
    return checkpoints


def test_before_the_first_save_there_is_the_initial_state() -> None:
    assert copies().latest(math.inf, math.inf, None) == INITIAL
    assert copies().loads_well(INITIAL)


@pytest.mark.parametrize(
    ("trusted", "durable_by", "work"),
    [
        (math.inf, math.inf, 100.0),
        (math.inf, 1000.0, 100.0),
        (math.inf, 999.9, 90.0),
        (math.inf, 500.0, 50.0),
        (math.inf, 499.9, 40.0),
        (math.inf, 99.9, 0.0),
        (100.0, math.inf, 100.0),
        (99.9, math.inf, 90.0),
        (9.9, math.inf, 0.0),
        (-1.0, math.inf, 0.0),
        (72.0, 650.0, 60.0),
    ],
)
def test_the_newest_that_is_durable_and_trusted(
    trusted: float, durable_by: float, work: float
) -> None:
    assert ten().latest(trusted, durable_by, None).work == work


def test_a_copy_is_durable_at_the_very_moment() -> None:
    checkpoints = copies()
    checkpoints.saved(Saves(1, 100.0, 10.0))
    assert checkpoints.latest(math.inf, 100.0, None) == Copy(0, 10.0)
    assert checkpoints.latest(math.inf, math.nextafter(100.0, 0), None) == INITIAL


def test_failed_saves_are_passed_over() -> None:
    assert ten(failed=[9, 8]).latest(math.inf, math.inf, None).work == 80.0


def test_a_corrupt_copy_is_found_when_loaded_and_not_offered_again() -> None:
    checkpoints = ten(corrupt=[9, 8])
    loaded = []
    while True:
        copy = checkpoints.latest(math.inf, math.inf, None)
        loaded.append(copy.work)
        checkpoints.forget_beyond(copy)
        if checkpoints.loads_well(copy):
            break
    assert loaded == [100.0, 90.0, 80.0]


def test_copies_beyond_the_one_gone_back_to_are_dropped_and_numbers_go_on() -> None:
    checkpoints = ten()
    checkpoints.forget_beyond(checkpoints.latest(35.0, math.inf, None))
    assert checkpoints.latest(math.inf, math.inf, None) == Copy(2, 30.0)
    checkpoints.saved(Saves(1, 5000.0, 41.0))
    assert checkpoints.latest(math.inf, math.inf, None) == Copy(10, 41.0)
    assert checkpoints.latest(40.0, math.inf, None) == Copy(2, 30.0)


def test_only_so_many_usable_copies_are_kept() -> None:
    assert ten().latest(95.0, math.inf, 2).work == 90.0
    assert ten().latest(85.0, math.inf, 2) == INITIAL
    assert ten(failed=[9, 8]).latest(75.0, math.inf, 2).work == 70.0
    # The oldest is deleted when the next is durable, not when its stall is over.
    assert ten().latest(85.0, 999.0, 2).work == 80.0


def test_a_copy_that_was_deleted_does_not_come_back() -> None:
    """Of two that are kept, 90 was left after going back behind 95; 80 was deleted for 100."""
    checkpoints = ten()
    copy = checkpoints.latest(95.0, 2000.0, 2)
    checkpoints.forget_beyond(copy)
    assert copy.work == 90.0
    assert checkpoints.latest(85.0, 2000.0, 2) == INITIAL


def test_a_corrupt_copy_does_not_bring_back_one_that_was_deleted() -> None:
    checkpoints = ten(corrupt=[9, 8])
    loaded = []
    for _ in range(3):
        copy = checkpoints.latest(math.inf, 2000.0, 2)
        loaded.append(copy.work)
        checkpoints.forget_beyond(copy)
        if checkpoints.loads_well(copy):
            break
    assert loaded == [100.0, 90.0, 0.0]


@SETTINGS
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
    st.sets(st.integers(0, 24)),
    st.floats(0, 300),
    st.floats(0, 300),
    st.none() | st.integers(1, 4),
)
def test_batches_are_the_saves_one_by_one(
    counts: list[int], failed: set[int], trusted: float, durable_by: float, keep: int | None
) -> None:
    batched, single = copies(failed), copies(failed)
    time = 0.0
    for count in counts:
        batched.saved(Saves(count, time + 10, time + 10, 10.0, 10.0))
        for number in range(1, count + 1):
            single.saved(Saves(1, time + 10 * number, time + 10 * number))
        time += 10 * count
    for checkpoints in (batched, single):
        checkpoints.forget_beyond(checkpoints.latest(max(trusted, 100.0), 200.0, None))
    found = batched.latest(trusted, durable_by, keep)
    assert found == single.latest(trusted, durable_by, keep)
