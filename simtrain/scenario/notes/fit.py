"""A fit that failed its own check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

KEY = "fit.failed"


def _fails_its_check(scenario: Scenario) -> Iterator[Note]:
    table = scenario.fit
    if table is None or not table.failed:
        return
    *others, last = table.failed
    named = f"{', '.join(others)} and {last}" if others else last
    yield Note(
        KEY,
        f"The fit to the log {table.log} fails its own check: {named} of the log "
        f"{'are' if others else 'is'} not what such hosts make. No interval here counts that; a "
        "replay of the log, [faults_from], assumes nothing of it.",
    )


NOTES = (_fails_its_check,)
