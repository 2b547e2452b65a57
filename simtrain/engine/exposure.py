"""Clocks of time at risk, and the queue of what strikes at which reading."""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, NamedTuple

from simtrain.engine.draws import Row, Stream
from simtrain.engine.rules import FaultRules

INFINITY = math.inf


class Strike(NamedTuple):
    """A fault as it strikes: its class, the unit, and the row of draws that decides about it.

    Parameters
    ----------
    scope, unit
        What broke: a ``"place"`` in the job, an ``"idle"`` spare, a ``"host"``, or the ``"job"``.
    stream, number
        Address of the draws that decide about it.
    row
        These draws.
    """

    fault: FaultRules
    scope: str
    unit: int
    stream: Stream
    number: int
    row: Row


Call = Callable[[int], Strike | None]
"""Statistic what strikes when its reading comes; None if nothing does after all."""

Entry = list[Any]
"""``[reading, order, call, argument, queue]``; one without a call was cancelled."""


class Exposure:
    """A clock that runs only at risk; rates are per its time.

    Attributes
    ----------
    now
        Reading in seconds at risk.
    queue
        Heap of entries; the first was not cancelled, and there is always one that never comes.
    """

    __slots__ = ("_order", "now", "queue")

    def __init__(self) -> None:
        self.now = 0.0
        self._order = 0
        self.queue: list[Entry] = [[INFINITY, 0, _nothing]]

    def at(self, reading: float, call: Call, argument: int = 0) -> Entry:
        """Queue a call for when the clock reads `reading`."""
        self._order = order = self._order + 1
        entry = [reading, order, call, argument, self.queue]
        if reading < INFINITY:
            heappush(self.queue, entry)
        return entry

    def wait(self) -> float:
        """Time at risk until the next call."""
        due: float = self.queue[0][0]
        return due - self.now

    def strike(self) -> Strike | None:
        """Set the clock to the next call, and make it."""
        reading, _, call, argument, queue = heappop(self.queue)
        _tidy(queue)
        self.now = reading
        strike: Strike | None = call(argument)
        return strike


def cancel(entry: Entry) -> None:
    """Take an entry out of whatever queue it is in."""
    entry[2] = None
    _tidy(entry[4])


def _tidy(queue: list[Entry]) -> None:
    while queue[0][2] is None:
        heappop(queue)


def _nothing(_: int) -> None:
    return None
