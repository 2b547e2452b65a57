"""Published outcomes beside the trials, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.table import Table, TableColumn
from simtrain.tables.scores import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.published import Published
    from simtrain.show.page import Block
    from simtrain.tables.scores import Score

_POINTS = (5, 50, 95)
_ROLES = {"calibrated": "*", "follows": " ", "arithmetic": "="}
_MARKS = {Standing.HOLDS: "", Standing.MISSED: " !", Standing.EXPECTED_MISS: " (!)"}


def published(scores: Sequence[Score]) -> list[Block]:
    """Table of published outcomes and where the trials put them, with a legend."""
    if not scores:
        return []
    labels = [score.row.label for score in scores]
    values, *points = zip(*map(_numbers, scores), strict=True)
    table = Table(
        TableColumn("Published outcome", labels, "<", least=1),
        TableColumn("published ", values),
        *(TableColumn(f"P{q}", cells) for q, cells in zip(_POINTS, points, strict=True)),
        TableColumn("at", list(map(_at, scores)), "<"),
    )
    return [table, _legend(scores)]


def _numbers(score: Score) -> list[str]:
    """The published value and the percentiles of the trials, with the same decimals."""
    row = score.row
    points = [score.point(percent) for percent in _POINTS]
    largest = max(*row.ends, *(point or 0.0 for point in points))
    places = 0 if row.unit is None else words.decimals(largest)
    low, high, *others = (words.fixed(number, places) for number in (*row.ends, *points))
    value = low if low == high else f"{low}–{high}"
    return [f"{words.RELATIONS[row.relation]}{value}{_ROLES[row.role]}", *others]


def _at(score: Score) -> str:
    if score.row.of == "ideal":
        [(where, _)] = score.claims
        return where + _MARKS[score.standing]
    if score.row.tolerance is not None and score.off is not None:
        return f"{words.signed_share(score.off)}{_MARKS[score.standing]}"
    if score.percentile is None:
        return words.MISSING
    where = f"{score.percentile:.0f}"
    where = f"P{where}" if _is_value(score.row) else f"{where} %"
    return where + _MARKS[score.standing]


def _is_value(row: Published) -> bool:
    return row.relation == "eq" and not isinstance(row.value, tuple)


def _legend(scores: Sequence[Score]) -> str:
    standings = {score.standing for score in scores}
    roles = {score.row.role for score in scores}
    parts = {
        "At: the percentile of the trials at which the published value lies": True,
        ", or the share of trials that satisfy it": not all(
            _is_value(score.row) for score in scores
        ),
        ", or how far their median lies from it": any(
            score.row.tolerance is not None and score.row.of == "run" for score in scores
        ),
        ", or the ideal that was held against it": any(score.row.of == "ideal" for score in scores),
        ".": True,
        " *: something in the scenario was calibrated to it.": "calibrated" in roles,
        " =: it comes from numbers that are put in, by multiplication.": "arithmetic" in roles,
        " !: a claim of the scenario that does not hold.": Standing.MISSED in standings,
        " (!): a miss that the scenario expects.": Standing.EXPECTED_MISS in standings,
    }
    return "".join(part for part, is_needed in parts.items() if is_needed)
