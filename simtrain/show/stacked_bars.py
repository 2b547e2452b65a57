"""The picture of where the time goes in each of several scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.axis import BARE
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Band, Bars, Line, Text
from simtrain.show.figure import Info, Panel, Words
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.show.elements import Array, Element
    from simtrain.show.sweep.axis import KeyScale
    from simtrain.tables.results import Results

INCHES = 5.55
"""Length of the horizontal axis."""
_SMALLEST = 0.01
"""Part of the highest bar below which a category is put together with others."""
_OTHERS, _OTHERS_COLOUR = "others", "#B8B8B8"
_WIDEST_LINE = 86
"""Characters of a line of the key."""
_LEFT = 0.85
_CLOSEST = 0.055
"""Distance of names, as a part of the height."""
_SEAM = Style("white", width=0.6)


def info(
    title: str, subtitle: str, results: Sequence[Results], x: KeyScale, key: Sequence[str] = ()
) -> Info:
    """Time that is not productive by category, above each other for each place on a scale.

    Where there is something between the places, the categories are areas. The key, which says what
    the places are, stands below. At one place at least, some trials have to have finished.
    """
    spent = mean_times(results)
    highest = float(np.nanmax(sum(spent.values())))
    unit = words.unit_for(highest)
    y = axis.even(0.0, 1.05 * highest / unit.seconds, f"not productive, {unit.plural}")
    elements: list[Element] = []
    bottom, middles = np.zeros(len(x.at)), []
    for name, seconds in spent.items():
        height = seconds / unit.seconds
        elements += _layer(name, x, bottom, height)
        middles.append(float(bottom[-1] + height[-1] / 2) / y.high)
        bottom = bottom + height
    for name, place in zip(spent, apart(middles), strict=True):
        at, of = (1.0, place), "axes"
        elements += [
            Text("■", at, (7, 0), of, _colour(name), size=13),
            Text(words.name(name), at, (22, 0), of),
        ]
    lines = [line for entry in key for line in words.paragraph(entry, _WIDEST_LINE, "      ")]
    caption = [Words(line, size=9) for line in lines]
    below = Panel(_LEFT, INCHES, 0.0, BARE, BARE, [], words=caption, frame="")
    bars = Panel(_LEFT, INCHES, 3.25, x.scale, y, elements)
    return Info(title, subtitle, 8.0, [[bars], *([[below]] if caption else [])])


def lost(results: Sequence[Results]) -> Array:
    """Mean seconds that are not productive; NaN where no trial finished."""
    seconds: Array = np.sum(list(mean_times(results).values()), axis=0)
    return seconds


def mean_times(results: Sequence[Results]) -> dict[str, Array]:
    """Mean seconds of each category that is not productive, the largest first.

    Those that are small everywhere are put together as others. NaN where no trial finished.
    """
    spent = {
        str(category): np.array([_mean(one.metric(f"{category}_s")) for one in results])
        for category in Category
        if category is not Category.PRODUCTIVE
    }
    highest = float(np.nanmax(sum(spent.values())))
    falling = sorted(spent.items(), key=lambda row: -float(np.nansum(row[1])))
    large = {name: times for name, times in falling if np.nanmax(times) >= _SMALLEST * highest}
    rest = sum((times for name, times in falling if name not in large), np.zeros(len(results)))
    return large | ({_OTHERS: rest} if np.nanmax(rest) > 0 else {})


def apart(places: Sequence[float]) -> list[float]:
    """Rising places moved so far that names do not overlap, nor leave the top."""
    up: list[float] = []
    for place in places:
        up.append(max(place, up[-1] + _CLOSEST if up else 0.0))
    down: list[float] = []
    for place in reversed(up):
        down.append(min(place, down[-1] - _CLOSEST if down else 1.0))
    return down[::-1]


def _layer(name: str, x: KeyScale, bottom: Array, height: Array) -> list[Element]:
    colour = _colour(name)
    if x.is_number:
        top = bottom + height
        return [Band(Style(colour), x.at, bottom, top), Line(_SEAM, x.at, top)]
    return [Bars(Style(colour, edge="white"), np.subtract(x.at, 0.3), bottom, 0.6, height)]


def _mean(sample: Array) -> float:
    return float(sample.mean()) if sample.size else np.nan


def _colour(name: str) -> str:
    return _OTHERS_COLOUR if name == _OTHERS else COLOURS[Category(name)]
