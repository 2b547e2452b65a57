"""Faults under which training went on in a trial: from the onset of each to its end."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import EventKind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from simtrain.accounts.recorder import Recorder

_WORKING = (State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD)


class LatentSpan(NamedTuple):
    """A fault under which training went on.

    Parameters
    ----------
    start, end
        Seconds since the start of the run: from the onset until a slow host passes or leaves for
        repair, or until tainted work is rolled back.
    cause, host
        Its class, and the host that it struck, or -1.
    """

    start: float
    end: float
    cause: str
    host: int


def latent_spans(
    recording: Recorder, slows: Container[str], taints: Container[str]
) -> list[LatentSpan]:
    """Faults of classes that slow hosts, and of classes that taint the work, by their onsets."""
    found: list[LatentSpan] = []
    slow: list[LatentSpan] = []
    tainted: list[tuple[LatentSpan, float]] = []  # and the position of the work at the onset
    position, rollbacks = _position(recording), iter(recording.rollbacks)
    for time, what, cause, host in recording.moments:
        if what is EventKind.FAULT and cause in slows:
            slow.append(LatentSpan(time, recording.ended, cause, host))
        elif what is EventKind.FAULT and cause in taints:
            if (onset := position(time)) is not None:
                tainted.append((LatentSpan(time, recording.ended, cause, host), onset))
        elif what is EventKind.ROLLBACK:
            work = next(rollbacks).work
            found += [span._replace(end=time) for span, onset in tainted if onset >= work]
            tainted = [(span, onset) for span, onset in tainted if onset < work]
        elif what in (EventKind.PASSED, EventKind.CORDON):
            over = [
                span
                for span in slow
                if span.host == host and (what is EventKind.CORDON or span.cause == cause)
            ]
            over = over if what is EventKind.CORDON else over[:1]
            found += [span._replace(end=time) for span in over]
            slow = [span for span in slow if span not in over]
    return sorted([*found, *slow, *(span for span, _ in tainted)])


def _position(recording: Recorder) -> Callable[[float], float | None]:
    """Position of the work at a moment; none where the job does not work and nothing is tainted."""
    intervals = recording.intervals()
    starts = [interval.start for interval in intervals]

    def position(time: float) -> float | None:
        index = bisect_right(starts, time) - 1
        if index < 0 or intervals[index].state not in _WORKING:
            return None
        start, end, _, _, low, high, *_ = intervals[index]
        return low + (high - low) * (time - start) / (end - start)

    return position
