"""How long it takes until a person acts, by the hour at which the wait begins."""

from __future__ import annotations

import datetime as dt
from functools import cache

from simtrain.distributions import Law
from simtrain.scenario.calendar import HoursOf, People
from simtrain.units import DAY, HOUR

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
        self._holidays = {day.toordinal() for day in people.holidays}
        self._watch = cache(self._find_watch)
        self._midnight = start.toordinal() if start else 0
        self._since_midnight = seconds_of_day(start) if start else 0.0

    def wait(self, time: float, responses: tuple[Law, ...], uniform: float) -> float:
        """Seconds from `time` (seconds since the start) until a person acts.

        Parameters
        ----------
        responses
            Law of the response time of each watch, and of all other times.
        """
        if not self._watches and self._staffed is None:
            return responses[-1].quantile(uniform)
        days, seconds = divmod(time + self._since_midnight, DAY)
        day, hour = self._midnight + int(days), seconds / HOUR
        closed = 0.0
        if self._staffed is not None and day_covered(self._staffed, day, hour) is None:
            opening = _opening(self._staffed, day, hour)
            closed = (opening - day) * DAY + (self._staffed.hours[0] - hour) * HOUR
            day, hour = opening, float(self._staffed.hours[0])
        return closed + responses[self._watch(day, int(hour))].quantile(uniform)

    def _find_watch(self, day: int, hour: int) -> int:
        """Number of the first watch that fits, or -1."""
        for row, watch in enumerate(self._watches):
            covered = day_covered(watch, day, hour)
            if covered is not None and (not watch.holidays or covered in self._holidays):
                return row
        return -1


def _opening(hours: HoursOf, day: int, hour: float) -> int:
    """Next day on which some hours begin."""
    start = float(hours.hours[0])
    opening = day if hour < start else day + 1
    while day_covered(hours, opening, start) is None:
        opening += 1
    return opening


def day_covered(hours: HoursOf, day: int, hour: float) -> int | None:
    """Day to which some hours belong that cover this one; a night belongs to the day before."""
    start, end = hours.hours
    if hour >= start and (hour < end or start >= end) and _is_on(hours, day):
        return day
    if hour < end <= start and _is_on(hours, day - 1):
        return day - 1
    return None


def _is_on(hours: HoursOf, day: int) -> bool:
    return hours.days is None or _WEEKDAYS[(day - 1) % 7] in hours.days


def seconds_of_day(moment: dt.datetime) -> float:
    """Seconds since the midnight before."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight).total_seconds()
