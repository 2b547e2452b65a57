"""What strikes when: sources of faults on clocks of time at risk, as in `simtrain.faults`."""

from __future__ import annotations

import math

import numpy as np

from simtrain.compiled.caching import kernel
from simtrain.compiled.clocks import (
    enter,
    reading_ahead,
    take_head,
    take_out,
)
from simtrain.compiled.draws import fill, uniform
from simtrain.compiled.elementary import log1p
from simtrain.compiled.laws import age_at, age_of_array, cumulative_hazard, hazard_of_array
from simtrain.compiled.layout import (
    ALARM,
    AMONG_DOMAINS,
    AMONG_HOSTS,
    AMONG_JOB,
    CALENDAR_HOSTS,
    CALENDAR_JOB,
    CALENDAR_SPARES,
    CLOCK_HOSTS,
    CLOCK_JOB,
    CLOCK_SPARES,
    PER_HOST,
    POISSON,
    RENEWAL,
    age_at_,
    class_at,
    clock_at,
    host_at,
    life_at,
    regime_at,
    source_at,
    stream_at,
    trial_at,
    weather_at,
)
from simtrain.compiled.memory import float_at, put_float, whole_at
from simtrain.compiled.routines import routine
from simtrain.model.streams import FACTOR, FAULT, FRAILTY, LEMON, ROWS_PER_HOST, THRESHOLD, UNIT

WIDTH, FIELDS = FAULT.width, len(FAULT.fields)
"""Uniforms of a row of a fault, and those of them that decide anything."""
_NONE = 1e-12
_FIRST_BATCH = 64


@kernel
def class_now(t: int, number: int):  # type: ignore[no-untyped-def]
    """Parameters of a class in force."""
    s = trial_at(t, 0)
    return class_at(s.class_table, s.regime * s.classes + number)


@kernel
def regime_now(t: int):  # type: ignore[no-untyped-def]
    """All other parameters in force."""
    s = trial_at(t, 0)
    return regime_at(s.regime_table, s.regime)


@routine
def weather_factor(t: int, number: int, span: int) -> float:
    """Factor of a weather on the hazard of faults in a span."""
    s = trial_at(t, 0)
    weather = weather_at(s.weathers, number)
    factor: float = weather.hazards.quantile(
        uniform(s.seed, s.trial, weather.stream, 0, span + FACTOR)
    )
    return factor


@kernel
def factor_of(t: int, number: int) -> float:
    """Factor that the weather has on the hazard of a class at present."""
    s = trial_at(t, 0)
    weather = class_now(t, number).weather
    if weather < 0:
        return 1.0
    factor: float = weather_at(s.weathers, weather).factor
    return factor


@kernel
def rate_of(t: int, number: int) -> float:
    """Rate of a memoryless class at present, of one unit."""
    rate: float = class_now(t, number).rate * factor_of(t, number)
    return rate


@kernel
def _strikes(t: int, number: int) -> bool:
    """Whether a class with a law of its own can strike at present."""
    fault = class_now(t, number)
    if not fault.has_law:
        return rate_of(t, number) > 0.0
    factor = factor_of(t, number)
    return factor == 1.0 or factor > _NONE


@routine
def hazard_up_to(
    t: int, regime: int, number: int, factor: float, age: float, of_array: bool
) -> float:
    """Hazard of a class up to an age, in a regime and at a factor; perhaps as of an array."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, regime * s.classes + number)
    if not fault.has_law:
        rate = fault.rate * factor
        return age / (1.0 / rate) if rate > 0.0 else 0.0
    if not factor > _NONE:
        return 0.0
    if of_array:
        return factor * hazard_of_array(fault.law, age)
    return factor * cumulative_hazard(fault.law, age)


@routine
def hazard_between(
    t: int, regime: int, number: int, factor: float, start: float, end: float, of_array: bool
) -> float:
    """Hazard of a class between two ages."""
    after = hazard_up_to(t, regime, number, factor, end, of_array)
    return after - hazard_up_to(t, regime, number, factor, start, of_array)


@routine
def failing_age(t: int, number: int, age: float, left: float, of_array: bool) -> float:
    """Age at which some hazard of a class is used up, as it is at present."""
    fault = class_now(t, number)
    if not fault.has_law:
        return age + (1.0 / rate_of(t, number)) * left
    left /= factor_of(t, number)
    if of_array:
        return age_of_array(fault.law, age, left)
    return age_at(fault.law, age, left)


@kernel
def threshold(t: int, stream: int, occurrence: int, index: int) -> float:
    """Hazard that a fault awaits."""
    s = trial_at(t, 0)
    return -math.log1p(-uniform(s.seed, s.trial, stream, occurrence, index))


# --- events --------------------------------------------------------------------------------------


@kernel
def _event(t: int, fault: int, among: int, unit: int, origin: int, number: int) -> None:
    """Let a fault be the one that strikes now."""
    s = trial_at(t, 0)
    s.event_class = fault
    s.event_among = among
    s.event_unit = unit
    s.event_stream = origin
    s.event_number = number
    stream = stream_at(s.streams, origin).id
    fill(s.event_row, s.seed, s.trial, stream, 0, number * WIDTH, FIELDS)


# --- memoryless faults of like units -------------------------------------------------------------


@routine
def _note_law(t: int, number: int) -> None:
    """Take note of the law under which hazard is spent from now on."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.regime = s.regime
    source.factor = factor_of(t, source.fault)


@routine
def enter_poisson(t: int, number: int) -> None:
    """Enter the reading at which a memoryless source strikes next."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    now = clock_at(s.clocks, source.clock).now
    source.since = now
    source.rate = rate_of(t, source.fault) * source.units
    reading = now + source.hazard_left / source.rate if source.rate > 0.0 else math.inf
    enter(t, source.clock, reading, source.slot)


@routine
def _enter_renewal(t: int, number: int, age: float) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.since = age
    reading = math.inf
    if _strikes(t, source.fault):
        failing = failing_age(t, source.fault, age, max(source.hazard_left, 0.0), False)
        reading = max(source.new_at + failing, clock_at(s.clocks, source.clock).now)
    enter(t, source.clock, reading, source.slot)


@routine
def _draw_next(t: int, number: int) -> None:
    """Draw the next fault of a source that draws them in order."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.number += 1
    stream = stream_at(s.streams, source.stream).id
    source.hazard_left = threshold(t, stream, 0, source.number * WIDTH + THRESHOLD)
    clock = clock_at(s.clocks, source.clock)
    if source.kind == POISSON:
        enter_poisson(t, number)
    elif source.kind == RENEWAL:
        source.new_at = clock.now
        _enter_renewal(t, number, 0.0)


@routine
def retime_poisson(t: int, number: int, units: int) -> None:
    """Go on with another number of units, or at another rate."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    before = source.rate
    source.units = units
    if rate_of(t, source.fault) * units == before:
        return
    source.hazard_left -= before * (clock_at(s.clocks, source.clock).now - source.since)
    take_out(t, source.clock, source.slot)
    enter_poisson(t, number)


@routine
def _strike_poisson(t: int, number: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    _event(t, source.fault, source.among, 0, source.stream, source.number)
    s.event_unit = source.first + int(s.event_row[UNIT] * source.units)
    _draw_next(t, number)


# --- faults of the job by age --------------------------------------------------------------------


@routine
def _same_law(t: int, regime: int, factor: float, number: int) -> bool:
    """Whether a class has the law of another regime and factor."""
    s = trial_at(t, 0)
    before = class_at(s.class_table, regime * s.classes + number)
    now = class_now(t, number)
    if not now.has_law:
        return before.rate * factor == rate_of(t, number)
    if factor != factor_of(t, number):
        return False
    return (
        before.law.kind == now.law.kind
        and before.law.a == now.law.a
        and before.law.b == now.law.b
        and before.law.c == now.law.c
    )


@routine
def _change_renewal(t: int, number: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if _same_law(t, source.regime, source.factor, source.fault):
        return
    age = clock_at(s.clocks, source.clock).now - source.new_at
    source.hazard_left -= hazard_between(
        t, source.regime, source.fault, source.factor, source.since, age, False
    )
    _note_law(t, number)
    take_out(t, source.clock, source.slot)
    _enter_renewal(t, number, age)


# --- faults whose time begins anew with training -------------------------------------------------


@routine
def _alarm_age(t: int, number: int) -> float:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    now = clock_at(s.clocks, source.clock).now
    return max(0.0, now - source.resumed - source.grace)


@routine
def _enter_alarm(t: int, number: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    _note_law(t, number)
    source.grace = class_now(t, source.fault).grace
    age = _alarm_age(t, number)
    source.since = age
    source.trains = 1
    reading = math.inf
    if _strikes(t, source.fault):
        begins = max(clock_at(s.clocks, source.clock).now, source.resumed + source.grace)
        left = max(source.hazard_left, 0.0)
        reading = begins + failing_age(t, source.fault, age, left, False) - age
    enter(t, source.clock, reading, source.slot)


@routine
def resume_alarms(t: int) -> None:
    """Begin anew: the job trains."""
    s = trial_at(t, 0)
    for number in range(s.sources_n):
        source = source_at(s.sources, number)
        if source.kind == ALARM:
            source.resumed = clock_at(s.clocks, source.clock).now
            _enter_alarm(t, number)


@routine
def _end_alarm(t: int, number: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if not source.trains:
        return
    source.hazard_left -= hazard_between(
        t, source.regime, source.fault, source.factor, source.since, _alarm_age(t, number), False
    )
    take_out(t, source.clock, source.slot)
    source.trains = 0


@routine
def end_alarms(t: int) -> None:
    """Wait for training to resume."""
    s = trial_at(t, 0)
    for number in range(s.sources_n):
        if source_at(s.sources, number).kind == ALARM:
            _end_alarm(t, number)


@routine
def _strike_in_order(t: int, number: int) -> None:
    """Strike the job by a class with a law."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    _event(t, source.fault, AMONG_JOB, 0, source.stream, source.number)
    _draw_next(t, number)
    if source.kind == ALARM:
        source.resumed = clock_at(s.clocks, source.clock).now
        _enter_alarm(t, number)


# --- ages of hosts -------------------------------------------------------------------------------


@routine
def _age_of(t: int, on_calendar: int, host: int) -> float:
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
def _place_clock(among_spares: bool, on_calendar: bool) -> int:
    """Clock of hosts in the job or among the spares."""
    if among_spares:
        return CALENDAR_SPARES if on_calendar else CLOCK_SPARES
    return CALENDAR_HOSTS if on_calendar else CLOCK_HOSTS


# --- faults host by host -------------------------------------------------------------------------


@kernel
def _life(t: int, number: int, host: int):  # type: ignore[no-untyped-def]
    s = trial_at(t, 0)
    return life_at(source_at(s.sources, number).lives, host)


@kernel
def _frailty(t: int, host: int) -> float:
    s = trial_at(t, 0)
    if not s.has_frailty:
        return 1.0
    factor: float = float_at(s.frailty, host)
    return factor


@routine
def _later_threshold(t: int, number: int, host: int, life: int) -> float:
    s = trial_at(t, 0)
    stream = stream_at(s.streams, source_at(s.sources, number).stream)
    return threshold(t, stream.later_life, life, host * 4)


@routine
def _on_calendar(t: int, number: int) -> int:
    fault = class_now(t, source_at(trial_at(t, 0).sources, number).fault)
    return 1 if fault.on_calendar else 0


@routine
def _touch(t: int, number: int, host: int) -> None:
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
        life.since = age_at_(s.ages, _on_calendar(t, number) * s.hosts_cap + host).initial


@routine
def _enter_host(t: int, number: int, host: int, clock: int) -> None:
    """Enter the reading at which a host fails that something has happened to."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    life = _life(t, number, host)
    reading = math.inf
    factor = _frailty(t, host)
    if source.strikes and factor > 0.0:
        failing = failing_age(t, source.fault, life.since, life.left / factor, False)
        age = _age_of(t, _on_calendar(t, number), host)
        reading = clock_at(s.clocks, clock).now + failing - age
    life.entered = 1
    life.clock = clock
    enter(t, clock, reading, source.slot + host)


@routine
def _leave_host(t: int, number: int, host: int) -> None:
    life = _life(t, number, host)
    if life.entered:
        life.entered = 0
        take_out(t, life.clock, source_at(trial_at(t, 0).sources, number).slot + host)


@routine
def _begin_life(t: int, number: int, host: int, age: float) -> None:
    life = _life(t, number, host)
    life.life += 1
    life.touched = 1
    life.left = _later_threshold(t, number, host, life.life)
    life.since = age


@routine
def _strike_host(t: int, number: int, host: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    life = _life(t, number, host)
    before = life.life
    on_calendar = _on_calendar(t, number)
    _begin_life(t, number, host, _age_of(t, on_calendar, host))
    _enter_host(t, number, host, _age_clock(t, on_calendar, host))
    _event(t, source.fault, AMONG_HOSTS, host, source.stream, host * ROWS_PER_HOST + before)


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
    factor = _frailty(t, host)
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
def _refill(t: int, number: int) -> None:
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
        _refill(t, number)


@routine
def _change_per_host(t: int, number: int) -> None:
    """Go on with another law: the rest of all hazard is spent under it."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if _same_law(t, source.regime, source.factor, source.fault):
        return
    on_calendar = _on_calendar(t, number)
    now = clock_at(s.clocks, source.clock).now
    for host in range(s.hosts_n):
        life = _life(t, number, host)
        if life.touched:
            age = _age_of(t, on_calendar, host)
            spent = hazard_between(
                t, source.regime, source.fault, source.factor, life.since, age, False
            )
            life.left -= _frailty(t, host) * spent
            life.since = age
        if host < s.members:
            age = life.first_since + (now - source.opened)
            spent = hazard_between(
                t, source.regime, source.fault, source.factor, life.first_since, age, True
            )
            life.first_left = _first_left(t, number, host) - _frailty(t, host) * spent
            life.first_since = age
    _note_law(t, number)
    source.strikes = 1 if _strikes(t, source.fault) else 0
    for host in range(s.hosts_n):
        life = _life(t, number, host)
        if life.entered:
            _leave_host(t, number, host)
            if life.touched:
                _enter_host(t, number, host, _age_clock(t, on_calendar, host))
        life.gone = life.touched
    source.was_changed = 1
    source.by_key = 0
    take_out(t, source.clock, source.refill_slot)
    _open(t, number)


# --- hosts whose fault is still there ------------------------------------------------------------


@routine
def next_recall(t: int, host: int) -> float:
    """Uniform that decides whether tests find a bad host this time."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.diagnoses += 1
    return uniform(s.seed, s.trial, s.stream_found, h.diagnoses - 1, host * 4)


@routine
def _draw_relapse(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    stream = stream_at(s.streams, s.plain_classes + h.bad).id
    h.relapse_number = host * ROWS_PER_HOST + h.relapses
    h.relapse_left = threshold(t, stream, 0, h.relapse_number * WIDTH + THRESHOLD)


@routine
def _enter_relapse(t: int, host: int, clock: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    mean = regime_now(t).repair.bad_host_mtbf
    h.relapse_reading = clock_at(s.clocks, clock).now + h.relapse_left * mean
    h.relapse_clock = clock
    enter(t, clock, h.relapse_reading, s.relapse_slots + host)


@routine
def _leave_relapse(t: int, host: int, mean: float) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.relapse_clock >= 0:
        h.relapse_left = (h.relapse_reading - clock_at(s.clocks, h.relapse_clock).now) / mean
        clock = h.relapse_clock
        h.relapse_clock = -1
        take_out(t, clock, s.relapse_slots + host)


@routine
def _begin_relapse(t: int, host: int, among_spares: bool) -> None:
    """Put a host at risk of its fault, if it is bad."""
    h = host_at(trial_at(t, 0).hosts, host)
    if h.bad >= 0 and h.relapse_clock < 0:
        _enter_relapse(t, host, _place_clock(among_spares, class_now(t, h.bad).on_calendar))


@routine
def _strike_relapse(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    _event(t, h.bad, AMONG_HOSTS, host, s.plain_classes + h.bad, h.relapse_number)
    h.relapses += 1
    clock = h.relapse_clock
    h.relapse_clock = -1
    _draw_relapse(t, host)
    _enter_relapse(t, host, clock)


@routine
def _bad_enters(t: int, host: int) -> None:
    """Put a host at the end of the bad ones, which are asked in order."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.bad_before = s.bad_last
    h.bad_after = -1
    if s.bad_last >= 0:
        host_at(s.hosts, s.bad_last).bad_after = host
    else:
        s.bad_first = host
    s.bad_last = host


@routine
def add_bad(t: int, host: int, fault: int, in_job: bool) -> None:
    """Take note that the fault of a host is still there."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.bad < 0:
        h.bad = fault
        _bad_enters(t, host)
        _draw_relapse(t, host)
    if in_job:
        _begin_relapse(t, host, False)


@routine
def _bad_leaves(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.bad_before >= 0:
        host_at(s.hosts, h.bad_before).bad_after = h.bad_after
    else:
        s.bad_first = h.bad_after
    if h.bad_after >= 0:
        host_at(s.hosts, h.bad_after).bad_before = h.bad_before
    else:
        s.bad_last = h.bad_before


@routine
def renew_relapse(t: int, host: int) -> None:
    """Let a host that is not at risk be good again."""
    h = host_at(trial_at(t, 0).hosts, host)
    if h.bad >= 0:
        _bad_leaves(t, host)
        h.bad = -1
        h.relapses += 1


# --- following hosts -----------------------------------------------------------------------------


@routine
def _enter_sources(t: int, host: int, among_spares: bool) -> None:
    s = trial_at(t, 0)
    if s.has_ages:
        for on_calendar in range(2):
            if whole_at(s.ages_kept, on_calendar):
                age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
                clock = _place_clock(among_spares, on_calendar == 1)
                age.born = clock_at(s.clocks, clock).now - _age_of(t, on_calendar, host)
                age.clock = clock
                age.within = 1
                age.has_outside = 0
        for number in range(s.fixed_sources):
            if source_at(s.sources, number).kind == PER_HOST:
                _touch(t, number, host)
                clock = _place_clock(among_spares, _on_calendar(t, number) == 1)
                _enter_host(t, number, host, clock)
    _begin_relapse(t, host, among_spares)


@routine
def _leave_sources(t: int, host: int) -> None:
    s = trial_at(t, 0)
    if s.has_ages:
        for on_calendar in range(2):
            if whole_at(s.ages_kept, on_calendar):
                age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
                age.outside = _age_of(t, on_calendar, host)
                age.has_outside = 1
                age.within = 0
        for number in range(s.fixed_sources):
            if source_at(s.sources, number).kind == PER_HOST:
                _touch(t, number, host)
                _leave_host(t, number, host)
    _leave_relapse(t, host, regime_now(t).repair.bad_host_mtbf)


@routine
def enter_job(t: int, host: int) -> None:
    """Put a host at risk in the job."""
    _enter_sources(t, host, False)


@routine
def leave_job(t: int, host: int) -> None:
    """Take a host of the job from risk."""
    _leave_sources(t, host)


@routine
def renew(t: int, host: int) -> None:
    """Make a host that is not at risk new and good."""
    s = trial_at(t, 0)
    if s.has_ages:
        for on_calendar in range(2):
            if whole_at(s.ages_kept, on_calendar):
                age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
                age.outside = 0.0
                age.has_outside = 1
        for number in range(s.fixed_sources):
            if source_at(s.sources, number).kind == PER_HOST:
                _begin_life(t, number, host, 0.0)
    renew_relapse(t, host)


# --- the job and its hosts -----------------------------------------------------------------------


@kernel
def _calendar_wait(t: int) -> float:
    """Seconds until the next fault on the calendar, as hosts stand now."""
    s = trial_at(t, 0)
    s.stood = s.standing
    of_job = reading_ahead(t, CALENDAR_JOB)
    return min(of_job, reading_ahead(t, CALENDAR_HOSTS)) if s.standing else of_job


@kernel
def wait(t: int, working: bool, risk: float) -> float:
    """Seconds until the next fault of the job or its hosts."""
    of_hosts = reading_ahead(t, CLOCK_HOSTS)
    if working:
        of_job = reading_ahead(t, CLOCK_JOB)
        seconds = of_hosts if of_hosts < of_job else of_job
    else:
        seconds = of_hosts / risk if risk > 0.0 else math.inf
    if trial_at(t, 0).on_calendar:
        return min(seconds, _calendar_wait(t))
    return seconds


@kernel
def advance(t: int, seconds: float, working: bool, risk: float) -> None:
    """Let time pass for the job and its hosts."""
    s = trial_at(t, 0)
    if working:
        clock_at(s.clocks, CLOCK_HOSTS).now += seconds
        clock_at(s.clocks, CLOCK_JOB).now += seconds
    elif risk != 0.0:
        clock_at(s.clocks, CLOCK_HOSTS).now += seconds * risk
    if s.on_calendar:
        clock_at(s.clocks, CALENDAR_JOB).now += seconds
        if s.stood:
            clock_at(s.clocks, CALENDAR_HOSTS).now += seconds


@routine
def _strike_on(t: int, clock: int) -> bool:
    """Take what comes next on a clock; whether anything strikes."""
    s = trial_at(t, 0)
    slot = take_head(t, clock)
    if slot >= s.relapse_slots:
        _strike_relapse(t, slot - s.relapse_slots)
        return True
    number = slot
    if slot >= s.slots:  # of hosts one by one: each source has so many, and one to refill
        number = whole_at(s.source_of, (slot - s.slots) // (s.hosts_cap + 1))
        host = slot - source_at(s.sources, number).slot
        if host == s.hosts_cap:
            _refill(t, number)
            return False
        _strike_host(t, number, host)
        return True
    if source_at(s.sources, number).kind == POISSON:
        _strike_poisson(t, number)
    else:
        _strike_in_order(t, number)
    return True


@routine
def strike(t: int, working: bool) -> bool:
    """Take the fault of the job or its hosts that comes now; whether one does after all."""
    s = trial_at(t, 0)
    if s.on_calendar and _calendar_wait(t) <= wait(t, working, s.idle):
        if s.standing and reading_ahead(t, CALENDAR_HOSTS) < reading_ahead(t, CALENDAR_JOB):
            return _strike_on(t, CALENDAR_HOSTS)
        return _strike_on(t, CALENDAR_JOB)
    if working and reading_ahead(t, CLOCK_JOB) < reading_ahead(t, CLOCK_HOSTS):
        return _strike_on(t, CLOCK_JOB)
    return _strike_on(t, CLOCK_HOSTS)


# --- idle spares ---------------------------------------------------------------------------------


@kernel
def _read_spares(t: int, time: float) -> None:
    s = trial_at(t, 0)
    clock_at(s.clocks, CLOCK_SPARES).now += (time - s.read_at) * s.idle
    if s.standing:
        clock_at(s.clocks, CALENDAR_SPARES).now += time - s.read_at
    s.read_at = time


@kernel
def _calendar_spares_wait(t: int) -> float:
    return reading_ahead(t, CALENDAR_SPARES) if trial_at(t, 0).standing else math.inf


@routine
def spares_wait(t: int, time: float) -> float:
    """Seconds until the next fault of an idle spare, at a moment."""
    s = trial_at(t, 0)
    _read_spares(t, time)
    seconds = reading_ahead(t, CLOCK_SPARES) / s.idle if s.idle > 0.0 else math.inf
    return min(seconds, _calendar_spares_wait(t)) if s.on_calendar else seconds


@routine
def spares_strike(t: int, time: float) -> bool:
    """Take the fault of an idle spare that comes at this moment; whether one does after all."""
    s = trial_at(t, 0)
    seconds = spares_wait(t, time)
    if s.on_calendar and _calendar_spares_wait(t) <= seconds:
        return _strike_on(t, CALENDAR_SPARES)
    found = _strike_on(t, CLOCK_SPARES)
    s.read_at = time
    return found


@routine
def _count_spares(t: int, idle: int) -> None:
    """Let so many idle spares be at risk of memoryless faults."""
    s = trial_at(t, 0)
    for number in range(s.fixed_sources, s.sources_n):
        source = source_at(s.sources, number)
        if source.number < 0:
            source.units = idle
            _draw_next(t, number)
        else:
            retime_poisson(t, number, idle)


@routine
def enter_spares(t: int, host: int, idle: int, time: float) -> None:
    """Put a host at risk among the spares, which are `idle` in number with it."""
    _read_spares(t, time)
    _enter_sources(t, host, True)
    _count_spares(t, idle)


@routine
def leave_spares(t: int, host: int, idle: int, time: float) -> None:
    """Take a host from risk among the spares, which are `idle` in number without it."""
    _read_spares(t, time)
    _leave_sources(t, host)
    _count_spares(t, idle)


@routine
def set_idle_hazard(t: int, fraction: float, time: float, standing: int) -> None:
    """Let hosts that do not work be at risk at another fraction of the full hazard."""
    s = trial_at(t, 0)
    if fraction == s.idle and standing == s.standing:
        return
    _read_spares(t, time)
    s.idle = fraction
    s.standing = standing
    before = s.follows_spares
    s.follows_spares = 1 if s.idle != 0.0 or (s.on_calendar and s.standing) else 0
    if before != s.follows_spares:
        host = s.idle_first
        while host >= 0:
            if s.follows_spares:
                _enter_sources(t, host, True)
            else:
                _leave_sources(t, host)
            host = host_at(s.hosts, host).after
    if s.follows_spares:
        _count_spares(t, s.idle_n)


# --- what changes --------------------------------------------------------------------------------


@routine
def change_sources(t: int, time: float, mean_before: float) -> None:
    """Go on under the parameters in force, which have just become others."""
    s = trial_at(t, 0)
    _read_spares(t, time)
    for number in range(s.sources_n):
        source = source_at(s.sources, number)
        if source.kind == POISSON:
            if source.number < 0:
                continue
            units = source.units
            if source.among == AMONG_JOB and class_now(t, source.fault).scope_hosts:
                units = regime_now(t).cluster.hosts
            retime_poisson(t, number, units)
        elif source.kind == RENEWAL:
            _change_renewal(t, number)
        elif source.kind == ALARM:
            trains = source.trains
            _end_alarm(t, number)
            if trains:
                _enter_alarm(t, number)
        else:
            _change_per_host(t, number)
    host = s.bad_first
    while host >= 0:
        h = host_at(s.hosts, host)
        if h.relapse_clock >= 0:
            clock = h.relapse_clock
            _leave_relapse(t, host, mean_before)
            _enter_relapse(t, host, clock)
        host = h.bad_after


@routine
def own(t: int, slots: int) -> None:
    """Let so many slots of hosts stand in domains, the greatest number there was so far."""
    s = trial_at(t, 0)
    for number in range(s.sources_n):
        source = source_at(s.sources, number)
        if source.kind == POISSON and source.among == AMONG_DOMAINS and source.first > 0:
            size = class_now(t, source.fault).scope_hosts
            retime_poisson(t, number, -(-slots // size) - source.first)


# --- the start -----------------------------------------------------------------------------------


@routine
def begin_frailty(t: int) -> None:
    """Draw how hosts differ, also those that come later."""
    s = trial_at(t, 0)
    if not s.has_frailty:
        return
    for host in range(s.hosts_cap):
        is_lemon = uniform(s.seed, s.trial, s.stream_hosts, 0, host * 4 + LEMON) < s.lemon_fraction
        factor = s.lemon_factor if is_lemon else 1.0
        if s.frail:
            u = uniform(s.seed, s.trial, s.stream_hosts, 0, host * 4 + FRAILTY)
            factor *= s.frailty_law.quantile(u)
        put_float(s.frailty, host, factor if factor >= _NONE else 0.0)


@routine
def turn_of_weather(t: int, number: int, span: int) -> None:
    """Let a span of a weather be under way."""
    weather = weather_at(trial_at(t, 0).weathers, number)
    weather.factor = weather_factor(t, number, span)


@routine
def _begin_per_host(t: int, number: int) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    _note_law(t, number)
    source.strikes = 1 if _strikes(t, source.fault) else 0
    stream = stream_at(s.streams, source.stream).first_life
    on_calendar = _on_calendar(t, number)
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


@routine
def begin_sources(t: int) -> None:
    """Draw the first fault of every source of the job and its hosts."""
    s = trial_at(t, 0)
    for number in range(s.fixed_sources):
        source = source_at(s.sources, number)
        source.number = -1
        source.units = source.units_at_start
        source.was_changed = 0
        source.trains = 0
        if source.kind == PER_HOST:
            _begin_per_host(t, number)
        else:
            _note_law(t, number)
            _draw_next(t, number)
    for number in range(s.fixed_sources, s.sources_n):
        source = source_at(s.sources, number)
        source.number, source.units = -1, 0
