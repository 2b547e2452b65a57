"""How fast a job trains on average with the replicas that are left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain import theory
from simtrain.model.implied.classes import Reach, by_hand
from simtrain.model.implied.repair import gone_s, repair_s
from simtrain.model.parameters import FaultParameters, Parameters
from simtrain.scenario.recovery import ELASTIC

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def speed_left(
    scenario: Scenario,
    now: Parameters,
    rates: dict[str, float],
    reaches: dict[str, Reach],
    answered_s: float,
) -> float | None:
    """Part of full speed that is left in the long run; it stands still with too few replicas.

    A replica is away from the strike until its host has been looked into and is repaired, or a
    spare has taken its place. Stalls, and reconfigurations that fail, are not counted, nor the time
    of a swap. A class of the job strikes no replica.

    Returns
    -------
    float or None
        None where the job is not elastic, or there is no formula: hosts struck together or on the
        calendar, spares that fail or stand where they cannot be used, crews, and hosts that leave
        for another reason.
    """
    struck = [name for name, fault in now.faults.items() if reaches[name].hosts]
    faults = [now.faults[name] for name in struck]
    cluster, replicas = now.cluster, now.recovery.replicas
    if (
        scenario.recovery.policy != ELASTIC
        or scenario.allocation is not None
        or scenario.capacity is not None
        or any(fault.scope.is_domain or fault.on_calendar for fault in faults)
        or any(not fault.effect.stops for fault in faults)
        or now.repair.crews is not None
        or cluster.idle_hazard
        or cluster.spares_within
        or cluster.whole
        or (now.recovery.regroup and cluster.hosts > replicas)
    ):
        return None
    each_s = repair_s(now)
    load = 0.0
    for fault in faults:
        away_s = gone_s(now, fault, each_s) + _looked_into_s(now, fault, answered_s)
        load += rates[fault.name] * away_s if rates[fault.name] else 0.0
    if load == math.inf:
        return 0.0
    return theory.elastic_share(
        replicas, now.recovery.at_least, load / replicas, 1.0, cluster.spares
    )


def _looked_into_s(now: Parameters, fault: FaultParameters, answered_s: float) -> float:
    """Mean time of an answer and a diagnosis beside training."""
    hand, diagnosis = by_hand(fault), now.diagnosis
    seconds = hand * answered_s
    if fault.diagnose:
        seconds += hand * diagnosis.manual.mean + (1 - hand) * diagnosis.automatic.mean
    return seconds
