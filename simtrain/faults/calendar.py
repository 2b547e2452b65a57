"""The clocks of classes that strike on the calendar, whatever the job does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.faults.source import INFINITY, RiskClock

if TYPE_CHECKING:
    from simtrain.faults.source import FaultEvent


class Calendar:
    """Clocks that run with time, also while the job does not work.

    Attributes
    ----------
    hosts
        Clock of the hosts of the job, which runs while they stand.
    job
        Clock of the job itself, which always runs.
    spares
        Clock of idle spares, which runs while they stand.
    standing
        Whether hosts stand; not so while all are away at once.
    """

    __slots__ = ("_stood", "hosts", "job", "spares", "standing")

    def __init__(self) -> None:
        self.hosts, self.job, self.spares = RiskClock(), RiskClock(), RiskClock()
        self.standing = False
        self._stood = False  # as the wait under way began

    def stop(self) -> None:
        """Let nothing strike any more."""
        for clock in (self.hosts, self.job, self.spares):
            clock.stop()

    def wait(self) -> float:
        """Seconds until the next fault of the job or its hosts."""
        self._stood = self.standing
        of_job = self.job.wait()
        return min(of_job, self.hosts.wait()) if self.standing else of_job

    def advance(self, seconds: float) -> None:
        """Let time pass for the job and its hosts, as they stood when the wait began."""
        self.job.now += seconds
        if self._stood:
            self.hosts.now += seconds

    def strike(self) -> FaultEvent | None:
        """Take the fault of the job or its hosts that comes now; None if none does after all."""
        if self.standing and self.hosts.wait() < self.job.wait():
            return self.hosts.strike()
        return self.job.strike()

    def spares_wait(self) -> float:
        """Seconds until the next fault of an idle spare."""
        return self.spares.wait() if self.standing else INFINITY

    def advance_spares(self, seconds: float) -> None:
        """Let time pass for idle spares."""
        if self.standing:
            self.spares.now += seconds
