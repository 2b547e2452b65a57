"""The picture of a plan: the target against the values of a key, and where it is met."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, marks, words
from simtrain.show.colours import FAINT, FAN, FAN_LINE, NEUTRAL, REAL
from simtrain.show.elements import Band, Line, Strokes, Style, Text
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.letters import text_width
from simtrain.show.marks import Mark
from simtrain.show.plan import words as plan_words
from simtrain.show.sweep.axis import KeyScale, key_scale

if TYPE_CHECKING:
    from simtrain.answers.plan import Decision, Point
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element
    from simtrain.show.number_format import NumberFormat

_BAND = Style(FAN, "P10 to P90 of the trials", alpha=0.18)
_MET = Style(FAN_LINE, width=0.0, marker="o", size=5.5)
_MISSED = _MET._replace(colour=REAL)
_UNSURE = _MET._replace(colour=NEUTRAL, hollow=True, label="not sure")
_CURVE, _ANSWER = Style(NEUTRAL, width=1.2), Style(FAINT, width=1.2)
_WIDE = 5.55
_SMALL = 8.0
"""Letters at the edge, in points."""
_MOST_SHOWN = 4.0
"""Values that are farther from the target than so many times the band of the trials at the answer
are only marked at the edge of the picture."""


def pictures(decision: Decision) -> dict[str, Info]:
    """Picture of a plan by the name of its file."""
    trials = f"{words.count(decision.trials, 'trial')} a value"
    subtitle = about(decision.scenario, trials, decision.seed)
    if any(math.isfinite(point.estimate.value) for point in decision.points):
        return {"plan.png": _info(decision, subtitle)}
    return {"plan.png": nothing(_title(decision), subtitle, plan_words.conclusion(decision))}


def _info(decision: Decision, subtitle: str) -> Info:
    how, x = plan_words.number_format(decision), key_scale(decision.axis, _WIDE)
    drawn = [point for point in decision.points if math.isfinite(point.estimate.value)]
    y = _vertical(decision, drawn, how)
    at = [x.at[point.number or 0] for point in drawn]
    values = [_along(how, point.estimate.value) for point in drawn]
    elements: list[Element] = [Line(_CURVE, at, values)]
    if decision.target.event is None:
        low, high = np.transpose([_band(decision, point, how) for point in drawn])
        elements.insert(0, Band(_BAND, at, low, high))
    for point in decision.points:
        elements += _point(point, x, y, how)
    bound = _along(how, decision.target.condition.bound)
    numbers = dict.fromkeys(answer.met.number or 0 for answer in decision.thresholds)
    answers = [
        Mark(x.at[n], words.setting(decision.axis.values[n]), strong=True, line=False)
        for n in numbers
    ]
    places = [mark.at for mark in answers]
    target = marks.level(bound, f"target {decision.target.condition.text}", x.scale)
    elements = [
        Strokes(_ANSWER, places, y.low, places, y.high),
        *target,
        *elements,
        *_beyond(drawn, x, y, how),
    ]
    left = 1.35 if how.start else 1.0
    panel = Panel(left, _WIDE, 3.1, x.scale, y, elements, answers)
    return Info(_title(decision), subtitle, left + 7.0, [[panel]], _styles(decision))


def _title(decision: Decision) -> str:
    """Which values meet the target, as a sentence."""
    key, target = decision.axis.key, decision.target
    if not decision.thresholds:
        which = "Every value" if decision.verdict == "all" else "No value"
        return f"{which} of {key} that was tried meets {target}"
    found = list(
        dict.fromkeys(plan_words.value(decision, answer.met) for answer in decision.thresholds)
    )
    sides = [answer.is_least for answer in decision.thresholds]
    if len(sides) == 1:
        return f"{key} of at {'least' if sides[0] else 'most'} {found[0]} meets {target}"
    if sides == [True, False] and len(found) > 1:
        return f"{key} from {' to '.join(found)} meets {target}"
    return f"{key} = {words.listed(found)} meets {target}"


def _along(how: NumberFormat, value: float) -> float:
    """Where a number lies on the axis: in its unit, or in seconds since the start for dates."""
    return value if how.start else value / how.divisor


def _band(decision: Decision, point: Point, how: NumberFormat) -> tuple[float, float]:
    """P10 and P90 of the metric in the trials that finished at a point."""
    low, high = np.percentile(point.results.metric(decision.target.metric), (10, 90))
    return _along(how, float(low)), _along(how, float(high))


def _vertical(decision: Decision, drawn: list[Point], how: NumberFormat) -> Scale:
    """Axis of the number, on which that of the answer and its neighbours can be read."""
    bound = _along(how, decision.target.condition.bound)
    number, ends = "probability", [[_along(how, end) for end in point.estimate] for point in drawn]
    if decision.target.event is None:
        number = decision.target.number
        bands = [_band(decision, point, how) for point in drawn]
        low, high = bands[drawn.index(decision.shown) if decision.shown in drawn else 0]
        near = [[value[0], *band] for value, band in zip(ends, bands, strict=True)]
        close = [one for one in near if abs(one[0] - bound) <= _MOST_SHOWN * (high - low)]
        ends = close if len(close) > 1 else [one + two for one, two in zip(ends, near, strict=True)]
    name = f"{number}, {how.unit}" if how.unit else number
    y = axis.around([bound, *(end for one in ends for end in one)], name, room=0.06)
    if how.start is None:
        return y
    return axis.calendar(how.start, y.high, 7, begin=y.low)._replace(label=name)


def _style(point: Point) -> Style:
    return (_MET if point.met else _MISSED)._replace(hollow=not point.is_conclusive)


def _point(point: Point, x: KeyScale, y: Scale, how: NumberFormat) -> list[Element]:
    """A point with its confidence interval; one that is infinite points to where it lies."""
    at, (value, *ends) = x.at[point.number or 0], [_along(how, end) for end in point.estimate]
    style = _style(point)
    if math.isinf(value):
        edge = y.high if value > 0 else y.low
        return [Line(style._replace(marker=_arrow(value), size=6.5), [at], [edge])]
    low, high = np.clip(ends, y.low, y.high)
    drawn: list[Element] = [Strokes(style._replace(width=1.6), at, low, at, high)]
    return [*drawn, Line(style, [at], [value])] if y.covers(value) else drawn


def _arrow(infinite: float) -> str:
    return "^" if infinite > 0 else "v"


def _beyond(drawn: list[Point], x: KeyScale, y: Scale, how: NumberFormat) -> list[Text]:
    """Arrows at the edge to numbers that lie beyond it, which are written where there is room."""
    texts, free = [], -math.inf
    for point in drawn:
        value, at = _along(how, point.estimate.value), x.at[point.number or 0]
        if y.covers(value):
            continue
        is_above, share = value > y.high, x.scale.place(at)
        arrow, number = "↑" if is_above else "↓", how.text(point.estimate.value)
        side = "left" if share < 0.15 else "right" if share > 0.85 else "center"
        text = f"{number} {arrow}" if side == "right" else f"{arrow} {number}"
        wide = text_width(text, _SMALL) + 0.1
        start = share * _WIDE - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
        text, free = (text, start + wide) if start >= free else (arrow, free)
        edge, shift, level = (y.high, -4, "top") if is_above else (y.low, 4, "bottom")
        place, colour = (at, edge), _style(point).colour
        texts.append(Text(text, place, (0, shift), "data", colour, _SMALL, False, side, level))
    return texts


def _styles(decision: Decision) -> list[Style]:
    """What marks and bands are."""
    number = decision.target.statistic
    endless = [
        point.estimate.value for point in decision.points if math.isinf(point.estimate.value)
    ]
    styles = [_MET._replace(label=f"{number}, met"), _MISSED._replace(label=f"{number}, missed")]
    styles.append(_UNSURE)
    if endless:
        styles.append(_MISSED._replace(label="not finished", marker=_arrow(endless[0]), size=6.5))
    return styles + ([_BAND] if decision.target.event is None else [])
