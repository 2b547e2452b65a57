"""Which hosts a fault takes, at the moment at which it strikes."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.decisions import needs_repair, spares_are_struck
from simtrain.compiled.diagnosis import draw_in_burst
from simtrain.compiled.domain_spares import filled_before, filled_slot
from simtrain.compiled.draws import fill, uniform
from simtrain.compiled.hazards import WIDTH
from simtrain.compiled.hosts import host_at_place, idle_number, keep_number, works
from simtrain.compiled.layout import (
    AMONG_DOMAINS,
    AMONG_HOSTS,
    AMONG_IDLE,
    AMONG_STANDING,
    IDLE,
    VACANT,
    class_at,
    host_at,
    logged_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.model.streams import STRUCK, UNIT


@routine
def _stands_in(t: int, slot: int) -> int:
    """Host that belongs in a slot, wherever it is; -1 if there is none."""
    host: int = host_at(trial_at(t, 0).hosts, slot).in_slot
    return host


@kernel
def _is_of_round(t: int, host: int, round_: int) -> bool:
    """Whether a host is taken in a round: that of the job, of idle ones, or of those aside."""
    h = host_at(trial_at(t, 0).hosts, host)
    if round_ == 1:
        idle: bool = h.place == IDLE
        return idle
    of_job: bool = h.place >= 0 and (h.aside == 1) == (round_ == 2)
    return of_job


@kernel
def _take_host(t: int, host: int, round_: int) -> None:
    """Note a host that a fault takes."""
    s = trial_at(t, 0)
    keep_number(t, host)
    if s.short:
        return
    if round_ == 0:
        s.taken_job += 1
    else:
        s.taken_idle += 1


@routine
def strikes_idle(t: int, origin: int, number: int) -> bool:
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
        filled = filled_before(t, first)
        there = max(filled_before(t, last) - filled, 0)
        wanted = uniform(s.seed, s.trial, stream.reach, 0, number * 4 + STRUCK)
        value = fault.part_number.quantile(wanted)
        if fault.part_is_share:
            value = value * there
        part = min(there, max(1, int(min(value, float(there)) + 0.5)))
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
            put_whole(s.numbers, slots + 2 * place, filled_slot(t, filled + found))
            put_whole(s.numbers, slots + 2 * place + 1, place)
            if at < 0:
                at = moves
                moves += 1
                put_whole(s.numbers, moved + 2 * at, other)
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
    for round_ in range(3 if s.aside_hosts_n else 2):
        for n in range(count):
            slot = whole_at(s.numbers, slots + 2 * n) if s.taken_burst else first + n
            host = _stands_in(t, slot)
            if host < 0 or s.all_out:
                continue
            if _is_of_round(t, host, round_):
                _take_host(t, host, round_)
    if s.taken_burst:  # with the place of the row of each behind them
        s.taken_rows = s.numbers_n
        for round_ in range(3 if s.aside_hosts_n else 2):
            for n in range(count):
                host = _stands_in(t, whole_at(s.numbers, slots + 2 * n))
                if host < 0 or s.all_out:
                    continue
                if _is_of_round(t, host, round_):
                    keep_number(t, whole_at(s.numbers, slots + 2 * n + 1))
    if not at_risk or fault.on_calendar or fault.is_cluster:
        return
    if s.taken_job:
        return
    if s.taken_burst and count > 0:
        for slot in range(first, last):
            host = _stands_in(t, slot)
            if host >= 0 and works(t, host):
                holds_job = True
                break
        if holds_job:
            return
    if not strikes_idle(t, origin, number):
        s.taken_job = s.taken_idle = 0


@routine
def _take_logged(t: int) -> None:
    """Note the hosts that a log says fall, as far as they stand."""
    s = trial_at(t, 0)
    if s.all_out:
        return
    for round_ in range(3 if s.aside_hosts_n else 2):
        for n in range(s.struck_n):
            host = logged_at(s.struck, n).host
            if _is_of_round(t, host, round_):
                _take_host(t, host, round_)


@routine
def take_hosts(t: int, at_risk: bool) -> bool:
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
        if works(t, unit):
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
    if among == AMONG_STANDING:
        _take_logged(t)
        return True
    host = host_at_place(t, unit) if fault.scope_hosts else VACANT
    if host != VACANT:
        keep_number(t, host)
        if host_at(s.hosts, host).aside:
            s.taken_idle = 1
        else:
            s.taken_job = 1
    return True


@routine
def unfit_among(t: int, hosts: int, hosts_n: int, rows: int) -> int:
    """Keep those of some hosts that really need repair among the numbers; where they begin."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, s.regime * s.classes + s.event_class)
    begin: int = s.numbers_n
    if s.taken_burst:
        for n in range(hosts_n):
            draw_in_burst(t, s.event_stream, s.event_number, whole_at(s.numbers, rows + n))
            if needs_repair(fault, (s.scratch, 0)):
                keep_number(t, whole_at(s.numbers, hosts + n))
    elif hosts_n and needs_repair(fault, (s.event_row, 0)):
        for n in range(hosts_n):
            keep_number(t, whole_at(s.numbers, hosts + n))
    return begin
