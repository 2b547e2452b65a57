"""Names of a file that are almost those of the file that it extends."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.named import NAMED
from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_ALIKE = 0.8
"""From which ratio of the letters in common on two names may be one, misspelt."""


def _names_alike(scenario: Scenario) -> Iterator[Note]:
    """Classes and stops of a file that are named almost as one of the file that it extends."""
    for root in NAMED:
        paths = {name: f"{root}.{name}" for name in getattr(scenario, root)}
        files = {name: scenario.places.file_of(path) for name, path in paths.items()}
        own = scenario.places.file_of("")
        extended = [name for name, file in files.items() if file != own]
        for name in (name for name, file in files.items() if file == own):
            for close in difflib.get_close_matches(name, extended, n=1, cutoff=_ALIKE):
                yield Note(
                    paths[name],
                    f"`{paths[name]}` is new, beside `{paths[close]}` of the file that is "
                    f"extended; if that one is meant, write it `{close}`.",
                )


NOTES = (_names_alike,)
