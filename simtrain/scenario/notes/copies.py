"""Copies that are not there when they are needed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.noticing import (
    mostly_noticed_by_s,
    tier_that_reaches_back,
    training_between_saves_s,
)
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.checkpoint import Tier
    from simtrain.scenario.scenario import Scenario

RARELY = 0.01
"""Probability below which nothing is said of a loss of all copies."""


def _copies_that_are_gone(scenario: Scenario) -> Iterator[Note]:
    for name, fault in scenario.fault.items():
        chance, path, tier = tier_that_reaches_back(scenario, name)
        if chance < RARELY:
            continue
        interval_s = training_between_saves_s(scenario) * tier.every
        margin_s = fault.margin.middle / scenario.workload.speed.middle
        late_s = mostly_noticed_by_s(scenario, name, RARELY) + margin_s
        half_noticed_by_s = mostly_noticed_by_s(scenario, name, 0.5)
        often = "each time" if chance > 1 - RARELY else f"{100 * chance:.0f} times in 100"
        yield Note(
            f"{path}.keep",
            f"`fault.{name}` is noticed after {brief(half_noticed_by_s)}. By then, with a save "
            f"every {brief(interval_s)} and `{path}.keep` = {tier.keep}, no "
            f"copy from before it is left {often}, and the run goes back to its start. `keep` = "
            f"{math.ceil(late_s / interval_s) + 1} is enough.",
        )


def _older_copies_that_are_gone(scenario: Scenario) -> Iterator[Note]:
    """Corrupt copies that are found so late that none is left from before."""
    tiers = scenario.checkpoint.tiers()
    for path, tier in tiers:
        if tier.corrupt_found_after is None or not tier.corrupt.middle:
            continue
        late_s = tier.corrupt_found_after.middle
        enough = {name: _keep_enough(scenario, one, late_s) for name, one in tiers}
        if all(one.keep is not None and one.keep < enough[name] for name, one in tiers):
            yield Note(
                f"{path}.corrupt_found_after",
                f"A corrupt copy is found after {brief(late_s)} of training. By then no copy from "
                "before it is left, and the run goes back to its start. "
                f"`{path}.keep` = {enough[path]} is enough.",
            )


def _keep_enough(scenario: Scenario, tier: Tier, late_s: float) -> float:
    """Copies to keep in a tier for one to be left from before a copy so long after its load."""
    interval_s = training_between_saves_s(scenario) * tier.every
    return 0 if tier.permanent_every is not None else math.floor(late_s / interval_s) + 2


NOTES = (_copies_that_are_gone, _older_copies_that_are_gone)
