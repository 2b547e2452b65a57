"""Hosts that a fault takes away, and that come back by themselves after a while."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import ABSENCE, ALL_BACK, back_by_itself, lose_all, send_away
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.decisions import time_away
from simtrain.compiled.draws import fill
from simtrain.compiled.hosts import keep_number
from simtrain.compiled.layout import (
    SHORT_OF_HOLDS,
    absence_at,
    class_at,
    logged_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import float_at, put_float, put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import BACK, be_short, happened


@routine
def _last(t: int, until: float, number: int) -> None:
    """Take note that the job lacks hosts because of a class."""
    s = trial_at(t, 0)
    if s.lasting_n >= s.lasting_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    put_float(s.lasting_until, s.lasting_n, until)
    put_whole(s.lasting, s.lasting_n, number)
    s.lasting_n += 1


@routine
def _await(t: int, cause: int, hosts: int, hosts_n: int, seconds: float) -> None:
    """Wait until hosts are back, which stand among the numbers."""
    s = trial_at(t, 0)
    place = s.absences_n
    if place >= s.absences_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    s.absences_n = place + 1
    absence = absence_at(s.absences, place)
    absence.until, absence.cause, absence.hosts, absence.hosts_n, absence.is_over = (
        s.clock + seconds, cause, hosts, hosts_n, 0,
    )  # fmt: skip
    set_timer(t, seconds, ABSENCE, place)


@routine
def extend(t: int) -> None:
    """Let hosts that a log has taken away be away for as long as it says now, if that is longer.

    Nothing of a host that is not there for another reason.
    """
    s = trial_at(t, 0)
    for n in range(s.struck_n):
        struck = logged_at(s.struck, n)
        until = float_at(s.away_until, struck.host)
        if until > 0.0:
            put_float(s.away_until, struck.host, max(until, s.clock + struck.away))


@routine
def _away_as_logged(t: int, host: int) -> float:
    """Seconds for which the log takes a host away."""
    s = trial_at(t, 0)
    for n in range(s.struck_n):
        struck = logged_at(s.struck, n)
        if struck.host == host:
            return struck.away
    return 0.0


@routine
def _begin_logged(t: int, hosts: int, hosts_n: int, of_job: bool) -> None:
    """Take hosts away as a log tells, each for a time of its own."""
    s = trial_at(t, 0)
    extend(t)  # of those that are not there to be taken
    leaving, longest = s.numbers_n, 0.0
    for n in range(hosts_n):
        host = whole_at(s.numbers, hosts + n)
        seconds = _away_as_logged(t, host)
        if seconds > 0.0:
            keep_number(t, host)
            longest = max(longest, seconds)
    leaving_n = s.numbers_n - leaving
    if not leaving_n:
        return
    if of_job:
        _last(t, s.clock + longest, s.event_class)
    send_away(t, leaving, leaving_n)
    cause = class_at(s.class_table, s.regime * s.classes + s.event_class).cause
    for n in range(leaving_n):
        host = whole_at(s.numbers, leaving + n)
        seconds = _away_as_logged(t, host)
        put_float(s.away_until, host, s.clock + seconds)
        _await(t, cause, leaving + n, 1, seconds)


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
    if fault.has_log:
        _begin_logged(t, hosts, hosts_n, of_job)
        return
    stream = stream_at(s.streams, origin).returns
    fill(s.scratch, s.seed, s.trial, stream, 0, row * 4, 4)
    seconds = time_away(fault.returns, (s.scratch, 0))
    if not seconds > 0.0:
        return
    if of_job:
        _last(t, s.clock + seconds, number)
    if fault.takes_all:
        lose_all(t, True)
        set_timer(t, seconds, ALL_BACK, 0)
        return
    send_away(t, hosts, hosts_n)
    _await(t, fault.cause, hosts, hosts_n, seconds)


@routine
def end_absence(t: int, place: int) -> None:
    """Hosts are back that a fault has taken away."""
    s = trial_at(t, 0)
    absence = absence_at(s.absences, place)
    absence.is_over = 1
    for number in range(absence.hosts_n):
        host = whole_at(s.numbers, absence.hosts + number)
        if s.logs_n:
            until = float_at(s.away_until, host)
            if until > s.clock:  # a log takes it away for longer
                _await(t, absence.cause, absence.hosts + number, 1, until - s.clock)
                continue
            put_float(s.away_until, host, 0.0)
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
