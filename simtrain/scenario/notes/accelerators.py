"""Notes on what the catalogue of accelerators fills in."""

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
    alone = " Power is that of the accelerator alone." if "power." in values else ""
    doubted = [key for key, _ in scenario.filled_in if key.rpartition(".")[2] in found.unconfirmed]
    elsewhere = ", ".join(f"`{key}`" for key in doubted)
    doubt = f" Not read in a document of its maker: {elsewhere}." if doubted else ""
    yield Note(
        KEY, f'`{KEY}` = "{named}" fills in {values} ({found.title}; {found.source}).{alone}{doubt}'
    )


NOTES = (_filled_in,)
