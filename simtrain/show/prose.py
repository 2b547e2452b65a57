"""Parts of sentences that stand on their own: subjects, dates, durations side by side, chances."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.verdict import within
from simtrain.tables.finish import moment
from simtrain.units import DAY, short_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.estimates import Estimate
    from simtrain.tables.results import Results

_TO_THE_MINUTE = 3 * DAY
"""A date of a run that is shorter has its time of day."""
_MOST_DECIMALS = 2
_MIDDLE = 50


def sentences(*texts: str) -> str:
    """Sentences as one text; empty ones are left out."""
    return " ".join(filter(None, texts))


def subject(scenario: Scenario) -> str:
    """A scenario as the subject of a sentence: its title, or the run by its name."""
    name = within_clause(scenario)
    return f"{name[0].upper()}{name[1:]}"


def named(scenario: Scenario) -> str:
    """A scenario at the end of a clause: its title, or the run by its name."""
    return (scenario.title or "").strip().rstrip(".") or f"the run `{scenario.name}`"


def within_clause(scenario: Scenario) -> str:
    """The same where the clause goes on: a title with commas ends with one."""
    name = named(scenario)
    return f"{name}," if "," in name else name


def finish(results: Results, subject: str = "It") -> str:
    """Sentence on P50 and P90 of the wall-clock of all trials, with their dates."""
    points = percentiles(results, (50, 90))
    if 50 not in points:
        return f"{subject} does not finish {within(results)} in half of the trials or more."
    if 90 not in points:
        return f"{subject} finishes within {points[50]} at the median."
    return (
        f"{subject} finishes within {points[50]} at the median and within {points[90]} nine times "
        "in ten."
    )


def percentiles(results: Results, percents: Sequence[int]) -> dict[int, str]:
    """Percentiles of the wall-clock of all trials in words, without those that are beyond it all.

    Each is a duration with its name, and its date where the run has a start: "56.2 d (P50: 7
    January 2022)".
    """
    found = {percent: results.wall_clock(percent) for percent in percents}
    start = results.scenario.start
    how = Durations(
        [one.value for one in found.values()],
        [one for percent, one in found.items() if percent >= _MIDDLE],
    )
    return {
        percent: f"{how.text(one.value)} (P{percent}"
        + ("" if start is None else f": {day(start, one.value)}")
        + ")"
        for percent, one in found.items()
        if math.isfinite(one.value)
    }


def day(start: dt.datetime, seconds: float) -> str:
    """Date of a moment of a run: "30 December 2021"; with the time of day if that is early."""
    date = moment(start, seconds)
    if date is None:
        return "never" if math.isinf(seconds) else "after the year 9999"
    text = f"{date.day} {date:%B %Y}"
    return f"{text}, {date:%H:%M}" if seconds < _TO_THE_MINUTE else text


def short_day(start: dt.datetime, seconds: float) -> str:
    """The same for a picture: "Dec 30 2021"."""
    date = moment(start, seconds)
    return day(start, seconds) if date is None else f"{short_date(date)} {date.year}"


def by(deadline: str) -> str:
    """A deadline in ISO form, as in "finish by …": "by the end of 31 December 2021"."""
    if "T" not in deadline:
        date = dt.date.fromisoformat(deadline)
        return f"by the end of {date.day} {date:%B %Y}"
    moment_of_it = dt.datetime.fromisoformat(deadline)
    return f"by {moment_of_it:%H:%M} on {moment_of_it.day} {moment_of_it:%B %Y}"


def probability(found: Estimate) -> str:
    """A probability with its interval: "52.3 % (49.1 to 55.4 % with 95 % confidence)"."""
    low = words.share(found.low).removesuffix(" %")
    return f"{words.share(found.value)} ({low} to {words.share(found.high)} with 95 % confidence)"


def chance(results: Results) -> str:
    """The probability to make the date that was given, in words; empty if none was given."""
    found, undecided = results.chance, results.undecided
    if found is None:
        return ""
    if not undecided:
        return probability(found)
    cut_off = f"{words.count(undecided, 'trial')} {'was' if undecided == 1 else 'were'} cut off"
    return f"at least {probability(found)}, since {cut_off} before then"


class Durations:
    """Durations that stand in one sentence: in one unit, and fine enough to differ where they do.

    Parameters
    ----------
    seconds
        All of them; infinite ones are ignored.
    intervals
        Confidence intervals among them, which are shown with a digit of their width at least.
    """

    def __init__(self, seconds: Iterable[float], intervals: Sequence[Estimate] = ()):
        known = [one for one in seconds if math.isfinite(one)]
        ends = [end for one in intervals for end in one if math.isfinite(end)]
        largest = max([*known, *ends], default=0.0)
        self._unit = words.unit_for(largest)
        spread = max(known) - min(known) if known else 0.0
        needed = [
            min(most, _places(gap / self._unit.seconds, digits))
            for gap, digits, most in (
                (largest, 3, _MOST_DECIMALS),
                (spread, 2, 1),
                *(
                    (gap, 1, _MOST_DECIMALS)
                    for gap in (spread, *(i.high - i.low for i in intervals))
                ),
            )
            if math.isfinite(gap) and gap > 0
        ]
        self._places = max(needed, default=0)

    def number(self, seconds: float) -> str:
        """A duration without its unit."""
        return words.fixed(seconds / self._unit.seconds, self._places)

    def text(self, seconds: float) -> str:
        """A duration with its unit."""
        return f"{self.number(seconds)} {self._unit.name}"

    def between(self, found: Estimate) -> str:
        """A confidence interval, as in "it lies …"."""
        if math.isinf(found.high):
            return f"at {self.text(found.low)} or more"
        if math.isinf(found.low):
            return f"at {self.text(found.high)} or less"
        return f"between {self.number(found.low)} and {self.text(found.high)}"


def _places(number: float, digits: int) -> int:
    """Decimals that show so many digits of a number above 0."""
    return max(0, digits - 1 - math.floor(math.log10(number)))
