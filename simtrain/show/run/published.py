"""Published outcomes beside the trials, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.tables.scores import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.tables.scores import Score

_LABEL = 39
_MARKS = {Standing.HOLDS: "", Standing.MISSED: " !", Standing.EXPECTED_MISS: " (!)"}


def lines(scores: Sequence[Score], width: int) -> list[str]:
    """Table of published outcomes, with a legend.

    Parameters
    ----------
    scores
        Where the trials put them.
    width
        Characters of a line.
    """
    if not scores:
        return []
    header = f"{'Published, and in the trials':{_LABEL}}{'':>9}{'P5':>8}{'P50':>8}{'P95':>8}  at"
    rows = [_line(score) for score in scores]
    return [header, *rows, *words.paragraph(_legend(scores), width)]


def _line(score: Score) -> str:
    row = score.row
    points = [score.point(percent) for percent in (5, 50, 95)]
    places = 0 if row.unit is None else words.decimals(max(row.value, *(p or 0.0 for p in points)))
    value = words.RELATIONS[row.relation] + words.fixed(row.value, places)
    mark = "*" if row.role == "reproduced" else ""
    numbers = "".join(f"{words.fixed(point, places):>8}" for point in points)
    label = words.cut(row.label, _LABEL - 1)
    return f"{label:{_LABEL}}{value:>8}{mark:1}{numbers}  {_at(score)}"


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
