"""Which copies of the training state exist: nobody else knows.

A save makes a copy in each tier that it goes to. The copy is durable some time after the stall,
unless it failed, and can be read as long as the hosts that hold it are there. It is forgotten when
recovery begins before it is durable or returns to an older one, when `keep` newer ones exist, or
when a load finds it corrupt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.losses import Losses
from simtrain.model.streams import COPY_IS_CORRUPT, SAVE_FAILS

if TYPE_CHECKING:
    from simtrain.model.draws import Draws, Stream
    from simtrain.model.parameters import TierParameters
    from simtrain.model.saving import CheckpointSchedule


class Copy(NamedTuple):
    """A copy that can be loaded.

    Parameters
    ----------
    save
        Which of all saves made it; -1 for the initial state, which always exists.
    work
        Position of the work that it holds.
    tier
        Number of its tier.
    number
        Number of its save, which counts on from that of the copy returned to before.
    """

    save: int
    work: float
    tier: int = 0
    number: int = 0


INITIAL = Copy(-1, 0.0)

_copy_of = partial(tuple.__new__, Copy)  # a call of the class would cost three times as much


@dataclass(slots=True)
class Saves:
    """Saves that follow each other.

    Parameters
    ----------
    number
        How many there are.
    ended, work
        When the stall of the first is over, in seconds since the start, and the work it holds.
    ended_step, work_step
        From one to the next, if they follow evenly.
    schedule
        That of which they are the first saves, if they do not.
    """

    number: int
    ended: float
    work: float
    ended_step: float = 0.0
    work_step: float = 0.0
    schedule: CheckpointSchedule | None = None

    def ended_after(self, index: int) -> float:
        """Seconds from the end of the first stall to that of another."""
        schedule = self.schedule
        if schedule is None:
            return index * self.ended_step
        return schedule.train_s(index) + schedule.stalls_s(index + 1) - schedule.stalls_s(1)

    def work_of(self, index: int) -> float:
        """Position of the work that one holds."""
        schedule = self.schedule
        if schedule is None:
            return self.work + index * self.work_step
        return self.work + schedule.productive_s(index) * schedule.full_speed


@dataclass(slots=True)
class _Batch:
    """Saves in a tier.

    Parameters
    ----------
    first, number
        Which of all saves the first one is, and its number.
    kept
        How many of the saves are not forgotten.
    saves
        All of them, also those that went to other tiers only.
    every
        Those of which the number is a multiple of this went to this tier.
    durable
        When the first was durable, or would have been.
    failure, corrupt
        Probabilities that one fails and that it turns out corrupt.
    """

    first: int
    number: int
    kept: int
    saves: Saves
    every: int
    durable: float
    failure: float
    corrupt: float

    def indices(self) -> range:
        """Which of the saves are in the tier, the newest one first."""
        newest, every = self.kept - 1, self.every
        if every == 1:
            return range(newest, -1, -1)
        return range(newest - (self.number + newest) % every, -1, -every)

    def durable_by(self, moment: float) -> range:
        """Those of them that were durable by a moment, the newest one first."""
        indices, durable, ended_after = self.indices(), self.durable, self.saves.ended_after
        for place, index in enumerate(indices):
            if durable + ended_after(index) <= moment:
                return indices[place:] if place else indices
        return range(0)


class _Tier:
    """All copies in one tier."""

    __slots__ = ("_batches", "_corrupt", "_fails", "_oldest", "number")

    def __init__(self, draws: Draws, number: int):
        suffix = f": tier {number}" if number else ""
        self._fails = draws.stream(SAVE_FAILS, suffix)
        self._corrupt = draws.stream(COPY_IS_CORRUPT, suffix)
        self.number = number
        self._batches: list[_Batch] = []
        self._oldest = 0  # what was saved before has been deleted, unless it is permanent

    def saved(
        self, first: int, number: int, saves: Saves, tier: TierParameters, every: int, failed: bool
    ) -> None:
        failure = 1.0 if failed else tier.save_failure
        durable = saves.ended + tier.lag
        batch = _Batch(first, number, saves.number, saves, every, durable, failure, tier.corrupt)
        if every == 1 or batch.indices():
            self._batches.append(batch)

    def newest_is_usable(self) -> bool:
        """Whether the newest copy has not failed."""
        if not self._batches:
            return False
        batch = self._batches[-1]
        return not _befalls(self._fails, batch.first + batch.indices()[0], batch.failure)

    def copies(self, durable_by: float, tier: TierParameters) -> Iterator[Copy]:
        """Copies that exist, newest first; those that are not kept are deleted."""
        usable = self._usable(durable_by, tier.permanent_every)
        if tier.keep is None:
            return usable
        retained = list(islice(usable, tier.keep))
        if retained:
            self._oldest = max(self._oldest, retained[-1].save)
        return chain(retained, usable)

    def _usable(self, durable_by: float, permanent: int | None) -> Iterator[Copy]:
        for batch in reversed(self._batches):
            if batch.failure >= 1.0:
                continue
            for index in batch.durable_by(durable_by):
                save, number = batch.first + index, batch.number + index
                if save < self._oldest:
                    if permanent is None:
                        return
                    if number // batch.every % permanent:
                        continue
                if not _befalls(self._fails, save, batch.failure):
                    yield _copy_of((save, batch.saves.work_of(index), self.number, number))

    def has(self, save: int, permanent: int | None) -> bool:
        """Whether a save that is kept went to this tier and did not fail."""
        for batch in reversed(self._batches):
            index = save - batch.first
            if index >= 0:
                number = batch.number + index
                is_permanent = permanent is not None and not number // batch.every % permanent
                is_kept = index < batch.kept and (save >= self._oldest or is_permanent)
                is_there = is_kept and number % batch.every == 0
                return is_there and not _befalls(self._fails, save, batch.failure)
        return False

    def is_corrupt(self, save: int) -> bool:
        return _befalls(self._corrupt, save, self._batches[-1].corrupt)

    def forget_beyond(self, newest: int, durable_by: float, is_durable: bool) -> None:
        """Forget what was saved behind a save, and what was still being written.

        `is_durable` says whether that save is known to be durable here.
        """
        batches = self._batches
        while batches:
            batch = batches.pop()
            kept = newest - batch.first + 1
            if kept <= 0:
                continue
            if kept < batch.kept:
                batch.kept = kept
            if is_durable:
                batches.append(batch)
                return
            if durable := batch.durable_by(durable_by):
                batch.kept = durable[0] + 1
                batches.append(batch)
                return


class Copies:
    """All copies of one trial.

    Parameters
    ----------
    tiers
        Number of tiers.

    Attributes
    ----------
    initial
        The initial state, which lies where copies lie last.
    made
        How many saves were made, failed ones included.
    number
        Number of the last save; it goes back with the copy that is returned to.
    losses
        Hosts that were lost to copies.
    """

    __slots__ = ("_found_corrupt", "_tiers", "initial", "losses", "made", "number")

    def __init__(self, draws: Draws, tiers: int):
        self._tiers = tuple(_Tier(draws, number) for number in range(tiers))
        self.initial = INITIAL._replace(tier=tiers - 1)
        self._found_corrupt: set[int] = set()
        self.losses = Losses()
        self.made = 0
        self.number = 0

    def begin(
        self, first_work: float, saves: Saves | None, tiers: Sequence[TierParameters]
    ) -> None:
        """Begin with what a run in flight has saved, which began at a position of the work."""
        self.initial = self.initial._replace(work=first_work)
        if saves is not None:
            self.saved(saves, tiers)

    def saved(
        self,
        saves: Saves,
        tiers: Sequence[TierParameters],
        failed: Collection[int] = (),
        to_last: bool = False,
    ) -> None:
        """Take note of saves whose stalls are over.

        Parameters
        ----------
        failed
            Tiers in which they are known to have failed.
        to_last
            Whether they go to the last tier whatever their number.
        """
        last = len(tiers) - 1
        for tier, parameters in zip(self._tiers, tiers, strict=True):
            every = 1 if to_last and tier.number == last else parameters.every
            is_failed = tier.number in failed
            tier.saved(self.made, self.number + 1, saves, parameters, every, is_failed)
        self.made += saves.number
        self.number += saves.number

    def saved_to_last(
        self, saves: Saves, tiers: Sequence[TierParameters], failed: Collection[int] = ()
    ) -> None:
        """Take note that the last save went to the last tier as well."""
        last = len(tiers) - 1
        save, number = self.made - 1, self.number
        self._tiers[last].saved(save, number, saves, tiers[last], 1, last in failed)

    def newest_is_usable(self) -> bool:
        """Whether the last save to the last tier did not fail."""
        return self._tiers[-1].newest_is_usable()

    def is_readable(self, copy: Copy, tiers: Sequence[TierParameters]) -> bool:
        """Whether the hosts that hold a copy are still there."""
        survives = tiers[copy.tier].survives
        if copy.save < 0 or survives is None:
            return True
        return self.losses.readable(copy.save, survives) == copy.save

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
        newest = self.initial
        # The last tier survives most: what it has bounds the search in the others.
        for tier in reversed(self._tiers):
            parameters = tiers[tier.number]
            copies = tier.copies(durable_by, parameters)
            copy = self._newest(copies, parameters, trusted, newest.save)
            if copy.save > newest.save or (
                copy.save >= 0 and parameters.load.mean <= tiers[newest.tier].load.mean
            ):
                newest = copy
        for tier in self._tiers:
            tier.forget_beyond(newest.save, durable_by, tier.number == newest.tier)
        self.number = newest.number
        return newest

    def _newest(
        self, copies: Iterator[Copy], tier: TierParameters, trusted: float, at_least: int
    ) -> Copy:
        """Newest of some copies that can be read and trusted, if it is as new as a save."""
        newest, survives = self.made, tier.survives
        for copy in copies:
            if copy.save < at_least or newest < at_least:
                break
            if copy.save > newest or copy.work > trusted or copy.save in self._found_corrupt:
                continue
            if survives is not None:
                newest = self.losses.readable(copy.save, survives)
            if newest >= copy.save:
                return copy
        return INITIAL

    def in_next_tier(self, copy: Copy, tiers: Sequence[TierParameters]) -> Copy:
        """The same save in the fastest of the slower tiers; itself if none of them has it.

        That is where a load falls to that has failed.
        """

        def order(tier: int) -> tuple[float, int]:
            return tiers[tier].load.mean, tier

        if copy.save < 0:
            return copy
        slower = [tier for tier in range(len(tiers)) if order(tier) > order(copy.tier)]
        for tier in sorted(slower, key=order):
            other = copy._replace(tier=tier)
            if self._tiers[tier].has(copy.save, tiers[tier].permanent_every) and self.is_readable(
                other, tiers
            ):
                return other
        return copy

    def loads_well(self, copy: Copy) -> bool:
        """Whether `copy`, just returned to, is intact."""
        return copy.save < 0 or not self._tiers[copy.tier].is_corrupt(copy.save)

    def exclude(self, copy: Copy) -> None:
        """Offer a copy that was found corrupt never again, nor its save in another tier."""
        self._found_corrupt.add(copy.save)


def _befalls(stream: Stream, save: int, probability: float) -> bool:
    if probability <= 0.0:
        return False
    block, at = stream.row(save)
    return block[at] < probability
