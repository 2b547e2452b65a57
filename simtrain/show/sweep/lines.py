"""The picture of what a sweep over one key is about: goodput and wall-clock against its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simtrain.accounts.ledger import Category
from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.figure import COLOURS, INK, NEUTRAL, canvas, headline, panel
from simtrain.show.sweep import words as sweep_words
from simtrain.show.sweep.axis import Scale, own_place, scale_of
from simtrain.units import brief

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simtrain.answers.sweep import Sweep

_COLOURS = {
    "goodput": COLOURS[Category.PRODUCTIVE],
    "wall_clock_s": COLOURS[Category.RESTART],
}
_ALIKE_COLOUR = COLOURS[Category.CHECKPOINT_SAVE]
_WIDE, _NARROW, _ALIKE = 0.18, 0.45, 0.15
"""Opacity of the bands."""
_HEIGHT = 2.5
_BETWEEN = 0.25
_ABOVE = 1.2
"""Room for the title and the legend, in inches."""
_LONGEST_LABEL = 40
_ROW = 0.2
"""Height of a row of labels, in inches."""
_DASHES = (0, (4, 3))
_DIAMOND = -4.6
"""Shift that puts the diamond of a label above its line, in points."""


class _Mark(NamedTuple):
    """A place on the horizontal axis with its label, which is centred unless it is shifted.

    A `strong` mark stands out; one that is no `line` is only a label.
    """

    at: float
    text: str
    row: int = 0
    strong: bool = False
    line: bool = True
    shift: float = 0.0


def draw_lines(path: Path, title: str, subtitle: str, swept: Sweep) -> None:
    """Draw mean, its confidence and the spread of the trials against the values of one key."""
    assert swept.best is not None
    scale = scale_of(swept.axes[0])
    metrics = swept.compared
    marks = _marks(swept, scale)
    above = _ABOVE + _ROW * (1 + max(mark.row for mark in marks))
    with canvas(path, 8.0, above + len(metrics) * (_HEIGHT + _BETWEEN) + 0.45) as figure:
        headline(figure, title, subtitle)
        _legend(figure, with_alike=scale.is_number and len(swept.best.not_distinguishable) > 1)
        for row, metric in enumerate(metrics):
            top = above + row * (_HEIGHT + _BETWEEN)
            axes = panel(figure, left=0.85, top=top, width=6.85, height=_HEIGHT)
            axes.grid(visible=False, axis="x")
            scale.set_up(axes)
            _draw_metric(axes, swept, metric, scale)
            _draw_alike(axes, swept, scale)
            for mark in marks:
                _draw_mark(axes, mark, labelled=row == 0)
            axes.tick_params(axis="x", labelbottom=row == len(metrics) - 1)
        axes.set_xlabel(scale.label)


def _legend(figure: Figure, with_alike: bool) -> None:
    """Say what the line and the bands are."""
    shown = {
        "mean": Line2D([], [], color=NEUTRAL, marker="o", markersize=3.5, linewidth=1.6),
        "its 95 % confidence": Patch(color=NEUTRAL, alpha=_NARROW, linewidth=0),
        "90 % of the trials": Patch(color=NEUTRAL, alpha=_WIDE, linewidth=0),
    }
    if with_alike:
        shown["not told apart from the best"] = Patch(
            color=_ALIKE_COLOUR, alpha=_ALIKE, linewidth=0
        )
    figure.legend(
        shown.values(), shown.keys(), loc="upper left", ncols=len(shown), frameon=False,
        bbox_to_anchor=(0.012, 1 - 0.66 / figure.get_figheight()), fontsize=9, labelcolor=NEUTRAL,
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
    if scale.is_number:
        axes.fill_between(at, low, high, color=colour, alpha=_WIDE, linewidth=0)
        axes.fill_between(at, lows, highs, color=colour, alpha=_NARROW, linewidth=0)
        axes.plot(at, mean, color=colour, linewidth=1.6, marker="o", markersize=3.5)
    else:
        axes.vlines(at, low, high, color=colour, alpha=0.3, linewidth=9)
        axes.vlines(at, lows, highs, color=colour, linewidth=9)
        axes.plot(at, mean, color=INK, linestyle="", marker="_", markersize=12)
    _draw_own(axes, swept, metric, scale, how.divisor)
    axes.set_ylabel(how.title)
    axes.margins(y=0.04)


def _draw_own(axes: Axes, swept: Sweep, metric: str, scale: Scale, divisor: float) -> None:
    """Mark the scenario as it is: at its place, or by a level if it has none."""
    mean = swept.point_statistics(metric, None)["mean"]
    if mean is None:
        return
    own, level = own_place(swept, scale), mean / divisor
    if own is None:
        axes.axhline(level, color=NEUTRAL, linewidth=0.9, linestyle=_DASHES, zorder=1)
    else:
        axes.plot([own], [level], color=INK, marker="D", markersize=5.5, linestyle="")


def _draw_alike(axes: Axes, swept: Sweep, scale: Scale) -> None:
    """Shade the range of the points that cannot be told apart from the best."""
    assert swept.best is not None
    alike = [scale.at[number] for number in swept.best.not_distinguishable]
    if scale.is_number and len(alike) > 1:
        axes.axvspan(min(alike), max(alike), color=_ALIKE_COLOUR, alpha=_ALIKE, linewidth=0)


def _marks(swept: Sweep, scale: Scale) -> list[_Mark]:
    """Marks with their labels in rows, none of which is empty."""
    best = swept.best
    assert best is not None
    own = own_place(swept, scale)
    as_is = words.cut(f"as is: {swept.baseline_words[0]}", _LONGEST_LABEL)
    label = words.cut(f"best {written(swept.places[best.point].values[0])}", _LONGEST_LABEL)
    rows = [
        [
            _Mark(max(scale.at), f"– – {as_is}", line=False)
            if own is None
            else _Mark(own, f"◆ {as_is}", line=scale.is_number, shift=_DIAMOND)
        ],
        _formula_marks(swept, scale),
        [_Mark(scale.at[best.point], label, strong=True, line=scale.is_number)],
    ]
    return [
        mark._replace(row=number) for number, row in enumerate(filter(None, rows)) for mark in row
    ]


def _formula_marks(swept: Sweep, scale: Scale) -> list[_Mark]:
    """Marks of the formulas, which are close to each other: the last one has the label of all."""
    if swept.formulas is None or not scale.is_number:
        return []
    inside: dict[str, float] = {}
    for name, seconds in swept.formulas.intervals.items():
        number = swept.on_axis(swept.axes[0], seconds)
        place = None if number is None else number / scale.divisor
        if place is not None and min(scale.at) <= place <= max(scale.at):
            inside[f"{name} {brief(seconds)}"] = place
    marks = [_Mark(place, "") for place in inside.values()]
    return [*marks[:-1], marks[-1]._replace(text=", ".join(inside))] if marks else []


def _draw_mark(axes: Axes, mark: _Mark, labelled: bool) -> None:
    if mark.line:
        axes.axvline(
            mark.at, color=INK if mark.strong else NEUTRAL, linewidth=1.4 if mark.strong else 0.9,
            linestyle="solid" if mark.strong else _DASHES, zorder=1,
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
