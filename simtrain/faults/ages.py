"""Age of every host in time at risk since it was new or repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.faults.source import RiskClock
    from simtrain.model.draws import Uniforms


class Ages:
    """Ages of all hosts; a host ages on the clock that it is at risk on.

    Parameters
    ----------
    initial
        Ages at the start of the trial, in seconds: of all hosts alike, or shape (hosts,).
    members
        Hosts 0 … `members` - 1 start in the job, on the clock `clock`.
    hosts
        Number of hosts at the start; those that come later are new.
    """

    __slots__ = ("_clock", "_hosts", "_members", "_outside", "_within", "start")

    def __init__(self, initial: float | Uniforms, members: int, hosts: int, clock: RiskClock):
        self.start = initial
        self._hosts = hosts
        self._members = members
        self._clock = clock
        self._outside: dict[int, float] = {}
        self._within: dict[int, tuple[RiskClock, float]] = {}  # clock, and its reading at age 0

    def initial(self, host: int) -> float:
        """Age of a host at the start, or when it came."""
        if host >= self._hosts:
            return 0.0
        return self.start if isinstance(self.start, float) else float(self.start[host])

    def of(self, host: int) -> float:
        """Age now."""
        if host in self._within:
            clock, born = self._within[host]
            return clock.now - born
        if host in self._outside:
            return self._outside[host]
        elapsed = self._clock.now if host < self._members else 0.0
        return self.initial(host) + elapsed

    def clock(self, host: int) -> RiskClock:
        """Clock on which a host that is at risk ages."""
        return self._within[host][0] if host in self._within else self._clock

    def enter(self, host: int, clock: RiskClock) -> None:
        """Let the host age on a clock."""
        self._within[host] = (clock, clock.now - self.of(host))
        self._outside.pop(host, None)

    def leave(self, host: int) -> None:
        """Let the host not age any more."""
        self._outside[host] = self.of(host)
        self._within.pop(host, None)

    def renew(self, host: int) -> None:
        """Make a host new that is not at risk."""
        self._outside[host] = 0.0
