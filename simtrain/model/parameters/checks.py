"""Periodic checks and evaluations in force."""

from __future__ import annotations

from dataclasses import dataclass

from simtrain.distributions import Law
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.workload import step
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class CheckParameters:
    """A check that comes again and again.

    Parameters
    ----------
    every
        Work between two of them where `in_work`, else training, in seconds.
    duration
        Seconds for which training stands still.
    finds
        Faults that it looks for, by their names.
    chance
        Probability that it finds each one that is there.
    to_last
        Whether work is trusted up to the last check that found nothing, and not up to the onset.
    """

    name: str
    every: float
    in_work: bool
    duration: Law
    finds: frozenset[str]
    chance: float
    to_last: bool


def check_of(scenario: Scenario, settle: Settle, start: Scenario, name: str) -> CheckParameters:
    """Parameters of the check with a name."""
    check = scenario.check[name]
    every = settle(f"check.{name}.every", check.every.number).mean
    return CheckParameters(
        name=name,
        every=every * step(scenario, settle, start) if check.every.in_steps else every,
        in_work=check.every.in_steps,
        duration=settle(f"check.{name}.duration", check.duration),
        finds=frozenset(
            name for name, effect in scenario.latent.items() if effect in (check.finds or ())
        ),
        chance=settle(f"check.{name}.chance", check.chance).mean,
        to_last=check.back_to == "last check",
    )
