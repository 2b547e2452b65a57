"""Faults host by host: every host has its own age and its own budget of hazard.

Age and budget belong to the host and survive the job's restarts. What changes (a law, a rate,
membership) re-times the reading at which a budget is used up; only the end of a life, by a fault
or by repair, draws the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simtrain.distributions import Ageing
from simtrain.engine.draws import Draws, Uniforms
from simtrain.engine.exposure import INFINITY, Entry, Exposure, Strike, cancel
from simtrain.engine.factors import Factors
from simtrain.engine.fields import FAULT_WIDTH
from simtrain.engine.rules import FaultRules

ROWS_PER_HOST = 1 << 20
"""Rows set aside for each host in a stream of faults that belong to hosts."""

T = TypeVar("T", float, Uniforms)


class Ages:
    """Age of every host in time at risk since it was new or repaired.

    Parameters
    ----------
    initial
        Ages at the start of the trial, in seconds: of all hosts alike, or shape (hosts,).
    members
        Hosts 0 … `members` - 1 start in the job, on the clock `exposure`.
    hosts
        Number of hosts at the start; those that come later are new.
    """

    __slots__ = ("_exposure", "_hosts", "_members", "_outside", "_within", "start")

    def __init__(self, initial: float | Uniforms, members: int, hosts: int, exposure: Exposure):
        self.start = initial
        self._hosts = hosts
        self._members = members
        self._exposure = exposure
        self._outside: dict[int, float] = {}
        self._within: dict[int, tuple[Exposure, float]] = {}  # clock, and its reading at age 0

    def initial(self, host: int) -> float:
        """Age of a host at the start, or when it came."""
        if host >= self._hosts:
            return 0.0
        return self.start if isinstance(self.start, float) else float(self.start[host])

    def of(self, host: int) -> float:
        """Age now."""
        if host in self._within:
            exposure, born = self._within[host]
            return exposure.now - born
        if host in self._outside:
            return self._outside[host]
        elapsed = self._exposure.now if host < self._members else 0.0
        return self.initial(host) + elapsed

    def exposure(self, host: int) -> Exposure:
        """Clock on which a host that is at risk ages."""
        return self._within[host][0] if host in self._within else self._exposure

    def enter(self, host: int, exposure: Exposure) -> None:
        """Let the host age on a clock."""
        self._within[host] = (exposure, exposure.now - self.of(host))
        self._outside.pop(host, None)

    def leave(self, host: int) -> None:
        """Let the host not age any more."""
        self._outside[host] = self.of(host)
        self._within.pop(host, None)

    def renew(self, host: int) -> None:
        """Make a host new that is not at risk."""
        self._outside[host] = 0.0


class Lane:
    """Faults of one class, host by host.

    Parameters
    ----------
    law
        Law of the time to failure; None if the class cannot strike at present.
    members
        Hosts 0 … `members` - 1 are in the job at the start.
    factors
        How hosts differ, or None if all are alike.
    """

    __slots__ = ("_ages", "_entries", "_exposure", "_factors", "_frontier", "_law", "_lives",
                 "_lives_to_come", "_members", "_records", "_thresholds", "_touched",
                 "fault")  # fmt: skip

    def __init__(
        self,
        fault: FaultRules,
        law: Ageing | None,
        members: int,
        exposure: Exposure,
        ages: Ages,
        factors: Factors | None,
        draws: Draws,
    ):
        self.fault = fault
        self._law = law
        self._ages = ages
        self._factors = factors
        self._records = draws.stream(f"fault of a host: {fault.name}", FAULT_WIDTH, shift=0)
        self._thresholds = draws.stream(f"life of a host: {fault.name}")
        self._lives_to_come = draws.stream(f"later life of a host: {fault.name}", shift=0)
        self._lives: dict[int, int] = {}
        self._touched: dict[int, tuple[float, float]] = {}  # budget left at an age
        self._entries: dict[int, Entry] = {}
        self._members = members
        self._exposure = exposure
        self._frontier = Frontier(
            law,
            self._thresholds.table(members)[:, 0].copy(),
            ages.start if isinstance(ages.start, float) else ages.start[:members],
            None if factors is None else factors.initial[:members],
            exposure,
            self._queue_untouched,
        )

    def enter(self, host: int, exposure: Exposure) -> None:
        """Put a host at risk on a clock."""
        self._touch(host)
        self._queue(host, exposure)

    def leave(self, host: int) -> None:
        """Take a host from risk; what is left of its budget waits for it."""
        self._touch(host)
        if host in self._entries:
            cancel(self._entries.pop(host))

    def renew(self, host: int) -> None:
        """Begin another life, at age 0, of a host that is not at risk."""
        self._live_on(host, 0.0)

    def retime(self, fault: FaultRules, law: Ageing | None) -> None:
        """Go on with another law: the rest of every budget is spent under it."""
        self.fault = fault
        if law == self._law:
            return
        spent_by = {host: self._ages.of(host) for host in self._touched}
        for host, age in spent_by.items():
            budget, since = self._touched[host]
            spent = self._factor(host) * _hazard_between(self._law, since, age)
            self._touched[host] = (budget - spent, age)
        self._law = law
        for host in list(self._entries):
            cancel(self._entries.pop(host))
            if host in self._touched:
                self._queue(host, self._ages.exposure(host))
        self._frontier.retime(law, self._touched)

    def _struck(self, host: int) -> Strike:
        life = self._lives.get(host, 0)
        self._live_on(host, self._ages.of(host))
        self._queue(host, self._ages.exposure(host))
        number = host * ROWS_PER_HOST + life
        return Strike(self.fault, "host", host, self._records, number, self._records.row(number))

    def _live_on(self, host: int, age: float) -> None:
        life = self._lives[host] = self._lives.get(host, 0) + 1
        self._touched[host] = (self._threshold(host, life), age)

    def _touch(self, host: int) -> None:
        if host in self._touched:
            return
        if host < self._members:
            self._touched[host] = self._frontier.life(host)
        else:
            self._touched[host] = (self._threshold(host, 0), self._ages.initial(host))

    def _threshold(self, host: int, life: int) -> float:
        block, at = self._lives_to_come.row(host, life)
        return -math.log1p(-block[at])

    def _factor(self, host: int) -> float:
        return 1.0 if self._factors is None else self._factors.of(host)

    def _queue(self, host: int, exposure: Exposure) -> None:
        budget, since = self._touched[host]
        reading = INFINITY
        if self._law is not None:
            failing = self._law.age_at(since, budget / self._factor(host))
            reading = exposure.now + failing - self._ages.of(host)
        self._entries[host] = exposure.at(reading, self._struck, host)

    def _queue_untouched(self, host: int, reading: float) -> None:
        if host not in self._touched:
            self._entries[host] = self._exposure.at(reading, self._struck, host)


class Frontier:
    """The hosts of a lane that are in the job from the start and not touched yet.

    They live in arrays. Only the next of them to fail are queued, a batch at a time, so that a
    trial does not pay for hosts to which nothing happens.

    Parameters
    ----------
    uniforms
        One for each host, shape (members,): its budget of hazard as a survival probability.
    ages
        Ages at the start, one for all or shape (members,).
    factors
        Factor on the hazard of each, shape (members,), or None if all are alike.
    queue
        Called with a host and the reading at which it fails.
    """

    _FIRST_BATCH = 64

    __slots__ = ("_ages", "_batch", "_budgets", "_exposure", "_factors", "_hosts", "_law",
                 "_lowest", "_opened", "_order", "_queue", "_refill_entry",
                 "_uniforms")  # fmt: skip

    def __init__(
        self,
        law: Ageing | None,
        uniforms: Uniforms,
        ages: float | Uniforms,
        factors: Uniforms | None,
        exposure: Exposure,
        queue: Callable[[int, float], None],
    ):
        self._law = law
        self._uniforms = uniforms
        self._ages = ages  # at which budgets were last reckoned
        self._factors = factors
        self._exposure = exposure
        self._queue = queue
        self._budgets: Uniforms | None = None
        self._hosts = np.arange(len(uniforms))
        self._open()

    def life(self, host: int) -> tuple[float, float]:
        """Budget of hazard left to a host, and the age since which it is spent."""
        if self._budgets is None:
            budget = -math.log1p(-self._uniforms[host])
        else:
            budget = float(self._budgets[host])
        return budget, self._ages if isinstance(self._ages, float) else float(self._ages[host])

    def retime(self, law: Ageing | None, touched: Iterable[int]) -> None:
        """Go on with another law, without the hosts that were touched."""
        cancel(self._refill_entry)
        before = np.broadcast_to(np.asarray(self._ages), self._uniforms.shape)
        ages = before + (self._exposure.now - self._opened)
        spent = _hazard_between(self._law, before, ages)
        if self._factors is not None:
            spent = self._factors * spent
        if self._budgets is None:
            self._budgets = -np.log1p(-self._uniforms)
        self._budgets = self._budgets - spent
        self._ages, self._law = ages, law
        gone = np.fromiter(touched, dtype=np.intp)
        self._hosts = self._hosts[~np.isin(self._hosts, gone)]
        self._open()

    def _open(self) -> None:
        """Order the hosts by when they fail; that of their uniforms where all are alike."""
        self._opened = self._exposure.now
        self._lowest = -1.0
        self._batch = self._FIRST_BATCH
        alike = self._budgets is None and self._factors is None and isinstance(self._ages, float)
        self._order = self._uniforms if alike else self._readings(self._hosts)
        self._refill_entry = self._exposure.at(INFINITY, self._refill)
        if self._law is not None:
            self._refill(0)

    def _refill(self, _: int) -> None:
        """Queue the next batch, and another refill for when the last of it fails."""
        order = self._order
        left = np.flatnonzero(order > self._lowest)
        more = len(left) > self._batch
        if more:
            last = np.partition(order[left], self._batch - 1)[self._batch - 1]
            left = left[order[left] <= last]
        if not len(left):
            return
        hosts = self._hosts[left]
        readings = self._readings(hosts)
        for host, reading in zip(hosts.tolist(), readings.tolist(), strict=True):
            self._queue(host, reading)
        self._lowest = float(order[left].max())
        self._batch *= 4
        if more:
            self._refill_entry = self._exposure.at(float(readings.max()), self._refill)

    def _readings(self, hosts: NDArray[np.intp]) -> Uniforms:
        """Readings of the clock at which hosts fail, shape of `hosts`."""
        if self._law is None:
            return np.full(len(hosts), INFINITY)
        if self._budgets is None:
            budgets = -np.log1p(-self._uniforms[hosts])
        else:
            budgets = self._budgets[hosts]
        if self._factors is not None:
            budgets = budgets / self._factors[hosts]
        ages = self._ages if isinstance(self._ages, float) else self._ages[hosts]
        failing = self._law.age_at(np.broadcast_to(np.asarray(ages), budgets.shape), budgets)
        return self._opened + failing - ages


def _hazard_between(law: Ageing | None, start: T, end: T) -> T:
    """Hazard accumulated from one age to another."""
    if law is None:
        return end * 0.0
    return law.cumulative_hazard(end) - law.cumulative_hazard(start)
