"""A building that draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _is_powered(scenario: Scenario) -> bool:
    return scenario.power is not None


ROWS = (row("power.pue", "the building", "draws nothing", "1.1", _is_powered),)
