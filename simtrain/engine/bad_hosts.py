"""Hosts whose fault is still there: in service they fail again soon, from the same class."""

from __future__ import annotations

import math
from collections.abc import Callable

from simtrain.engine.draws import Draws, Stream
from simtrain.engine.exposure import Entry, Exposure, Strike, cancel
from simtrain.engine.fields import FAULT_WIDTH, THRESHOLD
from simtrain.engine.lanes import ROWS_PER_HOST
from simtrain.engine.rules import FaultRules


class BadHosts:
    """All bad hosts of a trial, in the job and elsewhere.

    Parameters
    ----------
    mean
        Mean time at risk until a bad host fails again, in seconds; the law is exponential.
    """

    __slots__ = ("_budgets", "_chances", "_draws", "_entries", "_faults", "_mean", "_strikes")

    def __init__(self, mean: float, draws: Draws):
        self._mean = mean
        self._draws = draws
        self._faults: dict[int, FaultRules] = {}
        self._strikes: dict[int, int] = {}
        self._chances: dict[int, int] = {}
        self._budgets: dict[int, float] = {}
        self._entries: dict[int, tuple[Entry, Exposure]] = {}

    def __bool__(self) -> bool:
        return bool(self._faults)

    def among(self, chosen: Callable[[int], bool]) -> list[tuple[int, FaultRules]]:
        """Bad hosts of some kind, with the class they fail from."""
        return [(host, fault) for host, fault in self._faults.items() if chosen(host)]

    def fault(self, host: int) -> FaultRules | None:
        """Class that a host fails from if it is bad."""
        return self._faults.get(host)

    def next_chance(self, host: int) -> float:
        """Uniform that decides whether tests find a bad host this time."""
        chance = self._chances[host] = self._chances.get(host, -1) + 1
        block, at = self._draws.stream("bad host is found", shift=0).row(host, chance)
        return block[at]

    def add(self, host: int, fault: FaultRules) -> None:
        """Let a host be bad."""
        if host not in self._faults:
            self._faults[host] = fault
            self._budgets[host] = self._threshold(host, fault)

    def cure(self, host: int) -> None:
        """Let a host that is not at risk be good again."""
        if self._faults.pop(host, None) is not None:
            self._strikes[host] = self._strikes.get(host, 0) + 1

    def enter(self, host: int, exposure: Exposure) -> None:
        """Put a bad host at risk on a clock."""
        if host in self._faults and host not in self._entries:
            reading = exposure.now + self._budgets[host] * self._mean
            self._entries[host] = (exposure.at(reading, self._struck, host), exposure)

    def leave(self, host: int) -> None:
        """Take a host from risk; the rest of its budget waits for it."""
        if host in self._entries:
            entry, exposure = self._entries.pop(host)
            self._budgets[host] = (entry[0] - exposure.now) / self._mean
            cancel(entry)

    def retime(self, mean: float) -> None:
        """Go on with another mean."""
        at_risk = {host: exposure for host, (_, exposure) in self._entries.items()}
        for host in at_risk:
            self.leave(host)
        self._mean = mean
        for host, exposure in at_risk.items():
            self.enter(host, exposure)

    def _struck(self, host: int) -> Strike:
        fault = self._faults[host]
        number = self._number(host)
        row = self._stream(fault).row(number)
        self._strikes[host] = self._strikes.get(host, 0) + 1
        _, exposure = self._entries.pop(host)
        self._budgets[host] = self._threshold(host, fault)
        self.enter(host, exposure)
        return Strike(fault, "host", host, self._stream(fault), number, row)

    def _threshold(self, host: int, fault: FaultRules) -> float:
        """Hazard until the next strike of a host, in the row that decides about it."""
        block, at = self._stream(fault).row(self._number(host))
        return -math.log1p(-block[at + THRESHOLD])

    def _number(self, host: int) -> int:
        return host * ROWS_PER_HOST + self._strikes.get(host, 0) % ROWS_PER_HOST

    def _stream(self, fault: FaultRules) -> Stream:
        return self._draws.stream(f"fault of a bad host: {fault.name}", FAULT_WIDTH, shift=0)
