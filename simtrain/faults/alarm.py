"""Faults whose time begins anew whenever training resumes, after a grace: false alarms."""

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


class AlarmSource:
    """Faults of one class of the job that strike only while it trains.

    Training resumes, the grace passes, and then hazard accumulates from age 0 on until training
    ends, for whatever reason. What is left of a threshold is kept for the next time.

    Parameters
    ----------
    fault
        The class.
    clock
        The clock of the job, which runs while it trains and saves.
    stream
        Its rows decide about the faults in order.
    """

    __slots__ = ("_clock", "_entry", "_fault", "_hazard_left", "_law", "_number", "_resumed",
                 "_row", "_since", "_stream")  # fmt: skip

    def __init__(self, fault: FaultParameters, clock: RiskClock, stream: Stream):
        self._fault = fault
        self._law = hazard_of(fault)
        self._clock = clock
        self._stream = stream
        self._number = -1
        self._resumed = 0.0  # reading at which training resumed
        self._since = 0.0  # age at which the hazard left was last computed
        self._entry: QueueEntry | None = None  # there is one while the job trains
        self._draw_next()

    def resume(self) -> None:
        """Begin anew: the job trains."""
        self._resumed = self._clock.now
        self._enter()

    def end(self) -> None:
        """Wait for training to resume."""
        if self._entry is None:
            return
        self._hazard_left -= hazard_between(self._law, self._since, self._age)
        cancel(self._entry)
        self._entry = None

    def change(self, parameters: Parameters) -> None:
        """Go on with another law or grace: the rest of the hazard is spent under it."""
        trains = self._entry is not None
        self.end()
        self._fault = parameters.faults[self._fault.name]
        self._law = hazard_of(self._fault)
        if trains:
            self._enter()

    @property
    def _age(self) -> float:
        """Time of training since the grace was over."""
        return max(0.0, self._clock.now - self._resumed - self._fault.grace)

    def _draw_next(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._hazard_left = -math.log1p(-block[at + THRESHOLD])

    def _enter(self) -> None:
        self._since = age = self._age
        reading = INFINITY
        if self._law is not None:
            begins = max(self._clock.now, self._resumed + self._fault.grace)
            reading = begins + self._law.age_at(age, max(self._hazard_left, 0.0)) - age
        self._entry = self._clock.at(reading, self._strike)

    def _strike(self, _: int) -> FaultEvent:
        number, row = self._number, self._row
        self._draw_next()
        self.resume()  # in case a policy lets training go on
        return FaultEvent(self._fault, "job", 0, self._stream, number, row)
