"""Which copies of the training state exist: nobody else knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from simtrain.engine.draws import Draws, Stream


class Copy(NamedTuple):
    """A copy that can be loaded: the number of its save (-1: the initial state) and its work."""

    save: int
    work: float


INITIAL = Copy(-1, 0.0)


class Saves(NamedTuple):
    """Saves that follow each other evenly.

    Parameters
    ----------
    number
        How many there are.
    durable, work
        When the first is durable, in seconds since the start, and the work it holds.
    durable_step, work_step
        From one to the next.
    failure, corrupt
        Probability that one is unusable at once, and that it turns out so when loaded.
    """

    number: int
    durable: float
    work: float
    durable_step: float = 0.0
    work_step: float = 0.0
    failure: float = 0.0
    corrupt: float = 0.0


class Checkpoints:
    """All copies of one trial."""

    __slots__ = ("_batches", "_corrupt", "_fails", "_found_corrupt", "_made", "_oldest")

    def __init__(self, draws: Draws):
        self._fails = draws.stream("save fails", width=1, shift=8)
        self._corrupt = draws.stream("copy is corrupt", width=1, shift=8)
        # Number of the first save, how many of them are not forgotten, and the saves.
        self._batches: list[tuple[int, int, Saves]] = []
        self._found_corrupt: set[int] = set()
        self._made = 0
        self._oldest = 0  # what was saved before has been deleted

    def saved(self, saves: Saves) -> None:
        """Take note of saves whose stalls are over."""
        self._batches.append((self._made, saves.number, saves))
        self._made += saves.number

    @property
    def newest_is_usable(self) -> bool:
        """Whether the last save did not fail."""
        first, count, saves = self._batches[-1]
        return not _befalls(self._fails, first + count - 1, saves.failure)

    def go_back(self, trusted: float, durable_by: float, keep: int | None) -> Copy:
        """Return to the newest usable copy, and forget all that came after it.

        Parameters
        ----------
        trusted
            Furthest position of the work that the copy may hold.
        durable_by
            Moment at which background writes ended.
        keep
            How many usable copies are retained, the newest ones; None for all. The initial state
            always exists.
        """
        copies: Iterator[Copy] = self._usable(durable_by)
        if keep is not None:
            retained = list(islice(copies, keep))
            if retained:
                self._oldest = retained[-1].save
            copies = iter(retained)
        for copy in copies:
            if copy.work <= trusted and copy.save not in self._found_corrupt:
                break
        else:
            copy = INITIAL
        self._forget_beyond(copy)
        return copy

    def loads_well(self, copy: Copy) -> bool:
        """Whether `copy`, now loaded, is intact; a corrupt one is not offered again."""
        if copy.save < 0:
            return True
        _, _, saves = self._batches[-1]
        if not _befalls(self._corrupt, copy.save, saves.corrupt):
            return True
        self._found_corrupt.add(copy.save)
        return False

    def _usable(self, durable_by: float) -> Iterator[Copy]:
        """Copies that exist, newest first."""
        for first, count, saves in reversed(self._batches):
            _, durable, work, durable_step, work_step, failure, _ = saves
            if failure >= 1.0:
                continue
            for index in range(count - 1, -1, -1):
                save = first + index
                if save < self._oldest:
                    return
                if durable + index * durable_step > durable_by:
                    continue
                if not _befalls(self._fails, save, failure):
                    yield Copy(save, work + index * work_step)

    def _forget_beyond(self, copy: Copy) -> None:
        batches, (newest, _) = self._batches, copy
        while batches and batches[-1][0] > newest:
            batches.pop()
        if batches:
            first, count, saves = batches[-1]
            if newest - first + 1 < count:
                batches[-1] = (first, newest - first + 1, saves)


def _befalls(stream: Stream, save: int, probability: float) -> bool:
    if probability <= 0.0:
        return False
    block, at = stream.row(save)
    return block[at] < probability
