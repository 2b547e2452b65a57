"""One trial in compiled code, from its first moment to its end."""

from __future__ import annotations

import math

from simtrain.compiled.allocation import begin_allocations
from simtrain.compiled.capacity import begin_capacity
from simtrain.compiled.changes import await_spares, begin_repair
from simtrain.compiled.checks import begin_checks
from simtrain.compiled.copies import begin_copies
from simtrain.compiled.dates import due_after, note_next_work, plan
from simtrain.compiled.groups import begin_groups
from simtrain.compiled.hazards import begin_frailty, regime_now, turn_of_weather
from simtrain.compiled.hosts import begin_hosts
from simtrain.compiled.job import live
from simtrain.compiled.layout import (
    CLOCKS,
    NONE,
    STOPS,
    age_at_,
    clock_at,
    planned_at,
    stop_at,
    trial_at,
    weather_at,
)
from simtrain.compiled.memory import float_at, put_whole
from simtrain.compiled.occurrences import due
from simtrain.compiled.phases import let_come
from simtrain.compiled.routines import routine
from simtrain.compiled.save_faults import begin_save_faults
from simtrain.compiled.schedules import begin_schedules
from simtrain.compiled.sources import begin_sources
from simtrain.compiled.underway import begin_underway


@routine
def _clear(t: int) -> None:
    """Forget the trial before."""
    s = trial_at(t, 0)
    s.order = s.short = s.regime = s.changes_made = s.verdict = 0
    s.is_waiting = s.awaits_spare = s.stands_ready = s.has_begun = 0
    s.woken = s.to_end = s.asked = s.joined = NONE
    s.now = s.clock = s.work = s.warm_until = s.wake_at = s.idle = s.read_at = 0.0
    s.standby_at = math.inf
    s.since_save = s.writing_until = s.durable_at = 0.0
    s.loop_failures = 0
    s.loop_newest = -1
    s.suspects_n = s.any_together = 0
    s.latent_made = s.latent_n = s.answers_n = s.corrupt_copies = 0
    s.holds_n = s.incidents_n = s.absences_n = s.absences_over = s.lasting_n = 0
    s.outages_n = s.idle_n = s.returned = s.vacant_n = s.surplus = s.repair = s.away = 0
    s.free_n = s.times_out = s.all_out = 0
    s.entry_order = s.follows_spares = s.stood = s.standing = 0
    s.withheld_n = s.withholds = s.is_withholding = 0
    s.crews_at_work = s.cordons_n = 0
    s.is_to_look = s.is_swapping = s.looks_n = s.rejoined = 0
    s.has_processes = 1
    s.queue_first = s.queue_last = NONE
    s.timers_n = s.placed_done = s.calls_n = s.segments_n = s.numbers_n = 0
    for number in range(CLOCKS):
        clock = clock_at(s.clocks, number)
        clock.now = 0.0
        clock.n = 0


@routine
def _begin_ages(t: int) -> None:
    """Let all hosts have the age that they have at the start."""
    s = trial_at(t, 0)
    if not s.has_ages:
        return
    for on_calendar in range(2):
        for host in range(s.hosts_cap):
            age = age_at_(s.ages, on_calendar * s.hosts_cap + host)
            age.within = age.has_outside = 0
            age.initial = float_at(s.ages_at_start, host)


@routine
def _begin_dates(t: int) -> None:
    """Enter all that is planned."""
    s = trial_at(t, 0)
    s.dated_n = 0
    for number in range(s.dates_n):
        event = planned_at(s.dates, number)
        at = event.at
        if math.isnan(at):  # it recurs, and its first time is drawn
            stop = stop_at(s.stops, event.number)
            at = stop.comes_next if stop.goes_on else due_after(t, event.number, 0)
        plan(t, at, event.order, event.kind, event.number, event.occurrence)
    begin_schedules(t)
    note_next_work(t)


@routine
def run(t: int, trial: int) -> None:
    """Tell a trial. Whether it ran short of anything, and how it ended, stands in the trial."""
    s = trial_at(t, 0)
    s.trial = trial
    _clear(t)
    s.events_left = s.events
    for number in range(s.weathers_n):
        if weather_at(s.weathers, number).of_faults:
            turn_of_weather(t, number, 0)
    begin_copies(t)
    begin_frailty(t)
    s.members = s.size = regime_now(t).cluster.hosts
    _begin_ages(t)
    begin_sources(t)
    begin_save_faults(t)
    _begin_dates(t)
    begin_groups(t)
    begin_hosts(t)
    begin_allocations(t)
    begin_checks(t)
    s.stands_ready = 1
    await_spares(t)
    begin_capacity(t)
    while s.dated_n:
        first = planned_at(s.dated, 0)
        if first.at > 0.0 or first.kind != STOPS or stop_at(s.stops, first.number).schedule < 0:
            break
        due(t, False)
    begin_repair(t, regime_now(t).cluster.in_repair)
    begin_underway(t)
    let_come(t)
    live(t)
    s.wake_at = s.now
    let_come(t)


_ = put_whole
