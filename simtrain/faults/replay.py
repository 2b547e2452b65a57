"""Faults of hosts at the times that a log tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.faults.source import FaultEvent
from simtrain.model.replay import Replayed, block_of
from simtrain.model.streams import BLOCK, FAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.faults.source import RiskClock
    from simtrain.model.draws import Draws
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.replay import Log


class ReplaySource:
    """The faults of one class of a log, each of a host by its number.

    Parameters
    ----------
    fault
        The class.
    log
        Its outages.
    hosts
        How many hosts the cluster owns; further ones of the log are left out.
    clock
        A clock that always runs with time.
    """

    __slots__ = ("_away", "_clock", "_fault", "_number", "_outages", "_stream")

    def __init__(
        self, fault: FaultParameters, log: Log, hosts: int, clock: RiskClock, draws: Draws
    ):
        self._fault = fault
        self._clock = clock
        self._stream = draws.stream(FAULT, fault.name)
        there = tuple([outage for outage in log.outages if outage.host < hosts])
        self._outages = _replayed(log._replace(outages=there), draws)
        self._number = -1
        self._enter_next()

    def change(self, parameters: Parameters) -> None:
        """Go on under other parameters, at the same times."""
        self._fault = parameters.faults[self._fault.name]

    def _enter_next(self) -> None:
        """Wait for the next outage, if there is one."""
        outage = next(self._outages, None)
        if outage is None:
            return
        self._number += 1
        self._away = outage.away
        self._clock.at(outage.time, self._strike, outage.host)

    def _strike(self, host: int) -> FaultEvent:
        number, away = self._number, self._away
        self._enter_next()
        row = self._stream.row(number)
        return FaultEvent(self._fault, "standing", host, self._stream, number, row, away)


def _replayed(log: Log, draws: Draws) -> Iterator[Replayed]:
    """Outages of a trial in order: those of the log, or of one block after the other."""
    if log.block is None or not log.outages:
        for outage in log.outages:
            yield Replayed(outage.begun_s, outage.host, outage.away_s)
        return
    starts, number = draws.stream(BLOCK), 0
    while True:
        yield from block_of(log, number, starts.row(number))
        number += 1
