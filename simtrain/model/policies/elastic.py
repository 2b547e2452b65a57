"""`policy = "elastic"`: the job goes on with the replicas that are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simtrain.model.policies.policy import Groups, Reaction, Rejoin, Shortage
from simtrain.model.policies.wait import Wait

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters


class Elastic(Wait):
    """A job of replicas: it loses those that are struck, and goes on with the rest.

    It needs `at_least` of them, to go on as well as to be launched.
    """

    in_groups: ClassVar[bool] = True

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...], groups: Groups) -> Reaction:
        """Go on without the replicas struck, if a fault of hosts leaves enough of them."""
        reaction = super().on_fault(fault, hosts, groups)
        if reaction is Reaction.STOP and hosts and groups.left >= groups.recovery.at_least:
            return Reaction.RECONFIGURE
        return reaction

    def on_shortage(self, groups: Groups) -> Shortage:
        """Let as many step in as there are, and start as soon as enough replicas are complete."""
        starts = groups.complete >= groups.recovery.at_least
        return super().on_shortage(groups)._replace(starts=starts)

    def on_return(self, groups: Groups) -> Rejoin:
        """At once or at a checkpoint, as `rejoin` says."""
        return Rejoin.AT_CHECKPOINT if groups.recovery.rejoin_at_save else Rejoin.AT_ONCE
