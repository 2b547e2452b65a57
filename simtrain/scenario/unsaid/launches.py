"""Launches that always work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.unsaid.matters import is_interrupted, striking
from simtrain.scenario.unsaid.row import Row, row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _own_restarts(scenario: Scenario) -> Iterator[Row]:
    """First tries of classes that have a restart of their own."""
    for name, fault in striking(scenario).items():
        if fault.restart is not None:
            key = f"fault.{name}.restart_success"
            yield row(key, "a class's own restarts", "always work", "0.9", is_interrupted)


ROWS = (row("restart.failure", "launches", "always work", "0.05", is_interrupted), _own_restarts)
