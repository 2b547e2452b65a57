"""Finding bad hosts: which hosts a diagnosis cordons, rightly or not, and which it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import State
from simtrain.engine.phases import IDLE
from simtrain.model import response

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.outage import Outage
    from simtrain.engine.phases import Phase
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources


class Diagnosis:
    """Looks for bad hosts: those struck since training ended, and those that were bad before."""

    __slots__ = ("_cluster", "_shop", "_sources", "_state")

    def __init__(self, state: TrialState, sources: Sources, cluster: Cluster, shop: RepairShop):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop

    def run(self, outage: Outage, cause: str, by_hand: bool) -> Generator[Phase, Any, None]:
        """Look for bad hosts with the draws of an outage, and charge it to a cause."""
        diagnosis = self._state.parameters.diagnosis
        seconds = response.diagnosis_time(diagnosis, by_hand, outage.row)
        yield State.DIAGNOSIS, cause, seconds, IDLE
        self._blame(outage, cause)

    def leave_suspects(self) -> None:
        """Hosts that need repair and were not found stay in the job, bad."""
        state = self._state
        for host, fault in state.suspects:
            self._sources.add_bad(host, fault, in_job=self._cluster.in_job(host))
        state.suspects = []
        state.joined = None

    def _blame(self, outage: Outage, cause: str) -> None:
        """Cordon hosts that the tests find, rightly or not."""
        state, shop, bad = self._state, self._shop, self._sources.relapse.bad
        in_job = self._cluster.in_job
        candidates = dict(state.suspects)  # a host that was struck twice has one chance
        for host, fault in bad.items():
            if in_job(host):
                candidates.setdefault(host, fault)
        missed, found = [], 0
        for host, fault in candidates.items():
            if self._is_found(host, outage) and in_job(host):
                found += 1
                shop.cordon(host, cause, fault, bad=True)
            else:
                missed.append((host, fault))
        blames = response.false_blames(state.parameters.diagnosis, found, outage.row)
        if blames:
            is_bad = {**bad, **dict(missed)}
            first = response.first_blamed(self._cluster.size, outage.row)
            others = self._cluster.some_of_job(blames, first)
            for host in others:  # healthy or not: the tests cannot tell
                shop.cordon(host, cause, is_bad.get(host), bad=host in is_bad)
            missed = [(host, fault) for host, fault in missed if host not in others]
        state.suspects, state.joined = missed, None

    def _is_found(self, host: int, outage: Outage) -> bool:
        diagnosis = self._state.parameters.diagnosis
        if diagnosis.recall >= 1.0:
            return True
        if host in outage.hosts:
            return response.is_found(diagnosis, outage.row)
        return self._sources.relapse.next_recall(host) < diagnosis.recall
