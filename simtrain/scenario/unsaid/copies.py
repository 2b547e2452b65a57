"""Saves, loads and copies that are perfect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.causes import CORRUPT_COPIES
from simtrain.scenario.unsaid.matters import classes, is_interrupted
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _always(scenario: Scenario) -> bool:
    return True


def _is_rolled_back_far(scenario: Scenario) -> bool:
    taints = any(fault.does.taints for fault in classes(scenario))
    return taints or CORRUPT_COPIES in scenario.latent


ROWS = (
    row(
        "checkpoint.stall", "saves", "take no time", '"30 s"', _always, "checkpoint.save_bandwidth"
    ),
    row(
        "checkpoint.load",
        "loads",
        "take no time",
        '"3 min"',
        is_interrupted,
        "checkpoint.load_bandwidth",
    ),
    row(
        "checkpoint.durability_lag",
        "copies",
        "are durable at once",
        '"2 min"',
        is_interrupted,
        "checkpoint.write_bandwidth",
    ),
    row(
        "checkpoint.save_failure",
        "copies",
        "are never bad",
        "0.01",
        is_interrupted,
        "checkpoint.corrupt",
        "checkpoint.load_failure",
        "checkpoint.load_hang",
    ),
    row("checkpoint.keep", "copies", "are all kept", "10", _is_rolled_back_far),
)
