"""Rows of the hours of people and of queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.watches import never_used, overlapping

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _rows_never_used(scenario: Scenario) -> Iterator[Note]:
    allocation = scenario.allocation
    unused = [f"people.when.{row}" for row in never_used(scenario.people.when)]
    if allocation is not None:
        unused += [f"allocation.when.{row}" for row in never_used(allocation.when)]
    for path in unused:
        yield Note(
            path,
            f"`{path}` is never used: rows above it fit at all of its hours, and the "
            "first one that fits counts.",
        )


def order_of_rows(scenario: Scenario) -> str:
    """Which rows of `people.when` come before which where they overlap; empty if none do."""
    orders = [
        f"row {row} before {', '.join(map(str, later))}"
        for row, later in overlapping(scenario.people).items()
    ]
    if not orders:
        return ""
    return (
        "Rows of `people.when` overlap, and the first one that fits counts: "
        f"{'; '.join(orders)} (numbered from 0)."
    )


NOTES = (_rows_never_used,)
