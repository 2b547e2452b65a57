"""Periodic checks, as in `simtrain.engine.checks`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain import causes
from simtrain.compiled.caching import kernel
from simtrain.compiled.draws import uniform
from simtrain.compiled.hosts import is_in_job
from simtrain.compiled.latents import AT_ONCE, notice, notice_slow
from simtrain.compiled.layout import (
    CHECKED,
    NONE,
    SHORT_OF_HOLDS,
    check_at,
    checked_at,
    latent_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import float_at, put_float, put_whole, whole_at
from simtrain.compiled.parameters import CHECK, MOST_CLASSES, encode_check
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short
from simtrain.compiled.trial_memory import word
from simtrain.model.streams import CHECK as CHECK_STREAM
from simtrain.model.streams import CHECK_DURATION, CHECK_FINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters

_SAME = 1e-9


def lay_out_checks(memory: TrialMemory, regimes: Sequence[Parameters]) -> None:
    """Lay out the checks after all changes, and room for what they have found."""
    state, scenario, checks = memory.state, memory.scenario, regimes[0].checks
    numbers = {name: place for place, name in enumerate(scenario.fault)}
    numbers[causes.CORRUPT_COPIES] = int(state["latent_class"])
    state["checks_n"] = len(checks)
    table = memory.table("check_table", CHECK, len(regimes) * len(checks))
    for number, parameters in enumerate(regimes):
        for place, check in enumerate(parameters.checks):
            encoded = encode_check(check, memory.held, numbers)
            memory.put(table, number * len(checks) + place, encoded)
    made = memory.table("checks", CHECKED, len(checks))
    names = memory.table("check_causes", np.int64, len(checks))
    cap = 64 * memory.capacity[SHORT_OF_HOLDS]
    for place, check in enumerate(checks):
        made[place]["stream"] = word(CHECK_STREAM.name.format(check.name))
        passed = memory.plain(f"passed {place}", np.float64, cap)
        made[place]["passed"], made[place]["passed_cap"] = passed.ctypes.data, cap
        names[place] = memory.name(check.name)


@kernel
def _check(t: int, number: int):  # type: ignore[no-untyped-def]
    s = trial_at(t, 0)
    return check_at(s.check_table, s.regime * s.checks_n + number)


@kernel
def _state(t: int, number: int):  # type: ignore[no-untyped-def]
    return checked_at(trial_at(t, 0).checks, number)


@routine
def _multiple_after(work: float, every: float) -> float:
    """First multiple of `every` beyond a position of the work."""
    return (math.floor(work / every * (1.0 + _SAME)) + 1.0) * every


@routine
def begin_checks(t: int) -> None:
    """Begin with none made."""
    s = trial_at(t, 0)
    for number in range(s.checks_n):
        state = _state(t, number)
        state.made = state.passed_n = 0
        state.since = state.every = 0.0
        state.next_work = math.inf


@routine
def _due_at(t: int, number: int) -> float:
    """Position of the work at which a check by steps is due; found anew after a change."""
    state = _state(t, number)
    every = _check(t, number).every
    if state.every != every:
        state.every = every
        state.next_work = _multiple_after(trial_at(t, 0).work, every)
    due: float = state.next_work
    return due


@routine
def resume_checks(t: int) -> None:
    """Go on from where recovery has gone back to."""
    s = trial_at(t, 0)
    work = s.work
    for place in range(s.latent_n):
        one = latent_at(s.latent, whole_at(s.latents, place))
        if work < one.gone_back_to and one.gone_back_to < math.inf:
            one.gone_back_to = work
    for number in range(s.checks_n):
        state = _state(t, number)
        while state.passed_n and float_at(state.passed, state.passed_n - 1) > work:
            state.passed_n -= 1
        check = _check(t, number)
        if check.in_work:
            following = _multiple_after(work, check.every)
            state.next_work = min(_due_at(t, number), following)


@routine
def trained_for_checks(t: int, seconds: float) -> None:
    """Let training go on for some seconds."""
    for number in range(trial_at(t, 0).checks_n):
        _state(t, number).since += seconds


@routine
def training_left(t: int) -> float:
    """Training until the next check."""
    least = math.inf
    for number in range(trial_at(t, 0).checks_n):
        check = _check(t, number)
        if not check.in_work:
            least = min(least, check.every - _state(t, number).since)
    return least


@routine
def next_check_work(t: int) -> float:
    """Position of the work at which the next check is due."""
    least = math.inf
    for number in range(trial_at(t, 0).checks_n):
        if _check(t, number).in_work:
            least = min(least, _due_at(t, number))
    return least


@routine
def due_now(t: int) -> int:
    """The check that is due now, or -1."""
    s = trial_at(t, 0)
    for number in range(s.checks_n):
        check = _check(t, number)
        if check.in_work:
            if s.work >= _due_at(t, number):
                return number
        elif _state(t, number).since >= check.every - AT_ONCE:
            return number
    return -1


@routine
def check_duration(t: int, number: int) -> float:
    """Seconds that a check takes this time."""
    s = trial_at(t, 0)
    state = _state(t, number)
    u = uniform(s.seed, s.trial, state.stream, 0, state.made * 4 + CHECK_DURATION)
    seconds: float = _check(t, number).duration.quantile(u)
    return seconds


@routine
def _finds(t: int, number: int, one: int) -> bool:
    """Whether a check finds what has this onset first, by draws of its own."""
    s = trial_at(t, 0)
    first = latent_at(s.latent, one)
    o = outage_at(s.outages, first.outage)
    look = first.looks[number]
    first.looks[number] = look + 1
    stream = whole_at(s.numbers_of_checks, stream_at(s.streams, o.origin).checks + number)
    return (
        uniform(s.seed, s.trial, stream, look, o.number * 4 + CHECK_FINDS)
        < _check(t, number).chance
    )


@kernel
def _class_of(t: int, one: int) -> int:
    """Class of a latent fault; corrupt copies of all tiers, whose classes come last, are one."""
    s = trial_at(t, 0)
    return min(latent_at(s.latent, one).fault, s.latent_class)


@routine
def _can_find(t: int, number: int, one: int) -> bool:
    s = trial_at(t, 0)
    latent = latent_at(s.latent, one)
    is_there = not latent.slows or is_in_job(t, latent.host)
    fault = _class_of(t, one)
    looked_for = _check(t, number).finds[fault] if fault < MOST_CLASSES else 0
    return looked_for == 1 and not latent.noticed and is_there


@routine
def end_check(t: int, number: int) -> int:
    """End a check: what it finds is noticed, and ends training if it has tainted the work."""
    s = trial_at(t, 0)
    state = _state(t, number)
    check = _check(t, number)
    state.made += 1
    state.since = 0.0
    if check.in_work:
        state.next_work = _multiple_after(s.work, check.every)
    begin = s.numbers_n
    # Of each host all of a class, or nothing, in the order of the first of each.
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        if not _can_find(t, number, one):
            continue
        latent = latent_at(s.latent, one)
        is_first = True
        for earlier in range(place):
            other_number = whole_at(s.latents, earlier)
            other = latent_at(s.latent, other_number)
            if (
                _class_of(t, other_number) == _class_of(t, one)
                and other.host == latent.host
                and _can_find(t, number, other_number)
            ):
                is_first = False
        if not is_first or not _finds(t, number, one):
            continue
        for later in range(place, s.latent_n):
            other_number = whole_at(s.latents, later)
            other = latent_at(s.latent, other_number)
            if (
                _class_of(t, other_number) == _class_of(t, one)
                and other.host == latent.host
                and _can_find(t, number, other_number)
            ):
                put_whole(s.numbers, s.numbers_n, other_number)
                s.numbers_n += 1
    found_n = s.numbers_n - begin
    end = s.numbers_n
    for n in range(found_n):
        one = whole_at(s.numbers, begin + n)
        if latent_at(s.latent, one).slows:
            notice_slow(t, one)
    s.numbers_n = end
    tainted = 0
    gone_back_to = math.inf
    for n in range(found_n):
        one = whole_at(s.numbers, begin + n)
        if latent_at(s.latent, one).taints:
            put_whole(s.numbers, begin + tainted, one)
            gone_back_to = min(gone_back_to, latent_at(s.latent, one).gone_back_to)
            tainted += 1
    s.numbers_n = begin + tainted
    if not tainted:
        if state.passed_n >= state.passed_cap:
            be_short(t, SHORT_OF_HOLDS)
            return NONE
        put_float(state.passed, state.passed_n, s.work)
        state.passed_n += 1
        return NONE
    while state.passed_n and float_at(state.passed, state.passed_n - 1) >= gone_back_to:
        state.passed_n -= 1
    last = 0.0
    if check.to_last and state.passed_n:
        last = float_at(state.passed, state.passed_n - 1)
    return notice(t, tainted, check.to_last == 1, last)
