"""Training that is never slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _no_host_is_slow(scenario: Scenario) -> bool:
    return not any(fault.does.slows for fault in classes(scenario))


ROWS = (
    row(
        "workload.speed",
        "training",
        "is never slow",
        "0.95",
        _no_host_is_slow,
        "restart.warm_up",
        "checkpoint.write_slowdown",
    ),
)
