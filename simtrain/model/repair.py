"""What becomes of a cordoned host, stage by stage.

automated stage → manual stage, if the first knows that it failed → burn-in → back among the spares

A crew is at work until the burn-in, which is a test and no repair. Each stage is asked at its end,
with the numbers then in force.
"""

from __future__ import annotations

import math
from enum import Enum, auto
from typing import TYPE_CHECKING

from simtrain.model.streams import (
    AUTOMATED,
    AUTOMATED_OUTCOME,
    BURN_IN,
    BURN_IN_CATCHES,
    MANUAL,
    MANUAL_MISSES,
    PROVISION,
    RETIRED,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.distributions import Law
    from simtrain.model.draws import Row
    from simtrain.model.parameters import RepairParameters


class Fate(Enum):
    """What becomes of a host at the end of a stage."""

    GOOD = auto()
    BAD = auto()  # the fault is still there, and nobody knows
    BY_HAND = auto()  # the automated stage knows that it failed
    RETIRED = auto()


# Looking a member up in its class costs more than what is done with it.
_GOOD, _BAD, _BY_HAND, _RETIRED = Fate
MOST_REPAIRS = 1000
"""Repairs that a host might have had, of which the first one that fits is taken."""


def automated_time(repair: RepairParameters, row: Row) -> float:
    """Seconds of the automated stage."""
    block, at = row
    return repair.automated.quantile(block[at + AUTOMATED])


def after_automated(repair: RepairParameters, row: Row, bad: bool) -> tuple[Fate, float]:
    """Fate of a host, bad or not, after the automated stage, and seconds of the stage to come."""
    block, at = row
    if bad:
        outcome = block[at + AUTOMATED_OUTCOME] - repair.automated_fails
        if outcome < 0.0:
            return _BY_HAND, repair.manual.quantile(block[at + MANUAL])
        bad = outcome < repair.automated_misses
    return _BAD if bad else _GOOD, repair.burn_in.quantile(block[at + BURN_IN])


def after_manual(repair: RepairParameters, provision: Law | None, row: Row) -> tuple[Fate, float]:
    """Fate of a bad host after the manual stage, and seconds of the stage to come.

    `provision` is how long it takes until another host comes for one that was retired.
    """
    block, at = row
    if block[at + RETIRED] < repair.retire:
        return retired(provision, row)
    bad = block[at + MANUAL_MISSES] < repair.manual_misses
    return _BAD if bad else _GOOD, repair.burn_in.quantile(block[at + BURN_IN])


def whole_time(repair: RepairParameters, provision: Law | None, row: Row) -> float:
    """Seconds that a repair of a bad host takes, all of its stages."""
    takes = automated_time(repair, row)
    fate, stage = after_automated(repair, row, True)
    if fate is _BY_HAND:
        takes += stage
        _, stage = after_manual(repair, provision, row)
    return takes + stage


def retired(provision: Law | None, row: Row) -> tuple[Fate, float]:
    """Fate of a host that is retired, and seconds until another one comes for it."""
    block, at = row
    seconds = math.inf if provision is None else provision.quantile(block[at + PROVISION])
    return _RETIRED, seconds


def is_worn_out(repair: RepairParameters, cordons: Sequence[float]) -> bool:
    """Whether a host is retired that was cordoned at these moments, in seconds, the last one now.

    It is if it has been cordoned so often within the span.
    """
    most = repair.retire_at
    if most is None or len(cordons) < most:
        return False
    return cordons[-1] - cordons[-most] <= repair.retire_within


def burn_in_catches(repair: RepairParameters, row: Row) -> bool:
    """Whether the burn-in of a bad host finds that it is bad."""
    block, at = row
    return block[at + BURN_IN_CATCHES] < repair.burn_in_catches
