"""Names along a calendar, in lanes so that none runs into another or is crossed by a leader."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.show.figure import FAINT, INK, NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simtrain.show.timeline.events import Event

LANE = 0.2
"""Height of a lane, in inches."""

_SIZE = 8.5
_MOST_LANES = 12
_ROOM = 0.12
"""Inches between two names."""


class Named(NamedTuple):
    """An event with the place of its name.

    Parameters
    ----------
    event
        The event.
    inches
        How wide its name is.
    lane
        Number of its lane from the top; -1 if there is no room for the name.
    """

    event: Event
    inches: float
    lane: int = -1


def measured(figure: Figure, events: Sequence[Event]) -> list[Named]:
    """Tell how wide the name of each event will be in a figure."""
    return [Named(event, _width(figure, event)) for event in events]


def room(named: Sequence[Named], end: float, inches: float, margin: float) -> float:
    """Inches of a calendar up to `end` that leave room for every name right of its event.

    Parameters
    ----------
    named
        Events up to `end`, in seconds.
    end
        End of the calendar, in seconds.
    inches, margin
        Inches of it at most, and how many are right of it then.
    """
    needed = [
        (inches + margin - one.inches) * end / one.event.at for one in named if one.event.at > 0
    ]
    return min([inches, *needed])


def in_lanes(named: Sequence[Named], per_inch: float) -> list[Named]:
    """Choose a lane for the name of each event, which are in order.

    Taken from the last to the first, a name goes below those of all later events whose leaders
    would cross it otherwise.

    Parameters
    ----------
    named
        Events and the width of their names.
    per_inch
        Seconds of an inch.
    """
    placed: list[Named] = []
    for one in reversed(named):
        until = one.event.at + (one.inches + _ROOM) * per_inch
        lane = 1 + max((other.lane for other in placed if other.event.at <= until), default=-1)
        placed.append(one._replace(lane=lane if lane < _MOST_LANES else -1))
    return placed[::-1]


def draw(axes: Axes, named: Sequence[Named], lanes: int) -> None:
    """Write names below their leaders; those of stops are bold."""
    axes.set_ylim(lanes, 0)
    axes.set_axis_off()
    for event, _, lane in named:
        stop = event.lasts_s is not None
        colour = INK if stop else NEUTRAL
        axes.plot(
            [event.at] * 2, [0, lane + 0.85 if lane >= 0 else 0.15], color=INK if stop else FAINT,
            lw=0.9 if stop else 0.7, clip_on=False,
        )  # fmt: skip
        if lane >= 0:
            axes.annotate(
                event.text, (event.at, lane + 0.55), (3, 0),
                textcoords="offset points", va="center",
                fontsize=_SIZE, color=colour, weight="bold" if stop else "normal",
                annotation_clip=False,
            )  # fmt: skip


def _width(figure: Figure, event: Event) -> float:
    """Inches that the name of an event takes."""
    weight = "normal" if event.lasts_s is None else "bold"
    text = figure.text(0, 0, event.text, fontsize=_SIZE, weight=weight)
    wide = text.get_window_extent().width / figure.dpi
    text.remove()
    return float(wide)
