"""Faults of a run in flight, counted by class."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError
from simtrain.logs.log import ANY
from simtrain.logs.reading import COLUMNS
from simtrain.logs.table import clock_of, places_of, read_table, times_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


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
    """

    time_s: NDArray[np.float64]
    classes: Sequence[str]
    back_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def until(self, moment_s: float) -> Counter[str]:
        """Faults by class from the start of the run until a moment, in seconds since then."""
        seen = (self.time_s >= 0.0) & (self.time_s <= moment_s)
        return Counter(self.classes[row] for row in np.flatnonzero(seen).tolist())

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
        if not len(self.back_s):
            return np.empty(0), np.empty(0)
        of_class = np.array([one.lower() in classes for one in self.classes], dtype=np.bool_)
        seen = of_class & (self.time_s >= 0.0) & (self.time_s <= moment_s)
        is_back = seen & (self.back_s <= moment_s)
        ended = self.back_s[is_back] - self.time_s[is_back]
        return ended[ended > 0.0], moment_s - self.time_s[seen & ~is_back]


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
    if "end" not in places:
        return LoggedFaults(time, classes)
    ends = table.column(places["end"])
    back = times_of(table, places["end"], clock_of(ends, start), "end")
    if (wrong := np.flatnonzero(back < time)).size:
        table.refuse(int(wrong[0]), "the end lies before the time", "correct one of both")
    return LoggedFaults(time, classes, back)
