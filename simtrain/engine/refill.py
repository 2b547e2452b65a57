"""Spares that step in beside training, where the job goes on without some of its groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simtrain.causes import ELASTIC
from simtrain.engine.timer import Timer

if TYPE_CHECKING:
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.state import TrialState


class Refill:
    """Puts spares into the groups that lack hosts, whatever the job does meanwhile.

    One swap is under way at a time: it brings as many spares as stood by when it began. Hosts that
    come back by themselves need none.
    """

    __slots__ = ("_cluster", "_groups", "_look", "_state", "_swap")

    def __init__(self, state: TrialState, cluster: Cluster, groups: JobGroups):
        self._state = state
        self._cluster = cluster
        self._groups = groups
        self._look: Timer | None = None
        self._swap: Timer | None = None
        if groups.number > 1:
            state.listeners.append(self._notice)

    def look(self) -> None:
        """Let those step in that need no time for it, and begin a swap of others."""
        cluster = self._cluster
        while cluster.vacant and not cluster.all_out and self._swap is None:
            count = self._count()
            if not count:
                return
            if cluster.returned():
                self._fill(min(count, cluster.returned()))
                continue
            seconds = cluster.swap_time(count)
            if seconds > 0.0:
                self._swap = Timer(self._state.env, partial(self._end, count))
                self._swap.set(seconds)
                return
            self._fill(count)

    def complete(self) -> None:
        """Complete groups, with spares that need no time and, where they may, with each other."""
        self.look()
        if self._groups.recovery.regroup:
            self._groups.regroup(ELASTIC)

    def _count(self) -> int:
        spares = self._state.policy.on_shortage(self._groups).spares
        return min(spares, len(self._cluster.vacant), self._cluster.fit())

    def _fill(self, count: int) -> None:
        self._groups.fill(count, ELASTIC)
        self._state.announce()

    def _end(self, count: int, _: object) -> None:
        """The swap is over: they step in, unless they or their places have gone."""
        self._swap = None
        if not self._cluster.all_out and (fit := min(count, self._count())):
            self._fill(fit)
        self.look()

    def _notice(self) -> None:
        """Look once all else of now has happened."""
        if self._look is None and self._swap is None and self._cluster.vacant:
            self._look = Timer(self._state.env, self._look_now)
            self._look.set(0.0)

    def _look_now(self, _: object) -> None:
        self._look = None
        self.look()
