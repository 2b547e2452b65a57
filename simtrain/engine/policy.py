"""Whether the job goes on after a fault: an answer of its own, not an assumption of the engine."""

from __future__ import annotations

from simtrain.engine.rules import FaultRules


def goes_on(fault: FaultRules, hosts: tuple[int, ...]) -> bool:
    """Whether a synchronous job trains on after `fault` struck these of its hosts.

    It needs all of them at once; only a loss spike leaves it running.
    """
    return fault.diverges
