"""Loading a copy of the training state."""

from __future__ import annotations

import math

from simtrain.compiled.changes import pay
from simtrain.compiled.copies import (
    check_copy,
    copies_of,
    exclude_copy,
    fall_back,
    fall_to_next_tier,
    loads_well,
    tier_of,
)
from simtrain.compiled.decisions import load
from simtrain.compiled.draws import fill
from simtrain.compiled.latents import load_corrupt, load_intact
from simtrain.compiled.layout import NONE, outage_at, stream_at, trial_at
from simtrain.compiled.phases import phase
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import CHECKPOINT_LOAD, LOAD, happened
from simtrain.model.streams import LOAD as FIRST_OF_LOAD


@routine
def load_copy(t: int, outage: int) -> int:
    """Load the copy that recovery returns to, or an older one if it is corrupt."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    cause = o.cause
    stream = stream_at(s.streams, o.origin).launch
    while True:
        check_copy(t, cause)
        regime = s.regime
        tier, name = tier_of(t, s.copy_tier), copies_of(t, s.copy_tier).name
        if name >= 0:
            happened(t, s.now, LOAD, name, -1)
        place = o.number * 8 + FIRST_OF_LOAD
        fill(s.launch_row[FIRST_OF_LOAD:], s.seed, s.trial, stream, o.loads, place, 4)
        seconds, works = load(tier, (s.launch_row, 0))
        o.loads += 1
        following = phase(t, CHECKPOINT_LOAD, cause, seconds, True)
        if following != NONE:
            return following
        if not works:
            pay(t)
            fall_to_next_tier(t, regime)
        elif loads_well(t):
            if s.latent_n:
                load_intact(t)
            return NONE
        elif tier.has_latent:
            load_corrupt(t, tier.latent, regime, s.cause_corrupt)
            return NONE
        else:
            exclude_copy(t)
            fall_back(t, cause, math.inf, s.now)
