"""Planned events, by date or by progress: changes, planned stops and incidents, and the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Literal, NamedTuple

from simtrain.distributions import Fixed
from simtrain.model.streams import STOP, STOP_DUE
from simtrain.scenario.models import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.distributions import Law
    from simtrain.model.draws import Draws, Stream
    from simtrain.model.parameters import Parameters, Settle
    from simtrain.model.weather import WeatherParameters
    from simtrain.scenario.calendar import Stop
    from simtrain.scenario.scenario import Scenario

ALL_HOSTS = -1


@dataclass(frozen=True, slots=True)
class StopParameters:
    """A planned stop or an incident. Durations in seconds; `hosts` may be `ALL_HOSTS`.

    `margin` is how far before it, in work, the copy to go back to must lie.
    `due_after`, of one that recurs, is when its n-th time is due, after the one before or the
    start.
    """

    name: str
    kind: Literal["maintenance", "pause", "incident"]
    duration: Law
    save_first: bool
    margin: float
    hosts: int
    unfit: int
    due_after: Callable[[int], float] | None


class PlannedEvent(NamedTuple):
    """Something due, in order of `at`: seconds since the start, or position of the work.

    At most one of `change` (its number), `stop` and `weather`, of which another span begins, is
    given; the end of the trial has none.
    """

    at: float
    order: int
    change: int = -1
    stop: StopParameters | None = None
    occurrence: int = 0
    weather: WeatherParameters | None = None


class PlannedEvents:
    """Planned events by date and by progress, each in order.

    Parameters
    ----------
    dated, placed
        Those by date, and those by progress.

    Attributes
    ----------
    next_date
        When the next one is due, in seconds; the end of the trial is always among them.
    next_work
        Position of the work at which the next one is due.
    """

    __slots__ = ("_dated", "_placed", "next_date", "next_work")

    def __init__(self, dated: list[PlannedEvent], placed: list[PlannedEvent]):
        self._dated = dated
        self._placed = placed
        heapify(self._dated)
        heapify(self._placed)
        self._note_next()

    def without_stops(self) -> PlannedEvents:
        """The same changes, and no stop or weather."""
        return PlannedEvents(
            [event for event in self._dated if event.stop is None and event.weather is None],
            [event for event in self._placed if event.stop is None],
        )

    def take_dated(self) -> PlannedEvent:
        """Take the next one by date; one that recurs is entered again."""
        event = heappop(self._dated)
        if (weather := event.weather) is not None:
            span = event.occurrence + 1
            heappush(self._dated, event._replace(at=weather.begins(span), occurrence=span))
        if event.stop is not None and (due_after := event.stop.due_after) is not None:
            number = event.occurrence + 1
            heappush(
                self._dated, event._replace(at=event.at + due_after(number), occurrence=number)
            )
        self._note_next()
        return event

    def take_placed(self, work: float) -> PlannedEvent | None:
        """Take the next one that is due at a position of the work."""
        if self.next_work > work or not self._placed:
            return None
        event = heappop(self._placed)
        self._note_next()
        return event

    def _note_next(self) -> None:
        self.next_date = self._dated[0].at if self._dated else float("inf")
        self.next_work = self._placed[0].at if self._placed else float("inf")


def planned_events(
    scenario: Scenario, settle: Settle, draws: Draws, parameters: Parameters, end: float
) -> PlannedEvents:
    """Planned events of a trial with these parameters that ends at the latest at `end`."""
    dated, placed = [PlannedEvent(end, 1 << 30)], []
    weathers = dict.fromkeys(fault.weather for fault in parameters.faults.values())
    for order, weather in enumerate(weathers, start=-len(weathers)):
        if weather is not None:
            dated.append(PlannedEvent(weather.begins(1), order, occurrence=1, weather=weather))
    start = scenario.start

    def enter(at: dt.datetime | float | None, progress: float | None, event: PlannedEvent) -> None:
        if at is not None:
            dated.append(event._replace(at=elapsed(at, start)))
        elif progress is not None:
            placed.append(event._replace(at=progress * parameters.work))

    for number, change in enumerate(scenario.change):
        enter(change.at, change.progress, PlannedEvent(0.0, number, change=number))
    for order, (name, stop) in enumerate(scenario.stop.items(), start=len(scenario.change)):
        row = _stop_parameters(name, stop, settle, draws)
        at = stop.at if row.due_after is None else row.due_after(0)
        enter(at, stop.progress, PlannedEvent(0.0, order, stop=row))
    return PlannedEvents(dated, placed)


def _stop_parameters(name: str, stop: Stop, settle: Settle, draws: Draws) -> StopParameters:
    every = None if stop.every is None else settle(f"stop.{name}.every", stop.every)
    return StopParameters(
        name=name,
        kind=stop.kind,
        duration=settle(f"stop.{name}.duration", stop.duration),
        save_first=stop.saves_first,
        margin=settle(f"stop.{name}.margin", stop.margin).mean,
        hosts=ALL_HOSTS if stop.hosts == "all" else stop.hosts,
        unfit=stop.unfit,
        due_after=None if every is None else _due_after(every, draws.stream(STOP, name)),
    )


def _due_after(every: Law, stream: Stream) -> Callable[[int], float]:
    def seconds(number: int) -> float:
        block, at = stream.row(number)
        return every.quantile(block[at + STOP_DUE])

    return (lambda number: every.mean) if isinstance(every, Fixed) else seconds
