"""Arithmetic of training and saving: between two faults, checkpoints are not simulated.

A segment trains for `first_s`, stalls, and from then on trains for `every_s` and stalls in turn.
After each stall a background write may go on and slow training for a while.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_SAME = 1e-9
"""Relative distance within which the end of some work coincides with a save."""


@dataclass(frozen=True, slots=True)
class CheckpointSchedule:
    """The manner of training in a segment, constant in it.

    Parameters
    ----------
    first_s, every_s
        Training until the first save, and between two saves.
    stall_s
        How long training stands still for a save.
    speed
        Work per time of training while no background write goes on, as a fraction of full speed.
    write_slowdown
        Fraction of that speed which a background write takes.
    write_s, write_left_s
        Duration of a background write, and what is left of one at the start of the segment.
    full_speed
        Full speed of the moment as a multiple of that of the start.
    """

    first_s: float
    every_s: float
    stall_s: float
    speed: float
    write_slowdown: float
    write_s: float
    write_left_s: float
    full_speed: float


@dataclass(slots=True)
class Done:
    """What a schedule has come to after some time.

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


def done_after(schedule: CheckpointSchedule, elapsed: float, before: bool = False) -> Done:
    """State of a segment `elapsed` seconds after its start, stalls included.

    A stall that ends just then is over, unless it is asked for the state `before` ends of phases,
    in which planned events find a job.
    """
    first, every, stall = schedule.first_s, schedule.every_s, schedule.stall_s
    if elapsed < first:
        return _done(schedule, elapsed, 0, 0.0, elapsed, None)
    cycles, rest = divmod(elapsed - first, every + stall)
    saves = int(cycles)
    train = first + saves * every
    if rest < stall or (before and rest == stall):
        return _done(schedule, train, saves, rest, 0.0, stall - rest)
    since = min(rest - stall, every)
    return _done(schedule, train + since, saves + 1, 0.0, since, None)


def done_with_work(schedule: CheckpointSchedule, productive: float) -> tuple[float, Done | None]:
    """When `productive` seconds of work are done; a save due just then is still to come.

    Never, where background writes leave no time for any work.
    """
    first = productive_of(schedule, schedule.first_s, schedule.write_left_s)
    if productive <= first * (1 + _SAME):
        train = train_for(schedule, productive, schedule.write_left_s)
        return train, _done(schedule, train, 0, 0.0, train, None)
    each = productive_of(schedule, schedule.every_s, schedule.write_s)
    if each <= 0.0:
        return math.inf, None
    saves = _saves_before(productive - first, each)
    since = train_for(schedule, productive - first - (saves - 1) * each, schedule.write_s)
    if schedule.write_slowdown == 0.0:
        train = productive / schedule.speed
    else:
        train = schedule.first_s + (saves - 1) * schedule.every_s + since
    return train + saves * schedule.stall_s, _done(schedule, train, saves, 0.0, since, None)


def time_to_save(schedule: CheckpointSchedule, number: int) -> tuple[float, Done]:
    """When a save begins, 1 being the number of the first, and what is done then."""
    before = number - 1
    train = schedule.first_s + before * schedule.every_s
    since = schedule.every_s if before else schedule.first_s
    done = _done(schedule, train, before, 0.0, since, None)
    return train + before * schedule.stall_s, done


def time_to_train(schedule: CheckpointSchedule, train: float) -> float:
    """Time until `train` seconds of training have passed, stalls included."""
    if train <= schedule.first_s:
        return train
    return train + _saves_before(train - schedule.first_s, schedule.every_s) * schedule.stall_s


def train_for(schedule: CheckpointSchedule, productive: float, write: float) -> float:
    """Training it takes to do `productive` of work, the first `write` seconds slowed."""
    slow = schedule.write_slowdown
    if slow == 0.0:
        return productive / schedule.speed
    if slow < 1.0 and productive <= schedule.speed * (1 - slow) * write:
        return productive / (schedule.speed * (1 - slow))
    return productive / schedule.speed + slow * write


def productive_of(schedule: CheckpointSchedule, train: float, write: float) -> float:
    """Work done in `train` seconds of training, the first `write` seconds slowed."""
    slow = schedule.write_slowdown
    if slow == 0.0:
        return schedule.speed * train
    return schedule.speed * (train - slow * min(train, write))


def _saves_before(work: float, each: float) -> int:
    """Number of saves strictly before `work`, the first at 0 and one after `each` of work."""
    return max(1, math.ceil(work / each * (1 - _SAME)))


def _done(
    schedule: CheckpointSchedule,
    train: float,
    saves: int,
    cut: float,
    since: float,
    stall_left: float | None,
) -> Done:
    if schedule.write_slowdown == 0.0:
        written = 0.0
    elif saves == 0:
        written = min(schedule.write_left_s, train)
    else:
        # A stall under way ends the training after the last completed save.
        last = since if stall_left is None else schedule.every_s
        written = (
            min(schedule.write_left_s, schedule.first_s)
            + (saves - 1) * min(schedule.write_s, schedule.every_s)
            + min(schedule.write_s, last)
        )
    productive = schedule.speed * (train - schedule.write_slowdown * written)
    save = saves * schedule.stall_s + cut
    return Done(train, save, saves, productive, written, since, stall_left)
