"""What a fault does to hosts at the moment it strikes, wherever they stand."""

from __future__ import annotations

from simtrain.compiled.absences import begin_absence, extend
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import cordon, pay
from simtrain.compiled.diagnosis import outage_numbered, suspect
from simtrain.compiled.groups import strike_groups
from simtrain.compiled.hazards import FIELDS
from simtrain.compiled.hosts import lose_state
from simtrain.compiled.latents import begin_latent, fault_of, new_outage
from simtrain.compiled.layout import (
    AMONG_DOMAINS,
    AMONG_JOB,
    AMONG_STANDING,
    NONE,
    class_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.preemption import is_shielded, preempt
from simtrain.compiled.reactions import reaction_to
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import spares_strike, strike
from simtrain.compiled.struck import strikes_idle, take_hosts, unfit_among
from simtrain.compiled.support import SWAP, WAIT
from simtrain.compiled.telling import (
    FAULT,
    HOST_WAIT,
    MAINTENANCE,
    PAUSED,
    SPARE_FAULT,
    STRUCK_TOO,
    happened,
)


@kernel
def _tell(t: int, now: float, what: int, cause: int) -> None:
    """Tell of a fault, and of all hosts that it takes."""
    s = trial_at(t, 0)
    taken = s.taken_job + s.taken_idle
    happened(t, now, what, cause, whole_at(s.numbers, s.taken) if taken else -1)
    for n in range(1, taken):
        happened(t, now, STRUCK_TOO, cause, whole_at(s.numbers, s.taken + n))


@kernel
def _leave(t: int, hosts: int, hosts_n: int, of_job: bool) -> None:
    """Take hosts away that the fault which strikes now takes, if its class does so."""
    s = trial_at(t, 0)
    begin_absence(
        t, s.regime, s.event_class, s.event_stream, s.event_number, hosts, hosts_n, of_job
    )


@routine
def _befall_spares(t: int) -> None:
    """Let spares fail, which counts if they stay, leave, or have a calendar."""
    s = trial_at(t, 0)
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    hosts, hosts_n = s.taken + s.taken_job, s.taken_idle
    unfit = unfit_among(t, hosts, hosts_n, s.taken_rows + s.taken_job)
    unfit_n = s.numbers_n - unfit
    counts = fault.on_calendar or fault.has_returns
    if unfit_n or counts:
        _tell(t, s.clock, SPARE_FAULT, fault.cause)
    if unfit_n:
        for n in range(unfit_n):
            cordon(t, whole_at(s.numbers, unfit + n), fault.cause, number, True)
    elif counts:
        pay(t)
    _leave(t, hosts, hosts_n, False)


@routine
def on_spares(t: int) -> None:
    """Take the fault of an idle spare that strikes now."""
    s = trial_at(t, 0)
    if not spares_strike(t, s.clock):
        return
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    if fault.preempts and is_shielded(t, fault):
        return
    take_hosts(t, False)
    _befall_spares(t)


@routine
def _join(t: int, outage: int, at_once: bool) -> None:
    """Let a fault of a job that is down join its recovery: no new interruption."""
    s = trial_at(t, 0)
    o = outage_numbered(t, outage)
    if not o.unfit_n:
        return
    fault = fault_of(t, outage)
    if at_once:
        for n in range(o.unfit_n):
            cordon(t, whole_at(s.numbers, o.unfit + n), o.cause, o.fault, True)
        return
    if fault.on_calendar and fault.diagnose:
        s.joined = outage
    suspect(t, outage)


@kernel
def _strikes_aside(t: int, at_risk: bool) -> bool:
    """Whether a fault drawn for a place strikes the host there, which stands aside."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    if not at_risk or fault.on_calendar:
        return True
    return strikes_idle(t, s.event_stream, s.event_number)


@routine
def on_job(t: int, during: int, working: bool) -> int:
    """Take the fault of the job or its hosts that strikes now; the outage that begins, if any."""
    s = trial_at(t, 0)
    at_risk = working and during != PAUSED
    if not strike(t, at_risk):
        return NONE
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    if fault.preempts and is_shielded(t, fault):
        return NONE
    take_hosts(t, at_risk)
    if not s.taken_job and not fault.takes_all:
        if s.taken_idle:
            if s.event_among != AMONG_JOB or _strikes_aside(t, at_risk):
                _befall_spares(t)
        elif s.event_among == AMONG_STANDING:
            extend(t)
        return NONE
    taken, of_job, idle = s.taken, s.taken_job, s.taken_idle
    rows, in_burst = s.taken_rows, s.taken_burst
    if fault.stops and s.in_groups:
        strike_groups(t, taken, of_job)  # while they still hold their places
    _tell(t, s.now, FAULT, fault.cause)
    s.events_left -= 1
    if fault.preempts:
        return preempt(t, working)
    unfit = unfit_among(t, taken, of_job, rows) if of_job else s.numbers_n
    unfit_n = s.numbers_n - unfit
    if idle:
        bad_idle = unfit_among(t, taken + of_job, idle, rows + of_job)
        for n in range(s.numbers_n - bad_idle):
            cordon(t, whole_at(s.numbers, bad_idle + n), fault.cause, number, True)
    outage = new_outage(t, fault.cause, s.event_stream, s.event_number, 0)
    o = outage_numbered(t, outage)
    for n in range(FIELDS):
        o.row[n] = s.event_row[n]
    o.fault = number
    o.hosts, o.hosts_n, o.unfit, o.unfit_n = taken, of_job, unfit, unfit_n
    o.in_burst = 1 if in_burst and of_job + idle else 0
    o.burst = rows
    if fault.has_returns:
        _leave(t, taken, of_job + idle, True)
    if s.holds_copies and fault.stops:
        for n in range(of_job):
            lose_state(t, whole_at(s.numbers, taken + n), 0)
        if s.event_among == AMONG_DOMAINS and fault.takes_all and not of_job:
            s.struck_until = s.made
    if fault.slows:
        if s.policy == SWAP:
            o.reaction = reaction_to(t, outage)
        begin_latent(t, outage)
        return NONE
    if not working:
        _join(t, outage, during in (HOST_WAIT, MAINTENANCE, PAUSED))
        return NONE
    if not fault.stops:
        begin_latent(t, outage)
        return NONE
    if s.policy != WAIT and not fault.ends_run:
        o.reaction = reaction_to(t, outage)
    return outage
