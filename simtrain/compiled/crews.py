"""Crews and when they work, and the cordons that count: as `engine.crews` and `engine.shop`."""

from __future__ import annotations

import math
from typing import Any

from simtrain.compiled.caching import kernel
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.days import day_and_second
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.layout import SHORT_OF_CORDONS, cordon_at, host_at, trial_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short
from simtrain.units import DAY, HOUR, WEEK

STAGE = 0
"""Kind of the timer of a stage of a repair."""


# --- crews ---------------------------------------------------------------------------------------


@routine
def take_crew(t: int, host: int) -> bool:
    """Take a crew if one is free; else the next stage comes once a crew has been taken for it."""
    s = trial_at(t, 0)
    crews = regime_now(t).repair.crews
    if crews < 0 or (s.crews_at_work < crews and s.queue_first < 0):
        s.crews_at_work += 1
        return True
    host_at(s.hosts, host).behind = -1
    if s.queue_first < 0:
        s.queue_first = host
    else:
        host_at(s.hosts, s.queue_last).behind = host
    s.queue_last = host
    return False


@routine
def begin_queued(t: int) -> None:
    """Begin repairs that have waited, as far as there are crews."""
    s = trial_at(t, 0)
    crews = regime_now(t).repair.crews
    while s.queue_first >= 0 and (crews < 0 or s.crews_at_work < crews):
        s.crews_at_work += 1
        host = s.queue_first
        s.queue_first = host_at(s.hosts, host).behind
        set_timer(t, 0.0, STAGE, host)


@routine
def leave_crew(t: int) -> None:
    """Leave a crew to whoever waits for one."""
    trial_at(t, 0).crews_at_work -= 1
    begin_queued(t)


# --- working hours -------------------------------------------------------------------------------


@kernel
def _day_covered(hours: Any, day: int, hour: float) -> int:
    """Day to which the hours belong that cover this one; -1 if none do."""
    opens, closes = hours.opens, hours.closes
    if hour >= opens and (hour < closes or opens >= closes) and _is_on(hours, day):
        return day
    if hour < closes and closes <= opens and _is_on(hours, day - 1):
        return day - 1
    return -1


@kernel
def _is_on(hours: Any, day: int) -> bool:
    on: bool = (hours.days >> ((day - 1) % 7)) & 1 == 1
    return on


@kernel
def takes(hours: Any, time: float, work_s: float) -> float:
    """Seconds until work is done, as `simtrain.model.working_hours.WorkingHours.takes`."""
    weeks = max(0, math.ceil(work_s / hours.week_s) - 1)
    left_s, passed_s = work_s - weeks * hours.week_s, weeks * WEEK
    days, seconds = day_and_second(time + hours.since_midnight)
    day = hours.first_day + days
    hour = seconds / HOUR
    opens = hours.opens
    ends_after = (hours.closes - opens) % 24
    if ends_after == 0:
        ends_after = 24
    while True:
        of_day = _day_covered(hours, day, hour)
        if of_day < 0:
            opening = day if hour < opens else day + 1
            while _day_covered(hours, opening, float(opens)) < 0:
                opening += 1
            passed_s += (opening - day) * DAY + (opens - hour) * HOUR
            day, hour, of_day = opening, float(opens), opening
        until = (of_day - day) * 24 + opens + ends_after
        shift_s = (until - hour) * HOUR
        if left_s <= shift_s:
            return passed_s + left_s
        passed_s += shift_s
        left_s -= shift_s
        day += until // 24
        hour = float(until % 24)


# --- cordons -------------------------------------------------------------------------------------


@routine
def is_cordoned_too_often(t: int, host: int) -> bool:
    """Whether a host that is cordoned now is worn out, as `simtrain.model.repair.is_worn_out`."""
    s = trial_at(t, 0)
    place = s.cordons_n
    if place >= s.cordons_cap:
        be_short(t, SHORT_OF_CORDONS)
        return False
    s.cordons_n = place + 1
    h = host_at(s.hosts, host)
    one = cordon_at(s.cordons, place)
    one.at, one.before = s.clock, h.last_cordon
    h.last_cordon = place
    h.cordons += 1
    repair = regime_now(t).repair
    if h.cordons < repair.retire_at:
        return False
    for _ in range(repair.retire_at - 1):
        place = cordon_at(s.cordons, place).before
    within: bool = s.clock - cordon_at(s.cordons, place).at <= repair.retire_within
    return within
