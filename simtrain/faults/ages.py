"""Age of every host in time at risk since it was new or repaired."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simtrain.distributions import Ageing
    from simtrain.faults.frailty import Frailty
    from simtrain.faults.source import Clocks, RiskClock
    from simtrain.model.draws import Stream, Uniforms
    from simtrain.model.parameters import FaultParameters

_MOST_LIVES = 100_000
"""Hosts that have stepped in before the start that are looked at."""
_STEPS = 4096
"""Steps of the grid on which a stationary age without a closed form is looked up."""
OLDEST_S = 1e12
"""Longest stationary age, 30,000 years. A law whose hazard falls to nothing, with a host that
hardly fails, gives ages without end, beside which no time of a trial would be told."""


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
        Ages in seconds, shape (hosts,), at most `OLDEST_S`; 0 where no class ages.
    """
    of_hosts = [fault for fault in faults if fault.scope.hosts]
    law, repaired, rate = _renewing(of_hosts, len(rows))
    if law is None:
        return 0.0
    share = repaired or (0.0 if rate else 1.0)
    if frailty is None and not rate and share == 1.0:
        return np.minimum(law.stationary_age(rows[:, 0], rows[:, 1]), OLDEST_S)
    factors = np.ones(len(rows)) if frailty is None else frailty.initial
    ages = np.zeros(len(rows))
    for factor in np.unique(factors):
        alike = factors == factor
        ages[alike] = _stationary_ages(law, factor * share, factor * rate, rows[alike, 0])
    return ages


def ages_since(
    faults: Iterable[FaultParameters],
    members: int,
    initial: float,
    aged: float,
    frailty: Frailty | None,
    lives: Stream,
    hosts: int,
) -> float | Uniforms:
    """Ages of hosts that were all of one age when the run began.

    Each place of the job is at risk since then. A host that needs repair gives way to the spare
    that has stood by for longest, and stands by as a new one once it is repaired, which is taken to
    be so before it is needed.

    Parameters
    ----------
    faults
        All classes; at most one of them ages.
    members, hosts
        Hosts of the job, and with the spares.
    initial, aged
        Age of all as the run began, and for how long hosts of the job were at risk since, in
        seconds.
    frailty
        Factors on the hazards, which are taken to be those of the places.
    lives
        Two uniforms for each life of a host in the job: those of the first hosts, then of those
        that step in.

    Returns
    -------
    float or array
        Ages in seconds, shape (hosts,); `initial` where no class ages.
    """
    law, share, rate = _renewing([one for one in faults if one.scope.hosts], hosts)
    if law is None:
        return initial
    factors = np.ones(members) if frailty is None else frailty.initial[:members]

    def lasts(place: int, age: float, number: int) -> float:
        block, at = lives.row(number)
        of_age, others = -math.log1p(-block[at]), -math.log1p(-block[at + 1])
        factor = float(factors[place])
        found = math.inf
        if factor * share > 0.0:
            found = float(law.age_at(age, of_age / (factor * share))) - age
        return min(found, others / (factor * rate)) if factor * rate > 0.0 else found

    fails = np.array([lasts(place, initial, place) for place in range(members)])
    born = np.full(members, -initial)
    waiting = deque([initial] * (hosts - members))
    for number in range(members, members + _MOST_LIVES):
        place = int(fails.argmin())
        now = float(fails[place])
        if now > aged:
            break
        waiting.append(0.0)
        age = waiting.popleft()
        born[place] = now - age
        fails[place] = now + lasts(place, age, number)
    return np.concatenate([aged - born, waiting])


def _renewing(of_hosts: list[FaultParameters], hosts: int) -> tuple[Ageing | None, float, float]:
    """Law by which hosts age, the share of its faults that need repair, and the rate of others."""
    ageing = next((fault for fault in of_hosts if fault.law is not None), None)
    rate = sum(fault.rate * fault.needs_repair * _share(fault, hosts) for fault in of_hosts)
    if ageing is None:
        return None, 0.0, rate
    return ageing.law, ageing.needs_repair, rate


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
    while end < OLDEST_S and factor * float(law.cumulative_hazard(end)) + rate * end < 40.0:
        end *= 2.0
    end = min(end, OLDEST_S)
    # Steps grow from the start, where a decreasing hazard changes fast.
    ages = end * np.linspace(0.0, 1.0, _STEPS + 1) ** 3
    alive = np.exp(-factor * law.cumulative_hazard(ages) - rate * ages)
    gone = np.concatenate([[0.0], np.cumsum(np.diff(ages) * (alive[1:] + alive[:-1]) / 2)])
    return np.asarray(np.interp(uniforms * gone[-1], gone, ages), dtype=np.float64)
