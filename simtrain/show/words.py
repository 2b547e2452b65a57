"""Numbers, times and names as people read them."""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from simtrain.units import DAY, DURATION, HOUR, MINUTE, brief, short_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.numbers import Number
    from simtrain.scenario.scenario import Scenario

MISSING = "–"
RELATIONS = {"eq": "", "ge": "≥ ", "le": "≤ "}
_TOGETHER = re.compile(r"(?<=\d) (?=(?:d|h|min|s|%)\b|%)|(?<=\d [dh]) (?=\d)|(?<=\bhost) (?=\d)")
_PARTS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1.0, "s"))


class Unit(NamedTuple):
    """A unit of time to show numbers in."""

    name: str
    seconds: float

    @property
    def plural(self) -> str:
        """Name in full, for an axis."""
        return {"d": "days", "h": "hours", "min": "minutes", "s": "seconds"}[self.name]


def unit_for(seconds: float) -> Unit:
    """Largest unit of which `seconds` make at least two."""
    for length, name in _PARTS:
        if seconds >= 2 * length:
            return Unit(name, length)
    return Unit("s", 1.0)


def span(seconds: float) -> str:
    """Duration in the two units that tell most of it: "1 d 3 h", "40 min", "0.4 s"."""
    if seconds < 1.0:
        return f"{seconds:.1f} s" if seconds >= 0.05 else "0 s"
    for (length, name), (below, name_below) in pairwise(_PARTS):
        units, rest = divmod(round(seconds / below), round(length / below))
        if units >= 10 and length == MINUTE:
            return f"{round(seconds / MINUTE)} min"
        if units:
            return f"{units} {name} {rest} {name_below}" if rest else f"{units} {name}"
    return f"{round(seconds)} s"


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of a text that breaks neither between a number and its unit nor after "host"."""
    held = _TOGETHER.sub("\N{NO-BREAK SPACE}", text)
    lines = textwrap.wrap(held, width, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def gain(metric: str, difference: float, half: float | None = None) -> str:
    """A difference of wall-clock or goodput, and half of its interval."""
    if metric == "goodput":
        sure = "" if half is None else f" ± {100 * half:.2f}"
        return f"{100 * difference:.2f}{sure} percentage points"
    return span(difference) if half is None else f"{span(difference)} ± {span(half)}"


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 trial", "1,000 trials"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(fraction: float) -> str:
    """Fraction in percent, with a digit after the point unless it would be noise."""
    percent = 100 * fraction
    if 0 < percent < 0.05:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 99.95 else f"{percent:.0f} %"


def decimals(largest: float) -> int:
    """Decimals that leave four digits of the largest number in a row, at most two."""
    if not math.isfinite(largest) or largest <= 0:
        return 1
    return min(2, max(0, 3 - math.floor(math.log10(largest))))


def fixed(value: float | None, places: int) -> str:
    """Write a number with so many decimals, or a dash if there is none."""
    return MISSING if value is None or not math.isfinite(value) else f"{value:,.{places}f}"


def listed(words: Sequence[str]) -> str:
    """Words in a list: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def cut(text: str, width: int) -> str:
    """Text shortened to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def name(category: str) -> str:
    """Name of a category or state for people."""
    return category.replace("_", " ").lower()


def duration(number: Number) -> str:
    """Duration of a scenario as it would be written, or the mean of its law."""
    if number.is_fixed:
        return DURATION.text(number.mean)
    return f"{brief(number.mean)} on average"


def interval(scenario: Scenario) -> str:
    """Checkpoint interval of a scenario."""
    every = scenario.checkpoint.interval
    if not every.in_steps:
        return duration(every.number)
    number = every.number.mean
    return f"{number:,.6g} {'step' if number == 1 else 'steps'}"


def simulated(scenario: Scenario, ideal_s: float | None = None) -> str:
    """Sentence on what a scenario simulates, with its work if the ideal time is known."""
    cluster = scenario.cluster
    accelerators = count(cluster.hosts * cluster.accelerators_per_host, "accelerator")
    facts = [
        f"{count(cluster.hosts, 'host')} with {accelerators}, {count(cluster.spares, 'spare')}"
    ]
    if ideal_s is not None:
        watched = scenario.workload.window is not None
        facts.append(f"{span(ideal_s)} {'watched' if watched else 'of work at full speed'}")
    facts.append(f"a checkpoint every {interval(scenario)}")
    return f"{'; '.join(facts)}."


def part(since: float, until: float, start: dt.datetime | None) -> str:
    """Part of a run for people: "to Nov 17", "Nov 17 – Dec 3", "Dec 3 – end", "2 d – 4 d 12 h"."""

    def at(seconds: float) -> str:
        if seconds == math.inf:
            return "end"
        if start is None:
            return span(seconds)
        return short_date(start + dt.timedelta(seconds=seconds))

    if since == 0:
        return "whole run" if until == math.inf else f"to {at(until)}"
    return f"{at(since)} – {at(until)}"


def changes(scenario: Scenario) -> list[str]:
    """Words for what each change of a scenario sets."""
    return [
        (f"{change.name}: " if change.name else "")
        + listed([f"{path} = {value}" for path, value in change.set.items()])
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
