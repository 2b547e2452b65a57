"""The scenario that a command is about, as its options have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from simtrain.cli.outputs import note
from simtrain.scenario.load import ORIGIN_OF_OVERRIDES, assigned, load
from simtrain.scenario.size import SIZE, set_size_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.scenario.scenario import Scenario


def loaded(scenario: str, overrides: Iterable[str], without_doubt: bool) -> Scenario:
    """Scenario of a file with the values of --set, and with known numbers only if asked for.

    A size of the job that is set, and that its time does not follow, is noted.
    """
    found = load(scenario, overrides)
    if any(key in SIZE for key in assigned(overrides, ORIGIN_OF_OVERRIDES)):
        quiet = click.get_current_context().params.get("quiet", False)
        if words := set_size_note(load(scenario), found):
            note(words, quiet)
    return found.without_doubt() if without_doubt else found
