"""How a job goes on without some of its groups, and how they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.model.streams import RECONFIGURE, RECONFIGURE_WORKS, REJOIN

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.draws import Row
    from simtrain.model.parameters import FaultParameters, RecoveryParameters


def reconfigure(
    recovery: RecoveryParameters, fault: FaultParameters, row: Row
) -> tuple[float, bool]:
    """Go on without the groups that a fault struck; the class's own way comes first.

    Returns
    -------
    seconds, works
        How long the others stand still, and whether they go on then.
    """
    own = fault.restart
    law = recovery.reconfigure if own is None else own.duration
    return tried(law, success(recovery, fault), row)


def tried(law: Law, probability: float, row: Row) -> tuple[float, bool]:
    """Seconds that it takes by a law, and whether it works with a probability."""
    block, at = row
    return law.quantile(block[at + RECONFIGURE]), block[at + RECONFIGURE_WORKS] < probability


def success(recovery: RecoveryParameters, fault: FaultParameters) -> float:
    """Probability that the others go on without the groups that a fault struck."""
    own = fault.restart
    return recovery.reconfigure_success if own is None else 1.0 - own.failure


def rejoin(recovery: RecoveryParameters, row: Row) -> float:
    """Seconds that the others stand still while groups come back."""
    block, at = row
    return recovery.rejoin_stall.quantile(block[at + REJOIN])
