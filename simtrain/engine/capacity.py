"""How many hosts the cluster may have at each time: those above the count are taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.distributions import Fixed
from simtrain.engine.dates import PlannedEvent
from simtrain.engine.outage import Outage
from simtrain.model.parameters.faults import fault_of_job
from simtrain.model.policies import Reaction
from simtrain.model.streams import CAPACITY, UNIT
from simtrain.model.topology import HOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.dates import PlannedEvents
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.state import TrialState

_ORDER = -(1 << 20)
"""Order among what is due at one moment: what the cluster has comes before what is done with it."""
LOSS = replace(fault_of_job(causes.CAPACITY, "preempt", Fixed(0.0)), scope=HOST)
"""Hosts that are taken away are missed at once, and need no repair."""


class Capacity:
    """Takes hosts away that are more than a trace of counts allows, and gives them back.

    The count is of all hosts that the cluster has, those in repair or away for another reason
    among them. Idle spares go first, then hosts that stand aside, then hosts that work. One that
    comes back from repair while there are too many goes at once. A host that is retired and not
    replaced is one less from the next row on.

    Parameters
    ----------
    counts
        From when on, in seconds since the start, there are so many hosts; in order of time. The
        first one holds before it as well, and the last one for good.
    """

    __slots__ = ("_cluster", "_count", "_counts", "_groups", "_moves", "_planned", "_state",
                 "_stream", "_withheld")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        cluster: Cluster,
        groups: JobGroups,
        planned: PlannedEvents,
        counts: Sequence[tuple[float, int]],
    ):
        self._state = state
        self._cluster = cluster
        self._groups = groups
        self._planned = planned
        self._counts = counts
        self._stream = state.draws.stream(CAPACITY)
        self._withheld: list[int] = []
        self._moves = False
        row = max(0, sum(at <= 0.0 for at, _ in counts) - 1)
        self._count = counts[row][1]
        self._enter(row + 1)
        self._follow(row)
        state.listeners.append(self._notice)

    @property
    def lacks(self) -> bool:
        """Whether hosts are missing because of it."""
        return bool(self._withheld)

    def turn(self, row: int, working: bool) -> Outage | None:
        """Let a row of the trace begin; the outage of a working job that loses hosts, if any."""
        self._count = self._counts[row][1]
        self._enter(row + 1)
        of_job = self._follow(row)
        if not (of_job and working):
            return None
        outage = Outage(causes.CAPACITY, self._stream, row, self._stream.row(row), LOSS, of_job)
        reaction = self._state.policy.on_fault(LOSS, of_job, self._groups)
        if reaction is Reaction.RECONFIGURE:
            outage.reaction = reaction
        return outage

    def resized(self) -> None:
        """Follow a change of the hosts that the cluster owns."""
        self._follow(0)

    def _enter(self, row: int) -> None:
        """Enter when a row of the trace begins, if there is one."""
        if row < len(self._counts):
            self._planned.enter(PlannedEvent(self._counts[row][0], _ORDER, row=row))

    def _follow(self, row: int) -> tuple[int, ...]:
        """Take hosts away or give them back; those that worked in the job, of them."""
        cluster = self._cluster
        more = self._excess()
        if more <= 0:
            back, self._withheld = self._withheld[:-more], self._withheld[-more:]
            for host in back:
                cluster.back_from_away(host)
            return ()
        block, at = self._stream.row(row)
        first = int(block[at + UNIT] * cluster.size)
        hosts = cluster.idle_first(more)
        aside = cluster.aside
        if aside:
            hosts += cluster.some_of_job(more - len(hosts), first, aside.__contains__)
        of_job = tuple(cluster.some_of_job(more - len(hosts), first, cluster.works))
        if self._state.policy.in_groups:
            self._groups.strike(of_job)  # while they still hold their places
        self._take((*hosts, *of_job))
        return of_job

    def _excess(self) -> int:
        """Hosts that the cluster has now above the count; negative if it may have more."""
        return self._cluster.owned - self._count - len(self._withheld)

    def _take(self, hosts: tuple[int, ...]) -> None:
        self._moves = True
        self._cluster.send_away(hosts)
        self._withheld += hosts
        self._moves = False

    def _notice(self) -> None:
        """Take a host that has just come back, if there are too many."""
        if self._moves or not self._cluster.idle:
            return
        if (more := self._excess()) > 0:
            self._take(tuple(self._cluster.idle_first(more)))
