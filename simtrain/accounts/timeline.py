"""What happened in a trial: the words every later floor uses.

The engine reports to a `Sink` what the job does, interval by interval, and what happens to it. A
sink that sums and a sink that records get the same calls.
"""

from __future__ import annotations

import math
from enum import IntEnum, StrEnum, auto
from typing import NamedTuple, Protocol

from simtrain.model.saving import CheckpointSchedule


class State(IntEnum):
    """What the job is doing. `TRAIN` splits into productive, lost and degraded time."""

    TRAIN = 0
    CHECKPOINT_SAVE = auto()
    DETECTION = auto()
    RESPONSE = auto()
    DIAGNOSIS = auto()
    HOST_WAIT = auto()
    RESTART = auto()
    CHECKPOINT_LOAD = auto()
    MAINTENANCE = auto()
    PAUSED = auto()
    QUEUE_WAIT = auto()


class EventKind(IntEnum):
    """What happens at a moment; all but the repairs happen to the job."""

    FAULT = 0
    INTERRUPTION = auto()
    STOP = auto()
    LAUNCH = auto()
    FAILED_LAUNCH = auto()
    AUTOMATIC_RESTART = auto()
    MANUAL_RESTART = auto()
    PLANNED_RESTART = auto()
    SAVE = auto()
    ROLLBACK = auto()
    CORDON = auto()
    SWAP_IN = auto()
    RETURN = auto()
    RETURN_BAD = auto()
    RETIRE = auto()
    SPARE_FAULT = auto()
    PERSON_CALLED = auto()
    CHANGE = auto()
    FINISH = auto()
    TRUNCATED = auto()
    BACK = auto()
    NOTICED = auto()
    PASSED = auto()
    STRUCK_TOO = auto()  # a further host of the fault told of just before
    LOAD = auto()
    POWER = auto()  # the limit of power in force from now on, or none
    RECONFIGURATION = auto()
    REJOIN = auto()
    HOT_SWAP = auto()  # training goes on after a restart of swapped hosts alone


class Verdict(StrEnum):
    """How a trial ended. The last three are truncated: something else came before the end."""

    FINISHED = "finished"
    WINDOW_CLOSED = "window closed"
    OUT_OF_TIME = "out of time"
    OUT_OF_EVENTS = "out of events"
    GAVE_UP = "gave up"


class Ending(NamedTuple):
    """How a trial ended, and when.

    Parameters
    ----------
    wall_clock_s
        Seconds since the start.
    verdict
        How it ended.
    work_s
        Work that was to be done, in seconds at the full speed of the start; endless where a window
        is observed.
    """

    wall_clock_s: float
    verdict: Verdict
    work_s: float = math.inf

    @property
    def truncated(self) -> bool:
        """Whether a bound came before the end, or the job gave up."""
        return self.verdict in (Verdict.OUT_OF_TIME, Verdict.OUT_OF_EVENTS, Verdict.GAVE_UP)


class Census(NamedTuple):
    """Hosts by where they are; they add up to the hosts the cluster owns."""

    job: int
    idle: int
    repair: int
    away: int


class Segment(NamedTuple):
    """Training in one manner between two moments, with the saves that fall into it.

    Parameters
    ----------
    start, end
        Half-open span in seconds since the start of the run.
    work_start, work_end
        Position of the work, in seconds at the full speed of the start.
    train_s, save_s
        Time spent training, and in stalls for saving, the last one perhaps cut off.
    saves
        Stalls that were completed.
    productive_s
        Work done in the span, in seconds at the full speed of that moment.
    losses
        What kept `productive_s` below `train_s`: seconds by cause.
    schedule
        When saves fall and how fast work goes between them.
    """

    start: float
    end: float
    work_start: float
    work_end: float
    train_s: float
    save_s: float
    saves: int
    productive_s: float
    losses: tuple[tuple[str, float], ...]
    schedule: CheckpointSchedule


class Sink(Protocol):
    """Receiver of everything about a trial, of the job and of each host in order of time.

    A segment of training comes at its end, after what has happened to hosts in the meantime.
    """

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Report that the job was in `state` because of `cause` in [start, end)."""

    def trained(self, segment: Segment) -> None:
        """Report training, with the saves in it."""

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Report that all work behind position `work` is lost because of `cause`."""

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Report a moment, with the host it concerns if there is one."""

    def skipped(self, time: float, batches: int, cause: str) -> None:
        """Report that so many batches are left out because of `cause`."""

    def census(self, time: float, hosts: Census) -> None:
        """Report that from `time` on hosts are distributed like this."""

    def close(self, time: float) -> None:
        """Report that the trial ends."""
