"""Tables of text, whose columns adapt to the width."""

from __future__ import annotations

from html import escape
from itertools import groupby
from operator import attrgetter
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from simtrain.show import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "


class TableColumn(NamedTuple):
    """A column of a table.

    Parameters
    ----------
    title, cells
        What stands above it, and below each other.
    align
        Side that cells are moved to, ``<`` or ``>``, or a sign that they are aligned at: ``±``.
    group
        Title above this column and its neighbours with the same one.
    least
        Characters that longer words may be cut to where the table is too wide; 0 for numbers.
    rank
        Above 0 if the column may be left out; those of the highest rank go first.
    wraps
        Whether longer words of the last column go on in the next line, and are not cut.
    """

    title: str
    cells: Sequence[str]
    align: str = ">"
    group: str = ""
    least: int = 0
    rank: int = 0
    wraps: bool = False

    @property
    def width(self) -> int:
        """Characters of a cell."""
        return len(self.padded()[0])

    @property
    def spare(self) -> int:
        """Characters that may be cut."""
        return self.width - self.least if self.least else 0

    def padded(self, width: int = 0) -> list[str]:
        """Title and cells, all of the same width, which is at least `width`."""
        texts, side = [self.title, *self.cells], self.align
        if side not in "<>":
            parts = [text.partition(f" {side} ") for text in texts]
            left, right = (max(len(part[n]) for part in parts[1:] or parts) for n in (0, 2))
            title, *cells = (f"{a:>{left}}{at:3}{b:<{right}}" for a, at, b in parts)
            texts, side = [title if parts[0][1] else self.title, *cells], ">"
        width = max(width, *map(len, texts))
        return [f"{text:{side}{width}}" for text in texts]

    def cut(self, width: int) -> TableColumn:
        """Column whose words are cut to a width."""
        title, *cells = (words.cut(text, width) for text in (self.title, *self.cells))
        return self._replace(title=title, cells=cells)


class Table:
    """A table of some columns.

    Where it is too wide, words of the first column that do not fit get a line to themselves, words
    of others are cut, or wrapped in the last one, and then columns are left out. Numbers are never
    cut.
    """

    def __init__(self, *columns: TableColumn):
        self._columns = columns

    def lines(self, width: int) -> list[str]:
        """Titles, and a line for each row; they are wider than `width` if the numbers are."""
        columns = self._fitting(width)
        first, names = columns[0], self._columns[0].cells
        groups, titles, *rows = (line.rstrip() for line in _laid_out(columns))
        if self._columns[-1].wraps:
            rows = list(map(_wrapped, rows, columns[-1].cells, self._columns[-1].cells))
        for row, (name, cell) in enumerate(zip(names, first.cells, strict=True)):
            if name != cell:
                rows[row] = f"{name}\n{' ' * first.width}{rows[row][first.width :]}"
        return [*filter(None, (groups, titles)), *rows] if rows else []

    def html(self) -> str:
        """The same as HTML, with all columns."""
        groups = [(name, len(list(same))) for name, same in groupby(c.group for c in self._columns)]
        above = "".join(f'<th colspan="{columns}">{escape(name)}</th>' for name, columns in groups)
        titles = "".join(f"<th>{escape(column.title)}</th>" for column in self._columns)
        head = [f"<tr>{above}</tr>"] if any(name for name, _ in groups) else []
        head += [f"<tr>{titles}</tr>"] if any(column.title for column in self._columns) else []
        cells = [[_cell(column, cell) for cell in column.cells] for column in self._columns]
        body = [f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True)]
        lines = ["<thead>", *head, "</thead>"] if head else []
        return "\n".join(["<table>", *lines, "<tbody>", *body, "</tbody>", "</table>"])

    def _fitting(self, width: int) -> Sequence[TableColumn]:
        columns: Sequence[TableColumn] = self._columns
        while (beyond := len(_laid_out(columns)[0]) - width) > 0:
            widest, rank = max(columns, key=attrgetter("spare")), max(one.rank for one in columns)
            if widest.spare > 0:
                narrow = widest.cut(max(widest.least, widest.width - beyond))
                columns = [narrow if column is widest else column for column in columns]
            elif rank:
                columns = [column for column in columns if column.rank < rank]
            else:
                break
        return columns


def _laid_out(columns: Sequence[TableColumn]) -> list[str]:
    """Titles of the groups, each at its right, titles of the columns, and rows, equally wide."""
    titles, blocks = list[str](), list[list[str]]()
    for title, group in groupby(columns, key=attrgetter("group")):
        first, *others = group
        taken = sum(len(_GAP) + column.width for column in others)
        padded = [first.padded(len(title) - taken), *(column.padded() for column in others)]
        titles.append(f"{title:>{len(padded[0][0]) + taken}}")
        blocks += padded
    return [_GAP.join(titles), *map(_GAP.join, zip(*blocks, strict=True))]


def _wrapped(row: str, cell: str, text: str) -> str:
    """Row whose last cell, which ends with it, goes on in further lines if it was cut."""
    if cell == text:
        return row
    indent = len(row) - len(cell.rstrip())
    lines = wrap(text, len(cell))
    return row[:indent] + f"\n{' ' * indent}".join(lines)


def _cell(column: TableColumn, text: str) -> str:
    side = "left" if column.align == "<" else "right"
    return f'<td style="text-align: {side}">{escape(text.strip())}</td>'
