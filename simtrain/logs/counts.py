"""Faults of a run in flight, counted by class."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError
from simtrain.logs.log import ANY
from simtrain.logs.reading import COLUMNS
from simtrain.logs.table import clock_of, places_of, read_table, times_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path


def count_faults(
    file: Path,
    *,
    start: dt.datetime,
    until_s: float,
    columns: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Faults by class in a log, from the start of a run until a moment.

    Parameters
    ----------
    file
        Its first line names the columns; one tells the time, another the class if there are any.
    start
        Start of the run.
    until_s
        Seconds since then.
    columns
        Names of columns by what they are for, where they are not found.

    Raises
    ------
    InputError
        If the log or its columns cannot be read.
    """
    table = read_table(file)
    places = places_of(table, COLUMNS, ("time",), columns or {}, "--columns")
    if not table.rows:
        return Counter()
    texts = table.column(places["time"])
    time = times_of(table, places["time"], clock_of(texts, start), "time")
    if (wrong := np.flatnonzero(np.isnan(time))).size:
        table.refuse(int(wrong[0]), "the time is missing", "give each fault its time")
    if not (time <= until_s).any() or not (time >= 0.0).any():
        raise InputError(
            f"{file}: none of {len(time):,} faults lies between the start of the run, "
            f"{start:%Y-%m-%d %H:%M}, and now; give the log of this run"
        )
    classes = table.column(places["class"]) if "class" in places else [ANY] * len(time)
    return Counter(
        name for name, at in zip(classes, time.tolist(), strict=True) if 0.0 <= at <= until_s
    )
