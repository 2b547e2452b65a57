"""Finding bad hosts: which hosts a diagnosis cordons, rightly or not, and which it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.model import response

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.outage import Outage
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.parameters import FaultParameters

    Suspects = list[tuple[int, FaultParameters]]


class Diagnosis:
    """Looks for bad hosts: those struck since training ended, and those that were bad before.

    A domain that was struck as a whole is one finding: its hosts are found together or not at all,
    and others are falsely blamed as for one host.
    """

    __slots__ = ("_cluster", "_shop", "_sources", "_state", "_together")

    def __init__(self, state: TrialState, sources: Sources, cluster: Cluster, shop: RepairShop):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop
        self._together: dict[int, int] = {}  # host of a domain struck as a whole -> its first one

    def suspect(self, outage: Outage) -> None:
        """Take note of hosts that need repair since a fault struck them."""
        unfit, fault = outage.unfit, outage.fault
        assert fault is not None
        suspects = self._state.suspects
        for host in unfit:
            suspects.append((host, fault))
        if len(unfit) > 1 and not outage.rows:
            self._together.update(dict.fromkeys(unfit, unfit[0]))

    def find(self, host: int, cause: str, fault: FaultParameters) -> None:
        """Cordon a host that is bad for certain: a health check or the shop has it in hand."""
        self._shop.cordon(host, cause, fault, bad=True)

    def blame(self, outage: Outage, cause: str) -> None:
        """Cordon hosts that the tests find, rightly or not."""
        state = self._state
        state.suspects = self._blame(outage, cause, state.suspects, self._cluster.in_job)
        state.joined = None
        self._together.clear()

    def blame_aside(self, outage: Outage, cause: str, suspects: Suspects) -> Suspects:
        """The same among the hosts that stand aside, of which some need repair.

        Returns those of these that were not found.
        """
        return self._blame(outage, cause, suspects, self._cluster.aside.__contains__)

    def _blame(
        self, outage: Outage, cause: str, suspects: Suspects, is_tested: Callable[[int], bool]
    ) -> Suspects:
        """Cordon hosts that the tests find among some, and return the suspects that they miss."""
        state, shop, bad = self._state, self._shop, self._sources.relapse.bad
        in_job = self._cluster.in_job
        candidates = dict(suspects)  # a host that was struck twice has one chance
        for host, fault in bad.items():
            if is_tested(host):
                candidates.setdefault(host, fault)
        missed, found = [], set()
        together = self._together
        is_found: dict[int, bool] = {}  # by the first host of what is found together
        for host, fault in candidates.items():
            first = together.get(host, host)
            if first in is_found:
                finds = is_found[first]
            else:
                finds = is_found[first] = self._is_found(first, outage)
            if finds and in_job(host):
                found.add(first)
                shop.cordon(host, cause, fault, bad=True)
            else:
                missed.append((host, fault))
        blames = response.false_blames(state.parameters.diagnosis, len(found), outage.row)
        if blames:
            is_bad = {**bad, **dict(missed)}
            first = response.first_blamed(self._cluster.size, outage.row)
            others = self._cluster.some_of_job(blames, first, is_tested)
            for host in others:  # healthy or not: the tests cannot tell
                shop.cordon(host, cause, is_bad.get(host), bad=host in is_bad)
            missed = [(host, fault) for host, fault in missed if host not in others]
        return missed

    def leave_suspects(self) -> None:
        """Hosts that need repair and were not found stay in the job, bad."""
        state = self._state
        self.leave(state.suspects)
        state.suspects = []
        state.joined = None
        self._together.clear()

    def leave(self, suspects: Suspects) -> None:
        """Let hosts that need repair be bad where they are."""
        cluster = self._cluster
        for host, fault in suspects:
            self._sources.add_bad(host, fault, cluster.in_job(host), host in cluster.aside)
        if cluster.aside and suspects:
            self._state.announce()  # one that stands aside may fail sooner than any spare

    def _is_found(self, host: int, outage: Outage) -> bool:
        diagnosis = self._state.parameters.diagnosis
        if diagnosis.recall >= 1.0:
            return True
        if host in outage.hosts:
            return response.is_found(diagnosis, outage.rows.get(host, outage.row))
        return self._sources.relapse.next_recall(host) < diagnosis.recall
