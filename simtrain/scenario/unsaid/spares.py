"""Spares that are perfect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes, hosts_go_away, hosts_need_repair
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _spares_step_in(scenario: Scenario) -> bool:
    cluster = scenario.cluster
    return cluster.spares > cluster.hot_spares and (
        hosts_need_repair(scenario) or hosts_go_away(scenario)
    )


def _spares_stand_by(scenario: Scenario) -> bool:
    return scenario.cluster.spares > 0 and any(
        fault.strikes_hosts and fault.clock == "at risk" for fault in classes(scenario)
    )


ROWS = (
    row("cluster.swap", "spares", "step in at once", '"5 min"', _spares_step_in),
    row("cluster.idle_hazard", "idle spares", "never fail", "0.5", _spares_stand_by),
)
