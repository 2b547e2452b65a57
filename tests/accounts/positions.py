"""Positions of the work, looked up in a whole recording: the twin of what listens as it is told."""

from __future__ import annotations

from collections.abc import Iterable

from simtrain.accounts.recorder import Event, Recorder, Rollback, position_in
from simtrain.accounts.timeline import Segment


def work_at(recorder: Recorder, times: Iterable[float]) -> list[float]:
    """Position of the work at some moments, which must be in order.

    A position may still be rolled back later; between two saves it rises evenly.
    """
    # What happens in a segment is told before the segment is, and moves no work.
    told = (one for one in recorder._told if not isinstance(one, Event))
    current = next(told, None)
    position, positions = 0.0, []
    for time in times:
        while current is not None and _is_over(current, time):
            position = _position_after(current, position)
            current = next(told, None)
        if isinstance(current, Segment) and current.start < time:
            positions.append(position_in(current, time))
        else:
            positions.append(position)
    return positions


def _is_over(told: object, time: float) -> bool:
    return (told.time if isinstance(told, Rollback) else told.end) <= time


def _position_after(told: object, position: float) -> float:
    if isinstance(told, Segment):
        return told.work_end
    return min(position, told.work) if isinstance(told, Rollback) else position
