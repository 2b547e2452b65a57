"""Arithmetic of training and saving: between two faults, checkpoints are not simulated.

A segment trains for `first_s`, stalls, and from then on trains for `every_s` and stalls in turn.
After each stall a background write may go on and slow training for a while.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain.accounts.timeline import CheckpointSchedule

_SAME = 1e-9
"""Relative distance within which the end of some work coincides with a save."""


@dataclass(slots=True)
class Done:
    """What a cadence has come to after some time.

    Times in seconds; `since_save_s` is training since the last stall (or the start), and
    `stall_left_s` what is left of a stall that is under way, or None.
    """

    train_s: float
    save_s: float
    saves: int
    productive_s: float
    written_s: float
    since_save_s: float
    stall_left_s: float | None


def done_after(cadence: CheckpointSchedule, elapsed: float, before: bool = False) -> Done:
    """State of a segment `elapsed` seconds after its start, stalls included.

    A stall that ends just then is over, unless it is asked for the state `before` ends of phases,
    in which planned events find a job.
    """
    first, every, stall = cadence.first_s, cadence.every_s, cadence.stall_s
    if elapsed < first:
        return _done(cadence, elapsed, 0, 0.0, elapsed, None)
    cycles, rest = divmod(elapsed - first, every + stall)
    saves = int(cycles)
    train = first + saves * every
    if rest < stall or (before and rest == stall):
        return _done(cadence, train, saves, rest, 0.0, stall - rest)
    since = min(rest - stall, every)
    return _done(cadence, train + since, saves + 1, 0.0, since, None)


def done_with_work(cadence: CheckpointSchedule, productive: float) -> tuple[float, Done | None]:
    """When `productive` seconds of work are done; a save due just then is still to come.

    Never, where background writes leave no time for any work.
    """
    first = productive_of(cadence, cadence.first_s, cadence.write_left_s)
    if productive <= first * (1 + _SAME):
        train = train_for(cadence, productive, cadence.write_left_s)
        return train, _done(cadence, train, 0, 0.0, train, None)
    each = productive_of(cadence, cadence.every_s, cadence.write_s)
    if each <= 0.0:
        return math.inf, None
    saves = _saves_before(productive - first, each)
    since = train_for(cadence, productive - first - (saves - 1) * each, cadence.write_s)
    if cadence.write_slowdown == 0.0:
        train = productive / cadence.speed
    else:
        train = cadence.first_s + (saves - 1) * cadence.every_s + since
    return train + saves * cadence.stall_s, _done(cadence, train, saves, 0.0, since, None)


def time_to_train(cadence: CheckpointSchedule, train: float) -> float:
    """Time until `train` seconds of training have passed, stalls included."""
    if train <= cadence.first_s:
        return train
    return train + _saves_before(train - cadence.first_s, cadence.every_s) * cadence.stall_s


def train_for(cadence: CheckpointSchedule, productive: float, write: float) -> float:
    """Training it takes to do `productive` of work, the first `write` seconds slowed."""
    slow = cadence.write_slowdown
    if slow == 0.0:
        return productive / cadence.speed
    if slow < 1.0 and productive <= cadence.speed * (1 - slow) * write:
        return productive / (cadence.speed * (1 - slow))
    return productive / cadence.speed + slow * write


def productive_of(cadence: CheckpointSchedule, train: float, write: float) -> float:
    """Work done in `train` seconds of training, the first `write` seconds slowed."""
    slow = cadence.write_slowdown
    if slow == 0.0:
        return cadence.speed * train
    return cadence.speed * (train - slow * min(train, write))


def _saves_before(work: float, each: float) -> int:
    """Number of saves strictly before `work`, the first at 0 and one after `each` of work."""
    return max(1, math.ceil(work / each * (1 - _SAME)))


def _done(
    cadence: CheckpointSchedule,
    train: float,
    saves: int,
    cut: float,
    since: float,
    stall_left: float | None,
) -> Done:
    if cadence.write_slowdown == 0.0:
        written = 0.0
    elif saves == 0:
        written = min(cadence.write_left_s, train)
    else:
        # A stall under way ends the training after the last completed save.
        last = since if stall_left is None else cadence.every_s
        written = (
            min(cadence.write_left_s, cadence.first_s)
            + (saves - 1) * min(cadence.write_s, cadence.every_s)
            + min(cadence.write_s, last)
        )
    productive = cadence.speed * (train - cadence.write_slowdown * written)
    save = saves * cadence.stall_s + cut
    return Done(train, save, saves, productive, written, since, stall_left)
