"""Positions of the work, looked up in a whole recording: the twin of the sinks that track them."""

from __future__ import annotations

from collections.abc import Iterable

from simtrain.accounts.intervals import position_in
from simtrain.accounts.recorder import Event, Recorder, Rollback
from simtrain.accounts.timeline import Segment


def work_at(recorder: Recorder, times: Iterable[float]) -> list[float]:
    """Position of the work at some moments, which must be in order.

    A position may still be rolled back later; between two saves it rises evenly.
    """
    # What happens in a segment is reported before the segment, and moves no work.
    records = (one for one in recorder._records if not isinstance(one, Event))
    current = next(records, None)
    position, positions = 0.0, []
    for time in times:
        while current is not None and _is_over(current, time):
            position = _position_after(current, position)
            current = next(records, None)
        if isinstance(current, Segment) and current.start < time:
            positions.append(position_in(current, time))
        else:
            positions.append(position)
    return positions


def _is_over(records: object, time: float) -> bool:
    return (records.time if isinstance(records, Rollback) else records.end) <= time


def _position_after(records: object, position: float) -> float:
    if isinstance(records, Segment):
        return records.work_end
    return min(position, records.work) if isinstance(records, Rollback) else position
