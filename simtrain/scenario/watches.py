"""Which row of some hours fits at which hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from simtrain.scenario.allocation import Submission
from simtrain.scenario.calendar import Watch, Weekday
from simtrain.scenario.domains import MAX_HOSTS

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def never_used(rows: Sequence[HoursOf]) -> list[int]:
    """Rows whose hours are all those of rows above that hold on any date, whatever the size."""
    sizes = [_sizes(row) for row in rows]
    starts = {size for least, most in sizes for size in (least, most + 1)}
    unused = []
    for number, (row, (least, most)) in enumerate(zip(rows, sizes, strict=True)):
        # What fits changes at these sizes alone.
        taken = [
            set[int]().union(*(
                hours_of_week(above)
                for above, (low, high) in zip(rows[:number], sizes[:number], strict=True)
                if low <= size <= high and not (isinstance(above, Watch) and above.holidays)
            ))
            for size in starts
            if least <= size <= most
        ]  # fmt: skip
        if all(hours_of_week(row) <= hours for hours in taken):
            unused.append(number)
    return unused


def _sizes(row: HoursOf) -> tuple[int, int]:
    """From and to which size of the job a row fits."""
    hosts = row.hosts if isinstance(row, Submission) else None
    return hosts or (1, MAX_HOSTS)


def hours_of_week(row: HoursOf) -> set[int]:
    """Hours of the week, from Monday at 0, that a row fits; a night belongs to the day before."""
    begin, end = row.hours
    lasts = (end - begin) % _DAY or _DAY
    days = [day for day, name in enumerate(get_args(Weekday)) if not row.days or name in row.days]
    return {(_DAY * day + begin + hour) % _WEEK for day in days for hour in range(lasts)}
