"""The places of the job: filled by spares and by hosts that come back, unless a stop holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.accounts.timeline import State
from simtrain.engine.phases import IDLE
from simtrain.faults.source import INFINITY

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Any

    from simtrain.engine.absences import Absences
    from simtrain.engine.allocation import Allocations
    from simtrain.engine.capacity import Capacity
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.downtime import Downtime
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.outage import Outage
    from simtrain.engine.phases import Phase
    from simtrain.engine.refill import Refill
    from simtrain.engine.state import TrialState

# Looking a member up in its class costs more than what is done with it.
_HOST_WAIT = State.HOST_WAIT


class Places:
    """Brings the job the hosts that it needs, and holds it for planned stops.

    In a queue it has none of them, whoever stands by, until all are granted at once.

    Attributes
    ----------
    in_allocations
        Whether the job runs in allocations, which it may have to give back.
    in_groups
        Whether it may train with some of its groups only.
    has_processes
        Whether processes run on the hosts of the job, but for those that were struck. They do not
        wait for a person, for hosts of which none stands by, for a planned stop, or in a queue.
    """

    __slots__ = (
        "_absences",
        "_allocations",
        "_capacity",
        "_cluster",
        "_downtime",
        "_groups",
        "_refill",
        "_state",
        "has_processes",
        "in_allocations",
        "in_groups",
    )  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        cluster: Cluster,
        downtime: Downtime,
        absences: Absences,
        groups: JobGroups,
        refill: Refill,
        allocations: Allocations | None = None,
        capacity: Capacity | None = None,
    ):
        self._state = state
        self._cluster = cluster
        self._downtime = downtime
        self._absences = absences
        self._groups = groups
        self._refill = refill
        self._allocations = allocations
        self._capacity = capacity
        self.in_allocations = allocations is not None
        self.in_groups = groups.number > 1
        self.has_processes = True

    def are_ready(self) -> bool:
        """Whether the job has the hosts that it needs and nothing holds it."""
        cluster, allocations = self._cluster, self._allocations
        if self._downtime.holds or (allocations is not None and not allocations.held):
            return False
        if cluster.vacant or cluster.all_out or cluster.looked_into:
            return self.in_groups and self._is_short_and_starts()
        return True

    @property
    def is_free(self) -> bool:
        """Whether no planned stop holds the job."""
        return not self._downtime.holds or self._downtime.holding() is None

    def launch(self) -> None:
        """Let the job be launched with the groups that have all their hosts."""
        self._groups.launch()

    def _is_short_and_starts(self) -> bool:
        """Whether a job that lacks hosts starts with those that it has."""
        if self._cluster.all_out or not self.in_groups:
            return False
        self._refill.complete()
        return self._state.policy.on_shortage(self._groups).starts

    def postpone(self, outage: Outage) -> None:
        """Hold the job for a planned stop before it comes back, or give back its hosts."""
        if outage.planned and outage.stop is not None:
            self._downtime.hold(outage.stop, outage.row)
        if self.in_allocations:
            self.leave(outage)

    def leave(self, outage: Outage) -> None:
        """Give back the hosts that an outage takes, if it takes any."""
        allocations = self._allocations
        if allocations is None:
            return
        if outage.ends_allocation:
            outage.ends_allocation = False
            allocations.end()
        elif outage.leaving is not None:
            (event, hosts), outage.leaving = outage.leaving, None
            allocations.take_away(event, hosts)

    def fault_is_known(self) -> None:
        """Give back the hosts of the job, if it queues again after a fault."""
        if self._allocations is not None:
            self._allocations.end_after_fault()

    def postpone_all(self, outages: Iterable[Outage]) -> None:
        """The same for several."""
        for outage in outages:
            self.postpone(outage)

    def gather(self, outage: Outage) -> Generator[Phase, Any, None]:
        """Fill the places of the job, and wait until no planned stop holds it."""
        state, cluster, downtime, cause = self._state, self._cluster, self._downtime, outage.cause
        while True:
            if downtime.holds and (hold := downtime.holding()) is not None:
                self.has_processes = False
                yield hold.state, hold.cause, hold.until - state.now, IDLE
                continue
            if (allocations := self._allocations) is not None:
                if not allocations.held:
                    self.has_processes = False
                    yield from self._queue(allocations, cause)
                    continue
                if not (allocations.hosts_suffice() or self._is_short_and_starts()):
                    allocations.end()
                    continue
            if not (cluster.vacant or cluster.all_out or cluster.looked_into):
                return
            if self.in_groups and self._is_short_and_starts():
                return
            count = 0
            if not (self.in_groups or cluster.all_out):  # others step in beside all else
                count = state.policy.on_shortage(self._groups).spares
            if count and (returned := cluster.returned()):
                cluster.fill(min(count, returned), cause)
            elif count:
                seconds = cluster.swap_time(count)
                if seconds:
                    if self._absences.next_back() < state.now + seconds:
                        seconds = yield from self._take_back(cause, state.now + seconds)
                    if cluster.vacant:
                        yield _HOST_WAIT, cause, seconds, IDLE
                    count = min(count, len(cluster.vacant), cluster.fit())
                cluster.fill(count, cause)
            elif incident := downtime.incident():
                self.has_processes = False
                yield incident.state, incident.cause, INFINITY, IDLE
            else:
                self.has_processes = False
                yield _HOST_WAIT, self._absent_for() or cause, INFINITY, IDLE

    def _absent_for(self) -> str | None:
        """Why hosts that are well are not there, if some are not."""
        if self._capacity is not None and self._capacity.lacks:
            return causes.CAPACITY
        return self._absences.cause()

    def _queue(self, allocations: Allocations, cause: str) -> Generator[Phase, Any, None]:
        """Wait in the queue, or be granted the next allocation."""
        seconds = allocations.due_at - self._state.now
        if seconds > 0.0:
            yield State.QUEUE_WAIT, cause, seconds, IDLE
        elif allocations.hosts_are_there() or self._is_short_and_starts():
            allocations.grant(cause)
        else:
            yield State.QUEUE_WAIT, cause, INFINITY, IDLE

    def train_again(self) -> None:
        """Charge no more waits to absences that did not keep the job from training."""
        self._absences.trains_again()

    def _take_back(self, cause: str, ready: float) -> Generator[Phase, Any, float]:
        """Put hosts into the job that come back by themselves before a swap is over.

        Returns how many seconds it takes from then on, if places are still vacant.
        """
        state, cluster, absences = self._state, self._cluster, self._absences
        while cluster.vacant and absences.next_back() < ready:
            yield _HOST_WAIT, cause, absences.next_back() - state.now, IDLE
            cluster.fill(min(cluster.returned(), len(cluster.vacant)), cause)
        return ready - state.now
