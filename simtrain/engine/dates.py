"""Planned events, by date or by progress: changes, planned stops and incidents, and the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Literal, NamedTuple

from simtrain.distributions import Fixed
from simtrain.model.recurring_stops import RecurringStop, next_stop
from simtrain.model.streams import STOP, STOP_DUE
from simtrain.scenario.models import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simtrain.distributions import Law
    from simtrain.model.draws import Draws, Stream
    from simtrain.model.parameters import Parameters, Settle
    from simtrain.model.schedule import PowerLimit, ScheduleParameters
    from simtrain.model.weather import WeatherParameters
    from simtrain.scenario.calendar import Stop
    from simtrain.scenario.scenario import Scenario

ALL_HOSTS = -1


@dataclass(frozen=True, slots=True)
class StopParameters:
    """A planned stop or an incident. Durations in seconds; `hosts` may be `ALL_HOSTS`.

    `margin` is how far before it, in work, the copy to go back to must lie. One that ends at a
    known moment, in seconds since the start, has it in `until`, however long the job takes to save.
    """

    name: str
    kind: Literal["maintenance", "pause", "incident"]
    duration: Law
    save_first: bool
    margin: float
    hosts: int
    unfit: int
    until: float | None = None


class PlannedEvent(NamedTuple):
    """Something due, in order of `at`: seconds since the start, or position of the work.

    At most one of `change` (its number), `stop`, `weather`, of which another span begins,
    `limit`, of power, which begins or `ends`, `allocation` (its number), which is to be saved
    before it `ends`, and `row`, of the trace of capacity, is given; the end of the trial has none.
    What recurs knows what is `following`.
    """

    at: float
    order: int
    change: int = -1
    stop: StopParameters | None = None
    occurrence: int = 0
    weather: WeatherParameters | None = None
    limit: PowerLimit | None = None
    ends: bool = False
    allocation: int = -1
    row: int = -1
    following: Callable[[PlannedEvent], PlannedEvent | None] | None = None


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
        """The same changes, and nothing that recurs or stops the job."""
        return PlannedEvents(
            [event for event in self._dated if event.stop is None and event.following is None],
            [event for event in self._placed if event.stop is None],
        )

    @property
    def dated(self) -> list[PlannedEvent]:
        """Those by date, as a heap."""
        return self._dated

    @property
    def placed(self) -> list[PlannedEvent]:
        """Those by progress, as a heap."""
        return self._placed

    @property
    def start_in_pause(self) -> bool:
        """Whether a run starts in a pause that is due next."""
        first = self._dated[0]
        return first.at <= 0.0 and first.stop is not None and first.stop.until is not None

    def enter(self, event: PlannedEvent) -> None:
        """Enter another one by date."""
        heappush(self._dated, event)
        self._note_next()

    def take_dated(self) -> PlannedEvent:
        """Take the next one by date; one that recurs is entered again."""
        event = heappop(self._dated)
        if event.following is not None and (following := event.following(event)) is not None:
            heappush(self._dated, following)
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
    scenario: Scenario,
    settle: Settle,
    draws: Draws,
    parameters: Parameters,
    end: float,
    schedules: Sequence[ScheduleParameters] = (),
) -> PlannedEvents:
    """Planned events of a trial with these parameters that ends at the latest at `end`."""
    dated, placed = [PlannedEvent(end, 1 << 30)], []
    weathers: list[WeatherParameters | None] = []
    for fault in parameters.faults.values():
        if fault.weather not in weathers:
            weathers.append(fault.weather)
    for order, weather in enumerate(weathers, start=-len(weathers)):
        if weather is not None:
            span = PlannedEvent(weather.begins(1), order, occurrence=1, weather=weather)
            dated.append(span._replace(following=_next_span))
    start = scenario.start

    def enter(at: dt.datetime | float | None, progress: float | None, event: PlannedEvent) -> None:
        if at is not None:
            dated.append(event._replace(at=elapsed(at, start)))
        elif progress is not None:
            placed.append(event._replace(at=progress * parameters.work))

    reached = 0.0
    for number, change in enumerate(scenario.change):
        if change.progress is not None:  # drawn too early, it comes with the change above it
            drawn = settle(f"change.{number}.progress", change.progress).mean
            reached = max(reached, drawn)
        enter(change.at, reached, PlannedEvent(0.0, number, change=number))
    for order, (name, stop) in enumerate(scenario.stop.items(), start=len(scenario.change)):
        event = PlannedEvent(0.0, order, stop=_stop_parameters(name, stop, settle))
        if stop.every is None:
            enter(stop.at, stop.progress, event)
            continue
        after = _due_after(settle(f"stop.{name}.every", stop.every), draws.stream(STOP, name))
        at = None if stop.first is None else elapsed(stop.first, start)
        if at is None and parameters.underway is not None:
            one = recurring_stop(name, stop, settle)
            at = next_stop(one, parameters, draws)
        at = after(0) if at is None else at
        dated.append(event._replace(at=at, following=_recurring(after)))
    first = len(scenario.change) + len(scenario.stop)
    for order, schedule in enumerate(schedules, start=first):
        if (begins := first_of(schedule, order, end)) is not None:
            dated.append(begins)
    return PlannedEvents(dated, placed)


def first_of(schedule: ScheduleParameters, order: int, end: float) -> PlannedEvent | None:
    """First of the events of a schedule, which knows the others; None if it never holds."""
    spells = schedule.spells(end)

    def begin(occurrence: int) -> PlannedEvent | None:
        spell = next(spells, None)
        if spell is None:
            return None
        event = PlannedEvent(spell.start, order, occurrence=occurrence)
        if (limit := schedule.limit) is None:
            length = Fixed(spell.end - spell.start)
            stop = StopParameters(schedule.name, "pause", length, True, 0.0, 0, 0, spell.end)
            return event._replace(stop=stop, following=lambda now: begin(now.occurrence + 1))

        def ending(now: PlannedEvent) -> PlannedEvent:
            # It ends before another begins at the same moment, since that is entered only then.
            return now._replace(
                at=spell.end, ends=True, following=lambda now: begin(now.occurrence + 1)
            )

        return event._replace(limit=limit, following=ending)

    return begin(0)


def _next_span(event: PlannedEvent) -> PlannedEvent:
    """Begin of the next span of a weather."""
    assert event.weather is not None
    span = event.occurrence + 1
    return event._replace(at=event.weather.begins(span), occurrence=span)


def _recurring(after: Callable[[int], float]) -> Callable[[PlannedEvent], PlannedEvent]:
    """Next time of a stop, from when its n-th time is due after the one before."""

    def following(event: PlannedEvent) -> PlannedEvent:
        number = event.occurrence + 1
        return event._replace(at=event.at + after(number), occurrence=number)

    return following


def _stop_parameters(name: str, stop: Stop, settle: Settle) -> StopParameters:
    return StopParameters(
        name=name,
        kind=stop.kind,
        duration=settle(f"stop.{name}.duration", stop.duration),
        save_first=stop.saves_first,
        margin=settle(f"stop.{name}.margin", stop.margin).mean,
        hosts=ALL_HOSTS if stop.hosts == "all" else stop.hosts,
        unfit=stop.unfit,
    )


def recurring_stop(name: str, stop: Stop, settle: Settle) -> RecurringStop:
    """A stop that recurs, with its numbers in a trial."""
    assert stop.every is not None
    every, duration = (
        settle(f"stop.{name}.{key}", number)
        for key, number in (("every", stop.every), ("duration", stop.duration))
    )
    holds_job = stop.kind != "incident" or stop.hosts == "all"
    return RecurringStop(name, every, duration, holds_job)


def _due_after(every: Law, stream: Stream) -> Callable[[int], float]:
    def seconds(number: int) -> float:
        block, at = stream.row(number)
        return every.quantile(block[at + STOP_DUE])

    return (lambda number: every.mean) if isinstance(every, Fixed) else seconds
