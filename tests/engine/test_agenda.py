"""What is due comes in order."""

from __future__ import annotations

from simtrain.distributions import Fixed
from simtrain.engine.agenda import Agenda, Item, StopRules

UPGRADE = StopRules("upgrade", "maintenance", Fixed(60.0), True, 0, 0, every=100.0)


def test_dates_in_order_and_ties_in_that_of_the_file() -> None:
    items = [Item(5.0, 2, change=2), Item(3.0, 0, change=0), Item(5.0, 1, change=1)]
    agenda = Agenda([Item(50.0, 99), *items], [])
    assert [agenda.take_dated().change for _ in range(4)] == [0, 1, 2, -1]


def test_what_recurs_is_entered_again() -> None:
    agenda = Agenda([Item(350.0, 99), Item(100.0, 0, stop=UPGRADE)], [])
    taken = [agenda.take_dated() for _ in range(4)]
    assert [(item.at, item.occurrence) for item in taken[:3]] == [
        (100.0, 0),
        (200.0, 1),
        (300.0, 2),
    ]
    assert taken[3].stop is None


def test_places_come_when_they_are_reached() -> None:
    agenda = Agenda([Item(1e9, 99)], [Item(20.0, 1, change=1), Item(10.0, 0, change=0)])
    assert agenda.next_work == 10.0
    assert agenda.take_placed(9.9) is None
    assert [agenda.take_placed(20.0).change for _ in range(2)] == [0, 1]  # type: ignore[union-attr]
    assert agenda.take_placed(1e9) is None
    assert agenda.next_work == float("inf")


def test_without_stops_only_changes_are_left() -> None:
    agenda = Agenda([Item(1e9, 99), Item(5.0, 0, stop=UPGRADE), Item(7.0, 1, change=1)], [])
    rest = agenda.without_stops()
    assert [rest.take_dated().at for _ in range(2)] == [7.0, 1e9]
