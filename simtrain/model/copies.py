"""Which copies of the training state exist: nobody else knows.

A copy is made by a save, in each tier; it is durable some time after the stall, unless it failed.
It is forgotten when recovery begins before it is durable or returns to an older one, when `keep`
newer ones exist, or when a load finds it corrupt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from simtrain.model.streams import COPY_IS_CORRUPT, SAVE_FAILS

if TYPE_CHECKING:
    from simtrain.model.draws import Draws, Stream
    from simtrain.model.parameters import TierParameters


class Copy(NamedTuple):
    """A copy that can be loaded.

    Parameters
    ----------
    save
        Number of its save; -1 for the initial state, which always exists.
    work
        Position of the work that it holds.
    tier
        Number of its tier, the fastest to load first.
    """

    save: int
    work: float
    tier: int = 0


INITIAL = Copy(-1, 0.0)


class Saves(NamedTuple):
    """Saves that follow each other evenly.

    Parameters
    ----------
    number
        How many there are.
    ended, work
        When the stall of the first is over, in seconds since the start, and the work it holds.
    ended_step, work_step
        From one to the next.
    """

    number: int
    ended: float
    work: float
    ended_step: float = 0.0
    work_step: float = 0.0


_Batch: TypeAlias = tuple[int, int, Saves, float, float, float]
"""Saves in a tier: number of the first, how many are not forgotten, the saves, when the first was
durable, and the probabilities that one fails and that it turns out corrupt."""


class _Tier:
    """All copies in one tier."""

    __slots__ = ("_batches", "_corrupt", "_fails", "_found_corrupt", "_number", "_oldest")

    def __init__(self, draws: Draws, number: int):
        suffix = f": tier {number}" if number else ""
        self._fails = draws.stream(SAVE_FAILS, suffix)
        self._corrupt = draws.stream(COPY_IS_CORRUPT, suffix)
        self._number = number
        self._batches: list[_Batch] = []
        self._found_corrupt: set[int] = set()
        self._oldest = 0  # what was saved before has been deleted

    def saved(self, first: int, saves: Saves, tier: TierParameters) -> None:
        durable = saves.ended + tier.lag
        self._batches.append((first, saves.number, saves, durable, tier.save_failure, tier.corrupt))

    def newest_is_usable(self) -> bool:
        first, kept, _, _, failure, _ = self._batches[-1]
        return not _befalls(self._fails, first + kept - 1, failure)

    def newest(self, trusted: float, durable_by: float, keep: int | None) -> Copy:
        copies = self._usable(durable_by)
        if keep is not None:
            retained = list(islice(copies, keep))
            if retained:
                self._oldest, _ = retained[-1]
            copies = iter(retained)
        for save, work in copies:
            if work <= trusted and save not in self._found_corrupt:
                return Copy(save, work, self._number)
        return INITIAL

    def is_corrupt(self, save: int) -> bool:
        if not _befalls(self._corrupt, save, self._batches[-1][-1]):
            return False
        self._found_corrupt.add(save)
        return True

    def forget_beyond(self, newest: int, durable_by: float) -> None:
        """Forget what was saved behind a save, and what was still being written."""
        batches = self._batches
        while batches:
            first, kept, saves, durable, failure, corrupt = batches.pop()
            left = min(kept, newest - first + 1)
            while left > 0 and durable + (left - 1) * saves.ended_step > durable_by:
                left -= 1
            if left > 0:
                batches.append((first, left, saves, durable, failure, corrupt))
                return

    def _usable(self, durable_by: float) -> Iterator[tuple[int, float]]:
        """Number and work of the copies that exist, newest first."""
        for first, kept, saves, durable, failure, _ in reversed(self._batches):
            if failure >= 1.0:
                continue
            for index in range(kept - 1, -1, -1):
                save = first + index
                if save < self._oldest:
                    return
                if durable + index * saves.ended_step > durable_by:
                    continue
                if not _befalls(self._fails, save, failure):
                    yield save, saves.work + index * saves.work_step


class Copies:
    """All copies of one trial.

    Parameters
    ----------
    tiers
        Number of tiers.
    """

    __slots__ = ("_made", "_tiers")

    def __init__(self, draws: Draws, tiers: int):
        self._tiers = tuple(_Tier(draws, number) for number in range(tiers))
        self._made = 0

    def failed(self) -> None:
        """Take note of a save that failed in all tiers."""
        self._made += 1

    def saved(self, saves: Saves, tiers: Sequence[TierParameters]) -> None:
        """Take note of saves to all tiers whose stalls are over."""
        for tier, parameters in zip(self._tiers, tiers, strict=True):
            tier.saved(self._made, saves, parameters)
        self._made += saves.number

    def newest_is_usable(self) -> bool:
        """Whether the last save did not fail in every tier."""
        return any(tier.newest_is_usable() for tier in self._tiers)

    def go_back(self, trusted: float, durable_by: float, tiers: Sequence[TierParameters]) -> Copy:
        """Return to the newest usable copy, and forget all that came after it.

        Of the same save in several tiers, the one that loads fastest is taken.

        Parameters
        ----------
        trusted
            Furthest position of the work that the copy may hold.
        durable_by
            Moment at which background writes ended.
        tiers
            How many usable copies each tier retains, the newest ones; the initial state always
            exists.
        """
        newest = INITIAL
        for tier, parameters in zip(self._tiers, tiers, strict=True):
            copy = tier.newest(trusted, durable_by, parameters.keep)
            if copy.save > newest.save:
                newest = copy
        for tier in self._tiers:
            tier.forget_beyond(newest.save, durable_by)
        return newest

    def loads_well(self, copy: Copy) -> bool:
        """Whether `copy`, just returned to, is intact; a corrupt one is not offered again."""
        return copy.save < 0 or not self._tiers[copy.tier].is_corrupt(copy.save)


def _befalls(stream: Stream, save: int, probability: float) -> bool:
    if probability <= 0.0:
        return False
    block, at = stream.row(save)
    return block[at] < probability
