"""Faults of the job and of like units, drawn in order: memoryless, by age, and false alarms."""

from __future__ import annotations

import math

from simtrain.compiled.clocks import enter, take_out
from simtrain.compiled.hazards import (
    WIDTH,
    can_strike,
    class_now,
    failing_age,
    hazard_between,
    note_law,
    rate_of,
    same_law,
    set_event,
    threshold,
)
from simtrain.compiled.layout import (
    ALARM,
    AMONG_JOB,
    POISSON,
    RENEWAL,
    clock_at,
    source_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.routines import routine
from simtrain.model.streams import THRESHOLD, UNIT


@routine
def enter_poisson(t: int, number: int) -> None:
    """Enter the reading at which a memoryless source strikes next."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    now = clock_at(s.clocks, source.clock).now
    source.since = now
    source.rate = rate_of(t, source.fault) * source.units
    reading = now + source.hazard_left / source.rate if source.rate > 0.0 else math.inf
    enter(t, source.clock, reading, source.slot)


@routine
def _enter_renewal(t: int, number: int, age: float) -> None:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.since = age
    reading = math.inf
    if can_strike(t, source.fault):
        failing = failing_age(t, source.fault, age, max(source.hazard_left, 0.0), False)
        reading = max(source.new_at + failing, clock_at(s.clocks, source.clock).now)
    enter(t, source.clock, reading, source.slot)


@routine
def draw_next(t: int, number: int) -> None:
    """Draw the next fault of a source that draws them in order."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.number += 1
    stream = stream_at(s.streams, source.stream).id
    source.hazard_left = threshold(t, stream, 0, source.number * WIDTH + THRESHOLD)
    clock = clock_at(s.clocks, source.clock)
    if source.kind == POISSON:
        enter_poisson(t, number)
    elif source.kind == RENEWAL:
        source.new_at = clock.now
        _enter_renewal(t, number, 0.0)


@routine
def retime_poisson(t: int, number: int, units: int) -> None:
    """Go on with another number of units, or at another rate."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    before = source.rate
    source.units = units
    if rate_of(t, source.fault) * units == before:
        return
    source.hazard_left -= before * (clock_at(s.clocks, source.clock).now - source.since)
    take_out(t, source.clock, source.slot)
    enter_poisson(t, number)


@routine
def strike_poisson(t: int, number: int) -> None:
    """Strike one of the units of a memoryless source."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    set_event(t, source.fault, source.among, 0, source.stream, source.number)
    s.event_unit = source.first + int(s.event_row[UNIT] * source.units)
    draw_next(t, number)


@routine
def change_renewal(t: int, number: int) -> None:
    """Go on with another law: the rest of the hazard is spent under it."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if same_law(t, source.regime, source.factor, source.fault):
        return
    age = clock_at(s.clocks, source.clock).now - source.new_at
    source.hazard_left -= hazard_between(
        t, source.regime, source.fault, source.factor, source.since, age, False
    )
    note_law(t, number)
    take_out(t, source.clock, source.slot)
    _enter_renewal(t, number, age)


@routine
def _alarm_age(t: int, number: int) -> float:
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    now = clock_at(s.clocks, source.clock).now
    return max(0.0, now - source.resumed - source.grace)


@routine
def enter_alarm(t: int, number: int) -> None:
    """Enter the reading at which a false alarm comes, in training that goes on."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    note_law(t, number)
    source.grace = class_now(t, source.fault).grace
    age = _alarm_age(t, number)
    source.since = age
    source.trains = 1
    reading = math.inf
    if can_strike(t, source.fault):
        begins = max(clock_at(s.clocks, source.clock).now, source.resumed + source.grace)
        left = max(source.hazard_left, 0.0)
        reading = begins + failing_age(t, source.fault, age, left, False) - age
    enter(t, source.clock, reading, source.slot)


@routine
def resume_alarms(t: int) -> None:
    """Begin anew: the job trains."""
    s = trial_at(t, 0)
    for number in range(s.sources_n):
        source = source_at(s.sources, number)
        if source.kind == ALARM:
            source.resumed = clock_at(s.clocks, source.clock).now
            enter_alarm(t, number)


@routine
def end_alarm(t: int, number: int) -> None:
    """Spend the hazard of the training that ends."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    if not source.trains:
        return
    source.hazard_left -= hazard_between(
        t, source.regime, source.fault, source.factor, source.since, _alarm_age(t, number), False
    )
    take_out(t, source.clock, source.slot)
    source.trains = 0


@routine
def end_alarms(t: int) -> None:
    """Wait for training to resume."""
    s = trial_at(t, 0)
    for number in range(s.sources_n):
        if source_at(s.sources, number).kind == ALARM:
            end_alarm(t, number)


@routine
def strike_in_order(t: int, number: int) -> None:
    """Strike the job by a class with a law."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    set_event(t, source.fault, AMONG_JOB, 0, source.stream, source.number)
    draw_next(t, number)
    if source.kind == ALARM:
        source.resumed = clock_at(s.clocks, source.clock).now
        enter_alarm(t, number)
