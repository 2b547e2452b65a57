"""A cluster in which nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _nothing_breaks(scenario: Scenario) -> bool:
    return not classes(scenario) and not any(
        stop.kind == "incident" for stop in scenario.stop.values()
    )


ROWS = (
    row("fault.hardware", "nothing", "breaks", '{ mtbf = "400 days" }', _nothing_breaks, "fault"),
)
