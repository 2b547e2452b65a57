"""The picture of what a sweep over one key is about: goodput and wall-clock against its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.colours import COLOURS, INK, NEUTRAL
from simtrain.show.elements import Band, Bars, Line, Strokes
from simtrain.show.figure import Info, Panel
from simtrain.show.marks import Mark
from simtrain.show.style import Style
from simtrain.show.sweep import best_point
from simtrain.show.sweep.axis import KeyScale, key_scale, own_place
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element

_COLOURS = {
    "goodput": COLOURS[Category.PRODUCTIVE],
}
_OTHERS = COLOURS[Category.RESTART]
_MEAN = Style(NEUTRAL, "mean", width=1.6, marker="o", size=3.5)
_SURE = Style(NEUTRAL, "its 95 % confidence", alpha=0.45)
_TRIALS = Style(NEUTRAL, "P5 to P95 of the trials", alpha=0.18)
_ALIKE = Style(COLOURS[Category.CHECKPOINT_SAVE], "not distinguishable from the best", alpha=0.15)
_OWN, _OWN_LEVEL = Style(INK, width=0.0, marker="D"), Style(NEUTRAL, width=0.9, dashed=True)
_WIDE = 6.85
_LONGEST_NAME = 40


def info(swept: Sweep, subtitle: str) -> Info:
    """Mean, its confidence and the spread of the trials, in a panel for each metric."""
    assert swept.best is not None
    x = key_scale(swept.axes[0], _WIDE)
    alike = [x.at[number] for number in swept.best.not_distinguishable] if x.is_number else []
    styles = [
        _MEAN._replace(label=_deciding(swept)),
        _SURE,
        _TRIALS,
        *([_ALIKE] if len(alike) > 1 else []),
    ]
    rows: list[list[Panel]] = []
    for metric in swept.compared:
        curves, y = _curves(swept, metric, x)
        if len(alike) > 1:
            curves.insert(0, Bars(_ALIKE, alike[0], y.low, alike[-1] - alike[0], y.high - y.low))
        shown = _marks(swept, x)
        if rows:  # the names stand above the first panel
            shown = [mark._replace(text="") for mark in shown]
        rows.append([Panel(0.85, _WIDE, 2.5, x.scale, y, curves, shown)])
    return Info(best_point.headline(swept), subtitle, 8.0, rows, styles)


def _deciding(swept: Sweep) -> str:
    """What the line is: the mean, or the percentile that decides beside the mean of the rest."""
    if swept.of is None or swept.of.percentile is None:
        return "mean"
    decides = swept.of.statistic.replace("p", "P")
    return decides if swept.compared == ("goodput",) else f"mean goodput, {decides} below"


def _curves(swept: Sweep, metric: str, x: KeyScale) -> tuple[list[Element], Scale]:
    """A metric at each value, and in the scenario as it is; and the axis of it."""
    how, colour = best_point.number_format(swept, metric), _COLOURS.get(metric, _OTHERS)
    found = [swept.point_statistics(metric, point) for point in range(len(swept.places))]
    rows = [
        (*swept.decided(metric, point), one["p5"], one["p95"]) for point, one in enumerate(found)
    ]
    numbers = np.array(rows, dtype=np.float64).T / how.divisor
    numbers[~np.isfinite(numbers)] = np.nan
    mean, low, high, p5, p95 = numbers
    own = swept.decided(metric, None).value
    level = own / how.divisor if np.isfinite(own) else np.nan
    y = axis.around([*numbers.ravel(), level], how.title)
    if x.is_number:
        curves: list[Element] = [
            Band(_TRIALS._replace(colour=colour), x.at, p5, p95),
            Band(_SURE._replace(colour=colour), x.at, low, high),
            Line(_MEAN._replace(colour=colour), x.at, mean),
        ]
    else:
        curves = [
            Strokes(Style(colour, width=9.0, alpha=0.3), x.at, p5, x.at, p95),
            Strokes(Style(colour, width=9.0), x.at, low, x.at, high),
            Line(Style(INK, width=0.0, marker="_", size=12.0), x.at, mean),
        ]
    place = own_place(swept, x)
    if place is not None:
        curves.append(Line(_OWN, [place], [level]))
    elif np.isfinite(level):
        curves.append(Strokes(_OWN_LEVEL, x.scale.low, level, x.scale.high, level))
    return curves, y


def _marks(swept: Sweep, x: KeyScale) -> list[Mark]:
    """The scenario as it is, what formulas say, and the best value."""
    best, own = swept.best, own_place(swept, x)
    assert best is not None
    as_is = words.cut(f"baseline: {swept.baseline_words[0]}", _LONGEST_NAME)
    name = words.cut(f"best: {best_point.values(swept, best.point)[0]}", _LONGEST_NAME)
    return [
        Mark(max(x.at), f"– – {as_is}", dashed=True, line=False)
        if own is None
        else Mark(own, f"◆ {as_is}", dashed=True, line=x.is_number),
        *_formula_marks(swept, x),
        Mark(x.at[best.point], name, strong=True, line=x.is_number),
    ]


def _formula_marks(swept: Sweep, x: KeyScale) -> list[Mark]:
    """Marks of the formulas, which are close to each other: the last one has the names of all."""
    if swept.formulas is None or not x.is_number:
        return []
    inside: dict[str, float] = {}
    for name, seconds in swept.formulas.intervals.items():
        number = swept.on_axis(swept.axes[0], seconds)
        if number is not None and x.at[0] <= number / x.divisor <= x.at[-1]:
            inside[f"{name} {brief(seconds)}"] = number / x.divisor
    found = [Mark(place, "", dashed=True) for place in inside.values()]
    return [*found[:-1], *(mark._replace(text=", ".join(inside)) for mark in found[-1:])]
