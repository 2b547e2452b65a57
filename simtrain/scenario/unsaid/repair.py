"""Repair that is perfect."""

from __future__ import annotations

from simtrain.scenario.unsaid.matters import hosts_need_repair
from simtrain.scenario.unsaid.row import row

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
)
