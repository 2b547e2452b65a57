"""The picture of the spread of an outcome: chance, and doubt about each number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import INK, LESS, NEUTRAL, ink_on
from simtrain.show.elements import Bars, Strokes, Text
from simtrain.show.figure import Info, Panel
from simtrain.show.letters import shortened, text_width
from simtrain.show.run.spread_text import label_of, percent
from simtrain.show.style import Style
from simtrain.tables.spread import RANKS

if TYPE_CHECKING:
    from simtrain.show.elements import Element
    from simtrain.tables.spread import Share, Spread

_MOST_DRAWN = 15
_ROW, _BAR = 0.30, 0.62
_NAME, _WIDE = 2.9, 6.4
"""Room for the name of a number, and for its bar, in inches."""
_LEAST = 0.005
"""Share below which a number is not drawn but counted."""
_TOLD = Style(LESS, "share of a number")
_UNTOLD = Style(LESS, "not distinguishable from 0", alpha=0.4)
_SURE = Style(INK, "95 % confidence", width=0.9)


def info(found: Spread, subtitle: str) -> Info:
    """Bars of the share of each number, under one bar of doubt and chance."""
    shown = [one for one in found.numbers if one.share.value >= _LEAST][:_MOST_DRAWN]
    label = label_of(found)
    title = (
        f"{percent(found.doubt.value)} % of the spread of {label} is doubt about uncertain numbers"
    )
    if shown and shown[0].share.low > 0:
        title += f", {percent(shown[0].share.value)} % about {shown[0].key}"
    measure = f"the rank of {label}" if found.measure == RANKS else label
    return Info(title, subtitle, 10.0, [[_whole(found)], [_shares(shown, found, measure)]])


def _whole(found: Spread) -> Panel:
    """Doubt and chance as parts of one bar."""
    low, high = percent(found.doubt.low), percent(found.doubt.high)
    parts = [
        (f"doubt {percent(found.doubt.value)} % ({low}–{high} %)", found.doubt.value, LESS),
        (f"chance {percent(found.chance)} %", found.chance, NEUTRAL),
    ]
    widths = np.array([100 * share for _, share, _ in parts])
    lefts = np.cumsum(widths) - widths
    bar = Bars(Style(NEUTRAL, edge="white"), lefts, -_BAR / 2, widths, _BAR, [c for *_, c in parts])
    texts: list[Element] = [
        Text(text, (left + width / 2, 0.0), colour=ink_on(colour), side="center")
        for (text, share, colour), left, width in zip(parts, lefts, widths, strict=True)
        if text_width(text, 10.0) < _WIDE * share
    ]
    x = axis.even(0.0, 100.0, "")._replace(high=100.0, ticks=[], names=[])
    y = axis.rows(["the spread"], room=0.5)
    return Panel(_NAME + 0.15, _WIDE, 0.42, x, y, [bar, *texts], grid="", frame="")


def _shares(shown: list[Share], found: Spread, measure: str) -> Panel:
    """Share of each number, with its interval and its size in digits behind it; then the rest."""
    elements: list[Element] = []
    for style, is_told in ((_TOLD, True), (_UNTOLD, False)):
        rows = [row for row, one in enumerate(shown) if (one.share.low > 0) is is_told]
        shares = [100 * shown[row].share.value for row in rows]
        elements.append(Bars(style, 0.0, np.array(rows) - _BAR / 2, shares, _BAR))
    for row, one in enumerate(shown):
        low, high, at = 100 * one.share.low, 100 * one.share.high, float(row)
        elements.append(Strokes(_SURE, low, at, high, at))
        elements.append(Strokes(_SURE, [low, high], at - 0.12, [low, high], at + 0.12))
        elements.append(Text(f"{percent(one.share.value)} %", (high, at), (6, 0)))
    widest = max([100 * one.share.high for one in shown], default=1.0)
    x = axis.even(0.0, widest * 1.15, f"share of the variance of {measure}, %")
    names = [shortened(one.key, _NAME, 10.0) for one in shown]
    if rest := len(found.numbers) - len(shown):
        least = 100 * max(one.share.value for one in found.numbers[len(shown) :])
        names.append(words.count(rest, "other"))
        each = " each" if rest > 1 else ""
        most = f"{math.ceil(least):d}" if least > 100 * _LEAST else f"{100 * _LEAST:g}"
        told = f"{most} % or less{each}"
        elements.append(Text(told, (0.0, float(len(shown))), (6, 0), colour=NEUTRAL))
    y = axis.rows(names, room=0.55)
    return Panel(
        _NAME + 0.15, _WIDE, _ROW * max(len(names), 2), x, y, elements, grid="x", frame="b"
    )
