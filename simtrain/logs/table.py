"""Tables of text with a heading, such as CSV: rows, columns by their names, and times."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from simtrain.errors import InputError, reason, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

MOST_BYTES = 1 << 28
_EPOCH_S, _LATEST_S = 1e8, 1e10
"""Seconds since 1970 that a time may be from and to."""
_PARTS_OF_A_SECOND = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From when on numbers are nano-, micro- or milliseconds since 1970, and how many make a second."""
_CLOCKS = (" %H:%M:%S", " %H:%M", "", " %I:%M:%S %p", " %I:%M %p")
_DATES = (
    "%Y/%m/%d", "%d.%m.%Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y",
    "%a, %d %b %Y",
)  # fmt: skip
_FORMS = ("%a %b %d %H:%M:%S %Y", *(date + clock for date in _DATES for clock in _CLOCKS))
"""Forms of a time beside ISO 8601 and seconds since 1970 that can be read in one way alone."""
_BY_MONTH = tuple(f"%m/%d/%Y{clock}" for clock in _CLOCKS)
_BY_DAY = tuple(f"%d/%m/%Y{clock}" for clock in _CLOCKS)
_LOOKED_AT = 20
"""Times by which it is told in which forms a column may be."""
_UTC = re.compile(r" (UTC|GMT)$")
_MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "Unknown", "-")
"""What stands where a time is not known; Slurm says Unknown of a node that is still down."""
_ISO = "such as 2024-04-02 21:29:31"


_OFFSET = re.compile(r"(Z| UTC| GMT|[+-]\d\d:?\d\d)$|^\d+(\.\d*)?$")
"""What stands at the end of a time in ISO form with an offset, or a number of seconds."""


class TextRow(NamedTuple):
    """A row: its line in the file, and its cells."""

    line: int
    cells: list[str]


class TextTable(NamedTuple):
    """Rows of a file by the names of its columns.

    Parameters
    ----------
    file
        Its name, for messages.
    header
        Names of the columns.
    rows
        Its rows, those without any text left out.
    """

    file: str
    header: list[str]
    rows: list[TextRow]

    def column(self, number: int) -> list[str]:
        """Texts of a column."""
        return [row.cells[number].strip() for row in self.rows]

    def refuse(self, row: int, problem: str, remedy: str) -> NoReturn:
        """Refuse a row by its line."""
        raise InputError(f"{self.file}:{self.rows[row].line}: {problem}; {remedy}")


def read_table(file: Path) -> TextTable:
    """Table in a file of comma-separated values, or of tabs, semicolons or bars.

    Raises
    ------
    InputError
        If it cannot be read, or a line has not as many cells as the heading.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {file}: {reason(error)}; name a log as CSV") from None
    if len(content) > MOST_BYTES:
        raise InputError(f"{file} is larger than {MOST_BYTES >> 20} MiB; cut it into parts")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}:{line}: is not text in UTF-8; save it as CSV in UTF-8") from None
    lines = _lines(str(file), text)
    header = next(lines, None)
    if header is None:
        raise InputError(f"{file} is empty; its first line names the columns")
    names = [cell.strip() for cell in header.cells]
    rows = []
    for row in lines:
        if len(row.cells) != len(names):
            raise InputError(
                f"{file}:{row.line}: has {len(row.cells)} cells where line {header.line} names "
                f"{len(names)} columns; mend the line, or quote what has a separator in it"
            )
        rows.append(row)
    return TextTable(str(file), names, rows)


def _lines(file: str, text: str) -> Iterator[TextRow]:
    """Lines that are not empty, cut at what separates the cells of the first one."""
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield TextRow(before + 1, cells)
            before = reader.line_num
    except csv.Error as error:
        raise InputError(f"{file}:{before + 1}: {error}; close what is quoted") from None


def places_of(
    table: TextTable,
    known: Mapping[str, str],
    required: Sequence[str],
    given: Mapping[str, str],
    said: str,
) -> dict[str, int]:
    """Number of the column for each purpose.

    Parameters
    ----------
    table
        The table.
    known
        Names by which the column for each purpose is found, in lower case.
    required
        Purposes without which the table says nothing.
    given
        Names of columns by purpose that are said.
    said
        Where they are, for messages.

    Raises
    ------
    InputError
        If a column is not there.
    """
    for what, name in given.items():
        if name not in table.header:
            there = ", ".join(map(shown, table.header))
            raise InputError(f"{table.file} has no column {shown(name)} for {what}; it has {there}")
    plain = [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in table.header]
    taken = set(given.values())
    places = {}
    for what, names in known.items():
        free = [
            n for n in names.split() if n in plain and table.header[plain.index(n)] not in taken
        ]
        if what in given:
            places[what] = table.header.index(given[what])
        elif free:
            places[what] = plain.index(free[0])
    for what in required:
        if what not in places:
            there = ", ".join(map(shown, table.header))
            raise InputError(
                f"{table.file}:1: no column is known as that of the {what}, among {there}; say "
                f"which it is by {said} {what}=NAME"
            )
    return places


def times_of(table: TextTable, column: int, start: dt.datetime, what: str) -> NDArray[np.float64]:
    """Seconds from `start` to each time of a column; NaN where it is empty."""
    import pandas as pd

    texts = pd.Series(table.column(column), dtype=object)
    given = texts[~texts.isin(_MISSING)]
    seconds = np.full(len(texts), np.nan)
    if given.empty:
        return seconds
    found = _read(given, start)
    if isinstance(found, int):
        words = f"{shown(given.loc[found])} is no {what} in the form of the others"
        table.refuse(found, words, f"write it {_ISO}")
    if len(found) > 1:
        words = f"{shown(given.iloc[0])} may be of two days, by month or by day first"
        table.refuse(int(given.index[0]), words, f"write times {_ISO}")
    [moments] = found
    seconds[given.index] = (moments - pd.Timestamp(start)) / pd.Timedelta(1, "s")
    return seconds


def _read(texts: pd.Series[str], start: dt.datetime) -> list[pd.Series[pd.Timestamp]] | int:
    """Times in each manner in which all can be read, or the first text that cannot be."""
    import pandas as pd

    if (numbers := pd.to_numeric(texts, errors="coerce")).notna().all():
        middle = numbers.median()
        seconds = numbers / next((n for least, n in _PARTS_OF_A_SECOND if middle >= least), 1.0)
        wrong = seconds[~seconds.between(_EPOCH_S, _LATEST_S)]
        if len(wrong):
            return int(wrong.index[0])
        return [pd.to_datetime(seconds, unit="s").astype("datetime64[us]")]
    texts = texts.str.replace(_UTC, "", regex=True)
    best = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    if best.notna().all():
        return [best.astype("datetime64[us]")]
    ways = []
    for forms in (_FORMS, _BY_MONTH, _BY_DAY):
        for form in forms:
            if _by_form(texts.iloc[:_LOOKED_AT], form).isna().all():
                continue
            moments = _by_form(texts, form)
            if moments.notna().all():
                ways.append(moments)
                break
            best = max(best, moments, key=lambda one: int(one.notna().sum()))
        if ways and forms is _FORMS:
            break
    return ways or int(best.index[best.isna()][0])


def _by_form(texts: pd.Series[str], form: str) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    return pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[us]")


def clock_of(times: Sequence[str], start: dt.datetime) -> dt.datetime:
    """Start of the run on the clock of some times: UTC where they have an offset or are numbers."""
    if start.tzinfo is not None and any(_OFFSET.search(text) for text in times):
        return start.astimezone(dt.UTC).replace(tzinfo=None)
    return start.replace(tzinfo=None)
