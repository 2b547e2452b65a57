"""Faults under which training goes on, as in `simtrain.engine.latent`."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import KNOWS, NOTICES, PASSES, cordon
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.days import day_and_second
from simtrain.compiled.decisions import latency, responder, slowness
from simtrain.compiled.draws import fill
from simtrain.compiled.hazards import FIELDS, WIDTH
from simtrain.compiled.hosts import can_spare, has_spare_for, is_in_job, works
from simtrain.compiled.layout import (
    NONE,
    SHORT_OF_DAYS,
    SHORT_OF_LATENT,
    SHORT_OF_OUTAGES,
    class_at,
    host_at,
    latent_at,
    law_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.relapse import add_bad
from simtrain.compiled.routines import routine
from simtrain.compiled.support import MOST_CHECKS
from simtrain.compiled.telling import (
    FAULT,
    NOTICED,
    PASSED,
    PERSON_CALLED,
    PLANNED_RESTART,
    be_short,
    happened,
)
from simtrain.model.response import Responder
from simtrain.model.streams import RESPONSE

AT_ONCE = 1e-6
"""Seconds of training within which a fault counts as noticed."""
_SUPERVISOR = Responder.SUPERVISOR
_DAY, _HOUR = 86400.0, 3600.0


@routine
def new_outage(t: int, cause: int, origin: int, number: int, planned: int) -> int:
    """A new outage, without a fault and without hosts; its row is still to be drawn."""
    s = trial_at(t, 0)
    place = s.outages_n
    if place + 1 < s.outages_cap:
        s.outages_n += 1
    else:
        be_short(t, SHORT_OF_OUTAGES)
    o = outage_at(s.outages, place)
    o.cause, o.origin, o.number, o.planned = cause, origin, number, planned
    o.fault = o.stop = -1
    o.regime = s.regime
    o.hosts = o.hosts_n = o.unfit = o.unfit_n = o.in_burst = o.burst = 0
    o.loads = o.uncounted = o.is_known = o.tries = o.reaction = o.is_over = 0
    o.ends_allocation = o.cut_off = o.is_leaving = o.leaving = o.in_time = 0
    o.first_try = 1
    o.restarted_by = PLANNED_RESTART
    new: int = place
    return new


@routine
def draw_row(t: int, number: int, width: int, fields: int) -> None:
    """Draw the row of an outage from where it belongs."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, number)
    fill(o.row, s.seed, s.trial, stream_at(s.streams, o.origin).id, 0, o.number * width, fields)


@kernel
def fault_of(t: int, number: int):  # type: ignore[no-untyped-def]
    """Class of the fault that an outage is due to, as it was when it struck."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, number)
    return class_at(s.class_table, o.regime * s.classes + o.fault)


# --- people --------------------------------------------------------------------------------------


@routine
def response_wait(t: int, time: float, uniform: float) -> float:
    """Seconds from a moment until a person acts."""
    s = trial_at(t, 0)
    row, closed = s.watches_n, 0.0
    if s.by_hour:
        day, seconds = day_and_second(time + s.since_midnight)
        hour = seconds / _HOUR
        place = int(day) * 24 + int(hour)
        if place >= s.days_cap * 24:
            be_short(t, SHORT_OF_DAYS)
            return 0.0
        opening = whole_at(s.openings, place)
        if opening >= 0:
            closed = (opening - day) * _DAY + (s.opens - hour) * _HOUR
            place = opening * 24 + int(s.opens)
            if place >= s.days_cap * 24:
                be_short(t, SHORT_OF_DAYS)
                return 0.0
        row = whole_at(s.days, place)
    law = law_at(s.response_table, s.regime * (s.watches_n + 1) + row)
    return closed + law.quantile(uniform)


# --- onset ---------------------------------------------------------------------------------------


@routine
def unnoticed_s(t: int) -> float:
    """Seconds of training until something that taints the work is noticed next."""
    s = trial_at(t, 0)
    least = math.inf
    for place in range(s.latent_n):
        least = min(least, latent_at(s.latent, whole_at(s.latents, place)).unnoticed_s)
    return least


@routine
def new_latent(t: int, outage: int, onset: float, unnoticed_s: float) -> int:
    """A new latent fault, at the end of those there are."""
    s = trial_at(t, 0)
    place = s.latent_made
    if place + 1 < s.latent_cap:
        s.latent_made += 1
        put_whole(s.latents, s.latent_n, place)
        s.latent_n += 1
    else:
        be_short(t, SHORT_OF_LATENT)
    o = outage_at(s.outages, outage)
    one = latent_at(s.latent, place)
    one.outage, one.fault, one.regime = outage, o.fault, o.regime
    fault = fault_of(t, outage)
    one.slows, one.taints = fault.slows, fault.taints
    one.onset, one.unnoticed_s, one.speed = onset, unnoticed_s, 1.0
    one.notice_at = one.passes_at = one.gone_back_to = math.inf
    one.back_to = 0.0
    one.noticed = one.is_known = one.has_back_to = 0
    one.save = -2
    one.host = whole_at(s.numbers, o.hosts) if o.hosts_n else -1
    one.is_there = 1
    for check in range(MOST_CHECKS):
        one.looks[check] = 0
    new: int = place
    return new


@routine
def repair_slow(t: int, number: int) -> None:
    """Send a slow host to repair."""
    s = trial_at(t, 0)
    one = latent_at(s.latent, number)
    o = outage_at(s.outages, one.outage)
    bad = o.unfit_n > 0 or host_at(s.hosts, one.host).bad >= 0
    cordon(t, one.host, o.cause, one.fault, bad)


@routine
def _repair_spares(t: int) -> None:
    """Send slow hosts that are known and stand by to repair: as if something had changed."""
    s = trial_at(t, 0)
    while s.latent_n:
        found = NONE
        for place in range(s.latent_n):
            number = whole_at(s.latents, place)
            one = latent_at(s.latent, number)
            if one.is_known and can_spare(t, one.host):
                found = number
                break
        if found < 0:
            return
        repair_slow(t, found)


@routine
def knows(t: int, host: int) -> None:
    """Somebody is there: the host is to be swapped, whatever slows it."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.awaits_answer:
        h.awaits_answer = 0
        kept = 0
        for number in range(s.answers_n):
            other = whole_at(s.answers, number)
            if other != host:
                put_whole(s.answers, kept, other)
                kept += 1
        s.answers_n = kept
    for place in range(s.latent_n):
        one = latent_at(s.latent, whole_at(s.latents, place))
        if one.slows and one.host == host:
            one.noticed = one.is_known = 1
    _repair_spares(t)


@routine
def notice_slow(t: int, number: int) -> None:
    """A slow host is noticed; a person is called unless a supervisor takes it on."""
    s = trial_at(t, 0)
    one = latent_at(s.latent, number)
    one.notice_at = math.inf
    if one.noticed or not one.is_there:
        return
    o = outage_at(s.outages, one.outage)
    now, host = s.clock, one.host
    one.noticed = 1
    happened(t, now, NOTICED, o.cause, host)
    h = host_at(s.hosts, host)
    if h.awaits_answer:
        return
    for place in range(s.latent_n):
        other = latent_at(s.latent, whole_at(s.latents, place))
        if other.slows and other.host == host and other.is_known:
            one.is_known = 1
            return
    seconds = 0.0
    fault = class_at(s.class_table, one.regime * s.classes + one.fault)
    if responder(fault, (o.row, 0)) != _SUPERVISOR:
        happened(t, now, PERSON_CALLED, o.cause, -1)
        seconds = response_wait(t, now, o.row[RESPONSE])
    if not now + seconds > now:
        knows(t, host)
        return
    h.awaits_answer = 1
    h.answer_at = now + seconds
    put_whole(s.answers, s.answers_n, host)
    s.answers_n += 1
    set_timer(t, seconds, KNOWS, host)


@routine
def go_on_slow(
    t: int, outage: int, onset: float, speed: float, lasts: float, unnoticed: float
) -> None:
    """Let a host be slow for so long from now on, or be noticed before."""
    s = trial_at(t, 0)
    now = s.clock
    number = new_latent(t, outage, onset, math.inf)
    one = latent_at(s.latent, number)
    one.speed = speed
    if lasts < math.inf:
        one.passes_at = now + lasts
        set_timer(t, lasts, PASSES, number)
    if not now + unnoticed > now:
        notice_slow(t, number)
    elif unnoticed < lasts:
        one.notice_at = now + unnoticed
        set_timer(t, unnoticed, NOTICES, number)


@routine
def _slow_down(t: int, outage: int) -> None:
    """Let a host be slow, until it passes or the host leaves for repair."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    fault = fault_of(t, outage)
    now = s.clock
    stream = stream_at(s.streams, o.origin).slow
    fill(s.scratch, s.seed, s.trial, stream, 0, o.number * 4, 4)
    speed, lasts = slowness(fault, (s.scratch, 0))
    if now + lasts > now:
        go_on_slow(t, outage, s.work, speed, lasts, latency(fault, (o.row, 0)))


@routine
def begin_latent(t: int, outage: int) -> None:
    """Let a fault strike that does not end training."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    fault = fault_of(t, outage)
    if fault.slows:
        _slow_down(t, outage)
        return
    if fault.merges:
        for place in range(s.latent_n):
            one = latent_at(s.latent, whole_at(s.latents, place))
            if class_at(s.class_table, one.regime * s.classes + one.fault).merges:
                return
    new_latent(t, outage, s.work, latency(fault, (o.row, 0)))
    for number in range(o.unfit_n):
        host = whole_at(s.numbers, o.unfit + number)
        add_bad(t, host, o.fault, is_in_job(t, host))


@routine
def load_corrupt(t: int, fault: int, regime: int, cause: int) -> None:
    """Let training go on from a corrupt copy, which nobody has found to be one."""
    s = trial_at(t, 0)
    for place in range(s.latent_n):
        if latent_at(s.latent, whole_at(s.latents, place)).save == s.copy_save:
            return
    number = s.corrupt_copies
    s.corrupt_copies += 1
    outage = new_outage(t, cause, s.origin_corrupt, number, 0)
    o = outage_at(s.outages, outage)
    o.fault, o.regime = fault, regime
    draw_row(t, outage, WIDTH, FIELDS)
    happened(t, s.now, FAULT, cause, -1)
    s.events_left -= 1
    onset = math.nextafter(s.copy_work, -math.inf)
    one = new_latent(t, outage, onset, latency(fault_of(t, outage), (o.row, 0)))
    latent_at(s.latent, one).save = s.copy_save


@routine
def load_intact(t: int) -> None:
    """Let training go on from a copy that is intact, though one of the same save is not."""
    s = trial_at(t, 0)
    kept = 0
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        if latent_at(s.latent, one).save == s.copy_save:
            latent_at(s.latent, one).is_there = 0
        else:
            put_whole(s.latents, kept, one)
            kept += 1
    s.latent_n = kept


# --- what taints the work ------------------------------------------------------------------------


@routine
def notice(t: int, found_n: int, has_back_to: bool, back_to: float) -> int:
    """Notice what taints the work; the outage of the earliest onset.

    What is noticed stands at the end of the numbers, and is taken off there.
    """
    s = trial_at(t, 0)
    begin = s.numbers_n - found_n
    for number in range(1, found_n):  # by onset, and in order where they are the same
        one = whole_at(s.numbers, begin + number)
        place = number
        while place and (
            latent_at(s.latent, whole_at(s.numbers, begin + place - 1)).onset
            > latent_at(s.latent, one).onset
        ):
            put_whole(s.numbers, begin + place, whole_at(s.numbers, begin + place - 1))
            place -= 1
        put_whole(s.numbers, begin + place, one)
    for number in range(found_n):
        one = latent_at(s.latent, whole_at(s.numbers, begin + number))
        one.noticed = 1
        one.has_back_to = 1 if has_back_to else 0
        one.back_to = back_to
    for number in range(found_n):
        one = latent_at(s.latent, whole_at(s.numbers, begin + number))
        cause = outage_at(s.outages, one.outage).cause
        was_told = one.host < 0
        for earlier in range(number):
            other = latent_at(s.latent, whole_at(s.numbers, begin + earlier))
            other_cause = outage_at(s.outages, other.outage).cause
            was_told = was_told or (other.host == one.host and other_cause == cause)
        if not was_told:
            happened(t, s.now, NOTICED, cause, one.host)
    s.numbers_n = begin
    outage: int = latent_at(s.latent, whole_at(s.numbers, begin)).outage
    return outage


@routine
def noticed_now(t: int, at_the_end: bool) -> int:
    """Outage by what has tainted the work and is noticed now, if anything is."""
    s = trial_at(t, 0)
    found = 0
    for place in range(s.latent_n):
        number = whole_at(s.latents, place)
        one = latent_at(s.latent, number)
        if at_the_end:
            is_found = one.taints == 1 and one.onset < s.work
        else:
            is_found = one.unnoticed_s <= AT_ONCE
        if is_found:
            put_whole(s.numbers, s.numbers_n, number)
            s.numbers_n += 1
            found += 1
    return notice(t, found, False, 0.0) if found else NONE


@routine
def forget_noticed(t: int) -> None:
    """Forget what was noticed and has ended training, unless the work is tainted still."""
    s = trial_at(t, 0)
    kept = 0
    for place in range(s.latent_n):
        number = whole_at(s.latents, place)
        one = latent_at(s.latent, number)
        if one.slows or not one.noticed or one.has_back_to:
            put_whole(s.latents, kept, number)
            kept += 1
        else:
            one.is_there = 0
    s.latent_n = kept
    for place in range(s.latent_n):
        one = latent_at(s.latent, whole_at(s.latents, place))
        if one.has_back_to:
            one.noticed = one.has_back_to = 0
            one.gone_back_to = min(one.gone_back_to, s.work)


# --- what slows the job --------------------------------------------------------------------------


@kernel
def slowest(t: int) -> tuple[float, int]:
    """Speed of the slowest host of the job, as a fraction of that of others, and its cause."""
    s = trial_at(t, 0)
    speed, cause = 1.0, -1
    if s.any_slow:
        for place in range(s.latent_n):
            one = latent_at(s.latent, whole_at(s.latents, place))
            if one.speed < speed and one.host >= 0 and works(t, one.host):
                speed, cause = one.speed, outage_at(s.outages, one.outage).cause
    return speed, cause


@routine
def next_moment(t: int) -> float:
    """When a slow host is noticed, is dealt with or passes next."""
    s = trial_at(t, 0)
    least = math.inf
    if s.any_slow:
        for place in range(s.latent_n):
            one = latent_at(s.latent, whole_at(s.latents, place))
            least = min(least, min(one.notice_at, one.passes_at))
        for number in range(s.answers_n):
            host = whole_at(s.answers, number)
            least = min(least, host_at(s.hosts, host).answer_at)
    return least


@routine
def to_swap(t: int) -> int:
    """What slows a host of the job, is known, and for which a spare stands by; or -1."""
    s = trial_at(t, 0)
    if not s.any_slow:
        return NONE
    for place in range(s.latent_n):
        number = whole_at(s.latents, place)
        one = latent_at(s.latent, number)
        if one.is_known and is_in_job(t, one.host) and has_spare_for(t, one.host):
            return number
    return NONE


@routine
def any_known(t: int) -> bool:
    """Whether anything that slows a host is known."""
    s = trial_at(t, 0)
    if s.any_slow:
        for place in range(s.latent_n):
            if latent_at(s.latent, whole_at(s.latents, place)).is_known:
                return True
    return False


@routine
def swap_all(t: int) -> None:
    """Send slow hosts that are known to repair, as far as spares stand by for them."""
    while True:
        number = to_swap(t)
        if number < 0:
            return
        repair_slow(t, number)


@routine
def passes(t: int, number: int) -> None:
    """A slow host recovers by itself."""
    s = trial_at(t, 0)
    one = latent_at(s.latent, number)
    if not one.is_there:
        return
    one.is_there = 0
    kept = 0
    for place in range(s.latent_n):
        other = whole_at(s.latents, place)
        if other != number:
            put_whole(s.latents, kept, other)
            kept += 1
    s.latent_n = kept
    happened(t, s.clock, PASSED, outage_at(s.outages, one.outage).cause, one.host)
