"""Saves that end training, as in `simtrain.faults.saves`."""

from __future__ import annotations

import math

import numpy as np

from simtrain.compiled.caching import kernel
from simtrain.compiled.copies import copies_of, tier_of
from simtrain.compiled.draws import fill
from simtrain.compiled.hazards import FIELDS, WIDTH, regime_now
from simtrain.compiled.latents import new_outage
from simtrain.compiled.layout import outage_at, stream_at, trial_at
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import FAULT, PLANNED_RESTART, happened
from simtrain.model.streams import THRESHOLD


@routine
def _draw_hang(t: int) -> None:
    s = trial_at(t, 0)
    s.hangs_number += 1
    stream = stream_at(s.streams, s.origin_hangs).id
    fill(s.hangs_row, s.seed, s.trial, stream, 0, s.hangs_number * WIDTH, FIELDS)
    s.hangs_left = -math.log1p(-s.hangs_row[THRESHOLD])


@routine
def _draw_stop(t: int, tier: int) -> None:
    s, copies = trial_at(t, 0), copies_of(t, tier)
    copies.stops_number += 1
    stream = stream_at(s.streams, copies.origin_stops).id
    fill(copies.stops_row, s.seed, s.trial, stream, 0, copies.stops_number * WIDTH, FIELDS)
    copies.stops_left = -math.log1p(-copies.stops_row[THRESHOLD])


@routine
def begin_save_faults(t: int) -> None:
    """Draw the first faults of saves."""
    s = trial_at(t, 0)
    s.hangs_number = -1
    _draw_hang(t)
    for tier in range(s.tiers_n):
        copies_of(t, tier).stops_number = -1
        _draw_stop(t, tier)


@kernel
def _next(left: float, probability: float) -> float:
    """Which of the saves to come is struck, 1 being the next one; infinite if none is."""
    if probability <= 0.0:
        return math.inf
    if probability >= 1.0:
        return 1.0
    # NumPy's is a float, which any number of saves is; that of numba's `math` is of 64 bits.
    return max(1.0, np.ceil(left / -math.log1p(-probability)))


@kernel
def _spent(left: float, saves: int, probability: float) -> float:
    """What is left of a threshold after saves that were not struck."""
    if 0.0 < probability < 1.0:
        return left + saves * math.log1p(-probability)
    return left


@routine
def next_struck(t: int) -> float:
    """Which of the saves to come is struck first, in any tier; infinite if none is."""
    s = trial_at(t, 0)
    first = _next(s.hangs_left, regime_now(t).save_hangs)
    for number in range(s.tiers_n):
        tier = tier_of(t, number)
        in_tier = _next(copies_of(t, number).stops_left, tier.save_stops)
        first = min(first, (s.number // tier.every + in_tier) * tier.every - s.number)
    return first


@routine
def saves_passed(t: int, begun: int, ended: int) -> None:
    """Take note of saves that were begun, and of those ended, and not struck."""
    s = trial_at(t, 0)
    s.hangs_left = _spent(s.hangs_left, begun, regime_now(t).save_hangs)
    for number in range(s.tiers_n):
        tier, copies = tier_of(t, number), copies_of(t, number)
        saves = (s.number + ended) // tier.every - s.number // tier.every
        copies.stops_left = _spent(copies.stops_left, saves, tier.save_stops)


@routine
def _begin_outage(t: int, origin: int, number: int, fault: int) -> int:
    """Outage that begins since a fault has struck a save."""
    s = trial_at(t, 0)
    happened(t, s.now, FAULT, s.cause_checkpoints, -1)
    s.events_left -= 1
    outage = new_outage(t, s.cause_checkpoints, origin, number, 0)
    o = outage_at(s.outages, outage)
    o.fault = fault
    o.restarted_by = PLANNED_RESTART
    return outage


@routine
def save_hangs(t: int) -> bool:
    """Begin a save; if it hangs, the outage that begins is left in `to_end`."""
    s = trial_at(t, 0)
    probability = regime_now(t).save_hangs
    if _next(s.hangs_left, probability) > 1.0:
        s.hangs_left = _spent(s.hangs_left, 1, probability)
        return False
    s.to_end = _begin_outage(t, s.origin_hangs, s.hangs_number, s.hang_class)
    o = outage_at(s.outages, s.to_end)
    for n in range(FIELDS):
        o.row[n] = s.hangs_row[n]
    _draw_hang(t)
    return True


@routine
def fails_in(t: int, tier: int) -> int:
    """End a save in a tier: the bit of the tier if it fails there, else 0."""
    copies, probability = copies_of(t, tier), tier_of(t, tier).save_stops
    if _next(copies.stops_left, probability) <= 1.0:
        return 1 << tier
    copies.stops_left = _spent(copies.stops_left, 1, probability)
    return 0


@routine
def struck_by(t: int, failed: int) -> int:
    """Outage that begins since a save has failed in the tiers of some bits: that of the first."""
    s = trial_at(t, 0)
    outage = -1
    for tier in range(s.tiers_n):
        if not (failed >> tier) & 1:
            continue
        copies = copies_of(t, tier)
        if outage < 0:
            number = copies.stops_number
            outage = _begin_outage(t, copies.origin_stops, number, s.failure_class)
            o = outage_at(s.outages, outage)
            for n in range(FIELDS):
                o.row[n] = copies.stops_row[n]
        _draw_stop(t, tier)
    return outage
