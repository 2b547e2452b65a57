"""Hosts whose fault is still there: in service they fail again soon, from the same class."""

from __future__ import annotations

import math
from collections.abc import Mapping

from simtrain.engine.draws import Draws, Row, Stream
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

    Attributes
    ----------
    faults
        Class that each bad host fails from.
    """

    __slots__ = ("_budgets", "_chances", "_draws", "_entries", "_found", "_mean", "_next",
                 "_streams", "_strikes", "faults")  # fmt: skip

    def __init__(self, mean: float, draws: Draws):
        self._mean = mean
        self._draws = draws
        self._found = draws.stream("bad host is found", shift=0)
        self._streams: dict[str, Stream] = {}
        self.faults: dict[int, FaultRules] = {}
        self._strikes: dict[int, int] = {}
        self._next: dict[int, tuple[Stream, int, Row]] = {}  # draws of the next strike
        self._chances: dict[int, int] = {}
        self._budgets: dict[int, float] = {}
        self._entries: dict[int, tuple[Entry, Exposure]] = {}

    def next_chance(self, host: int) -> float:
        """Uniform that decides whether tests find a bad host this time."""
        chance = self._chances[host] = self._chances.get(host, -1) + 1
        block, at = self._found.row(host, chance)
        return block[at]

    def add(self, host: int, fault: FaultRules) -> None:
        """Let a host be bad."""
        if host not in self.faults:
            self.faults[host] = fault
            self._draw_next(host)

    def cure(self, host: int) -> None:
        """Let a host that is not at risk be good again."""
        if self.faults.pop(host, None) is not None:
            self._strikes[host] = self._strikes.get(host, 0) + 1

    def enter(self, host: int, exposure: Exposure) -> None:
        """Put a bad host at risk on a clock."""
        if host in self.faults and host not in self._entries:
            reading = exposure.now + self._budgets[host] * self._mean
            self._entries[host] = (exposure.at(reading, self._struck, host), exposure)

    def leave(self, host: int) -> None:
        """Take a host from risk; the rest of its budget waits for it."""
        if host in self._entries:
            entry, exposure = self._entries.pop(host)
            self._budgets[host] = (entry[0] - exposure.now) / self._mean
            cancel(entry)

    def retime(self, mean: float, faults: Mapping[str, FaultRules]) -> None:
        """Go on with another mean, and with the classes as they are now."""
        for host, before in self.faults.items():
            self.faults[host] = faults[before.name]
        at_risk = {host: exposure for host, (_, exposure) in self._entries.items()}
        for host in at_risk:
            self.leave(host)
        self._mean = mean
        for host, exposure in at_risk.items():
            self.enter(host, exposure)

    def _struck(self, host: int) -> Strike:
        strike = Strike(self.faults[host], "host", host, *self._next[host])
        self._strikes[host] = self._strikes.get(host, 0) + 1
        _, exposure = self._entries.pop(host)
        self._draw_next(host)
        self.enter(host, exposure)
        return strike

    def _draw_next(self, host: int) -> None:
        """Draw the next strike of a host, and the hazard until it comes."""
        name = self.faults[host].name
        stream = self._streams.get(name) or self._open_stream(name)
        number = host * ROWS_PER_HOST + self._strikes.get(host, 0)
        block, at = row = stream.row(number)
        self._next[host] = stream, number, row
        self._budgets[host] = -math.log1p(-block[at + THRESHOLD])

    def _open_stream(self, name: str) -> Stream:
        stream = self._draws.stream(f"fault of a bad host: {name}", FAULT_WIDTH, shift=1)
        self._streams[name] = stream
        return stream
