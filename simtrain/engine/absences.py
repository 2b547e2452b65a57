"""Hosts that a fault takes away, and that come back by themselves after a while."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY
from simtrain.model import response
from simtrain.model.streams import RETURNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent

_BACK = EventKind.BACK


class Absences:
    """Hosts that are away because of a class of faults with a law of `returns`.

    They are away from the strike on, and are back without diagnosis, cordon or repair, those of one
    fault together. A fault of the job or of the cluster takes all hosts at once, also where it
    strikes while others have taken some or all: each is back when the last fault that took it is
    over. So is a host that a log takes away once more before it is back.
    """

    __slots__ = ("_cluster", "_hosts_back", "_lasting", "_state", "_until")

    def __init__(self, state: TrialState, cluster: Cluster):
        self._state = state
        self._cluster = cluster
        self._lasting: list[tuple[float, str]] = []  # until when, and why
        self._hosts_back: list[float] = []  # heap of moments
        self._until: dict[int, float] = {}  # of hosts that a log takes away

    def begin(self, event: FaultEvent, hosts: tuple[int, ...], of_job: bool) -> None:
        """Take hosts away, or all if the job or the cluster was struck, if the class does so.

        Parameters
        ----------
        of_job
            Whether the job lacks them, and not only the spares.
        """
        fault = event.fault
        if fault.returns is None:
            return
        if event.away is not None:
            self._begin_logged(event.fault.name, event.away, hosts, of_job)
            return
        state, cluster = self._state, self._cluster
        stream = state.draws.stream(RETURNS, event.stream.name)
        seconds = response.time_away(fault.returns, stream.row(event.number))
        if not seconds > 0.0:
            return
        until = state.env.now + seconds
        if of_job:
            self._lasting.append((until, fault.name))
        if fault.takes_all:
            cluster.lose_all(True)
            Timer(state.env, lambda _: cluster.lose_all(False)).set(seconds)
            return
        cluster.send_away(hosts)
        self._await(fault.name, hosts, seconds)

    def _begin_logged(
        self, cause: str, away: Mapping[int, float], hosts: tuple[int, ...], of_job: bool
    ) -> None:
        """Take hosts away as a log tells, each for a time of its own."""
        now = self._state.env.now
        self.extend(away)  # of those that are not there to be taken
        leaving = tuple([host for host in hosts if away[host] > 0.0])
        if not leaving:
            return
        if of_job:
            self._lasting.append((now + max([away[host] for host in leaving]), cause))
        self._cluster.send_away(leaving)
        for host in leaving:
            self._until[host] = now + away[host]
            self._await(cause, (host,), away[host])

    def extend(self, away: Mapping[int, float]) -> None:
        """Let hosts that a log has taken away be away for so long from now on, if that is longer.

        Nothing of a host that is not there for another reason.
        """
        now, until = self._state.env.now, self._until
        for host, seconds in away.items():
            if host in until:
                until[host] = max(until[host], now + seconds)

    def cause(self) -> str | None:
        """Class of the longest absence since the job trained last, if one lasts."""
        now = self._state.env.now
        lasting = [absence for absence in self._lasting if absence[0] > now]
        return max(lasting)[1] if lasting else None

    def trains_again(self) -> None:
        """Charge no more waits to absences that did not keep the job from training."""
        self._lasting.clear()

    def next_back(self) -> float:
        """When a host is back next, in seconds since the start; infinite if none is away."""
        return self._hosts_back[0] if self._hosts_back else INFINITY

    def _await(self, cause: str, hosts: tuple[int, ...], seconds: float) -> None:
        env = self._state.env
        heapq.heappush(self._hosts_back, env.now + seconds)
        Timer(env, lambda _: self._end(cause, hosts)).set(seconds)

    def _end(self, cause: str, hosts: tuple[int, ...]) -> None:
        now = self._state.env.now
        heapq.heappop(self._hosts_back)
        for host in hosts:
            if (until := self._until.get(host, now)) > now:
                self._await(cause, (host,), until - now)
                continue
            self._until.pop(host, None)
            self._state.sink.happened(now, _BACK, cause, host)
            self._cluster.back_by_itself(host)
