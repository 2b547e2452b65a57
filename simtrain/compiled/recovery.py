"""From the end of training to training again, as in `simtrain.engine.recovery` and `places`."""

from __future__ import annotations

import math

from simtrain.compiled.allocation import end_after_fault, give_back
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import pay
from simtrain.compiled.copies import fall_back
from simtrain.compiled.decisions import (
    attempt,
    backoff,
    diagnosis_time,
    failed_further_try,
    failed_try,
    further_try_works,
    latency,
    responder,
)
from simtrain.compiled.diagnosis import blame, leave_suspects, suspect
from simtrain.compiled.draws import fill
from simtrain.compiled.groups import launch_groups
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.latents import draw_row, fault_of, new_outage, response_wait, swap_all
from simtrain.compiled.layout import (
    NONE,
    OVER,
    RECONFIGURE,
    SWAP_HOSTS,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.loading import load_copy
from simtrain.compiled.occurrences import GAVE_UP, end_trial
from simtrain.compiled.phases import phase
from simtrain.compiled.places import are_ready, gather, postpone
from simtrain.compiled.reconfiguration import go_on
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import (
    AUTOMATIC_RESTART,
    DETECTION,
    DIAGNOSIS,
    FAILED_LAUNCH,
    HOT_SWAP,
    LAUNCH,
    MANUAL_RESTART,
    PAUSED,
    PERSON_CALLED,
    PLANNED_RESTART,
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


# --- knowing what is wrong -----------------------------------------------------------------------


@routine
def _call_person(t: int, outage: int, uniform: float) -> int:
    """Call a person, and wait for them."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    o.restarted_by = MANUAL_RESTART
    s.has_processes = 0
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
def _swaps(t: int, outage: int) -> bool:
    """Whether the next try starts hosts that were swapped alone.

    From here on no other host has processes either, unless it does.
    """
    s = trial_at(t, 0)
    hot: bool = outage_at(s.outages, outage).reaction == SWAP_HOSTS and s.has_processes == 1
    return hot


@kernel
def _next_try(t: int, outage: int, swaps: bool):  # type: ignore[no-untyped-def]
    """How to try to start the job: the class's own way first, and then the usual one."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    is_first = o.first_try
    o.first_try = 0
    if is_first and o.fault >= 0:
        fault = fault_of(t, outage)
        if fault.has_restart:
            return fault.restart
    if swaps:
        return regime_now(t).recovery.swap
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
    if s.in_groups:
        launch_groups(t)
    happened(t, s.now, LAUNCH, o.cause, -1)
    swaps = _swaps(t, outage)
    restart = _next_try(t, outage, swaps)
    if tries:
        _row_of_try(t, outage, tries)
        seconds = failed_further_try(restart, (s.scratch, 0))
    else:
        seconds = failed_try(restart, (o.row, 0))
    following = phase(t, RESTART, o.cause, seconds, True)
    if following == OVER:
        return OVER
    s.has_processes = 1 if swaps and following >= 0 else 0
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
def _end_restart(t: int, struck: int, cause: int, until: float) -> int:
    """End a restart that was struck with the groups that are left, if there are enough.

    It would have lasted until a moment, and lasts for as long as they stand still on top of it.
    """
    s = trial_at(t, 0)
    following = struck
    while following >= 0:
        if outage_at(s.outages, following).reaction != RECONFIGURE:
            return following
        left = until - s.now
        ended = go_on(t, following, False)
        if ended != NONE:
            return ended
        until = s.now + left
        following = phase(t, RESTART, cause, left, True)
    return following


@routine
def _load(t: int, outage: int) -> int:
    """Load a copy; groups that are left where others are struck meanwhile begin the load anew."""
    s = trial_at(t, 0)
    while True:
        following = load_copy(t, outage)
        if following < 0 or not s.launch_goes_on:
            return following
        if outage_at(s.outages, following).reaction != RECONFIGURE:
            return following
        following = go_on(t, following, False)
        if following != NONE:
            return following


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
            if are_ready(t):
                break
            if gather(t, cause) == OVER:
                return OVER
            if not s.latent_n:
                break
        swaps = _swaps(t, outage)
        restart = _next_try(t, outage, swaps)
        fill(s.launch_row, s.seed, s.trial, stream, tries, o.number * 8, 4)
        if s.in_groups:
            launch_groups(t)
        happened(t, s.now, LAUNCH, cause, -1)
        seconds, fails, warm_up = attempt(restart, (s.launch_row, 0))
        calls_at = restart.tries
        until = s.now + seconds
        following = phase(t, RESTART, cause, seconds, True)
        if following >= 0 and s.launch_goes_on:
            following = _end_restart(t, following, cause, until)
        if following == OVER:
            return OVER
        s.has_processes = (0 if fails else 1) if following == NONE else (1 if swaps else 0)
        if loads and following < 0 and not fails:
            following = _load(t, outage)
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
            fill(s.launch_row, s.seed, s.trial, stream, tries - 1, o.number * 8, 4)
            if _call_person(t, outage, s.launch_row[SECOND_RESPONSE]) == OVER:
                return OVER
            if s.joined >= 0 and _diagnose(t, s.joined, cause, True) == OVER:
                return OVER
            leave_suspects(t)
    s.warm_until = s.now + warm_up
    s.lasting_n = 0
    if swaps:
        happened(t, s.now, HOT_SWAP, cause, -1)
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
    s.has_processes = 1
    if s.in_groups:
        launch_groups(t)
    happened(t, s.now, LAUNCH, s.cause_start, -1)
    s.has_begun = 1
    return NONE
