"""The picture of which number moves the result: a tornado."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.figure import COLOURS, INK, NEUTRAL, canvas, headline, only_vertical_grid, panel
from simtrain.show.measure import Measure, half_of
from simtrain.show.run.distribution import draw_nothing
from simtrain.show.run.figures import title_of
from simtrain.show.sensitivity.report import change, measure, value
from simtrain.show.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simtrain.answers.sensitivity import Moved, Sensitivity

_MOST = 15
"""Numbers that are drawn."""
_ROW = 0.36
"""Height of a number with its room, in inches."""
_LESS, _MORE = COLOURS[Category.RESTART], COLOURS[Category.CHECKPOINT_SAVE]
_ASSUMED = COLOURS[Category.LOST_WORK]
_LONGEST_KEY, _LONGEST_VALUE = 38, 30


def write_sensitivity_figure(found: Sensitivity, folder: Path) -> Path:
    """Draw how far the numbers move the mean, the furthest first.

    Parameters
    ----------
    found
        The numbers.
    folder
        Where ``tornado.png`` is written.

    Returns
    -------
    Path
        The file.
    """
    path = folder / "tornado.png"
    about = f"{title_of(found.scenario)}  ·  {words.count(found.baseline.trials, 'trial')} each, "
    about += f"seed {found.baseline.seed}"
    shown = found.significant[:_MOST]
    if not shown:
        why = verdict(found.baseline) or "No number can be told to move it."
        draw_nothing(path, f"What {change(found)} less or more does: nothing", about, why)
        return path
    how = measure(found)
    height = _ROW * len(shown)
    with canvas(path, 10.0, height + 1.75) as figure:
        headline(figure, f"What {change(found)} less or more does to mean {how.label}", about)
        _legend(figure, found)
        axes = panel(figure, left=3.1, top=1.15, width=4.1, height=height)
        only_vertical_grid(axes)
        for row, moved in enumerate(shown):
            _draw(axes, row - 0.18, moved.low, how, _LESS)
            _draw(axes, row + 0.18, moved.high, how, _MORE)
            _tell(axes, row, moved)
        axes.axvline(0.0, color=INK, linewidth=1.0)
        axes.set_yticks(
            range(len(shown)), [words.cut(one.input.key, _LONGEST_KEY) for one in shown]
        )
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        unit = how.title.removeprefix(how.label).replace("%", "percentage points")
        axes.set_xlabel(f"change of mean {how.label}{unit}")
    return path


def _draw(
    axes: Axes, row: float, side: Mapping[str, Any] | None, how: Measure, colour: str
) -> None:
    """Draw the bar of one side, with its confidence."""
    if side is None or side["mean"] is None:
        return
    mean = side["mean"] / how.divisor
    axes.barh(row, mean, height=0.34, color=colour, linewidth=0)
    half = half_of(side)
    if half is not None:
        axes.errorbar(mean, row, xerr=half / how.divisor, color=INK, lw=0.9, capsize=2)


def _tell(axes: Axes, row: float, moved: Moved) -> None:
    """Write source and value right of the bars."""
    source = moved.input.source or "no source"
    for text, shift, colour, weight in (
        (source, 8, _ASSUMED if source == "assumed" else NEUTRAL, "bold"),
        (words.cut(value(moved), _LONGEST_VALUE), 72, NEUTRAL, "normal"),
    ):
        axes.annotate(
            text, (1, row), (shift, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=8.5, color=colour,
            weight="normal" if source != "assumed" else weight, annotation_clip=False,
        )  # fmt: skip


def _legend(figure: Figure, found: Sensitivity) -> None:
    shown = {
        f"{change(found)} less": Patch(color=_LESS, linewidth=0),
        f"{change(found)} more": Patch(color=_MORE, linewidth=0),
        "95 % confidence": Line2D([], [], color=INK, linewidth=0.9),
    }
    figure.legend(
        shown.values(), shown.keys(), loc="upper left", ncols=len(shown), frameon=False,
        bbox_to_anchor=(0.012, 1 - 0.62 / figure.get_figheight()), fontsize=9, labelcolor=NEUTRAL,
    )  # fmt: skip
