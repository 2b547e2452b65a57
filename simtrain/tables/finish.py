"""When a run ends: the wall-clock of all trials, as dates, and the chance to make a date."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.scenario.models import elapsed
from simtrain.tables.estimates import Estimate, quantile_of, share_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

PERCENTILES = (10, 50, 90)
"""What a summary has of the finish."""
NO_START = "a date needs a start to be counted from; give the scenario its `start`"
_DAY = dt.timedelta(days=1)


class Deadline(NamedTuple):
    """A date that a run may make.

    Parameters
    ----------
    text
        The date in ISO form. A day without a time lasts to its end.
    until_s
        Seconds from the start of the run until then.
    """

    text: str
    until_s: float


@dataclass(frozen=True, eq=False)
class Finish:
    """When the trials of a run end, as dates.

    A trial that hit a bound of the simulation counts as one that never ends, but for the chance
    to make a date: that it misses one that lies beyond the bound is not known.

    Parameters
    ----------
    start
        Start of the run.
    wall_clock_s
        Seconds until the end of each trial; infinite where it was truncated.
    seen_s
        Seconds until each trial ended or was truncated; infinite where it gave up.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.finish.p90  # doctest: +SKIP
    datetime.datetime(2022, 1, 3, 9, 11, 4)
    >>> results.finish.chance("2021-12-31").value  # doctest: +SKIP
    """

    start: dt.datetime
    wall_clock_s: NDArray[np.float64]
    seen_s: NDArray[np.float64]

    def __repr__(self) -> str:
        points = (f"P{q} {isoformat(self.at(q)) or 'never'}" for q in PERCENTILES)
        return f"<Finish: {', '.join(points)}>"

    @property
    def p10(self) -> dt.datetime | None:
        """Date by which a tenth of all trials has ended; None if it has not."""
        return self.at(10)

    @property
    def p50(self) -> dt.datetime | None:
        """Date by which half of all trials have ended; None if they have not."""
        return self.at(50)

    @property
    def p90(self) -> dt.datetime | None:
        """Date by which nine tenths of all trials have ended; None if they have not."""
        return self.at(90)

    def at(self, percentile: float) -> dt.datetime | None:
        """Date by which so many percent of all trials have ended; None if they have not.

        Parameters
        ----------
        percentile
            Above 0 and below 100; else an `InputError` is raised.
        """
        return moment(self.start, percentile_of(self.wall_clock_s, percentile).value)

    def interval(self, percentile: float) -> tuple[dt.datetime | None, dt.datetime | None]:
        """95 % confidence interval of `at`; None where an end is open."""
        found = percentile_of(self.wall_clock_s, percentile)
        return moment(self.start, found.low), moment(self.start, found.high)

    def chance(self, by: str | dt.date) -> Estimate:
        """Probability to end by a date, with its 95 % confidence interval, as fractions.

        Where trials were truncated before the date, the value is the least that it can be, and
        the high end of the interval allows that all of them would have made it.

        Parameters
        ----------
        by
            A date, or its ISO form. A day without a time lasts to its end.

        Raises
        ------
        InputError
            If it is no date, lies before the start, or has an offset that the start lacks.
        """
        return chance_of(self.wall_clock_s, self.seen_s, _deadline(by, self.start))

    def summary(self) -> dict[str, Any]:
        """Dates in ISO form with the ends of their intervals; None where there is none."""
        found: dict[str, Any] = {}
        for q in PERCENTILES:
            found[f"p{q}"] = isoformat(self.at(q))
            found[f"p{q}_ci95"] = list(map(isoformat, self.interval(q)))
        return found


def deadline_of(by: str | dt.date, scenario: Scenario) -> Deadline:
    """A date that a run of a scenario may make.

    Raises
    ------
    InputError
        If it is no date, lies before the start or has an offset that the start lacks, or the
        scenario has no start, or its end is fixed.
    """
    if scenario.workload.window is not None:
        raise InputError(
            "by: the run is observed for a fixed `workload.window` and has no finish to be early "
            "or late; give the scenario its work instead"
        )
    if scenario.start is None:
        raise InputError(f"by: {NO_START}")
    return _deadline(by, scenario.start)


def chance_of(
    wall_clock_s: NDArray[np.float64], seen_s: NDArray[np.float64], deadline: Deadline
) -> Estimate:
    """Probability to end until a deadline, from the wall-clock of all trials.

    Where it is not known of some of them, the value is the least that it can be.
    """
    made = int((wall_clock_s <= deadline.until_s).sum())
    least = share_of(made, wall_clock_s.size)
    unknown = unknown_of(wall_clock_s, seen_s, deadline)
    return least._replace(high=share_of(made + unknown, wall_clock_s.size).high)


def unknown_of(
    wall_clock_s: NDArray[np.float64], seen_s: NDArray[np.float64], deadline: Deadline
) -> int:
    """How many trials were truncated before a deadline: whether they make it is not known."""
    return int((np.isinf(wall_clock_s) & (seen_s < deadline.until_s)).sum())


def percentile_of(wall_clock_s: NDArray[np.float64], percentile: float) -> Estimate:
    """A percentile with its interval; an `InputError` if it is not above 0 and below 100."""
    is_number = isinstance(percentile, int | float | np.number)
    if not is_number or not 0 < percentile < 100:
        raise InputError(
            f"percentile: {shown(percentile)} is not above 0 and below 100; give one such as 90"
        )
    return quantile_of(wall_clock_s, percentile / 100)


def moment(start: dt.datetime, seconds: float) -> dt.datetime | None:
    """Date that lies so many seconds after a start; None if no calendar has it."""
    if not math.isfinite(seconds):
        return None
    try:
        return start + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def isoformat(date: dt.datetime | None) -> str | None:
    """A date to the second, in ISO form."""
    return None if date is None else date.isoformat(timespec="seconds")


def seconds_until(date: dt.date, start: dt.datetime, to_its_end: bool) -> float:
    """Seconds from the start of a run until a date, negative if it lies before.

    Parameters
    ----------
    date
        A moment, or a day without a time.
    start
        Start of the run. What has no offset is in local time of the run.
    to_its_end
        Whether a day without a time is counted to its end, and not to its start.

    Raises
    ------
    InputError
        If the date has an offset and the start has none.
    """
    if not isinstance(date, dt.datetime):
        date = dt.datetime.combine(date, dt.time()) + (_DAY if to_its_end else dt.timedelta())
    if date.tzinfo is not None and start.tzinfo is None:
        raise InputError(
            f"{date.isoformat()} has an offset and the `start` of the scenario has none; leave the "
            "offset out, or give `start` one too"
        )
    return elapsed(date, start)


def date_of(text: object) -> dt.date:
    """A date from its ISO form, without a time if that has none; an `InputError` if it is none."""
    for read in (dt.date.fromisoformat, dt.datetime.fromisoformat):
        try:
            return read(text.strip() if isinstance(text, str) else "")
        except ValueError:
            continue
    raise InputError(f"{shown(text)} is not a date; use a date such as 2026-07-01")


def _deadline(by: object, start: dt.datetime) -> Deadline:
    try:
        date = by if isinstance(by, dt.date) else date_of(by)
        until_s = seconds_until(date, start, to_its_end=True)
    except InputError as error:
        raise InputError(f"by: {error}") from None
    if isinstance(date, dt.datetime) and date.tzinfo is not None:
        date = date.astimezone(start.tzinfo)
    text = date.isoformat()
    if until_s <= 0:
        raise InputError(f"by: {text} is before the start of the run; choose a later date")
    return Deadline(text, until_s)
