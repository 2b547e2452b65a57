"""Calls of a sink as records: what the compiled engine tells of a trial, in the order of the calls.

Whoever listens reads them in one pass, or has them passed on, call by call, to sinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.model.saving import CheckpointSchedule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Sink
    from simtrain.model.saving import SaveCycle

SPENT, TRAINED, ROLLED_BACK, HAPPENED, SKIPPED, CENSUS = range(6)
"""Kinds of calls; that the trial ends is told by its ending."""

MOST_LOSSES = 8
"""Most causes that can slow one segment of training."""

CALL = np.dtype(
    [
        ("kind", "i4"),
        ("what", "i4"),  # state, event, number of the segment or of batches
        ("cause", "i4"),  # place among the names; -1 for none
        ("host", "i4"),
        ("start", "f8"),  # or the moment
        ("end", "f8"),  # or the position of the work
        ("job", "i4"),
        ("idle", "i4"),
        ("repair", "i4"),
        ("away", "i4"),
    ],
    align=True,
)
"""One call. What a kind does not have is not set."""

_FIELDS = tuple(CALL.fields or ())

SEGMENT = np.dtype(
    [
        ("start", "f8"),
        ("end", "f8"),
        ("work_start", "f8"),
        ("work_end", "f8"),
        ("train_s", "f8"),
        ("save_s", "f8"),
        ("saves", "i8"),
        ("productive_s", "f8"),
        ("losses", "i8"),  # how many there are
        ("loss_cause", "i8", (MOST_LOSSES,)),
        ("loss_s", "f8", (MOST_LOSSES,)),
        ("first_s", "f8"),
        ("every_s", "f8"),
        ("stall_s", "f8"),
        ("speed", "f8"),
        ("write_slowdown", "f8"),
        ("write_s", "f8"),
        ("write_left_s", "f8"),
        ("full_speed", "f8"),
        ("cycle", "i8"),  # number of the round of saves that differ, -1 for none
        ("place", "i8"),
    ],
    align=True,
)
"""A segment of training, and the schedule that it followed: fields in the order of both."""

_ENDS = list(SEGMENT.fields or ()).index("first_s")
"""Where the fields of the schedule begin."""


def pass_on(
    calls: NDArray[np.void],
    segments: NDArray[np.void],
    names: Sequence[str],
    sink: Sink,
    cycle_of: Callable[[int], SaveCycle] | None = None,
) -> None:
    """Make the calls of a trial, all but the last, which closes it.

    Parameters
    ----------
    calls, segments
        Records of `CALL` and `SEGMENT`, in order.
    names
        What the causes are called.
    cycle_of
        Round of saves by its number.
    """
    states, kinds = tuple(State), tuple(EventKind)
    trained = [_segment(row, names, cycle_of) for row in segments.tolist()]
    # Field by field: that takes a third of what a list of records takes.
    fields = [calls[field].tolist() for field in _FIELDS]
    for kind, what, cause, host, start, end, job, idle, repair, away in zip(*fields, strict=True):
        name = names[cause] if cause >= 0 else ""
        if kind == SPENT:
            sink.spent(states[what], name, start, end)
        elif kind == TRAINED:
            sink.trained(trained[what])
        elif kind == ROLLED_BACK:
            sink.rolled_back(start, end, name)
        elif kind == HAPPENED:
            sink.happened(start, kinds[what], name, host)
        elif kind == SKIPPED:
            sink.skipped(start, what, name)
        else:
            sink.census(start, Census(job, idle, repair, away))


def _segment(
    row: tuple[Any, ...], names: Sequence[str], cycle_of: Callable[[int], SaveCycle] | None
) -> Segment:
    """Segment of training of the fields of a record, which Python has as floats and integers."""
    *numbers, losses, causes, seconds = row[:_ENDS]
    *schedule, number, place = row[_ENDS:]
    cycle = cycle_of(number) if cycle_of is not None and number >= 0 else None
    lost: tuple[tuple[str, float], ...] = ()
    if losses:
        by = [names[cause] for cause in causes[:losses]]
        lost = tuple(zip(by, seconds[:losses].tolist(), strict=True))
    manner: list[Any] = [*schedule, cycle, place]
    return Segment._make((*numbers, lost, CheckpointSchedule(*manner)))
