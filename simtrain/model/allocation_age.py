"""Age of the allocation that the job of a run in flight holds, where nobody knows it.

Allocations are drawn from the start of the run up to now, each with its wait in the queue, until
one lasts beyond now: no law of ages is needed, and none is assumed to have settled.
"""

from __future__ import annotations

import math
from itertools import islice
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.streams import (
    ALLOCATED,
    ENDING_FAULT,
    GRANT_LAUNCH,
    GRANT_LOAD,
    GRANT_WAIT,
    LOST_BEFORE,
    LOST_NUMBER,
    LOST_TIME,
    PREEMPTED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simtrain.distributions import Law
    from simtrain.model.draws import Draws, Row
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.parameters.allocation import AllocationParameters

_MOST = 100_000
"""Allocations before the start that are looked at."""
_TRIES = 1000
"""Pasts that are drawn until enough have the job in training now."""
_PASTS = 32
"""Pasts in which the job trains now, of which the one that fits best is taken."""
_MANY = 100.0
"""Mean from which on a Poisson number is drawn as a normal one."""
_FURTHEST = 1000
"""Poisson number of a mean below that which is never gone beyond, whatever its quantile."""
_TINY = 1e-300
_NORMAL = NormalDist()


def since_grant(parameters: Parameters, draws: Draws) -> float:
    """Seconds for which the job has held its allocation as trials begin; 0 if it begins then.

    Allocations of the run until now are drawn one after the other, each with its wait in the queue,
    until one lasts beyond now; and anew from the start where the job queues now or is launched,
    since the trial begins as it trains. Of some such pasts that one is taken which comes nearest to
    the work that is done. An allocation ends at its limit, is preempted, or ends with a fault where
    the job queues again then or has no spares. That its spares may be short is left out.

    Parameters
    ----------
    parameters
        What is in force at the start, and is taken to have been so before.
    draws
        Draws of the trial.
    """
    allocation, underway = parameters.allocation, parameters.underway
    if allocation is None or underway is None:
        return 0.0
    if underway.since_grant is not None:
        return underway.since_grant
    preempting = [one for one in parameters.faults.values() if _takes_allocation(one)]
    shields = any(fault.shield for fault in preempting)
    if underway.elapsed is None or (math.isinf(allocation.limit) and not shields):
        return 0.0
    pasts = _Pasts(parameters, allocation, underway.elapsed, preempting, draws)
    trained = parameters.work * underway.done / (1.0 - underway.done) / parameters.speed
    trained *= 1.0 + parameters.checkpoint.mean_stall / parameters.interval_s
    found = islice(filter(None, map(pasts.drawn, range(_TRIES))), _PASTS)
    nearest = min(found, key=lambda past: abs(past.trained - trained), default=None)
    return 0.0 if nearest is None else nearest.age


class _Past(NamedTuple):
    """A past in which the job trains now.

    Parameters
    ----------
    age
        How long it has held its allocation, in seconds.
    trained
        Seconds of training, saves included, whose work is there now.
    """

    age: float
    trained: float


class _Pasts:
    """Pasts of a run in one trial."""

    def __init__(
        self,
        parameters: Parameters,
        allocation: AllocationParameters,
        elapsed: float,
        preempting: Sequence[FaultParameters],
        draws: Draws,
    ):
        self._parameters = parameters
        self._allocation = allocation
        self._elapsed = elapsed
        self._rate = sum(_ending_rates(parameters, allocation))
        self._outages = _outages(parameters, allocation)
        self._stream = draws.stream(ALLOCATED)
        self._loss = draws.stream(LOST_BEFORE)
        self._taken = [(fault, draws.stream(PREEMPTED, fault.name)) for fault in preempting]
        checkpoint = parameters.checkpoint
        self._cycle_s = parameters.interval_s + checkpoint.mean_stall
        self._longest = self._trains = allocation.limit
        if allocation.save_before is not None:
            self._trains -= allocation.save_before
            save = checkpoint.saves_to_last[0]
            self._longest = min(self._longest, self._trains + save.stall + save.lag)

    def drawn(self, attempt: int) -> _Past | None:
        """One of them; None if the job does not train now in it."""
        allocation = self._allocation
        block, at = row = self._stream.row(0, attempt)
        granted, trained, held = 0.0, 0.0, 0.0
        if allocation.wait_first:
            granted = allocation.wait_from(-self._elapsed).quantile(block[at + GRANT_WAIT])
        for number in range(_MOST):
            age = self._elapsed - granted
            if age < 0.0:
                return None
            lasts, wait = self._lasts(row, number, attempt)
            launched = self._launched(row, number)
            if age < lasts:
                if not launched <= age < self._trains:
                    return None
                lost = self._outages.lost(held + age, self._loss.row(attempt))
                return _Past(age, trained + age - launched - lost)
            works = max(lasts - launched, 0.0)
            saved = allocation.save_before is not None and lasts == self._longest
            trained += works if saved else works - math.fmod(works, self._cycle_s)
            held += lasts
            ended = granted + lasts
            if wait is None:
                wait = allocation.wait_from(ended - self._elapsed)
            block, at = row = self._stream.row(number + 1, attempt)
            granted = ended + wait.quantile(block[at + GRANT_WAIT])
        return None

    def _lasts(self, row: Row, number: int, attempt: int) -> tuple[float, Law | None]:
        """How long an allocation lasts, and the law of the wait after it if it is another one."""
        lasts, wait = self._longest, None
        if self._rate > 0.0:
            block, at = row
            lasts = min(lasts, -math.log1p(-block[at + ENDING_FAULT]) / self._rate)
        for fault, times in self._taken:
            block, at = times.row(number, attempt)
            after = fault.shield - math.log1p(-block[at]) / fault.rate
            if after < lasts:
                lasts, wait = after, fault.returns
        return lasts, wait

    def _launched(self, row: Row, number: int) -> float:
        """Seconds from the grant of an allocation until the job trains in it."""
        (block, at), restart = row, self._parameters.restart
        launched = 0.0
        if number or self._allocation.wait_first or restart.at_start:
            launched = restart.duration.quantile(block[at + GRANT_LAUNCH])
        if number:
            launched += self._parameters.checkpoint.tiers[-1].load.quantile(block[at + GRANT_LOAD])
        return launched


class _Outages(NamedTuple):
    """Faults within allocations: how often they come, and what time each takes in seconds."""

    rate: float
    mean: float
    variance: float

    def lost(self, held: float, row: Row) -> float:
        """Time that they take of that for which allocations were held."""
        block, at = row
        count = _poisson(self.rate * held, block[at + LOST_NUMBER])
        normal = _NORMAL.inv_cdf(max(block[at + LOST_TIME], _TINY))
        return max(count * self.mean + math.sqrt(count * self.variance) * normal, 0.0)


def _outages(parameters: Parameters, allocation: AllocationParameters) -> _Outages:
    """Faults after which the job goes on in the allocation that it has."""
    restart, load = parameters.restart, parameters.checkpoint.tiers[-1].load
    interval_s = parameters.interval_s
    launch_s = restart.duration.mean / max(1.0 - restart.failure, 0.1)
    variance = restart.duration.variance + load.variance + interval_s**2 / 12.0
    rate = total = 0.0
    for fault in parameters.faults.values():
        of_class = fault.rate * _units(parameters, fault)
        if not fault.effect.stops or fault.effect.preempts or allocation.queues_after_fault:
            continue
        detection = 0.0 if fault.detection is None else fault.detection.mean
        by_hand = 1.0 - fault.automatic * (1.0 - fault.in_vain)
        rate += of_class
        total += of_class * (detection + by_hand * parameters.responses[-1].mean)
    mean = launch_s + load.mean + interval_s / 2.0 + (total / rate if rate else 0.0)
    return _Outages(rate, mean, variance)


def _poisson(mean: float, u: float) -> int:
    """Quantile of a Poisson number."""
    if mean > _MANY:
        return max(round(mean + math.sqrt(mean) * _NORMAL.inv_cdf(max(u, _TINY))), 0)
    number, share = 0, math.exp(-mean)
    reached = share
    while reached < u and number < _FURTHEST:
        number += 1
        share *= mean / number
        reached += share
    return number


def _takes_allocation(fault: FaultParameters) -> bool:
    """Whether faults of a memoryless class take all of an allocation away."""
    return fault.rate > 0.0 and fault.effect.preempts and fault.takes_all


def _ending_rates(parameters: Parameters, allocation: AllocationParameters) -> Iterator[float]:
    """Rates per second of the memoryless classes that end an allocation before its limit."""
    for fault in parameters.faults.values():
        rate = fault.rate * _units(parameters, fault)
        if not rate > 0.0 or _takes_allocation(fault):
            continue
        if allocation.queues_after_fault:
            yield rate
        elif allocation.queues_when_short and not parameters.cluster.spares:
            leaves = fault.effect.preempts or fault.returns is not None
            yield rate * (1.0 if leaves else fault.needs_repair if fault.scope.hosts else 0.0)


def _units(parameters: Parameters, fault: FaultParameters) -> int:
    """Units of the scope of a class that the job has."""
    if fault.scope.is_domain:
        return parameters.cluster.slots.units_of_job(fault.scope.hosts)
    return parameters.cluster.hosts if fault.scope.hosts else 1
