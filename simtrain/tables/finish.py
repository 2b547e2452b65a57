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

    A trial that hit a bound of the simulation counts as one that never ends.

    Parameters
    ----------
    start
        Start of the run.
    wall_clock_s
        Seconds until the end of each trial; infinite where it was truncated.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.finish.p90  # doctest: +SKIP
    datetime.datetime(2022, 1, 3, 9, 11, 4)
    >>> results.finish.chance("2021-12-31").value  # doctest: +SKIP
    """

    start: dt.datetime
    wall_clock_s: NDArray[np.float64]

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
        """Date by which so many percent of all trials have ended; None if they have not."""
        return moment(self.start, quantile_of(self.wall_clock_s, percentile / 100).value)

    def interval(self, percentile: float) -> tuple[dt.datetime | None, dt.datetime | None]:
        """95 % confidence interval of `at`; None where an end is open."""
        found = quantile_of(self.wall_clock_s, percentile / 100)
        return moment(self.start, found.low), moment(self.start, found.high)

    def chance(self, by: str | dt.date) -> Estimate:
        """Probability to end by a date, with its 95 % confidence interval, as fractions.

        Parameters
        ----------
        by
            A date, or its ISO form. A day without a time lasts to its end.

        Raises
        ------
        InputError
            If it is no date, or lies before the start.
        """
        return chance_of(self.wall_clock_s, _deadline(by, self.start))

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
        If it is no date or lies before the start, the scenario has no start, or its end is fixed.
    """
    if scenario.workload.window is not None:
        raise InputError(
            "by: the run is observed for a fixed `workload.window` and has no finish to be early "
            "or late; give the scenario its work instead"
        )
    if scenario.start is None:
        raise InputError(f"by: {NO_START}")
    return _deadline(by, scenario.start)


def chance_of(wall_clock_s: NDArray[np.float64], deadline: Deadline) -> Estimate:
    """Probability to end until a deadline, from the wall-clock of all trials."""
    return share_of(int((wall_clock_s <= deadline.until_s).sum()), wall_clock_s.size)


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


def _deadline(by: str | dt.date, start: dt.datetime) -> Deadline:
    date = _read(by) if isinstance(by, str) else by
    if isinstance(date, dt.datetime):
        ends, text = date, date.isoformat()
    else:
        ends, text = dt.datetime.combine(date, dt.time()) + _DAY, date.isoformat()
    until_s = elapsed(ends, start)
    if until_s <= 0:
        raise InputError(f"by: {text} is before the start of the run; a later date")
    return Deadline(text, until_s)


def _read(text: str) -> dt.date:
    for read in (dt.date.fromisoformat, dt.datetime.fromisoformat):
        try:
            return read(text.strip())
        except ValueError:
            continue
    raise InputError(f"by: {shown(text)} is not a date; a date such as 2026-07-01")
