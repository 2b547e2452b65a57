"""Intervals in, categories and causes out: the sink that only sums.

Work is provisional until no rollback can reach behind it. The ledger keeps the pieces of work in
order of their position; a rollback takes back the pieces behind the place it returns to and books
them as lost, so that nothing is found by subtraction from a total.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simtrain.accounts.hosts_down import HostsDown
from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.causes import CHECKPOINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class Category(StrEnum):
    """Every second of wall-clock belongs to exactly one of these."""

    PRODUCTIVE = "productive"
    LOST_WORK = "lost_work"
    DEGRADED = "degraded"
    CHECKPOINT_SAVE = "checkpoint_save"
    DETECTION = "detection"
    RESPONSE = "response"
    DIAGNOSIS = "diagnosis"
    HOST_WAIT = "host_wait"
    RESTART = "restart"
    CHECKPOINT_LOAD = "checkpoint_load"
    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    QUEUE_WAIT = "queue_wait"


# Looking a member up in its class costs more than what is done with it.
_SAVE, _WAIT, _QUEUE = State.CHECKPOINT_SAVE, State.HOST_WAIT, State.QUEUE_WAIT
_LAUNCH = EventKind.LAUNCH
_PLAIN = frozenset(State) - {_SAVE, _WAIT, _QUEUE}  # of which the time is all that counts
_INTERRUPTION, _STOP = EventKind.INTERRUPTION, EventKind.STOP


class Ledger:
    """Sums of one trial; a `Sink`.

    Attributes
    ----------
    counts
        How often each `EventKind` came.
    badput
        Seconds that were not productive, by cause.
    longest_run_s
        Longest time without an end of training: from where it begins to the next interruption or
        stop, with checks, and with what it takes to go on with fewer replicas.
    queue_s
        Time in the queue, and waiting for hosts before the first launch.
    time_by_census
        Seconds by where hosts were.
    skipped_batches
        Batches that were left out after loss spikes.
    starts_over
        Rollbacks to the very start although saves had been made.
    """

    def __init__(self) -> None:
        self._spent = [0.0] * len(State)
        self._degraded = 0.0
        self._lost = 0.0
        self._pieces: list[tuple[float, float, float]] = []  # work from, work to, seconds
        self._run_since = -1.0  # negative while training has ended
        self._census = Census(0, 0, 0, 0)
        self._census_since = 0.0
        self.counts = [0] * len(EventKind)
        self._saves = 0
        self.badput: defaultdict[str, float] = defaultdict(float)
        self.longest_run_s = 0.0
        self.queue_s = 0.0
        self.time_by_census: defaultdict[Census, float] = defaultdict(float)
        self.skipped_batches = 0
        self.starts_over = 0

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Book an interval outside training."""
        seconds = end - start
        self._spent[state] += seconds
        self.badput[cause] += seconds
        if state in _PLAIN:
            return
        if state is _SAVE:
            if self._run_since < 0.0:
                self._run_since = start
        elif state is _QUEUE or not self.counts[_LAUNCH]:
            self.queue_s += seconds

    def trained(self, segment: Segment) -> None:
        """Book training: its work provisionally, its slowness and its stalls for good."""
        start, _, work_start, work_end, _, save_s, saves, productive_s, losses, _ = segment
        self._pieces.append((work_start, work_end, productive_s))
        for cause, seconds in losses:
            self._degraded += seconds
            self.badput[cause] += seconds
        if save_s:
            self._spent[_SAVE] += save_s
            self.badput[CHECKPOINTS] += save_s
        self._saves += saves
        if self._run_since < 0.0:
            self._run_since = start

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Book all work behind position `work` as lost."""
        pieces = self._pieces
        lost = 0.0
        while pieces and pieces[-1][1] > work:
            start, end, seconds = pieces.pop()
            if start >= work:
                lost += seconds
                continue
            kept = seconds * (work - start) / (end - start)
            pieces.append((start, work, kept))
            lost += seconds - kept
        self._lost += lost
        self.badput[cause] += lost
        if work == 0.0 and self.saves:
            self.starts_over += 1

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Count, and end the run under way with training."""
        self.counts[what] += 1
        if what is _INTERRUPTION or what is _STOP:
            self._end_run(time)

    def skipped(self, time: float, batches: int, cause: str) -> None:
        """Count batches that are left out."""
        self.skipped_batches += batches

    def census(self, time: float, hosts: Census) -> None:
        """Close the time of the last census and begin anew."""
        if time > self._census_since:
            self.time_by_census[self._census] += time - self._census_since
            self._census_since = time
        self._census = hosts

    def close(self, time: float) -> None:
        """End the books at the end of the trial."""
        self._end_run(time)
        self.census(time, self._census)

    @property
    def saves(self) -> int:
        """Number of completed saves."""
        return self._saves + self.counts[EventKind.SAVE]

    @property
    def host_s(self) -> list[float]:
        """Host-seconds in the job, idle, in repair and away."""
        in_job = idle = in_repair = away = 0.0
        for hosts, seconds in self.time_by_census.items():
            in_job += hosts[0] * seconds
            idle += hosts[1] * seconds
            in_repair += hosts[2] * seconds
            away += hosts[3] * seconds
        return [in_job, idle, in_repair, away]

    @property
    def down(self) -> HostsDown:
        """How many hosts were down at once."""
        return HostsDown.of(self.time_by_census)

    def categories(self) -> dict[Category, float]:
        """Seconds by category; what is still provisional counts as productive."""
        productive = sum(seconds for _, _, seconds in self._pieces)
        return by_category(productive, self._lost, self._degraded, self._spent)

    def _end_run(self, time: float) -> None:
        if self._run_since >= 0.0:
            self.longest_run_s = max(self.longest_run_s, time - self._run_since)
            self._run_since = -1.0


def by_category(
    productive: Any, lost: Any, degraded: Any, spent: Sequence[Any] | NDArray[np.float64]
) -> dict[Category, Any]:
    """Seconds by category, of one trial or as arrays over trials.

    Parameters
    ----------
    productive, lost, degraded
        Seconds of training that was kept, of work that was lost, and of slowness.
    spent
        Seconds by `State`, of which training is not used.
    """
    booked = {
        Category.PRODUCTIVE: productive,
        Category.LOST_WORK: lost,
        Category.DEGRADED: degraded,
        **{Category[state.name]: spent[state] for state in State if state},
    }
    return {category: booked[category] for category in Category}
