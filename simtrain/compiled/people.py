"""Who answers in which hour of a run, as arrays, which scenarios with the same hours share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.model.on_call import FirstRow, day_covered

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from simtrain.scenario.calendar import People

_MOST = 16
_known: dict[str, HoursOfPeople] = {}


class HoursOfPeople(NamedTuple):
    """Who answers, hour by hour, from the midnight before the start.

    Parameters
    ----------
    rows
        Number of the row that fits; that of all rows if none does.
    openings
        Day, from that of the start, on which staffed hours begin next; -1 within them, and if none
        are given.
    """

    rows: NDArray[np.int64]
    openings: NDArray[np.int64]


def hours_of_people(people: People, start: dt.datetime | None, days: int) -> HoursOfPeople:
    """Who answers in the hours of some days."""
    when = [(watch.hours, watch.days, watch.holidays) for watch in people.when]
    staffed = people.staffed and (people.staffed.hours, people.staffed.days)
    key = repr((when, staffed, people.holidays, start, days))
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = _looked_up(people, start, days)
    return _known[key]


def _looked_up(people: People, start: dt.datetime | None, days: int) -> HoursOfPeople:
    holidays = {day.toordinal() for day in people.holidays}
    first = FirstRow(people.when, start, holidays)
    midnight = start.toordinal() if start else 0
    staffed = people.staffed
    rows, openings = np.empty(days * 24, np.int64), np.full(days * 24, -1)
    for place in range(days * 24):
        day, hour = midnight + place // 24, place % 24
        row = first.on(day, hour)
        rows[place] = len(people.when) if row < 0 else row
        if staffed is not None and day_covered(staffed, day, hour) is None:
            opens = staffed.hours[0]
            opening = day if hour < opens else day + 1
            while day_covered(staffed, opening, opens) is None:
                opening += 1
            openings[place] = opening - midnight
    return HoursOfPeople(rows, openings)
