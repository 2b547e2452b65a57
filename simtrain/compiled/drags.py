"""What slows training beside what the numbers say: missing groups, slow hosts, limits of power."""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.groups import share_of_groups
from simtrain.compiled.latents import slowest
from simtrain.compiled.layout import schedule_at, trial_at
from simtrain.compiled.routines import routine


@kernel
def _drag(t: int, share: float, cause: int) -> None:
    """Add what slows training to a share of the speed without it."""
    s = trial_at(t, 0)
    place = s.drags_n
    s.drag_share[place] = share
    s.drag_cause[place] = cause
    s.drags_n = place + 1


@routine
def note_drags(t: int) -> None:
    """Take note of what slows training from this moment on, in the order in which it counts."""
    s = trial_at(t, 0)
    s.drags_n = 0
    if s.aside_n:
        _drag(t, share_of_groups(t), s.cause_elastic)
    if s.latent_n:
        share, cause = slowest(t)
        if share < 1.0:
            _drag(t, share, cause)
    if s.power_limit >= 0:
        limit = schedule_at(s.schedules, s.power_limit)
        if limit.speed < 1.0:
            _drag(t, limit.speed, limit.cause)
