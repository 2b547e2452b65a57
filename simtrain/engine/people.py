"""How long it takes until a person acts, by the hour at which the wait begins."""

from __future__ import annotations

import datetime as dt

from simtrain.distributions import Law
from simtrain.scenario.calendar import HoursOf, People
from simtrain.units import DAY, HOUR

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Rota:
    """The hours that people keep.

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
        self._midnight = start.toordinal() if start else 0
        self._since_midnight = _seconds_of_day(start) if start else 0.0

    def wait(self, time: float, responses: tuple[Law, ...], uniform: float) -> float:
        """Seconds from `time` (seconds since the start) until a person acts.

        Parameters
        ----------
        responses
            Law of the response time of each watch, and of all other times.
        """
        if not self._watches and self._staffed is None:
            return responses[-1].quantile(uniform)
        idle = self._until_staffed(time)
        row = self._watch(time + idle)
        return idle + responses[row].quantile(uniform)

    def _watch(self, time: float) -> int:
        """Number of the first watch that fits, or -1."""
        day, hour = self._day_and_hour(time)
        for row, watch in enumerate(self._watches):
            if _covers(watch, day, hour) and (not watch.holidays or day in self._holidays):
                return row
        return -1

    def _until_staffed(self, time: float) -> float:
        if self._staffed is None:
            return 0.0
        day, hour = self._day_and_hour(time)
        if _covers(self._staffed, day, hour):
            return 0.0
        opening = float(self._staffed.hours[0])
        days = 0 if hour < opening else 1
        while not _covers(self._staffed, day + days, opening):
            days += 1
        return days * DAY + (opening - hour) * HOUR

    def _day_and_hour(self, time: float) -> tuple[int, float]:
        days, seconds = divmod(time + self._since_midnight, DAY)
        return self._midnight + int(days), seconds / HOUR


def _covers(hours: HoursOf, day: int, hour: float) -> bool:
    """Whether an hour of a day falls into them; hours over midnight belong to the day before."""
    start, end = hours.hours
    if start < end:
        return start <= hour < end and _on_day(hours, day)
    return (hour >= start and _on_day(hours, day)) or (hour < end and _on_day(hours, day - 1))


def _on_day(hours: HoursOf, day: int) -> bool:
    return hours.days is None or _WEEKDAYS[(day - 1) % 7] in hours.days


def _seconds_of_day(moment: dt.datetime) -> float:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment - midnight).total_seconds()
