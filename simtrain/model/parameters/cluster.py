"""Hosts and spares in force."""

from __future__ import annotations

from dataclasses import dataclass

from simtrain.distributions import Law
from simtrain.model.parameters.settled import Settle
from simtrain.model.topology import Slots
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ClusterParameters:
    """How many hosts there are, and how long it takes to put one into the job, in seconds.

    `idle_hazard` is the hazard of a host that does not work, as a fraction of the full one.
    `spares_within` is the number of hosts of the domains that each have spares of their own; 0
    where a spare steps in anywhere. `whole` is that of the domains which the job takes as a whole.
    `in_repair` is how many spares are in repair at the start.
    """

    hosts: int
    spares: int
    hot_spares: int
    lent_spares: int
    swap: Law
    notice: Law
    provision: Law | None
    idle_hazard: float
    spares_within: int = 0
    whole: int = 0
    in_repair: int = 0

    @property
    def slots(self) -> Slots:
        """Where hosts stand at the start."""
        return Slots(self.hosts, self.hosts + self.spares, self.spares_within)


def cluster_of(scenario: Scenario, settle: Settle, start: Scenario) -> ClusterParameters:
    """Parameters of the hosts that there are."""
    cluster = scenario.cluster
    provision = cluster.provision
    sizes = {domain.name: domain.hosts for domain in scenario.domain}
    return ClusterParameters(
        hosts=cluster.hosts,
        spares=cluster.spares,
        hot_spares=cluster.hot_spares,
        lent_spares=cluster.lent_spares,
        swap=settle("cluster.swap", cluster.swap),
        notice=settle("cluster.notice", cluster.notice),
        provision=None if provision is None else settle("cluster.provision", provision),
        idle_hazard=settle("cluster.idle_hazard", cluster.idle_hazard).mean,
        spares_within=sizes.get(cluster.spares_within or "", 0),
        whole=sizes.get(cluster.whole or "", 0),
        in_repair=cluster.in_repair,
    )
