"""Saves that are taken for hung."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.misfits import longest_stall_s
from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _saves_taken_for_hung(scenario: Scenario) -> Iterator[Note]:
    saves, stall_s = scenario.checkpoint, longest_stall_s(scenario)
    if saves.save_hang.middle > 0 and saves.save_timeout.middle < stall_s:
        yield Note(
            "checkpoint.save_timeout",
            f"`checkpoint.save_timeout` is {brief(saves.save_timeout.middle)}, and a save takes "
            f"{brief(stall_s)}: saves that do not hang would be taken for hung. Here they are not.",
        )


NOTES = (_saves_taken_for_hung,)
