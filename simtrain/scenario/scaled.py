"""Numbers of a scenario times a factor, in the words and units of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.distributions import SAME_UNIT
from simtrain.scenario import data
from simtrain.scenario.ends import is_range, written_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.units import Dimension


def scaled(given: Any, dimensions: Sequence[Dimension], factor: float) -> Any:
    """A number, a range or a law as written, times a factor; the shape of a law stays.

    Parameters
    ----------
    given
        What is written.
    dimensions
        What it may be a quantity of.
    factor
        Above 0.
    """
    if not isinstance(given, dict):
        return _times(given, dimensions, factor)
    if data.is_data(given):
        return data.changed(given, lambda value: _times(value, dimensions, factor))
    return {
        name: _times(value, dimensions, factor) if name in SAME_UNIT or name == "range" else value
        for name, value in given.items()
    }


def _times(given: Any, dimensions: Sequence[Dimension], factor: float) -> Any:
    if factor == 1.0:
        return given
    if is_range(given):
        return "..".join(_times(end, dimensions, factor) for end in written_ends(given))
    dimension = next(one for one in dimensions if one.number(given) is not None)
    return dimension.text(dimension.parse(given) * factor)
