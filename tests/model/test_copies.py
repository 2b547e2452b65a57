"""Which copy recovery returns to."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.distributions import Fixed
from simtrain.model.copies import INITIAL, Copies, Copy, Saves
from simtrain.model.losses import Losses
from simtrain.model.parameters import TierParameters
from simtrain.model.streams import COPY_IS_CORRUPT, SAVE_FAILS
from simtrain.model.topology import HOST, JOB, Scope
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simtrain.model.draws import Draws
    from simtrain.model.streams import Layout

SETTINGS = examples(200)
NOTHING = Fixed(0.0)
Marks = tuple["Iterable[int]", ...]
"""Numbers of saves, by tier."""


def tier(
    lag: float = 0.0, failure: float = 0.5, corrupt: float = 0.5, keep: int | None = None
) -> TierParameters:
    return TierParameters(0.0, lag, failure, NOTHING, 0.0, 0.0, NOTHING, corrupt, keep)


class Marked:
    """Draws by which some saves fail, and some copies turn out corrupt, if that may happen."""

    def __init__(self, failed: Marks, corrupt: Marks):
        self._marks = {SAVE_FAILS: failed, COPY_IS_CORRUPT: corrupt}

    def stream(self, layout: Layout, of: str) -> MarkedStream:
        number = int(of.removeprefix(": tier ") or 0)
        marks = self._marks[layout]
        return MarkedStream(set(marks[number]) if number < len(marks) else set())


class MarkedStream:
    """A low uniform for those that are marked, a high one for others."""

    def __init__(self, marked: set[int]):
        self._marked = marked

    def row(self, number: int) -> tuple[list[float], int]:
        return [0.25 if number in self._marked else 0.75], 0


def plain(copy: Copy) -> Copy:
    """A copy without the number of its save; the initial state has no tier."""
    return copy._replace(number=0) if copy.save >= 0 else INITIAL


class Saved:
    """Copies in tiers whose parameters do not change unless a save says so."""

    def __init__(self, failed: Marks, corrupt: Marks, tiers: Sequence[TierParameters]):
        self.copies = Copies(cast("Draws", Marked(failed, corrupt)), len(tiers))
        self.tiers = tiers

    def save(self, saves: Saves, *tiers: TierParameters) -> None:
        self.copies.saved(saves, tiers or self.tiers)

    def go_back(self, trusted: float = math.inf, durable_by: float = math.inf) -> Copy:
        return plain(self.copies.go_back(trusted, durable_by, self.tiers))

    def load_until_intact(self) -> list[Copy]:
        """Copies that are loaded one after the other, the last of which is intact."""
        loaded = []
        while True:
            copy = self.go_back(durable_by=2000.0)
            loaded.append(copy)
            if self.copies.loads_well(copy):
                return loaded
            self.copies.exclude(copy)


def one_tier(
    failed: Iterable[int] = (), corrupt: Iterable[int] = (), keep: int | None = None
) -> Saved:
    return Saved((failed,), (corrupt,), [tier(keep=keep)])


def with_ten_saves(saved: Saved) -> Saved:
    """Save number k holds 10·(k + 1) of work, and its stall is over at 100·(k + 1)."""
    saved.save(Saves(4, 100.0, 10.0, 100.0, 10.0))
    saved.save(Saves(1, 500.0, 50.0))
    saved.save(Saves(5, 600.0, 60.0, 100.0, 10.0))
    return saved


def ten(failed: Iterable[int] = (), corrupt: Iterable[int] = (), keep: int | None = None) -> Saved:
    return with_ten_saves(one_tier(failed, corrupt, keep))


@pytest.mark.parametrize("keep", [None, 1])
def test_before_the_first_save_there_is_the_initial_state(keep: int | None) -> None:
    saved = one_tier(keep=keep)
    assert saved.go_back() == INITIAL
    assert saved.copies.loads_well(INITIAL)


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
    assert ten().go_back(trusted, durable_by).work == work


def test_the_first_copy_can_be_corrupt_too_and_the_initial_state_cannot() -> None:
    saved = one_tier(corrupt=[0])
    saved.save(Saves(1, 100.0, 10.0))
    assert saved.load_until_intact() == [Copy(0, 10.0), INITIAL]


def test_a_copy_is_durable_at_the_very_moment() -> None:
    for durable_by, copy in [(100.0, Copy(0, 10.0)), (math.nextafter(100.0, 0), INITIAL)]:
        saved = one_tier()
        saved.save(Saves(1, 100.0, 10.0))
        assert saved.go_back(durable_by=durable_by) == copy


def test_a_copy_is_durable_a_lag_after_its_stall() -> None:
    for moment, copy in [(130.0, Copy(0, 10.0)), (129.9, INITIAL)]:
        saved = Saved((), (), [tier(lag=30.0)])
        saved.save(Saves(1, 100.0, 10.0))
        assert saved.go_back(durable_by=moment) == copy


def test_a_copy_that_was_not_durable_in_time_never_will_be() -> None:
    saved = ten()
    assert saved.go_back(durable_by=950.0).work == 90.0
    assert saved.go_back(durable_by=2000.0).work == 90.0


def test_failed_saves_are_passed_over() -> None:
    saved = ten(failed=[9, 8])
    assert not saved.copies.newest_is_usable()
    assert saved.go_back().work == 80.0
    assert saved.copies.newest_is_usable()


@pytest.mark.parametrize(("failure", "fails"), [(0.75, False), (0.7501, True), (1.0, True)])
def test_a_save_fails_if_its_uniform_is_below_the_probability(failure: float, fails: bool) -> None:
    saved = one_tier()
    saved.save(Saves(1, 1.0, 1.0), tier(failure=failure))
    assert saved.copies.newest_is_usable() == (not fails)
    assert saved.go_back() == (INITIAL if fails else Copy(0, 1.0))


def test_what_may_befall_a_save_is_settled_when_it_is_made() -> None:
    """The draws of all saves are low, but of the first two only one could fail or be corrupt."""
    saved = one_tier(failed=range(9), corrupt=range(9))
    saved.save(Saves(1, 1.0, 1.0), tier(failure=0.0, corrupt=0.0))
    saved.save(Saves(1, 2.0, 2.0), tier(failure=0.0, corrupt=0.5))
    saved.save(Saves(1, 3.0, 3.0), tier(failure=0.5, corrupt=0.0))
    assert not saved.copies.newest_is_usable()
    copy = saved.go_back()
    assert copy == Copy(1, 2.0)
    assert not saved.copies.loads_well(copy)
    saved.copies.exclude(copy)
    copy = saved.go_back()
    assert copy == Copy(0, 1.0)
    assert saved.copies.loads_well(copy)


def test_a_corrupt_copy_is_found_when_loaded_and_not_offered_again() -> None:
    saved = ten(corrupt=[9, 8])
    assert [copy.work for copy in saved.load_until_intact()] == [100.0, 90.0, 80.0]
    assert [copy.work for copy in saved.load_until_intact()] == [80.0]


def test_copies_beyond_the_one_gone_back_to_are_dropped_and_numbers_go_on() -> None:
    saved = ten()
    assert saved.go_back(trusted=35.0) == Copy(2, 30.0)
    assert saved.go_back() == Copy(2, 30.0)
    saved.save(Saves(1, 5000.0, 41.0))
    assert saved.go_back() == Copy(10, 41.0)
    assert saved.go_back(trusted=40.0) == Copy(2, 30.0)


def test_only_so_many_usable_copies_are_kept() -> None:
    assert ten(keep=2).go_back(95.0).work == 90.0
    assert ten(keep=2).go_back(85.0) == INITIAL
    assert ten(failed=[9, 8], keep=2).go_back(75.0).work == 70.0
    # The oldest is deleted when the next is durable, not when its stall is over.
    assert ten(keep=2).go_back(85.0, 999.0).work == 80.0


def test_a_copy_that_was_deleted_does_not_come_back() -> None:
    """Of two that are kept, 90 was left after going back behind 95; 80 was deleted for 100."""
    saved = ten(keep=2)
    assert saved.go_back(95.0, 2000.0).work == 90.0
    assert saved.go_back(85.0, 2000.0) == INITIAL


def test_a_corrupt_copy_does_not_bring_back_one_that_was_deleted() -> None:
    loaded = ten(corrupt=[9, 8], keep=2).load_until_intact()
    assert [copy.work for copy in loaded] == [100.0, 90.0, 0.0]


# --- several tiers ------------------------------------------------------------------------------


def two_tiers(
    failed: Marks = (),
    corrupt: Marks = (),
    lags: tuple[float, float] = (0.0, 0.0),
    keep: tuple[int | None, int | None] = (None, None),
) -> Saved:
    """Ten saves in two tiers, the faster one first."""
    tiers = [tier(lag=lag, keep=most) for lag, most in zip(lags, keep, strict=True)]
    return with_ten_saves(Saved(failed, corrupt, tiers))


FAST, SLOW = 0, 1


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (((), ()), Copy(9, 100.0, FAST)),
        (((9,), ()), Copy(9, 100.0, SLOW)),
        (((), (9,)), Copy(9, 100.0, FAST)),
        (((9,), (9,)), Copy(8, 90.0, FAST)),
        (((9, 8), (9,)), Copy(8, 90.0, SLOW)),
        ((range(10), range(1, 10)), Copy(0, 10.0, SLOW)),
        ((range(10), range(10)), INITIAL),
    ],
)
def test_the_newest_over_all_tiers_and_of_one_age_the_fastest(
    failed: Marks, expected: Copy
) -> None:
    saved = two_tiers(failed)
    assert saved.copies.newest_is_usable() == (9 not in failed[SLOW])
    assert saved.go_back() == expected


@pytest.mark.parametrize(
    ("durable_by", "expected"),
    [
        (1250.0, Copy(9, 100.0, FAST)),
        (1019.9, Copy(8, 90.0, FAST)),
        (350.0, Copy(2, 30.0, FAST)),
        (119.9, INITIAL),
    ],
)
def test_a_copy_is_durable_in_each_tier_after_the_lag_of_that(
    durable_by: float, expected: Copy
) -> None:
    assert two_tiers(lags=(20.0, 250.0)).go_back(durable_by=durable_by) == expected


@pytest.mark.parametrize(
    ("durable_by", "expected"),
    [(1250.0, Copy(9, 100.0, SLOW)), (1249.9, Copy(8, 90.0, SLOW)), (349.9, INITIAL)],
)
def test_where_the_faster_tier_failed_the_lag_of_the_slower_one_counts(
    durable_by: float, expected: Copy
) -> None:
    saved = two_tiers(failed=(range(10),), lags=(20.0, 250.0))
    assert saved.go_back(durable_by=durable_by) == expected


@pytest.mark.parametrize(
    ("durable_by", "last"), [(1050.0, Copy(7, 80.0, SLOW)), (1049.9, Copy(6, 70.0, SLOW))]
)
def test_what_was_not_durable_in_a_slower_tier_when_its_write_ended_never_will_be(
    durable_by: float, last: Copy
) -> None:
    """Copy 80 was durable in the slower tier at 1050, when the newest of the other was 100."""
    saved = two_tiers(lags=(20.0, 250.0))
    assert saved.go_back(durable_by=durable_by) == Copy(9, 100.0, FAST)
    saved.copies.losses.lost(0, 0, saved.copies.made, left=True)
    saved.tiers = [replace(saved.tiers[FAST], survives=JOB), saved.tiers[SLOW]]
    assert saved.go_back(durable_by=5000.0) == last


def test_each_tier_keeps_so_many_copies_of_its_own() -> None:
    """The faster tier has 90 and 100, the slower one 60 and all behind it."""
    for trusted, expected in [
        (95.0, Copy(8, 90.0, FAST)),
        (85.0, Copy(7, 80.0, SLOW)),
        (65.0, Copy(5, 60.0, SLOW)),
        (55.0, INITIAL),
    ]:
        assert two_tiers(keep=(2, 5)).go_back(trusted) == expected


def test_a_tier_keeps_its_newest_usable_copies_whatever_another_has() -> None:
    """Of the slower tier the last two saves failed: of two that are kept the older one is 70."""
    saved = two_tiers(failed=((), (9, 8)), keep=(1, 2))
    assert saved.go_back(75.0) == Copy(6, 70.0, SLOW)
    assert two_tiers(failed=((), (9, 8)), keep=(1, 2)).go_back(65.0) == INITIAL


@pytest.mark.parametrize(
    ("corrupt", "loaded"),
    [
        (((9,), ()), [Copy(9, 100.0, FAST), Copy(8, 90.0, FAST)]),
        (((), (9,)), [Copy(9, 100.0, FAST)]),
        (((9, 8), ()), [Copy(9, 100.0, FAST), Copy(8, 90.0, FAST), Copy(7, 80.0, FAST)]),
    ],
)
def test_a_corrupt_copy_leads_to_an_older_save_in_any_tier(
    corrupt: Marks, loaded: list[Copy]
) -> None:
    assert two_tiers(corrupt=corrupt).load_until_intact() == loaded


def test_a_load_that_fails_falls_to_the_same_save_in_the_next_tier_and_is_tried_again_there() -> (
    None
):
    saved = two_tiers()
    tiers = saved.tiers
    slower = saved.copies.in_next_tier(saved.copies.go_back(math.inf, math.inf, tiers), tiers)
    assert plain(slower) == Copy(9, 100.0, SLOW)
    assert saved.copies.in_next_tier(slower, tiers) == slower
    missing = two_tiers(failed=((), (9,)))
    copy = missing.copies.go_back(math.inf, math.inf, missing.tiers)
    assert missing.copies.in_next_tier(copy, missing.tiers) == copy


def test_a_load_does_not_fall_to_a_copy_that_is_not_kept() -> None:
    """Of the copy that holds 90, which is trusted, the slow tier has kept nothing."""
    saved = two_tiers(keep=(None, 1))
    copy = saved.copies.go_back(90.0, math.inf, saved.tiers)
    assert plain(copy) == Copy(8, 90.0, FAST)
    assert saved.copies.in_next_tier(copy, saved.tiers) == copy


def test_the_fastest_load_is_the_one_with_the_least_mean_whatever_the_order_of_the_rows() -> None:
    saved = two_tiers()
    saved.tiers = [replace(saved.tiers[0], load=Fixed(60.0)), replace(saved.tiers[1])]
    assert saved.go_back() == Copy(9, 100.0, SLOW)


def test_each_nth_save_goes_to_a_tier_by_the_number_of_the_save() -> None:
    """Of ten saves the slower tier has numbers 4 and 8, which hold 40 and 80 of work."""
    saved = every_fourth()
    assert saved.go_back() == Copy(9, 100.0, FAST)
    assert [copy.work for copy in every_fourth(failed=(range(10),)).load_until_intact()] == [80.0]
    # Back at save number 8, the next one in the slower tier is the fourth after it.
    saved = every_fourth(failed=(range(20),))
    assert saved.go_back() == Copy(7, 80.0, SLOW)
    assert saved.copies.number == 8
    saved.save(Saves(6, 2000.0, 90.0, 100.0, 10.0))
    assert saved.go_back(trusted=125.0) == Copy(13, 120.0, SLOW)


def every_fourth(failed: Marks = (), corrupt: Marks = ()) -> Saved:
    return with_ten_saves(Saved(failed, corrupt, [tier(), replace(tier(), every=4)]))


def test_a_save_that_is_not_due_in_the_last_tier_goes_there_all_the_same_where_it_is_the_last() -> (
    None
):
    saved = every_fourth(failed=(range(12),))
    saved.copies.saved(Saves(1, 1100.0, 105.0), saved.tiers, to_last=True)
    assert saved.go_back() == Copy(10, 105.0, SLOW)
    saved = every_fourth(failed=(range(12),))
    saved.copies.saved_to_last(Saves(1, 1100.0, 100.0), saved.tiers)
    assert saved.go_back() == Copy(9, 100.0, SLOW)


def test_some_copies_are_kept_for_good() -> None:
    """Of ten saves the newest two are kept, and numbers 3, 6 and 9."""
    saved = one_tier()
    saved.tiers = [replace(tier(keep=2), permanent_every=3)]
    with_ten_saves(saved)
    works = []
    for _ in range(6):
        works.append(saved.go_back(works[-1] - 1 if works else math.inf).work)
    assert works == [100.0, 90.0, 60.0, 30.0, 0.0, 0.0]


# --- hosts that are lost ------------------------------------------------------------------------

MEMORY, PEERS, ELSEWHERE = JOB, HOST, None


def held(survives: Scope | None) -> Saved:
    """Ten saves in one tier."""
    return with_ten_saves(Saved((), (), [replace(tier(), survives=survives)]))


@pytest.mark.parametrize(
    ("survives", "struck", "one", "same", "two"),
    [
        (MEMORY, 0.0, 0.0, 0.0, 0.0),
        (PEERS, 100.0, 100.0, 100.0, 0.0),
        (ELSEWHERE, 100.0, 100.0, 100.0, 100.0),
        (Scope(4), 100.0, 100.0, 100.0, 100.0),
        (Scope(3), 100.0, 100.0, 100.0, 0.0),
    ],
)
def test_a_copy_survives_the_loss_of_one_unit_of_its_scope(
    survives: Scope | None, struck: float, one: float, same: float, two: float
) -> None:
    """A host is struck and stays; hosts 1, 1 again, and 1 and 3 leave."""
    for losses, work in [
        ([(1, False)], struck),
        ([(1, True)], one),
        ([(1, False), (1, True)], same),
        ([(1, True), (3, True)], two),
    ]:
        saved = held(survives)
        for host, left in losses:
            saved.copies.losses.lost(host, host, 10, left)
        assert saved.go_back().work == work


def test_a_host_that_came_later_holds_nothing_until_the_next_save() -> None:
    saved = held(MEMORY)
    losses = saved.copies.losses
    losses.lost(1, 1, 10, left=True)
    losses.came(7, 10)
    assert saved.go_back() == INITIAL
    saved.save(Saves(1, 5000.0, 20.0))
    assert saved.go_back() == Copy(10, 20.0)
    losses.lost(7, 7, 11, left=False)
    assert saved.go_back() == INITIAL


def test_a_host_that_came_after_a_copy_was_made_is_not_lost_to_it() -> None:
    saved = held(PEERS)
    losses = saved.copies.losses
    losses.lost(1, 1, 10, left=True)
    losses.came(7, 10)
    losses.lost(7, 7, 10, left=True)
    assert saved.go_back() == Copy(9, 100.0)


def test_all_hosts_that_leave_at_once_empty_what_does_not_survive_all() -> None:
    for survives, work in [(MEMORY, 0.0), (PEERS, 0.0), (ELSEWHERE, 100.0)]:
        saved = held(survives)
        saved.copies.losses.lost_all(10)
        assert saved.go_back().work == work


def test_all_hosts_that_are_struck_and_stay_empty_their_memory_alone() -> None:
    for survives, work in [(MEMORY, 0.0), (PEERS, 100.0), (ELSEWHERE, 100.0)]:
        saved = held(survives)
        saved.copies.losses.all_struck(10)
        assert saved.go_back().work == work
    saved = held(MEMORY)
    saved.copies.losses.all_struck(9)  # before the last save, which is in memory once more
    assert saved.go_back().work == 100.0


def test_a_fall_back_forgets_what_came_after_it_in_all_tiers() -> None:
    saved = two_tiers(failed=((2,), ()))
    assert saved.go_back(trusted=35.0) == Copy(2, 30.0, SLOW)
    assert saved.go_back() == Copy(2, 30.0, SLOW)
    saved.save(Saves(1, 5000.0, 41.0))
    assert saved.go_back() == Copy(10, 41.0, FAST)


# --- by brute force -----------------------------------------------------------------------------

HOSTS = 4


class File(NamedTuple):
    """A copy in a tier, with the hosts that hold it."""

    save: int
    durable: float
    work: float
    is_permanent: bool
    hosts: tuple[int, ...]
    processes: tuple[int, ...]


class Shelf:
    """The copies of one tier by brute force: files that are written and deleted one by one.

    At each place there is a host, and a process on it, which a strike replaces by another.
    """

    def __init__(self, failed: set[int], corrupt: set[int], lag: float, tier: TierParameters):
        self._failed, self._corrupt, self.lag, self._tier = failed, corrupt, lag, tier
        self._files: list[File] = []

    def save(
        self, save: int, number: int, ended: float, work: float, job: tuple[list[int], list[int]]
    ) -> None:
        tier, (hosts, processes) = self._tier, job
        if not number % tier.every and save not in self._failed:
            permanent = tier.permanent_every
            is_permanent = permanent is not None and not number // tier.every % permanent
            durable = ended + self.lag
            self._files.append(
                File(save, durable, work, is_permanent, tuple(hosts), tuple(processes))
            )

    def newest(
        self, trusted: float, now: float, job: tuple[list[int], list[int]]
    ) -> tuple[int, float]:
        """Delete what was not written in time or is too old; save and work of what is offered."""
        shelf = [file for file in self._files if file.durable <= now]
        keep = self._tier.keep
        if keep is not None:
            shelf = [file for file in shelf[:-keep] if file.is_permanent] + shelf[-keep:]
        self._files = shelf
        offered = [f for f in shelf if f.work <= trusted and self._readable(f, *job)]
        return (offered[-1].save, offered[-1].work) if offered else (-1, 0.0)

    def _readable(self, file: File, hosts: list[int], processes: list[int]) -> bool:
        survives = self._tier.survives
        if survives is None:
            return True
        if not survives.hosts:
            return file.processes == tuple(processes)
        lost = [place for place in range(HOSTS) if file.hosts[place] != hosts[place]]
        return len({place // survives.hosts for place in lost}) <= 1

    def forget(self, beyond: int, corrupt: bool) -> None:
        self._files = [f for f in self._files if f.save < beyond + (not corrupt)]

    def is_corrupt(self, save: int) -> bool:
        return save in self._corrupt


TIERS = st.tuples(
    st.sets(st.integers(0, 40)),
    st.sets(st.integers(0, 40)),
    st.sampled_from([0.0, 7.0, 35.0, 60.0]),
    st.builds(
        lambda keep, permanent, every, survives: replace(
            tier(keep=keep), permanent_every=permanent, every=every, survives=survives
        ),
        st.none() | st.integers(1, 4),
        st.none() | st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from([None, MEMORY, PEERS, Scope(2)]),
    ),
)
LOSSES = st.lists(
    st.tuples(st.integers(0, HOSTS - 1), st.sampled_from(["left", "struck", "all"])), max_size=2
)


@SETTINGS
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(1, 5), LOSSES), max_size=3),
            st.sampled_from([0.0, 0.6, 1.0]),
            st.sampled_from([0.0, 5.0, 35.0, math.inf]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.lists(TIERS, min_size=1, max_size=3),
)
def test_batches_are_files_written_and_deleted_one_by_one(
    runs: list[tuple[list[tuple[int, list[tuple[int, str]]]], float, float]],
    tiers: list[tuple[set[int], set[int], float, TierParameters]],
) -> None:
    """Runs of saves, each 10 of work and of time, and hosts that are lost between them.

    After each run there is a fall back, and lags are others. A host that leaves is replaced at
    once, at its place.
    """
    failed, corrupt, lags, rows = zip(*tiers, strict=True)
    saved = Saved(failed, corrupt, list(rows))
    losses = saved.copies.losses
    shelves = [Shelf(*one) for one in tiers]
    now = work = 0.0
    made = number = 0
    job = list(range(HOSTS)), list(range(HOSTS))
    for batches, factor, back in runs:
        saved.tiers = [replace(row, lag=factor * lag) for row, lag in zip(rows, lags, strict=True)]
        for shelf, lag in zip(shelves, lags, strict=True):
            shelf.lag = factor * lag
        for count, lost in batches:
            saved.save(Saves(count, now + 10, work + 10, 10.0, 10.0))
            for _ in range(count):
                now, work, number = now + 10, work + 10, number + 1
                for shelf in shelves:
                    shelf.save(made, number, now, work, job)
                made += 1
            for place, how in lost:
                for gone in range(HOSTS) if how == "all" else (place,):
                    lose(losses, job, gone, made, left=how != "struck")
        trusted = math.inf if back == math.inf else work - back
        while True:
            copy = saved.copies.go_back(trusted, now, saved.tiers)
            newest = [shelf.newest(trusted, now, job) for shelf in shelves]
            assert (copy.save, copy.work) == max(newest)
            assert copy.save < 0 or copy.tier == newest.index(max(newest))
            intact = saved.copies.loads_well(copy)
            assert intact == (copy.save < 0 or not shelves[copy.tier].is_corrupt(copy.save))
            for shelf in shelves:
                shelf.forget(copy.save, corrupt=not intact)
            if intact:
                break
            saved.copies.exclude(copy)
        work, number = copy.work, copy.number
        now += 100.0


def lose(
    losses: Losses, job: tuple[list[int], list[int]], place: int, made: int, left: bool
) -> None:
    """Lose a host, or the process on it, and let another one come."""
    hosts, processes = job
    losses.lost(hosts[place], place, made, left)
    processes[place] += HOSTS
    if left:
        hosts[place] += HOSTS
        losses.came(hosts[place], made)
