"""What is due comes in order."""

from __future__ import annotations

from simtrain.distributions import Fixed
from simtrain.engine.dates import PlannedEvent, PlannedEvents, StopParameters

UPGRADE = StopParameters("upgrade", "maintenance", Fixed(60.0), True, 0.0, 0, 0)


def again(event: PlannedEvent) -> PlannedEvent:
    """The next of what comes every 100 seconds."""
    return event._replace(at=event.at + 100.0, occurrence=event.occurrence + 1)


def test_dates_in_order_and_ties_in_that_of_the_file() -> None:
    events = [
        PlannedEvent(5.0, 2, change=2),
        PlannedEvent(3.0, 0, change=0),
        PlannedEvent(5.0, 1, change=1),
    ]
    planned = PlannedEvents([PlannedEvent(50.0, 99), *events], [])
    assert [planned.take_dated().change for _ in range(4)] == [0, 1, 2, -1]


def test_what_recurs_is_entered_again() -> None:
    upgrade = PlannedEvent(100.0, 0, stop=UPGRADE, following=again)
    planned = PlannedEvents([PlannedEvent(350.0, 99), upgrade], [])
    taken = [planned.take_dated() for _ in range(4)]
    assert [(event.at, event.occurrence) for event in taken[:3]] == [
        (100.0, 0),
        (200.0, 1),
        (300.0, 2),
    ]
    assert taken[3].stop is None


def test_places_come_when_they_are_reached() -> None:
    planned = PlannedEvents(
        [PlannedEvent(1e9, 99)], [PlannedEvent(20.0, 1, change=1), PlannedEvent(10.0, 0, change=0)]
    )
    assert planned.next_work == 10.0
    assert planned.take_placed(9.9) is None
    assert [planned.take_placed(20.0).change for _ in range(2)] == [0, 1]  # type: ignore[union-attr]
    assert planned.take_placed(1e9) is None
    assert planned.next_work == float("inf")


def test_without_stops_only_changes_are_left() -> None:
    planned = PlannedEvents(
        [PlannedEvent(1e9, 99), PlannedEvent(5.0, 0, stop=UPGRADE), PlannedEvent(7.0, 1, change=1)],
        [],
    )
    rest = planned.without_stops()
    assert [rest.take_dated().at for _ in range(2)] == [7.0, 1e9]
