"""Faults under which training went on in a trial: from the onset of each to its end."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import EventKind, State
from simtrain.causes import CORRUPT_COPIES

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
    recording: Recorder,
    slows: Container[str],
    taints: Container[str],
    checks: Container[str] = (),
) -> list[LatentSpan]:
    """Faults of classes that slow hosts, and of classes that taint the work, by their onsets.

    Parameters
    ----------
    recording
        The trial.
    slows, taints
        Causes that slow hosts, and those that taint the work.
    checks
        Checks: while the job pauses for one of them, the work can be tainted as well.
    """
    found: list[LatentSpan] = []
    slow: list[LatentSpan] = []
    tainted: list[tuple[LatentSpan, float]] = []  # and the position of the work at the onset
    position, rollbacks = _position(recording, checks), iter(recording.rollbacks)
    for time, what, cause, host in recording.moments:
        if what is EventKind.FAULT and cause in slows:
            slow.append(LatentSpan(time, recording.ended, cause, host))
        elif what is EventKind.FAULT and cause in taints:
            if (onset := position(time)) is not None:
                if cause == CORRUPT_COPIES:  # the copy itself is no way back
                    onset = math.nextafter(onset, -math.inf)
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


def _position(recording: Recorder, checks: Container[str]) -> Callable[[float], float | None]:
    """Position of the work at a moment; none where the job does not work and nothing is tainted."""
    intervals = recording.intervals()
    starts = [interval.start for interval in intervals]

    def position(time: float) -> float | None:
        index = bisect_right(starts, time) - 1
        if index < 0:
            return None
        start, end, state, cause, low, high, *_ = intervals[index]
        if state not in _WORKING and not (state is State.PAUSED and cause in checks):
            return None
        return low + (high - low) * (time - start) / (end - start)

    return position
