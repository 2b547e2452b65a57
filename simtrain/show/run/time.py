"""The picture of where the time went."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.axis import BARE
from simtrain.show.breakdown import Breakdown, ranked
from simtrain.show.colours import COLOURS, NEUTRAL, ink_on
from simtrain.show.elements import Bars, Text
from simtrain.show.figure import Info, Panel, Words, about_trials
from simtrain.show.number_format import NumberFormat
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element
    from simtrain.tables.results import Results

_PART = Style(NEUTRAL, edge="white")
_MOST_CAUSES = 12
_LONGEST_NAME = 26
_ROW = 0.30
"""Height of a bar with its room, in inches."""
_NARROWEST_NAME, _NARROWEST_NUMBERS = 0.06, 0.24
"""Shares of the whole below which a part of it has no room for its name, or its numbers."""
_BARS_OF_PANEL = 0.65
"""Width of the longest bar; the rest of the panel is for the numbers behind it."""


class _Part(NamedTuple):
    """A share of the wall-clock, with what is written on it or behind it."""

    name: str
    share: float
    text: str
    colour: str


def info(results: Results, spent: Breakdown) -> Info:
    """Wall-clock as one bar, and what was not productive by category and by cause."""
    how = NumberFormat.of_metric("wall_clock_s", spent.total_s)

    def part(name: str, seconds: float, colour: str, scope: str = "") -> _Part:
        share = seconds / spent.total_s
        text = f"{words.share(share)}   {how.text(seconds)}"
        label = words.cut(name, _LONGEST_NAME)
        return _Part(f"{label} ({scope})" if scope else label, share, text, colour)

    productive, *lost = (
        part(words.name(name), seconds, COLOURS[Category(name)])
        for name, seconds in _productive_first(spent).items()
    )
    causes = [
        part(name, seconds, NEUTRAL, spent.scopes.get(name, ""))
        for name, seconds in ranked(spent.by_cause, _MOST_CAUSES).items()
    ]
    rows = max(len(lost), len(causes), 3)
    widest = max([one.share for one in (*lost, *causes)], default=0.0) or 0.01
    x = axis.even(0.0, 100 * widest / _BARS_OF_PANEL, "share of wall-clock, %")
    ticks = [tick for tick in x.ticks if tick <= 100]
    x = x._replace(ticks=ticks, names=x.names[: len(ticks)])
    where = "In trials that did not finish, " if results.truncated.all() else ""
    mean = "mean wall-clock" if results.trials > 1 else "wall-clock"
    title = (
        f"{where}{words.share(productive.share)} of the {mean} of {words.duration(spent.total_s)} "
    )
    by = [_bars(1.5, "category", lost, x, rows), _bars(7.0, "cause", causes, x, rows)]
    panels = [[_whole([productive, *lost])], by]
    return Info(f"{title}is productive", about_trials(results), 11.0, panels)


def _productive_first(spent: Breakdown) -> dict[str, float]:
    productive = {Category.PRODUCTIVE.value: spent.by_category[Category.PRODUCTIVE]}
    return productive | {n: t for n, t in ranked(spent.by_category).items() if n not in productive}


def _whole(parts: Sequence[_Part]) -> Panel:
    """Wall-clock as one bar, divided into all categories."""
    shares = np.array([part.share for part in parts])
    lefts = np.cumsum(shares) - shares
    colours = [part.colour for part in parts]
    texts = [
        Text(
            part.name + (f"   {part.text}" if part.share >= _NARROWEST_NUMBERS else ""),
            (left + part.share / 2, 0.5), colour=ink_on(part.colour), side="center",
        )
        for left, part in zip(lefts, parts, strict=True)
        if part.share >= _NARROWEST_NAME
    ]  # fmt: skip
    bar = Bars(_PART, lefts, 0.0, shares, 1.0, colours)
    x = BARE._replace(high=max(1.0, float(shares.sum())))
    return Panel(0.22, 10.56, 0.45, x, BARE, [bar, *texts], frame="")


def _bars(left: float, name: str, parts: Sequence[_Part], x: Scale, rows: int) -> Panel:
    """Bars with their numbers behind them, in a panel with room for so many."""
    shares = [100 * part.share for part in parts]
    bottoms = np.arange(len(parts)) - 0.36
    texts = [
        Text(part.text, (share, row), (5, 0))
        for row, (part, share) in enumerate(zip(parts, shares, strict=True))
    ] or [Text("nothing", (0.5, 0.5), of="axes", colour=NEUTRAL, side="center")]
    bars = Bars(_PART, 0.0, bottoms, shares, 0.72, [part.colour for part in parts])
    y = axis.rows([part.name for part in parts])._replace(low=rows - 0.5)
    title = [Words(f"Not productive, by {name}", size=11, bold=True)]
    elements: list[Element] = [bars, *texts]
    return Panel(left, 3.8, _ROW * rows, x, y, elements, words=title, grid="", frame="b")
