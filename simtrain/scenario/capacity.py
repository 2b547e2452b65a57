"""`[capacity]`: how many hosts there are at which time, as a file tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import MomentReader
from simtrain.scenario.domains import MAX_HOSTS
from simtrain.scenario.readers import JsonSchema, Reader, RefusedError, Whole
from simtrain.scenario.table import Broken, Table

KEY = "trace"
"""Key of the rows: in a file the name of another one, then the rows themselves."""
MOST_ROWS = 50_000
"""Most rows of a trace; a scenario is read again after each of its changes."""
ROWS_EXAMPLE = '[["0 h", 40], ["5 h", 32]]'

Count: TypeAlias = "tuple[dt.datetime | float, int]"
"""From when on, by date or in seconds since the start, there are so many hosts."""


class _TraceReader(Reader):
    """Reads rows of a moment and a number of hosts."""

    accepted = f"a file with the columns time and hosts, or its rows, such as {ROWS_EXAMPLE}"

    def parse(self, value: object) -> tuple[Count, ...]:
        if isinstance(value, str):
            why = "a file is only followed where it is given in a file or on the command line"
            raise RefusedError(why, f"its rows, such as {ROWS_EXAMPLE}")
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"{shown(value)} is not a list of rows")
        if len(value) > MOST_ROWS:
            raise RefusedError(f"{len(value):,} rows are too many", f"at most {MOST_ROWS:,}")
        return tuple(_row(number, row) for number, row in enumerate(value, 1))

    def json_schema(self) -> JsonSchema:
        count = {"type": "integer", "minimum": 0}
        row = {"type": "array", "prefixItems": [{"type": "string"}, count], "minItems": 2,
               "maxItems": 2}  # fmt: skip
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": row, "minItems": 1}]}

    def dump(self, value: tuple[Count, ...]) -> list[list[Any]]:
        moment = MomentReader()
        return [[moment.dump(at), hosts] for at, hosts in value]


def _row(number: int, row: object) -> Count:
    if not isinstance(row, list | tuple) or len(row) != 2:
        raise ValueError(f"row {number}, {shown(row)}, is not a moment and a number of hosts")
    try:
        return MomentReader().parse(row[0]), Whole(0, MAX_HOSTS).parse(row[1])
    except ValueError as wrong:
        raise ValueError(f"row {number}: {wrong}") from None


class Capacity(Table):
    """How many hosts there are at which time, as with spot instances."""

    trace: Annotated[tuple[Count, ...], _TraceReader()] = Field(
        description="A file with the columns `time`, in hours since the start or as a date, and "
        "`hosts`: from each time on the job can have so many, those in repair among them. A "
        "relative path is from the folder of this file.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Rows are all of dates or all of times since the start, and in order."""
        moments = [at for at, _ in self.trace]
        if len({isinstance(at, float) for at in moments}) > 1:
            yield Broken(KEY, "mixes dates and hours since the start", "one of the two")
            return
        zones = {isinstance(at, dt.datetime) and at.tzinfo is not None for at in moments}
        if len(zones) > 1:
            yield Broken(KEY, "mixes dates with and without an offset", "one of the two")
            return
        for number, (before, after) in enumerate(pairwise(moments), 2):
            if not before < after:  # type: ignore[operator]  # both are of one kind
                wrong = f"row {number} is not later than the one before"
                yield Broken(KEY, wrong, "rows in order of time")
                return

    def wrong_dates(self, start: dt.datetime | None) -> Broken | None:
        """What is wrong with its dates in a run with this start; None if nothing is."""
        first = self.trace[0][0]
        if isinstance(first, float):
            return None
        path = f"capacity.{KEY}"
        if start is None:
            return Broken(path, "has dates, but the run has no `start`", "give `start`")
        if first.tzinfo is not None and start.tzinfo is None:
            wrong, remedy = "has offsets from UTC, but `start` has none", "give `start` one as well"
            return Broken(path, wrong, remedy)
        return None


def rows_in(table: Sequence[Sequence[str]]) -> list[list[Any]]:
    """Rows of a trace from the lines of its file, perhaps with headings.

    Raises
    ------
    ValueError
        If a line is not a time and a number of hosts.
    """
    headed = bool(table) and [cell.strip() for cell in table[0]] == ["time", "hosts"]
    rows: list[list[Any]] = []
    for number, cells in enumerate(table[headed:], 1 + headed):
        texts = [cell.strip() for cell in cells]
        if len(texts) != 2 or not texts[1].isdecimal():
            raise ValueError(f"line {number}, {shown(','.join(texts))}, is no time and count")
        rows.append([_moment(texts[0]), int(texts[1])])
    if not rows:
        raise ValueError("has no rows")
    return rows


def _moment(text: str) -> str:
    """A time of a file as the scenario would have it; a plain number is of hours."""
    try:
        float(text)
    except ValueError:
        return text
    return f"{text} h"


def is_trace(path: tuple[str, ...], value: object) -> bool:
    """Whether a value of a document is `[capacity]` with the name of a file."""
    is_table = path == ("capacity",) and isinstance(value, Mapping)
    return is_table and isinstance(value.get(KEY), str)  # type: ignore[attr-defined]
