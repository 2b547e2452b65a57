"""Names along a calendar, in lanes so that none runs into another or is crossed by a leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show.axis import Scale
from simtrain.show.colours import FAINT, INK, NEUTRAL
from simtrain.show.elements import Strokes, Text
from simtrain.show.figure import Panel
from simtrain.show.letters import text_width
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.show.elements import Element
    from simtrain.show.timeline.events import ShownEvent

_LANE = 0.2
"""Height of a lane, in inches."""
_SIZE = 8.5
_MOST_LANES = 12
_ROOM = 0.12
"""Inches between two names."""
_STOP, _CHANGE = Style(INK, width=0.9), Style(FAINT, width=0.7)


def room(events: Sequence[ShownEvent], end: float, inches: float, margin: float) -> float:
    """Inches of a calendar up to `end`, in seconds, that leave room for every name.

    It has so many `inches` at most, and then a margin right of it.
    """
    needed = [(inches + margin - width(one)) * end / one.at for one in events if one.at > 0]
    return min([inches, *needed])


def in_lanes(events: Sequence[ShownEvent], per_inch: float) -> list[int]:
    """Number of the lane of each name, from the top; -1 if there is no room for it.

    Taken from the last to the first, a name goes below those of all later events whose leaders
    would cross it otherwise. An inch has so many seconds.
    """
    lanes: list[int] = []
    for place in reversed(range(len(events))):
        until = events[place].at + (width(events[place]) + _ROOM) * per_inch
        later = zip(reversed(events), lanes, strict=False)
        lane = 1 + max((other for event, other in later if event.at <= until), default=-1)
        lanes.append(lane if lane < _MOST_LANES else -1)
    return lanes[::-1]


def width(event: ShownEvent) -> float:
    """Inches that the name of an event takes."""
    return text_width(event.text, _SIZE, "normal" if event.lasts_s is None else "bold")


def rows(events: Sequence[ShownEvent], left: float, wide: float, x: Scale) -> list[list[Panel]]:
    """Panel with names below their leaders, those of stops bold; none if there are no events."""
    lanes = in_lanes(events, x.high / wide)
    depth = max(lanes, default=-1) + 1
    elements: list[Element] = []
    for event, lane in zip(events, lanes, strict=True):
        is_stop, end = event.lasts_s is not None, lane + 0.85 if lane >= 0 else 0.15
        elements.append(Strokes(_STOP if is_stop else _CHANGE, event.at, 0.0, event.at, end))
        if lane >= 0:
            at, colour = (event.at, lane + 0.55), INK if is_stop else NEUTRAL
            elements.append(Text(event.text, at, (3, 0), "data", colour, _SIZE, is_stop))
    bare, y = x._replace(ticks=(), names=(), label=""), Scale(depth, 0.0)
    panel = Panel(left, wide, _LANE * depth, bare, y, elements, grid="", frame="")
    return [[panel]] if events else []
