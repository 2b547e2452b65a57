"""Faults of a run in flight, counted by class."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError
from simtrain.logs.log import ANY
from simtrain.logs.reading import COLUMNS
from simtrain.logs.table import clock_of, places_of, read_table, times_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_ONE_FAULT_S = 60.0
"""How soon rows come after the first one of a fault: watchers notice its hosts one after another,
and no job is up again by then to be struck anew."""


@dataclass(frozen=True, eq=False)
class LoggedFaults:
    """Faults of a run, as a log has them.

    Parameters
    ----------
    time_s
        Seconds since the start of the run at which each came, in the order of the log.
    classes
        Class of each; `ANY` where the log has none.
    back_s
        Seconds since the start of the run at which each host was back, NaN where it is not; empty
        if the log does not tell of returns.
    hosts
        Host of each, "" where a row names none; empty if the log does not tell of hosts.
    """

    time_s: NDArray[np.float64]
    classes: Sequence[str]
    back_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    hosts: Sequence[str] = ()

    def until(self, moment_s: float, together: Collection[str]) -> list[tuple[float, str]]:
        """Moment and class of each fault from the start of the run until a moment, in order.

        A fault that strikes several hosts has a row for each of them, and is one: rows less than a
        minute after the first of it are its own. So are rows that say the same of a host twice.

        Parameters
        ----------
        moment_s
            The moment, in seconds since the start of the run.
        together
            Classes, in lower case, of which all rows of one minute are of one fault.
        """
        found: list[tuple[float, str]] = []
        first_s: dict[tuple[str, str], float] = {}
        for row in np.argsort(self.time_s, kind="stable").tolist():
            time, name = float(self.time_s[row]), self.classes[row]
            one = name.lower()
            host = "" if one in together or not self.hosts else self.hosts[row]
            if not 0.0 <= time <= moment_s:
                continue
            if host or one in together:
                if time - first_s.get((one, host), -math.inf) < _ONE_FAULT_S:
                    continue
                first_s[one, host] = time
            found.append((time, name))
        return found

    def lasting_s(
        self, moment_s: float, classes: Collection[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How long hosts were away that were back by a moment, and those that are away then.

        Parameters
        ----------
        moment_s
            The moment, in seconds since the start of the run.
        classes
            Classes that are looked at, in lower case.
        """
        ended: list[float] = []
        going_on: list[float] = []
        if not len(self.back_s):
            return np.empty(0), np.empty(0)
        of_class = np.array([one.lower() in classes for one in self.classes], dtype=np.bool_)
        seen = of_class & (self.time_s >= 0.0) & (self.time_s <= moment_s)
        back_s = np.where(np.isnan(self.back_s), np.inf, self.back_s)
        by_host: dict[str | int, list[tuple[float, float]]] = {}
        for row in np.flatnonzero(seen).tolist():
            host = self.hosts[row] if self.hosts else ""
            by_host.setdefault(host or row, []).append((self.time_s[row], back_s[row]))
        for rows in by_host.values():
            for since_s, until_s in _joined(sorted(rows)):
                if until_s > moment_s:
                    going_on.append(moment_s - since_s)
                elif until_s > since_s:
                    ended.append(until_s - since_s)
        return np.array(ended), np.array(going_on)


def _joined(rows: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Outages of one host: rows in order, those joined that begin before the one before is over.

    Where a row has no end, and a later one has, nobody knows when the host was back from the first
    one: that is no outage of which a length is known, and the host is not away.
    """
    since_s, ends = rows[0][0], [rows[0][1]]
    for begun_s, ended_s in [*rows[1:], (math.inf, math.inf)]:
        if begun_s < max(ends):
            ends.append(ended_s)
            continue
        if math.isinf(ends[-1]) or not math.isinf(max(ends)):
            yield since_s, ends[-1] if math.isinf(ends[-1]) else max(ends)
        since_s, ends = begun_s, [ended_s]


def read_faults(
    file: Path,
    *,
    start: dt.datetime,
    until_s: float,
    columns: Mapping[str, str] | None = None,
) -> LoggedFaults:
    """Faults in a log of a run.

    Parameters
    ----------
    file
        Its first line names the columns; one tells the time, another the class if there are any.
    start
        Start of the run.
    until_s
        Seconds since then until now.
    columns
        Names of columns by what they are for, where they are not found.

    Raises
    ------
    InputError
        If the log or its columns cannot be read, or all of its faults lie before the start or
        after now.
    """
    table = read_table(file)
    places = places_of(table, COLUMNS, ("time",), columns or {}, "--columns")
    if not table.rows:
        return LoggedFaults(np.empty(0), [])
    texts = table.column(places["time"])
    time = times_of(table, places["time"], clock_of(texts, start), "time")
    if (wrong := np.flatnonzero(np.isnan(time))).size:
        table.refuse(int(wrong[0]), "the time is missing", "give each fault its time")
    if not ((time >= 0.0) & (time <= until_s)).any():
        raise InputError(
            f"{file}: none of {len(time):,} faults lies between the start of the run, "
            f"{start:%Y-%m-%d %H:%M}, and now; give the log of this run"
        )
    classes = table.column(places["class"]) if "class" in places else [ANY] * len(time)
    hosts = table.column(places["host"]) if "host" in places else []
    if "end" not in places:
        return LoggedFaults(time, classes, hosts=hosts)
    ends = table.column(places["end"])
    back = times_of(table, places["end"], clock_of(ends, start), "end")
    if (wrong := np.flatnonzero(back < time)).size:
        table.refuse(int(wrong[0]), "the end lies before the time", "correct one of both")
    return LoggedFaults(time, classes, back, hosts)
