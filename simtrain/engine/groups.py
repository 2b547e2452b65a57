"""The groups of hosts that the job is made of: which of them train, and which stand aside.

A group trains until one of its hosts is struck. It stands aside while it lacks a host or somebody
looks into one, and after that until it comes back, beside training or at a launch. The places of
the job follow each other in groups; where the job trains with all of its hosts or not at all, it is
a single group that never stands aside.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.state import TrialState
    from simtrain.model.parameters import RecoveryParameters


class JobGroups:
    """The groups of a job; what a policy sees of them is `simtrain.model.policies.Groups`.

    Attributes
    ----------
    number
        Groups there are.
    aside
        Those that do not train while others do.
    """

    __slots__ = ("_cluster", "_state", "_struck", "aside", "number")

    def __init__(self, state: TrialState, cluster: Cluster):
        self._state = state
        self._cluster = cluster
        self.number = state.parameters.recovery.replicas if state.policy.in_groups else 1
        self.aside: set[int] = set()
        self._struck: set[int] = set()  # train no longer, which nobody may know yet

    # --- what a policy sees ----------------------------------------------------------------------

    @property
    def recovery(self) -> RecoveryParameters:
        """Numbers in force of going on without some of the groups."""
        return self._state.parameters.recovery

    @property
    def left(self) -> int:
        """Groups that train, or trained when training ended, without those struck since."""
        return self.number - len(self.aside | self._struck)

    @property
    def complete(self) -> int:
        """Groups that have all their hosts, none of which anybody looks into."""
        return self.number - len(self._incomplete())

    @property
    def vacant(self) -> int:
        """Places of the job without a host."""
        return len(self._cluster.vacant)

    @property
    def idle(self) -> int:
        """Idle spares that can take one of them now."""
        return self._cluster.fit()

    # --- moves -----------------------------------------------------------------------------------

    @property
    def share(self) -> float:
        """Groups that train, as a fraction of all."""
        return (self.number - len(self.aside)) / self.number

    def strike(self, hosts: Iterable[int]) -> None:
        """A fault has struck hosts, and stops their groups."""
        self._struck.update(map(self._of, hosts))

    def lose(self) -> None:
        """Let the groups that were struck stand aside."""
        self._set_aside(self._struck - self.aside)
        self._struck = set()

    def returning(self) -> set[int]:
        """Groups that stand aside and are complete again."""
        return self.aside - self._incomplete()

    def rejoin(self, groups: set[int]) -> None:
        """Let groups train with the others again."""
        self.aside -= groups
        self._cluster.take_in(self._hosts_of(sorted(groups)))

    def launch(self) -> None:
        """Let the groups train that are complete, and no others."""
        self._struck = set()
        incomplete = self._incomplete()
        self.rejoin(self.aside - incomplete)
        self._set_aside(incomplete)

    def dissolve(self) -> None:
        """Forget which groups stand aside, before the job has another size."""
        self.rejoin(set(self.aside))

    def fill(self, count: int, cause: str) -> None:
        """Put the first `count` spares into the job, into the groups that lack fewest first."""
        cluster = self._cluster
        lacks = Counter(map(self._of_place, cluster.vacant))
        # The last ones are taken first.
        cluster.vacant.sort(key=lambda place: (-lacks[self._of_place(place)], -place))
        cluster.fill(count, cause)
        cluster.set_aside(self._hosts_of(sorted(self.aside)))

    def regroup(self, cause: str) -> None:
        """Let hosts of incomplete groups complete each other, as far as they make up whole ones.

        The group that lacks fewest is completed from those that lack most.
        """
        cluster = self._cluster
        while cluster.vacant:
            looked_into = set(map(self._of, cluster.looked_into))
            lacks = Counter(map(self._of_place, cluster.vacant))
            order = sorted(lacks, key=lambda group: (lacks[group], group))
            to = next((group for group in order if group not in looked_into), None)
            if to is None:
                return
            others = (group for group in reversed(order) if group != to)
            hosts = [host for host in self._hosts_of(others) if host not in cluster.looked_into]
            if len(hosts) < lacks[to]:
                return
            for place in [place for place in cluster.vacant if self._of_place(place) == to]:
                cluster.move(hosts.pop(0), place, cause)
            cluster.set_aside(self._hosts_of(sorted(self.aside)))

    def _set_aside(self, groups: set[int]) -> None:
        self.aside |= groups
        self._cluster.set_aside(self._hosts_of(sorted(groups)))

    def _incomplete(self) -> set[int]:
        cluster = self._cluster
        lacking = set(map(self._of_place, cluster.vacant))
        lacking.update(self._of(host) for host in cluster.looked_into)
        return lacking

    def _of(self, host: int) -> int:
        return self._of_place(self._cluster.place_of(host))

    def _of_place(self, place: int) -> int:
        return place * self.number // self._cluster.size

    def _hosts_of(self, groups: Iterable[int]) -> list[int]:
        size = self._cluster.size // self.number
        places = (group * size + number for group in groups for number in range(size))
        return [host for host in map(self._cluster.host_at, places) if host >= 0]
