"""Bad hosts that are found at once, and without mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes, hosts_need_repair
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _hosts_are_diagnosed(scenario: Scenario) -> bool:
    return hosts_need_repair(scenario) and any(
        fault.strikes_hosts and fault.looks_for_a_host for fault in classes(scenario)
    )


ROWS = (
    row(
        "diagnosis.manual",
        "bad hosts",
        "are found at once",
        '"30 min"',
        _hosts_are_diagnosed,
        "diagnosis.automatic",
    ),
    row(
        "diagnosis.recall",
        "bad hosts",
        "are found without mistakes",
        "0.9",
        _hosts_are_diagnosed,
        "diagnosis.precision",
    ),
)
