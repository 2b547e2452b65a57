"""Hosts that are swapped beside the processes of the others without any trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.recovery import SWAP
from simtrain.scenario.unsaid.matters import is_interrupted
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _swaps(scenario: Scenario) -> bool:
    return scenario.recovery.policy == SWAP and is_interrupted(scenario)


ROWS = (
    row("recovery.swap_restart", "swapped hosts", "train at once", '"2 min"', _swaps),
    row("recovery.swap_success", "hot swaps", "always work", "0.9", _swaps),
)
