"""Sinks that listen for no more than a check needs; all of them count in hours."""

from __future__ import annotations

import math

from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.units import HOUR

_AT_RISK = (State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD)


class Enough(Exception):  # noqa: N818 - not an error, but the way out of a trial
    """A sink has seen all that it needs."""


class Silent:
    """A sink that does not listen."""

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Ignore a phase."""

    def trained(self, segment: Segment) -> None:
        """Ignore training."""

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Ignore a rollback."""

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Ignore what happens at a moment."""

    def skipped(self, time: float, batches: int, cause: str) -> None:
        """Ignore batches that are left out."""

    def census(self, time: float, hosts: Census) -> None:
        """Ignore where the hosts are."""

    def close(self, time: float) -> None:
        """Ignore the end."""


class Tally(Silent):
    """How often each kind of thing happened.

    Attributes
    ----------
    counts
        Numbers by kind.
    """

    def __init__(self) -> None:
        self.counts = [0] * len(EventKind)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Count it."""
        self.counts[what] += 1


class Strikes(Silent):
    """Hours at risk at which faults strike; ends the trial when it has enough.

    Parameters
    ----------
    most
        How many faults are enough.

    Attributes
    ----------
    readings
        Hours at risk since the start, by fault.
    named
        The same with the class of each fault.
    """

    def __init__(self, most: float = math.inf):
        self._most = most
        self._at_risk_s = 0.0
        self.readings: list[float] = []
        self.named: list[tuple[str, float]] = []

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Count time at risk."""
        if state in _AT_RISK:
            self._at_risk_s += end - start

    def trained(self, segment: Segment) -> None:
        """Count time at risk."""
        self._at_risk_s += segment.end - segment.start

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Take a reading at each fault."""
        if what is EventKind.FAULT:
            self.readings.append(self._at_risk_s / HOUR)
            self.named.append((cause, self._at_risk_s / HOUR))
            if len(self.readings) >= self._most:
                raise Enough


class _Settled(Silent):
    """Counts hours after some in which the cluster settles.

    Parameters
    ----------
    settled
        Hours that do not count.
    """

    def __init__(self, settled: float):
        self._settled_s = settled * HOUR
        self.hours = 0.0


class Waiting(_Settled):
    """Hours of waiting for hosts, after some in which the cluster settles."""

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Count waiting."""
        if state is State.HOST_WAIT and end > self._settled_s:
            self.hours += (end - max(start, self._settled_s)) / HOUR


class Working(_Settled):
    """Hours of work at full speed, after some in which the cluster settles."""

    def trained(self, segment: Segment) -> None:
        """Count the part of the work that comes late enough, which is spread evenly."""
        counts = segment.end - max(segment.start, self._settled_s)
        if counts > 0.0:
            part = counts / (segment.end - segment.start)
            self.hours += part * segment.productive_s / HOUR


class Lives(Silent):
    """Work kept and time gone over a number of lives, each from one relaunch to the next.

    Parameters
    ----------
    most
        How many are enough.
    """

    def __init__(self, most: int):
        self._left = most + 1
        self._began: tuple[float, float] | None = None
        self._work_s = 0.0
        self.work = self.time = 0.0

    def trained(self, segment: Segment) -> None:
        """Note how far the work is."""
        self._work_s = segment.work_end

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Note how far the work is."""
        self._work_s = work

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Count relaunches."""
        if what is not EventKind.LAUNCH or not time:
            return
        if self._began is None:
            self._began = (time, self._work_s)
        self._left -= 1
        if not self._left:
            began, work_s = self._began
            self.time, self.work = (time - began) / HOUR, (self._work_s - work_s) / HOUR
            raise Enough
