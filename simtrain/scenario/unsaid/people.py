"""People who act at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import classes, is_interrupted
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _people_are_called(scenario: Scenario) -> bool:
    restart = scenario.restart.failure.middle > 0 and is_interrupted(scenario)
    return restart or any(
        min(fault.automatic.middle, fault.automatic_success.middle) < 1
        for fault in classes(scenario)
    )


ROWS = (
    row(
        "people.response",
        "people",
        "act at once",
        '"20 min"',
        _people_are_called,
        "people.when",
        "people.staffed",
    ),
)
