"""What befalls the job and its hosts: faults, stops and changes, each at its moment.

As in the modules `absences`, `downtime`, `diagnosis`, `strikes` and `occurrences` of the engine.
"""

from __future__ import annotations

import math

from simtrain.accounts.timeline import Verdict
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import (
    ABSENCE,
    ALL_BACK,
    CAME_FAULT,
    CAME_PLANNED,
    INCIDENT,
    announce,
    back_by_itself,
    cordon,
    lose_all,
    pay,
    resize,
    send_away,
    stand_by,
)
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.decisions import (
    false_blames,
    first_blamed,
    is_found,
    needs_repair,
    spares_are_struck,
    time_away,
)
from simtrain.compiled.draws import fill, uniform
from simtrain.compiled.hosts import (
    host_at_place,
    idle_number,
    is_in_job,
    keep_number,
    lose_state,
    remove_idle,
    report_census,
    some_of_job,
    vacate,
)
from simtrain.compiled.latents import begin_latent, draw_row, fault_of, new_outage
from simtrain.compiled.layout import (
    AMONG_DOMAINS,
    AMONG_HOSTS,
    AMONG_IDLE,
    IDLE,
    NONE,
    OVER,
    SHORT_OF_HOLDS,
    SHORT_OF_PLANNED,
    SHORT_OF_REGIMES,
    VACANT,
    absence_at,
    class_at,
    hold_at,
    host_at,
    incident_at,
    outage_at,
    planned_at,
    stop_at,
    stream_at,
    trial_at,
    weather_at,
)
from simtrain.compiled.memory import float_at, put_float, put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import (
    FIELDS,
    WIDTH,
    add_bad,
    change_sources,
    next_recall,
    regime_now,
    spares_strike,
    strike,
    turn_of_weather,
)
from simtrain.compiled.telling import (
    BACK,
    CHANGE,
    FAULT,
    HOST_WAIT,
    MAINTENANCE,
    PAUSED,
    PLANNED_RESTART,
    SPARE_FAULT,
    STRUCK_TOO,
    be_short,
    happened,
)
from simtrain.model.streams import STOP_DUE, STOP_DURATION, STOP_FIRST_PLACE, STRUCK, UNIT

FINISHED, WINDOW_CLOSED, OUT_OF_TIME, OUT_OF_EVENTS, GAVE_UP = range(len(Verdict))
ALL_HOSTS = -1
_INCIDENT = 2


@routine
def end_trial(t: int, verdict: int) -> int:
    """End the trial here."""
    trial_at(t, 0).verdict = verdict
    return OVER


# --- hosts that are away for a while -------------------------------------------------------------


@routine
def begin_absence(t: int, hosts: int, hosts_n: int, of_job: bool) -> None:
    """Take hosts away, or all if the job or the cluster was struck, if the class does so."""
    s = trial_at(t, 0)
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    if not fault.has_returns:
        return
    stream = stream_at(s.streams, s.event_stream).returns
    fill(s.scratch, s.seed, s.trial, stream, 0, s.event_number * 4, 4)
    seconds = time_away(fault.returns, (s.scratch, 0))
    if not seconds > 0.0:
        return
    until = s.clock + seconds
    if of_job:
        if s.lasting_n >= s.lasting_cap:
            be_short(t, SHORT_OF_HOLDS)
            return
        put_float(s.lasting_until, s.lasting_n, until)
        put_whole(s.lasting, s.lasting_n, number)
        s.lasting_n += 1
    if fault.takes_all:
        lose_all(t, True)
        set_timer(t, seconds, ALL_BACK, 0)
        return
    send_away(t, hosts, hosts_n)
    place = s.absences_n
    if place >= s.absences_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    s.absences_n = place + 1
    absence = absence_at(s.absences, place)
    absence.until, absence.cause, absence.hosts, absence.hosts_n, absence.is_over = (
        s.clock + seconds, fault.cause, hosts, hosts_n, 0,
    )  # fmt: skip
    set_timer(t, seconds, ABSENCE, place)


@routine
def end_absence(t: int, place: int) -> None:
    """Hosts are back that a fault has taken away."""
    s = trial_at(t, 0)
    absence = absence_at(s.absences, place)
    absence.is_over = 1
    for number in range(absence.hosts_n):
        host = whole_at(s.numbers, absence.hosts + number)
        happened(t, s.clock, BACK, absence.cause, host)
        back_by_itself(t, host)


@kernel
def next_back(t: int) -> float:
    """When a host is back next that a fault has taken away; infinite if none is away."""
    s = trial_at(t, 0)
    first = math.inf
    while s.absences_over < s.absences_n and absence_at(s.absences, s.absences_over).is_over:
        s.absences_over += 1
    for place in range(s.absences_over, s.absences_n):
        absence = absence_at(s.absences, place)
        if not absence.is_over:
            first = min(first, absence.until)
    return first


@kernel
def cause_of_absence(t: int) -> int:
    """Cause of the longest absence since the job trained last, if one lasts; or -1."""
    s = trial_at(t, 0)
    longest, cause, rank = s.clock, -1, -1
    for place in range(s.lasting_n):
        until, number = float_at(s.lasting_until, place), whole_at(s.lasting, place)
        fault = class_at(s.class_table, s.regime * s.classes + number)
        if until > longest or (until == longest and cause >= 0 and fault.rank > rank):
            longest, cause, rank = until, fault.cause, fault.rank
    return cause


# --- planned stops and incidents -----------------------------------------------------------------


@kernel
def _state_of(kind: int) -> int:
    return PAUSED if kind == 1 else MAINTENANCE


@routine
def hold(t: int, outage: int, row: int) -> None:
    """Hold the job from now on until the end of a planned stop."""
    s = trial_at(t, 0)
    stop = stop_at(s.stops, outage)
    if s.holds_n >= s.holds_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    place = hold_at(s.holds, s.holds_n)
    s.holds_n += 1
    if math.isnan(stop.until):
        u = uniform(
            s.seed, s.trial, stream_at(s.streams, stop.origin).id, 0, row * 4 + STOP_DURATION
        )
        place.until = s.clock + stop.duration.quantile(u)
    else:
        place.until = stop.until
    place.state, place.cause, place.rank = _state_of(stop.kind), stop.cause, stop.rank


@kernel
def holding(t: int) -> int:
    """The planned stop in force that lasts longest, or -1; those that are over are forgotten."""
    s = trial_at(t, 0)
    kept = 0
    longest = -1
    for number in range(s.holds_n):
        one = hold_at(s.holds, number)
        if one.until > s.clock:
            here = hold_at(s.holds, kept)
            here.until, here.state, here.cause, here.rank = (
                one.until, one.state, one.cause, one.rank,
            )  # fmt: skip
            if longest < 0:
                longest = kept
            else:
                other = hold_at(s.holds, longest)
                if here.until > other.until or (
                    here.until == other.until
                    and (
                        here.state > other.state
                        or (here.state == other.state and here.rank > other.rank)
                    )
                ):
                    longest = kept
            kept += 1
    s.holds_n = kept
    return longest


@routine
def incident_in_force(t: int) -> int:
    """The incident in force that lasts longest, or -1."""
    s = trial_at(t, 0)
    longest = -1
    for number in range(s.incidents_n):
        one = incident_at(s.incidents, number)
        if one.is_over:
            continue
        if longest < 0:
            longest = number
            continue
        other = incident_at(s.incidents, longest)
        if one.until > other.until or (one.until == other.until and one.rank > other.rank):
            longest = number
    return longest


@routine
def _begin_incident(t: int, number: int, row: int) -> None:
    """Let an incident take hosts, those of the job first."""
    s = trial_at(t, 0)
    stop = stop_at(s.stops, number)
    stream = stream_at(s.streams, stop.origin).id
    u = uniform(s.seed, s.trial, stream, 0, row * 4 + STOP_DURATION)
    seconds = stop.duration.quantile(u)
    u = uniform(s.seed, s.trial, stream, 0, row * 4 + STOP_FIRST_PLACE)
    first = int(u * s.size)
    place = s.incidents_n
    if place >= s.incidents_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    s.incidents_n = place + 1
    incident = incident_at(s.incidents, place)
    incident.until, incident.cause, incident.rank, incident.stop, incident.first = (
        s.clock + seconds, stop.cause, stop.rank, number, first,
    )  # fmt: skip
    incident.is_over = 0
    if stop.hosts == ALL_HOSTS:
        lose_all(t, True)
    else:
        incident.hosts = some_of_job(t, stop.hosts, first)
        taken = s.numbers_n - incident.hosts
        for n in range(taken):
            vacate(t, whole_at(s.numbers, incident.hosts + n))
        while taken < stop.hosts and s.idle_n:
            host = s.idle_first
            keep_number(t, host)
            taken += 1
            remove_idle(t, host)
            announce(t)
        incident.hosts_n = taken
        s.away += taken
        report_census(t)
    set_timer(t, seconds, INCIDENT, place)


@routine
def end_incident(t: int, place: int) -> None:
    """Hosts are back from an incident; the unfit ones among them go to repair."""
    s = trial_at(t, 0)
    incident = incident_at(s.incidents, place)
    incident.is_over = 1
    stop = stop_at(s.stops, incident.stop)
    if stop.hosts == ALL_HOSTS:
        begin = some_of_job(t, stop.unfit, incident.first)
        unfit = s.numbers_n - begin
        host = s.idle_first
        while unfit < stop.unfit and host >= 0:
            keep_number(t, host)
            unfit += 1
            host = host_at(s.hosts, host).after
        for n in range(unfit):
            cordon(t, whole_at(s.numbers, begin + n), stop.cause, -1, True)
        lose_all(t, False)
        return
    for n in range(incident.hosts_n):
        host = whole_at(s.numbers, incident.hosts + n)
        if n < stop.unfit:
            cordon(t, host, stop.cause, -1, True)
        else:
            s.away -= 1
            stand_by(t, host, False)
    announce(t)


# --- finding bad hosts ---------------------------------------------------------------------------


@kernel
def _outage(t: int, number: int):  # type: ignore[no-untyped-def]
    s = trial_at(t, 0)
    return outage_at(s.outages, number)


@routine
def suspect(t: int, outage: int) -> None:
    """Take note of hosts that need repair since a fault struck them."""
    s = trial_at(t, 0)
    o = _outage(t, outage)
    for n in range(o.unfit_n):
        host = whole_at(s.numbers, o.unfit + n)
        if s.suspects_n >= s.suspects_cap:
            be_short(t, SHORT_OF_HOLDS)
            return
        put_whole(s.suspects, 2 * s.suspects_n, host)
        put_whole(s.suspects, 2 * s.suspects_n + 1, o.fault)
        s.suspects_n += 1
        if o.unfit_n > 1 and not o.in_burst:
            host_at(s.hosts, host).together = whole_at(s.numbers, o.unfit)
            s.any_together = 1


@routine
def _forget_together(t: int) -> None:
    s = trial_at(t, 0)
    if s.any_together:
        for host in range(s.hosts_n):
            host_at(s.hosts, host).together = -1
        s.any_together = 0


@routine
def _draw_in_burst(t: int, origin: int, number: int, place: int) -> None:
    """Draw the row of a host that is struck together with others."""
    s = trial_at(t, 0)
    stream = stream_at(s.streams, origin).burst
    fill(s.scratch, s.seed, s.trial, stream, place, number * WIDTH, FIELDS)


@routine
def _is_found(t: int, host: int, outage: int) -> bool:
    s = trial_at(t, 0)
    diagnosis = regime_now(t).diagnosis
    if diagnosis.recall >= 1.0:
        return True
    o = _outage(t, outage)
    for n in range(o.hosts_n):
        if whole_at(s.numbers, o.hosts + n) == host:
            if o.in_burst:
                _draw_in_burst(t, o.origin, o.number, whole_at(s.numbers, o.burst + n))
                return is_found(diagnosis, (s.scratch, 0))
            return is_found(diagnosis, (o.row, 0))
    return next_recall(t, host) < diagnosis.recall


@routine
def blame(t: int, outage: int, cause: int) -> None:
    """Cordon hosts that the tests find, rightly or not."""
    s = trial_at(t, 0)
    o = _outage(t, outage)
    begin = s.numbers_n
    candidates = 0
    # Host, class, and whether it was found of what is found together; a host has one chance.
    for n in range(s.suspects_n):
        host, fault = whole_at(s.suspects, 2 * n), whole_at(s.suspects, 2 * n + 1)
        place = begin
        while place < s.numbers_n and whole_at(s.numbers, place) != host:
            place += 4
        if place == s.numbers_n:
            keep_number(t, host)
            keep_number(t, fault)
            keep_number(t, -1)
            keep_number(t, 0)
            candidates += 1
        else:
            put_whole(s.numbers, place + 1, fault)
    host = s.bad_first
    while host >= 0:
        if is_in_job(t, host):
            place = begin
            while place < s.numbers_n and whole_at(s.numbers, place) != host:
                place += 4
            if place == s.numbers_n:
                keep_number(t, host)
                keep_number(t, host_at(s.hosts, host).bad)
                keep_number(t, -1)
                keep_number(t, 0)
                candidates += 1
        host = host_at(s.hosts, host).bad_after
    found_groups = 0
    for n in range(candidates):
        place = begin + 4 * n
        host, fault = whole_at(s.numbers, place), whole_at(s.numbers, place + 1)
        together = host_at(s.hosts, host).together
        first = together if together >= 0 else host
        finds = -1
        for earlier in range(n):
            other = whole_at(s.numbers, begin + 4 * earlier)
            of_other = host_at(s.hosts, other).together
            if (of_other if of_other >= 0 else other) == first:
                finds = whole_at(s.numbers, begin + 4 * earlier + 2)
                break
        is_first_found = True
        if finds < 0:
            finds = 1 if _is_found(t, first, outage) else 0
        put_whole(s.numbers, place + 2, finds)
        if finds and is_in_job(t, host):
            for earlier in range(n):
                other = whole_at(s.numbers, begin + 4 * earlier)
                of_other = host_at(s.hosts, other).together
                if whole_at(s.numbers, begin + 4 * earlier + 3) and (
                    (of_other if of_other >= 0 else other) == first
                ):
                    is_first_found = False
            if is_first_found:
                found_groups += 1
            put_whole(s.numbers, place + 3, 1)
            cordon(t, host, cause, fault, True)
    blames = false_blames(regime_now(t).diagnosis, found_groups, (o.row, 0))
    after = s.numbers_n
    if blames:
        others = some_of_job(t, blames, first_blamed(s.size, (o.row, 0)))
        for m in range(s.numbers_n - others):
            host = whole_at(s.numbers, others + m)
            fault, bad = -1, False
            if host_at(s.hosts, host).bad >= 0:
                fault, bad = host_at(s.hosts, host).bad, True
            for n in range(candidates):
                place = begin + 4 * n
                if whole_at(s.numbers, place) == host and not whole_at(s.numbers, place + 3):
                    fault, bad = whole_at(s.numbers, place + 1), True
                    put_whole(s.numbers, place + 3, 1)  # not missed any more
            cordon(t, host, cause, fault, bad)
    s.numbers_n = after
    s.suspects_n = 0
    for n in range(candidates):
        place = begin + 4 * n
        if not whole_at(s.numbers, place + 3):
            put_whole(s.suspects, 2 * s.suspects_n, whole_at(s.numbers, place))
            put_whole(s.suspects, 2 * s.suspects_n + 1, whole_at(s.numbers, place + 1))
            s.suspects_n += 1
    s.numbers_n = begin
    s.joined = NONE
    _forget_together(t)


@routine
def leave_suspects(t: int) -> None:
    """Hosts that need repair and were not found stay in the job, bad."""
    s = trial_at(t, 0)
    for n in range(s.suspects_n):
        host, fault = whole_at(s.suspects, 2 * n), whole_at(s.suspects, 2 * n + 1)
        add_bad(t, host, fault, is_in_job(t, host))
    s.suspects_n = 0
    s.joined = NONE
    _forget_together(t)


# --- faults --------------------------------------------------------------------------------------


@routine
def _stands_in(t: int, slot: int) -> int:
    """Host that belongs in a slot, wherever it is; -1 if there is none."""
    host: int = host_at(trial_at(t, 0).hosts, slot).in_slot
    return host


@routine
def _strikes_idle(t: int, origin: int, number: int) -> bool:
    """Whether a fault drawn at full risk strikes hosts that do not work."""
    s = trial_at(t, 0)
    if s.idle == 0.0:
        return False
    fill(s.scratch, s.seed, s.trial, stream_at(s.streams, origin).reach, 0, number * 4, 4)
    return spares_are_struck(s.idle, (s.scratch, 0))


@routine
def _take_domain(t: int, at_risk: bool) -> None:
    """Note the hosts that a fault takes in a domain, if that is at risk."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    if fault.takes_all and not needs_repair(fault, (s.event_row, 0)):
        return
    size, unit = fault.scope_hosts, s.event_unit
    first, last = unit * size, min((unit + 1) * size, s.owned)
    stream = stream_at(s.streams, s.event_stream)
    number, origin = s.event_number, s.event_stream
    slots = s.numbers_n
    if fault.has_part:
        there = max(last - first, 0)
        wanted = uniform(s.seed, s.trial, stream.reach, 0, number * 4 + STRUCK)
        value = fault.part_number.quantile(wanted)
        if fault.part_is_share:
            value = value * there
        part = min(there, max(1, int(value + 0.5)))
        # The numbers are shuffled as far as they are drawn: pairs of a place and what moved there.
        moved = s.numbers_n + 2 * part
        s.numbers_n = moved
        moves = 0
        for place in range(part):
            u = uniform(s.seed, s.trial, stream.burst, place, number * WIDTH + UNIT)
            other = place + int(u * (there - place))
            found, at, from_place = other, -1, place
            for n in range(moves):
                key = whole_at(s.numbers, moved + 2 * n)
                if key == other:
                    found, at = whole_at(s.numbers, moved + 2 * n + 1), n
                if key == place:
                    from_place = whole_at(s.numbers, moved + 2 * n + 1)
            put_whole(s.numbers, slots + 2 * place, first + found)
            put_whole(s.numbers, slots + 2 * place + 1, place)
            if at < 0:
                at = moves
                moves += 1
                keep_number(t, other)
                keep_number(t, from_place)
            else:
                put_whole(s.numbers, moved + 2 * at + 1, from_place)
        s.numbers_n = moved
        for n in range(1, part):  # by slot
            slot, row = whole_at(s.numbers, slots + 2 * n), whole_at(s.numbers, slots + 2 * n + 1)
            place = n
            while place and whole_at(s.numbers, slots + 2 * place - 2) > slot:
                put_whole(s.numbers, slots + 2 * place, whole_at(s.numbers, slots + 2 * place - 2))
                put_whole(
                    s.numbers, slots + 2 * place + 1, whole_at(s.numbers, slots + 2 * place - 1)
                )
                place -= 1
            put_whole(s.numbers, slots + 2 * place, slot)
            put_whole(s.numbers, slots + 2 * place + 1, row)
        count = part
        s.taken_burst = 1
    else:
        count = max(last - first, 0)
    s.taken = s.numbers_n
    holds_job = False
    for round_ in range(2):  # of the job, and then of the idle ones
        for n in range(count):
            slot = whole_at(s.numbers, slots + 2 * n) if s.taken_burst else first + n
            host = _stands_in(t, slot)
            if host < 0 or s.all_out:
                continue
            place = host_at(s.hosts, host).place
            if round_ == 0 and place >= 0:
                keep_number(t, host)
                s.taken_job += 1
            elif round_ == 1 and place == IDLE:
                keep_number(t, host)
                s.taken_idle += 1
    if s.taken_burst:  # with the place of the row of each behind them
        s.taken_rows = s.numbers_n
        for round_ in range(2):
            for n in range(count):
                host = _stands_in(t, whole_at(s.numbers, slots + 2 * n))
                if host < 0 or s.all_out:
                    continue
                place = host_at(s.hosts, host).place
                if (round_ == 0 and place >= 0) or (round_ == 1 and place == IDLE):
                    keep_number(t, whole_at(s.numbers, slots + 2 * n + 1))
    if not at_risk or fault.on_calendar or fault.is_cluster:
        return
    if s.taken_job:
        return
    if s.taken_burst and count > 0:
        for slot in range(first, last):
            host = _stands_in(t, slot)
            if host >= 0 and is_in_job(t, host):
                holds_job = True
                break
        if holds_job:
            return
    if not _strikes_idle(t, origin, number):
        s.taken_job = s.taken_idle = 0


@routine
def _take_hosts(t: int, at_risk: bool) -> bool:
    """Note the hosts that the fault takes, those of the job first; False if it is not at risk."""
    s = trial_at(t, 0)
    s.taken = s.numbers_n
    s.taken_job = s.taken_idle = 0
    s.taken_burst = s.taken_rows = 0
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    among, unit = s.event_among, s.event_unit
    if among == AMONG_DOMAINS:
        _take_domain(t, at_risk)
        return True
    if among == AMONG_HOSTS:
        keep_number(t, unit)
        if is_in_job(t, unit):
            s.taken_job = 1
        else:
            s.taken_idle = 1
        return True
    if among == AMONG_IDLE:
        host = idle_number(t, unit)
        if host >= 0:
            keep_number(t, host)
            s.taken_idle = 1
        return True
    host = host_at_place(t, unit) if fault.scope_hosts else VACANT
    if host != VACANT:
        keep_number(t, host)
        s.taken_job = 1
    return True


@routine
def _unfit(t: int, hosts: int, hosts_n: int, rows: int) -> int:
    """Keep those of some hosts that really need repair among the numbers; where they begin."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    begin: int = s.numbers_n
    if s.taken_burst:
        for n in range(hosts_n):
            _draw_in_burst(t, s.event_stream, s.event_number, whole_at(s.numbers, rows + n))
            if needs_repair(fault, (s.scratch, 0)):
                keep_number(t, whole_at(s.numbers, hosts + n))
    elif hosts_n and needs_repair(fault, (s.event_row, 0)):
        for n in range(hosts_n):
            keep_number(t, whole_at(s.numbers, hosts + n))
    return begin


@kernel
def _tell(t: int, now: float, what: int, cause: int) -> None:
    """Tell of a fault, and of all hosts that it takes."""
    s = trial_at(t, 0)
    taken = s.taken_job + s.taken_idle
    happened(t, now, what, cause, whole_at(s.numbers, s.taken) if taken else -1)
    for n in range(1, taken):
        happened(t, now, STRUCK_TOO, cause, whole_at(s.numbers, s.taken + n))


@routine
def _befall_spares(t: int) -> None:
    """Let spares fail, which counts if they stay, leave, or have a calendar."""
    s = trial_at(t, 0)
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    hosts, hosts_n = s.taken + s.taken_job, s.taken_idle
    unfit = _unfit(t, hosts, hosts_n, s.taken_rows + s.taken_job)
    unfit_n = s.numbers_n - unfit
    counts = fault.on_calendar or fault.has_returns
    if unfit_n or counts:
        _tell(t, s.clock, SPARE_FAULT, fault.cause)
    if unfit_n:
        for n in range(unfit_n):
            cordon(t, whole_at(s.numbers, unfit + n), fault.cause, number, True)
    elif counts:
        pay(t)
    begin_absence(t, hosts, hosts_n, False)


@routine
def _take_hosts_plainly(t: int) -> None:
    """Hosts that a fault among spares takes."""
    _take_hosts(t, False)


@routine
def on_spares(t: int) -> None:
    """Take the fault of an idle spare that strikes now."""
    s = trial_at(t, 0)
    if not spares_strike(t, s.clock):
        return
    _take_hosts_plainly(t)
    _befall_spares(t)


@routine
def _join(t: int, outage: int, at_once: bool) -> None:
    """Let a fault of a job that is down join its recovery: no new interruption."""
    s = trial_at(t, 0)
    o = _outage(t, outage)
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


@routine
def on_job(t: int, during: int, working: bool) -> int:
    """Take the fault of the job or its hosts that strikes now; the outage that begins, if any."""
    s = trial_at(t, 0)
    at_risk = working and during != PAUSED
    if not strike(t, at_risk):
        return NONE
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    _take_hosts(t, at_risk)
    if not s.taken_job and not fault.takes_all:
        if s.taken_idle:
            _befall_spares(t)
        return NONE
    taken, of_job, idle = s.taken, s.taken_job, s.taken_idle
    rows, in_burst = s.taken_rows, s.taken_burst
    _tell(t, s.now, FAULT, fault.cause)
    s.events_left -= 1
    unfit = _unfit(t, taken, of_job, rows) if of_job else s.numbers_n
    unfit_n = s.numbers_n - unfit
    if idle:
        bad_idle = _unfit(t, taken + of_job, idle, rows + of_job)
        for n in range(s.numbers_n - bad_idle):
            cordon(t, whole_at(s.numbers, bad_idle + n), fault.cause, number, True)
    outage = new_outage(t, fault.cause, s.event_stream, s.event_number, 0)
    o = _outage(t, outage)
    for n in range(FIELDS):
        o.row[n] = s.event_row[n]
    o.fault = number
    o.hosts, o.hosts_n, o.unfit, o.unfit_n = taken, of_job, unfit, unfit_n
    o.in_burst = 1 if in_burst and of_job + idle else 0
    o.burst = rows
    if fault.has_returns:
        begin_absence(t, taken, of_job + idle, True)
    if s.holds_copies and fault.stops:
        for n in range(of_job):
            lose_state(t, whole_at(s.numbers, taken + n), 0)
        if s.event_among == AMONG_DOMAINS and fault.takes_all and not of_job:
            s.struck_until = s.made
    if fault.slows:
        begin_latent(t, outage)
        return NONE
    if not working:
        _join(t, outage, during in (HOST_WAIT, MAINTENANCE, PAUSED))
        return NONE
    if not fault.stops:
        begin_latent(t, outage)
        return NONE
    return outage


# --- what is planned -----------------------------------------------------------------------------


@kernel
def _before(heap: int, one: int, other: int) -> bool:
    a, b = planned_at(heap, one), planned_at(heap, other)
    earlier: bool = a.at < b.at or (a.at == b.at and a.order < b.order)
    return earlier


@kernel
def _exchange(heap: int, one: int, other: int) -> None:
    a, b = planned_at(heap, one), planned_at(heap, other)
    a.at, b.at = b.at, a.at
    a.order, b.order = b.order, a.order
    a.change, b.change = b.change, a.change
    a.stop, b.stop = b.stop, a.stop
    a.occurrence, b.occurrence = b.occurrence, a.occurrence
    a.weather, b.weather = b.weather, a.weather


@routine
def plan(
    t: int, at: float, order: int, change: int, stop: int, occurrence: int, weather: int
) -> None:
    """Enter something that is due on a date."""
    s = trial_at(t, 0)
    place = s.dated_n
    if place >= s.dated_cap:
        be_short(t, SHORT_OF_PLANNED)
        return
    s.dated_n = place + 1
    event = planned_at(s.dated, place)
    event.at, event.order, event.change, event.stop, event.occurrence, event.weather = (
        at, order, change, stop, occurrence, weather,
    )  # fmt: skip
    while place and _before(s.dated, place, (place - 1) // 2):
        _exchange(s.dated, place, (place - 1) // 2)
        place = (place - 1) // 2
    s.next_date = planned_at(s.dated, 0).at


@routine
def _drop_first_date(t: int) -> None:
    s = trial_at(t, 0)
    s.dated_n -= 1
    n = s.dated_n
    _exchange(s.dated, 0, n)
    place = 0
    while 2 * place + 1 < n:
        child = 2 * place + 1
        if child + 1 < n and _before(s.dated, child + 1, child):
            child += 1
        if not _before(s.dated, child, place):
            break
        _exchange(s.dated, place, child)
        place = child
    s.next_date = planned_at(s.dated, 0).at if n else math.inf


@kernel
def note_next_work(t: int) -> None:
    """Take note of the position of the work at which something is due next."""
    s = trial_at(t, 0)
    s.next_work = math.inf
    if s.placed_done < s.placed_n:
        s.next_work = planned_at(s.placed, s.placed_done).at


@routine
def due_after(t: int, number: int, occurrence: int) -> float:
    """Seconds after which a stop that recurs is due again."""
    s = trial_at(t, 0)
    stop = stop_at(s.stops, number)
    stream = stream_at(s.streams, stop.origin).id
    seconds: float = stop.every.quantile(
        uniform(s.seed, s.trial, stream, 0, occurrence * 4 + STOP_DUE)
    )
    return seconds


@routine
def turn_weather(t: int, weather: int, span: int) -> None:
    """Begin another span of a weather, in which faults strike sooner or later."""
    s = trial_at(t, 0)
    turn_of_weather(t, weather, span)
    change_sources(t, s.now, regime_now(t).repair.bad_host_mtbf)
    announce(t)


@routine
def _change(t: int, number: int, working: bool) -> int:
    """Put a change into force; a job of another size has to stop for it."""
    s = trial_at(t, 0)
    before = s.size
    mean_before = regime_now(t).repair.bad_host_mtbf
    put_whole(s.changes, s.changes_made, number)
    s.changes_made += 1
    following = whole_at(s.next_regime, s.regime * s.changes_n + number)
    if following < 0:
        be_short(t, SHORT_OF_REGIMES)
        return end_trial(t, s.end_verdict)
    s.regime = following
    change_sources(t, s.now, mean_before)
    resize(t)
    happened(t, s.now, CHANGE, s.first_change_name + number, -1)
    if not working or s.size == before:
        return NONE
    outage = new_outage(t, s.cause_changes, s.origin_changes, number, 1)
    draw_row(t, outage, 4, 4)
    _outage(t, outage).restarted_by = PLANNED_RESTART
    return outage


@routine
def _stop(t: int, number: int, occurrence: int, working: bool) -> int:
    """Stop a working job; hold one that is down before it comes back."""
    s = trial_at(t, 0)
    stop = stop_at(s.stops, number)
    incident = stop.kind == _INCIDENT
    if incident:
        _begin_incident(t, number, occurrence)
    if not working:
        if not incident:
            hold(t, number, occurrence)
        return NONE
    outage = new_outage(t, stop.cause, stop.origin, occurrence, 0 if incident else 1)
    draw_row(t, outage, 4, 4)
    o = _outage(t, outage)
    o.stop = number
    o.restarted_by = PLANNED_RESTART
    return outage


@routine
def due(t: int, working: bool) -> int:
    """Take what is due on this date."""
    s = trial_at(t, 0)
    event = planned_at(s.dated, 0)
    at, order, change, stop = event.at, event.order, event.change, event.stop
    occurrence, weather = event.occurrence, event.weather
    _drop_first_date(t)
    if weather >= 0:
        every = weather_at(s.weathers, weather).every_s
        plan(t, (occurrence + 1) * every, order, -1, -1, occurrence + 1, weather)
        turn_weather(t, weather, occurrence)
        return NONE
    if stop >= 0 and stop_at(s.stops, stop).recurs:
        plan(t, at + due_after(t, stop, occurrence + 1), order, -1, stop, occurrence + 1, -1)
    if change >= 0:
        return _change(t, change, working)
    if stop < 0:
        return end_trial(t, s.end_verdict)
    return _stop(t, stop, occurrence, working)


@kernel
def take(t: int, came: int, during: int, working: bool) -> int:
    """Take what came; if it stops a working job, the outage."""
    if came == CAME_PLANNED:
        return due(t, working)
    if came == CAME_FAULT:
        return on_job(t, during, working)
    return NONE


@routine
def due_by_progress(t: int) -> int:
    """Take what is due at this position of the work; if it stops the job, the outage."""
    s = trial_at(t, 0)
    while s.next_work <= s.work and s.placed_done < s.placed_n:
        event = planned_at(s.placed, s.placed_done)
        s.placed_done += 1
        note_next_work(t)
        if event.change >= 0:
            outage = _change(t, event.change, True)
        else:
            outage = _stop(t, event.stop, event.occurrence, True)
        if outage != NONE:
            return outage
    return NONE
