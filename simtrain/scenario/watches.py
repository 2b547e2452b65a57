"""Which row of some hours fits at which hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from simtrain.scenario.calendar import Watch, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.scenario.calendar import HoursOf, People

_DAY, _WEEK = 24, 7 * 24


def overlapping(people: People) -> dict[int, list[int]]:
    """Rows of `people.when` that fit at an hour at which a later one fits too, and these."""
    weeks = [hours_of_week(row) for row in people.when]
    found = {
        row: [later for later in range(row + 1, len(weeks)) if weeks[row] & weeks[later]]
        for row in range(len(weeks))
    }
    return {row: later for row, later in found.items() if later}


def never_used(rows: Iterable[HoursOf]) -> list[int]:
    """Rows whose hours are all those of rows above that hold on any date."""
    taken, unused = set[int](), []
    for number, row in enumerate(rows):
        hours = hours_of_week(row)
        if hours <= taken:
            unused.append(number)
        if not (isinstance(row, Watch) and row.holidays):
            taken |= hours
    return unused


def hours_of_week(row: HoursOf) -> set[int]:
    """Hours of the week, from Monday at 0, that a row fits; a night belongs to the day before."""
    begin, end = row.hours
    lasts = (end - begin) % _DAY or _DAY
    days = [day for day, name in enumerate(get_args(Weekday)) if not row.days or name in row.days]
    return {(_DAY * day + begin + hour) % _WEEK for day in days for hour in range(lasts)}
