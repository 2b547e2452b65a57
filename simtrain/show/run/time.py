"""The picture of where the time went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.breakdown import Breakdown, ranked
from simtrain.show.figure import (
    COLOURS,
    FAINT,
    INK,
    NEUTRAL,
    canvas,
    headline,
    only_vertical_grid,
    panel,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

_PALE = {Category.DEGRADED, Category.CHECKPOINT_SAVE, Category.PAUSED, Category.RESPONSE}
"""Categories on whose colour dark letters are read more easily than white ones."""
_MOST_CAUSES = 12
_ROW = 0.30
"""Height of a bar with its room, in inches."""
_NARROWEST_LABEL = 0.06
"""Share of the whole below which a part of it has no room for its name."""
_NARROWEST_NUMBERS = 0.24
_BARS_OF_PANEL = 0.65
"""Width of the longest bar; the rest of the panel is for the numbers behind it."""


def draw_time(path: Path, title: str, subtitle: str, spent: Breakdown) -> None:
    """Draw wall-clock as one bar, and what was not productive by category and by cause."""
    lost = {name: time for name, time in spent.by_category.items() if name != Category.PRODUCTIVE}
    categories, causes = ranked(lost), ranked(spent.by_cause, _MOST_CAUSES)
    rows = max(len(categories), len(causes), 3)
    height = _ROW * rows
    widest = max([*categories.values(), *causes.values(), 0.0]) / spent.total_s or 0.01
    named = {words.name(name): time for name, time in categories.items()}
    with canvas(path, 11.0, 2.75 + height) as figure:
        headline(figure, title, subtitle)
        _whole(panel(figure, left=0.22, top=0.85, width=10.56, height=0.45), spent)
        by_category = panel(figure, left=1.5, top=1.95, width=3.8, height=height)
        colours = [COLOURS[Category(name)] for name in categories]
        _bars(by_category, "by category", named, colours, spent.total_s, widest, rows)
        by_cause = panel(figure, left=7.0, top=1.95, width=3.8, height=height)
        _bars(by_cause, "by cause", causes, NEUTRAL, spent.total_s, widest, rows)


def _whole(axes: Axes, spent: Breakdown) -> None:
    """Wall-clock as one bar, divided into all categories."""
    left = 0.0
    for name, time in _productive_first(spent.by_category).items():
        share = time / spent.total_s
        axes.barh(0, share, left=left, color=COLOURS[Category(name)], edgecolor="white", height=1)
        if share >= _NARROWEST_LABEL:
            text = words.name(name)
            if share >= _NARROWEST_NUMBERS:
                text += f"   {words.share(share)}   {_time(time, spent.total_s)}"
            pale = Category(name) in _PALE
            axes.text(
                left + share / 2, 0, text, ha="center", va="center",
                color=INK if pale else "white",
            )  # fmt: skip
        left += share
    axes.set_xlim(0, max(1.0, left))
    axes.set_axis_off()


def _productive_first(by_category: Mapping[str, float]) -> dict[str, float]:
    productive = {Category.PRODUCTIVE.value: by_category[Category.PRODUCTIVE]}
    return productive | {n: t for n, t in ranked(by_category).items() if n not in productive}


def _bars(
    axes: Axes,
    title: str,
    rows: Mapping[str, float],
    colours: Sequence[str] | str,
    total: float,
    widest: float,
    room: int,
) -> None:
    """Bars for rows of seconds, each with its share of the total and its time.

    `widest` is the longest bar of all panels as a share of the total, `room` the most rows.
    """
    axes.set_title(f"Not productive, {title}", loc="left", fontsize=11, weight="bold")
    only_vertical_grid(axes)
    shares = [100 * time / total for time in rows.values()]
    axes.barh(range(len(rows)), shares, color=colours if rows else None, height=0.72)
    for row, (share, time) in enumerate(zip(shares, rows.values(), strict=True)):
        text = f"{words.share(share / 100)}   {_time(time, total)}"
        axes.annotate(
            text, (share, row), (5, 0), textcoords="offset points", va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [words.cut(name, 26) for name in rows])
    axes.set_ylim(room - 0.5, -0.5)
    axes.set_xlim(0, 100 * widest / _BARS_OF_PANEL)
    marks = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0, 100 * widest / _BARS_OF_PANEL)
    axes.set_xticks([mark for mark in marks if mark <= min(100, 100 * widest / _BARS_OF_PANEL)])
    axes.set_xlabel("share of wall-clock, %")
    if not rows:
        axes.text(0.5, 0.5, "nothing", transform=axes.transAxes, ha="center", color=FAINT)


def _time(seconds: float, total: float) -> str:
    """Time in the unit and with the decimals that suit the total."""
    unit = words.unit_for(total)
    places = words.decimals(total / unit.seconds)
    return f"{words.fixed(seconds / unit.seconds, places)} {unit.name}"
