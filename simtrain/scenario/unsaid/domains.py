"""Hosts that are lost one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_HOSTS_OF_TWO_RACKS = 16
"""Hosts from which on some share a switch or a supply of power, and others do not."""


def _hosts_fail_alone(scenario: Scenario) -> bool:
    striking = classes(scenario)
    return (
        scenario.cluster.hosts >= _HOSTS_OF_TWO_RACKS
        and scenario.faults_from is None
        and any(fault.strikes_hosts for fault in striking)
        and not any(fault.is_of_domain for fault in striking)
    )


ROWS = (
    row(
        "domain",
        "hosts",
        "are lost one by one",
        '[{ name = "rack", hosts = 16 }]',
        _hosts_fail_alone,
    ),
)
