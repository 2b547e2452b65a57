"""Memoryless faults, drawn for many like units together.

A pool keeps what is left of a budget of hazard. When its rate or the number of units changes, the
reading at which the budget is used up is computed anew; the budget itself is never drawn again.
"""

from __future__ import annotations

import math

from simtrain.engine.draws import Stream
from simtrain.engine.exposure import INFINITY, Entry, Exposure, Strike, cancel
from simtrain.engine.fields import THRESHOLD, UNIT
from simtrain.engine.rules import FaultRules


class Pool:
    """Memoryless faults of one class among any number of like units, drawn for all together.

    Parameters
    ----------
    exposure
        The clock it is drawn on.
    stream
        Its rows decide about the faults in order.
    scope
        What the units are: a ``"place"`` in the job, an ``"idle"`` spare, or the ``"job"``.
    """

    __slots__ = ("_budget", "_entry", "_exposure", "_number", "_row", "_since", "_stream",
                 "count", "fault", "scope")  # fmt: skip

    def __init__(
        self, fault: FaultRules, count: int, exposure: Exposure, stream: Stream, scope: str
    ):
        self.fault = fault
        self.scope = scope
        self.count = count
        self._exposure = exposure
        self._stream = stream
        self._number = -1
        self._arm()

    def retime(self, fault: FaultRules, count: int) -> None:
        """Go on with another rate or number of units."""
        before = self.fault.rate * self.count
        self.fault, self.count = fault, count
        if fault.rate * count == before:
            return
        self._budget -= before * (self._exposure.now - self._since)
        cancel(self._entry)
        self._schedule()

    def _arm(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._budget = -math.log1p(-block[at + THRESHOLD])
        self._schedule()

    def _schedule(self) -> None:
        self._since = now = self._exposure.now
        rate = self.fault.rate * self.count
        reading = now + self._budget / rate if rate > 0.0 else INFINITY
        self._entry: Entry = self._exposure.at(reading, self._struck)

    def _struck(self, _: int) -> Strike:
        number, row = self._number, self._row
        block, at = row
        index = int(block[at + UNIT] * self.count)
        self._arm()
        return Strike(self.fault, self.scope, index, self._stream, number, row)
