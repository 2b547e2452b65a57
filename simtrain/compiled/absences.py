"""Hosts that a fault takes away, and that come back by themselves after a while."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import ABSENCE, ALL_BACK, back_by_itself, lose_all, send_away
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.decisions import time_away
from simtrain.compiled.draws import fill
from simtrain.compiled.layout import SHORT_OF_HOLDS, absence_at, class_at, stream_at, trial_at
from simtrain.compiled.memory import float_at, put_float, put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import BACK, be_short, happened


@routine
def begin_absence(
    t: int, regime: int, number: int, origin: int, row: int, hosts: int, hosts_n: int, of_job: bool
) -> None:
    """Take hosts away, or all if the job or the cluster was struck, if the class does so.

    It is the class as it was in a regime, and its row of the stream with a number.
    """
    s = trial_at(t, 0)
    fault = class_at(s.class_table, regime * s.classes + number)
    if not fault.has_returns:
        return
    stream = stream_at(s.streams, origin).returns
    fill(s.scratch, s.seed, s.trial, stream, 0, row * 4, 4)
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
