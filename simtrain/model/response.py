"""How a recovery answers a fault: when it is detected, who acts, and which hosts are blamed.

A recovery asks in this order, and each time with the numbers then in force, since a change may
come in between.
"""

from __future__ import annotations

import math
from enum import Enum, auto
from typing import TYPE_CHECKING

from simtrain.model.streams import (
    AUTOMATIC,
    AUTOMATIC_SUCCESS,
    DETECTION,
    DIAGNOSIS,
    FAILED_RESTART,
    FALSE_BLAMES,
    FALSE_HOST,
    NEEDS_REPAIR,
    RECALL,
    RETURN,
    SLOW_LASTS,
    SLOW_SPEED,
    SPARES_STRUCK,
    TRY_RESTART,
    TRY_WORKS,
)

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.draws import Row
    from simtrain.model.parameters import DiagnosisParameters, FaultParameters, RestartParameters


SLOWEST = 1e-3
"""Speed below which no host that still takes part is slow."""


class Responder(Enum):
    """Who recovers the job."""

    SUPERVISOR = auto()
    SUPERVISOR_IN_VAIN = auto()  # a person takes over
    PERSON = auto()


# Looking a member up in its class costs more than what is done with it.
_SUPERVISOR, _SUPERVISOR_IN_VAIN, _PERSON = Responder


def needs_repair(fault: FaultParameters, row: Row) -> bool:
    """Whether a host that was struck really needs repair; otherwise the restart cures it."""
    block, at = row
    return block[at + NEEDS_REPAIR] < fault.needs_repair


def spares_are_struck(idle_hazard: float, row: Row) -> bool:
    """Whether a fault drawn at full risk strikes a domain in which only spares stand."""
    block, at = row
    return block[at + SPARES_STRUCK] < idle_hazard


def latency(fault: FaultParameters, row: Row) -> float:
    """Seconds from the fault until it is known; of training where the effect taints the work.

    Infinite if watching does not bring it to light.
    """
    if fault.detection is None:
        return math.inf
    block, at = row
    return fault.detection.quantile(block[at + DETECTION])


def time_away(returns: Law, row: Row) -> float:
    """Seconds from a strike until the hosts that it took away are back by themselves."""
    block, at = row
    return returns.quantile(block[at + RETURN])


def slowness(fault: FaultParameters, row: Row) -> tuple[float, float]:
    """Speed of a slow host, as a fraction of that of others, and seconds until it passes."""
    block, at = row
    speed = min(1.0, max(SLOWEST, fault.speed.quantile(block[at + SLOW_SPEED])))
    if fault.lasts is None:
        return speed, math.inf
    return speed, fault.lasts.quantile(block[at + SLOW_LASTS])


def responder(fault: FaultParameters, row: Row) -> Responder:
    """Who takes on the recovery, and whether that comes to anything."""
    block, at = row
    if block[at + AUTOMATIC] >= fault.automatic:
        return _PERSON
    if block[at + AUTOMATIC_SUCCESS] >= fault.automatic_success:
        return _SUPERVISOR_IN_VAIN
    return _SUPERVISOR


def failed_try(restart: RestartParameters, row: Row) -> float:
    """Seconds of the restart that an automatic recovery comes to nothing in."""
    block, at = row
    return restart.duration.quantile(block[at + FAILED_RESTART])


def further_try_works(fault: FaultParameters, tries: int, row: Row) -> bool:
    """Whether the automatic try after so many in vain works, of which there is one more."""
    block, at = row
    return block[at + TRY_WORKS] < fault.further_tries[tries - 1]


def failed_further_try(restart: RestartParameters, row: Row) -> float:
    """Seconds of the restart that a further automatic try comes to nothing in."""
    block, at = row
    return restart.duration.quantile(block[at + TRY_RESTART])


def diagnosis_time(diagnosis: DiagnosisParameters, by_hand: bool, row: Row) -> float:
    """Seconds of the tests that look for bad hosts."""
    block, at = row
    law = diagnosis.manual if by_hand else diagnosis.automatic
    return law.quantile(block[at + DIAGNOSIS])


def is_found(diagnosis: DiagnosisParameters, row: Row) -> bool:
    """Whether the tests find the hosts that the fault itself struck."""
    block, at = row
    return block[at + RECALL] < diagnosis.recall


def false_blames(diagnosis: DiagnosisParameters, found: int, row: Row) -> int:
    """Number of hosts that are blamed in addition to those `found`."""
    blames = found * diagnosis.false_blames
    if not blames:
        return 0
    block, at = row
    return int(blames) + (block[at + FALSE_BLAMES] < blames % 1)


def first_blamed(places: int, row: Row) -> int:
    """Place of the first host blamed in addition; others stand behind it."""
    block, at = row
    return int(block[at + FALSE_HOST] * places)
