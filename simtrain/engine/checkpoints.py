"""Which copies of the training state exist: nobody else knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Chance = Callable[[int], bool]
"""Whether something befalls the save with this number."""


class Copy(NamedTuple):
    """A copy that can be loaded: the number of its save (-1: the initial state) and its work."""

    save: int
    work: float


INITIAL = Copy(-1, 0.0)


class Saves(NamedTuple):
    """Saves that follow each other evenly.

    Parameters
    ----------
    count
        How many there are.
    durable, work
        When the first is durable, in seconds since the start, and the work it holds.
    durable_step, work_step
        From one to the next.
    """

    count: int
    durable: float
    work: float
    durable_step: float = 0.0
    work_step: float = 0.0


class Checkpoints:
    """All copies of one trial.

    Parameters
    ----------
    failed, corrupt
        Whether a save is unusable at once, or turns out so when loaded.
    """

    __slots__ = ("_batches", "_corrupt", "_failed", "_found_corrupt", "_made")

    def __init__(self, failed: Chance, corrupt: Chance):
        self._failed = failed
        self._corrupt = corrupt
        self._batches: list[tuple[int, Saves]] = []  # number of the first save, and the saves
        self._found_corrupt: set[int] = set()
        self._made = 0

    def saved(self, saves: Saves) -> None:
        """Take note of saves whose stalls are over."""
        self._batches.append((self._made, saves))
        self._made += saves.count

    def latest(self, trusted: float, durable_by: float, keep: int | None) -> Copy:
        """Newest usable copy of work not beyond `trusted` that was durable by a moment.

        Only the `keep` newest usable copies are retained. The initial state always exists.
        """
        kept = 0
        for first, (count, durable, work, durable_step, work_step) in reversed(self._batches):
            for index in range(count - 1, -1, -1):
                save = first + index
                if durable + index * durable_step > durable_by or self._failed(save):
                    continue
                kept += 1
                if keep is not None and kept > keep:
                    return INITIAL
                position = work + index * work_step
                if position <= trusted and save not in self._found_corrupt:
                    return Copy(save, position)
        return INITIAL

    def loads_well(self, copy: Copy) -> bool:
        """Whether `copy`, now loaded, is intact; a corrupt one is not offered again."""
        if copy.save < 0 or not self._corrupt(copy.save):
            return True
        self._found_corrupt.add(copy.save)
        return False

    def forget_beyond(self, copy: Copy) -> None:
        """Drop all copies newer than the one that training goes on from."""
        batches = self._batches
        while batches and batches[-1][0] > copy.save:
            batches.pop()
        if batches:
            first, saves = batches[-1]
            count = copy.save - first + 1
            if count < saves.count:
                batches[-1] = (first, saves._replace(count=count))
