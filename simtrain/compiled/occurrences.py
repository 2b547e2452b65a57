"""What befalls the job: faults, planned stops and changes, each at its moment."""

from __future__ import annotations

from simtrain.accounts.timeline import Verdict
from simtrain.compiled.allocation import end_at_limit
from simtrain.compiled.caching import kernel
from simtrain.compiled.capacity import follow_count, turn_count
from simtrain.compiled.changes import CAME_FAULT, CAME_PLANNED, announce, resize
from simtrain.compiled.dates import drop_first_date, due_after, note_next_work, plan
from simtrain.compiled.diagnosis import outage_numbered
from simtrain.compiled.downtime import begin_incident, hold
from simtrain.compiled.groups import dissolve_groups
from simtrain.compiled.hazards import regime_now, turn_of_weather
from simtrain.compiled.latents import draw_row, new_outage
from simtrain.compiled.layout import (
    ALLOCATION_ENDS,
    ALLOCATION_SAVES,
    CHANGES,
    COUNTS,
    LIMIT,
    LIMIT_ENDS,
    NONE,
    OVER,
    SHORT_OF_REGIMES,
    SPAN,
    STOPS,
    planned_at,
    regime_at,
    stop_at,
    trial_at,
    weather_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.schedules import limit_power, plan_spell
from simtrain.compiled.sources import change_sources
from simtrain.compiled.strikes import on_job
from simtrain.compiled.telling import CHANGE, PLANNED_RESTART, be_short, happened

FINISHED, WINDOW_CLOSED, OUT_OF_TIME, OUT_OF_EVENTS, GAVE_UP = range(len(Verdict))
_INCIDENT = 2


@routine
def end_trial(t: int, verdict: int) -> int:
    """End the trial here."""
    trial_at(t, 0).verdict = verdict
    return OVER


@routine
def turn_weather(t: int, weather: int, span: int) -> None:
    """Begin another span of a weather, in which faults strike sooner or later."""
    s = trial_at(t, 0)
    turn_of_weather(t, weather, span)
    change_sources(t, s.now, regime_now(t).repair.bad_host_mtbf)
    announce(t)


@routine
def _change(t: int, number: int, working: bool) -> int:
    """Put a change into force; a job of another size has to stop for it."""
    s = trial_at(t, 0)
    before = s.size
    mean_before = regime_now(t).repair.bad_host_mtbf
    put_whole(s.changes, s.changes_made, number)
    s.changes_made += 1
    following = whole_at(s.next_regime, s.regime * s.changes_n + number)
    if following < 0:
        be_short(t, SHORT_OF_REGIMES)
        return end_trial(t, s.end_verdict)
    if s.in_groups and regime_at(s.regime_table, following).cluster.hosts != before:
        dissolve_groups(t)
    s.regime = following
    change_sources(t, s.now, mean_before)
    resize(t)
    if s.withholds:
        follow_count(t, 0)
    happened(t, s.now, CHANGE, s.first_change_name + number, -1)
    if not working or s.size == before:
        return NONE
    outage = new_outage(t, s.cause_changes, s.origin_changes, number, 1)
    draw_row(t, outage, 4, 4)
    outage_numbered(t, outage).restarted_by = PLANNED_RESTART
    return outage


@routine
def _stop(t: int, number: int, occurrence: int, working: bool) -> int:
    """Stop a working job; hold one that is down before it comes back."""
    s = trial_at(t, 0)
    stop = stop_at(s.stops, number)
    incident = stop.kind == _INCIDENT
    if incident:
        begin_incident(t, number, occurrence)
    if not working:
        if not incident:
            hold(t, number, occurrence)
        return NONE
    outage = new_outage(t, stop.cause, stop.origin, occurrence, 0 if incident else 1)
    draw_row(t, outage, 4, 4)
    o = outage_numbered(t, outage)
    o.stop = number
    o.restarted_by = PLANNED_RESTART
    return outage


@routine
def due(t: int, working: bool) -> int:
    """Take what is due on this date."""
    s = trial_at(t, 0)
    event = planned_at(s.dated, 0)
    at, order, kind = event.at, event.order, event.kind
    number, occurrence = event.number, event.occurrence
    drop_first_date(t)
    if kind == STOPS:
        stop = stop_at(s.stops, number)
        if stop.recurs:
            after = at + due_after(t, number, occurrence + 1)
            plan(t, after, order, STOPS, number, occurrence + 1)
        elif stop.schedule >= 0:
            plan_spell(t, stop.schedule, occurrence + 1)
        return _stop(t, number, occurrence, working)
    if kind == CHANGES:
        return _change(t, number, working)
    if kind == SPAN:
        weather = weather_at(s.weathers, number)
        begins = (occurrence + 1) * weather.every_s - weather.begun_s
        plan(t, begins, order, SPAN, number, occurrence + 1)
        turn_weather(t, number, occurrence)
        return NONE
    if kind in (LIMIT, LIMIT_ENDS):
        limit_power(t, number, occurrence, kind == LIMIT_ENDS)
        return NONE
    if kind == COUNTS:
        return turn_count(t, number, working)
    if kind in (ALLOCATION_SAVES, ALLOCATION_ENDS):
        return end_at_limit(t, number, kind == ALLOCATION_ENDS, working)
    return end_trial(t, s.end_verdict)


@kernel
def take(t: int, came: int, during: int, working: bool) -> int:
    """Take what came; if it stops a working job, the outage."""
    if came == CAME_PLANNED:
        return due(t, working)
    if came == CAME_FAULT:
        return on_job(t, during, working)
    return NONE


@routine
def due_by_progress(t: int) -> int:
    """Take what is due at this position of the work; if it stops the job, the outage."""
    s = trial_at(t, 0)
    while s.next_work <= s.work and s.placed_done < s.placed_n:
        event = planned_at(s.placed, s.placed_done)
        s.placed_done += 1
        note_next_work(t)
        if event.kind == CHANGES:
            outage = _change(t, event.number, True)
        else:
            outage = _stop(t, event.number, event.occurrence, True)
        if outage != NONE:
            return outage
    return NONE
