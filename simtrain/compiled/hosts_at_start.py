"""Hosts at the start of a trial, as records: where they are, how frail, and how old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.domain_spares import lay_out_domains
from simtrain.compiled.groups import lay_out_groups
from simtrain.compiled.laws import NO_LAW, encode
from simtrain.distributions import Gamma
from simtrain.engine.hosts_at_start import ages_at_start, frailty_at_start
from simtrain.scenario.number import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters
    from simtrain.scenario.scenario import Scenario


def lay_out_hosts(memory: TrialMemory, regimes: Sequence[Parameters]) -> None:
    """Lay out room for all hosts that there may be, and how unequal they are."""
    state, cluster = memory.state, memory.scenario.cluster
    most = max(one.cluster.hosts + one.cluster.spares for one in regimes)
    most = max(most, regimes[0].cluster.slots.count)
    cap = most + memory.capacity[layout.SHORT_OF_HOSTS]
    state["hosts_cap"] = cap
    memory.table("hosts", layout.HOST, cap)
    memory.table("vacant", np.int64, cap)
    memory.table("free", np.int64, cap)
    memory.table("answers", np.int64, cap)
    lay_out_domains(memory, regimes[0].cluster)
    lay_out_groups(memory, regimes[0].recovery)
    variance = memory.settle("cluster.frailty", cluster.frailty).mean
    is_frail, lemons = variance > 0, cluster.lemons
    state["has_frailty"], state["frail"] = lemons is not None or is_frail, is_frail
    trial = memory.trial
    law = Gamma(1 / variance, variance) if is_frail else None
    trial["frailty_law"] = NO_LAW if law is None else encode(law, memory.held)
    trial["lemon_fraction"] = trial["lemon_factor"] = 0.0
    if lemons is not None:
        trial["lemon_fraction"] = memory.settle("cluster.lemons.fraction", lemons.fraction).mean
        trial["lemon_factor"] = memory.settle("cluster.lemons.factor", lemons.factor).mean
    memory.table("frailty", np.float64, cap)


def ages_vary(scenario: Scenario) -> bool:
    """Whether hosts may have other ages in another trial."""
    age = scenario.cluster.age
    return age == "stationary" or (isinstance(age, Number) and not age.is_fixed)


def lay_out_ages(memory: TrialMemory, trial: int) -> None:
    """Lay out how old the hosts of a trial are, whose numbers the engine on SimPy has begun."""
    state, simulator = memory.state, memory.simulator
    cluster, numbers = memory.scenario.cluster, simulator.numbers
    ages = memory.table("ages_at_start", np.float64, int(state["hosts_cap"]))
    ages[:] = 0.0
    state["ages_alike"] = True
    if not state["has_ages"] or cluster.age is None:
        return
    start, draws = numbers.parameters_after(()), simulator.begin_draws(trial)
    hosts = cluster, numbers.settle, start
    found = ages_at_start(*hosts, frailty_at_start(*hosts, draws), draws)
    ages[: start.cluster.hosts + start.cluster.spares] = found
    state["ages_alike"] = isinstance(found, float)
