"""The picture of the spread of an outcome: chance, and doubt about each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis
from simtrain.show.colours import INK, LESS, NEUTRAL, ink_on
from simtrain.show.elements import Bars, Strokes, Style, Text
from simtrain.show.figure import Info, Panel
from simtrain.show.letters import shortened
from simtrain.show.run.doubt import label_of, percent
from simtrain.tables.spread import RANKS

if TYPE_CHECKING:
    from simtrain.show.elements import Element
    from simtrain.tables.spread import Share, Spread

_MOST_DRAWN = 15
_ROW, _BAR = 0.30, 0.62
_NAME = 2.9
"""Room for the name of a number, in inches."""
_SURE = Style(INK, "95 % confidence", width=0.9)


def info(found: Spread, subtitle: str) -> Info:
    """Bars of the share of each number, under one bar of doubt and chance."""
    shown = [one for one in found.numbers if one.share.high > 0][:_MOST_DRAWN]
    label = label_of(found)
    title = f"{percent(found.doubt.value)} % of the spread of {label} is doubt about the numbers"
    if shown and shown[0].share.low > 0:
        title += f", {shown[0].key} first"
    measure = f"the rank of {label}" if found.measure == RANKS else label
    return Info(title, subtitle, 10.0, [[_whole(found)], [_shares(shown, measure)]])


def _whole(found: Spread) -> Panel:
    """Doubt and chance as parts of one bar."""
    parts = [("doubt", found.doubt.value, LESS), ("chance", found.chance, NEUTRAL)]
    widths = np.array([100 * share for _, share, _ in parts])
    lefts = np.cumsum(widths) - widths
    bar = Bars(Style(NEUTRAL, edge="white"), lefts, -_BAR / 2, widths, _BAR, [c for *_, c in parts])
    texts: list[Element] = [
        Text(
            f"{name} {percent(share)} %", (left + width / 2, 0.0),
            colour=ink_on(colour), side="center",
        )
        for (name, share, colour), left, width in zip(parts, lefts, widths, strict=True)
        if share > 0.12
    ]  # fmt: skip
    x = axis.even(0.0, 100.0, "")._replace(high=100.0, ticks=[], names=[])
    y = axis.rows(["the spread"], room=0.5)
    return Panel(_NAME + 0.15, 6.4, 0.42, x, y, [bar, *texts], grid="", frame="")


def _shares(shown: list[Share], measure: str) -> Panel:
    """Share of each number, with its interval and its size in digits behind it."""
    rows = np.arange(len(shown))
    shares = np.array([100 * one.share.value for one in shown])
    bars = Bars(Style(LESS), 0.0, rows - _BAR / 2, shares, _BAR)
    elements: list[Element] = [bars]
    for row, one in enumerate(shown):
        low, high = 100 * one.share.low, 100 * one.share.high
        elements.append(Strokes(_SURE, low, float(row), high, float(row)))
        elements.append(Text(f"{percent(one.share.value)} %", (high, float(row)), (6, 0)))
    widest = max([100 * one.share.high for one in shown], default=1.0)
    x = axis.even(0.0, widest * 1.15, f"share of the variance of {measure}, %")
    names = [shortened(one.key, _NAME, 10.0) for one in shown]
    y = axis.rows(names, room=0.55)
    return Panel(_NAME + 0.15, 6.4, _ROW * max(len(shown), 2), x, y, elements, grid="x", frame="b")
