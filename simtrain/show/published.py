"""Published outcomes beside the trials, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.montecarlo.scores import Standing
from simtrain.scenario.models import elapsed
from simtrain.show import words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from simtrain.montecarlo.scores import Score
    from simtrain.scenario.published import Published
    from simtrain.scenario.scenario import Scenario

_LABEL = 39
_RELATIONS = {"eq": "", "ge": "≥ ", "le": "≤ "}
_MARKS = {Standing.HOLDS: "", Standing.MISSED: " !", Standing.EXPECTED_MISS: " (!)"}
_NAMES = {"wall_clock": "wall-clock", "in_run_share": "in-run share", "ettr": "ETTR"}
_RANKS = {2: "second ", 3: "third "}


def lines(scores: Sequence[Score], scenario: Scenario, width: int) -> list[str]:
    """Table of published outcomes, with a legend.

    Parameters
    ----------
    scores
        Where the trials put them.
    scenario
        The scenario that publishes them.
    width
        Characters of a line.
    """
    if not scores:
        return []
    header = f"{'Published, and in the trials':{_LABEL}}{'':>9}{'P5':>8}{'P50':>8}{'P95':>8}  at"
    rows = [_line(score, label(score.row, scenario.start)) for score in scores]
    return [header, *rows, *words.paragraph(_legend(scores), width)]


def label(row: Published, start: dt.datetime | None) -> str:
    """Name of an outcome with its window and unit: "gaps, Nov 17 – Dec 3"."""
    rank = _RANKS.get(row.rank, f"{row.rank}th " if row.rank > 1 else "")
    parts = [rank + _NAMES.get(row.quantity, words.name(row.quantity))]
    if row.window is not None:
        parts.append(_window(row.window, start))
    if row.unit is not None:
        parts.append(row.unit)
    return ", ".join(parts)


def _window(window: Sequence[dt.datetime | float], start: dt.datetime | None) -> str:
    since, until = (_day(moment, start) for moment in window)
    return f"to {until}" if elapsed(window[0], start) == 0 else f"{since} – {until}"


def _day(moment: dt.datetime | float, start: dt.datetime | None) -> str:
    return words.span(moment) if isinstance(moment, float) else f"{moment:%b} {moment.day}"


def _line(score: Score, name: str) -> str:
    row = score.row
    points = [score.point(percent) for percent in (5, 50, 95)]
    places = 0 if row.unit is None else words.decimals(max(row.value, *(p or 0.0 for p in points)))
    value = _RELATIONS[row.relation] + words.fixed(row.value, places)
    mark = "*" if row.role == "reproduced" else ""
    numbers = "".join(f"{words.fixed(point, places):>8}" for point in points)
    return (
        f"{words.cut(name, _LABEL - 2):{_LABEL}}{value:>8}{mark:1}{numbers}  {_at(score)}".rstrip()
    )


def _at(score: Score) -> str:
    if score.percentile is None:
        return words.MISSING
    where = f"P{score.percentile:.0f}"
    if score.row.relation != "eq":
        where = f"{score.percentile:.0f} %"
    return where + _MARKS[score.standing]


def _legend(scores: Sequence[Score]) -> str:
    told = ["At: the percentile of the trials at which the published value lies"]
    if any(score.row.relation != "eq" for score in scores):
        told.append("or the share of trials that satisfy it")
    text = ", ".join(told) + "."
    if any(score.row.role == "reproduced" for score in scores):
        text += " *: something in the scenario was calibrated to it."
    standings = {score.standing for score in scores}
    if Standing.MISSED in standings:
        text += " !: what the scenario claims does not hold."
    if Standing.EXPECTED_MISS in standings:
        text += " (!): a miss that the scenario expects."
    return text
