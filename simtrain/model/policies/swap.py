"""`policy = "swap"`: a spare takes the place of a host, and the others keep their processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.model.policies.policy import Groups, Reaction
from simtrain.model.policies.wait import Wait

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters


class Swap(Wait):
    """The synchronous job, of which only the hosts that were struck are started anew.

    A class of faults with a restart of its own has that instead.
    """

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...], groups: Groups) -> Reaction:
        """Swap hosts that fail or are slow, for neither is the fault of what runs on the others."""
        reaction = super().on_fault(fault, hosts, groups)
        is_of_hosts = bool(hosts) and (reaction is Reaction.STOP or fault.effect.slows)
        return Reaction.SWAP if is_of_hosts and fault.restart is None else reaction
