"""How a job of several groups goes on without some of them."""

from __future__ import annotations

from dataclasses import dataclass

from simtrain.distributions import Law
from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RecoveryParameters:
    """How a job of several groups goes on without some of them. Times in seconds.

    Parameters
    ----------
    replicas
        Groups of hosts that the job is made of.
    at_least
        How many of them the job trains with at the least.
    reconfigure, reconfigure_success
        How long the others stand still for that, and the probability that it works.
    rejoin_at_save
        Whether a group that is complete again comes back after a save, and not at once.
    rejoin_stall
        How long the others stand still for it.
    is_replicated
        Whether each group holds all of the state, so that no work is lost with some of them.
    batch_shrinks
        Whether a step takes as long without some of the groups, and does less work.
    regroup
        Whether hosts of incomplete groups complete each other.
    """

    replicas: int
    at_least: int
    reconfigure: Law
    reconfigure_success: float
    rejoin_at_save: bool
    rejoin_stall: Law
    is_replicated: bool
    batch_shrinks: bool
    regroup: bool


def recovery_of(scenario: Scenario, settle: Settle) -> RecoveryParameters:
    """Parameters of going on without some of the groups."""
    table = scenario.recovery
    success = settle("recovery.reconfigure_success", table.reconfigure_success)
    return RecoveryParameters(
        replicas=table.replicas or 1,
        at_least=table.at_least,
        reconfigure=settle("recovery.reconfigure", table.reconfigure),
        reconfigure_success=success.mean,
        rejoin_at_save=table.rejoin == "at a checkpoint",
        rejoin_stall=settle("recovery.rejoin_stall", table.rejoin_stall),
        is_replicated=table.state == "replicated",
        batch_shrinks=table.batch == "shrunk",
        regroup=table.regroup,
    )
