"""Schedules: spells of hours in which the job pauses, or trains with less power.

As `engine.dates` enters them and `engine.state` limits power: of a schedule one event is entered at
a time, and the next one when that comes.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simtrain.compiled import layout
from simtrain.compiled.dates import plan
from simtrain.compiled.layout import (
    LIMIT,
    LIMIT_ENDS,
    NONE,
    SHORT_OF_SPELLS,
    STOPS,
    schedule_at,
    spell_at,
    trial_at,
)
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import POWER, be_short, happened
from simtrain.model.schedule import ScheduleReader

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory


def lay_out_schedules(memory: TrialMemory, end: float) -> None:
    """Lay out when each schedule holds, as far as room is provided, in a trial up to `end`."""
    state, scenario = memory.state, memory.scenario
    schedules = ScheduleReader(scenario).schedules(memory.settle)
    state["schedules_n"] = len(schedules)
    most = memory.capacity[SHORT_OF_SPELLS]
    table = memory.table("schedules", layout.SCHEDULED, len(schedules))
    spells = memory.table("spells", layout.SPELL, len(schedules) * most)
    for number, schedule in enumerate(schedules):
        found = list(islice(schedule.spells(end), most))
        first, record = number * most, table[number]
        for place, spell in enumerate(found):
            spells[first + place] = spell
        record["spells"] = spells.ctypes.data + first * layout.SPELL.itemsize
        record["spells_n"], record["is_whole"] = len(found), len(found) < most
        record["order"] = len(scenario.change) + len(scenario.stop) + number
        record["stop"] = len(scenario.stop) + number if schedule.limit is None else NONE
        record["cause"] = memory.name(schedule.name)
        speed = 1.0 if schedule.limit is None else schedule.limit.speed
        memory.put(table, number, speed, "speed")


@routine
def plan_spell(t: int, number: int, occurrence: int) -> None:
    """Enter the begin of a spell of a schedule, if there is such a spell."""
    s = trial_at(t, 0)
    schedule = schedule_at(s.schedules, number)
    if occurrence >= schedule.spells_n:
        if not schedule.is_whole:
            be_short(t, SHORT_OF_SPELLS)
        return
    at = spell_at(schedule.spells, occurrence).start
    if schedule.stop >= 0:
        plan(t, at, schedule.order, STOPS, schedule.stop, occurrence)
    else:
        plan(t, at, schedule.order, LIMIT, number, occurrence)


@routine
def begin_schedules(t: int) -> None:
    """Enter the first spell of each schedule; none limits power yet."""
    s = trial_at(t, 0)
    s.power_limit, s.limits_made = NONE, 0
    for number in range(s.schedules_n):
        schedule_at(s.schedules, number).limits = 0
        plan_spell(t, number, 0)


@routine
def limit_power(t: int, number: int, occurrence: int, ends: bool) -> None:
    """Put a limit of power into force, or end it; of several the slowest counts."""
    s = trial_at(t, 0)
    schedule = schedule_at(s.schedules, number)
    if ends:
        schedule.limits = 0
        plan_spell(t, number, occurrence + 1)
    else:
        s.limits_made += 1
        schedule.limits = s.limits_made
        end = spell_at(schedule.spells, occurrence).end
        plan(t, end, schedule.order, LIMIT_ENDS, number, occurrence)
    slowest = NONE
    for one in range(s.schedules_n):
        this = schedule_at(s.schedules, one)
        if not this.limits:
            continue
        if slowest >= 0:
            other = schedule_at(s.schedules, slowest)
            if this.speed > other.speed or (
                this.speed == other.speed and this.limits > other.limits
            ):
                continue
        slowest = one
    s.power_limit = slowest
    happened(t, s.now, POWER, schedule_at(s.schedules, slowest).cause if slowest >= 0 else -1, -1)
