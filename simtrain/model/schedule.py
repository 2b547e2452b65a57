"""When a schedule holds: spells of hours that the calendar and the profiles of a trial give.

They are known before the trial begins, so that each is a planned event.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.model.by_hour import NumbersByRow, into_hour_s
from simtrain.model.footprint import FootprintReader
from simtrain.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario
    from simtrain.scenario.schedule import Schedule

    Holds = Callable[[int, int], NDArray[np.bool_]]
    """Whether a schedule holds in each hour from one to before another, counted from that in which
    the run starts."""

_AT_ONCE = 2048
"""Hours that are looked at together, some twelve weeks."""


class Spell(NamedTuple):
    """Time in which a schedule holds, in seconds since the start of the run."""

    start: float
    end: float


class PowerLimit(NamedTuple):
    """What a job trains with while its power is limited.

    Parameters
    ----------
    name
        Name of the schedule, which the loss of speed is charged to.
    power, speed
        Share of the power while training, and of the speed.
    """

    name: str
    power: float
    speed: float


class ScheduleParameters(NamedTuple):
    """A schedule with the numbers of a trial.

    Parameters
    ----------
    name
        Its name.
    limit
        What the job trains with then; None if it pauses.
    spells
        When it holds, up to a moment.
    """

    name: str
    limit: PowerLimit | None
    spells: Callable[[float], Iterator[Spell]]


class ScheduleReader:
    """Makes the schedules of each trial of a scenario, which hold for the whole run.

    A threshold is held against the profile as it is before any change.

    Parameters
    ----------
    scenario
        The scenario.
    """

    def __init__(self, scenario: Scenario):
        self._scenario = scenario
        self._footprints = FootprintReader(scenario)
        self._hours = {
            name: NumbersByRow([schedule], scenario.start)
            for name, schedule in scenario.schedule.items()
            if scenario.start is not None
        }

    def schedules(self, settle: Settle) -> list[ScheduleParameters]:
        """Schedules with the numbers of a trial."""
        if not self._scenario.schedule:
            return []
        return [
            self._parameters(name, one, settle) for name, one in self._scenario.schedule.items()
        ]

    def _parameters(self, name: str, schedule: Schedule, settle: Settle) -> ScheduleParameters:
        holds = self._holds(name, schedule, settle)
        at_least, into = schedule.at_least.middle, into_hour_s(self._scenario.start)
        limit = None
        if schedule.power is not None and schedule.speed is not None:
            limit = PowerLimit(
                name,
                settle(f"schedule.{name}.power", schedule.power).mean,
                settle(f"schedule.{name}.speed", schedule.speed).mean,
            )
        return ScheduleParameters(name, limit, lambda end: spells(holds, into, at_least, end))

    def _holds(self, name: str, schedule: Schedule, settle: Settle) -> Holds:
        footprint = self._footprints.footprint(settle)
        thresholds = [
            (weight, threshold.middle)
            for weight, threshold in (
                (footprint.intensity, schedule.intensity_above),
                (footprint.tariff, schedule.price_above),
            )
            if threshold is not None and weight is not None
        ]

        def holds(first: int, last: int) -> NDArray[np.bool_]:
            held = np.ones(last - first, dtype=np.bool_)
            if (hours := self._hours.get(name)) is not None:
                held &= hours.first(last)[first:last] == 0
            for weight, threshold in thresholds:
                held &= weight.by_hour(first, last) > threshold
            return held

        return holds


def spells(holds: Holds, into_hour_s: float, at_least_s: float, end_s: float) -> Iterator[Spell]:
    """Spells of hours in which something holds, in order, up to a moment.

    Parameters
    ----------
    holds
        Whether it holds in which hours.
    into_hour_s
        Seconds from the full hour to the start of the run.
    at_least_s
        Shortest spell in seconds; shorter ones are left out. The first one counts from the start.
    end_s
        Seconds since the start after which none begins; it is finite.
    """

    def spell(first: int, last: int) -> Iterator[Spell]:
        start = max(0.0, first * HOUR - into_hour_s)
        end = last * HOUR - into_hour_s
        if start < end_s and end - start >= at_least_s:
            yield Spell(start, end)

    begun, held = -1, False
    for first in count(0, _AT_ONCE):
        last = first + _AT_ONCE
        hours = holds(first, last)
        for turn in np.flatnonzero(np.diff(hours, prepend=held)).tolist():
            if begun < 0:
                begun = first + turn
            else:
                yield from spell(begun, first + turn)
                begun = -1
        held = bool(hours[-1])
        if last * HOUR - into_hour_s >= end_s:
            if begun >= 0:
                yield from spell(begun, last)
            return
