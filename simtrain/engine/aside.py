"""What is done about the hosts of lost groups while the others train.

fault → detection → reconfiguration → training, and beside it: (response) → diagnosis → cordon

Nobody waits for it but the groups themselves, which do not come back before it is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.engine.timer import Timer
from simtrain.model import response
from simtrain.model.response import Responder
from simtrain.model.streams import RESPONSE

if TYPE_CHECKING:
    from collections.abc import Generator

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.diagnosis import Diagnosis, Suspects
    from simtrain.engine.outage import Outage
    from simtrain.engine.state import TrialState
    from simtrain.model.on_call import OnCall

_CALLED = EventKind.PERSON_CALLED


class Aside:
    """Answers and diagnoses faults beside training."""

    __slots__ = ("_cluster", "_diagnosis", "_on_call", "_state")

    def __init__(self, state: TrialState, cluster: Cluster, diagnosis: Diagnosis, on_call: OnCall):
        self._state = state
        self._cluster = cluster
        self._diagnosis = diagnosis
        self._on_call = on_call

    def begin(self, outage: Outage, suspects: Suspects, joined: Outage | None) -> None:
        """Look into the hosts that an outage has struck, and those that joined it.

        Parameters
        ----------
        outage
            What the job has gone on from.
        suspects
            Hosts that need repair since, with the class.
        joined
            Outage that brings a diagnosis with it if this one has none.
        """
        cluster = self._cluster
        struck = dict.fromkeys([*outage.hosts, *(host for host, _ in suspects)])
        hosts = [host for host in struck if cluster.in_job(host)]
        cluster.looked_into.update(hosts)
        course = self._look_into(outage, hosts, suspects, joined)
        next(course)
        course.send(Timer(self._state.env, course.send))

    def _look_into(
        self, outage: Outage, hosts: list[int], suspects: Suspects, joined: Outage | None
    ) -> Generator[None, Timer, None]:
        state, cluster, diagnosis = self._state, self._cluster, self._diagnosis
        fault, cause = outage.fault, outage.cause
        assert fault is not None
        timer = yield
        responder = response.responder(fault, outage.row)
        if responder is Responder.SUPERVISOR_IN_VAIN:
            seconds = response.failed_try(state.parameters.restart, outage.row)
            if seconds > 0.0:
                timer.set(seconds)
                yield
        by_hand = responder is not Responder.SUPERVISOR
        if by_hand:
            block, at = outage.row
            now = state.env.now
            state.sink.happened(now, _CALLED, cause)
            seconds = self._on_call.wait(now, state.parameters.responses, block[at + RESPONSE])
            if seconds > 0.0:
                timer.set(seconds)
                yield
        examined = outage if fault.diagnose else joined
        if examined is not None:
            numbers = state.parameters.diagnosis
            seconds = response.diagnosis_time(numbers, by_hand, examined.row)
            if seconds > 0.0:
                timer.set(seconds)
                yield
        # Those that have left meanwhile, for whatever reason, are none of its business any more.
        still = [host for host in hosts if host in cluster.looked_into]
        cluster.looked_into.subtract(still)
        for host in still:
            if cluster.looked_into[host] <= 0:
                del cluster.looked_into[host]
        there = [(host, of) for host, of in suspects if host in still]
        if examined is not None:
            there = diagnosis.blame_aside(examined, cause, there)
        diagnosis.leave(there)
        state.announce()
        del timer  # it calls this: neither would be freed before the garbage is collected
        yield  # nobody sets it again
