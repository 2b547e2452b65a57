"""Arithmetic of training and saving: between two faults, checkpoints are not simulated.

A segment trains for `first_s`, stalls, and from then on trains for `every_s` and stalls in turn.
After each stall a background write may go on and slow training for a while. Saves that differ, as
those of several tiers do, repeat in a cycle.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

_SAME = 1e-9
"""Relative distance within which the end of some work coincides with a save."""


class Repeated:
    """Amounts that come again and again in the same order, and sums of any number of them.

    Parameters
    ----------
    amounts
        One round of them.
    """

    __slots__ = ("_number", "_sums", "amounts", "round")

    def __init__(self, amounts: Sequence[float]):
        self.amounts = tuple(amounts)
        self.round = math.fsum(amounts)
        self._number = len(self.amounts)
        self._sums = list(accumulate((*amounts, *amounts), initial=0.0))

    def sum(self, number: int, first: int) -> float:
        """Sum of a number of them, the first of which has place `first` in the round."""
        rounds, rest = divmod(number, self._number)
        return rounds * self.round + self._sums[first + rest] - self._sums[first]

    def within(self, total: float, first: int) -> int:
        """How many come to at most `total` together."""
        rounds, rest = divmod(total, self.round)
        end = first + self._number
        place = bisect_right(self._sums, self._sums[first] + rest, first + 1, end)
        return int(rounds) * self._number + place - first - 1

    def below(self, total: float, first: int) -> int:
        """How many begin before `total` is reached."""
        rounds, rest = divmod(total, self.round)
        end = first + self._number
        place = bisect_left(self._sums, self._sums[first] + rest, first, end)
        return int(rounds) * self._number + place - first


class SaveCycle:
    """Saves that differ from one to the next, in a round that repeats.

    Parameters
    ----------
    stall_s, every_s, write_s
        Of each save of a round: how long training stands still, then trains until the next one,
        and for how long it is written in the background meanwhile.
    speed, write_slowdown
        As in the schedule.
    """

    __slots__ = ("every_s", "outlast", "productive_s", "spans_s", "stall_s", "train_s", "write_s",
                 "written_s")  # fmt: skip

    def __init__(
        self,
        stall_s: Sequence[float],
        every_s: Sequence[float],
        write_s: Sequence[float],
        speed: float,
        write_slowdown: float,
    ):
        pairs = list(zip(every_s, write_s, strict=True))
        written = [min(write, every) for every, write in pairs]
        self.write_s = tuple(write_s)
        self.stall_s = Repeated(stall_s)
        self.train_s = Repeated(every_s)
        self.spans_s = Repeated([a + b for a, b in zip(stall_s, every_s, strict=True)])
        self.written_s = Repeated(written)
        self.productive_s = Repeated(
            [
                speed * (every - write_slowdown * w)
                for (every, _), w in zip(pairs, written, strict=True)
            ]
        )
        self.outlast = write_slowdown > 0.0 and any(write > every for every, write in pairs)


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
    cycle, place
        Saves that differ, and the place of the first one in their round. Then `every_s`, `stall_s`
        and `write_s` are those of the first save.
    """

    first_s: float
    every_s: float
    stall_s: float
    speed: float
    write_slowdown: float
    write_s: float
    write_left_s: float
    full_speed: float
    cycle: SaveCycle | None = None
    place: int = 0

    def save(self, number: int) -> tuple[float, float, float]:
        """Stall of a save, training from it to the next, and its background write.

        The first save has number 0.
        """
        cycle = self.cycle
        if cycle is None:
            return self.stall_s, self.every_s, self.write_s
        place = (self.place + number) % len(cycle.write_s)
        return cycle.stall_s.amounts[place], cycle.train_s.amounts[place], cycle.write_s[place]

    def stalls_s(self, saves: int) -> float:
        """Stalls of the first saves."""
        if self.cycle is None:
            return saves * self.stall_s
        return self.cycle.stall_s.sum(saves, self.place)

    def train_s(self, saves: int) -> float:
        """Training that follows on the first saves, up to the next one."""
        if self.cycle is None:
            return saves * self.every_s
        return self.cycle.train_s.sum(saves, self.place)

    def written_s(self, saves: int) -> float:
        """Training beside background writes after the first saves."""
        if self.cycle is None:
            return saves * min(self.write_s, self.every_s)
        return self.cycle.written_s.sum(saves, self.place)

    def productive_s(self, saves: int) -> float:
        """Work done after the first saves, up to the next one."""
        if self.cycle is None:
            return saves * productive_of(self, self.every_s, self.write_s)
        return self.cycle.productive_s.sum(saves, self.place)

    def rounds(self, seconds: float) -> tuple[int, float]:
        """Saves whose stalls and training until the next one are over, and the time since."""
        if self.cycle is None:
            saves, rest = divmod(seconds, self.every_s + self.stall_s)
            return int(saves), rest
        number = self.cycle.spans_s.within(seconds, self.place)
        return number, seconds - self.cycle.spans_s.sum(number, self.place)

    def saves_before(self, train: float) -> int:
        """Saves strictly before so much training, the first at 0."""
        if self.cycle is None:
            return _saves_before(train, self.every_s)
        return max(1, self.cycle.train_s.below(train * (1 - _SAME), self.place))

    def saves_before_work(self, work: float) -> int | None:
        """Saves strictly before so much work, the first at 0; None if work makes no progress."""
        each = self.productive_s(1) if self.cycle is None else self.cycle.productive_s.round
        if each <= 0.0:
            return None
        if self.cycle is None:
            return _saves_before(work, each)
        return max(1, self.cycle.productive_s.below(work * (1 - _SAME), self.place))


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
    first = schedule.first_s
    if elapsed < first:
        return _done(schedule, elapsed, 0, 0.0, elapsed, None)
    saves, rest = schedule.rounds(elapsed - first)
    train = first + schedule.train_s(saves)
    stall, every, _ = schedule.save(saves)
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
        train = _train_for(schedule, productive, schedule.write_left_s)
        return train, _done(schedule, train, 0, 0.0, train, None)
    saves = schedule.saves_before_work(productive - first)
    if saves is None:
        return math.inf, None
    _, _, write = schedule.save(saves - 1)
    since = _train_for(schedule, productive - first - schedule.productive_s(saves - 1), write)
    if schedule.write_slowdown == 0.0:
        train = productive / schedule.speed
    else:
        train = schedule.first_s + schedule.train_s(saves - 1) + since
    return train + schedule.stalls_s(saves), _done(schedule, train, saves, 0.0, since, None)


def time_to_save(schedule: CheckpointSchedule, number: int) -> tuple[float, Done]:
    """When a save begins, 1 being the number of the first, and what is done then."""
    before = number - 1
    train = schedule.first_s + schedule.train_s(before)
    since = schedule.save(before - 1)[1] if before else schedule.first_s
    done = _done(schedule, train, before, 0.0, since, None)
    return train + schedule.stalls_s(before), done


def time_to_train(schedule: CheckpointSchedule, train: float) -> float:
    """Time until `train` seconds of training have passed, stalls included."""
    if train <= schedule.first_s:
        return train
    return train + schedule.stalls_s(schedule.saves_before(train - schedule.first_s))


def even_parts(
    schedule: CheckpointSchedule, seconds: float
) -> Iterator[tuple[float, float, CheckpointSchedule]]:
    """Schedules of saves that are all alike, one after the other, which make up one of some time.

    Yields
    ------
    since, work, part
        When it begins, what is done by then, and the schedule that holds from there on.
    """
    if schedule.cycle is None:
        yield 0.0, 0.0, schedule
        return
    since = work = 0.0
    saves, first, left = 0, schedule.first_s, schedule.write_left_s
    while True:
        stall, every, write = schedule.save(saves)
        alike, most = 1, len(schedule.cycle.write_s)
        while alike < most and schedule.save(saves + alike) == (stall, every, write):
            alike += 1
        part = replace(
            schedule, first_s=first, every_s=every, stall_s=stall, write_s=write,
            write_left_s=left, cycle=None, place=0,
        )  # fmt: skip
        yield since, work, part
        since += first + alike * stall + (alike - 1) * every
        work += productive_of(part, first, left) + part.productive_s(alike - 1)
        saves, first, left = saves + alike, every, write
        if since >= seconds:
            return


def train_for(productive: float, write: float, speed: float, slowdown: float) -> float:
    """Training it takes to do `productive` of work, the first `write` seconds slowed."""
    if slowdown == 0.0:
        return productive / speed
    if slowdown < 1.0 and productive <= speed * (1 - slowdown) * write:
        return productive / (speed * (1 - slowdown))
    return productive / speed + slowdown * write


def productive_of(schedule: CheckpointSchedule, train: float, write: float) -> float:
    """Work done in `train` seconds of training, the first `write` seconds slowed."""
    slow = schedule.write_slowdown
    if slow == 0.0:
        return schedule.speed * train
    return schedule.speed * (train - slow * min(train, write))


def _train_for(schedule: CheckpointSchedule, productive: float, write: float) -> float:
    return train_for(productive, write, schedule.speed, schedule.write_slowdown)


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
        _, every, write = schedule.save(saves - 1)
        last = since if stall_left is None else every
        written = min(schedule.write_left_s, schedule.first_s) + schedule.written_s(saves - 1)
        written += min(write, last)
    productive = schedule.speed * (train - schedule.write_slowdown * written)
    save = schedule.stalls_s(saves) + cut
    return Done(train, save, saves, productive, written, since, stall_left)
