"""Stops that leave less training in between than may be meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

SHORTENS = 0.1
"""Part of `every` from which on a stop notably shortens the training between two of them."""


def _stops_that_recur(scenario: Scenario) -> Iterator[Note]:
    for name, stop in scenario.stop.items():
        if stop.every is None or stop.kind == "incident":
            continue
        every_s, lasts_s = stop.every.middle, stop.duration.middle
        if lasts_s > SHORTENS * every_s:
            yield Note(
                f"stop.{name}.every",
                f"`stop.{name}` is due every {brief(every_s)}, counted from the start of one to "
                f"the start of the next. It lasts {brief(lasts_s)}, so {brief(every_s - lasts_s)} "
                "at most are left to train in between.",
            )


NOTES = (_stops_that_recur,)
