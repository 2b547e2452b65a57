"""Months that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import hosts_go_away, hosts_need_repair
from simtrain.scenario.unsaid.row import row
from simtrain.units import DAY

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_MONTHS = 90
"""Days from which on a run sees several months."""


def _months_may_differ(scenario: Scenario) -> bool:
    """Whether the run sees several months, and has spares that have to last for the worst."""
    leave = hosts_need_repair(scenario) or hosts_go_away(scenario)
    varies = any(True for _ in scenario.weathers()) or scenario.faults_from is not None
    return (
        scenario.ideal_s >= _MONTHS * DAY and scenario.cluster.spares > 0 and leave and not varies
    )


ROWS = (
    row(
        "weather",
        "months",
        "are alike",
        '{ season = { cv = 0.5, every = "30 days" } }',
        _months_may_differ,
    ),
)
