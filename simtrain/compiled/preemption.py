"""Faults that take hosts away which work as they should, as `engine.strikes` lets them come."""

from __future__ import annotations

from typing import Any

from simtrain.compiled.allocation import take_away
from simtrain.compiled.caching import kernel
from simtrain.compiled.copies import tier_of
from simtrain.compiled.hazards import FIELDS, regime_now
from simtrain.compiled.latents import new_outage
from simtrain.compiled.layout import (
    NONE,
    RECONFIGURE,
    class_at,
    outage_at,
    save_at,
    trial_at,
)
from simtrain.compiled.reactions import reaction_to
from simtrain.compiled.routines import routine
from simtrain.compiled.support import WAIT


@kernel
def is_shielded(t: int, fault: Any) -> bool:
    """Whether a class preempts nobody now: in the queue, or soon after a grant."""
    s = trial_at(t, 0)
    shielded: bool = not s.held or s.clock < s.granted_at + fault.shield
    return shielded


@kernel
def _gives_time(t: int, fault: Any) -> bool:
    """Whether the notice of a preemption suffices for a save to the deepest tier."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    save = save_at(s.save_table, regime.saves + (s.number + 1) % regime.saves_n)
    lag = tier_of(t, s.tiers_n - 1).lag
    gives: bool = save.stall_to_last + lag <= fault.notice and fault.notice > 0.0
    return gives


@routine
def preempt(t: int, working: bool) -> int:
    """Let a preemption come that was told of; its hosts leave once training ends."""
    s = trial_at(t, 0)
    number = s.event_class
    fault = class_at(s.class_table, s.regime * s.classes + number)
    outage = new_outage(t, fault.cause, s.event_stream, s.event_number, 0)
    o = outage_at(s.outages, outage)
    for n in range(FIELDS):
        o.row[n] = s.event_row[n]
    o.fault = number
    o.hosts, o.hosts_n = s.taken, s.taken_job
    hosts_n = s.taken_job + s.taken_idle
    if not working:
        take_away(t, outage, hosts_n)
        return NONE
    if not fault.takes_all and not fault.ends_run and s.policy != WAIT:
        o.reaction = reaction_to(t, outage)
        if o.reaction == RECONFIGURE:
            take_away(t, outage, hosts_n)
            return outage
    o.is_leaving, o.leaving = 1, hosts_n
    o.in_time = 1 if _gives_time(t, fault) else 0
    return outage
