"""Numbers, times and names as people read them."""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.scenario.axes import written
from simtrain.scenario.data import in_few_words, is_data
from simtrain.scenario.portions import share_of
from simtrain.units import DAY, DURATION, HOUR, MINUTE, SHARE, brief, short_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario

MISSING = "–"
RELATIONS = {"eq": "", "ge": "≥ ", "le": "≤ "}
_TOGETHER = re.compile(r"(?<=\d) (?=(?:d|h|min|s)\b|%|[±–] \d)|(?<=[±–]) (?=\d)|(?<=\bhost) (?=\d)")


class TimeUnit(NamedTuple):
    """A unit of time to show numbers in."""

    name: str
    seconds: float

    @property
    def plural(self) -> str:
        """Name in full, for an axis."""
        return {"d": "days", "h": "hours", "min": "minutes", "s": "seconds"}[self.name]


UNITS = (TimeUnit("d", DAY), TimeUnit("h", HOUR), TimeUnit("min", MINUTE), TimeUnit("s", 1.0))


def unit_for(seconds: float) -> TimeUnit:
    """Largest unit of which `seconds` make at least two, for numbers that share a unit."""
    return next((unit for unit in UNITS if seconds >= 2 * unit.seconds), UNITS[-1])


def duration(seconds: float) -> str:
    """Three digits of a duration in the largest unit that it fills: "56.2 d", "24.5 min"."""
    return brief(seconds)


def setting(value: Any) -> str:
    """A value of a scenario: a duration as others are written, with all its digits."""
    if is_data(value):
        return in_few_words(value)
    text = SHARE.spelled(value) if share_of(value) is not None else written(value)
    seconds = DURATION.number(value) if isinstance(value, str) else None
    if not seconds:
        return text
    for unit in UNITS:
        exact = f"{seconds / unit.seconds:.7g} {unit.name}"
        if seconds >= unit.seconds and DURATION.number(exact) == seconds:
            return exact
    return text


def setting_in(scenario: Scenario, key: str, value: Any) -> str:
    """A value at a key of a scenario; a share with the count that it comes to: "5 % (7)"."""
    count = scenario.count_at(key) if share_of(value) is not None else None
    return setting(value) if count is None else f"{setting(value)} ({count:,})"


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of a text that breaks neither between a number and its unit nor after "host"."""
    held = _TOGETHER.sub("\N{NO-BREAK SPACE}", text)
    lines = textwrap.wrap(held, width, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 trial", "1,000 trials"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(fraction: float) -> str:
    """Fraction in percent, with a digit after the point unless it would be noise."""
    percent = 100 * fraction
    if 0 < percent < 0.05:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 99.95 else f"{percent:.0f} %"


def signed_share(fraction: float) -> str:
    """Difference in percent, with a digit after the point, and its sign if that is not zero."""
    text = f"{100 * fraction:+.1f} %"
    return text.replace("-", "−") if text[1:] != "0.0 %" else text[1:]


def decimals(largest: float) -> int:
    """Decimals that leave four digits of the largest number in a row, at most two."""
    if not math.isfinite(largest) or largest <= 0:
        return 1
    return min(2, max(0, 3 - math.floor(math.log10(largest))))


def fixed(value: float | None, places: int) -> str:
    """Write a number with so many decimals, zero without a sign, or a dash if there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.{places}f}"
    return text if text.strip("-0.,") else text.removeprefix("-")


def listed(items: Sequence[str]) -> str:
    """A list in words: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def cut(text: str, width: int) -> str:
    """Text shortened to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def in_one_rate(texts: Sequence[str]) -> tuple[Sequence[str], str]:
    """Numbers of rates that are all per the same, and what they are per; else texts, and ``""``."""
    numbers, _, units = zip(*(text.partition(" per ") for text in texts), strict=True)
    return (numbers, f"per {units[0]}") if len({*units}) == 1 and units[0] else (texts, "")


def name(category: str) -> str:
    """Name of a category or state for people."""
    return category.replace("_", " ").lower()


def interval(scenario: Scenario) -> str:
    """Checkpoint interval of a scenario, the mean of one that is drawn."""
    every = scenario.checkpoint.interval
    mean = every.number.middle
    if every.in_steps:
        is_known = every.number.is_fixed
        shown = mean if is_known else float(f"{mean:.3g}")
        steps = f"{shown:,.6g} {'step' if mean == 1 else 'steps'}"
        return steps if is_known else f"{steps} on average"
    if every.number.is_fixed:
        return setting(DURATION.text(mean))
    return f"{duration(mean)} on average"


def simulated(scenario: Scenario, ideal_s: float | None = None) -> str:
    """Sentence on what a scenario simulates, with its work if the ideal time is known."""
    cluster = scenario.cluster
    accelerators = count(cluster.hosts * cluster.accelerators_per_host, "accelerator")
    facts = [
        f"{count(cluster.hosts, 'host')} with {accelerators}, {count(cluster.spares, 'spare')}"
    ]
    if ideal_s is not None:
        watched = scenario.workload.window is not None
        facts.append(f"{duration(ideal_s)} {'watched' if watched else 'of work at full speed'}")
    facts.append(f"a checkpoint every {interval(scenario)}")
    return f"{'; '.join(facts)}."


def unknown(*scenarios: Scenario) -> str:
    """Sentence on the numbers that are uncertain in all of some scenarios; empty if none is."""
    addresses = [{one.address for one in scenario.unknown} for scenario in scenarios]
    number = len(set.intersection(*addresses))
    if not number:
        return ""
    are, them = ("is", "it") if number == 1 else ("are", "them")
    alike = "alike in all scenarios, " if len(scenarios) > 1 else ""
    return (
        f"{count(number, 'number')} {are} uncertain: each trial draws {them} anew, {alike}so the "
        "intervals include both chance and doubt."
    )


def part(since: float, until: float, start: dt.datetime | None) -> str:
    """Part of a run for people: "to Nov 17", "Nov 17 – Dec 3", "Dec 3 – end", "2 d – 4.5 d"."""

    def at(seconds: float) -> str:
        if seconds == math.inf:
            return "end"
        if start is None:
            return duration(seconds)
        return short_date(start + dt.timedelta(seconds=seconds))

    if since == 0:
        return "whole run" if until == math.inf else f"to {at(until)}"
    return f"{at(since)} – {at(until)}"


def changes(scenario: Scenario) -> list[str]:
    """Words for what each change of a scenario sets."""
    return [
        (f"{change.name}: " if change.name else "")
        + listed([f"{path} = {setting(value)}" for path, value in change.set.items()])
        for change in scenario.change
    ]


class Clock:
    """Moments of a run as dates, or as elapsed time if the run has no start."""

    def __init__(self, start: dt.datetime | None):
        self._start = start

    @property
    def width(self) -> int:
        """Characters of a moment."""
        return 12 if self._start is None else 20

    def at(self, seconds: float) -> str:
        """Moment to the minute: "Wed 2026-03-04 13:12" or "   2 d 04:12"."""
        if self._start is None:
            days, rest = divmod(int(seconds // MINUTE), 1440)
            return f"{days:4} d {rest // 60:02}:{rest % 60:02}"
        return f"{self._start + dt.timedelta(seconds=seconds):%a %Y-%m-%d %H:%M}"
