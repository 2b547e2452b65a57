"""Remarks on a scenario, in reports on it: notes, and what it takes as perfect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario import unsaid
from simtrain.scenario.notes import notes
from simtrain.scenario.notes.fit import KEY as FAILED_FIT

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.page import Block


def remarks(scenario: Scenario) -> list[list[Block]]:
    """Blocks on what the numbers lead to, and on what is not said."""
    return [noted(scenario), [unsaid.sentence(unsaid.unsaid(scenario))]]


def warned(scenario: Scenario) -> list[Block]:
    """Block on what no confidence interval counts: a fit that fails its own check."""
    return [f"Note: {note.sentence}" for note in notes(scenario) if note.key == FAILED_FIT]


def noted(scenario: Scenario) -> list[Block]:
    """Block on what the numbers lead to."""
    return [f"Note: {note.sentence}" for note in notes(scenario)]
