"""All sources of faults of a trial, and the clocks that they are at risk on."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.clocks import reading_ahead, take_head
from simtrain.compiled.hazards import class_now, note_law, regime_now
from simtrain.compiled.in_order import (
    change_renewal,
    draw_next,
    end_alarm,
    enter_alarm,
    retime_poisson,
    strike_in_order,
    strike_poisson,
)
from simtrain.compiled.layout import (
    ALARM,
    AMONG_DOMAINS,
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
    REPLAY,
    age_at_,
    clock_at,
    host_at,
    source_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.per_host import (
    age_of,
    begin_life,
    begin_per_host,
    change_per_host,
    enter_host,
    is_on_calendar,
    leave_host,
    place_clock,
    refill_batch,
    strike_host,
    touch_host,
)
from simtrain.compiled.relapse import (
    begin_relapse,
    enter_relapse,
    leave_relapse,
    renew_relapse,
    strike_relapse,
)
from simtrain.compiled.replay import begin_replay, strike_replay
from simtrain.compiled.routines import routine


@routine
def _enter_sources(t: int, host: int, among_spares: bool) -> None:
    s = trial_at(t, 0)
    if s.has_ages:
        for on_calendar in range(2):
            if whole_at(s.ages_kept, on_calendar):
                age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
                clock = place_clock(among_spares, on_calendar == 1)
                age.born = clock_at(s.clocks, clock).now - age_of(t, on_calendar, host)
                age.clock = clock
                age.within = 1
                age.has_outside = 0
        for number in range(s.fixed_sources):
            if source_at(s.sources, number).kind == PER_HOST:
                touch_host(t, number, host)
                clock = place_clock(among_spares, is_on_calendar(t, number) == 1)
                enter_host(t, number, host, clock)
    begin_relapse(t, host, among_spares)


@routine
def _leave_sources(t: int, host: int) -> None:
    s = trial_at(t, 0)
    if s.has_ages:
        for on_calendar in range(2):
            if whole_at(s.ages_kept, on_calendar):
                age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
                age.outside = age_of(t, on_calendar, host)
                age.has_outside = 1
                age.within = 0
        for number in range(s.fixed_sources):
            if source_at(s.sources, number).kind == PER_HOST:
                touch_host(t, number, host)
                leave_host(t, number, host)
    leave_relapse(t, host, regime_now(t).repair.bad_host_mtbf)


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
                begin_life(t, number, host, 0.0)
    renew_relapse(t, host)


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
        strike_relapse(t, slot - s.relapse_slots)
        return True
    number = slot
    if slot >= s.slots:  # of hosts one by one: each source has so many, and one to refill
        number = whole_at(s.source_of, (slot - s.slots) // (s.hosts_cap + 1))
        host = slot - source_at(s.sources, number).slot
        if host == s.hosts_cap:
            refill_batch(t, number)
            return False
        strike_host(t, number, host)
        return True
    kind = source_at(s.sources, number).kind
    if kind == POISSON:
        strike_poisson(t, number)
    elif kind == REPLAY:
        strike_replay(t, number)
    else:
        strike_in_order(t, number)
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
            draw_next(t, number)
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
def put_aside(t: int, host: int, time: float) -> None:
    """Put a host of the job that works no longer at the risk of spares."""
    _read_spares(t, time)
    _leave_sources(t, host)
    if trial_at(t, 0).follows_spares:
        _enter_sources(t, host, True)


@routine
def take_in(t: int, host: int, time: float) -> None:
    """Put a host that stood aside at risk in the job again."""
    _read_spares(t, time)
    if trial_at(t, 0).follows_spares:
        _leave_sources(t, host)
    _enter_sources(t, host, False)


@routine
def _stands_by(t: int, host: int) -> None:
    """Put a host at the risk of spares, or take it from that, as it has just become or ended."""
    if trial_at(t, 0).follows_spares:
        _enter_sources(t, host, True)
    else:
        _leave_sources(t, host)


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
            _stands_by(t, host)
            host = host_at(s.hosts, host).after
        for place in range(s.size if s.aside_hosts_n else 0):
            host = host_at(s.hosts, place).holder
            if host >= 0 and host_at(s.hosts, host).aside:
                _stands_by(t, host)
    if s.follows_spares:
        _count_spares(t, s.idle_n)


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
            change_renewal(t, number)
        elif source.kind == ALARM:
            trains = source.trains
            end_alarm(t, number)
            if trains:
                enter_alarm(t, number)
        elif source.kind == PER_HOST:
            change_per_host(t, number)
    host = s.bad_first
    while host >= 0:
        h = host_at(s.hosts, host)
        if h.relapse_clock >= 0:
            clock = h.relapse_clock
            leave_relapse(t, host, mean_before)
            enter_relapse(t, host, clock)
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
            begin_per_host(t, number)
        elif source.kind == REPLAY:
            begin_replay(t, number)
        else:
            note_law(t, number)
            draw_next(t, number)
    for number in range(s.fixed_sources, s.sources_n):
        source = source_at(s.sources, number)
        source.number, source.units = -1, 0
