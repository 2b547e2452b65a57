"""Repair that is perfect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import hosts_need_repair
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _has_crews(scenario: Scenario) -> bool:
    return scenario.repair.crews is not None and hosts_need_repair(scenario)


ROWS = (
    row("repair.automated", "repair", "takes no time", '"4 h"', hosts_need_repair, "repair.manual"),
    row(
        "repair.automated_misses",
        "repair",
        "always works",
        "0.1",
        hosts_need_repair,
        "repair.manual_misses",
        "repair.retire",
    ),
    row("repair.staffed", "crews", "work at any hour",
        '{ days = ["mon", "tue", "wed", "thu", "fri"], hours = [8, 18] }', _has_crews),
)  # fmt: skip
