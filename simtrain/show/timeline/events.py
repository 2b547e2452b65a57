"""What a scenario plans for the calendar of a run: its stops and changes, in short words."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.scenario.document import leaves
from simtrain.scenario.models import elapsed
from simtrain.show import words
from simtrain.units import brief, short_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.scenario.calendar import Change
    from simtrain.tables.history import Period

_WIDEST = 30
"""Characters of a change, beyond which the value before it is left out."""


class ShownEvent(NamedTuple):
    """Something that a scenario plans.

    Parameters
    ----------
    at
        Seconds since the start.
    text
        What it is.
    lasts_s
        Mean duration of a stop; None for a change.
    every_s
        After how long it comes again, if it does.
    """

    at: float
    text: str
    lasts_s: float | None = None
    every_s: float | None = None

    def stops(self, end: float) -> Iterator[Period]:
        """When the job stands still for it, up to `end`."""
        at = self.at
        while self.lasts_s is not None and at <= end:
            yield at, at + self.lasts_s
            at += math.inf if self.every_s is None else self.every_s


def planned(trajectories: Trajectories) -> list[ShownEvent]:
    """Stops and changes in order of time.

    One that comes at a progress is put where the median trial has got so far.
    """
    scenario = trajectories.scenario

    def placed(at: dt.datetime | float | None, progress: float | None) -> float | None:
        if at is not None:
            return elapsed(at, scenario.start)
        return None if progress is None else _reached(trajectories, progress)

    found = []
    for name, stop in scenario.stop.items():
        every = None if stop.every is None else stop.every.middle
        moment = placed(stop.at if every is None else stop.first, stop.progress)
        moment = every if moment is None else moment
        if moment is not None:
            text = name if every is None else f"{name}, every {brief(every)}"
            found.append(ShownEvent(moment, text, stop.duration.middle, every))
    for change, text in zip(scenario.change, _changes(trajectories), strict=True):
        progress = None if change.progress is None else change.progress.middle
        moment = placed(change.at, progress)
        if moment is not None:
            found.append(ShownEvent(moment, text))
    return sorted(found, key=lambda event: event.at)


def moment_of(change: Change) -> str:
    """Name of a change, or else when it comes."""
    if change.name:
        return change.name
    if change.progress is not None:
        return f"at {100 * change.progress.middle:.3g} %"
    assert change.at is not None
    if isinstance(change.at, dt.datetime):
        return f"from {short_date(change.at)}"
    return f"after {brief(change.at)}"


def _reached(trajectories: Trajectories, progress: float) -> float | None:
    """When the median trial has got so far; None if it never does."""
    if trajectories.watched:
        return None
    there = np.flatnonzero(np.median(trajectories.progress(), axis=0) >= progress)
    return float(trajectories.moments[there[0]]) if there.size else None


def _changes(trajectories: Trajectories) -> Iterator[str]:
    values = dict(leaves(tomllib.loads(trajectories.scenario.to_toml())))
    for change in trajectories.scenario.change:
        yield change.name or _change(values, change.set)
        values |= change.set


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Short words for what a change sets: "spares 4 → 18", "swap → 5 min, 3 more"."""
    same: dict[tuple[str, str], list[str]] = {}
    for path, value in after.items():
        same.setdefault((path.rpartition(".")[2], _value(value)), []).append(path)
    (key, value), paths = next(iter(same.items()))
    name = (key if len(paths) > 1 else paths[0].partition(".")[2] or key).replace(".", " ")
    name = name.replace("_", " ")
    olds = {_value(before[path]) if path in before else "" for path in paths}
    old = olds.pop() if len(olds) == 1 else ""
    text = f"{name} {old} → {value}" if old else f"{name} → {value}"
    if len(text) > _WIDEST:
        text = f"{name} → {value}"
    more = len(same) - 1
    return words.cut(text, _WIDEST + 6) + (f", {more} more" if more else "")


def _value(value: Any) -> str:
    """Value as it is written; a law by its centre."""
    if isinstance(value, dict):
        centre = next((value[key] for key in ("mean", "median", "value") if key in value), None)
        return f"~{centre}" if centre is not None else str(value.get("law", "…"))
    return f"{value:g}" if isinstance(value, float) else str(value)
