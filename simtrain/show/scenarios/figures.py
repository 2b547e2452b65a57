"""The picture of the packaged systems: what was published of them, and where the trials lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import FAN_LINE, INK, LESS, NEUTRAL, REAL
from simtrain.show.elements import Line, Strokes, Text
from simtrain.show.figure import Info, Panel, nothing
from simtrain.show.letters import text_width
from simtrain.show.scenarios.report import footprints, published_text, shown_name
from simtrain.show.style import Style

if TYPE_CHECKING:
    from simtrain.answers.scenarios import System, Systems
    from simtrain.show.elements import Element
    from simtrain.tables.scores import Score

_ROW, _WIDE, _SIZE = 0.26, 3.6, 10.0
"""Height of a row, width of the panel, both in inches, and size of names in points."""
_BAND = Style(NEUTRAL, "published between two values", width=7.0, alpha=0.35)
_IDEAL = Style(INK, "ideal, where that is what was published", width=0.0, marker="D", hollow=True)
_COLOURS = {"calibrated": REAL, "follows": FAN_LINE, "arithmetic": LESS}
_MEANINGS = {
    "calibrated": "trials: something was set to meet it",
    "follows": "trials: it follows from the rest",
    "arithmetic": "trials: arithmetic on what is put in",
}


def pictures(systems: Systems) -> dict[str, Info]:
    """Picture of the published footprints by the name of its file."""
    trials = f"{words.count(systems.trials, 'trial')} each, seed {systems.seed}"
    subtitle = f"Packaged systems, {trials}; bars: P5 to P95, points: median"
    shown = [
        (system, score)
        for system, score in footprints(systems.systems)
        if score.sample.size and score.row.ends[0] > 0
    ]
    if not shown:
        return {"published.png": nothing("No footprint is published", subtitle, "")}
    return {"published.png": _info(shown, subtitle)}


def _info(shown: list[tuple[System, Score]], subtitle: str) -> Info:
    names = [
        f"{shown_name(system)}: {score.row.label.removesuffix(', unofficial')}"
        for system, score in shown
    ]
    room = max(text_width(name, _SIZE) for name in names) + 0.1
    ratios = [_ratios(score) for _, score in shown]
    ends = [value for low, high, *points in ratios for value in (low, high, *points)]
    x = axis.around([1.0, *(end for end in ends if np.isfinite(end))], "simulated / published")
    y = axis.rows(names, room=0.6)
    elements: list[Element] = [Strokes(Style(INK, width=1.0), 1.0, y.low, 1.0, y.high)]
    elements += _bands(ratios)
    for role, colour in _COLOURS.items():
        elements += _trials(role, colour, shown, ratios)
    is_ideal = [score.ideal is not None for _, score in shown]
    rows = np.flatnonzero(is_ideal)
    if len(rows):
        elements.append(Line(_IDEAL, [ratios[row][5] for row in rows], rows))
    for row, (_, score) in enumerate(shown):
        text = published_text(score)
        elements.append(Text(text, (1.0, float(row)), (8, 0), ("axes", "data"), NEUTRAL, 8.5))
    panel = Panel(room + 0.2, _WIDE, _ROW * len(shown), x, y, elements, grid="x", frame="b")
    title = "What was published of each system, and what its scenario comes to"
    return Info(title, subtitle, room + _WIDE + 1.5, [[panel]])


def _ratios(score: Score) -> tuple[float, ...]:
    """Ends of what is published, P5, P50, P95 and the ideal, all as parts of what is published."""
    low, high = score.row.ends
    middle = (low + high) / 2
    points = [score.point(percent) for percent in (5, 50, 95)]
    return tuple(
        np.nan if value is None else value / middle for value in (low, high, *points, score.ideal)
    )


def _bands(ratios: list[tuple[float, ...]]) -> list[Element]:
    rows = [(row, one[0], one[1]) for row, one in enumerate(ratios) if one[0] < one[1]]
    if not rows:
        return []
    at, low, high = np.array(rows).T
    return [Strokes(_BAND, low, at, high, at)]


def _trials(
    role: str, colour: str, shown: list[tuple[System, Score]], ratios: list[tuple[float, ...]]
) -> list[Element]:
    rows = [row for row, (_, score) in enumerate(shown) if score.row.role == role]
    if not rows:
        return []
    low, middle, high = np.array([ratios[row][2:5] for row in rows]).T
    style = Style(colour, width=1.8)
    points = Style(colour, _MEANINGS[role], width=0.0, marker="o", size=5.0)
    return [Strokes(style, low, rows, high, rows), Line(points, middle, rows)]
