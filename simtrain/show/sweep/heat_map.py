"""The picture of a sweep over two keys: a map of what each pair of values comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps

from simtrain.show import axis, words
from simtrain.show.axis import BARE, Scale
from simtrain.show.colours import INK, NEUTRAL, ink_on
from simtrain.show.elements import Image, Line, Strokes, Text
from simtrain.show.figure import Info, Panel, Words
from simtrain.show.style import Style
from simtrain.show.sweep import best_point

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis
    from simtrain.show.elements import Array, Element

_MOST_NUMBERS = 17
"""Values of a key beside each other that leave room for numbers."""
_MOST_NAMES, _LONGEST_NAME = 12, 14
_WIDEST = 4.0
"""Range of colours, as a multiple of the distance from the best point to the one in the middle."""
_THICK, _THIN = Style(INK, width=2.6), Style(INK, width=1.0)
_OWN = Style(INK, width=0.0, marker="D")


def info(swept: Sweep, subtitle: str) -> Info:
    """Mean of the metric that decides, over the values of two keys; the first one lies upwards."""
    best = swept.best
    assert best is not None
    up, across = swept.axes
    how = best_point.number_format(swept, best.metric)
    found = [swept.decided(best.metric, n).value for n in range(len(swept.places))]
    means = np.array(found, dtype=np.float64).reshape(len(up), len(across)) / how.divisor
    means[~np.isfinite(means)] = np.nan
    is_rising = best.metric == "goodput"
    low, high = _limits(means, is_rising)
    colours = colormaps["viridis" if is_rising else "viridis_r"]
    dots = np.nan_to_num(colours((means - low) / (high - low or 1.0))[..., :3], nan=1.0)
    dots[np.isnan(means)] = 1.0
    places = how.places if len(across) <= _MOST_NAMES else min(how.places, 1)
    texts = [
        Text(words.fixed(mean, places), (column, row), colour=ink_on(dots[row, column]), size=8,
             side="center")
        for (row, column), mean in np.ndenumerate(means)
        if len(across) <= _MOST_NUMBERS and not np.isnan(mean)
    ]  # fmt: skip
    x, y = (names(key, swept.scenario.with_names(key.name)) for key in (across, up))
    image = Image(dots[::-1])
    tall = min(6.0, max(2.2, 0.42 * len(up)))
    notes = ["thick frame: best"]
    notes += (
        ["thin frame: not distinguishable from it"] if len(best.not_distinguishable) > 1 else []
    )
    notes += ["◆ baseline"] if swept.baseline_point is not None else []
    if np.nanmin(means) < low or np.nanmax(means) > high:
        notes.append(f"darkest: {words.fixed(low if is_rising else high, places)} or worse")
    elements = [image, *texts, *_frames(swept)]
    caption = [Words("   ".join(notes), 9, NEUTRAL)]
    panels = [
        Panel(1.35, 6.5, tall, x, y, elements, words=caption, grid="", frame=""),
        _key(colours, axis.even(low, high), f"{best_point.statistic_of(best)} {how.title}", tall),
    ]
    return Info(best_point.headline(swept), subtitle, 9.0, [panels])


def _limits(means: Array, is_rising: bool) -> tuple[float, float]:
    """Ends of the colours: from the best mean on, such that a few bad points do not take all."""
    low, middle, high = (float(end) for end in np.nanpercentile(means, (0, 50, 100)))
    if is_rising:
        return max(low, high - _WIDEST * (high - middle)) if middle < high else low, high
    return low, min(high, low + _WIDEST * (middle - low)) if middle > low else high


def _frames(swept: Sweep) -> list[Element]:
    """Frames of the best point and of those that are no worse, and the scenario as it is."""
    best, columns = swept.best, len(swept.axes[1])
    assert best is not None
    drawn: list[Element] = []
    for point in sorted(best.not_distinguishable, key=lambda point: point == best.point):
        row, column = divmod(point, columns)
        x = column + np.array([-0.5, 0.5, 0.5, -0.5, -0.5])
        y = row + np.array([-0.5, -0.5, 0.5, 0.5, -0.5])
        drawn.append(
            Strokes(_THICK if point == best.point else _THIN, x[:-1], y[:-1], x[1:], y[1:])
        )
    if swept.baseline_point is not None:
        row, column = divmod(swept.baseline_point, columns)
        drawn.append(Line(_OWN, [column - 0.36], [row + 0.3]))
    return drawn


def _key(colours: Colormap, y: Scale, label: str, tall: float) -> Panel:
    """What the colours stand for, right of the map."""
    ramp = Image(colours(np.linspace(1, 0, 256))[:, np.newaxis, :3])
    name = Text(label, (1.0, 0.0), (36, -28), "axes", size=9, side="right")
    return Panel(8.05, 0.18, tall, BARE, y, [ramp, name], grid="", frame="r")


def names(key: Axis, name: str) -> Scale:
    """Scale with a cell for each value of a key, and names beside as many as there is room for."""
    step = -(-len(key) // _MOST_NAMES)
    places = list(range(0, len(key), step))
    texts, per = words.in_one_rate([words.setting(key.values[place]) for place in places])
    names = [words.cut(text, _LONGEST_NAME) for text in texts]
    label = f"{name}, {per}" if per else name
    return Scale(-0.5, len(key) - 0.5, places, names, label)
