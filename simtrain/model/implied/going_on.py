"""How likely the job goes on without the replicas that a fault struck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model import reconfiguring
from simtrain.model.parameters import FaultParameters, Parameters, RecoveryParameters
from simtrain.model.policies import Reaction, policy_of

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


class _Struck(NamedTuple):
    """A job of which all replicas trained, as its policy sees it just after a fault."""

    recovery: RecoveryParameters
    number: int
    left: int
    complete: int
    vacant: int
    idle: int


def chance_to_go_on(scenario: Scenario, now: Parameters, fault: FaultParameters) -> float:
    """Probability that a fault is no interruption, if it meets a job that is complete.

    A fault that takes a part of a domain is taken to strike all replicas with a host in it.
    """
    policy = policy_of(scenario.recovery.policy)
    if not policy.in_groups or not fault.scope.hosts:
        return 0.0
    number = now.recovery.replicas
    reach = 1 if not fault.scope.is_domain else fault.scope.hosts
    struck = min(number, math.ceil(reach * number / now.cluster.hosts))
    left = number - struck
    groups = _Struck(now.recovery, number, left, left, reach, now.cluster.spares)
    hosts = tuple(range(min(reach, now.cluster.hosts)))
    if policy.on_fault(fault, hosts, groups) is not Reaction.RECONFIGURE:
        return 0.0
    return reconfiguring.success(now.recovery, fault)
