"""`Progress`: how far a run in flight has come, from a table of times and steps."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.logs.table import TextTable, clock_of, places_of, read_table, times_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

COLUMNS = {
    "time": "time timestamp date datetime wall_time wall time_iso",
    "step": "step steps global_step iteration iterations iter train_global_step",
    "progress": "progress fraction share done",
}
"""What columns are for, and the names by which each is found: those of plain tables, and of exports
from TensorBoard (`Wall time,Step,Value`) and Weights & Biases (`_timestamp`, `_step`)."""
_FEWEST = 10
"""Rows of which the pace is told at least."""
_REMEDY = "say which column it is by --columns step=NAME or progress=NAME"


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a run had come at some moments.

    Parameters
    ----------
    time_s
        Seconds since the start of the run, rising.
    done
        Share of the work that was done at each, which falls where work is rolled back.
    """

    time_s: Array
    done: Array

    def until(self, moment_s: float) -> Progress:
        """What was known at a moment."""
        known = self.time_s <= moment_s
        return Progress(self.time_s[known], self.done[known])

    @property
    def last_s(self) -> float:
        """When the last row is of, in seconds since the start."""
        return float(self.time_s[-1])

    @property
    def now(self) -> float:
        """Share of the work that was done at the last of the moments."""
        return float(self.done[-1])

    @property
    def rolled_back(self) -> int:
        """How often work was rolled back, as far as rows tell."""
        return int((np.diff(self.done) < 0).sum())

    def training_s(self, planned_s: float, since_s: float = 0.0) -> float:
        """Seconds in which the run trained and saved, as far as rows tell.

        Work that was gained between two rows takes as long as it usually does: as planned, or as in
        the middle of all rows where that is faster. What was lost and done again between two rows
        is not seen.

        Parameters
        ----------
        planned_s
            Seconds that the whole work takes while nothing fails, saves included.
        since_s
            From when on it counts, in seconds since the start of the run.
        """
        lasted, gained = self._steps()
        runs = (gained > 0) & (lasted > 0)
        usual = self._usual_s(planned_s)
        counts = np.clip((self.time_s[runs] - since_s) / lasted[runs], 0.0, 1.0)
        return float((counts * np.minimum(lasted[runs], gained[runs] * usual)).sum())

    def kept_s(self, planned_s: float) -> float:
        """Seconds in which the work that is there was done, saves included, at the same pace.

        Parameters
        ----------
        planned_s
            As of `training_s`.
        """
        return self.now * self._usual_s(planned_s)

    def undisturbed_s(self, disturbances: int) -> float | None:
        """Seconds that the whole work takes at the pace of rows between which nothing was lost.

        Parameters
        ----------
        disturbances
            How often something came that cost time. Work is gained in two rows beside each: that
            in which it came, and that in which training went on.

        Returns
        -------
        float or None
            None if the rows are so few that those beside a disturbance may be half of them.
        """
        lasted, gained = self._steps()
        runs = (gained > 0) & (lasted > 0)
        if runs.sum() < max(_FEWEST, 4 * disturbances + 1):
            return None
        return float(np.median(lasted[runs] / gained[runs]))

    def _usual_s(self, planned_s: float) -> float:
        """Seconds that the whole work usually takes."""
        lasted, gained = self._steps()
        runs = (gained > 0) & (lasted > 0)
        if not runs.any():
            return planned_s
        return min(float(np.median(lasted[runs] / gained[runs])), planned_s)

    def _steps(self) -> tuple[Array, Array]:
        """Time and work from each row to the next, the first from the start."""
        return np.diff(self.time_s, prepend=0.0), np.diff(self.done, prepend=0.0)


def read_progress(
    file: Path,
    *,
    start: dt.datetime,
    share_of: Callable[[float], float] | None,
    columns: Mapping[str, str] | None = None,
) -> Progress:
    """Progress of a run in a table of times and steps.

    Parameters
    ----------
    file
        Its first line names the columns.
    start
        Start of the run.
    share_of
        Share of the work that is done at a step, if steps are known.
    columns
        Names of columns by what they are for, where `COLUMNS` does not have them.

    Raises
    ------
    InputError
        If the table or its columns cannot be read, or contradict the run.
    """
    table = read_table(file)
    places = places_of(table, COLUMNS, ("time",), columns or {}, "--columns")
    if not table.rows:
        raise InputError(f"{file} has no rows; give each moment its time and its step")
    time = times_of(table, places["time"], clock_of(table.column(places["time"]), start), "time")
    if (wrong := np.flatnonzero(np.isnan(time))).size:
        table.refuse(int(wrong[0]), "the time is missing", "give each row its time")
    done = _done(table, places, share_of)
    known = ~np.isnan(done) & (time >= 0.0)
    if not known.any():
        raise InputError(
            f"{file} has no row with a step at or after the start of the run, "
            f"{start:%Y-%m-%d %H:%M}; give the scenario the `start` of this run"
        )
    order = np.argsort(time[known], kind="stable")
    return Progress(time[known][order], done[known][order])


def _done(
    table: TextTable, places: Mapping[str, int], share_of: Callable[[float], float] | None
) -> Array:
    """Share of the work at each row; NaN where it is not told."""
    what = next((one for one in ("progress", "step") if one in places), "")
    if not what:
        raise InputError(f"{table.file}:1: no column tells how far the run was; {_REMEDY}")
    if what == "step" and share_of is None:
        raise InputError(
            f"{table.file}: tells steps, and the scenario does not say how many there are; give it "
            "`workload.steps`"
        )
    found = np.full(len(table.rows), np.nan)
    for row, text in enumerate(table.column(places[what])):
        if not text:
            continue
        try:
            number = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
        except ValueError:
            table.refuse(row, f"{shown(text)} is no {what}", "give a number")
        if math.isfinite(number) and number >= 0.0:
            found[row] = share_of(number) if what == "step" and share_of else number
        if not 0.0 <= found[row] <= 1.0:
            remedy = "correct either" if what == "step" else "give a share up to 1, or 20 %"
            table.refuse(row, f"{text} lies outside the work of the scenario", remedy)
    return found
