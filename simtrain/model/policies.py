"""What the job does about a fault: an answer of its own, not an assumption of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters, RestartParameters


class Policy(Protocol):
    """What the job does when something happens to it."""

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...]) -> bool:
        """Whether training stops since a fault struck these hosts of the job."""

    def on_shortage(self, vacant: int, idle: int) -> int:
        """Number of idle spares that step in now; with none the job waits for others."""

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Whether a person is called after so many launches in a row have failed."""


class Wait:
    """The synchronous job: it needs all its hosts, stops without one, and waits for it."""

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...]) -> bool:
        """Stop for all but a latent fault."""
        return fault.effect.stops

    def on_shortage(self, vacant: int, idle: int) -> int:
        """Let as many step in as there are."""
        return min(vacant, idle)

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Call a person after every so many tries."""
        return tries % restart.tries == 0


WAIT = Wait()
