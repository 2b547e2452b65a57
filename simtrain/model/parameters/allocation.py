"""Allocations in force."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain.distributions import Fixed, Law
from simtrain.model.on_call import FirstRow
from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR

_AT_ONCE = Fixed(0.0)
_WEEK = 7 * 24  # hours


@dataclass(frozen=True, slots=True)
class AllocationParameters:
    """How the job holds its hosts. Times in seconds.

    Parameters
    ----------
    limit
        How long from the grant on; infinite where there is no limit.
    wait
        Time in the queue, if no row of `waits` fits the hour at which it begins.
    waits
        Time in the queue of each row for a job of this size, and which row fits at what time.
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
    waits: tuple[tuple[Law, ...], FirstRow] | None = None
    save_before: float | None = None
    queues_after_fault: bool = False
    fresh_hosts: bool = False
    wait_first: bool = False
    queues_when_short: bool = True

    def wait_from(self, time: float) -> Law:
        """Time in a queue that begins at `time`, in seconds since the start."""
        if self.waits is None:
            return self.wait
        laws, first = self.waits
        row = first.at(time)
        return self.wait if row < 0 else laws[row]

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue over the hours of a week, in seconds."""
        if self.waits is None:
            return self.wait.mean
        return sum(self.wait_from((n + 0.5) * HOUR).mean for n in range(_WEEK)) / _WEEK


def allocation_of(
    scenario: Scenario, settle: Settle, start: Scenario
) -> AllocationParameters | None:
    """Parameters of the allocations that the job runs in; None if it holds its hosts for good.

    It does if nothing is said of them and none is preempted.
    """
    table = scenario.allocation
    if table is None:
        preempts = any(fault.does.preempts for fault in scenario.fault.values())
        return AllocationParameters(queues_when_short=False) if preempts else None
    limit, save_before = table.limit, table.save_before
    return AllocationParameters(
        limit=math.inf if limit is None else settle("allocation.limit", limit).mean,
        wait=settle("allocation.wait", table.wait),
        waits=_waits_of(scenario, settle),
        save_before=None
        if save_before is None
        else settle("allocation.save_before", save_before).mean,
        queues_after_fault=table.on_fault == "queue",
        fresh_hosts=table.hosts == "others",
        wait_first=table.wait_first,
    )


def _waits_of(scenario: Scenario, settle: Settle) -> tuple[tuple[Law, ...], FirstRow] | None:
    """Time in the queue by the hour, for a job of this size; None if it is the same at all hours.

    All rows are settled, whatever they are for, so that a change of the size moves no other number.
    """
    assert scenario.allocation is not None
    rows, hosts = scenario.allocation.when, scenario.cluster.hosts
    laws = [settle(f"allocation.when.{n}.wait", row.wait) for n, row in enumerate(rows)]
    fit = [(law, row) for law, row in zip(laws, rows, strict=True) if row.fits(hosts)]
    if not fit:
        return None
    return tuple(law for law, _ in fit), FirstRow([row for _, row in fit], scenario.start)
