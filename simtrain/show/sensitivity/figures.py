"""The picture of which number moves the result: a tornado."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import INK, LESS, MORE, NEUTRAL, REAL
from simtrain.show.elements import Bars, Strokes, Text
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.letters import shortened, text_width
from simtrain.show.number_format import Uncertain
from simtrain.show.sensitivity.report import change, measure, value
from simtrain.show.style import Style
from simtrain.show.timeline.events import moment_of
from simtrain.show.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simtrain.answers.sensitivity import Moved, Sensitivity
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.elements import Element

_MOST = 15
"""Numbers that are drawn."""
_ROW, _BAR = 0.36, 0.34
"""Height of a number with its room in inches, and of a bar as a part of that."""
_SURE = Style(INK, "95 % confidence", width=0.9)
_ZERO = Style(INK, width=1.0)
_NAMES, _VALUE = (2.0, 4.2), 2.0
"""Least and most room for the names of numbers, and room for a value, in inches."""
_SIZE = 10.0


def pictures(found: Sensitivity) -> dict[str, Info]:
    """Picture of a sensitivity by the name of its file."""
    trials = f"{words.count(found.baseline.trials, 'trial')} each"
    subtitle = about(found.scenario, trials, found.baseline.seed)
    if found.significant:
        return {"tornado.png": _info(found, subtitle)}
    title = f"No number, changed by {change(found)}, has an effect that differs from zero"
    why = verdict(found.baseline) or f"Of the mean {measure(found).label}, at 95 % confidence."
    return {"tornado.png": nothing(title, subtitle, why)}


def _info(found: Sensitivity, subtitle: str) -> Info:
    """Two bars for each number whose effect on the mean differs from zero, the largest first."""
    shown, how, by = found.significant[:_MOST], measure(found), change(found)
    names = [named(moved.input.key, found.scenario) for moved in shown]
    less, more = (
        np.array([_ends(side, how.divisor) for side in sides])
        for sides in zip(*((moved.low, moved.high) for moved in shown), strict=True)
    )
    unit = how.title.removeprefix(how.label).replace("%", "percentage points")
    ends = np.concatenate([less, more]).ravel()
    room = float(np.clip(max(text_width(name, _SIZE) for name in names) + 0.05, *_NAMES))
    x = axis.around([0.0, *ends], f"change of mean {how.label}{unit}")
    y = axis.rows([shortened(name, room, _SIZE) for name in names], room=0.55)
    numbers = np.arange(len(shown))
    sides = [
        (Style(LESS, f"{by} less"), less.T, numbers - 0.18),
        (Style(MORE, f"{by} more"), more.T, numbers + 0.18),
    ]
    bars = [Bars(style, 0.0, at - _BAR / 2, ends[0], _BAR) for style, ends, at in sides]
    elements: list[Element] = [*bars, Strokes(_ZERO, 0.0, y.low, 0.0, y.high)]
    for _, (_, low, high), at in sides:
        elements.append(Strokes(_SURE, low, at, high, at))
        elements += [Strokes(_SURE, end, at - 0.06, end, at + 0.06) for end in (low, high)]
    for row, moved in enumerate(shown):
        elements += _texts(row, moved, found.scenario)
    panel = Panel(room + 0.25, 3.95, _ROW * len(shown), x, y, elements, grid="x", frame="b")
    title = f"{names[0]} has the largest effect on the mean {how.label}"
    return Info(title, subtitle, room + 7.15, [[panel]])


def named(text: str, scenario: Scenario) -> str:
    """A text in which changes of the scenario have their names, or else their moments."""

    def name_of(match: re.Match[str]) -> str:
        moment = moment_of(scenario.change[int(match[1])])
        return f"{moment}: {match[2]}" if match[2] else moment

    return re.sub(r"\bchange\.(\d+)(?:\.set\.(\S+))?", name_of, text)


def _ends(side: Mapping[str, Any] | None, divisor: float) -> tuple[float, float, float]:
    """Mean of a side and both ends of its interval; NaN where there is none."""
    if side is None or side["mean"] is None:
        return np.nan, np.nan, np.nan
    half = Uncertain.of(side).half
    mean, half = side["mean"] / divisor, np.nan if half is None else half / divisor
    return mean, mean - half, mean + half


def _texts(row: int, moved: Moved, scenario: Scenario) -> Iterable[Text]:
    """Source and value right of the bars."""
    source = moved.input.source or "no source"
    text = shortened(named(value(moved), scenario), _VALUE, 8.5)
    is_assumed = source == "assumed"
    at, of = (1.0, float(row)), ("axes", "data")
    yield Text(source, at, (8, 0), of, REAL if is_assumed else NEUTRAL, 8.5, bold=is_assumed)
    yield Text(text, at, (72, 0), of, NEUTRAL, 8.5)
