"""Faults under which training goes on, and that nobody ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.noticing import is_ever_noticed

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _faults_that_nobody_ends(scenario: Scenario) -> Iterator[Note]:
    for name, fault in scenario.fault.items():
        if fault.does.slows and fault.lasts is None and not is_ever_noticed(scenario, name):
            yield Note(
                f"fault.{name}",
                f"`fault.{name}` never passes, and nobody notices it: from the first one on the "
                "job is slow to the end. Give `lasts`, or `detection`, if that is not meant.",
            )
        if fault.does.taints and not is_ever_noticed(scenario, name):
            yield Note(
                f"fault.{name}",
                f"Nobody notices `fault.{name}` before the work is done. Give `detection`, or a "
                f'`[check.NAME]` with `finds = ["{fault.effect}"]`, if that is not meant.',
            )


NOTES = (_faults_that_nobody_ends,)
