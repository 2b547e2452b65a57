"""Finding bad hosts: which hosts a diagnosis cordons, rightly or not, and which it leaves."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import announce, cordon
from simtrain.compiled.decisions import false_blames, first_blamed, is_found
from simtrain.compiled.draws import fill
from simtrain.compiled.hazards import FIELDS, WIDTH, regime_now
from simtrain.compiled.hosts import is_in_job, keep_number, some_of_job
from simtrain.compiled.layout import (
    ANY,
    NONE,
    SHORT_OF_HOLDS,
    STAND_ASIDE,
    host_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.relapse import add_bad, begin_relapse, next_recall
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short


@kernel
def outage_numbered(t: int, number: int):  # type: ignore[no-untyped-def]
    """Outage with a number."""
    s = trial_at(t, 0)
    return outage_at(s.outages, number)


@routine
def suspect_host(t: int, host: int, fault: int) -> None:
    """Let a host be the last of the suspects, with the class of what struck it."""
    s = trial_at(t, 0)
    place = s.suspects_n
    if place >= s.suspects_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    s.suspects_n = place + 1
    put_whole(s.suspects, 2 * place, host)
    put_whole(s.suspects, 2 * place + 1, fault)


@routine
def suspect(t: int, outage: int) -> None:
    """Take note of hosts that need repair since a fault struck them."""
    s = trial_at(t, 0)
    o = outage_numbered(t, outage)
    for n in range(o.unfit_n):
        host = whole_at(s.numbers, o.unfit + n)
        suspect_host(t, host, o.fault)
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
def draw_in_burst(t: int, origin: int, number: int, place: int) -> None:
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
    o = outage_numbered(t, outage)
    for n in range(o.hosts_n):
        if whole_at(s.numbers, o.hosts + n) == host:
            if o.in_burst:
                draw_in_burst(t, o.origin, o.number, whole_at(s.numbers, o.burst + n))
                return is_found(diagnosis, (s.scratch, 0))
            return is_found(diagnosis, (o.row, 0))
    return next_recall(t, host) < diagnosis.recall


@routine
def _blame(t: int, outage: int, cause: int, aside: bool) -> None:
    """Cordon hosts that the tests find, rightly or not, and keep the suspects that they miss.

    With `aside` only hosts that stand aside are tested, and else all of the job.
    """
    s = trial_at(t, 0)
    o = outage_numbered(t, outage)
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
        if is_in_job(t, host) and (not aside or host_at(s.hosts, host).aside):
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
    if s.short:
        return
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
        others = some_of_job(
            t, blames, first_blamed(s.size, (o.row, 0)), STAND_ASIDE if aside else ANY
        )
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
            suspect_host(t, whole_at(s.numbers, place), whole_at(s.numbers, place + 1))
    s.numbers_n = begin


@routine
def blame(t: int, outage: int, cause: int) -> None:
    """Cordon hosts that the tests find, rightly or not."""
    _blame(t, outage, cause, False)
    trial_at(t, 0).joined = NONE
    _forget_together(t)


@routine
def blame_aside(t: int, outage: int, cause: int) -> None:
    """The same among the hosts that stand aside."""
    _blame(t, outage, cause, True)


@routine
def leave_those(t: int) -> None:
    """Let hosts that need repair be bad where they are."""
    s = trial_at(t, 0)
    for n in range(s.suspects_n):
        host, fault = whole_at(s.suspects, 2 * n), whole_at(s.suspects, 2 * n + 1)
        aside = host_at(s.hosts, host).aside == 1
        add_bad(t, host, fault, is_in_job(t, host) and not aside)
        if aside and s.follows_spares:
            begin_relapse(t, host, True)
    if s.aside_hosts_n and s.suspects_n:
        announce(t)  # one that stands aside may fail sooner than any spare


@routine
def leave_suspects(t: int) -> None:
    """Hosts that need repair and were not found stay in the job, bad."""
    s = trial_at(t, 0)
    leave_those(t)
    s.suspects_n = 0
    s.joined = NONE
    _forget_together(t)
