"""Faults of hosts at the times that a log tells: hosts that fell at one instant fall as one."""

from __future__ import annotations

from itertools import groupby
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
    """The faults of one class of a log, each of the hosts that fell at one instant.

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

    __slots__ = ("_away", "_clock", "_fault", "_instants", "_number", "_stream")

    def __init__(
        self, fault: FaultParameters, log: Log, hosts: int, clock: RiskClock, draws: Draws
    ):
        self._fault = fault
        self._clock = clock
        self._stream = draws.stream(FAULT, fault.name)
        there = tuple([outage for outage in log.outages if outage.host < hosts])
        outages = _replayed(log._replace(outages=there), draws)
        self._instants = groupby(outages, key=lambda outage: outage.time)
        self._number = -1
        self._enter_next()

    def change(self, parameters: Parameters) -> None:
        """Go on under other parameters, at the same times."""
        self._fault = parameters.faults[self._fault.name]

    def _enter_next(self) -> None:
        """Wait for the next instant at which hosts fall, if there is one."""
        time, outages = next(self._instants, (0.0, ()))
        away: dict[int, float] = {}
        for outage in outages:
            away[outage.host] = max(outage.away, away.get(outage.host, 0.0))
        if not away:
            return
        self._number += 1
        self._away = away
        self._clock.at(time, self._strike, next(iter(away)))

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
