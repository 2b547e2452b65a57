"""Pauses in which hosts are taken to draw what they draw while they wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_WEIGHTS = {"carbon": "intensity", "price": "energy"}


def _pauses_that_draw(scenario: Scenario) -> Iterator[Note]:
    power = scenario.power
    names = [name for name, schedule in scenario.schedule.items() if schedule.pauses]
    if power is None or power.paused is not None or not names:
        return
    if power.training.middle == 0 or power.stalled is None:
        return  # it is told of `power.stalled` then
    yield Note(
        "power.paused",
        f"`power.paused` is not given, so the hosts of the job are taken to draw in a pause "
        f"(`schedule.{names[0]}`) what they draw while they are stalled.",
    )


def _thresholds_that_stay(scenario: Scenario) -> Iterator[Note]:
    held = {
        table
        for schedule in scenario.schedule.values()
        for key, table in (("intensity_above", "carbon"), ("price_above", "price"))
        if getattr(schedule, key) is not None
    }
    moved = tuple(f"{table}.{key}" for table in held for key in (_WEIGHTS[table], "when"))
    for number, change in enumerate(scenario.change):
        for path in change.set:
            if moved and path.startswith(moved):
                yield Note(
                    f"change.{number}.set.{path}",
                    "The hours of `[schedule]` are known before the run: they go by what holds at "
                    "its start, and not by this change.",
                )


NOTES = (_pauses_that_draw, _thresholds_that_stay)
