"""Hosts at the start of a trial: how frail each of them is, and how old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.faults.ages import ages_since, stationary_ages
from simtrain.faults.frailty import Frailty
from simtrain.model.streams import AGE, LIFE_BEFORE
from simtrain.scenario.number import Number

if TYPE_CHECKING:
    from simtrain.model.draws import Draws, Uniforms
    from simtrain.model.parameters import Parameters, Settle
    from simtrain.scenario.hosts import Cluster


def frailty_at_start(
    cluster: Cluster, settle: Settle, parameters: Parameters, draws: Draws
) -> Frailty | None:
    """Factors on the hazards of the hosts; None if all are alike."""
    variance = settle("cluster.frailty", cluster.frailty).mean
    if cluster.lemons is None and variance == 0:
        return None
    fraction = factor = 0.0
    if cluster.lemons is not None:
        fraction = settle("cluster.lemons.fraction", cluster.lemons.fraction).mean
        factor = settle("cluster.lemons.factor", cluster.lemons.factor).mean
    return Frailty(draws, _hosts(parameters), fraction, factor, variance)


def ages_at_start(
    cluster: Cluster,
    settle: Settle,
    parameters: Parameters,
    frailty: Frailty | None,
    draws: Draws,
) -> float | Uniforms:
    """Ages of the hosts in seconds: of all alike, or shape (hosts,)."""
    age = cluster.age
    if age is None:
        return 0.0
    if age == "new" or (isinstance(age, Number) and (age.is_fixed or age.per == "trial")):
        initial = settle("cluster.age", age).mean if isinstance(age, Number) else 0.0
        if parameters.underway is None or parameters.underway.aged is None:
            return initial
        return ages_since(
            parameters.faults.values(),
            parameters.cluster.hosts,
            initial,
            parameters.underway.aged,
            frailty,
            draws.stream(LIFE_BEFORE),
            _hosts(parameters),
        )
    rows = draws.stream(AGE).table(_hosts(parameters))
    if isinstance(age, Number):
        law = settle("cluster.age", age)
        return np.asarray([law.quantile(u) for u in rows[:, 0]], dtype=np.float64)
    return stationary_ages(parameters.faults.values(), frailty, rows)


def _hosts(parameters: Parameters) -> int:
    return parameters.cluster.hosts + parameters.cluster.spares
