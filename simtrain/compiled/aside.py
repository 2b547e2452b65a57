"""What is done about the hosts of lost groups while the others train, as in `engine.aside`."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import LOOKED_INTO, announce
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.decisions import diagnosis_time, failed_try, responder
from simtrain.compiled.diagnosis import blame_aside, leave_those, suspect_host
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import is_in_job, keep_number, looked_into, no_longer_looked_into
from simtrain.compiled.latents import fault_of, response_wait
from simtrain.compiled.layout import SHORT_OF_LOOKS, host_at, look_at, outage_at, trial_at
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import PERSON_CALLED, be_short, happened
from simtrain.model.response import Responder
from simtrain.model.streams import RESPONSE

_SUPERVISOR, _SUPERVISOR_IN_VAIN, _PERSON = Responder
_ANSWER, _TRIED, _ANSWERED, _EXAMINED = range(4)


@kernel
def _note_host(t: int, look: int, host: int) -> None:
    """Note a host that somebody looks into, once."""
    s = trial_at(t, 0)
    one = look_at(s.looks, look)
    for n in range(one.hosts_n):
        if whole_at(s.numbers, one.hosts + n) == host:
            return
    if is_in_job(t, host):
        keep_number(t, host)
        one.hosts_n += 1


@routine
def _end_look(t: int, number: int) -> None:
    """Cordon hosts that the tests find, and leave the others where they are."""
    s = trial_at(t, 0)
    look = look_at(s.looks, number)
    o = outage_at(s.outages, look.outage)
    # Those that have left meanwhile, for whatever reason, are none of its business any more.
    for n in range(look.hosts_n):
        host = whole_at(s.numbers, look.hosts + n)
        if host_at(s.hosts, host).looked:
            no_longer_looked_into(t, host)
        else:
            put_whole(s.numbers, look.hosts + n, -1)
    begin, others_n = s.numbers_n, s.suspects_n
    for n in range(2 * others_n):
        keep_number(t, whole_at(s.suspects, n))
    if s.short:
        return
    s.suspects_n = 0
    for n in range(look.suspects_n):
        host = whole_at(s.numbers, look.suspects + 2 * n)
        place = 0
        while place < look.hosts_n and whole_at(s.numbers, look.hosts + place) != host:
            place += 1
        if place < look.hosts_n:
            suspect_host(t, host, whole_at(s.numbers, look.suspects + 2 * n + 1))
    if look.examined >= 0:
        blame_aside(t, look.examined, o.cause)
    leave_those(t)
    for n in range(2 * others_n):
        put_whole(s.suspects, n, whole_at(s.numbers, begin + n))
    s.suspects_n = others_n
    s.numbers_n = begin
    announce(t)


@routine
def go_on_looking(t: int, number: int) -> None:
    """Go on with what is done about hosts of lost groups, up to what takes time."""
    s = trial_at(t, 0)
    look = look_at(s.looks, number)
    o, fault = outage_at(s.outages, look.outage), fault_of(t, look.outage)
    who = responder(fault, (o.row, 0))
    by_hand = who != _SUPERVISOR
    while look.stage < _EXAMINED:
        stage = look.stage
        look.stage = stage + 1
        seconds = 0.0
        if stage == _ANSWER:
            if who == _SUPERVISOR_IN_VAIN:
                seconds = failed_try(regime_now(t).restart, (o.row, 0))
        elif stage == _TRIED:
            if by_hand:
                happened(t, s.clock, PERSON_CALLED, o.cause, -1)
                seconds = response_wait(t, s.clock, o.row[RESPONSE])
        elif look.examined >= 0:
            row = outage_at(s.outages, look.examined).row
            seconds = diagnosis_time(regime_now(t).diagnosis, by_hand, (row, 0))
        if seconds > 0.0:
            set_timer(t, seconds, LOOKED_INTO, number)
            return
    _end_look(t, number)


@routine
def look_aside(t: int, outage: int, suspects: int, suspects_n: int, joined: int) -> None:
    """Look into the hosts that an outage has struck, and those that joined it.

    Parameters
    ----------
    outage
        What the job has gone on from.
    suspects, suspects_n
        Hosts that need repair since, each with the class: where they stand among the numbers.
    joined
        Outage that brings a diagnosis with it if this one has none, or -1.
    """
    s = trial_at(t, 0)
    number = s.looks_n
    if number >= s.looks_cap:
        be_short(t, SHORT_OF_LOOKS)
        return
    s.looks_n = number + 1
    look = look_at(s.looks, number)
    o = outage_at(s.outages, outage)
    look.outage, look.suspects, look.suspects_n = outage, suspects, suspects_n
    look.examined = outage if fault_of(t, outage).diagnose else joined
    look.stage, look.hosts, look.hosts_n = _ANSWER, s.numbers_n, 0
    for n in range(o.hosts_n):
        _note_host(t, number, whole_at(s.numbers, o.hosts + n))
    for n in range(suspects_n):
        _note_host(t, number, whole_at(s.numbers, suspects + 2 * n))
    if s.short:
        return
    for n in range(look.hosts_n):
        looked_into(t, whole_at(s.numbers, look.hosts + n))
    go_on_looking(t, number)
