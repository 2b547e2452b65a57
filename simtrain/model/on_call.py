"""How long it takes until a person acts, by the hour at which the wait begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from functools import cache

from simtrain.distributions import Law
from simtrain.scenario.calendar import HoursOf, People, Watch
from simtrain.units import DAY, HOUR

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class FirstRow:
    """Which of some rows is the first that fits at an hour of a run.

    Parameters
    ----------
    rows
        Hours of some days.
    start
        Local date and time of the start of the run; only needed if there are rows.
    holidays
        Days on which a row for holidays fits, as ordinals; others fit on any.
    """

    def __init__(
        self, rows: Sequence[HoursOf], start: dt.datetime | None, holidays: Container[int] = ()
    ):
        self._rows = rows
        self._holidays = holidays
        self._midnight = start.toordinal() if start else 0
        self._since_midnight = seconds_of_day(start) if start else 0.0
        self.on = cache(self._find)

    def at(self, time: float) -> int:
        """Number of the first row that fits at `time`, seconds since the start, or -1."""
        day, hour = self.day_and_hour(time)
        return self.on(day, int(hour))

    def day_and_hour(self, time: float) -> tuple[int, float]:
        """Day, as an ordinal, and hour of that day at `time`, seconds since the start."""
        days, seconds = divmod(time + self._since_midnight, DAY)
        return self._midnight + int(days), seconds / HOUR

    def _find(self, day: int, hour: int) -> int:
        """Number of the first row that fits on a day in an hour, or -1."""
        for row, hours in enumerate(self._rows):
            covered = day_covered(hours, day, hour)
            of_holidays = isinstance(hours, Watch) and hours.holidays
            if covered is not None and (not of_holidays or covered in self._holidays):
                return row
        return -1


class OnCall:
    """People who answer, by the hours that they keep.

    Parameters
    ----------
    people
        Response times by hour, weekday and holiday.
    start
        Local date and time of the start of the run; only needed if the hours matter.
    """

    def __init__(self, people: People, start: dt.datetime | None):
        self._watches = people.when
        self._staffed = people.staffed
        holidays = {day.toordinal() for day in people.holidays}
        self._first = FirstRow(people.when, start, holidays)

    def wait(self, time: float, responses: tuple[Law, ...], uniform: float) -> float:
        """Seconds from `time` (seconds since the start) until a person acts.

        Parameters
        ----------
        responses
            Law of the response time of each watch, and of all other times.
        """
        if not self._watches and self._staffed is None:
            return responses[-1].quantile(uniform)
        day, hour = self._first.day_and_hour(time)
        closed = 0.0
        if self._staffed is not None and day_covered(self._staffed, day, hour) is None:
            opening = next_opening(self._staffed, day, hour)
            closed = (opening - day) * DAY + (self._staffed.hours[0] - hour) * HOUR
            day, hour = opening, float(self._staffed.hours[0])
        return closed + responses[self._first.on(day, int(hour))].quantile(uniform)


def next_opening(hours: HoursOf, day: int, hour: float) -> int:
    """Next day on which some hours begin."""
    start = float(hours.hours[0])
    opening = day if hour < start else day + 1
    while day_covered(hours, opening, start) is None:
        opening += 1
    return opening


def day_covered(hours: HoursOf, day: int, hour: float) -> int | None:
    """Day to which some hours belong that cover this one; a night belongs to the day before."""
    start, end = hours.hours
    if hour >= start and (hour < end or start >= end) and is_on(hours, day):
        return day
    if hour < end <= start and is_on(hours, day - 1):
        return day - 1
    return None


def is_on(hours: HoursOf, day: int) -> bool:
    """Whether hours are kept on a day, an ordinal."""
    return hours.days is None or _WEEKDAYS[(day - 1) % 7] in hours.days


def seconds_of_day(moment: dt.datetime) -> float:
    """Seconds since the midnight before."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight).total_seconds()
