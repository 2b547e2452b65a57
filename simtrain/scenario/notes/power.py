"""Power that the catalogue fills in, or that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _power_that_is_taken(scenario: Scenario) -> Iterator[Note]:
    power = scenario.power
    if power is None or power.stalled is not None or power.training.middle == 0:
        return
    yield Note(
        "power.stalled",
        "`power.stalled` is not given, so hosts that wait, save, load and restart are taken to "
        "draw what they draw while they train, and so are idle spares unless `power.idle` is "
        "given. That is the most it can be.",
    )


NOTES = (_power_that_is_taken,)
