"""The picture of what a sweep over one key is about: goodput and wall-clock against its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simtrain.ledger import Category
from simtrain.scenario.axes import written
from simtrain.show import sweep_words
from simtrain.show.canvas import COLOURS, FAINT, INK, NEUTRAL, canvas, headline, panel
from simtrain.show.sweep_axis import Scale, own_place, scale_of
from simtrain.units import brief

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simtrain.montecarlo.sweep import Sweep

_COLOURS = {
    "goodput": COLOURS[Category.PRODUCTIVE],
    "wall_clock_s": COLOURS[Category.RESTART],
}
_HEIGHT = 2.5
_ABOVE = 1.95
"""Room above the panels for the title and the marks, in inches."""
_ROW = 0.2
"""Height of a row of labels, in inches."""
_DIAMOND = -4.6
"""Shift that puts the diamond of a label above its line, in points."""


class _Mark(NamedTuple):
    """A place on the horizontal axis with its label, which is centred unless it is shifted."""

    at: float
    text: str
    row: int
    strong: bool = False
    shift: float = 0.0


def draw_lines(path: Path, title: str, subtitle: str, swept: Sweep) -> None:
    """Draw mean, its confidence and the spread of the trials against the values of one key."""
    [axis] = swept.axes
    scale = scale_of(axis)
    metrics = swept.columns
    height = _ABOVE + len(metrics) * (_HEIGHT + 0.25) + 0.6
    with canvas(path, 8.0, height) as figure:
        headline(figure, title, subtitle)
        _legend(figure)
        for row, metric in enumerate(metrics):
            top = _ABOVE + row * (_HEIGHT + 0.25)
            axes = panel(figure, left=0.85, top=top, width=6.85, height=_HEIGHT)
            axes.grid(visible=False, axis="x")
            scale.set_up(axes)
            _draw_metric(axes, swept, metric, scale)
            _mark(axes, swept, scale, labelled=row == 0)
            if row < len(metrics) - 1:
                axes.tick_params(axis="x", labelbottom=False)
            else:
                axes.set_xlabel(scale.label)


def _legend(figure: Figure) -> None:
    """Say what the line and the two bands are."""
    line = Line2D([], [], color=NEUTRAL, marker="o", markersize=3.5, linewidth=1.6)
    wide, narrow = (Patch(color=NEUTRAL, alpha=alpha, linewidth=0) for alpha in (0.18, 0.45))
    figure.legend(
        [line, narrow, wide], ["mean", "its 95 % confidence", "90 % of the trials"],
        loc="upper left", bbox_to_anchor=(0.012, 1 - 0.66 / figure.get_figheight()), ncols=3,
        frameon=False, fontsize=9, labelcolor=NEUTRAL,
    )  # fmt: skip


def _draw_metric(axes: Axes, swept: Sweep, metric: str, scale: Scale) -> None:
    how = sweep_words.measure(swept, metric)
    found = [swept.point_statistics(metric, point) for point in range(len(swept.places))]
    colour = _COLOURS[metric]

    def values(key: str) -> NDArray[np.float64]:
        return np.array([f[key] for f in found], dtype=np.float64) / how.divisor

    lows, highs = (
        np.array([f["mean_ci95"][end] for f in found], dtype=np.float64) / how.divisor
        for end in (0, 1)
    )
    at, mean, low, high = scale.at, values("mean"), values("p5"), values("p95")
    if scale.is_number and len(at) > 1:
        axes.fill_between(at, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.fill_between(at, lows, highs, color=colour, alpha=0.45, linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=1.6, marker="o", markersize=3.5)
    else:
        axes.vlines(at, low, high, color=colour, alpha=0.3, linewidth=9)
        axes.vlines(at, lows, highs, color=colour, linewidth=9)
        axes.plot(at, mean, color=INK, linestyle="", marker="_", markersize=12)
    _draw_own(axes, swept, metric, scale, how.divisor)
    axes.set_ylabel(f"{how.label}, {how.unit}")
    axes.margins(y=0.04)


def _draw_own(axes: Axes, swept: Sweep, metric: str, scale: Scale, divisor: float) -> None:
    own = own_place(swept, swept.axes[0], scale)
    mean = swept.point_statistics(metric, None)["mean"]
    if own is not None and mean is not None and _is_inside(own, scale):
        axes.plot([own], [mean / divisor], color=INK, marker="D", markersize=5.5, linestyle="")


def _mark(axes: Axes, swept: Sweep, scale: Scale, labelled: bool) -> None:
    best = swept.best
    if best is None:
        return
    alike = [scale.at[number] for number in best.alike]
    if scale.is_number and len(alike) > 1:
        axes.axvspan(min(alike), max(alike), color=FAINT, alpha=0.18, linewidth=0)
    for mark in _marks(swept, scale):
        _draw_mark(axes, mark, labelled)


def _marks(swept: Sweep, scale: Scale) -> list[_Mark]:
    best = swept.best
    assert best is not None
    [axis] = swept.axes
    value = written(swept.places[best.point].values[0])
    marks = [_Mark(scale.at[best.point], f"best {value}", 2, strong=True)]
    own = own_place(swept, axis, scale)
    if own is not None and _is_inside(own, scale):
        marks.append(_Mark(own, f"◆ as is: {written(swept.own_values[0])}", 0, shift=_DIAMOND))
    return [*marks, *_formula_marks(swept, scale)]


def _formula_marks(swept: Sweep, scale: Scale) -> list[_Mark]:
    """Marks of the formulas; those that are close to each other share one label."""
    if swept.formulas is None or not scale.is_number:
        return []
    [axis] = swept.axes
    placed = [
        (swept.on_axis(axis, seconds), f"{name} {brief(seconds)}")
        for name, seconds in swept.formulas.intervals.items()
    ]
    known = [(at / scale.divisor, text) for at, text in placed if at is not None]
    marks = [_Mark(at, "", 1) for at, _ in known if _is_inside(at, scale)]
    shown = [text for at, text in known if _is_inside(at, scale)]
    return [*marks[:-1], marks[-1]._replace(text=", ".join(shown))] if marks else []


def _draw_mark(axes: Axes, mark: _Mark, labelled: bool) -> None:
    style = "solid" if mark.strong else (0, (4, 3))
    axes.axvline(
        mark.at, color=INK if mark.strong else NEUTRAL, linewidth=1.4 if mark.strong else 0.9,
        linestyle=style, zorder=1,
    )  # fmt: skip
    if not labelled or not mark.text:
        return
    axes.annotate(
        mark.text, (mark.at, 1.0), (mark.shift, 4 + 72 * _ROW * mark.row),
        xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="left" if mark.shift else _side(axes, mark.at), va="bottom", annotation_clip=False,
        weight="bold" if mark.strong else "normal", color=INK if mark.strong else NEUTRAL,
    )  # fmt: skip


def _side(axes: Axes, at: float) -> str:
    """Side of a label that its line is on, so that it stays within the picture."""
    place = axes.transAxes.inverted().transform(axes.transData.transform((at, 0.0)))[0]
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"


def _is_inside(at: float, scale: Scale) -> bool:
    return min(scale.at) <= at <= max(scale.at)
