"""The picture of how long the job stands still between two runs: trials, and the real run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from simtrain.show import words
from simtrain.show.figure import FAN, FAN_LINE, NEUTRAL, REAL, canvas, headline, panel
from simtrain.units import DAY, HOUR, MINUTE, WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.tables.history import Period

    Array = NDArray[np.float64]

_ACROSS = 3
"""Panels side by side."""
_ALL, _BETWEEN, _TALL, _ROW = 8.94, 0.3, 2.3, 3.45
_MARKS = {
    "1 s": 1.0,
    "10 s": 10.0,
    "1 min": MINUTE,
    "10 min": 10 * MINUTE,
    "1 h": HOUR,
    "4 h": 4 * HOUR,
    "1 d": DAY,
    "4 d": 4 * DAY,
    "2 wk": 2 * WEEK,
    "12 wk": 12 * WEEK,
    "2 y": 104 * WEEK,
}
_POINTS = 300


class Gaps(NamedTuple):
    """Lengths of the gaps of a part of the run, in seconds.

    Parameters
    ----------
    window
        The part.
    trials
        Those of each trial.
    read
        Those of the real run, where its logbook reaches.
    """

    window: Period
    trials: Sequence[Array]
    read: Array


def draw_gaps(path: Path, title: str, subtitle: str, courses: Trajectories) -> None:
    """Draw which share of the gaps is longer than a time, for each part of the run."""
    parts = [
        Gaps(window, courses.gap_lengths(window), courses.history.gap_lengths(window))
        for window in courses.history.windows
    ]
    every = np.concatenate([lengths for part in parts for lengths in (*part.trials, part.read)])
    low, high = (float(every.min()), float(every.max())) if every.size else (MINUTE, DAY)
    limits = max(low, high / 1e5) / 1.3, high * 1.3
    columns, rows = min(len(parts), _ACROSS), -(-len(parts) // _ACROSS)
    wide = (_ALL + _BETWEEN) / columns - _BETWEEN
    with canvas(path, 10.0, 1.1 + _ROW * rows) as figure:
        headline(figure, title, subtitle)
        for place, part in enumerate(parts):
            row, column = divmod(place, _ACROSS)
            axes = panel(
                figure, left=0.72 + (wide + _BETWEEN) * column, top=1.4 + _ROW * row,
                width=wide, height=_TALL,
            )  # fmt: skip
            _draw_part(axes, part, limits)
            _name_part(axes, words.part(*part.window, courses.scenario.start), part)
            if column:
                axes.tick_params(axis="y", labelleft=False)
            else:
                axes.set_ylabel("gaps longer than this, %")
            if place == 0:
                _draw_legend(figure, axes)


def _draw_part(axes: Axes, part: Gaps, limits: tuple[float, float]) -> None:
    lengths = np.geomspace(*limits, _POINTS)
    alone = [_longer(trial, lengths) for trial in part.trials if trial.size]
    if alone:
        low, high = np.percentile(alone, (5, 95), axis=0)
        axes.fill_between(
            lengths, low, high, color=FAN, alpha=0.3, lw=0, label="P5 to P95 of single trials"
        )
        pooled = _longer(np.concatenate(part.trials), lengths)
        axes.plot(lengths, pooled, color=FAN_LINE, lw=1.8, label="all trials together")
    if part.read.size:
        steps = np.sort(part.read)
        share = 100 * (1 - np.arange(1, len(steps) + 1) / len(steps))
        axes.step(
            [limits[0], *steps], [100.0, *share], where="post", color=REAL, lw=1.8,
            label="the real run, by its logbook",
        )  # fmt: skip
        axes.plot(steps, np.full(len(steps), 1.5), ls="", marker="|", ms=7, color=REAL)
    axes.set_xlabel("length of the gap")
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.set_ylim(-1, 103)
    marks = {text: at for text, at in _MARKS.items() if limits[0] <= at <= limits[1]}
    axes.xaxis.set_major_locator(FixedLocator(list(marks.values())))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels(list(marks), fontsize=9)
    axes.yaxis.set_major_locator(FixedLocator([0, 25, 50, 75, 100]))


def _draw_legend(figure: Figure, axes: Axes) -> None:
    figure.legend(
        *axes.get_legend_handles_labels(), loc="lower left", ncols=3, frameon=False, fontsize=9.5,
        bbox_to_anchor=(0.06, 0.06 / figure.get_figheight()), columnspacing=2.0,
    )  # fmt: skip


def _longer(gaps: Array, lengths: Array) -> Array:
    """Percent of the gaps that are longer than each length."""
    share: Array = 100 * (1 - np.searchsorted(np.sort(gaps), lengths, side="right") / len(gaps))
    return share


def _name_part(axes: Axes, name: str, part: Gaps) -> None:
    axes.annotate(
        name, (0, 1), (0, 31), xycoords="axes fraction", textcoords="offset points",
        weight="bold", fontsize=10.5, va="bottom",
    )  # fmt: skip
    numbers = [len(trial) for trial in part.trials]
    medians = [float(np.median(trial)) for trial in part.trials if trial.size]
    told = f"trials: {_range(numbers)} {'gap' if set(numbers) == {1} else 'gaps'}"
    if medians:
        told += f", median {_range(np.array(medians) / HOUR)} h"
    read = "real run: nothing logged"
    if part.read.size:
        median = float(np.median(part.read)) / HOUR
        read = f"real run: {words.count(len(part.read), 'gap')}, median {median:.1f} h"
    for text, colour, above in ((read, REAL, 18), (told, NEUTRAL, 6)):
        axes.annotate(
            text, (0, 1), (0, above), xycoords="axes fraction", textcoords="offset points",
            fontsize=8.5, color=colour, va="bottom",
        )  # fmt: skip


def _range(values: Sequence[float] | Array) -> str:
    """Write P5 and P95."""
    low, high = np.percentile(values, (5, 95))
    places = 0 if all(float(value).is_integer() for value in values) else 1
    ends = dict.fromkeys(f"{value:.{places}f}" for value in (low, high))
    return "–".join(ends)
