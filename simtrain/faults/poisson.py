"""Memoryless faults, drawn for many like units together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.faults.source import INFINITY, FaultEvent, QueueEntry, RiskClock, cancel
from simtrain.model.streams import THRESHOLD, UNIT

if TYPE_CHECKING:
    from simtrain.model.draws import Stream
    from simtrain.model.parameters import FaultParameters, Parameters


class PoissonSource:
    """Memoryless faults of one class among any number of like units, drawn for all together.

    Parameters
    ----------
    fault
        The class.
    units
        How many units are at risk.
    clock
        The clock they are at risk on.
    stream
        Its rows decide about the faults in order.
    among
        What the units are: see `FaultEvent`.
    first
        Number of the first of them.

    Attributes
    ----------
    first
        The same.
    """

    __slots__ = ("_among", "_clock", "_entry", "_fault", "_hazard_left", "_number",
                 "_row", "_since", "_stream", "_units", "first")  # fmt: skip

    def __init__(
        self,
        fault: FaultParameters,
        units: int,
        clock: RiskClock,
        stream: Stream,
        among: str,
        first: int = 0,
    ):
        self._fault = fault
        self._units = units
        self._clock = clock
        self._stream = stream
        self._among = among
        self.first = first
        self._number = -1
        self._draw_next()

    def change(self, parameters: Parameters) -> None:
        """Go on under other parameters; spares and domains are counted apart."""
        fault = parameters.faults[self._fault.name]
        is_of_hosts = self._among == "job" and fault.scope.hosts
        self._retime(fault, parameters.cluster.hosts if is_of_hosts else self._units)

    def resize(self, units: int) -> None:
        """Go on with another number of units."""
        self._retime(self._fault, units)

    def _retime(self, fault: FaultParameters, units: int) -> None:
        before = self._fault.rate * self._units
        self._fault, self._units = fault, units
        if fault.rate * units == before:
            return
        self._hazard_left -= before * (self._clock.now - self._since)
        cancel(self._entry)
        self._enter()

    def _draw_next(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._hazard_left = -math.log1p(-block[at + THRESHOLD])
        self._enter()

    def _enter(self) -> None:
        self._since = now = self._clock.now
        rate = self._fault.rate * self._units
        reading = now + self._hazard_left / rate if rate > 0.0 else INFINITY
        self._entry: QueueEntry = self._clock.at(reading, self._strike)

    def _strike(self, _: int) -> FaultEvent:
        number, row = self._number, self._row
        block, at = row
        unit = self.first + int(block[at + UNIT] * self._units)
        self._draw_next()
        return FaultEvent(self._fault, self._among, unit, self._stream, number, row)
