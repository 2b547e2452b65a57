"""Planned events, by date and by progress, each in order."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.draws import uniform
from simtrain.compiled.layout import SHORT_OF_PLANNED, planned_at, stop_at, stream_at, trial_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short
from simtrain.model.streams import STOP_DUE


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
    a.kind, b.kind = b.kind, a.kind
    a.number, b.number = b.number, a.number
    a.occurrence, b.occurrence = b.occurrence, a.occurrence


@routine
def plan(t: int, at: float, order: int, kind: int, number: int, occurrence: int) -> None:
    """Enter something that is due on a date."""
    s = trial_at(t, 0)
    place = s.dated_n
    if place >= s.dated_cap:
        be_short(t, SHORT_OF_PLANNED)
        return
    s.dated_n = place + 1
    event = planned_at(s.dated, place)
    event.at, event.order, event.kind, event.number, event.occurrence = (
        at, order, kind, number, occurrence,
    )  # fmt: skip
    while place and _before(s.dated, place, (place - 1) // 2):
        _exchange(s.dated, place, (place - 1) // 2)
        place = (place - 1) // 2
    s.next_date = planned_at(s.dated, 0).at


@routine
def drop_first_date(t: int) -> None:
    """Take the next date off."""
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
