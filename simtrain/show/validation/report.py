"""The table of `simtrain validate`: what should come out, what does, and whether that will do."""

from __future__ import annotations

import math
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.validation.rows import Percentiles, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.validation.rows import Check, Part

_HEADER = ("", "expected", "simulated", "tolerance", "")
_GAP = "  "
_AS_GOOD_AS_EXACT = 1e-9


def validation_report(parts: Sequence[Part], width: int = 80) -> str:
    """All rows as one text: a table for each source with its note, and how many rows are right.

    Parameters
    ----------
    parts
        Rows and notes.
    width
        Characters of a line; a name that leaves no room for the numbers has a line to itself.
    """
    blocks = []
    for part in parts:
        blocks += [_table(part.rows, width), "\n".join(words.paragraph(part.note, width))]
    return "\n\n".join([*blocks, _summary([row for part in parts for row in part.rows])]) + "\n"


def _table(rows: Sequence[Check], width: int) -> str:
    columns = zip(_HEADER, *map(_cells, rows), strict=True)
    told = [column for column in columns if {*column[1:]} != {words.MISSING}]
    widths = [max(map(len, column)) for column in told]
    widths[0] = min(widths[0], max(0, width - sum(widths[1:]) - len(_GAP) * len(widths)))
    header, *cells = zip(*told, strict=True)
    lines = [_line(header, widths)]
    for about, group in groupby(zip(rows, cells, strict=True), key=lambda pair: pair[0].about):
        lines += ["", *words.paragraph(about, width)]
        lines += [_line(written, widths) for _, written in group]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers, verdict = cells
    if len(name) > widths[0]:
        return f"{_GAP}{name}\n{_line(['', *numbers, verdict], widths)}"
    columns = [f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=False)]
    return _GAP.join([f"{_GAP}{name:{widths[0]}}", *columns, verdict]).rstrip()


def _cells(row: Check) -> tuple[str, str, str, str, str]:
    places = _places(row)
    return (
        row.name,
        words.RELATIONS[row.relation] + _number(row.expected, places),
        _number(row.simulated, places),
        row.tolerance if isinstance(row.tolerance, str) else f"± {_number(row.tolerance, places)}",
        str(row.verdict),
    )


def _places(row: Check) -> int | None:
    """Decimals that leave two digits of the tolerance, unless the row says it; None for all."""
    largest = abs(row.expected)
    if isinstance(row.tolerance, str):
        return row.decimals if row.decimals is not None else words.decimals(largest)
    if row.tolerance <= _AS_GOOD_AS_EXACT * largest:
        return None
    return max(0, 1 - math.floor(math.log10(row.tolerance)))


def _number(value: float | Percentiles, places: int | None) -> str:
    if isinstance(value, Percentiles):
        spread = f"{_number(value.p5, places)}–{_number(value.p95, places)}"
        return f"{_number(value.p50, places)} ({spread})"
    if places is None:
        return f"{value:.10g}" if abs(value) >= 1 else f"{value:.0e}"
    return words.fixed(value, places)


def _summary(rows: Sequence[Check]) -> str:
    counted = Counter(row.verdict for row in rows)
    verdicts = [f"{counted[verdict]:,} {verdict}" for verdict in Verdict if counted[verdict]]
    return f"{words.count(len(rows), 'row')}: {words.listed(verdicts)}."
