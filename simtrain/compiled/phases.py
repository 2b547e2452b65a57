"""Passing time: what happens while the job does something, as in `simtrain.engine.phases`."""

from __future__ import annotations

import math

from simtrain.compiled.absences import end_absence
from simtrain.compiled.aside import go_on_looking
from simtrain.compiled.changes import (
    ABSENCE,
    ALL_BACK,
    CAME_CHANGED_RISK,
    CAME_END,
    CAME_FAULT,
    CAME_PLANNED,
    CAME_SPARE,
    INCIDENT,
    KNOWS,
    LOOKED_INTO,
    LOOKS_FOR_SPARES,
    NOTICES,
    PASSES,
    SWAPPED,
    await_spares,
    end_stage,
    lose_all,
)
from simtrain.compiled.clocks import take_timer
from simtrain.compiled.crews import STAGE
from simtrain.compiled.downtime import end_incident
from simtrain.compiled.latents import knows, notice_slow, passes
from simtrain.compiled.layout import NONE, timer_at, trial_at
from simtrain.compiled.occurrences import OUT_OF_EVENTS, end_trial, take
from simtrain.compiled.refill import end_swap, look_now
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import advance, wait
from simtrain.compiled.strikes import on_spares
from simtrain.compiled.telling import PAUSED, TRAIN, spent


@routine
def let_come(t: int) -> None:
    """Let all timers come that are due by the moment at which the job wakes."""
    s = trial_at(t, 0)
    while not s.short:
        at, order = math.inf, 0
        if s.timers_n:
            head = timer_at(s.timers, 0)
            at, order = head.at, head.order
        of_spares = s.standby_at < at or (s.standby_at == at and s.standby_order < order)
        if of_spares:
            at = s.standby_at
        if not at <= s.wake_at or at == math.inf:
            break
        s.clock = at
        if of_spares:
            s.standby_at = math.inf
            on_spares(t)
            await_spares(t)
            continue
        _, kind, argument = take_timer(t)
        if kind == STAGE:
            end_stage(t, argument)
        elif kind == INCIDENT:
            end_incident(t, argument)
        elif kind == ABSENCE:
            end_absence(t, argument)
        elif kind == ALL_BACK:
            lose_all(t, False)
        elif kind == PASSES:
            passes(t, argument)
        elif kind == NOTICES:
            notice_slow(t, argument)
        elif kind == KNOWS:
            knows(t, argument)
        elif kind == LOOKS_FOR_SPARES:
            look_now(t)
        elif kind == SWAPPED:
            end_swap(t, argument)
        elif kind == LOOKED_INTO:
            go_on_looking(t, argument)
    s.clock = s.wake_at


@routine
def phase(t: int, what: int, cause: int, seconds: float, working: bool) -> int:
    """Let the job do something for a while; the outage that cuts it short, if one does.

    What comes while it trains is still to be taken: it is noted in `came`, and whether training
    lasted as long as it was meant to in `whole`.
    """
    s = trial_at(t, 0)
    if s.short:
        return end_trial(t, s.end_verdict)
    if s.events_left < 0:
        return end_trial(t, OUT_OF_EVENTS)
    if not seconds > 0.0:
        return NONE
    now = s.now
    end = now + seconds
    at_risk = working and what != PAUSED
    while True:
        # At one instant what is due comes first, then the end, then what strikes.
        start, wake, came = now, end, CAME_END
        risk = 1.0 if at_risk else s.idle
        strikes = risk != 0.0 or s.on_calendar != 0
        if strikes:
            strike = now + wait(t, at_risk, risk)
            if strike < wake:
                wake, came = strike, CAME_FAULT
        if s.next_date <= wake:
            wake, came = s.next_date, CAME_PLANNED
        delay = wake - now if wake > now else 0.0
        s.wake_at = s.clock + delay
        s.woken = -1
        if not at_risk or (s.awaits_spare and what == TRAIN):
            s.is_waiting = 1
            s.wait_risk, s.wait_end, s.wait_what = risk, end, what
        let_come(t)
        s.is_waiting = 0
        if s.short:
            return end_trial(t, s.end_verdict)
        if s.woken < 0:
            now += delay
        else:
            came, now = s.woken, s.clock
            s.woken = -1
        s.now = now
        if strikes and now > start:
            advance(t, now - start, at_risk, risk)
        if what == TRAIN:
            s.came = came
            s.whole = 1 if wake == end and came != CAME_SPARE else 0
            return NONE
        if now > start:
            spent(t, what, cause, start, now)
        if came == CAME_END:
            return NONE
        if came != CAME_CHANGED_RISK:
            answer = take(t, came, what, working)
            if answer != NONE or end == math.inf:
                return answer
