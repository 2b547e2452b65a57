"""Pictures of how a result is spread over the trials."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.figure import COLOURS, INK, NEUTRAL, canvas, headline, panel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_MOST_BINS = 40
_ALIKE = 1e-6
"""Values that differ by a smaller fraction are shown as one."""


class Scale(NamedTuple):
    """How numbers are shown: what they are divided by, their decimals, their unit."""

    divisor: float
    places: int
    unit: str

    def text(self, value: float) -> str:
        """Write a number with its unit."""
        return f"{words.fixed(value / self.divisor, self.places)} {self.unit}"


class Distribution(NamedTuple):
    """A result of all trials.

    Parameters
    ----------
    sample
        One value for each trial.
    found
        Its statistics.
    scale
        How its numbers are shown.
    label
        What it is, with its unit, for the axis.
    ideal
        Value to compare with, if there is one.
    """

    sample: NDArray[np.float64]
    found: Mapping[str, float]
    scale: Scale
    label: str
    ideal: float | None = None


def draw_distribution(path: Path, title: str, subtitle: str, shown: Distribution) -> None:
    """Draw a histogram with its percentiles, and the ideal where there is one."""
    with canvas(path, 8.0, 4.5) as figure:
        headline(figure, title, subtitle)
        axes = panel(figure, left=0.8, top=1.25, width=6.85, height=2.65)
        axes.grid(visible=False, axis="x")
        _histogram(axes, shown)
        _mark_percentiles(axes, shown)
        if shown.ideal is not None:
            _mark_ideal(axes, shown.ideal / shown.scale.divisor, shown.scale.text(shown.ideal))
        axes.set_xlabel(shown.label)
        axes.set_ylabel("trials")


def _histogram(axes: Axes, shown: Distribution) -> None:
    values = shown.sample / shown.scale.divisor
    low, high = float(values.min()), float(values.max())
    bins = min(_MOST_BINS, max(5, math.ceil(math.sqrt(len(values)))))
    first, last = low, high
    if high - low <= _ALIKE * abs(high):
        bins, low, high = 1, 0.998 * low, 1.002 * high
        first, last = 0.95 * low, 1.05 * high
    axes.hist(
        values, bins=bins, range=(low, high), color=COLOURS[Category.PRODUCTIVE], edgecolor="white",
        linewidth=0.5,
    )  # fmt: skip
    if shown.ideal is not None:
        first = min(first, shown.ideal / shown.scale.divisor)
        last = max(last, shown.ideal / shown.scale.divisor)
    axes.set_xlim(first - 0.06 * (last - first), last + 0.1 * (last - first))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))


def _mark_percentiles(axes: Axes, shown: Distribution) -> None:
    """Lines with their labels above the axes, the median higher up so that none overlap."""
    p5, p50, p95 = (shown.found[key] for key in ("p5", "p50", "p95"))
    marks = [("P50", p50, "center", 17)]
    if p95 - p5 > _ALIKE * abs(p50):
        marks += [("P5", p5, "right", 4), ("P95", p95, "left", 4)]
    for name, value, side, above in marks:
        x = value / shown.scale.divisor
        strong = name == "P50"
        axes.axvline(x, color=INK, linewidth=1.6 if strong else 1.0)
        axes.annotate(
            f"{name}  {shown.scale.text(value)}", (x, 1.0), (0, above), ha=side, va="bottom",
            xycoords=("data", "axes fraction"), textcoords="offset points",
            weight="bold" if strong else "normal", annotation_clip=False,
        )  # fmt: skip


def _mark_ideal(axes: Axes, x: float, text: str) -> None:
    axes.axvline(x, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        f"ideal  {text}", (x, 0.98), (-4, 0), ha="right", va="top", rotation=90,
        xycoords=("data", "axes fraction"), textcoords="offset points",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
    )  # fmt: skip


def draw_nothing(path: Path, title: str, subtitle: str, why: str) -> None:
    """Draw a picture that says why there is none."""
    with canvas(path, 8.0, 4.5) as figure:
        headline(figure, title, subtitle)
        lines = "\n".join(textwrap.wrap(why, 70))
        figure.text(0.5, 0.45, lines, ha="center", va="center", color=NEUTRAL, fontsize=11)
