"""Remarks on a scenario that was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show.page import page
from simtrain.show.remarks import remarks

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def check_report(scenario: Scenario, width: int = 80) -> str:
    """What the scenario does not say, and what its numbers lead to; empty if there is nothing."""
    text = page(width, *remarks(scenario))
    return text if text.strip() else ""
