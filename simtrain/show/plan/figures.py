"""The picture of a plan: the target against the values of a key, and where it is met."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simtrain.scenario.portions import share_of
from simtrain.show import axis, marks, words
from simtrain.show.colours import FAINT, FAN, FAN_LINE, NEUTRAL, REAL
from simtrain.show.elements import Band, Line, Strokes, Text
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.letters import text_width
from simtrain.show.marks import Mark
from simtrain.show.plan import threshold
from simtrain.show.style import Style
from simtrain.show.sweep.axis import KeyScale, key_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.plan import Decision, Point, Threshold
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element
    from simtrain.show.number_format import NumberFormat

_BAND = Style(FAN, "P10 to P90 of the trials", alpha=0.18)
_MET = Style(FAN_LINE, width=0.0, marker="o", size=5.5)
_MISSED = _MET._replace(colour=REAL)
_UNCERTAIN = _MET._replace(colour=NEUTRAL, hollow=True, label="uncertain")
_BEYOND = _MET._replace(colour=NEUTRAL, size=6.5, label="beyond the axis")
_CURVE, _ANSWER = Style(NEUTRAL, width=1.2), Style(FAINT, width=1.2)
_WIDE = 5.55
_SMALL = 8.5
"""Letters at the edge, in points."""
_FAR_RIGHT, _ASIDE = 0.85, 7.0
"""Share of the axis from which a text stands left of its mark, and how far from it in points."""
_MOST_SHOWN = 4.0
"""Values that are farther from the target than so many times the band of the trials at the answer
are only marked at the edge of the picture."""


def pictures(decision: Decision) -> dict[str, Info]:
    """Picture of a plan by the name of its file."""
    trials = f"{words.count(decision.trials, 'trial')} a value"
    subtitle = about(decision.scenario, trials, decision.seed)
    if any(math.isfinite(point.estimate.value) for point in decision.points):
        return {"plan.png": _info(decision, subtitle)}
    return {"plan.png": nothing(_title(decision), subtitle, threshold.conclusion(decision))}


def _info(decision: Decision, subtitle: str) -> Info:
    how, x = threshold.number_format(decision), key_scale(decision.axis, _WIDE)
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
    met = {answer.met.number: answer.met for answer in decision.thresholds}.values()
    answers = [_mark(point, x.at[point.number or 0]) for point in met]
    places = [mark.at for mark in answers]
    target = marks.level(
        bound, f"target {threshold.typeset(decision.target.condition.text)}", x.scale
    )
    elements = [
        Strokes(_ANSWER, places, y.low, places, y.high),
        *target,
        *elements,
        *_beyond(decision.points, x, y, how),
    ]
    left = 1.35 if how.start else 1.0
    panel = Panel(left, _WIDE, 3.1, x.scale, y, elements, answers)
    return Info(_title(decision), subtitle, left + 7.0, [[panel]], _styles(decision, y, how))


def _mark(point: Point, at: float) -> Mark:
    """Name above a value that just meets the target, and that it is uncertain where it is."""
    uncertain = "" if point.is_conclusive else " (uncertain)"
    return Mark(at, f"{words.setting(point.value)}{uncertain}", strong=True, line=False)


def _title(decision: Decision) -> str:
    """Which values meet the target, as a sentence."""
    key = decision.scenario.with_names(decision.axis.key)
    target = threshold.typeset(str(decision.target))
    if not decision.thresholds:
        which = "Every value" if decision.verdict == "all" else "No value"
        return f"{which} of {key} that was tried meets {target}"
    if len(decision.thresholds) == 1:
        return _one_threshold(decision, decision.thresholds[0], target)
    answers = (answer.met for answer in decision.thresholds)
    found = list(dict.fromkeys(threshold.value(decision, met) for met in answers))
    sides = [answer.is_least for answer in decision.thresholds]
    if sides == [True, False] and len(found) > 1:
        return f"{key} from {' to '.join(found)} meets {target}"
    return f"{key} = {words.listed(found)} meets {target}"


def _one_threshold(decision: Decision, answer: Threshold, target: str) -> str:
    """The value that just meets the target, and its neighbour: "8 spares meet …; 7 do not".

    Whichever of the two is uncertain is marked so.
    """
    met, missed = (threshold.value(decision, point) for point in (answer.met, answer.missed))
    of_met, of_missed = (
        "" if point.is_conclusive else " (uncertain)" for point in (answer.met, answer.missed)
    )
    noun = decision.axis.key.rpartition(".")[2]
    if noun not in threshold.COUNTED or share_of(answer.met.value) is not None:
        key = decision.scenario.with_names(decision.axis.key)
        return f"{key} = {met} meets {target}{of_met}; {missed} does not{of_missed}"
    one = answer.met.value == 1
    verbs = "meets" if one else "meet", "does not" if answer.missed.value == 1 else "do not"
    counted = noun.removesuffix("s") if one else noun
    return f"{met} {counted} {verbs[0]} {target}{of_met}; {missed} {verbs[1]}{of_missed}"


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
    name = replace(how, label=number).title
    y = axis.around([bound, *(end for one in ends for end in one)], name, room=0.06)
    if how.start is None:
        return y
    return axis.calendar(how.start, y.high, 7, begin=y.low)._replace(label=name)


def _style(point: Point) -> Style:
    return (_MET if point.met else _MISSED)._replace(hollow=not point.is_conclusive)


def _point(point: Point, x: KeyScale, y: Scale, how: NumberFormat) -> list[Element]:
    """A point with its confidence interval; one beyond the axis is an arrow at the edge."""
    at, (value, *ends) = x.at[point.number or 0], [_along(how, end) for end in point.estimate]
    style = _style(point)
    if not y.covers(value):
        edge = y.high if value > y.high else y.low
        return [Line(style._replace(marker=_arrow(value, y), size=_BEYOND.size), [at], [edge])]
    low, high = np.clip(ends, y.low, y.high)
    return [Strokes(style._replace(width=1.6), at, low, at, high), Line(style, [at], [value])]


def _arrow(value: float, y: Scale) -> str:
    return "^" if value > y.high else "v"


def _beyond(points: Sequence[Point], x: KeyScale, y: Scale, how: NumberFormat) -> list[Text]:
    """Numbers beside the arrows to what lies beyond the axis, where there is room."""
    texts, free = [], -math.inf
    for point in points:
        value, at = _along(how, point.estimate.value), x.at[point.number or 0]
        if y.covers(value):
            continue
        share, number = x.scale.place(at), how.text(point.estimate.value)
        text = number if math.isfinite(value) else "not finished"
        side = "right" if share > _FAR_RIGHT else "left"
        wide, aside = text_width(text, _SMALL), _ASIDE / 72
        start = share * _WIDE + (aside if side == "left" else -aside - wide)
        if start < free:
            continue
        free = start + wide + aside
        place = at, y.high if value > y.high else y.low
        shift = (_ASIDE if side == "left" else -_ASIDE), (-6 if value > y.high else 6)
        texts.append(
            Text(text, place, shift, "data", _style(point).colour, _SMALL, side=side, boxed=True)
        )
    return texts


def _styles(decision: Decision, y: Scale, how: NumberFormat) -> list[Style]:
    """What marks and bands are."""
    number = decision.target.statistic
    values = [_along(how, point.estimate.value) for point in decision.points]
    beyond = [value for value in values if not y.covers(value)]
    styles = [_MET._replace(label=f"{number}, met"), _MISSED._replace(label=f"{number}, missed")]
    styles.append(_UNCERTAIN)
    styles += [_BEYOND._replace(marker=_arrow(value, y)) for value in beyond[:1]]
    return styles + ([_BAND] if decision.target.event is None else [])
