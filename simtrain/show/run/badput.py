"""The picture of badput phase by phase: what is read of the real run, and the trials beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.figure import COLOURS, INK, NEUTRAL, canvas, headline, only_vertical_grid, panel

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.words import Unit
    from simtrain.tables.history import RunPhase

    Array = NDArray[np.float64]

_IN_RUNS = (Category.DEGRADED, Category.CHECKPOINT_SAVE, Category.LOST_WORK)
"""Badput of a job that trains and saves."""
_OUTSIDE = tuple(
    category
    for category in Category
    if category is not Category.PRODUCTIVE and category not in _IN_RUNS
)
_ALL = _OUTSIDE + _IN_RUNS
_PHASE = 0.95
"""Height of a phase with its room, in inches."""
_BARS = 4.4
_READ_OUTSIDE, _READ_IN_RUNS, _READ = "#4D4D4D", "#A6A6A6", "#FFFFFF"


class _Lost(NamedTuple):
    """Badput of a phase.

    Parameters
    ----------
    name
        The phase.
    read_s
        That of the real run, in seconds.
    read_outside_s
        What of it lay between runs, if the logbook tells.
    trials
        Seconds by trial and category.
    """

    name: str
    read_s: float
    read_outside_s: float | None
    trials: Array

    def of(self, categories: tuple[Category, ...]) -> Array:
        """Seconds of some categories in each trial."""
        columns = [list(Category).index(category) for category in categories]
        seconds: Array = self.trials[:, columns].sum(axis=1)
        return seconds


def badput_in_all(courses: Trajectories) -> tuple[float, float]:
    """Badput of all phases in seconds: of the real run, and in the mean of the trials."""
    phases = _phases(courses)
    simulated = sum(float(phase.of(_ALL).mean()) for phase in phases)
    return sum(phase.read_s for phase in phases), simulated


def draw_badput(path: Path, title: str, subtitle: str, courses: Trajectories) -> None:
    """Draw a pair of bars for each phase: read, and simulated by category."""
    phases = _phases(courses)
    highs = [float(np.percentile(phase.of(_ALL), 95)) for phase in phases]
    longest = max([*highs, *(phase.read_s for phase in phases)])
    unit = words.unit_for(longest)
    height = _PHASE * len(phases)
    with canvas(path, 10.0, height + 2.45) as figure:
        headline(figure, title, subtitle)
        axes = panel(figure, left=1.45, top=0.85, width=_BARS, height=height)
        only_vertical_grid(axes)
        for row, phase in enumerate(phases):
            _draw_read(axes, row - 0.19, phase, unit)
            _draw_trials(axes, row + 0.19, phase, unit)
        axes.set_xlim(0, 1.03 * longest / unit.seconds)
        axes.set_ylim(len(phases) - 0.5, -0.5)
        axes.set_yticks(range(len(phases)), [phase.name for phase in phases], weight="bold")
        axes.set_xlabel(f"badput, {unit.plural}")
        _draw_legend(figure, phases)


def _phases(courses: Trajectories) -> list[_Lost]:
    """Badput of each phase: its length without the time that its work takes at full speed."""
    return [
        _Lost(
            words.part(*phase.of_trials, courses.scenario.start),
            _read(phase, courses),
            phase.outside_s,
            courses.spent_s[:, number],
        )
        for number, phase in enumerate(courses.history.phases)
    ]


def _read(phase: RunPhase, courses: Trajectories) -> float:
    before, after = (courses.ideal_time(progress) for progress in phase.progress)
    return phase.until - phase.since - (after - before)


def _draw_read(axes: Axes, row: float, phase: _Lost, unit: Unit) -> None:
    total = phase.read_s / unit.seconds
    text = f"real run {total:.1f} {unit.name}"
    if phase.read_outside_s is None:
        _bar(axes, row, 0.0, total, color=_READ, hatch="////", edgecolor=_READ_IN_RUNS)
        text += ", where is not known"
    else:
        outside = phase.read_outside_s / unit.seconds
        _bar(axes, row, 0.0, outside, color=_READ_OUTSIDE)
        _bar(axes, row, outside, total - outside, color=_READ_IN_RUNS)
        text += f": {outside:.1f} between runs, {total - outside:.1f} in them"
    _tell(axes, row, text, INK)


def _draw_trials(axes: Axes, row: float, phase: _Lost, unit: Unit) -> None:
    left = 0.0
    for category in _ALL:
        mean = float(phase.of((category,)).mean()) / unit.seconds
        _bar(axes, row, left, mean, color=COLOURS[category])
        left += mean
    outside = float(phase.of(_OUTSIDE).mean()) / unit.seconds
    axes.plot([outside] * 2, [row - 0.21, row + 0.21], color=INK, lw=1.6)
    total = phase.of(_ALL) / unit.seconds
    low, high = np.percentile(total, (5, 95))
    axes.errorbar(
        left, row, xerr=[[max(0.0, left - low)], [max(0.0, high - left)]], color=INK, lw=1.1,
        capsize=3,
    )  # fmt: skip
    text = f"trials {left:.1f} ({low:.1f}–{high:.1f}) {unit.name}: {outside:.1f} between runs, "
    _tell(axes, row, f"{text}{left - outside:.1f} in them", NEUTRAL)


def _bar(axes: Axes, row: float, left: float, width: float, **style: Any) -> None:
    axes.barh(row, width, left=left, height=0.34, lw=0.8 if "hatch" in style else 0, **style)


def _tell(axes: Axes, row: float, text: str, colour: str) -> None:
    """Write numbers right of the bars."""
    axes.annotate(
        text, (1, row), (8, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=8.5, color=colour, annotation_clip=False,
    )  # fmt: skip


def _draw_legend(figure: Figure, phases: list[_Lost]) -> None:
    """Name the colours: above what is read, below what is simulated."""
    read: list[Artist] = []
    if any(phase.read_outside_s is not None for phase in phases):
        read += [
            Patch(color=_READ_OUTSIDE, label="real run: between runs"),
            Patch(color=_READ_IN_RUNS, label="in runs: slow, saving, lost later"),
        ]
    if any(phase.read_outside_s is None for phase in phases):
        read.append(
            Patch(facecolor=_READ, edgecolor=_READ_IN_RUNS, hatch="////", label="not known where")
        )
    read.append(Line2D([], [], color=INK, lw=1.1, label="P5 to P95 of the trials"))
    read.append(
        Line2D(
            [], [], color=INK, ls="", marker="|", ms=12, mew=1.6, label="left of it: between runs"
        )
    )
    there = [category for category in _ALL if any(phase.of((category,)).any() for phase in phases)]
    simulated = [Patch(color=COLOURS[one], label=words.name(one)) for one in there]
    for handles, above, columns in ((read, 1.03, 5), (simulated, 0.7, 6)):
        legend = figure.legend(
            handles=handles, loc="upper left", ncols=columns, frameon=False, fontsize=9,
            bbox_to_anchor=(0.02, above / figure.get_figheight()), handlelength=1.2,
            columnspacing=1.4,
        )  # fmt: skip
        figure.add_artist(legend)
