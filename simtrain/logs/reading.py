"""Reading a log of failures from a table of text: its columns, times and window."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from simtrain.errors import InputError, reason, shown
from simtrain.logs.log import ANY, FailureLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = {
    "time": "time timestamp date datetime start start_time time_start started failed failed_at "
    "failure_time fault_time event_time down down_at prob_started timestart",
    "host": "host hostname host_name host_id node nodename node_name node_id nodelist node_list "
    "server machine machine_id nodenum",
    "class": "class cause category type kind reason fault fault_type failure failure_type error "
    "error_type xid root_cause",
    "end": "repair_end end end_time time_end ended returned returned_at back back_at fixed "
    "fixed_at recovered restored up up_at recovery_time prob_fixed timeend",
}
"""What the columns of a log are for, and the names by which each is found, in lower case."""
MOST_BYTES = 1 << 28
_REQUIRED = ("time", "host")
_EPOCH_S, _LATEST_S, _EPOCH_MS = 1e8, 1e10, 1e11
"""Seconds since 1970 that a time may be from and to, and from when on numbers are milliseconds."""
_FORMS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y", "%b %d %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y",
)  # fmt: skip
"""Forms of a time beside ISO 8601 and seconds since 1970 that can be read in one way alone."""
_BY_MONTH = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
_BY_DAY = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
_MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "Unknown", "-")
"""What stands where a time is not known; Slurm says Unknown of a node that is still down."""
_ISO = "such as 2024-04-02 21:29:31"


class Said(NamedTuple):
    """Where it is said how to read a log, for messages."""

    hosts: str = "--hosts"
    window: str = "--window"
    columns: str = "--columns"


BY_OPTIONS = Said()


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Table(NamedTuple):
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
    rows: list[_Row]

    def column(self, number: int) -> list[str]:
        """Texts of a column."""
        return [row.cells[number].strip() for row in self.rows]

    def refuse(self, row: int, problem: str, remedy: str) -> NoReturn:
        """Refuse a row by its line."""
        raise InputError(f"{self.file}:{self.rows[row].line}: {problem}; {remedy}")


def read_log(
    file: Path,
    *,
    hosts: int,
    window: str,
    columns: Mapping[str, str] | None = None,
    said: Said = BY_OPTIONS,
) -> FailureLog:
    """Log of failures in a file of comma-separated values, or of tabs, semicolons or bars.

    Parameters
    ----------
    file
        Its first line names the columns.
    hosts
        Number of hosts that were watched.
    window
        From when to when, such as ``"2024-03-30..2024-09-20"``.
    columns
        Names of columns by what they are for, where `COLUMNS` does not have them.
    said
        Where hosts, window and columns are said, for messages.

    Raises
    ------
    InputError
        If the log, its columns or its window cannot be read, or contradict each other.
    """
    start, end = window_of(window, said)
    table = _table(file)
    places = _places(table, columns or {}, said)
    if not table.rows:
        raise InputError(f"{file} has no rows; a log has one row for each failure")
    times = _times(table, places["time"], start, what="time")
    names = table.column(places["host"])
    for row, (time, name) in enumerate(zip(times, names, strict=True)):
        if np.isnan(time):
            table.refuse(row, "the time is missing", "give each failure its time")
        if not name:
            table.refuse(row, "the host is missing", "give each failure its host")
    back = None
    if "end" in places:
        back = _times(table, places["end"], start, what="end of repair")
        if (wrong := np.flatnonzero(back < times)).size:
            table.refuse(int(wrong[0]), "the repair ends before it begins", "correct one of both")
    causes = table.column(places["class"]) if "class" in places else [ANY] * len(names)
    inside = (times >= 0) & (times < (end - start).total_seconds())
    if not inside.any():
        raise InputError(
            f"{file}: none of {len(times):,} rows lies in the window {window}; the first is of "
            f"{_date(start, times.min())}, the last of {_date(start, times.max())}"
        )
    order = np.flatnonzero(inside)[np.argsort(times[inside], kind="stable")]
    host_names, host = _numbered([names[row] for row in order])
    classes, cause = _numbered([causes[row] or "not told" for row in order])
    if len(host_names) > hosts:
        raise InputError(
            f"{file} names {len(host_names):,} hosts in the window, more than the {hosts:,} of "
            f"{said.hosts}; give the number of all that were watched, also of those that never "
            "failed"
        )
    return FailureLog(
        name=Path(file).stem,
        start=start,
        end=end,
        hosts=hosts,
        time_s=times[order],
        host=host,
        host_names=host_names,
        cause=cause,
        classes=classes,
        back_s=None if back is None or np.isnan(back).all() else back[order],
        outside=int((~inside).sum()),
    )


def window_of(text: str, said: Said = BY_OPTIONS) -> tuple[dt.datetime, dt.datetime]:
    """Both ends of a window such as ``2024-03-30..2024-09-20``; a date is its first moment.

    Raises
    ------
    InputError
        If it is none.
    """
    ends = [part.strip() for part in text.split("..")]
    remedy = "such as 2024-03-30..2024-09-20; a date is its first moment, so the last is not in it"
    if len(ends) != 2:
        raise InputError(f"{said.window}: {shown(text)} is not a window, {remedy}")
    found = []
    for one in ends:
        try:
            moment = dt.datetime.fromisoformat(one)
        except ValueError:
            raise InputError(f"{said.window}: {shown(one)} is not a date, {remedy}") from None
        found.append(moment if moment.tzinfo is None else _in_utc(moment))
    start, end = found
    if end - start < dt.timedelta(days=1):
        raise InputError(f"{said.window}: {shown(text)} is shorter than a day, {remedy}")
    return start, end


def columns_of(text: str, said: Said = BY_OPTIONS) -> dict[str, str]:
    """Columns of an option such as ``time=Start,host=Node``.

    Raises
    ------
    InputError
        If it is none.
    """
    found = {}
    for part in text.split(","):
        what, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not name or what not in COLUMNS:
            known = ", ".join(f"{one}=NAME" for one in COLUMNS)
            raise InputError(f"{said.columns}: {shown(part.strip())} is none of {known}")
        found[what] = name
    return found


def _table(file: Path) -> _Table:
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
    return _Table(str(file), names, rows)


def _lines(file: str, text: str) -> Iterator[_Row]:
    """Lines that are not empty, cut at what separates the cells of the first one."""
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Row(before + 1, cells)
            before = reader.line_num
    except csv.Error as error:
        raise InputError(f"{file}:{before + 1}: {error}; close what is quoted") from None


def _places(table: _Table, given: Mapping[str, str], said: Said) -> dict[str, int]:
    """Number of the column for each purpose."""
    for what, name in given.items():
        if name not in table.header:
            there = ", ".join(map(shown, table.header))
            raise InputError(f"{table.file} has no column {shown(name)} for {what}; it has {there}")
    plain = [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in table.header]
    taken = set(given.values())
    places = {}
    for what, names in COLUMNS.items():
        free = [
            n for n in names.split() if n in plain and table.header[plain.index(n)] not in taken
        ]
        if what in given:
            places[what] = table.header.index(given[what])
        elif free:
            places[what] = plain.index(free[0])
    for what in _REQUIRED:
        if what not in places:
            there = ", ".join(map(shown, table.header))
            raise InputError(
                f"{table.file}:1: no column is known as that of the {what}, among {there}; say "
                f"which it is by {said.columns} {what}=NAME"
            )
    return places


def _times(table: _Table, column: int, start: dt.datetime, what: str) -> NDArray[np.float64]:
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
        seconds = numbers / (1000 if numbers.median() >= _EPOCH_MS else 1)
        wrong = seconds[~seconds.between(_EPOCH_S, _LATEST_S)]
        if len(wrong):
            return int(wrong.index[0])
        return [pd.to_datetime(seconds, unit="s").astype("datetime64[us]")]
    best = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    if best.notna().all():
        return [best.astype("datetime64[us]")]
    for form in _FORMS:
        moments = _by_form(texts, form)
        if moments.notna().all():
            return [moments]
        best = max(best, moments, key=lambda one: int(one.notna().sum()))
    ways = []
    for forms in (_BY_MONTH, _BY_DAY):
        for form in forms:
            moments = _by_form(texts, form)
            if moments.notna().all():
                ways.append(moments)
            best = max(best, moments, key=lambda one: int(one.notna().sum()))
    return ways or int(best.index[best.isna()][0])


def _by_form(texts: pd.Series[str], form: str) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    return pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[us]")


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Each different name once, and the number of each of the names."""
    found, numbers = np.unique(np.array(names, dtype=object), return_inverse=True)
    return tuple(map(str, found)), numbers.astype(np.int64)


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _date(start: dt.datetime, seconds: float) -> str:
    return f"{start + dt.timedelta(seconds=float(seconds)):%Y-%m-%d}"
