"""Weathers that are never used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _weathers_never_used(scenario: Scenario) -> Iterator[Note]:
    used = {varies.name for _, varies in scenario.weathers()}
    for name in scenario.weather:
        if name not in used:
            yield Note(
                f"weather.{name}",
                f"`weather.{name}` is never used. A class of faults takes it with "
                f'`varies = "{name}"`, and so does `[repair]`.',
            )


NOTES = (_weathers_never_used,)
