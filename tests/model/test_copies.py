"""Which copy recovery returns to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simtrain.model.copies import INITIAL, Checkpoints, Copy, Saves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.model.draws import Draws

SETTINGS = settings(max_examples=200, derandomize=True, deadline=None)
HALF = {"failure": 0.5, "corrupt": 0.5}


class Marked:
    """Draws by which some saves fail, and some copies turn out corrupt, if that may happen."""

    def __init__(self, failed: Iterable[int], corrupt: Iterable[int]):
        self._marks = {"save fails": set(failed), "copy is corrupt": set(corrupt)}

    def stream(self, name: str, width: int, shift: int) -> MarkedStream:
        return MarkedStream(self._marks[name])


class MarkedStream:
    """A low uniform for those that are marked, a high one for others."""

    def __init__(self, marked: set[int]):
        self._marked = marked

    def row(self, number: int) -> tuple[list[float], int]:
        return [0.25 if number in self._marked else 0.75], 0


def copies(failed: Iterable[int] = (), corrupt: Iterable[int] = ()) -> Checkpoints:
    return Checkpoints(cast("Draws", Marked(failed, corrupt)))


def ten(failed: Iterable[int] = (), corrupt: Iterable[int] = ()) -> Checkpoints:
    """Save number k holds 10·(k + 1) of work and is durable at 100·(k + 1)."""
    checkpoints = copies(failed, corrupt)
    checkpoints.saved(Saves(4, 100.0, 10.0, 100.0, 10.0, **HALF))
    checkpoints.saved(Saves(1, 500.0, 50.0, **HALF))
    checkpoints.saved(Saves(5, 600.0, 60.0, 100.0, 10.0, **HALF))
    return checkpoints


def test_before_the_first_save_there_is_the_initial_state() -> None:
    checkpoints = copies()
    assert checkpoints.go_back(math.inf, math.inf, None) == INITIAL
    assert checkpoints.go_back(math.inf, math.inf, 1) == INITIAL
    assert checkpoints.loads_well(INITIAL)


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
    assert ten().go_back(trusted, durable_by, None).work == work


def test_a_copy_is_durable_at_the_very_moment() -> None:
    for durable_by, copy in [(100.0, Copy(0, 10.0)), (math.nextafter(100.0, 0), INITIAL)]:
        checkpoints = copies()
        checkpoints.saved(Saves(1, 100.0, 10.0))
        assert checkpoints.go_back(math.inf, durable_by, None) == copy


def test_a_copy_that_was_not_durable_in_time_never_will_be() -> None:
    checkpoints = ten()
    assert checkpoints.go_back(math.inf, 950.0, None).work == 90.0
    assert checkpoints.go_back(math.inf, 2000.0, None).work == 90.0


def test_failed_saves_are_passed_over() -> None:
    checkpoints = ten(failed=[9, 8])
    assert not checkpoints.newest_is_usable
    assert checkpoints.go_back(math.inf, math.inf, None).work == 80.0
    assert checkpoints.newest_is_usable


def test_what_may_befall_a_save_is_settled_when_it_is_made() -> None:
    """The draws of all saves are low, but of the first two only one could fail or be corrupt."""
    checkpoints = copies(failed=range(9), corrupt=range(9))
    checkpoints.saved(Saves(1, 1.0, 1.0))
    checkpoints.saved(Saves(1, 2.0, 2.0, corrupt=0.5))
    checkpoints.saved(Saves(1, 3.0, 3.0, failure=0.5))
    assert not checkpoints.newest_is_usable
    copy = checkpoints.go_back(math.inf, 9.0, None)
    assert copy == Copy(1, 2.0)
    assert not checkpoints.loads_well(copy)
    copy = checkpoints.go_back(math.inf, 9.0, None)
    assert copy == Copy(0, 1.0)
    assert checkpoints.loads_well(copy)


def load_until_intact(checkpoints: Checkpoints, keep: int | None) -> list[float]:
    """Work of each copy that is loaded, the last of which is intact."""
    loaded = []
    while True:
        copy = checkpoints.go_back(math.inf, 2000.0, keep)
        loaded.append(copy.work)
        if checkpoints.loads_well(copy):
            return loaded


def test_a_corrupt_copy_is_found_when_loaded_and_not_offered_again() -> None:
    checkpoints = ten(corrupt=[9, 8])
    assert load_until_intact(checkpoints, None) == [100.0, 90.0, 80.0]
    assert load_until_intact(checkpoints, None) == [80.0]


def test_copies_beyond_the_one_gone_back_to_are_dropped_and_numbers_go_on() -> None:
    checkpoints = ten()
    assert checkpoints.go_back(35.0, math.inf, None) == Copy(2, 30.0)
    assert checkpoints.go_back(math.inf, math.inf, None) == Copy(2, 30.0)
    checkpoints.saved(Saves(1, 5000.0, 41.0))
    assert checkpoints.go_back(math.inf, math.inf, None) == Copy(10, 41.0)
    assert checkpoints.go_back(40.0, math.inf, None) == Copy(2, 30.0)


def test_only_so_many_usable_copies_are_kept() -> None:
    assert ten().go_back(95.0, math.inf, 2).work == 90.0
    assert ten().go_back(85.0, math.inf, 2) == INITIAL
    assert ten(failed=[9, 8]).go_back(75.0, math.inf, 2).work == 70.0
    # The oldest is deleted when the next is durable, not when its stall is over.
    assert ten().go_back(85.0, 999.0, 2).work == 80.0


def test_a_copy_that_was_deleted_does_not_come_back() -> None:
    """Of two that are kept, 90 was left after going back behind 95; 80 was deleted for 100."""
    checkpoints = ten()
    assert checkpoints.go_back(95.0, 2000.0, 2).work == 90.0
    assert checkpoints.go_back(85.0, 2000.0, 2) == INITIAL


def test_a_corrupt_copy_does_not_bring_back_one_that_was_deleted() -> None:
    assert load_until_intact(ten(corrupt=[9, 8]), 2) == [100.0, 90.0, 0.0]


class Shelf:
    """The same by brute force: files that are written and deleted one by one."""

    def __init__(self, failed: set[int], corrupt: set[int], keep: int | None):
        self._failed, self._corrupt, self._keep = failed, corrupt, keep
        self._files: list[tuple[int, float, float]] = []  # number, durable, work
        self._made = 0

    def save(self, durable: float, work: float) -> None:
        if self._made not in self._failed:
            self._files.append((self._made, durable, work))
        self._made += 1

    def go_back(self, trusted: float, now: float) -> Copy:
        shelf: list[tuple[int, float, float]] = []
        for file in self._files:
            if file[1] <= now:
                shelf.append(file)
                if self._keep is not None and len(shelf) > self._keep:
                    del shelf[0]
        while shelf and shelf[-1][2] > trusted:
            shelf.pop()
        self._files = shelf
        return Copy(shelf[-1][0], shelf[-1][2]) if shelf else INITIAL

    def loads_well(self, copy: Copy) -> bool:
        if copy.save < 0 or copy.save not in self._corrupt:
            return True
        self._files.pop()
        return False


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(1, 5), max_size=3),
            st.floats(0, 60),
            st.sampled_from([0.0, 5.0, 35.0, math.inf]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.integers(0, 40)),
    st.sets(st.integers(0, 40)),
    st.none() | st.integers(1, 4),
)
def test_batches_are_files_written_and_deleted_one_by_one(
    runs: list[tuple[list[int], float, float]],
    failed: set[int],
    corrupt: set[int],
    keep: int | None,
) -> None:
    """Runs of saves, each save 10 of work and of time and durable after a lag, and falls back."""
    checkpoints, shelf = copies(failed, corrupt), Shelf(failed, corrupt, keep)
    now = work = 0.0
    for batches, lag, back in runs:
        for count in batches:
            saves = Saves(count, now + 10 + lag, work + 10, 10.0, 10.0, **HALF)
            checkpoints.saved(saves)
            for _ in range(count):
                now, work = now + 10, work + 10
                shelf.save(now + lag, work)
        trusted = math.inf if back == math.inf else work - back
        while True:
            copy = checkpoints.go_back(trusted, now, keep)
            assert copy == shelf.go_back(trusted, now)
            intact = checkpoints.loads_well(copy)
            assert intact == shelf.loads_well(copy)
            if intact:
                break
        work = copy.work
        now += 100.0
