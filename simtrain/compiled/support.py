"""What the compiled engine leaves to the engine on SimPy, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.recovery import POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.scenario.scenario import Scenario


MOST_CHECKS = 8
"""Most checks of a scenario that latent faults are looked for by."""
MOST_CLASSES_TO_CHECK = 60
"""Most classes of faults beside checks."""
MOST_TRIES = 16
"""Most further automatic tries of a class."""


def left_to_simpy(scenario: Scenario) -> list[str]:
    """Why a scenario is left to the engine on SimPy; empty if the compiled engine can tell it."""
    return list(_reasons(scenario))


def _reasons(scenario: Scenario) -> Iterator[str]:
    if scenario.recovery.policy not in POLICIES:
        yield f"recovery.policy = {scenario.recovery.policy!r}"
    if len(scenario.check) > MOST_CHECKS:
        yield "more than eight checks"
    if scenario.check and len(scenario.fault) > MOST_CLASSES_TO_CHECK:
        yield "checks beside more than sixty classes of faults"
    changes = [n for n, one in enumerate(scenario.change) if "further_tries" in str(one.set)]
    every = [scenario, *(scenario.after((number,)) for number in changes)]
    if any(len(fault.further_tries) > MOST_TRIES for one in every for fault in one.fault.values()):
        yield "more than sixteen further tries"
