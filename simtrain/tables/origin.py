"""What a summary is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.version import __version__

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def origin(scenario: Scenario, seed: int, trials: int) -> dict[str, Any]:
    """Head of every summary: which trials of what it tells of, and who made them."""
    return {
        "scenario": scenario.name,
        "scenario_sha256": scenario.sha256,
        "version": __version__,
        "seed": seed,
        "trials": trials,
    }
