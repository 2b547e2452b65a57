"""What the compiled engine leaves to the engine on SimPy, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.recovery import POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.scenario.scenario import Scenario


def left_to_simpy(scenario: Scenario) -> list[str]:
    """Why a scenario is left to the engine on SimPy; empty if the compiled engine can tell it."""
    return list(_reasons(scenario))


def _reasons(scenario: Scenario) -> Iterator[str]:
    if scenario.recovery.policy not in POLICIES:
        yield f"recovery.policy = {scenario.recovery.policy!r}"
    if scenario.underway is not None and scenario.underway.in_repair:
        yield "underway.in_repair"
    if len(scenario.check) > 8:
        yield "more than eight checks"
