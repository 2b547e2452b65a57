"""Clocks of time at risk, and what a source of faults is.

A source keeps hazard that is left to each of its units, and enters the reading of a clock at which
it is used up. What changes (a rate, a law, membership) moves the reading; the hazard is never
drawn again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from simtrain.model.draws import Row, Stream
    from simtrain.model.parameters import FaultParameters, Parameters

INFINITY = math.inf


@dataclass(slots=True)
class FaultEvent:
    """A fault as it strikes: its class, the unit, and the row of draws that decides about it.

    Parameters
    ----------
    among
        What `unit` numbers: places of the ``"job"`` (or the job itself), ``"idle"`` spares,
        ``"hosts"`` that stand, hosts that may not be ``"standing"``, or ``"domains"`` of the
        class's scope.
    stream, number
        Address of the draws that decide about it.
    row
        These draws.
    away
        For how many seconds it takes each host away that it strikes, by their numbers, where a log
        tells that; `unit` is then the first of them.
    """

    fault: FaultParameters
    among: str
    unit: int
    stream: Stream
    number: int
    row: Row
    away: Mapping[int, float] | None = None


Call = Callable[[int], FaultEvent | None]
"""Asked what strikes when its reading comes; None if nothing does after all."""

QueueEntry = list[Any]
"""``[reading, order, call, argument, queue]``; one without a call was cancelled, or never comes."""


class RiskClock:
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
        self.queue: list[QueueEntry] = [[INFINITY, 0, _nothing]]

    def at(self, reading: float, call: Call, argument: int = 0) -> QueueEntry:
        """Queue a call for when the clock reads `reading`."""
        self._order = order = self._order + 1
        if reading < INFINITY:
            entry: QueueEntry = [reading, order, call, argument, self.queue]
            heappush(self.queue, entry)
            return entry
        return [reading, order, None, argument, self.queue]

    def wait(self) -> float:
        """Time at risk until the next call."""
        due: float = self.queue[0][0]
        return due - self.now

    def strike(self) -> FaultEvent | None:
        """Set the clock to the next call, and make it."""
        reading, _, call, argument, queue = heappop(self.queue)
        if queue[0][2] is None:
            _tidy(queue)
        self.now = reading
        event: FaultEvent | None = call(argument)
        return event

    def stop(self) -> None:
        """Let no call come any more."""
        for entry in self.queue:
            entry[2] = None
        self.queue.clear()


class Clocks(NamedTuple):
    """Clocks of hosts in one place: in the job, or among the spares.

    Indexed by whether a class strikes on the calendar.
    """

    at_risk: RiskClock
    calendar: RiskClock


class Source(Protocol):
    """A source of faults: it enters readings on clocks, and is called when they come."""

    def change(self, parameters: Parameters) -> None:
        """Go on under other parameters."""


class FollowsHosts(Protocol):
    """What follows each host through the cluster: most sources do, and the ages of the hosts."""

    def enter(self, host: int, clocks: Clocks) -> None:
        """Put a host at risk on one of the clocks of its place."""

    def leave(self, host: int) -> None:
        """Take a host from risk; what is left of its hazard waits for it."""

    def renew(self, host: int) -> None:
        """Make a host new that is not at risk."""


class Together:
    """Several that follow hosts, as one.

    Parameters
    ----------
    followers
        Each of them, in the order in which they are told.
    """

    __slots__ = ("_followers",)

    def __init__(self, followers: tuple[FollowsHosts, ...]):
        self._followers = followers

    def enter(self, host: int, clocks: Clocks) -> None:
        """Put a host at risk on one of the clocks of its place."""
        for one in self._followers:
            one.enter(host, clocks)

    def leave(self, host: int) -> None:
        """Take a host from risk."""
        for one in self._followers:
            one.leave(host)

    def renew(self, host: int) -> None:
        """Make a host new that is not at risk."""
        for one in self._followers:
            one.renew(host)


def cancel(entry: QueueEntry) -> None:
    """Take an entry out of whatever queue it is in."""
    entry[2], queue = None, entry[4]
    if queue[0] is entry:
        _tidy(queue)


def _tidy(queue: list[QueueEntry]) -> None:
    while queue[0][2] is None:
        heappop(queue)


def _nothing(_: int) -> None:
    return None
