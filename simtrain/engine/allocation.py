"""Allocations: when the job holds its hosts, and when it queues for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.engine.dates import PlannedEvent
from simtrain.engine.outage import Outage
from simtrain.model.allocation_age import since_grant
from simtrain.model.streams import QUEUE, QUEUE_WAIT

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.engine.absences import Absences
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.dates import PlannedEvents
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent
    from simtrain.model.parameters import FaultParameters
    from simtrain.model.parameters.allocation import AllocationParameters

_LATE = 1 << 29
"""Order of limits among what is due at one moment: after all else but the end of the trial."""


class Allocations:
    """Allocations of the job, one after the other.

    One is granted when its wait in the queue is over and all hosts are there, all at once or not
    at all. It ends at its limit, when it is preempted, when the hosts left do not suffice, or after
    a fault if the job queues again then; the wait for the next one begins at that moment. Hosts
    fail and are repaired in the queue as they are whenever the job does not work.

    Attributes
    ----------
    held
        Whether the job holds its hosts.
    granted_at, due_at
        When the last one was granted, and when the next one can be, in seconds since the start,
        before which that of a run in flight lies.
    """

    __slots__ = ("_absences", "_cluster", "_number", "_planned", "_state", "_stream", "due_at",
                 "granted_at", "held")  # fmt: skip

    def __init__(
        self, state: TrialState, cluster: Cluster, planned: PlannedEvents, absences: Absences
    ):
        self._state = state
        self._cluster = cluster
        self._planned = planned
        self._absences = absences
        self._stream = state.draws.stream(QUEUE)
        self._number = 0
        self.held = True
        self.granted_at = 0.0 - since_grant(state.parameters, state.draws)
        self.due_at = 0.0
        underway = state.parameters.underway
        # With what lies behind a run in flight, the first one of all does so too.
        if self._parameters.wait_first and (underway is None or underway.elapsed is None):
            self.end()
        else:
            self._enter_limit()

    @property
    def _parameters(self) -> AllocationParameters:
        parameters = self._state.parameters.allocation
        assert parameters is not None
        return parameters

    def end(self, wait: Law | None = None) -> None:
        """End the one that the job holds, and queue for the next one from now on.

        `wait` is the law of the time in the queue, if it is another than usual.
        """
        if not self.held:
            return
        state, cluster = self._state, self._cluster
        block, at = self._stream.row(self._number)
        now = state.env.now
        if wait is None:
            wait = self._parameters.wait_from(now)
        self.due_at = now + wait.quantile(block[at + QUEUE_WAIT])
        self.held = False
        self._number += 1
        if cluster.holds_copies:
            state.copies.losses.lost_all(state.copies.made)

    def end_after_fault(self) -> None:
        """End the one that the job holds, if a fault is known now and the job queues then."""
        if self._parameters.queues_after_fault:
            self.end()

    def spares(self, fault: FaultParameters) -> bool:
        """Whether a class preempts nobody now: in the queue, or soon after a grant."""
        return not self.held or self._state.env.now < self.granted_at + fault.shield

    def gives_time(self, fault: FaultParameters) -> bool:
        """Whether the notice of a preemption suffices for a save to the deepest tier."""
        state = self._state
        checkpoint = state.parameters.checkpoint
        save = checkpoint.save(state.copies.number + 1, to_last=True)
        return save.stall + checkpoint.tiers[-1].lag <= fault.notice and fault.notice > 0.0

    def take_away(self, event: FaultEvent, hosts: tuple[int, ...]) -> None:
        """Let a preemption take its hosts: all of an allocation, or some that are still there."""
        if event.fault.takes_all:
            self.end(event.fault.returns)
        elif left := tuple(filter(self._cluster.stands, hosts)):
            self._absences.begin(event, left, of_job=True)

    def grant(self, cause: str) -> None:
        """Grant the next one: all hosts take their places at once."""
        cluster = self._cluster
        if self._parameters.fresh_hosts:
            cluster.renew_hosts()
        cluster.fill(min(len(cluster.vacant), cluster.fit()), cause)
        self.held = True
        self.granted_at = self._state.env.now
        self._enter_limit()

    def hosts_suffice(self) -> bool:
        """Whether the job can go on in the one that it holds: a spare stands by for each place."""
        cluster = self._cluster
        if not self._parameters.queues_when_short:
            return True
        return not cluster.all_out and len(cluster.vacant) <= cluster.fit()

    def hosts_are_there(self) -> bool:
        """Whether the next one can be granted with hosts for all places of the job."""
        cluster = self._cluster
        if cluster.all_out:
            return False
        return self._parameters.fresh_hosts or len(cluster.vacant) <= cluster.fit()

    def limit(self, event: PlannedEvent, working: bool) -> Outage | None:
        """Take the limit of an allocation, or the moment to save before it.

        Returns the outage that begins if a working job stops for it. A limit that was reached
        while the job did not work ends the allocation at once.
        """
        if event.allocation != self._number or not self.held:
            return None  # it has ended before
        if working:
            row = self._stream.row(event.allocation)
            outage = Outage(causes.ALLOCATION, self._stream, event.allocation, row, planned=True)
            outage.ends_allocation, outage.cut_off = True, event.ends
            return outage
        if event.ends:
            self.end()
        return None

    def _enter_limit(self) -> None:
        """Enter when the one that was just granted ends, among what is planned."""
        parameters = self._parameters
        if math.isinf(parameters.limit):
            return
        at = max(self.granted_at + parameters.limit, 0.0)
        event = PlannedEvent(at, _LATE + 1, allocation=self._number, ends=True)
        if parameters.save_before is not None:
            before = max(at - parameters.save_before, 0.0)
            save = event._replace(at=before, order=_LATE, ends=False)
            self._planned.enter(save)
        self._planned.enter(event)
