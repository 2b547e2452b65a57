"""The places of the job, which have to be filled, as in `simtrain.engine.places`."""

from __future__ import annotations

import math

from simtrain.compiled.absences import cause_of_absence, next_back
from simtrain.compiled.allocation import (
    end_allocation,
    give_back,
    grant,
    hosts_are_there,
    hosts_suffice,
)
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import fill_places
from simtrain.compiled.downtime import hold, holding, incident_in_force
from simtrain.compiled.hosts import fit, returned, swap_time
from simtrain.compiled.layout import (
    NONE,
    OVER,
    hold_at,
    incident_at,
    outage_at,
    stop_at,
    trial_at,
)
from simtrain.compiled.occurrences import end_trial
from simtrain.compiled.phases import phase
from simtrain.compiled.refill import is_short_and_starts
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import HOST_WAIT, MAINTENANCE, QUEUE_WAIT


@kernel
def saves_first(t: int, outage: int) -> bool:
    """Whether training is saved before it ends."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if not o.planned or o.cut_off:
        in_time: bool = o.in_time == 1
        return in_time
    if o.stop < 0:
        return True
    saves: bool = stop_at(s.stops, o.stop).save_first == 1
    return saves


@kernel
def postpone(t: int, outage: int) -> None:
    """Hold the job for a planned stop before it comes back, or give back its hosts."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if o.planned and o.stop >= 0:
        hold(t, o.stop, o.number)
    if s.in_allocations:
        give_back(t, outage)


@kernel
def are_ready(t: int) -> bool:
    """Whether the job has the hosts that it needs and nothing holds it."""
    s = trial_at(t, 0)
    if s.holds_n or not s.held:
        return False
    if s.vacant_n or s.all_out or s.looked_n:
        return is_short_and_starts(t)
    return True


@routine
def _await_swap(t: int, cause: int, ready: float, seconds: float) -> int:
    """Wait until a swap is over; hosts that come back by themselves do not wait for it."""
    s = trial_at(t, 0)
    while next_back(t) < ready:
        following = phase(t, HOST_WAIT, cause, next_back(t) - s.now, False)
        if following == OVER:
            return OVER
        fill_places(t, min(returned(t), s.vacant_n), cause)
        if not s.vacant_n:
            return NONE
        seconds = ready - s.now
    return phase(t, HOST_WAIT, cause, seconds, False)


@routine
def _queue(t: int, cause: int) -> int:
    """Wait in the queue, or be granted the next allocation."""
    s = trial_at(t, 0)
    if s.short:
        return end_trial(t, s.end_verdict)
    seconds = s.due_at - s.now
    if seconds > 0.0:
        return phase(t, QUEUE_WAIT, cause, seconds, False)
    if hosts_are_there(t) or is_short_and_starts(t):
        grant(t, cause)
        return NONE
    return phase(t, QUEUE_WAIT, cause, math.inf, False)


@routine
def gather(t: int, cause: int) -> int:
    """Fill the places of the job, and wait until no planned stop holds it."""
    s = trial_at(t, 0)
    while True:
        if s.holds_n:
            number = holding(t)
            if number >= 0:
                one = hold_at(s.holds, number)
                s.has_processes = 0
                if phase(t, one.state, one.cause, one.until - s.now, False) == OVER:
                    return OVER
                continue
        if s.in_allocations:
            if not s.held:
                s.has_processes = 0
                if _queue(t, cause) == OVER:
                    return OVER
                continue
            if not hosts_suffice(t) and not is_short_and_starts(t):
                end_allocation(t)
                continue
        if s.vacant_n == 0 and not s.all_out and not s.looked_n:
            return NONE
        if s.in_groups and is_short_and_starts(t):
            return NONE
        # Into groups others step in beside all else.
        count = 0 if s.in_groups or s.all_out else min(s.vacant_n, fit(t))
        back = returned(t) if count else 0
        if back:
            fill_places(t, min(count, back), cause)
        elif count:
            seconds = swap_time(t, count)
            if seconds != 0.0:
                if _await_swap(t, cause, s.now + seconds, seconds) == OVER:
                    return OVER
                count = min(min(count, s.vacant_n), fit(t))
            fill_places(t, count, cause)
        else:
            s.has_processes = 0
            number = incident_in_force(t)
            if number >= 0:
                incident = incident_at(s.incidents, number)
                came = phase(t, MAINTENANCE, incident.cause, math.inf, False)
            else:
                absent = s.cause_capacity if s.withheld_n else cause_of_absence(t)
                came = phase(t, HOST_WAIT, absent if absent >= 0 else cause, math.inf, False)
            if came == OVER:
                return OVER
