"""Faults host by host: every host has its own age and its own budget of hazard.

Age and budget belong to the host and survive the job's restarts. What changes (a law, a rate,
membership) re-times the reading at which a budget is used up; only the end of a life, by a fault
or by repair, draws the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from simtrain.distributions import Ageing
from simtrain.engine.draws import Draws, Uniforms
from simtrain.engine.exposure import INFINITY, Entry, Exposure, Strike, cancel
from simtrain.engine.factors import Factors
from simtrain.engine.fields import FAULT_WIDTH
from simtrain.engine.rules import FaultRules

ROWS_PER_HOST = 1024
"""Rows set aside for each host in a stream of faults that belong to hosts."""

T = TypeVar("T", float, Uniforms)


class Ages:
    """Age of every host in time at risk since it was new or repaired.

    Parameters
    ----------
    initial
        Ages at the start of the trial, in seconds: of all hosts alike, or shape (hosts,).
        Hosts that come later are new.
    members
        Hosts 0 … `members` - 1 start in the job, on the clock `exposure`.
    """

    __slots__ = ("_exposure", "_members", "_outside", "_within", "start")

    def __init__(self, initial: float | Uniforms, members: int, exposure: Exposure):
        self.start = initial
        self._members = members
        self._exposure = exposure
        self._outside: dict[int, float] = {}
        self._within: dict[int, tuple[Exposure, float]] = {}  # clock, and its reading at age 0

    def initial(self, host: int) -> float:
        """Age of a host at the start, or when it came."""
        if isinstance(self.start, float):
            return self.start
        return float(self.start[host]) if host < len(self.start) else 0.0

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

    __slots__ = ("_ages", "_entries", "_exposure", "_factors", "_frontier", "_law", "_lives", "_lives_to_come",
                 "_members", "_records", "_thresholds", "_touched", "fault")  # fmt: skip

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
        self._frontier = Frontier(
            law,
            self._thresholds.table(members)[:, 0],
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
        spent_by = {host: self._ages.of(host) for host in self._touched}
        for host, age in spent_by.items():
            budget, since = self._touched[host]
            spent = self._factor(host) * _hazard_between(self._law, since, age)
            self._touched[host] = (budget - spent, age)
        self.fault, self._law = fault, law
        for host in list(self._entries):
            cancel(self._entries.pop(host))
            if host in self._touched:
                self._queue(host, self._ages.exposure(host))
        self._frontier.retime(law)

    def _struck(self, host: int) -> Strike:
        life = self._lives.get(host, 0)
        self._live_on(host, self._ages.of(host))
        self._queue(host, self._ages.exposure(host))
        number = host * ROWS_PER_HOST + life % ROWS_PER_HOST
        return Strike(self.fault, "host", host, self._records, number)

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
        return float(-np.log1p(-block[at]))

    def _factor(self, host: int) -> float:
        return 1.0 if self._factors is None else self._factors.of(host)

    def _queue(self, host: int, exposure: Exposure) -> None:
        budget, since = self._touched[host]
        reading = INFINITY
        if self._law is not None:
            failing = cast(float, self._law.age_at(since, budget / self._factor(host)))
            reading = exposure.now + failing - self._ages.of(host)
        self._entries[host] = exposure.at(reading, self._struck, host)

    def _queue_untouched(self, host: int, reading: float, exposure: Exposure) -> None:
        if host not in self._touched:
            self._entries[host] = exposure.at(reading, self._struck, host)


class Frontier:
    """The hosts of a lane that are in the job from the start and not touched yet.

    They live in arrays. Only the next of them to fail are queued, a batch at a time, so that a
    trial does not pay for hosts to which nothing happens.
    """

    _FIRST_BATCH = 64

    __slots__ = ("_ages", "_batch", "_budgets", "_exposure", "_factors", "_law", "_lowest",
                 "_opened", "_order", "_queue", "_refill_entry", "_uniforms")  # fmt: skip

    def __init__(
        self,
        law: Ageing | None,
        uniforms: Uniforms,
        ages: float | Uniforms,
        factors: Uniforms | None,
        exposure: Exposure,
        queue: Callable[[int, float, Exposure], None],
    ):
        self._law = law
        self._uniforms = uniforms
        self._ages = ages  # at which budgets were last reckoned
        self._factors = factors
        self._exposure = exposure
        self._queue = queue
        self._budgets: Uniforms | None = None
        self._open()

    def life(self, host: int) -> tuple[float, float]:
        """Budget of hazard left to a host, and the age since which it is spent."""
        if self._budgets is None:
            budget = -np.log1p(-self._uniforms[host])
        else:
            budget = self._budgets[host]
        age = self._ages if isinstance(self._ages, float) else self._ages[host]
        return float(budget), float(age)

    def retime(self, law: Ageing | None) -> None:
        """Go on with another law."""
        cancel(self._refill_entry)
        ages = self._ages + (self._exposure.now - self._opened)
        spent = _hazard_between(self._law, self._ages, ages)
        factors = 1.0 if self._factors is None else self._factors
        self._budgets = self._all_budgets() - factors * spent
        self._ages, self._law = ages, law
        self._open()

    def _open(self) -> None:
        """Order the hosts by when they fail; that of their uniforms where all are alike."""
        self._opened = self._exposure.now
        self._lowest = -1.0
        self._batch = self._FIRST_BATCH
        alike = self._budgets is None and self._factors is None and isinstance(self._ages, float)
        everyone = np.arange(len(self._uniforms))
        self._order = self._uniforms if alike else self._readings(everyone)
        self._refill_entry = self._exposure.at(INFINITY, self._refill)
        if self._law is not None:
            self._refill(0)

    def _refill(self, _: int) -> None:
        """Queue the next batch, and another refill for when the last of it fails."""
        order = self._order
        rest = order[order > self._lowest]
        if not len(rest):
            return
        last = rest.max()
        if len(rest) > self._batch:
            last = self._next_bound(rest)
        chosen = np.flatnonzero((order > self._lowest) & (order <= last))
        readings = self._readings(chosen)
        for host, reading in zip(chosen.tolist(), readings.tolist(), strict=True):
            self._queue(host, reading, self._exposure)
        self._lowest = last
        self._batch *= 4
        if len(rest) > len(chosen) and len(readings):
            self._refill_entry = self._exposure.at(float(readings.max()), self._refill)

    def _next_bound(self, rest: Uniforms) -> float:
        return float(np.partition(rest, self._batch)[self._batch])

    def _readings(self, hosts: NDArray[np.intp]) -> Uniforms:
        if self._law is None:
            return np.full(len(hosts), INFINITY)
        budgets = self._all_budgets(hosts)
        if self._factors is not None:
            budgets = budgets / self._factors[hosts]
        ages = self._ages if isinstance(self._ages, float) else self._ages[hosts]
        failing = cast(Uniforms, self._law.age_at(np.broadcast_to(ages, budgets.shape), budgets))
        return self._opened + failing - ages

    def _all_budgets(self, hosts: NDArray[np.intp] | slice = slice(None)) -> Uniforms:
        if self._budgets is not None:
            return self._budgets[hosts]
        return cast(Uniforms, -np.log1p(-self._uniforms[hosts]))


def _hazard_between(law: Ageing | None, start: T, end: T) -> T:
    if law is None:
        return end * 0.0
    return law.cumulative_hazard(end) - law.cumulative_hazard(start)
