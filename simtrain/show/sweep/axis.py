"""A swept key as an axis of a picture: where its values lie, and how they are written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.scenario.axes import written
from simtrain.show import axis, words
from simtrain.units import COUNT, DURATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis
    from simtrain.show.axis import Scale

_MOST_TICKS = 9
_LONGEST_LABEL = 18


class KeyScale(NamedTuple):
    """Values of a swept key along an axis.

    Parameters
    ----------
    scale
        The axis.
    at
        Where each value lies; words lie side by side.
    is_number
        Whether there is anything between the values.
    divisor
        Base units in one unit of the axis.
    """

    scale: Scale
    at: Sequence[float]
    is_number: bool
    divisor: float


def key_scale(key: Axis, inches: float) -> KeyScale:
    """Scale for the values of a swept key on an axis of so many inches."""
    numbers = key.numbers
    if numbers is None or len(key) == 1:
        found = side_by_side([words.setting(value) for value in key.values], key.name)
        return found._replace(scale=found.scale.spaced(inches))
    unit, divisor = _unit(key)
    is_time = key.is_log and key.dimension is DURATION
    divisor, label = (1.0, key.name) if is_time else (divisor, f"{key.name}{unit}")
    at = [number / divisor for number in numbers]
    low, high = at[0], at[-1]
    if key.is_log:
        scale = axis.logarithmic(low * (1 - 1e-9), high * (1 + 1e-9), label, times=is_time)
        room = (high / low) ** 0.02
        ends = low / room, high * room
    else:
        scale = axis.even(low, high, label, _MOST_TICKS, whole=key.dimension is COUNT)
        room = 0.02 * (high - low)
        ends = low - room, high + room
    if len(scale.ticks) < 2:  # a range too narrow for round numbers
        names = [written(key.values[0]), written(key.values[-1])]
        scale = scale._replace(ticks=[low, high], names=names, label=key.name)
    scale = scale._replace(low=ends[0], high=ends[1]).spaced(inches)
    return KeyScale(scale, at, True, divisor)


def side_by_side(names: Sequence[str], label: str) -> KeyScale:
    """Scale with a place for each of some names."""
    at = [float(place) for place in range(len(names))]
    short = [words.cut(name, _LONGEST_LABEL) for name in names]
    return KeyScale(axis.Scale(-0.5, len(names) - 0.5, at, short, label), at, False, 1.0)


def own_place(swept: Sweep, scale: KeyScale) -> float | None:
    """Where the scenario as it is lies on the scale of the only axis, if it does."""
    if swept.baseline_point is not None:
        return scale.at[swept.baseline_point]
    number = swept.baseline_number(swept.axes[0])
    if number is None or not scale.is_number:
        return None
    place = number / scale.divisor
    return place if scale.at[0] <= place <= scale.at[-1] else None


def _unit(key: Axis) -> tuple[str, float]:
    """Words for the unit of an axis, and base units in it: the largest one that is written."""
    assert key.numbers is not None
    assert key.dimension is not None
    if key.dimension is DURATION:
        time = words.unit_for(key.numbers[-1])
        return f", {time.plural}", time.seconds
    texts = [value for value in (key.values[0], key.values[-1]) if isinstance(value, str)]
    unit, factor = next(iter(key.dimension.spanned(*texts).items()))
    return f", {unit}" if unit else "", factor
