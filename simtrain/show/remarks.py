"""Remarks on a scenario, below the reports on it: notes, and what it takes as perfect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario import unsaid
from simtrain.scenario.notes import notes

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.page import Block


def remarks(scenario: Scenario) -> list[list[Block]]:
    """Blocks on what the numbers lead to, and on what is not said."""
    told = [f"Note: {note.sentence}" for note in notes(scenario)]
    return [[*told], [unsaid.sentence(unsaid.unsaid(scenario))]]
