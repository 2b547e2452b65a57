"""Saves before the limit of an allocation that come too late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.misfits import longest_stall_s
from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _saves_that_come_too_late(scenario: Scenario) -> Iterator[Note]:
    table = scenario.allocation
    if table is None or table.save_before is None:
        return
    tiers = [tier for _, tier in scenario.checkpoint.tiers()]
    lag = tiers[-1].durability_lag
    takes_s = longest_stall_s(scenario) + (lag.middle if lag is not None else 0.0)
    if takes_s > table.save_before.middle:
        yield Note(
            "allocation.save_before",
            f"A save before the limit takes {brief(takes_s)} until it is durable, and "
            f"`allocation.save_before` is {brief(table.save_before.middle)}: the limit cuts it "
            "off, and the work since the save before is lost each time.",
        )


NOTES = (_saves_that_come_too_late,)
