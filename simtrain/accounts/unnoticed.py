"""Faults under which training went on in a trial: from the onset of each to its end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import EventKind, State
from simtrain.causes import CORRUPT_COPIES

if TYPE_CHECKING:
    from collections.abc import Container

    from simtrain.accounts.recorder import Recorder, Situation

_WORKING = (State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD)
_ENDS_OF_TRAINING = (EventKind.INTERRUPTION, EventKind.STOP)


class LatentSpan(NamedTuple):
    """A fault under which training went on.

    Parameters
    ----------
    start, end
        Seconds since the start of the run: from the onset until a slow host passes or leaves for
        repair, or until tainted work is rolled back. Where training ends before it has done any
        work since the onset, nothing is tainted any more.
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
    trained_until: float | None = None  # while it is launched anew, when training ended
    for (time, what, cause, host), situation in recording.situations():
        if what is EventKind.FAULT and cause in slows:
            slow.append(LatentSpan(time, recording.ended, cause, host))
        elif what is EventKind.FAULT and cause in taints:
            onset = situation.work
            if cause == CORRUPT_COPIES:  # the copy itself is no way back
                onset = math.nextafter(onset, -math.inf)
            elif not _works(situation, checks):  # and nothing is tainted
                continue
            tainted.append((LatentSpan(time, recording.ended, cause, host), onset))
        elif what is EventKind.ROLLBACK:
            # Compared to the last bit: a copy of the very position of an onset is trusted.
            work = situation.work
            found += [span._replace(end=time) for span, onset in tainted if onset >= work]
            tainted = [(span, onset) for span, onset in tainted if onset < work]
        elif what in _ENDS_OF_TRAINING:
            trained_until = time
        elif what is EventKind.LAUNCH and trained_until is not None:
            # It went back to a copy as old as the onset, which took no work and is no rollback.
            work = situation.work
            found += [s._replace(end=trained_until) for s, onset in tainted if onset >= work]
            tainted = [(span, onset) for span, onset in tainted if onset < work]
            trained_until = None
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


def _works(situation: Situation, checks: Container[str]) -> bool:
    """Whether the job works, so that a fault taints its work."""
    state, cause, _ = situation
    return state in _WORKING or (state is State.PAUSED and cause in checks)
