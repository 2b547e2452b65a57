"""Planned stops hold the job for a while; scripted incidents take hosts away for a while."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import INCIDENT, announce, cordon, leave_place, lose_all, stand_by
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.draws import uniform
from simtrain.compiled.hosts import keep_number, remove_idle, report_census, some_of_job
from simtrain.compiled.layout import (
    ANY,
    SHORT_OF_HOLDS,
    hold_at,
    host_at,
    incident_at,
    schedule_at,
    spell_at,
    stop_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import MAINTENANCE, PAUSED, be_short
from simtrain.model.streams import STOP_DURATION, STOP_FIRST_PLACE

ALL_HOSTS = -1


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
    if stop.schedule < 0:
        u = uniform(
            s.seed, s.trial, stream_at(s.streams, stop.origin).id, 0, row * 4 + STOP_DURATION
        )
        place.until = s.clock + stop.duration.quantile(u)
    else:
        place.until = spell_at(schedule_at(s.schedules, stop.schedule).spells, row).end
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
def begin_incident(t: int, number: int, row: int) -> None:
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
        incident.hosts = some_of_job(t, stop.hosts, first, ANY)
        taken = s.numbers_n - incident.hosts
        for n in range(taken):
            leave_place(t, whole_at(s.numbers, incident.hosts + n))
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
        begin = some_of_job(t, stop.unfit, incident.first, ANY)
        host = s.idle_first
        while s.numbers_n - begin < stop.unfit and host >= 0:
            keep_number(t, host)
            host = host_at(s.hosts, host).after
        for n in range(begin, s.numbers_n):
            cordon(t, whole_at(s.numbers, n), stop.cause, -1, True)
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
