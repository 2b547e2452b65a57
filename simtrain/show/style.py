"""How a line, an area or markers of a picture look."""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """How something is drawn, and its name in the legend.

    Parameters
    ----------
    colour, alpha
        Its colour, and how opaque it is.
    label
        Its name.
    width, dashed
        Width of a line in points, 0 for markers alone, and whether it is dashed; None for an area.
    edge
        Colour of the outline of an area.
    marker, size, hollow
        Marker as matplotlib names it, its size in points, and whether it is white inside.
    hatch
        Pattern of an area, which is white else.
    """

    colour: str
    label: str = ""
    width: float | None = None
    dashed: bool = False
    edge: str = ""
    alpha: float = 1.0
    marker: str = ""
    size: float = 5.0
    hollow: bool = False
    hatch: str = ""
