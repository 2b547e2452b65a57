"""What the compiled engine leaves to the engine on SimPy, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain import causes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.scenario.scenario import Scenario

# Each table is of what this engine has, and not of what the product has: a row that is added there
# is left to SimPy until it stands here as well.

WAIT, SWAP, ELASTIC = range(3)
POLICIES = {"wait": WAIT, "swap": SWAP, "elastic": ELASTIC}
"""Policies of the job by the names that `[recovery]` gives, and their numbers in a trial."""

LAWS = frozenset(
    {
        "fixed", "exponential", "weibull", "gamma", "lognormal", "uniform", "pareto", "beta",
        "empirical",
    }
)  # fmt: skip
"""Kinds of laws, as a scenario names them, whose classes `simtrain.compiled.laws` encodes."""

CAUSES = {
    "cause_start": causes.START, "cause_changes": causes.CHANGES,
    "cause_checkpoints": causes.CHECKPOINTS, "cause_speed": causes.SPEED,
    "cause_warm_up": causes.WARM_UP, "cause_background": causes.BACKGROUND_WRITE,
    "cause_corrupt": causes.CORRUPT_COPIES, "cause_allocation": causes.ALLOCATION,
    "cause_capacity": causes.CAPACITY, "cause_elastic": causes.ELASTIC,
}  # fmt: skip
"""Causes of badput that are no fault or stop of a scenario, by the field of a trial."""

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
    yield from (f"law = {kind!r}" for kind in scenario.kinds_of_laws if kind not in LAWS)
    reserved = (cause for cause in scenario.causes if cause in causes.RESERVED)
    yield from (f"badput of the cause {one!r}" for one in reserved if one not in CAUSES.values())
    if len(scenario.check) > MOST_CHECKS:
        yield "more than eight checks"
    if scenario.check and len(scenario.fault) > MOST_CLASSES_TO_CHECK:
        yield "checks beside more than sixty classes of faults"
    changes = [n for n, one in enumerate(scenario.change) if "further_tries" in str(one.set)]
    every = [scenario, *(scenario.after((number,)) for number in changes)]
    if any(len(fault.further_tries) > MOST_TRIES for one in every for fault in one.fault.values()):
        yield "more than sixteen further tries"
