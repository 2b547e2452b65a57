"""Books of trials, kept by compiled code from the records of their calls.

They come to the sums of a `Ledger`, and of a `ReplicaMeter`, added in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from simtrain.accounts.hosts_down import P99, SAME
from simtrain.accounts.timeline import Census, EventKind, State
from simtrain.causes import CHECKPOINTS, ELASTIC, SPEED
from simtrain.compiled.caching import kernel
from simtrain.compiled.calls import CENSUS, HAPPENED, ROLLED_BACK, SPENT, TRAINED
from simtrain.compiled.layout import call_at, segment_at
from simtrain.compiled.memory import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Seconds = NDArray[np.float64]
    Places = NDArray[np.int64]

BOOK = np.dtype(
    [
        ("wall_clock_s", "f8"),
        ("spent_s", "f8", (len(State),)),
        ("productive_s", "f8"),
        ("lost_s", "f8"),
        ("degraded_s", "f8"),
        ("counts", "i8", (len(EventKind),)),
        ("saves", "i8"),
        ("longest_run_s", "f8"),
        ("queue_s", "f8"),
        ("skipped_batches", "i8"),
        ("starts_over", "i8"),
        ("host_s", "f8", (len(Census._fields),)),
        ("down_mean", "f8"),
        ("down_p99", "i8"),
        ("down_most", "i8"),
        ("train_s", "f8"),
        ("missing_s", "f8"),  # times the part of the replicas that is missing
    ],
    align=True,
)
"""Sums of one trial that is over."""

book_at = table_of(BOOK)

_SAVE, _WAIT, _QUEUE = (
    int(state) for state in (State.CHECKPOINT_SAVE, State.HOST_WAIT, State.QUEUE_WAIT)
)
_LAUNCH, _INTERRUPTION, _STOP, _SAVED = (
    int(kind) for kind in (EventKind.LAUNCH, EventKind.INTERRUPTION, EventKind.STOP, EventKind.SAVE)
)


class KnownCauses(NamedTuple):
    """Places among the names of causes that books have to know; -1 of one that never comes."""

    checkpoints: int
    elastic: int
    speed: int

    @classmethod
    def of(cls, names: Sequence[str]) -> KnownCauses:
        """The same of the names that the calls of trials use."""
        return cls(
            *(names.index(name) if name in names else -1 for name in (CHECKPOINTS, ELASTIC, SPEED))
        )


@kernel
def keep_book(
    calls: int, calls_n: int, segments: int, segments_n: int, wall_clock_s: float,
    known: KnownCauses, one: np.void, badput: Seconds,
) -> None:  # fmt: skip
    """Book a trial that is over.

    Parameters
    ----------
    calls, calls_n, segments, segments_n
        Addresses of the records of `CALL` and `SEGMENT`, and how many they are.
    wall_clock_s
        When it ended.
    known
        Where causes that matter are among the names.
    one
        Record of `BOOK`, which is overwritten.
    badput
        Seconds by cause, which are overwritten.
    """
    spent, counts = one["spent_s"], one["counts"]
    spent[:] = 0.0
    counts[:] = 0
    badput[:] = 0.0
    # A rollback takes more pieces than it leaves, so there are never more than segments.
    piece_start, piece_end = np.empty(segments_n), np.empty(segments_n)
    piece_s, pieces = np.empty(segments_n), 0
    hosts_of, hosts_s, hosts_at, censuses = _no_censuses(calls_n)
    lost = degraded = longest_run_s = queue_s = train_s = missing_s = since = 0.0
    run_since = -1.0  # negative while training has ended
    saves = skipped = starts_over = 0
    job = idle = repair = away = 0
    for number in range(calls_n):
        call = call_at(calls, number)
        kind = call["kind"]
        if kind == HAPPENED:
            counts[call["what"]] += 1
            if run_since >= 0.0 and (call["what"] == _INTERRUPTION or call["what"] == _STOP):
                longest_run_s = max(longest_run_s, call["start"] - run_since)
                run_since = -1.0
        elif kind == SPENT:
            state, seconds = call["what"], call["end"] - call["start"]
            spent[state] += seconds
            badput[call["cause"]] += seconds
            if state == _SAVE:
                if run_since < 0.0:
                    run_since = call["start"]
            elif state == _QUEUE or (state == _WAIT and counts[_LAUNCH] == 0):
                queue_s += seconds
        elif kind == CENSUS:
            time = call["start"]
            if time > since:
                place = _place(hosts_of, hosts_at, censuses, job, idle, repair, away)
                if place == censuses:
                    hosts_s[place] = 0.0
                    censuses += 1
                hosts_s[place] += time - since
            since = time
            job, idle, repair, away = call["job"], call["idle"], call["repair"], call["away"]
        elif kind == TRAINED:
            segment = segment_at(segments, call["what"])
            piece_start[pieces] = segment["work_start"]
            piece_end[pieces] = segment["work_end"]
            piece_s[pieces] = segment["productive_s"]
            pieces += 1
            elastic = slow = 0.0
            causes, seconds_of = segment["loss_cause"], segment["loss_s"]
            for loss in range(segment["losses"]):
                cause, seconds = causes[loss], seconds_of[loss]
                degraded += seconds
                badput[cause] += seconds
                if cause == known.elastic:
                    elastic = seconds
                elif cause == known.speed:
                    slow = seconds
            train_s += segment["train_s"]
            if elastic != 0.0 and segment["train_s"] != 0.0:
                # The loss to missing replicas comes right after that to speed.
                missing_s += segment["train_s"] * elastic / (segment["train_s"] - slow)
            if segment["save_s"] != 0.0:
                spent[_SAVE] += segment["save_s"]
                badput[known.checkpoints] += segment["save_s"]
            saves += segment["saves"]
            if run_since < 0.0:
                run_since = segment["start"]
        elif kind == ROLLED_BACK:
            work, taken = call["end"], 0.0
            while pieces and piece_end[pieces - 1] > work:
                last = pieces - 1
                start, seconds = piece_start[last], piece_s[last]
                if start >= work:
                    taken += seconds
                    pieces = last
                    continue
                kept = seconds * (work - start) / (piece_end[last] - start)
                piece_end[last], piece_s[last] = work, kept
                taken += seconds - kept
            lost += taken
            badput[call["cause"]] += taken
            if work == 0.0 and saves + counts[_SAVED] > 0:
                starts_over += 1
        else:
            skipped += call["what"]
    if wall_clock_s > since:
        place = _place(hosts_of, hosts_at, censuses, job, idle, repair, away)
        if place == censuses:
            hosts_s[place] = 0.0
            censuses += 1
        hosts_s[place] += wall_clock_s - since
    productive = 0.0
    for number in range(pieces):
        productive += piece_s[number]
    one["wall_clock_s"] = wall_clock_s
    one["productive_s"] = productive
    one["lost_s"] = lost
    one["degraded_s"] = degraded
    one["saves"] = saves + counts[_SAVED]
    if run_since >= 0.0:
        longest_run_s = max(longest_run_s, wall_clock_s - run_since)
    one["longest_run_s"] = longest_run_s
    one["queue_s"] = queue_s
    one["skipped_batches"] = skipped
    one["starts_over"] = starts_over
    one["train_s"] = train_s
    one["missing_s"] = missing_s
    _book_hosts(hosts_of, hosts_s, censuses, one)


@kernel
def _no_censuses(calls: int) -> tuple[Places, Seconds, Places, int]:
    """Room for all the censuses of a trial: where hosts are, seconds, and where each is found."""
    slots = 16
    while slots < 2 * (calls + 1):
        slots *= 2
    return np.empty((calls + 1, 4), np.int64), np.empty(calls + 1), np.full(slots, -1, np.int64), 0


@njit(inline="always")
def _place(
    hosts_of: Places, hosts_at: Places, censuses: int, job: int, idle: int, repair: int, away: int
) -> int:
    """Place of a census in the order in which they first came; it is noted if it is new."""
    mixed = ((job * 1000003 + idle) * 1000003 + repair) * 1000003 + away
    slot = (mixed ^ (mixed >> 17)) & (len(hosts_at) - 1)
    while True:
        place: int = hosts_at[slot]
        if place < 0:
            hosts_at[slot] = censuses
            hosts_of[censuses, 0], hosts_of[censuses, 1] = job, idle
            hosts_of[censuses, 2], hosts_of[censuses, 3] = repair, away
            return censuses
        if (
            hosts_of[place, 0] == job
            and hosts_of[place, 1] == idle
            and hosts_of[place, 2] == repair
            and hosts_of[place, 3] == away
        ):
            return place
        slot = (slot + 1) & (len(hosts_at) - 1)


@kernel
def _book_hosts(hosts_of: Places, hosts_s: Seconds, censuses: int, one: np.void) -> None:
    """Book where hosts were, and how many were down at once."""
    host_s, most = one["host_s"], 0
    host_s[:] = 0.0
    for place in range(censuses):
        for where in range(4):
            host_s[where] += hosts_of[place, where] * hosts_s[place]
        most = max(most, hosts_of[place, 2] + hosts_of[place, 3])
    seconds = np.zeros(most + 1)
    for place in range(censuses):
        seconds[hosts_of[place, 2] + hosts_of[place, 3]] += hosts_s[place]
    total = weighted = 0.0
    for down in range(most + 1):
        total += seconds[down]
        weighted += down * seconds[down]
    one["down_mean"] = weighted / total if total else 0.0
    one["down_p99"] = _reached(seconds, P99 * total * SAME)
    one["down_most"] = _reached(seconds, total * SAME)


@kernel
def _reached(seconds: Seconds, enough: float) -> int:
    """Fewest hosts that are down, so that no more are for so many seconds; 0 of no time."""
    reached = 0.0
    for down in range(len(seconds)):
        reached += seconds[down]
        if reached >= enough and seconds[down]:
            return down
    return 0
