"""The scenario that a command is about, as its options have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.scenario.scenario import Scenario


def loaded(scenario: str, overrides: Iterable[str], without_doubt: bool) -> Scenario:
    """Scenario of a file with the values of --set, and with known numbers only if asked for."""
    found = load(scenario, overrides)
    return found.without_doubt() if without_doubt else found
