"""Power that the catalogue fills in, or that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.accelerators import KEY, accelerators
from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _filled_in(scenario: Scenario) -> Iterator[Note]:
    """What the catalogue of accelerators says in place of the scenario."""
    named = scenario.cluster.accelerator
    if named is None or not scenario.filled_in:
        return
    found = accelerators()[named]
    values = ", ".join(f"`{key}` = {value}" for key, value in scenario.filled_in)
    alone = " Power is the TDP of the accelerator alone." if "power." in values else ""
    yield Note(
        KEY, f'`{KEY}` = "{named}" fills in {values} ({found.title}; {found.source}).{alone}'
    )


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


NOTES = (
    _filled_in,
    _power_that_is_taken,
)
