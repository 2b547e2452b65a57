"""Spares that step in beside training, as in `simtrain.engine.refill`."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import SWAPPED, announce
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.groups import at_least, fill_groups, groups_complete, regroup
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import fit, returned, swap_time
from simtrain.compiled.layout import trial_at
from simtrain.compiled.routines import routine


@kernel
def _count(t: int) -> int:
    """How many spares can step in now."""
    return min(trial_at(t, 0).vacant_n, fit(t))


@kernel
def _fill(t: int, count: int) -> None:
    fill_groups(t, count, trial_at(t, 0).cause_elastic)
    announce(t)


@routine
def look_for_spares(t: int) -> None:
    """Let those step in that need no time for it, and begin a swap of others."""
    s = trial_at(t, 0)
    while s.vacant_n and not s.all_out and not s.is_swapping and not s.short:
        count = _count(t)
        if not count:
            return
        back = returned(t)
        if back:
            _fill(t, min(count, back))
            continue
        seconds = swap_time(t, count)
        if seconds > 0.0:
            s.is_swapping = 1
            set_timer(t, seconds, SWAPPED, count)
            return
        _fill(t, count)


@routine
def look_now(t: int) -> None:
    """Look, now that all else of this moment has happened."""
    trial_at(t, 0).is_to_look = 0
    look_for_spares(t)


@routine
def end_swap(t: int, count: int) -> None:
    """The swap is over: spares step in, unless they or their places have gone."""
    s = trial_at(t, 0)
    s.is_swapping = 0
    if not s.all_out:
        fitting = min(count, _count(t))
        if fitting:
            _fill(t, fitting)
    look_for_spares(t)


@routine
def complete_groups(t: int) -> None:
    """Complete groups, with spares that need no time and, where they may, with each other."""
    look_for_spares(t)
    if regime_now(t).recovery.regroup:
        regroup(t, trial_at(t, 0).cause_elastic)


@routine
def is_short_and_starts(t: int) -> bool:
    """Whether a job that lacks hosts starts with those that it has."""
    s = trial_at(t, 0)
    if s.all_out or not s.in_groups:
        return False
    complete_groups(t)
    return groups_complete(t) >= at_least(t)
