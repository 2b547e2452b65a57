"""Spread of an outcome in words and as a picture: chance, and doubt about each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import INK, LESS, NEUTRAL
from simtrain.show.elements import Bars, Strokes, Style, Text
from simtrain.show.figure import Info, Panel
from simtrain.show.letters import shortened
from simtrain.show.number_format import NumberFormat
from simtrain.tables.spread import FEWEST_TRIALS, RANKS, echoes_for

if TYPE_CHECKING:
    from simtrain.show.elements import Element
    from simtrain.tables.results import Results
    from simtrain.tables.spread import Share, Spread

_MOST_NAMED = 4
_MOST_DRAWN = 15
_ROW, _BAR = 0.30, 0.62
_NAME = 2.9
"""Room for the name of a number, in inches."""
_SURE = Style(INK, "95 % confidence", width=0.9)


def spread(results: Results) -> str:
    """Paragraph on how much of the spread is doubt; none if every number is known."""
    unknown = results.scenario.unknown
    if not unknown:
        return ""
    found = results.spread
    if found is None:
        return _untold(results)
    known = _percent(found.doubt.low), _percent(found.doubt.high)
    measure = " (of its ranks, which outliers do not move)" if found.measure == RANKS else ""
    return (
        f"Of the spread of {_label(found)}{measure} {_percent(found.doubt.value)} % "
        f"({known[0]}–{known[1]} %) is doubt about the numbers{_named(found)}; the other "
        f"{_percent(found.chance)} % is chance. Measured by "
        f"{words.count(found.echoes, 'more trial')}, which have the numbers of the first "
        f"{found.echoes:,} and draw everything else anew."
    )


def info(found: Spread, subtitle: str) -> Info:
    """Bars of the share of each number, under one bar of doubt and chance."""
    shown = [one for one in found.numbers if one.share.high > 0][:_MOST_DRAWN]
    label, percent = _label(found), _percent(found.doubt.value)
    title = f"{percent} % of the spread of {label} is doubt about the numbers"
    if shown and shown[0].share.low > 0:
        title += f", {shown[0].key} first"
    measure = f"the rank of {label}" if found.measure == RANKS else label
    return Info(title, subtitle, 10.0, [[_whole(found)], [_shares(shown, measure)]])


def _untold(results: Results) -> str:
    if not echoes_for(results.trials):
        return (
            "These trials are too few to tell how much of the spread is doubt about the numbers; "
            f"it takes {FEWEST_TRIALS}."
        )
    return (
        "How much of the spread is doubt about the numbers is not known: too few trials finished, "
        "or all came out alike."
    )


def _named(found: Spread) -> str:
    """The numbers with the largest shares."""
    leading = [one for one in found.numbers if one.share.low > 0][:_MOST_NAMED]
    if not leading:
        return ", of which none stands out"
    shares = (f"{one.key} {_percent(one.share.value)} %" for one in leading)
    return f": {', '.join(shares)}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _label(found: Spread) -> str:
    return NumberFormat.of_metric(found.metric, 1.0).label


def _whole(found: Spread) -> Panel:
    """Doubt and chance as parts of one bar."""
    parts = [("doubt", found.doubt.value, LESS), ("chance", found.chance, NEUTRAL)]
    widths = np.array([100 * share for _, share, _ in parts])
    lefts = np.cumsum(widths) - widths
    bar = Bars(Style(NEUTRAL, edge="white"), lefts, -_BAR / 2, widths, _BAR, [c for *_, c in parts])
    texts: list[Element] = [
        Text(f"{name} {_percent(share)} %", (left + width / 2, 0.0), colour="white", side="center")
        for (name, share, _), left, width in zip(parts, lefts, widths, strict=True)
        if share > 0.12
    ]
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
        elements.append(Text(f"{_percent(one.share.value)} %", (high, float(row)), (6, 0)))
    widest = max([100 * one.share.high for one in shown], default=1.0)
    x = axis.even(0.0, widest * 1.15, f"share of the variance of {measure}, %")
    names = [shortened(one.key, _NAME, 10.0) for one in shown]
    y = axis.rows(names, room=0.55)
    return Panel(_NAME + 0.15, 6.4, _ROW * max(len(shown), 2), x, y, elements, grid="x", frame="b")
