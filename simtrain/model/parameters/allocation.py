"""Allocations in force."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain.distributions import Fixed, Law
from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario

_AT_ONCE = Fixed(0.0)


@dataclass(frozen=True, slots=True)
class AllocationParameters:
    """How the job holds its hosts. Times in seconds.

    Parameters
    ----------
    limit
        How long from the grant on; infinite where there is no limit.
    wait
        Time in the queue.
    save_before
        How long before the limit the job saves and stops; None if it does not.
    queues_after_fault
        Whether a fault ends the allocation.
    fresh_hosts
        Whether each grant is of other hosts.
    wait_first
        Whether the job queues for the first one.
    queues_when_short
        Whether one ends where the hosts that are left do not suffice.
    """

    limit: float = math.inf
    wait: Law = _AT_ONCE
    save_before: float | None = None
    queues_after_fault: bool = False
    fresh_hosts: bool = False
    wait_first: bool = False
    queues_when_short: bool = True


def allocation_of(scenario: Scenario, settle: Settle) -> AllocationParameters | None:
    """Parameters of the allocations that the job runs in; None if it holds its hosts for good.

    It does if nothing is said of them and none is preempted.
    """
    table = scenario.allocation
    if table is None:
        preempts = any(fault.effect == "preempt" for fault in scenario.fault.values())
        return AllocationParameters(queues_when_short=False) if preempts else None
    limit, save_before = table.limit, table.save_before
    return AllocationParameters(
        limit=math.inf if limit is None else settle("allocation.limit", limit).mean,
        wait=settle("allocation.wait", table.wait),
        save_before=None
        if save_before is None
        else settle("allocation.save_before", save_before).mean,
        queues_after_fault=table.on_fault == "queue",
        fresh_hosts=table.hosts == "others",
        wait_first=table.wait_first,
    )
