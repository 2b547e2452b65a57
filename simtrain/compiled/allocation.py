"""Allocations: when the job holds its hosts, and when it queues, as `engine.allocation`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled.absences import begin_absence
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import announce, cure, fill_places, install, leave_place
from simtrain.compiled.dates import plan
from simtrain.compiled.days import day_and_second
from simtrain.compiled.draws import uniform
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import (
    any_slot,
    fit,
    host_at_place,
    is_in_job,
    keep_number,
    remove_idle,
)
from simtrain.compiled.latents import draw_row, fault_of, new_outage
from simtrain.compiled.laws import LAW, encode
from simtrain.compiled.layout import (
    ALLOCATION_ENDS,
    ALLOCATION_SAVES,
    NONE,
    NOWHERE,
    VACANT,
    host_at,
    latent_at,
    law_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.relapse import renew_relapse
from simtrain.compiled.routines import routine
from simtrain.model.on_call import seconds_of_day
from simtrain.model.streams import QUEUE_WAIT
from simtrain.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.parameters import Encoded
    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters

_LATE = 1 << 29
"""Order of limits among what is due at one moment, as in `simtrain.engine.allocation`."""


def lay_out_allocations(memory: TrialMemory, regimes: Sequence[Parameters]) -> list[int]:
    """Lay out the waits by the hour; where those of each regime begin, -1 if it has none.

    Of each regime with such waits there are the hours of a week, each with the number of its law,
    or -1 if the usual one holds then.
    """
    state, start = memory.state, memory.scenario.start
    state["in_allocations"] = regimes[0].allocation is not None
    first_day = start.toordinal() if start else 0
    state["weekday"] = first_day % 7
    state["since_midnight"] = seconds_of_day(start) if start else 0.0
    laws: list[Encoded] = []
    hours: list[int] = []
    places: list[int] = []
    for parameters in regimes:
        waits = None if parameters.allocation is None else parameters.allocation.waits
        places.append(NONE if waits is None else len(hours))
        if waits is not None:
            rows = [waits[1].on(7 + day, hour) for day in range(7) for hour in range(24)]
            hours += [NONE if row < 0 else len(laws) + row for row in rows]
            laws += [encode(law, memory.held) for law in waits[0]]
    table = memory.table("queue_waits", LAW, len(laws))
    for number, law in enumerate(laws):
        memory.put(table, number, law)
    memory.table("queue_hours", np.int64, len(hours))[: len(hours)] = hours
    return places


# --- the end -------------------------------------------------------------------------------------


@routine
def _usual_wait(t: int, u: float) -> float:
    """Time in a queue that begins now, by its quantile."""
    s = trial_at(t, 0)
    allocation = regime_now(t).allocation
    if allocation.waits >= 0:
        day, seconds = day_and_second(s.clock + s.since_midnight)
        place = int((s.weekday + day) % 7) * 24 + int(seconds / HOUR)
        number = whole_at(s.queue_hours, allocation.waits + place)
        if number >= 0:
            by_hour: float = law_at(s.queue_waits, number).quantile(u)
            return by_hour
    usual: float = allocation.wait.quantile(u)
    return usual


@routine
def _end(t: int, outage: int) -> None:
    """End the allocation that the job holds, and queue for the next one from now on.

    The time in the queue is that until the hosts return which an outage takes, if it says when.
    """
    s = trial_at(t, 0)
    if not s.held:
        return
    stream = stream_at(s.streams, s.origin_queue).id
    u = uniform(s.seed, s.trial, stream, 0, s.allocation * 4 + QUEUE_WAIT)
    if outage >= 0 and fault_of(t, outage).has_returns:
        wait = fault_of(t, outage).returns.quantile(u)
    else:
        wait = _usual_wait(t, u)
    s.due_at = s.clock + wait
    s.held = 0
    s.allocation += 1
    if s.holds_copies:
        s.all_until = s.made


@kernel
def end_allocation(t: int) -> None:
    """End the allocation that the job holds, and queue as usual for the next one from now on."""
    _end(t, NONE)


@kernel
def end_after_fault(t: int) -> None:
    """End the one that the job holds, if a fault is known now and the job queues then."""
    if regime_now(t).allocation.queues_after_fault:
        _end(t, NONE)


@routine
def take_away(t: int, outage: int, hosts_n: int) -> None:
    """Let a preemption take its hosts: all of an allocation, or some that are still there."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if fault_of(t, outage).takes_all:
        _end(t, outage)
        return
    left = s.numbers_n
    for number in range(hosts_n):
        host = whole_at(s.numbers, o.hosts + number)
        if host_at(s.hosts, host).place != NOWHERE:
            keep_number(t, host)
    if s.numbers_n > left:
        left_n = s.numbers_n - left
        begin_absence(t, o.regime, o.fault, o.origin, o.number, left, left_n, True)


@routine
def give_back(t: int, outage: int) -> None:
    """Give back the hosts that an outage takes, if it takes any."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if o.ends_allocation:
        o.ends_allocation = 0
        _end(t, NONE)
    elif o.is_leaving:
        o.is_leaving = 0
        take_away(t, outage, o.leaving)


@routine
def end_at_limit(t: int, number: int, ends: bool, working: bool) -> int:
    """Take the limit of an allocation, or the moment to save before it."""
    s = trial_at(t, 0)
    if number != s.allocation or not s.held:
        return NONE  # it has ended before
    if working:
        outage = new_outage(t, s.cause_allocation, s.origin_queue, number, 1)
        draw_row(t, outage, 4, 4)
        o = outage_at(s.outages, outage)
        o.ends_allocation, o.cut_off = 1, 1 if ends else 0
        return outage
    if ends:
        _end(t, NONE)
    return NONE


# --- the next one --------------------------------------------------------------------------------


@kernel
def hosts_suffice(t: int) -> bool:
    """Whether the job can go on in the one that it holds: a spare stands by for each place."""
    s = trial_at(t, 0)
    if not regime_now(t).allocation.queues_when_short:
        return True
    suffice: bool = not s.all_out and s.vacant_n <= fit(t)
    return suffice


@kernel
def hosts_are_there(t: int) -> bool:
    """Whether the next one can be granted with hosts for all places of the job."""
    s = trial_at(t, 0)
    if s.all_out:
        return False
    there: bool = regime_now(t).allocation.fresh_hosts == 1 or s.vacant_n <= fit(t)
    return there


@kernel
def _is_marked(t: int, host: int) -> bool:
    """Whether a host is bad, or was struck by a fault that is latent."""
    s = trial_at(t, 0)
    if host_at(s.hosts, host).bad >= 0:
        return True
    for place in range(s.latent_n):
        if latent_at(s.latent, whole_at(s.latents, place)).host == host:
            return True
    return False


@kernel
def _renew(t: int, host: int) -> None:
    """Let a new host stand by in the slot of one that has left its place."""
    cure(t, host)
    renew_relapse(t, host)
    install(t, host_at(trial_at(t, 0).hosts, host).slot)


@routine
def _renew_hosts(t: int) -> None:
    """Let new hosts stand by for all places of the job, and the hosts there leave for good.

    Where hosts are alike, only those that are bad or slow need leave.
    """
    s = trial_at(t, 0)
    all_leave = s.has_ages == 1  # or differ otherwise, beside being bad or not
    begin = s.numbers_n
    if all_leave:
        for place in range(s.size):
            host = host_at_place(t, place)
            if host != VACANT:
                keep_number(t, host)
    else:
        for host in range(s.hosts_n):
            if is_in_job(t, host) and _is_marked(t, host):
                keep_number(t, host)
    end = s.numbers_n
    for number in range(begin, end):
        host = whole_at(s.numbers, number)
        leave_place(t, host)
        _renew(t, host)
    host = s.idle_first
    while host >= 0:
        if all_leave or _is_marked(t, host):
            keep_number(t, host)
        host = host_at(s.hosts, host).after
    for number in range(end, s.numbers_n):
        host = whole_at(s.numbers, number)
        remove_idle(t, host)
        announce(t)
        _renew(t, host)
    s.numbers_n = begin
    lacking = s.vacant_n - s.idle_n
    for _ in range(lacking):
        install(t, any_slot(t))
    s.surplus += max(0, lacking)  # for as many in repair or away now


@routine
def _enter_limit(t: int) -> None:
    """Enter when the allocation that was just granted ends, among what is planned."""
    s = trial_at(t, 0)
    allocation = regime_now(t).allocation
    if allocation.limit == math.inf:
        return
    at = max(s.granted_at + allocation.limit, 0.0)
    if allocation.save_before < math.inf:
        before = max(at - allocation.save_before, 0.0)
        plan(t, before, _LATE, ALLOCATION_SAVES, s.allocation, 0)
    plan(t, at, _LATE + 1, ALLOCATION_ENDS, s.allocation, 0)


@routine
def grant(t: int, cause: int) -> None:
    """Grant the next allocation: all hosts take their places at once."""
    s = trial_at(t, 0)
    if regime_now(t).allocation.fresh_hosts:
        _renew_hosts(t)
    fill_places(t, min(s.vacant_n, fit(t)), cause)
    s.held = 1
    s.granted_at = s.clock
    _enter_limit(t)


@routine
def begin_allocations(t: int) -> None:
    """Hold the first allocation, or queue for it."""
    s = trial_at(t, 0)
    s.held = 1
    s.allocation = 0
    s.granted_at = 0.0 - s.before_grant
    s.due_at = 0.0
    if not s.in_allocations:
        return
    if regime_now(t).allocation.wait_first and not s.has_past:
        _end(t, NONE)
    else:
        _enter_limit(t)
