"""Numbers that do not fit the length of the run, and wide ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.misfits import misfits
from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _misfits(scenario: Scenario) -> Iterator[Note]:
    yield from (Note(*misfit) for misfit in misfits(scenario))


def _wide_ranges(scenario: Scenario) -> Iterator[Note]:
    yield from (Note(*wide) for wide in scenario.wide_ranges())


NOTES = (_misfits, _wide_ranges)
