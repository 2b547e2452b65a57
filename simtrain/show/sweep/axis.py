"""A swept key as an axis of a picture: where its values lie, and how they are written there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.ticker import MaxNLocator

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.units import COUNT, DAY, DURATION, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis

_ROUND_TIMES = (
    *(n * unit for unit in (1e-3, 1e-2, 1e-1) for n in (1, 2, 5)),
    *(n * unit for unit in (1.0, MINUTE) for n in (1, 2, 5, 10, 20, 30)),
    *(n * HOUR for n in (1, 2, 4, 8, 12)),
    *(n * unit * DAY for unit in (1, 10, 100, 1e3, 1e4, 1e5) for n in (1, 2, 5)),
)
_MOST_TICKS = 9
_LONGEST_LABEL = 18


class Scale(NamedTuple):
    """Values of a swept key along an axis.

    Parameters
    ----------
    at
        Where each value lies; words lie side by side.
    label
        What the axis shows, with its unit.
    ticks, names
        Marks of the axis and what is written there.
    is_log, is_number
        Whether neighbours keep their ratio, and whether there is anything between them.
    divisor
        Base units in one unit of the axis.
    """

    at: Sequence[float]
    label: str
    ticks: Sequence[float]
    names: Sequence[str]
    is_log: bool
    is_number: bool
    divisor: float

    def set_up(self, axes: Axes) -> None:
        """Lay a horizontal axis out."""
        low, high = min(self.at), max(self.at)
        if self.is_log:
            axes.set_xscale("log")
            room = (high / low) ** 0.02
            axes.set_xlim(low / room, high * room)
        else:
            room = 0.02 * (high - low) if self.is_number else 0.5
            axes.set_xlim(low - room, high + room)
        axes.set_xticks(self.ticks, self.names)
        axes.minorticks_off()


def scale_of(axis: Axis) -> Scale:
    """Scale for the values of a swept key."""
    numbers = axis.numbers
    if numbers is None or len(axis) == 1:
        return side_by_side([written(value) for value in axis.values], axis.key)
    unit, divisor = _unit(axis)
    at = [number / divisor for number in numbers]
    label = f"{axis.key}{unit}"
    if not axis.is_log:
        locator = MaxNLocator(_MOST_TICKS, integer=axis.dimension is COUNT, steps=[1, 2, 5, 10])
        ticks = _inside(locator.tick_values(at[0], at[-1]), at)
        return Scale(at, label, ticks, _plain(ticks), False, True, divisor)
    if axis.dimension is DURATION:
        times = _inside(_ROUND_TIMES, numbers)
        label, ticks, names = axis.key, [t / divisor for t in times], list(map(words.span, times))
    else:
        ticks = _inside(_round_numbers(at[0], at[-1]), at)
        names = _plain(ticks)
    if len(ticks) < 2:  # a range too narrow for round numbers
        ticks, names = [at[0], at[-1]], [written(axis.values[0]), written(axis.values[-1])]
    return Scale(at, label, ticks, names, True, True, divisor)


def side_by_side(names: Sequence[str], label: str) -> Scale:
    """Scale with a place for each of some names."""
    at = [float(place) for place in range(len(names))]
    short = [words.cut(name, _LONGEST_LABEL) for name in names]
    return Scale(at, label, at, short, False, False, 1.0)


def own_place(swept: Sweep, scale: Scale) -> float | None:
    """Where the scenario as it is lies on the scale of the only axis, if it does."""
    if swept.baseline_point is not None:
        return scale.at[swept.baseline_point]
    number = swept.baseline_number(swept.axes[0])
    if number is None or not scale.is_number:
        return None
    place = number / scale.divisor
    return place if min(scale.at) <= place <= max(scale.at) else None


def _unit(axis: Axis) -> tuple[str, float]:
    """Words for the unit of an axis, and base units in it: the largest one that is written."""
    assert axis.numbers is not None
    assert axis.dimension is not None
    if axis.dimension is DURATION:
        time = words.unit_for(axis.numbers[-1])
        return f", {time.plural}", time.seconds
    texts = [value for value in (axis.values[0], axis.values[-1]) if isinstance(value, str)]
    unit, factor = next(iter(axis.dimension.spanned(*texts).items()))
    return f", {unit}" if unit else "", factor


def _round_numbers(low: float, high: float) -> list[float]:
    """Numbers 1, 2 and 5 of each decade."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [n * 10.0**decade for decade in decades for n in (1, 2, 5)]


def _inside(marks: Iterable[float], values: Sequence[float]) -> list[float]:
    """Marks from the first to the last of some values, and not too many."""
    low, high = values[0] * (1 - 1e-9), values[-1] * (1 + 1e-9)
    inside = [mark for mark in marks if low <= mark <= high]
    return inside[:: max(1, -(-len(inside) // _MOST_TICKS))]


def _plain(ticks: Sequence[float]) -> list[str]:
    return [f"{tick:,.6g}" for tick in ticks]
