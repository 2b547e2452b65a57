"""Age of every host in time at risk since it was new or repaired."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simtrain.distributions import Ageing
    from simtrain.faults.frailty import Frailty
    from simtrain.faults.source import Clocks, RiskClock
    from simtrain.model.draws import Uniforms
    from simtrain.model.parameters import FaultParameters

_STEPS = 4096
"""Steps of the grid on which a stationary age without a closed form is looked up."""


class Ages:
    """Ages of all hosts; a host ages on the clock that it is at risk on.

    Parameters
    ----------
    initial
        Ages at the start of the trial, in seconds: of all hosts alike, or shape (hosts,).
    members
        Hosts 0 … `members` - 1 start in the job, on the clock `clock`.
    hosts
        Number of hosts at the start; those that come later are new.
    on_calendar
        Whether hosts age on the calendar, as far as they stand.
    """

    __slots__ = ("_clock", "_hosts", "_members", "_on_calendar", "_outside", "_within", "start")

    def __init__(
        self,
        initial: float | Uniforms,
        members: int,
        hosts: int,
        clock: RiskClock,
        on_calendar: bool = False,
    ):
        self.start = initial
        self._hosts = hosts
        self._members = members
        self._clock = clock
        self._on_calendar = on_calendar
        self._outside: dict[int, float] = {}
        self._within: dict[int, tuple[RiskClock, float]] = {}  # clock, and its reading at age 0

    def initial(self, host: int) -> float:
        """Age of a host at the start, or when it came."""
        if host >= self._hosts:
            return 0.0
        return self.start if isinstance(self.start, float) else float(self.start[host])

    def of(self, host: int) -> float:
        """Age now."""
        if host in self._within:
            clock, born = self._within[host]
            return clock.now - born
        if host in self._outside:
            return self._outside[host]
        elapsed = self._clock.now if host < self._members else 0.0
        return self.initial(host) + elapsed

    def clock(self, host: int) -> RiskClock:
        """Clock on which a host that is at risk ages."""
        return self._within[host][0] if host in self._within else self._clock

    def enter(self, host: int, clocks: Clocks) -> None:
        """Let the host age on a clock."""
        clock = clocks[self._on_calendar]
        self._within[host] = (clock, clock.now - self.of(host))
        self._outside.pop(host, None)

    def leave(self, host: int) -> None:
        """Let the host not age any more."""
        self._outside[host] = self.of(host)
        self._within.pop(host, None)

    def renew(self, host: int) -> None:
        """Make a host new that is not at risk."""
        self._outside[host] = 0.0


def stationary_ages(
    faults: Iterable[FaultParameters], frailty: Frailty | None, rows: Uniforms
) -> float | Uniforms:
    """Ages of hosts that have been renewed by repair for as long as one can tell.

    The age of a host with factor f has a density in proportion to exp(−f·H(a)), where H is the
    hazard up to age a of all faults of which a repair renews it: those of its ageing law, and
    those of memoryless classes, each by the share that needs repair. Where no fault needs repair,
    each one of the ageing law is taken for a renewal.

    Parameters
    ----------
    faults
        All classes; at most one of them ages.
    rows
        Two uniforms for each host, shape (hosts, 2).

    Returns
    -------
    float or array
        Ages in seconds, shape (hosts,); 0 where no class ages.
    """
    of_hosts = [fault for fault in faults if fault.scope.hosts]
    ageing = next((fault for fault in of_hosts if fault.law is not None), None)
    if ageing is None or ageing.law is None:
        return 0.0
    rate = sum(fault.rate * fault.needs_repair * _share(fault, len(rows)) for fault in of_hosts)
    share = ageing.needs_repair or (0.0 if rate else 1.0)
    if frailty is None and not rate and share == 1.0:
        return np.asarray(ageing.law.stationary_age(rows[:, 0], rows[:, 1]), dtype=np.float64)
    factors = np.ones(len(rows)) if frailty is None else frailty.initial
    ages = np.zeros(len(rows))
    for factor in np.unique(factors):
        alike = factors == factor
        ages[alike] = _stationary_ages(ageing.law, factor * share, factor * rate, rows[alike, 0])
    return ages


def _share(fault: FaultParameters, hosts: int) -> float:
    """Share of the hosts of a unit that a fault takes."""
    if fault.part is None:
        return 1.0
    there = min(fault.scope.hosts, hosts)
    numbers = fault.part.numbers(there)
    return sum(number * share for number, share in numbers.items()) / there


def _stationary_ages(law: Ageing, factor: float, rate: float, uniforms: Uniforms) -> Uniforms:
    """Quantiles of the density in proportion to exp(−`factor`·H(a) − `rate`·a)."""
    if not factor and not rate:
        return np.zeros(len(uniforms))  # never renewed: it has no age that one could tell
    end = law.mean
    while factor * float(law.cumulative_hazard(end)) + rate * end < 40.0:
        end *= 2.0
    # Steps grow from the start, where a decreasing hazard changes fast.
    ages = end * np.linspace(0.0, 1.0, _STEPS + 1) ** 3
    alive = np.exp(-factor * law.cumulative_hazard(ages) - rate * ages)
    gone = np.concatenate([[0.0], np.cumsum(np.diff(ages) * (alive[1:] + alive[:-1]) / 2)])
    return np.asarray(np.interp(uniforms * gone[-1], gone, ages), dtype=np.float64)
