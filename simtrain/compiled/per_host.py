"""Faults host by host: every host has its own age and its own hazard left."""

from __future__ import annotations

import math

import numpy as np

from simtrain.compiled.caching import kernel
from simtrain.compiled.clocks import enter, take_out
from simtrain.compiled.draws import uniform
from simtrain.compiled.elementary import log1p
from simtrain.compiled.hazards import (
    can_strike,
    class_now,
    failing_age,
    frailty_of,
    hazard_between,
    note_law,
    same_law,
    set_event,
    threshold,
)
from simtrain.compiled.layout import (
    AMONG_HOSTS,
    CALENDAR_HOSTS,
    CALENDAR_SPARES,
    CLOCK_HOSTS,
    CLOCK_SPARES,
    age_at_,
    clock_at,
    life_at,
    source_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.routines import routine
from simtrain.model.streams import ROWS_PER_HOST

_FIRST_BATCH = 64


@routine
def age_of(t: int, on_calendar: int, host: int) -> float:
    """Age of a host now."""
    s = trial_at(t, 0)
    age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
    if age.within:
        return clock_at(s.clocks, age.clock).now - age.born
    if age.has_outside:
        outside: float = age.outside
        return outside
    elapsed = 0.0
    if host < s.members:
        elapsed = clock_at(s.clocks, CALENDAR_HOSTS if on_calendar else CLOCK_HOSTS).now
    return age.initial + elapsed


@routine
def _age_clock(t: int, on_calendar: int, host: int) -> int:
    age = age_at_(trial_at(t, 0).ages, on_calendar * trial_at(t, 0).hosts_cap + host)
    if age.within:
        clock: int = age.clock
        return clock
    return CALENDAR_HOSTS if on_calendar else CLOCK_HOSTS


@kernel
def place_clock(among_spares: bool, on_calendar: bool) -> int:
    """Clock of hosts in the job or among the spares."""
    if among_spares:
        return CALENDAR_SPARES if on_calendar else CLOCK_SPARES
    return CALENDAR_HOSTS if on_calendar else CLOCK_HOSTS


@kernel
def _life(t: int, number: int, host: int):  # type: ignore[no-untyped-def]
    s = trial_at(t, 0)
    return life_at(source_at(s.sources, number).lives, host)


@routine
def _later_threshold(t: int, number: int, host: int, life: int) -> float:
    s = trial_at(t, 0)
    stream = stream_at(s.streams, source_at(s.sources, number).stream)
    return threshold(t, stream.later_life, life, host * 4)


@routine
def is_on_calendar(t: int, number: int) -> int:
    """1 if the class of a source strikes on the calendar, else 0."""
    fault = class_now(t, source_at(trial_at(t, 0).sources, number).fault)
    return 1 if fault.on_calendar else 0


@routine
def touch_host(t: int, number: int, host: int) -> None:
    """Let the hazard of a host be its own from now on."""
    s = trial_at(t, 0)
    life = _life(t, number, host)
    if life.touched:
        return
    life.touched = 1
    if host < s.members:
        life.left = life.first_left
        life.since = life.first_since
    else:
        life.left = _later_threshold(t, number, host, 0)
        life.since = age_at_(s.ages, is_on_calendar(t, number) * s.hosts_cap + host).initial


@routine
def enter_host(t: int, number: int, host: int, clock: int) -> None:
    """Enter the reading at which a host fails that something has happened to."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    life = _life(t, number, host)
    reading = math.inf
    factor = frailty_of(t, host)
    if source.strikes and factor > 0.0:
        failing = failing_age(t, source.fault, life.since, life.left / factor, False)
        age = age_of(t, is_on_calendar(t, number), host)
        reading = clock_at(s.clocks, clock).now + failing - age
    life.entered = 1
    life.clock = clock
    enter(t, clock, reading, source.slot + host)


@routine
def leave_host(t: int, number: int, host: int) -> None:
    """Take a host from risk; what is left of its hazard waits for it."""
    life = _life(t, number, host)
    if life.entered:
        life.entered = 0
        take_out(t, life.clock, source_at(trial_at(t, 0).sources, number).slot + host)


@routine
def begin_life(t: int, number: int, host: int, age: float) -> None:
    """Begin another life of a host at an age."""
    life = _life(t, number, host)
    life.life += 1
    life.touched = 1
    life.left = _later_threshold(t, number, host, life.life)
    life.since = age


@routine
def strike_host(t: int, number: int, host: int) -> None:
    """Strike a host, which begins another life."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    life = _life(t, number, host)
    before = life.life
    on_calendar = is_on_calendar(t, number)
    begin_life(t, number, host, age_of(t, on_calendar, host))
    enter_host(t, number, host, _age_clock(t, on_calendar, host))
    set_event(t, source.fault, AMONG_HOSTS, host, source.stream, host * ROWS_PER_HOST + before)


@routine
def _first_left(t: int, number: int, host: int) -> float:
    """Hazard left to a host that nothing has happened to, as it is of an array of hosts."""
    life = _life(t, number, host)
    if source_at(trial_at(t, 0).sources, number).was_changed:
        left: float = life.first_left
        return left
    return -log1p(-life.key)


@routine
def _reading_of(t: int, number: int, host: int) -> float:
    """Reading at which a host fails that nothing has happened to."""
    source = source_at(trial_at(t, 0).sources, number)
    if not source.strikes:
        return math.inf
    life = _life(t, number, host)
    factor = frailty_of(t, host)
    if not factor > 0.0:
        return math.inf
    left = _first_left(t, number, host) / factor
    failing = failing_age(t, source.fault, life.first_since, left, True)
    reading: float = source.opened + failing - life.first_since
    return reading


@kernel
def _smallest(keys, place: int):  # type: ignore[no-untyped-def]
    """The key at a place of the keys in order, which are moved about."""
    low, high = 0, len(keys) - 1
    while low < high:
        pivot = keys[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while keys[left] < pivot:
                left += 1
            while keys[right] > pivot:
                right -= 1
            if left <= right:
                keys[left], keys[right] = keys[right], keys[left]
                left += 1
                right -= 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            break
    return keys[place]


@routine
def refill_batch(t: int, number: int) -> None:
    """Enter the next batch of them, and another refill for when the last of it fails."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    hosts, keys = np.empty(s.members, np.int64), np.empty(s.members)
    n = 0
    for host in range(s.members):
        life = _life(t, number, host)
        if source.was_changed and life.gone:
            continue
        key = life.key if source.by_key else _reading_of(t, number, host)
        if key > source.lowest:
            hosts[n], keys[n] = host, key
            n += 1
    more = n > source.batch
    last = math.inf
    if more:
        last = _smallest(keys[:n].copy(), source.batch - 1)
    highest, furthest, entered = -1.0, -math.inf, 0
    for place in range(n):
        if more and keys[place] > last:
            continue
        host = hosts[place]
        reading = _reading_of(t, number, host)
        life = _life(t, number, host)
        if not life.touched:
            life.entered = 1
            life.clock = source.clock
            enter(t, source.clock, reading, source.slot + host)
        highest, furthest = max(highest, keys[place]), max(furthest, reading)
        entered += 1
    if not entered:
        return
    source.lowest = highest
    source.batch *= 4
    if more:
        enter(t, source.clock, furthest, source.refill_slot)


@routine
def _open(t: int, number: int) -> None:
    """Order the hosts of the start to which nothing has happened by when they fail."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.opened = clock_at(s.clocks, source.clock).now
    source.lowest = -1.0
    source.batch = _FIRST_BATCH
    if source.strikes:
        refill_batch(t, number)


@routine
def change_per_host(t: int, number: int) -> None:
    """Go on with another law: the rest of all hazard is spent under it."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if same_law(t, source.regime, source.factor, source.fault):
        return
    on_calendar = is_on_calendar(t, number)
    now = clock_at(s.clocks, source.clock).now
    for host in range(s.hosts_n):
        life = _life(t, number, host)
        if life.touched:
            age = age_of(t, on_calendar, host)
            spent = hazard_between(
                t, source.regime, source.fault, source.factor, life.since, age, False
            )
            life.left -= frailty_of(t, host) * spent
            life.since = age
        if host < s.members:
            age = life.first_since + (now - source.opened)
            spent = hazard_between(
                t, source.regime, source.fault, source.factor, life.first_since, age, True
            )
            life.first_left = _first_left(t, number, host) - frailty_of(t, host) * spent
            life.first_since = age
    note_law(t, number)
    source.strikes = 1 if can_strike(t, source.fault) else 0
    for host in range(s.hosts_n):
        life = _life(t, number, host)
        if life.entered:
            leave_host(t, number, host)
            if life.touched:
                enter_host(t, number, host, _age_clock(t, on_calendar, host))
        life.gone = life.touched
    source.was_changed = 1
    source.by_key = 0
    take_out(t, source.clock, source.refill_slot)
    _open(t, number)


@routine
def begin_per_host(t: int, number: int) -> None:
    """Draw the first life of every host of the start."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    note_law(t, number)
    source.strikes = 1 if can_strike(t, source.fault) else 0
    stream = stream_at(s.streams, source.stream).first_life
    on_calendar = is_on_calendar(t, number)
    for host in range(s.hosts_cap):
        life = life_at(source.lives, host)
        life.touched = life.life = life.entered = life.gone = 0
        life.clock = -1
        if host < s.members:
            key = uniform(s.seed, s.trial, stream, 0, host * 4)
            life.key = key
            life.first_left = -math.log1p(-key)
            life.first_since = age_at_(s.ages, on_calendar * s.hosts_cap + host).initial
    source.by_key = 1 if not s.has_frailty and s.ages_alike else 0
    _open(t, number)
