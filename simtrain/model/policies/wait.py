"""`policy = "wait"`: the synchronous job."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simtrain.model.policies.policy import Groups, Reaction, Rejoin, Shortage

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters, RestartParameters


class Wait:
    """The synchronous job: it needs all its hosts, stops without one, and waits for it."""

    in_groups: ClassVar[bool] = False

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...], groups: Groups) -> Reaction:
        """Stop for all but a latent fault."""
        return Reaction.STOP if fault.effect.stops else Reaction.GO_ON

    def on_shortage(self, groups: Groups) -> Shortage:
        """Let as many step in as there are, and wait for the rest."""
        return Shortage(min(groups.vacant, groups.idle))

    def on_return(self, groups: Groups) -> Rejoin:
        """Nothing trains without the rest."""
        return Rejoin.AT_LAUNCH

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Call a person after every so many tries."""
        return tries % restart.tries == 0
