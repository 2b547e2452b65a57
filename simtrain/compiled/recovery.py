"""From the end of training to training again, as in `simtrain.engine.recovery` and `places`."""

from __future__ import annotations

import math

from simtrain.compiled.absences import cause_of_absence, next_back
from simtrain.compiled.allocation import (
    end_after_fault,
    end_allocation,
    give_back,
    grant,
    hosts_are_there,
    hosts_suffice,
)
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import fill_places, pay
from simtrain.compiled.copies import (
    check_copy,
    copies_of,
    exclude_copy,
    fall_back,
    fall_to_next_tier,
    loads_well,
    tier_of,
)
from simtrain.compiled.decisions import (
    attempt,
    backoff,
    diagnosis_time,
    failed_further_try,
    failed_try,
    further_try_works,
    latency,
    load,
    responder,
)
from simtrain.compiled.diagnosis import blame, leave_suspects, suspect
from simtrain.compiled.downtime import hold, holding, incident_in_force
from simtrain.compiled.draws import fill
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import swap_time
from simtrain.compiled.latents import (
    draw_row,
    fault_of,
    load_corrupt,
    load_intact,
    new_outage,
    response_wait,
    swap_all,
)
from simtrain.compiled.layout import (
    NONE,
    OVER,
    hold_at,
    incident_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.occurrences import GAVE_UP, end_trial
from simtrain.compiled.phases import phase
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import (
    AUTOMATIC_RESTART,
    CHECKPOINT_LOAD,
    DETECTION,
    DIAGNOSIS,
    FAILED_LAUNCH,
    HOST_WAIT,
    LAUNCH,
    LOAD,
    MAINTENANCE,
    MANUAL_RESTART,
    PAUSED,
    PERSON_CALLED,
    PLANNED_RESTART,
    QUEUE_WAIT,
    RESPONSE,
    RESTART,
    happened,
)
from simtrain.model.response import Responder
from simtrain.model.streams import RESPONSE as FIELD_OF_RESPONSE
from simtrain.model.streams import SECOND_RESPONSE

_SUPERVISOR, _SUPERVISOR_IN_VAIN, _PERSON = Responder

# --- failures in a row ---------------------------------------------------------------------------


@kernel
def _note_progress(t: int) -> None:
    """Begin anew if the job returns to a newer copy than ever before."""
    s = trial_at(t, 0)
    if s.copy_save > s.loop_newest:
        s.loop_newest = s.copy_save
        s.loop_failures = 0


@routine
def count_failure(t: int, outage: int) -> int:
    """Count a failure, and whatever it is due to; OVER if the job gives up."""
    s = trial_at(t, 0)
    if not regime_now(t).counts_failures:
        return NONE
    if outage >= 0 and outage_at(s.outages, outage).fault >= 0:
        fault = fault_of(t, outage)
        if fault.ends_run:
            return end_trial(t, GAVE_UP)
        if not fault.in_budget:
            return NONE
    _note_progress(t)
    s.loop_failures += 1
    budget = regime_now(t).restart.budget
    if budget >= 0 and s.loop_failures > budget:
        return end_trial(t, GAVE_UP)
    return NONE


@kernel
def _pause(t: int) -> float:
    """Seconds to wait before the next restart."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    if not regime.counts_failures or regime.restart.backoff == 0.0:
        return 0.0
    _note_progress(t)
    return backoff(regime.restart, s.loop_failures)


# --- places --------------------------------------------------------------------------------------


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
def _are_ready(t: int) -> bool:
    """Whether the job has the hosts that it needs and nothing holds it."""
    s = trial_at(t, 0)
    return s.holds_n == 0 and s.vacant_n == 0 and not s.all_out and s.held == 1


@routine
def _await_swap(t: int, cause: int, ready: float, seconds: float) -> int:
    """Wait until a swap is over; hosts that come back by themselves do not wait for it."""
    s = trial_at(t, 0)
    while next_back(t) < ready:
        following = phase(t, HOST_WAIT, cause, next_back(t) - s.now, False)
        if following == OVER:
            return OVER
        fill_places(t, min(s.returned, s.vacant_n), cause)
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
    if hosts_are_there(t):
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
                if phase(t, one.state, one.cause, one.until - s.now, False) == OVER:
                    return OVER
                continue
        if s.in_allocations:
            if not s.held:
                if _queue(t, cause) == OVER:
                    return OVER
                continue
            if not hosts_suffice(t):
                end_allocation(t)
                continue
        if s.vacant_n == 0 and not s.all_out:
            return NONE
        count = 0 if s.all_out else min(s.vacant_n, s.idle_n)
        if count and s.returned:
            fill_places(t, min(count, s.returned), cause)
        elif count:
            seconds = swap_time(t, count)
            if seconds != 0.0:
                if _await_swap(t, cause, s.now + seconds, seconds) == OVER:
                    return OVER
                count = min(min(count, s.vacant_n), s.idle_n)
            fill_places(t, count, cause)
        else:
            number = incident_in_force(t)
            if number >= 0:
                incident = incident_at(s.incidents, number)
                came = phase(t, MAINTENANCE, incident.cause, math.inf, False)
            else:
                absent = s.cause_capacity if s.withheld_n else cause_of_absence(t)
                came = phase(t, HOST_WAIT, absent if absent >= 0 else cause, math.inf, False)
            if came == OVER:
                return OVER


# --- knowing what is wrong -----------------------------------------------------------------------


@routine
def _call_person(t: int, outage: int, uniform: float) -> int:
    """Call a person, and wait for them."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    o.restarted_by = MANUAL_RESTART
    happened(t, s.now, PERSON_CALLED, o.cause, -1)
    seconds = response_wait(t, s.now, uniform)
    return phase(t, RESPONSE, o.cause, seconds, False)


@routine
def _diagnose(t: int, outage: int, cause: int, by_hand: bool) -> int:
    """Look for bad hosts with the draws of an outage, and charge it to a cause."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    seconds = diagnosis_time(regime_now(t).diagnosis, by_hand, (o.row, 0))
    if phase(t, DIAGNOSIS, cause, seconds, False) == OVER:
        return OVER
    blame(t, outage, cause)
    return NONE


@routine
def _row_of_try(t: int, outage: int, tries: int) -> None:
    """Draw what decides about the automatic try after so many in vain."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    stream = stream_at(s.streams, o.origin).further
    fill(s.scratch, s.seed, s.trial, stream, tries - 1, o.number * 4, 4)


@kernel
def _next_try(t: int, outage: int):  # type: ignore[no-untyped-def]
    """How to try to start the job: the class's own way first, and then the usual one."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    is_first = o.first_try
    o.first_try = 0
    if is_first and o.fault >= 0:
        fault = fault_of(t, outage)
        if fault.has_restart:
            return fault.restart
    return regime_now(t).restart


@routine
def _launch_failed(t: int, cause: int, following: int) -> int:
    """Count a launch that comes to nothing: a failure, unless a planned stop cut it off."""
    s = trial_at(t, 0)
    happened(t, s.now, FAILED_LAUNCH, cause, -1)
    pay(t)
    if following < 0 or not outage_at(s.outages, following).planned:
        return count_failure(t, following)
    return NONE


@routine
def _fail_automatically(t: int, outage: int, tries: int) -> int:
    """A try to recover without a person, after so many, that comes to nothing."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    pause = _pause(t)
    if pause != 0.0 and phase(t, PAUSED, o.cause, pause, False) == OVER:
        return OVER
    if gather(t, o.cause) == OVER:
        return OVER
    happened(t, s.now, LAUNCH, o.cause, -1)
    restart = _next_try(t, outage)
    if tries:
        _row_of_try(t, outage, tries)
        seconds = failed_further_try(restart, (s.scratch, 0))
    else:
        seconds = failed_try(restart, (o.row, 0))
    following = phase(t, RESTART, o.cause, seconds, True)
    if following == OVER:
        return OVER
    if _launch_failed(t, o.cause, NONE) == OVER:
        return OVER
    return following


@routine
def answer(t: int, outage: int) -> int:
    """Detect, decide who recovers, find the bad hosts and cordon them; what takes over, if any."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    cause = o.cause
    if o.fault < 0 or o.planned:
        if not o.planned:
            o.restarted_by = MANUAL_RESTART
        postpone(t, outage)
        if s.in_allocations and not o.planned:
            end_after_fault(t)
        return NONE
    if s.in_allocations:
        give_back(t, outage)
    fault = fault_of(t, outage)
    if o.restarted_by != MANUAL_RESTART:
        o.restarted_by = AUTOMATIC_RESTART
    if fault.stops:
        if o.unfit_n and not o.is_known:
            suspect(t, outage)
        if not o.is_known:
            seconds = latency(fault, (o.row, 0))
            if phase(t, DETECTION, cause, seconds, False) == OVER:
                return OVER
        if not fault.ends_write:
            fall_back(t, cause, math.inf, s.now)
            if o.uncounted:
                o.uncounted = 0
                if count_failure(t, outage) == OVER:
                    return OVER
    if s.in_allocations:
        end_after_fault(t)
    who = responder(fault, (o.row, 0))
    by_hand = who != _SUPERVISOR
    tries = 0
    while who == _SUPERVISOR_IN_VAIN:
        following = _fail_automatically(t, outage, tries)
        if following == OVER:
            return OVER
        if following >= 0:
            if outage_at(s.outages, following).fault >= 0:
                leave_suspects(t)
                return following
            postpone(t, following)
        tries += 1
        if tries > fault.further_tries_n:
            break
        _row_of_try(t, outage, tries)
        if further_try_works(fault, tries, (s.scratch, 0)):
            by_hand = False
            break
    if by_hand and _call_person(t, outage, o.row[FIELD_OF_RESPONSE]) == OVER:
        return OVER
    if fault.diagnose:
        if _diagnose(t, outage, cause, by_hand) == OVER:
            return OVER
    elif s.joined >= 0 and _diagnose(t, s.joined, cause, by_hand) == OVER:
        return OVER
    if s.suspects_n:
        leave_suspects(t)
    return NONE


# --- coming back ---------------------------------------------------------------------------------


@routine
def load_copy(t: int, outage: int) -> int:
    """Load the copy that recovery returns to, or an older one if it is corrupt."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    cause = o.cause
    stream = stream_at(s.streams, o.origin).launch
    while True:
        check_copy(t, cause)
        regime = s.regime
        tier, name = tier_of(t, s.copy_tier), copies_of(t, s.copy_tier).name
        if name >= 0:
            happened(t, s.now, LOAD, name, -1)
        fill(s.launch_row, s.seed, s.trial, stream, o.loads, o.number * 8, 8)
        seconds, works = load(tier, (s.launch_row, 0))
        o.loads += 1
        following = phase(t, CHECKPOINT_LOAD, cause, seconds, True)
        if following != NONE:
            return following
        if not works:
            pay(t)
            fall_to_next_tier(t, regime)
        elif loads_well(t):
            if s.latent_n:
                load_intact(t)
            return NONE
        elif tier.has_latent:
            load_corrupt(t, tier.latent, regime, s.cause_corrupt)
            return NONE
        else:
            exclude_copy(t)
            fall_back(t, cause, math.inf, s.now)


@routine
def launch(t: int, outage: int, loads: bool) -> int:
    """Get hosts, restart and load, again and again until it works or another outage comes."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    cause = o.cause
    stream = stream_at(s.streams, o.origin).launch
    tries = 0
    while True:
        pause = _pause(t)
        if pause != 0.0 and phase(t, PAUSED, cause, pause, False) == OVER:
            return OVER
        while True:
            # A slow host may become known while the job waits for others.
            if s.latent_n:
                swap_all(t)
            if _are_ready(t):
                break
            if gather(t, cause) == OVER:
                return OVER
            if not s.latent_n:
                break
        restart = _next_try(t, outage)
        fill(s.launch_row, s.seed, s.trial, stream, tries, o.number * 8, 8)
        happened(t, s.now, LAUNCH, cause, -1)
        seconds, fails, warm_up = attempt(restart, (s.launch_row, 0))
        calls_at = restart.tries
        following = phase(t, RESTART, cause, seconds, True)
        if following == OVER:
            return OVER
        if loads and following < 0 and not fails:
            following = load_copy(t, outage)
            if following == OVER:
                return OVER
        if following >= 0:
            if _launch_failed(t, cause, following) == OVER:
                return OVER
            return following
        if not fails:
            break
        if _launch_failed(t, cause, NONE) == OVER:
            return OVER
        tries += 1
        if tries % calls_at == 0:
            fill(s.launch_row, s.seed, s.trial, stream, tries - 1, o.number * 8, 8)
            if _call_person(t, outage, s.launch_row[SECOND_RESPONSE]) == OVER:
                return OVER
            if s.joined >= 0 and _diagnose(t, s.joined, cause, True) == OVER:
                return OVER
            leave_suspects(t)
    s.warm_until = s.now + warm_up
    s.lasting_n = 0
    if s.has_begun:
        happened(t, s.now, o.restarted_by, cause, -1)
    s.has_begun = 1
    return NONE


@routine
def start(t: int) -> int:
    """Launch the job for the first time, from nothing."""
    s = trial_at(t, 0)
    outage = new_outage(t, s.cause_start, s.origin_start, 0, 1)
    draw_row(t, outage, 4, 4)
    outage_at(s.outages, outage).restarted_by = PLANNED_RESTART
    if gather(t, s.cause_start) == OVER:
        return OVER
    if regime_now(t).restart.at_start:
        return launch(t, outage, False)
    happened(t, s.now, LAUNCH, s.cause_start, -1)
    s.has_begun = 1
    return NONE
