"""The picture of a sweep over two keys: a map of what each pair of values comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.figure import INK, NEUTRAL, canvas, headline, panel
from simtrain.show.sweep import words as sweep_words

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simtrain.answers.sweep import Sweep
    from simtrain.show.measure import Measure

_MOST_NUMBERS = 17
"""Values of a key beside each other that leave room for numbers."""
_MOST_NAMES = 12
_LUMINANCE = np.array([0.3, 0.6, 0.1, 0.0])
_PALE = 0.55
"""Luminance from which dark letters are read more easily than white ones."""
_WIDEST = 4.0
"""Range of colours, as a multiple of the distance from the best point to the one in the middle."""
_COLOURS = {"wall_clock_s": "viridis_r", "goodput": "viridis"}


def draw_map(path: Path, title: str, subtitle: str, swept: Sweep) -> None:
    """Draw the mean of the metric that decides as a map over the values of two keys."""
    best = swept.best
    assert best is not None
    across, up = swept.axes[1], swept.axes[0]
    how = sweep_words.measure(swept, best.metric)
    means = (
        np.array(
            [
                swept.point_statistics(best.metric, point)["mean"] or np.nan
                for point in range(len(swept.places))
            ]
        ).reshape(len(up), len(across))
        / how.divisor
    )
    height = min(6.0, max(2.2, 0.42 * len(up)))
    with canvas(path, 9.0, height + 1.75) as figure:
        headline(figure, title, subtitle)
        axes = panel(figure, left=1.35, top=1.05, width=6.5, height=height)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        norm = _norm(means, best.metric)
        image = axes.imshow(
            means, aspect="auto", origin="lower", cmap=_COLOURS[best.metric], norm=norm
        )
        _write_numbers(axes, means, how)
        _frame(axes, swept, len(across))
        _names(axes, "x", [written(value) for value in across.values])
        _names(axes, "y", [written(value) for value in up.values])
        axes.set_xlabel(across.key)
        axes.set_ylabel(up.key)
        bar = figure.colorbar(
            image,
            cax=panel(figure, left=8.05, top=1.05, width=0.18, height=height),
            extend=_beyond(means, norm),
        )
        bar.set_label(f"mean {how.title}")
        bar.outline.set_visible(False)


def _norm(means: NDArray[np.float64], metric: str) -> Normalize:
    """Colours from the best mean on, such that a few bad points do not take them all."""
    low, middle, high = np.nanmin(means), np.nanmedian(means), np.nanmax(means)
    if metric == "wall_clock_s":
        return Normalize(low, min(high, low + _WIDEST * (middle - low)) if middle > low else high)
    return Normalize(max(low, high - _WIDEST * (high - middle)) if middle < high else low, high)


def _beyond(means: NDArray[np.float64], norm: Normalize) -> Literal["min", "max", "neither"]:
    """End of the colour scale beyond which there are points."""
    if np.nanmax(means) > (norm.vmax or 0.0):
        return "max"
    return "min" if np.nanmin(means) < (norm.vmin or 0.0) else "neither"


def _write_numbers(axes: Axes, means: NDArray[np.float64], how: Measure) -> None:
    if means.shape[1] > _MOST_NUMBERS:
        return
    places = how.places if means.shape[1] <= _MOST_NAMES else min(how.places, 1)
    shades = axes.images[0].to_rgba(means) @ _LUMINANCE
    for (row, column), mean in np.ndenumerate(means):
        if not np.isnan(mean):
            axes.text(
                column, row, words.fixed(mean, places), ha="center", va="center", fontsize=8,
                color=INK if shades[row, column] > _PALE else "white",
            )  # fmt: skip


def _frame(axes: Axes, swept: Sweep, columns: int) -> None:
    """Frame the best point, those that cannot be told apart from it, and the scenario as it is."""
    best = swept.best
    assert best is not None
    for point in best.not_distinguishable:
        _box(axes, point, columns, INK, 2.6 if point == best.point else 1.0)
    if swept.baseline_point is not None:
        row, column = divmod(swept.baseline_point, columns)
        axes.plot([column - 0.36], [row + 0.3], marker="D", color=INK, markersize=5)
    notes = ["thick frame: best"]
    notes += (
        ["thin frame: cannot be told apart from it"] if len(best.not_distinguishable) > 1 else []
    )
    notes += ["◆ as is"] if swept.baseline_point is not None else []
    axes.set_title("   ".join(notes), loc="left", fontsize=9, color=NEUTRAL)


def _box(axes: Axes, point: int, columns: int, colour: str, width: float) -> None:
    row, column = divmod(point, columns)
    frame = Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=colour)
    frame.set(linewidth=width, zorder=2 + width, clip_on=False)
    axes.add_patch(frame)


def _names(axes: Axes, which: str, names: list[str]) -> None:
    step = -(-len(names) // _MOST_NAMES)
    places = list(range(0, len(names), step))
    set_ticks = axes.set_xticks if which == "x" else axes.set_yticks
    set_ticks(places, [words.cut(names[place], 14) for place in places])
    axes.tick_params(axis="both", length=0)
