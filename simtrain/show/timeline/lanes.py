"""What the job did in a trial, as a strip that is wrapped like lines of text.

The strip is cut into cells, each of which is filled by the shares of its time that went into the
categories. Cells are as narrow as a dot of the picture, or wider in a trial of thousands of
outages, where shares are seen better.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.colors import to_rgb

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import State
from simtrain.show import axis
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Image
from simtrain.units import DAY, HOUR, WEEK, short_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.accounts.intervals import Interval
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Array

_MOST_ROWS = 13
_LENGTHS = (HOUR, 6 * HOUR, DAY, WEEK, 4 * WEEK, 13 * WEEK, 52 * WEEK, 520 * WEEK)
_FINE, _COARSE = 1575, 175
"""Cells of a row."""
_MOST_FINE = 2000
"""Outages up to which cells are fine."""
_DOTS, _BETWEEN = 32, 8
"""Heights of a row and of the room below it."""


class Strip(NamedTuple):
    """A trial as rows of cells.

    Parameters
    ----------
    cells
        Seconds by row, cell and category.
    x, y
        Time since the start of a row in seconds, and when each row begins.
    """

    cells: Array
    x: Scale
    y: Scale

    @property
    def shares(self) -> dict[Category, float]:
        """Share of the trial of each category that there is."""
        seconds = self.cells.sum(axis=(0, 1))
        shares = zip(Category, seconds / seconds.sum(), strict=True)
        return {category: float(share) for category, share in shares if share > 0}

    def image(self) -> Image:
        """Rows of dots, the shares of each cell above each other."""
        rows, columns, categories = self.cells.shape
        total = self.cells.sum(axis=2, keepdims=True)
        tops = np.cumsum(self.cells, axis=2) / np.where(total > 0, total, np.nan)
        heights = (np.arange(_DOTS, 0, -1) - 0.5)[:, np.newaxis, np.newaxis] / _DOTS
        which = (~(tops[:, np.newaxis] >= heights)).sum(axis=3)
        dots = np.full((rows, _DOTS + _BETWEEN, columns), categories)
        dots[:, _BETWEEN // 2 : _BETWEEN // 2 + _DOTS] = which
        palette = np.array([*(to_rgb(COLOURS[one]) for one in Category), to_rgb("white")])
        return Image(palette[dots.reshape(-1, columns)])


def strip(
    fates: Sequence[tuple[Interval, float]], ended: float, start: dt.datetime | None
) -> Strip:
    """Rows of hours, days, weeks or longer, so that there are not too many.

    Fates are what the job did, with the position up to which its work was kept; the trial ended
    after so many seconds.
    """
    for length in _LENGTHS:
        lead = axis.midnight(start) if length >= DAY else 0.0
        rows = int((lead + ended) // length) + 1
        if rows <= _MOST_ROWS:
            break
    outages = sum(one.state not in (State.TRAIN, State.CHECKPOINT_SAVE) for one, _ in fates)
    columns = _FINE if outages <= _MOST_FINE else _COARSE
    edges = np.linspace(0.0, rows * length, rows * columns + 1) - lead
    cells = np.stack([_per_cell(spent, edges) for spent in _spent(fates).values()], axis=-1)
    y = axis.rows([_name(row * length, length, lead, start) for row in range(rows)])
    return Strip(cells.reshape(rows, columns, len(Category)), _row_axis(length, start), y)


def _spent(fates: Sequence[tuple[Interval, float]]) -> dict[Category, list[tuple[float, ...]]]:
    """Start, end and seconds of what the job did, by category; lost work counts as that."""
    spent: dict[Category, list[tuple[float, ...]]] = {category: [] for category in Category}
    for one, kept in fates:
        start, end, done = one.start, one.end, one.work_end - one.work_start
        if one.state is not State.TRAIN:
            spent[Category[one.state.name]].append((start, end, end - start))
            continue
        share = (kept - one.work_start) / done if done > 0 else 1.0
        cut = start + share * (end - start)
        spent[Category.PRODUCTIVE].append((start, cut, share * one.productive_s))
        spent[Category.LOST_WORK].append((cut, end, (1 - share) * one.productive_s))
        spent[Category.DEGRADED].append((start, end, sum(seconds for _, seconds in one.losses)))
    return spent


def _per_cell(spent: Sequence[tuple[float, ...]], edges: Array) -> Array:
    """Seconds in each cell, of spans of time in order that are used evenly."""
    if not spent:
        return np.zeros(len(edges) - 1)
    start, end, seconds = np.array(spent).T
    until = np.cumsum(seconds)
    times = np.column_stack([start, end]).ravel()
    return np.diff(np.interp(edges, times, np.column_stack([until - seconds, until]).ravel()))


def _name(seconds: float, length: float, lead: float, start: dt.datetime | None) -> str:
    """When a row begins."""
    if start is None:
        unit, size = ("h", HOUR) if length < DAY else ("d", DAY)
        return f"{seconds / size:g} {unit}"
    moment = start + dt.timedelta(seconds=seconds - lead)
    if length > 4 * WEEK:
        return f"{moment:%Y-%m-%d}"
    day = short_date(moment)
    return f"{day} {moment:%H:%M}" if length < DAY else f"{moment:%a} {day}"


def _row_axis(length: float, start: dt.datetime | None) -> Scale:
    if start is not None and length == WEEK:
        days = [f"{start + dt.timedelta(days=day):%a}" for day in range(7)]
        return axis.Scale(0.0, length, [(day + 0.5) * DAY for day in range(7)], days)
    shown = axis.calendar(None, length, most=8)
    return shown._replace(label=shown.label.replace("the start", "the start of the row"))
