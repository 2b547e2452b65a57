"""What the compiled engine tells of a trial: one record for each call of a sink."""

from __future__ import annotations

from simtrain.accounts.timeline import EventKind, State
from simtrain.compiled.caching import kernel
from simtrain.compiled.calls import (
    CENSUS,
    HAPPENED,
    MOST_LOSSES,
    ROLLED_BACK,
    SKIPPED,
    SPENT,
    TRAINED,
)
from simtrain.compiled.layout import (
    SHORT_OF_CALLS,
    SHORT_OF_SEGMENTS,
    call_at,
    segment_at,
    trial_at,
)
from simtrain.compiled.routines import routine

(
    TRAIN, CHECKPOINT_SAVE, DETECTION, RESPONSE, DIAGNOSIS, HOST_WAIT, RESTART, CHECKPOINT_LOAD,
    MAINTENANCE, PAUSED, QUEUE_WAIT,
) = map(int, State)  # fmt: skip
(
    FAULT, INTERRUPTION, STOP, LAUNCH, FAILED_LAUNCH, AUTOMATIC_RESTART, MANUAL_RESTART,
    PLANNED_RESTART, SAVE, ROLLBACK, CORDON, SWAP_IN, RETURN, RETURN_BAD, RETIRE, SPARE_FAULT,
    PERSON_CALLED, CHANGE, FINISH, TRUNCATED, BACK, NOTICED, PASSED, STRUCK_TOO, LOAD, POWER,
    RECONFIGURATION, REJOIN, HOT_SWAP,
) = map(int, EventKind)  # fmt: skip


@kernel
def be_short(t: int, what: int) -> None:
    """Take note that the trial has to be told once more, with more of something."""
    s = trial_at(t, 0)
    if s.short == 0:
        s.short = what


@kernel
def _next_call(t: int, kind: int, cause: int) -> int:
    s = trial_at(t, 0)
    number = s.calls_n
    if number + 1 < s.calls_cap:
        s.calls_n += 1
    else:
        be_short(t, SHORT_OF_CALLS)
    call = call_at(s.calls, number)
    call.kind = kind
    call.cause = cause
    call.host = -1
    return number


@kernel
def spent(t: int, state: int, cause: int, start: float, end: float) -> None:
    """Tell what the job did outside training."""
    call = call_at(trial_at(t, 0).calls, _next_call(t, SPENT, cause))
    call.what = state
    call.start = start
    call.end = end


@routine
def rolled_back(t: int, time: float, work: float, cause: int) -> None:
    """Tell that the work behind a position is lost."""
    call = call_at(trial_at(t, 0).calls, _next_call(t, ROLLED_BACK, cause))
    call.start = time
    call.end = work


@kernel
def happened(t: int, time: float, what: int, cause: int, host: int) -> None:
    """Tell of a moment, with the host that it concerns or -1."""
    call = call_at(trial_at(t, 0).calls, _next_call(t, HAPPENED, cause))
    call.what = what
    call.host = host
    call.start = time


@routine
def skipped(t: int, time: float, batches: int, cause: int) -> None:
    """Tell of batches that are left out."""
    call = call_at(trial_at(t, 0).calls, _next_call(t, SKIPPED, cause))
    call.what = batches
    call.start = time


@kernel
def census(t: int, time: float, job: int, idle: int, repair: int, away: int) -> None:
    """Tell where hosts are from now on."""
    call = call_at(trial_at(t, 0).calls, _next_call(t, CENSUS, -1))
    call.start = time
    call.job = job
    call.idle = idle
    call.repair = repair
    call.away = away


@routine
def begin_segment(t: int) -> int:
    """Tell of a segment of training, and give its number: the rest is set there."""
    s = trial_at(t, 0)
    number = s.segments_n
    if number + 1 < s.segments_cap:
        s.segments_n += 1
    else:
        be_short(t, SHORT_OF_SEGMENTS)
    call_at(s.calls, _next_call(t, TRAINED, -1)).what = number
    segment_at(s.segments, number).losses = 0
    return number


@routine
def add_loss(t: int, number: int, cause: int, seconds: float) -> None:
    """Add what slowed a segment."""
    segment = segment_at(trial_at(t, 0).segments, number)
    place = segment.losses
    if place < MOST_LOSSES:
        segment.loss_cause[place] = cause
        segment.loss_s[place] = seconds
        segment.losses = place + 1
