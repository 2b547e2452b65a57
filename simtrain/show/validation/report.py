"""The table of `simtrain validate`: what should come out, what does, and whether that will do."""

from __future__ import annotations

import math
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.table import Table, TableColumn
from simtrain.validation.rows import CheckResult, Percentiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.validation.rows import Check, RowPart

_TITLES = ("expected", "simulated", "tolerance", "z")
_AS_GOOD_AS_EXACT = 1e-9
_ROLES = {
    "calibrated": "calibrated", "follows": "follows from the rest", "arithmetic": "arithmetic",
}  # fmt: skip


def validation_report(parts: Sequence[RowPart], width: int = 80) -> str:
    """A table for each source, and how many rows are right, in lines of a width.

    The note of neighbours that have the same one stands below the last of them.
    """
    blocks = []
    for note, same in groupby(parts, key=lambda part: part.note):
        blocks += [_table(part.rows, width) for part in same if part.rows]
        blocks.append("\n".join(words.paragraph(note, width)))
    blocks += _not_reproduced(parts, width)
    return "\n\n".join([*blocks, _summary([row for part in parts for row in part.rows])]) + "\n"


def _not_reproduced(parts: Sequence[RowPart], width: int) -> list[str]:
    """What is published and nothing is held against, with the reason, below what it is about."""
    blocks = []
    for part in parts:
        if part.not_reproduced:
            lines = words.paragraph(f"Published of {part.about}, and not reproduced", width)
            for one in part.not_reproduced:
                told = f"{one.figure}: {one.why} ({one.source}, {one.certainty})"
                lines += [f"  {line}" for line in words.paragraph(told, width - 4)]
            blocks.append("\n".join(lines))
    return blocks


def _table(rows: Sequence[Check], width: int) -> str:
    """Rows below what they are about; a column is left out if no row has anything in it."""
    names, *numbers, verdicts = zip(*map(_cells, rows), strict=True)
    known = [
        TableColumn(title, cells)
        for title, cells in zip(_TITLES, numbers, strict=True)
        if {*cells} != {words.MISSING}
    ]
    table = Table(TableColumn("", names, "<", least=1), *known, TableColumn("", verdicts, "<"))
    head, *lines = table.lines(width)
    text = [head]
    for about, group in groupby(zip(rows, lines, strict=True), key=lambda pair: pair[0].about):
        text += ["", *words.paragraph(about, width)]
        for role, same in groupby(group, key=lambda pair: pair[0].role):
            text += [f" {_ROLES[role]}"] if role else []
            text += [line for _, line in same]
    return "\n".join(text)


def _cells(row: Check) -> tuple[str, ...]:
    places = _places(row)
    return (
        f"  {row.name}",
        words.RELATIONS[row.relation] + _number(row.expected, places),
        _number(row.simulated, places),
        row.tolerance if isinstance(row.tolerance, str) else f"± {_number(row.tolerance, places)}",
        words.MISSING if row.z is None else f"{row.z:+.1f}".replace("-", "−"),
        str(row.verdict),
    )


def _places(row: Check) -> int | None:
    """Decimals that leave two digits of the tolerance, unless the row says it; None for all."""
    largest = max(map(abs, row.expected)) if isinstance(row.expected, tuple) else abs(row.expected)
    if isinstance(row.tolerance, str):
        return row.decimals if row.decimals is not None else words.decimals(largest)
    if row.tolerance <= _AS_GOOD_AS_EXACT * largest:
        return None
    return max(0, 1 - math.floor(math.log10(row.tolerance)))


def _number(value: float | Percentiles | tuple[float, float], places: int | None) -> str:
    if isinstance(value, Percentiles):
        spread = f"{_number(value.p5, places)}–{_number(value.p95, places)}"
        return f"{_number(value.p50, places)} ({spread})"
    if isinstance(value, tuple):
        return "–".join(_number(end, places) for end in value)
    if places is None:
        return f"{value:.10g}" if abs(value) >= 1 else f"{value:.0e}"
    return words.fixed(value, places)


def _summary(rows: Sequence[Check]) -> str:
    counted = Counter(row.verdict for row in rows)
    verdicts = [f"{counted[verdict]:,} {verdict}" for verdict in CheckResult if counted[verdict]]
    return f"{words.count(len(rows), 'row')}: {words.listed(verdicts)}."
