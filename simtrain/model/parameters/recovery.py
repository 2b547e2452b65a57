"""How a job goes on without some of its groups, or with others in place of some hosts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simtrain.distributions import Law
from simtrain.model.parameters.restart import RestartParameters, restart_of
from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RecoveryParameters:
    """How a job goes on without some of its groups, or with other hosts. Times in seconds.

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
    launch_goes_on
        Whether a launch goes on without groups that are struck in it.
    is_replicated
        Whether each group holds all of the state, so that no work is lost with some of them.
    batch_shrinks
        Whether a step takes as long without some of the groups, and does less work.
    regroup
        Whether hosts of incomplete groups complete each other.
    swap
        How the job starts again where only hosts that were struck have lost their processes.
    """

    replicas: int
    at_least: int
    reconfigure: Law
    reconfigure_success: float
    rejoin_at_save: bool
    rejoin_stall: Law
    launch_goes_on: bool
    is_replicated: bool
    batch_shrinks: bool
    regroup: bool
    swap: RestartParameters


def recovery_of(scenario: Scenario, settle: Settle, start: Scenario) -> RecoveryParameters:
    """Parameters of what the job does about faults."""
    table = scenario.recovery
    success = settle("recovery.reconfigure_success", table.reconfigure_success)
    swap_success = settle("recovery.swap_success", table.swap_success).mean
    return RecoveryParameters(
        replicas=table.replicas or 1,
        at_least=table.at_least,
        reconfigure=settle("recovery.reconfigure", table.reconfigure),
        reconfigure_success=success.mean,
        rejoin_at_save=table.rejoin == "at a checkpoint",
        rejoin_stall=settle("recovery.rejoin_stall", table.rejoin_stall),
        launch_goes_on=table.struck_launch == "goes on",
        is_replicated=table.state == "replicated",
        batch_shrinks=table.batch == "shrunk",
        regroup=table.regroup,
        swap=replace(
            restart_of(scenario, settle, start),
            duration=settle("recovery.swap_restart", table.swap_restart),
            failure=1.0 - swap_success,
        ),
    )
