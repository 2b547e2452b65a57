"""Work that is done in some hours only, and goes on in the next ones where it was left."""

from __future__ import annotations

import datetime as dt
import math

from simtrain.model.on_call import FirstRow, day_covered, next_opening
from simtrain.scenario.calendar import HoursOf
from simtrain.scenario.watches import hours_of_week
from simtrain.units import DAY, HOUR

_WEEK = 7 * DAY


class WorkingHours:
    """Hours of some days in which somebody works.

    Parameters
    ----------
    hours
        These hours.
    start
        Local date and time of the start of the run.

    Attributes
    ----------
    hours, start
        The same.
    week_s
        Seconds of them in a week.
    """

    def __init__(self, hours: HoursOf, start: dt.datetime | None):
        self.hours, self.start = hours, start
        self._clock = FirstRow((hours,), start)
        self.week_s = len(hours_of_week(hours)) * HOUR

    def takes(self, time: float, work_s: float) -> float:
        """Seconds from `time` (seconds since the start) until work of so many seconds is done.

        Work of no time is done as soon as somebody is there.
        """
        weeks = max(0, math.ceil(work_s / self.week_s) - 1)  # which take as long whenever they do
        left_s, passed_s = work_s - weeks * self.week_s, weeks * _WEEK
        day, hour = self._clock.day_and_hour(time)
        begin, end = self.hours.hours
        ends_after = (end - begin) % 24 or 24
        while True:
            of_day = day_covered(self.hours, day, hour)
            if of_day is None:
                opening = next_opening(self.hours, day, hour)
                passed_s += (opening - day) * DAY + (begin - hour) * HOUR
                day, hour, of_day = opening, float(begin), opening
            until = (of_day - day) * 24 + begin + ends_after
            shift_s = (until - hour) * HOUR
            if left_s <= shift_s:
                return passed_s + left_s
            passed_s, left_s = passed_s + shift_s, left_s - shift_s
            day, hour = day + until // 24, float(until % 24)

    def mean(self, work_s: float) -> float:
        """The same on average over the hours of a week in which it begins."""
        hours = range(int(_WEEK / HOUR))
        return sum(self.takes((hour + 0.5) * HOUR, work_s) for hour in hours) / len(hours)
