"""What the job was doing in each span of time, with the saves of a segment unfolded one by one.

Saves are unfolded by a plain loop, which shares no arithmetic with the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import Segment, State
from simtrain.causes import BACKGROUND_WRITE, CHECKPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.model.saving import CheckpointSchedule


class Interval(NamedTuple):
    """What the job was doing in a half-open span of time.

    Parameters
    ----------
    start, end
        Seconds since the start of the run.
    state, cause
        What the job was doing, and why; training needs no cause.
    work_start, work_end
        Position of the work, in seconds at the full speed of the start.
    productive_s
        Work done in the span, in seconds at the full speed of that moment.
    losses
        What kept `productive_s` below the length of the span: seconds by cause.
    """

    start: float
    end: float
    state: State
    cause: str
    work_start: float
    work_end: float
    productive_s: float = 0.0
    losses: tuple[tuple[str, float], ...] = ()


def position_in(segment: Segment, time: float) -> float:
    """Position of the work at a moment within a segment."""
    for piece in unfold(segment):
        if piece.end >= time:
            share = (time - piece.start) / (piece.end - piece.start)
            return piece.work_start + share * (piece.work_end - piece.work_start)
    return segment.work_end


def unfold(segment: Segment) -> Iterator[Interval]:
    """Pieces of training and stalls of a segment in turn, until it ends."""
    schedule = segment.schedule
    slowness = _slowness(segment)
    time, work = segment.start, segment.work_start
    train, write = schedule.first_s, schedule.write_left_s
    saves = 0
    while time < segment.end:
        end = min(time + train, segment.end)
        if end > time:
            piece = _piece(time, end, work, write, schedule, slowness)
            yield piece
            time, work = end, piece.work_end
        stall, train, write = schedule.save(saves)
        saves += 1
        end = min(time + stall, segment.end)
        if end > time:
            yield Interval(time, end, State.CHECKPOINT_SAVE, CHECKPOINTS, work, work)
        time = end


def _piece(
    start: float,
    end: float,
    work: float,
    write: float,
    schedule: CheckpointSchedule,
    slowness: dict[str, float],
) -> Interval:
    """Training from `start` to `end`, its first `write` seconds beside a background write."""
    seconds = end - start
    slow = min(write, seconds)
    written = schedule.speed * schedule.write_slowdown * slow
    productive = schedule.speed * (1.0 - schedule.write_slowdown) * slow
    productive += schedule.speed * (seconds - slow)
    losses = {cause: share * seconds for cause, share in slowness.items()}
    if written:
        losses[BACKGROUND_WRITE] = written
    reached = work + productive * schedule.full_speed
    return Interval(start, end, State.TRAIN, "", work, reached, productive, tuple(losses.items()))


def _slowness(segment: Segment) -> dict[str, float]:
    """How much of each second of training is lost outside background writes, by cause."""
    others = {cause: s for cause, s in segment.losses if cause != BACKGROUND_WRITE}
    total = sum(others.values())
    slowness = 1.0 - segment.schedule.speed
    return {cause: slowness * s / total for cause, s in others.items()} if total else {}
