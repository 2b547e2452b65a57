"""Numbers beside dots, where they hide neither each other nor a dot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show.colours import NEUTRAL
from simtrain.show.elements import Strokes, Text
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element

Place = tuple[float, float]

_SIZE, _DIGIT, _HIGH = 8.0, 5.4, 8.0
"""Size of the letters, and what a digit takes, in points."""
_DOT = 5.5
"""Radius of a dot with some room around it, in points."""
_NEAR = 11.0
_FAR = (_NEAR, 17.0, 24.0, 32.0, 41.0, 51.0, 62.0)
"""Distances of a number from its dot, in points; beyond the first one a line leads to it."""
_TURNS = (1, 3, -1, -3, 0, 2, 4, -2, 0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5)
"""Directions that are tried, in eighths of a circle from the right on; obliquely upwards first."""
_STRAIGHT = 1e-9
"""Cosine below which a direction is straight up or down."""
_LEADER = Style(NEUTRAL, width=0.6)


def numbered(
    places: Mapping[int, Place], x: Scale, y: Scale, wide: float, tall: float
) -> list[Element]:
    """Number of each dot, as near to it as there is room, with a line to it if it is far.

    Parameters
    ----------
    places
        Dots by their numbers, in data units; the first find room first.
    x, y
        Scales of the panel.
    wide, tall
        Its size in inches.
    """
    across, up = 72 * wide / (x.high - x.low), 72 * tall / (y.high - y.low)
    dots = {n: ((at[0] - x.low) * across, (at[1] - y.low) * up) for n, at in places.items()}
    elements: list[Element] = []
    taken: list[Place] = []
    for number, dot in dots.items():
        half = _DIGIT * len(f"{number}") / 2
        room = (
            (far, shift, at)
            for far, shift in _shifts(half - _DIGIT / 2)
            if half < (at := (dot[0] + shift[0], dot[1] + shift[1]))[0] < 72 * wide - half
            and _HIGH / 2 < at[1] < 72 * tall - _HIGH / 2
            and not _hides(at, half, taken, dots.values())
        )
        if (found := next(room, None)) is None:
            continue
        far, shift, at = found
        taken.append(at)
        if far > _NEAR:
            part = (far - _HIGH / 2 - 1) / far
            end = dot[0] + part * shift[0], dot[1] + part * shift[1]
            of_data = x.low + end[0] / across, y.low + end[1] / up
            elements.append(Strokes(_LEADER, *places[number], *of_data))
        elements.append(Text(f"{number}", places[number], shift, size=_SIZE, side="center"))
    return elements


def _shifts(more: float) -> Iterator[tuple[float, Place]]:
    """Distances and ways from a dot, in points, those that are tried first first.

    `more` is by how much half of the number is wider than half a digit.
    """
    for far in _FAR:
        for turn in _TURNS:
            across, up = (part(turn * math.pi / 4) for part in (math.cos, math.sin))
            side = math.copysign(more, across) if abs(across) > _STRAIGHT else 0.0
            yield far, (far * across + side, far * up)


def _hides(at: Place, half: float, taken: list[Place], dots: Iterable[Place]) -> bool:
    """Whether a number whose middle is there hides another one, or a dot."""
    others = any(
        abs(at[0] - a) < half + _DIGIT + 1 and abs(at[1] - b) < _HIGH + 1 for a, b in taken
    )
    return others or any(
        max(0.0, abs(at[0] - a) - half) ** 2 + max(0.0, abs(at[1] - b) - _HIGH / 2) ** 2 < _DOT**2
        for a, b in dots
    )
