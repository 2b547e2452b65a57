"""A swept key as an axis of a picture: where its values lie, and how they are written there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.ticker import MaxNLocator

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.units import COUNT, DAY, DURATION, FRACTION, HOUR, MINUTE, RATE, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simtrain.montecarlo.swept import Sweep
    from simtrain.scenario.axes import Axis

_ROUND_TIMES = (
    *(n * unit for unit in (1e-3, 1e-2, 1e-1) for n in (1, 2, 5)),
    *(n * unit for unit in (1.0, MINUTE) for n in (1, 2, 5, 10, 20, 30)),
    *(n * HOUR for n in (1, 2, 4, 8, 12)),
    *(n * DAY for n in (1, 2, 4, 7, 14, 28, 56, 112, 224, 365)),
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
            room = 0.02 * (high - low) if self.is_number and high > low else 0.5
            axes.set_xlim(low - room, high + room)
        axes.set_xticks(self.ticks, self.names)
        axes.minorticks_off()


def scale_of(axis: Axis) -> Scale:
    """Scale for the values of a swept key."""
    numbers = axis.numbers
    if numbers is None or axis.dimension is None:
        names = [words.cut(written(value), _LONGEST_LABEL) for value in axis.values]
        at = [float(place) for place in range(len(axis))]
        return Scale(at, axis.key, at, names, False, False, 1.0)
    unit, divisor = _unit(axis)
    at = [number / divisor for number in numbers]
    if axis.is_log:
        ticks, names = _log_ticks(axis, divisor)
        label = axis.key if axis.dimension is DURATION else f"{axis.key}{unit}"
    else:
        locator = MaxNLocator(_MOST_TICKS, integer=axis.dimension is COUNT, steps=[1, 2, 5, 10])
        ticks = [
            t
            for t in locator.tick_values(at[0], at[-1])
            if at[0] <= t * (1 + 1e-9) and t <= at[-1] * (1 + 1e-9)
        ]
        names = [f"{tick:,.6g}" for tick in ticks]
        label = f"{axis.key}{unit}"
    return Scale(at, label, ticks, names, axis.is_log, True, divisor)


def own_place(swept: Sweep, scale: Scale) -> float | None:
    """Where the scenario as it is lies on the scale of the only axis, if it does."""
    if swept.own_point is not None:
        return scale.at[swept.own_point]
    number = swept.own_number(swept.axes[0])
    if number is None or not scale.is_number:
        return None
    place = number / scale.divisor
    return place if min(scale.at) <= place <= max(scale.at) else None


def _unit(axis: Axis) -> tuple[str, float]:
    """Words for the unit of an axis, and base units in it."""
    assert axis.numbers is not None
    dimension, largest = axis.dimension, axis.numbers[-1]
    if dimension is DURATION:
        unit = words.unit_for(largest)
        return f", {unit.plural}", unit.seconds
    if dimension is RATE:
        return ", per day", 1 / DAY
    if dimension is FRACTION:
        return ", %", 0.01
    if dimension is STEPS:
        return ", steps", 1.0
    assert dimension is not None
    for unit_name, factor in sorted(dimension.units.items(), key=lambda unit: -unit[1]):
        if "i" not in unit_name and largest >= factor > 1:
            return f", {unit_name}", float(factor)
    return "", 1.0


def _log_ticks(axis: Axis, divisor: float) -> tuple[list[float], list[str]]:
    assert axis.numbers is not None
    low, high = axis.numbers[0] * (1 - 1e-9), axis.numbers[-1] * (1 + 1e-9)
    if axis.dimension is DURATION:
        times = _thinned([time for time in _ROUND_TIMES if low <= time <= high])
        return [time / divisor for time in times], [words.span(time) for time in times]
    decades = range(
        math.floor(math.log10(low / divisor)), math.ceil(math.log10(high / divisor)) + 1
    )
    marks = [n * 10.0**decade for decade in decades for n in (1, 2, 5)]
    ticks = _thinned([mark for mark in marks if low <= mark * divisor <= high])
    return ticks, [f"{tick:,.6g}" for tick in ticks]


def _thinned(ticks: list[float]) -> list[float]:
    return ticks[:: -(-len(ticks) // _MOST_TICKS)] if ticks else ticks
