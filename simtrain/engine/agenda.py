"""What is due on a date or at a progress: changes, planned stops and incidents, and the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Literal, NamedTuple

from simtrain.distributions import Law
from simtrain.engine.rules import Settle
from simtrain.scenario.calendar import Stop
from simtrain.scenario.models import elapsed
from simtrain.scenario.scenario import Scenario

ALL_HOSTS = -1


@dataclass(frozen=True, slots=True)
class StopRules:
    """A planned stop or an incident. Durations in seconds; `hosts` may be `ALL_HOSTS`."""

    name: str
    kind: Literal["maintenance", "pause", "incident"]
    duration: Law
    save_first: bool
    hosts: int
    unfit: int
    every: float


class Item(NamedTuple):
    """Something due, in order of `at`: seconds since the start, or position of the work.

    Exactly one of `change` (its number) and `stop` is given; the end of the trial has neither.
    """

    at: float
    order: int
    change: int = -1
    stop: StopRules | None = None
    occurrence: int = 0


class Agenda:
    """Items by date and by progress, each in order.

    Parameters
    ----------
    dated, placed
        Items by date, and by progress.

    Attributes
    ----------
    next_date
        When the next item is due, in seconds; the end of the trial is always among them.
    next_work
        Position of the work at which the next item is due.
    """

    __slots__ = ("_dated", "_placed", "next_date", "next_work")

    def __init__(self, dated: list[Item], placed: list[Item]):
        self._dated = dated
        self._placed = placed
        heapify(self._dated)
        heapify(self._placed)
        self._note_next()

    def without_stops(self) -> Agenda:
        """The same changes, and no stop."""
        return Agenda(
            [item for item in self._dated if item.stop is None],
            [item for item in self._placed if item.stop is None],
        )

    def take_dated(self) -> Item:
        """Take the next dated item; one that recurs is entered again."""
        item = heappop(self._dated)
        if item.stop is not None and item.stop.every:
            again = item._replace(at=item.at + item.stop.every, occurrence=item.occurrence + 1)
            heappush(self._dated, again)
        self._note_next()
        return item

    def take_placed(self, work: float) -> Item | None:
        """Take the next item due at a position of the work."""
        if self.next_work > work or not self._placed:
            return None
        item = heappop(self._placed)
        self._note_next()
        return item

    def _note_next(self) -> None:
        self.next_date = self._dated[0].at if self._dated else float("inf")
        self.next_work = self._placed[0].at if self._placed else float("inf")


def agenda_of(scenario: Scenario, settle: Settle, work: float, end: float) -> Agenda:
    """Agenda of a trial with `work` to do that ends at the latest at `end`."""
    dated, placed = [Item(end, 1 << 30)], []
    start = scenario.start

    def enter(at: dt.datetime | float | None, progress: float | None, item: Item) -> None:
        if at is not None:
            dated.append(item._replace(at=elapsed(at, start)))
        elif progress is not None:
            placed.append(item._replace(at=progress * work))

    for number, change in enumerate(scenario.change):
        enter(change.at, change.progress, Item(0.0, number, change=number))
    for order, (name, stop) in enumerate(scenario.stop.items(), start=len(scenario.change)):
        rules = _stop_rules(name, stop, settle)
        at = rules.every if rules.every else stop.at
        enter(at, stop.progress, Item(0.0, order, stop=rules))
    return Agenda(dated, placed)


def _stop_rules(name: str, stop: Stop, settle: Settle) -> StopRules:
    every = stop.every
    return StopRules(
        name=name,
        kind=stop.kind,
        duration=settle(f"stop.{name}.duration", stop.duration),
        save_first=stop.kind != "incident" if stop.save_first is None else stop.save_first,
        hosts=ALL_HOSTS if stop.hosts == "all" else stop.hosts,
        unfit=stop.unfit,
        every=0.0 if every is None else settle(f"stop.{name}.every", every).mean,
    )
