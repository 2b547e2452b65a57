"""What the job does when a fault strikes it, as the classes of `simtrain.model.policies` say."""

from __future__ import annotations

from simtrain.compiled.groups import at_least, groups_left
from simtrain.compiled.latents import fault_of
from simtrain.compiled.layout import (
    RECONFIGURE,
    STOP_FOR_IT,
    SWAP_HOSTS,
    outage_at,
    trial_at,
)
from simtrain.compiled.routines import routine
from simtrain.compiled.support import SWAP


@routine
def reaction_to(t: int, outage: int) -> int:
    """What the job does about an outage by a fault that stops it, or that slows it."""
    s = trial_at(t, 0)
    if not outage_at(s.outages, outage).hosts_n:
        return STOP_FOR_IT
    fault = fault_of(t, outage)
    if s.policy == SWAP and not fault.has_restart:
        return SWAP_HOSTS
    if s.in_groups and fault.stops and groups_left(t) >= at_least(t):
        return RECONFIGURE
    return STOP_FOR_IT
