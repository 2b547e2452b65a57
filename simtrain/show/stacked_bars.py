"""The picture of where the time goes in each of several scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.figure import COLOURS, INK, canvas, headline, panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simtrain.show.sweep.axis import Scale
    from simtrain.tables.results import Results

_SMALLEST = 0.01
"""Part of the highest pile below which a category is put together with others."""
_OTHERS = "others"
_OTHERS_COLOUR = "#B8B8B8"
_WIDEST_LINE = 86
"""Letters of a line of the key."""
_INDENT = 6 * " "
_LEFT, _LINE = 0.85, 0.19
"""Left end of the axes and of the key, and height of a line of it, in inches."""
_CLOSEST = 0.055
"""Distance of labels, as a part of the height."""


def draw_piles(
    path: Path,
    title: str,
    subtitle: str,
    results: Sequence[Results],
    scale: Scale,
    key: Sequence[str] = (),
) -> None:
    """Draw the time that is not productive, by category, in a pile for each place on a scale.

    Below it stands a key of as many lines as it takes to tell what the places are.
    """
    spent = _mean_times(results)
    unit = words.unit_for(float(np.nanmax(sum(spent.values()))))
    piles = {name: seconds / unit.seconds for name, seconds in spent.items()}
    lines = [line for entry in key for line in words.paragraph(entry, _WIDEST_LINE, indent=_INDENT)]
    with canvas(path, 8.0, max(4.9, 4.7 + _LINE * len(lines))) as figure:
        headline(figure, title, subtitle)
        axes = panel(figure, left=_LEFT, top=0.95, width=5.55, height=3.25)
        axes.grid(visible=False, axis="x")
        scale.set_up(axes)
        _pile(axes, piles, scale)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(scale.label)
        axes.set_ylabel(f"not productive, {unit.plural}")
        _name(axes, piles)
        for number, line in enumerate(reversed(lines)):
            place = (0.15 + _LINE * number) / figure.get_figheight()
            figure.text(_LEFT / 8.0, place, line, fontsize=9)


def _mean_times(results: Sequence[Results]) -> dict[str, NDArray[np.float64]]:
    """Mean seconds in each pile by category, the largest first and the small ones together."""
    summaries = [one.summary()["time_s"] for one in results]
    spent = {
        category: np.array(
            [np.nan if times[category] is None else times[category] for times in summaries]
        )
        for category in Category
        if category is not Category.PRODUCTIVE
    }
    highest = float(np.nanmax(sum(spent.values())))
    falling = sorted(spent.items(), key=lambda row: -float(np.nansum(row[1])))
    large = {str(c): times for c, times in falling if np.nanmax(times) >= _SMALLEST * highest}
    rest = sum((times for c, times in falling if str(c) not in large), np.zeros(len(results)))
    return large | ({_OTHERS: rest} if np.nanmax(rest) > 0 else {})


def _pile(axes: Axes, piles: Mapping[str, NDArray[np.float64]], scale: Scale) -> None:
    bottom = np.zeros(len(scale.at))
    for name, heights in piles.items():
        if scale.is_number:
            axes.fill_between(
                scale.at, bottom, bottom + heights, color=_colour(name), edgecolor="white",
                linewidth=0.6,
            )  # fmt: skip
        else:
            axes.bar(
                scale.at, heights, bottom=bottom, color=_colour(name), edgecolor="white", width=0.6
            )
        bottom = bottom + heights


def _name(axes: Axes, piles: Mapping[str, NDArray[np.float64]]) -> None:
    """Write the name of each category beside the end of its pile, without overlap."""
    top = axes.get_ylim()[1]
    ends = np.array([heights[-1] for heights in piles.values()])
    middles = np.cumsum(ends) - ends / 2
    for name, place in zip(piles, _apart(middles / top), strict=True):
        axes.annotate(
            "", (1.01, place), xycoords="axes fraction", xytext=(1.045, place),
            arrowprops={"arrowstyle": "-", "color": _colour(name), "linewidth": 6},
            annotation_clip=False,
        )  # fmt: skip
        axes.text(1.06, place, words.name(name), transform=axes.transAxes, va="center", color=INK)


def _apart(places: NDArray[np.float64]) -> list[float]:
    """Rising places moved so far that labels do not overlap, nor leave the top."""
    up: list[float] = []
    for place in places:
        up.append(max(place, up[-1] + _CLOSEST if up else 0.0))
    down: list[float] = []
    for place in reversed(up):
        down.append(min(place, down[-1] - _CLOSEST if down else 1.0))
    return down[::-1]


def _colour(name: str) -> str:
    return _OTHERS_COLOUR if name == _OTHERS else COLOURS[Category(name)]
