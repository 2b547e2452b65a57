"""Faults of the job whose rate depends on the time at risk since the last one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.faults.next_failures import hazard_between
from simtrain.faults.source import INFINITY, FaultEvent, QueueEntry, RiskClock, cancel
from simtrain.faults.weather import hazard_of
from simtrain.model.streams import THRESHOLD

if TYPE_CHECKING:
    from simtrain.model.draws import Stream
    from simtrain.model.parameters import FaultParameters, Parameters


class RenewalSource:
    """Faults of one class of the job, each of which makes the job new for its class.

    The first time to failure starts at 0, with a job that is new. A threshold on the hazard stands
    in the row of its fault, where that of a memoryless class stands.

    Parameters
    ----------
    fault
        The class; it has a law.
    clock
        The clock of the job.
    stream
        Its rows decide about the faults in order.
    """

    __slots__ = ("_clock", "_entry", "_fault", "_hazard_left", "_law", "_new_at", "_number",
                 "_row", "_since", "_stream")  # fmt: skip

    def __init__(self, fault: FaultParameters, clock: RiskClock, stream: Stream):
        self._fault = fault
        self._law = hazard_of(fault)
        self._clock = clock
        self._stream = stream
        self._number = -1
        self._draw_next()

    def change(self, parameters: Parameters) -> None:
        """Go on with another law: the rest of the hazard is spent under it, from the same age."""
        self._fault = parameters.faults[self._fault.name]
        law = hazard_of(self._fault)
        if law == self._law:
            return
        now = self._clock.now
        self._hazard_left -= hazard_between(self._law, self._since, now - self._new_at)
        self._law = law
        cancel(self._entry)
        self._enter(now - self._new_at)

    def _draw_next(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._hazard_left = -math.log1p(-block[at + THRESHOLD])
        self._new_at = self._clock.now
        self._enter(0.0)

    def _enter(self, age: float) -> None:
        """Enter the reading at which the hazard left is used up, from an age on."""
        self._since = age
        reading = INFINITY
        if self._law is not None:
            failing = self._law.age_at(age, max(self._hazard_left, 0.0))
            reading = max(self._new_at + failing, self._clock.now)
        self._entry: QueueEntry = self._clock.at(reading, self._strike)

    def _strike(self, _: int) -> FaultEvent:
        number, row = self._number, self._row
        self._draw_next()
        return FaultEvent(self._fault, "job", 0, self._stream, number, row)
