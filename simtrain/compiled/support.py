"""What the compiled engine leaves to the engine on SimPy, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.scenario.scenario import Scenario


def left_to_simpy(scenario: Scenario) -> list[str]:
    """Why a scenario is left to the engine on SimPy; empty if the compiled engine can tell it."""
    return list(_reasons(scenario))


def _reasons(scenario: Scenario) -> Iterator[str]:
    if scenario.recovery.policy != "wait":
        yield f"recovery.policy = {scenario.recovery.policy!r}"
    if scenario.underway is not None and scenario.underway.in_repair:
        yield "underway.in_repair"
    if scenario.faults_from is not None:
        yield "faults_from"
    if scenario.cluster.spares_within is not None or scenario.cluster.whole is not None:
        yield "cluster.spares_within and cluster.whole"
    if len(scenario.check) > 8:
        yield "more than eight checks"
