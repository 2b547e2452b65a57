"""Reading a log of failures from a table of text: its columns, times and window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.logs.log import ANY, FailureLog
from simtrain.logs.standing import stand_in
from simtrain.logs.table import places_of, read_table, times_of

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_REQUIRED = ("time", "host")


class Said(NamedTuple):
    """Where it is said how to read a log, for messages."""

    hosts: str = "--hosts"
    window: str = "--window"
    columns: str = "--columns"


BY_OPTIONS = Said()


def read_log(
    file: Path,
    *,
    hosts: int,
    window: str,
    columns: Mapping[str, str] | None = None,
    levels: Sequence[str] = (),
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
    levels
        Levels of domains, the smallest first. A column of such a name tells in which one each host
        stands, and a row without a host is of a whole domain.
    said
        Where hosts, window and columns are said, for messages.

    Raises
    ------
    InputError
        If the log, its columns or its window cannot be read, or contradict each other.
    """
    start, end = window_of(window, said)
    table = read_table(file)
    known = COLUMNS | {level: level.lower() for level in levels}
    places = places_of(table, known, _REQUIRED, columns or {}, said.columns)
    if not table.rows:
        raise InputError(f"{file} has no rows; a log has one row for each failure")
    times = times_of(table, places["time"], start, what="time")
    others = {place for what, place in places.items() if what in COLUMNS}
    told = [level for level in levels if places.get(level, -1) not in {-1, *others}]
    names, stand = stand_in(table, places["host"], {level: places[level] for level in told})
    for row, (time, name) in enumerate(zip(times, names, strict=True)):
        if np.isnan(time):
            table.refuse(row, "the time is missing", "give each failure its time")
        if not name:
            table.refuse(row, "the host is missing", "give each failure its host")
    back = None
    if "end" in places:
        back = times_of(table, places["end"], start, what="end of repair")
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
    single = sum(not (name in stand and stand[name].is_whole) for name in host_names)
    if single > hosts:
        raise InputError(
            f"{file} names {single:,} hosts in the window, more than the {hosts:,} of "
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
        stand=stand,
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


def columns_of(
    text: str, said: str = BY_OPTIONS.columns, known: Mapping[str, str] = COLUMNS
) -> dict[str, str]:
    """Columns of an option such as ``time=Start,host=Node``.

    Parameters
    ----------
    text
        The option.
    said
        What it is called, for messages.
    known
        What columns may be for.

    Raises
    ------
    InputError
        If it is none.
    """
    found = {}
    for part in text.split(","):
        what, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not name or what not in known:
            names = ", ".join(f"{one}=NAME" for one in known)
            raise InputError(f"{said}: {shown(part.strip())} is none of {names}")
        found[what] = name
    return found


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Each different name once, and the number of each of the names."""
    found, numbers = np.unique(np.array(names, dtype=object), return_inverse=True)
    return tuple(map(str, found)), numbers.astype(np.int64)


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _date(start: dt.datetime, seconds: float) -> str:
    return f"{start + dt.timedelta(seconds=float(seconds)):%Y-%m-%d}"
