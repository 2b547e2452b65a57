"""The picture of what would bring the finish of a run in flight forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import FAN_LINE, INK
from simtrain.show.elements import Bars, Strokes
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.forecast.levers_text import format_of, shown
from simtrain.show.letters import shortened, text_width
from simtrain.show.number_format import Uncertain
from simtrain.show.style import Style

if TYPE_CHECKING:
    from simtrain.answers.forecast import Forecast
    from simtrain.show.elements import Element

_ROW, _BAR = 0.36, 0.5
"""Height of a lever with its room in inches, and of a bar as a part of that."""
_NAMES, _SIZE = (2.0, 4.2), 10.0
"""Least and most room for the names of levers in inches, and their size."""
_SURE = Style(INK, "95 % confidence", width=0.9)
_ZERO = Style(INK, width=1.0)


def levers_info(forecast: Forecast) -> Info:
    """A bar for each lever, that which brings the finish forward most at the top."""
    told = shown(forecast)
    subtitle = about(
        forecast.here.scenario, f"{words.count(forecast.here.trials, 'trial')} each",
        forecast.here.seed,
    )  # fmt: skip
    if not told:
        return nothing("No number, changed alone, brings the finish forward", subtitle, "")
    how = format_of(told)
    means, halves = (
        np.array([np.nan if value is None else value / how.divisor for value in values])
        for values in zip(*(Uncertain.of(one.sooner) for one in told), strict=True)
    )
    names = [forecast.here.scenario.with_names(one.changed.name) for one in told]
    room = float(np.clip(max(text_width(name, _SIZE) for name in names) + 0.05, *_NAMES))
    unit = how.title.removeprefix(f"{how.label}, ")
    x = axis.around([0.0, *(means - halves), *(means + halves)], f"earlier finish, {unit}")
    y = axis.rows([shortened(name, room, _SIZE) for name in names], room=0.55)
    rows = np.arange(len(told))
    elements: list[Element] = [
        Bars(Style(FAN_LINE), 0.0, rows - _BAR / 2, means, _BAR),
        Strokes(_ZERO, 0.0, y.low, 0.0, y.high),
        Strokes(_SURE, means - halves, rows, means + halves, rows),
        Strokes(_SURE, means - halves, rows - 0.08, means - halves, rows + 0.08),
        Strokes(_SURE, means + halves, rows - 0.08, means + halves, rows + 0.08),
    ]
    panel = Panel(room + 0.25, 5.0, _ROW * len(told) + 0.2, x, y, elements, grid="x", frame="b")
    return Info(_title(names[0], means[0], how.unit), subtitle, room + 5.6, [[panel]])


def _title(name: str, mean: float, unit: str) -> str:
    if not mean > 0:
        return "None of these brings the finish forward"
    return f"{name} brings the finish forward by {mean:.3g} {unit}"
