"""How often the schedules of a scenario hold, and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simtrain.model.parameters import at_middle
from simtrain.model.schedule import ScheduleReader

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_IDEALS = 2.0
"""Ideal times that are looked at: a run with faults and pauses is longer than one."""


@dataclass(frozen=True, slots=True)
class ImpliedSchedule:
    """A schedule in the first two ideal times. Times in seconds.

    Parameters
    ----------
    name
        Its name.
    pauses
        Whether the job pauses, or draws less power.
    spells
        Times that it comes to hold.
    share
        Share of the time in which it holds.
    mean_s
        Mean length of a spell; 0 if there is none.
    """

    name: str
    pauses: bool
    spells: int
    share: float
    mean_s: float


def implied_schedules(scenario: Scenario, ideal_s: float) -> tuple[ImpliedSchedule, ...]:
    """Schedules of a scenario, with its numbers at their middle."""
    until_s = _IDEALS * ideal_s
    found = []
    for schedule in ScheduleReader(scenario).schedules(at_middle):
        lengths = [
            min(spell.end, until_s) - spell.start
            for spell in schedule.spells(until_s)
            if spell.start < until_s
        ]
        whole = math.fsum(lengths)
        mean_s = whole / len(lengths) if lengths else 0.0
        found.append(
            ImpliedSchedule(
                schedule.name, schedule.limit is None, len(lengths), whole / until_s, mean_s
            )
        )
    return tuple(found)
