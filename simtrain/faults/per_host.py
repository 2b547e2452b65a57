"""Faults host by host: every host has its own age and its own hazard left.

Age and hazard belong to the host and survive the job's restarts. What changes (a law, a rate,
membership) moves the reading at which the hazard is used up; only the end of a life, by a fault or
by repair, draws the next one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.faults.next_failures import NextFailures, hazard_between
from simtrain.faults.source import INFINITY, Clocks, FaultEvent, QueueEntry, RiskClock, cancel
from simtrain.faults.weather import hazard_of
from simtrain.model.streams import FAULT_OF_HOST, FIRST_LIFE, LATER_LIFE, ROWS_PER_HOST

if TYPE_CHECKING:
    from simtrain.faults.ages import Ages
    from simtrain.faults.frailty import Frailty
    from simtrain.model.draws import Draws
    from simtrain.model.parameters import FaultParameters, Parameters


class PerHostSource:
    """Faults of one class, host by host.

    Parameters
    ----------
    fault
        The class.
    members
        Hosts 0 … `members` - 1 are in the job at the start, on the clock `clock`.
    ages
        Age of every host.
    frailty
        How hosts differ, or None if all are alike.
    """

    __slots__ = ("_ages", "_clock", "_entries", "_fault", "_frailty", "_later_lives", "_law",
                 "_lives", "_members", "_rows", "_touched", "_untouched")  # fmt: skip

    def __init__(
        self,
        fault: FaultParameters,
        members: int,
        clock: RiskClock,
        ages: Ages,
        frailty: Frailty | None,
        draws: Draws,
    ):
        self._fault = fault
        self._law = law = hazard_of(fault)
        self._ages = ages
        self._frailty = frailty
        self._rows = draws.stream(FAULT_OF_HOST, fault.name)
        self._later_lives = draws.stream(LATER_LIFE, fault.name)
        self._lives: dict[int, int] = {}
        self._touched: dict[int, tuple[float, float]] = {}  # hazard left at an age
        self._entries: dict[int, QueueEntry] = {}
        self._members = members
        self._clock = clock
        self._untouched = NextFailures(
            law,
            draws.stream(FIRST_LIFE, fault.name).table(members)[:, 0].copy(),
            ages.start if isinstance(ages.start, float) else ages.start[:members],
            None if frailty is None else frailty.initial[:members],
            clock,
            self._enter_untouched,
        )

    def stop(self) -> None:
        """Let go of what calls it, with the numbers of all hosts: both are freed at once then."""
        del self._untouched

    def enter(self, host: int, clocks: Clocks) -> None:
        """Put a host at risk on one of the clocks of its place."""
        self._touch(host)
        self._enter(host, clocks[self._fault.on_calendar])

    def leave(self, host: int) -> None:
        """Take a host from risk; what is left of its hazard waits for it."""
        self._touch(host)
        if host in self._entries:
            cancel(self._entries.pop(host))

    def renew(self, host: int) -> None:
        """Begin another life, at age 0, of a host that is not at risk."""
        self._begin_life(host, 0.0)

    def change(self, parameters: Parameters) -> None:
        """Go on with another law: the rest of all hazard is spent under it."""
        self._fault = parameters.faults[self._fault.name]
        law = hazard_of(self._fault)
        if law == self._law:
            return
        for host, (left, since) in list(self._touched.items()):
            age = self._ages.of(host)
            spent = self._factor(host) * hazard_between(self._law, since, age)
            self._touched[host] = (left - spent, age)
        self._law = law
        for host in list(self._entries):
            cancel(self._entries.pop(host))
            if host in self._touched:
                self._enter(host, self._ages.clock(host))
        self._untouched.change(law, self._touched)

    def _strike(self, host: int) -> FaultEvent:
        life = self._lives.get(host, 0)
        self._begin_life(host, self._ages.of(host))
        self._enter(host, self._ages.clock(host))
        number = host * ROWS_PER_HOST + life
        return FaultEvent(self._fault, "hosts", host, self._rows, number, self._rows.row(number))

    def _begin_life(self, host: int, age: float) -> None:
        life = self._lives[host] = self._lives.get(host, 0) + 1
        self._touched[host] = (self._threshold(host, life), age)

    def _touch(self, host: int) -> None:
        if host in self._touched:
            return
        if host < self._members:
            self._touched[host] = self._untouched.life(host)
        else:
            self._touched[host] = (self._threshold(host, 0), self._ages.initial(host))

    def _threshold(self, host: int, life: int) -> float:
        block, at = self._later_lives.row(host, life)
        return -math.log1p(-block[at])

    def _factor(self, host: int) -> float:
        return 1.0 if self._frailty is None else self._frailty.of(host)

    def _enter(self, host: int, clock: RiskClock) -> None:
        left, since = self._touched[host]
        reading = INFINITY
        factor = self._factor(host)
        if self._law is not None and factor > 0.0:
            failing = self._law.age_at(since, left / factor)
            reading = clock.now + failing - self._ages.of(host)
        self._entries[host] = clock.at(reading, self._strike, host)

    def _enter_untouched(self, host: int, reading: float) -> None:
        if host not in self._touched:
            self._entries[host] = self._clock.at(reading, self._strike, host)
