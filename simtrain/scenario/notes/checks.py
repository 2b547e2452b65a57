"""Checks that find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _checks_that_find_nothing(scenario: Scenario) -> Iterator[Note]:
    effects = set(scenario.latent.values())
    for name, check in scenario.check.items():
        for effect in check.finds or ():
            if effect not in effects:
                yield Note(
                    f"check.{name}.finds",
                    f"`check.{name}` looks for what is `{effect}`, and no class of faults has that "
                    "effect.",
                )


NOTES = (_checks_that_find_nothing,)
