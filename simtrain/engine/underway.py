"""A run in flight: lets a trial begin in a state that nobody sees, in place of none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.engine.outage import Outage

if TYPE_CHECKING:
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.hidden import HiddenState


def begin_underway(
    hidden: HiddenState,
    state: TrialState,
    sources: Sources,
    cluster: Cluster,
    latent: LatentFaults,
) -> None:
    """Let copies exist that were saved so far, and faults that nobody has noticed."""
    state.copies.begin(hidden.first_work, hidden.saves, state.parameters.checkpoint.tiers)
    for one in hidden.onsets:
        host = cluster.host_at(one.place) if one.place >= 0 else -1
        hosts = (host,) if host >= 0 else ()
        unfit = hosts if one.is_unfit else ()
        outage = Outage(one.fault.name, one.stream, one.number, one.row, one.fault, hosts, unfit)
        latent.go_on(outage, one)
    for fault, place in hidden.bad:
        if (host := cluster.host_at(place)) >= 0:
            sources.add_bad(host, fault, in_job=True)
