"""Hosts whose fault is still there: in service they fail again soon, from the same class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.faults.source import Clocks, FaultEvent, QueueEntry, RiskClock, cancel
from simtrain.model.streams import FOUND, RELAPSE, ROWS_PER_HOST, THRESHOLD

if TYPE_CHECKING:
    from simtrain.model.draws import Draws, Row, Stream
    from simtrain.model.parameters import FaultParameters, Parameters


class RelapseSource:
    """All bad hosts of a trial, in the job and elsewhere.

    A host turns bad when a fault or a repair leaves it so. At risk it fails again after an
    exponential time on the clock of its class, and goes on being bad until a repair cures it or it
    leaves for good.

    Parameters
    ----------
    mean
        Mean time at risk until a bad host fails again, in seconds.

    Attributes
    ----------
    bad
        Class that each bad host fails from.
    """

    __slots__ = ("_diagnoses", "_draws", "_entries", "_found", "_hazard_left", "_mean", "_next",
                 "_relapses", "_streams", "bad")  # fmt: skip

    def __init__(self, mean: float, draws: Draws):
        self._mean = mean
        self._draws = draws
        self._found = draws.stream(FOUND)
        self._streams: dict[str, Stream] = {}
        self.bad: dict[int, FaultParameters] = {}
        self._relapses: dict[int, int] = {}
        self._next: dict[int, tuple[Stream, int, Row]] = {}  # draws of the next relapse
        self._diagnoses: dict[int, int] = {}
        self._hazard_left: dict[int, float] = {}
        self._entries: dict[int, tuple[QueueEntry, RiskClock]] = {}

    def next_recall(self, host: int) -> float:
        """Uniform that decides whether tests find a bad host this time."""
        number = self._diagnoses[host] = self._diagnoses.get(host, -1) + 1
        block, at = self._found.row(host, number)
        return block[at]

    def add(self, host: int, fault: FaultParameters) -> None:
        """Let a host be bad."""
        if host not in self.bad:
            self.bad[host] = fault
            self._draw_next(host)

    def enter(self, host: int, clocks: Clocks) -> None:
        """Put a host at risk on one of the clocks of its place, if it is bad."""
        if host in self.bad and host not in self._entries:
            self._enter(host, clocks[self.bad[host].on_calendar])

    def leave(self, host: int) -> None:
        """Take a host from risk; what is left of its hazard waits for it."""
        if host in self._entries:
            entry, clock = self._entries.pop(host)
            self._hazard_left[host] = (entry[0] - clock.now) / self._mean
            cancel(entry)

    def renew(self, host: int) -> None:
        """Let a host that is not at risk be good again."""
        if self.bad.pop(host, None) is not None:
            self._relapses[host] = self._relapses.get(host, 0) + 1

    def change(self, parameters: Parameters) -> None:
        """Go on with another mean, and with the classes as they are now."""
        for host, before in self.bad.items():
            self.bad[host] = parameters.faults[before.name]
        at_risk = {host: clock for host, (_, clock) in self._entries.items()}
        for host in at_risk:
            self.leave(host)
        self._mean = parameters.repair.bad_host_mtbf
        for host, clock in at_risk.items():
            self._enter(host, clock)

    def _enter(self, host: int, clock: RiskClock) -> None:
        reading = clock.now + self._hazard_left[host] * self._mean
        self._entries[host] = (clock.at(reading, self._strike, host), clock)

    def _strike(self, host: int) -> FaultEvent:
        event = FaultEvent(self.bad[host], "hosts", host, *self._next[host])
        self._relapses[host] = self._relapses.get(host, 0) + 1
        _, clock = self._entries.pop(host)
        self._draw_next(host)
        self._enter(host, clock)
        return event

    def _draw_next(self, host: int) -> None:
        """Draw the next relapse of a host, and the hazard until it comes."""
        name = self.bad[host].name
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = self._draws.stream(RELAPSE, name)
        number = host * ROWS_PER_HOST + self._relapses.get(host, 0)
        block, at = row = stream.row(number)
        self._next[host] = stream, number, row
        self._hazard_left[host] = -math.log1p(-block[at + THRESHOLD])
