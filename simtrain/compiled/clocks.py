"""Clocks of time at risk and what is entered on them, and the timers of the trial.

As `simtrain.faults.source.RiskClock`: a clock has a heap of readings. Whatever may be entered has a
slot of its own; what is taken out again gets another stamp, and its entry is passed over.
"""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.layout import (
    SHORT_OF_ENTRIES,
    SHORT_OF_TIMERS,
    clock_at,
    entry_at,
    timer_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short


@routine
def drop_head(t: int, number: int) -> None:
    """Take the first entry off a clock."""
    s = trial_at(t, 0)
    clock = clock_at(s.clocks, number)
    n = clock.n - 1
    clock.n = n
    if n == 0:
        return
    last = entry_at(clock.entries, n)
    reading, order, slot, stamp = last.reading, last.order, last.slot, last.stamp
    place = 0
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        low = entry_at(clock.entries, child)
        if child + 1 < n:
            other = entry_at(clock.entries, child + 1)
            if other.reading < low.reading or (
                other.reading == low.reading and other.order < low.order
            ):
                child += 1
                low = entry_at(clock.entries, child)
        if reading < low.reading or (reading == low.reading and order < low.order):
            break
        here = entry_at(clock.entries, place)
        here.reading, here.order, here.slot, here.stamp = (
            low.reading, low.order, low.slot, low.stamp,
        )  # fmt: skip
        place = child
    here = entry_at(clock.entries, place)
    here.reading, here.order, here.slot, here.stamp = reading, order, slot, stamp


@routine
def tidy(t: int, number: int) -> None:
    """Take what was taken out off the head of a clock."""
    s = trial_at(t, 0)
    clock = clock_at(s.clocks, number)
    while clock.n:
        head = entry_at(clock.entries, 0)
        if whole_at(s.stamps, head.slot) == head.stamp:
            return
        drop_head(t, number)


@routine
def enter(t: int, number: int, reading: float, slot: int) -> None:
    """Enter a reading of a clock at which what has a slot comes."""
    s = trial_at(t, 0)
    s.entry_order += 1
    if reading >= math.inf:
        return
    clock = clock_at(s.clocks, number)
    place = clock.n
    if place >= clock.cap:
        be_short(t, SHORT_OF_ENTRIES)
        return
    clock.n = place + 1
    while place:
        above = (place - 1) // 2
        parent = entry_at(clock.entries, above)
        if parent.reading <= reading:
            break
        here = entry_at(clock.entries, place)
        here.reading, here.order, here.slot, here.stamp = (
            parent.reading, parent.order, parent.slot, parent.stamp,
        )  # fmt: skip
        place = above
    here = entry_at(clock.entries, place)
    here.reading, here.order, here.slot, here.stamp = (
        reading, s.entry_order, slot, whole_at(s.stamps, slot),
    )  # fmt: skip


@kernel
def take_out(t: int, number: int, slot: int) -> None:
    """Take what has a slot off a clock."""
    s = trial_at(t, 0)
    put_whole(s.stamps, slot, whole_at(s.stamps, slot) + 1)
    tidy(t, number)


@kernel
def reading_ahead(t: int, number: int) -> float:
    """Time at risk until the next entry of a clock."""
    clock = clock_at(trial_at(t, 0).clocks, number)
    if clock.n == 0:
        return math.inf
    ahead: float = entry_at(clock.entries, 0).reading - clock.now
    return ahead


@kernel
def take_head(t: int, number: int) -> int:
    """Set a clock to its next entry, take it off, and give its slot."""
    s = trial_at(t, 0)
    clock = clock_at(s.clocks, number)
    head = entry_at(clock.entries, 0)
    slot, reading = head.slot, head.reading
    drop_head(t, number)
    put_whole(s.stamps, slot, whole_at(s.stamps, slot) + 1)
    tidy(t, number)
    clock.now = reading
    found: int = slot
    return found


# --- timers --------------------------------------------------------------------------------------


@kernel
def set_timer(t: int, seconds: float, kind: int, argument: int) -> None:
    """Let something come after a delay."""
    s = trial_at(t, 0)
    s.order += 1
    at = s.clock + seconds
    place = s.timers_n
    if place >= s.timers_cap:
        be_short(t, SHORT_OF_TIMERS)
        return
    s.timers_n = place + 1
    while place:
        above = (place - 1) // 2
        parent = timer_at(s.timers, above)
        if parent.at <= at:
            break
        here = timer_at(s.timers, place)
        here.at, here.order, here.kind, here.argument = (
            parent.at, parent.order, parent.kind, parent.argument,
        )  # fmt: skip
        place = above
    here = timer_at(s.timers, place)
    here.at, here.order, here.kind, here.argument = at, s.order, kind, argument


@kernel
def take_timer(t: int) -> tuple[float, int, int]:
    """Take the next timer: when it comes, its kind and its argument."""
    s = trial_at(t, 0)
    head = timer_at(s.timers, 0)
    taken = (head.at, head.kind, head.argument)
    n = s.timers_n - 1
    s.timers_n = n
    if n == 0:
        return taken
    last = timer_at(s.timers, n)
    at, order, kind, argument = last.at, last.order, last.kind, last.argument
    place = 0
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        low = timer_at(s.timers, child)
        if child + 1 < n:
            other = timer_at(s.timers, child + 1)
            if other.at < low.at or (other.at == low.at and other.order < low.order):
                child += 1
                low = timer_at(s.timers, child)
        if at < low.at or (at == low.at and order < low.order):
            break
        here = timer_at(s.timers, place)
        here.at, here.order, here.kind, here.argument = low.at, low.order, low.kind, low.argument
        place = child
    here = timer_at(s.timers, place)
    here.at, here.order, here.kind, here.argument = at, order, kind, argument
    return taken
