"""Orders of changes that are not tried beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _orders_not_tried(scenario: Scenario) -> Iterator[Note]:
    """Changes of which there are so many that an order with a mistake is found in a trial."""
    if not scenario.tried_all_orders:
        yield Note(
            "change",
            "Changes by date and by progress may come in more orders than are tried beforehand; "
            "one that makes the scenario wrong ends the run when a trial comes to it.",
        )


NOTES = (_orders_not_tried,)
