"""Saves that end training: each time the hazard of the saves made so far reaches a threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.streams import SAVE_HANGS, SAVE_STOPS, THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.model.draws import Draws, Row, Stream
    from simtrain.model.parameters import CheckpointParameters, FaultParameters


class SaveFault(NamedTuple):
    """A fault of a save, with the address of the draws that decide about it, and these."""

    fault: FaultParameters
    stream: Stream
    number: int
    row: Row


class FaultsOfSaves:
    """Faults of one kind that strike saves, on a clock that counts saves.

    A save is struck with a probability, whatever became of the ones before. As everywhere, what is
    drawn is how much hazard the next fault awaits, so that it costs a draw a fault and not a save,
    and another probability spends the rest of it.

    Parameters
    ----------
    stream
        Its rows decide about the faults in order.
    """

    __slots__ = ("_left", "_number", "_row", "_stream")

    def __init__(self, stream: Stream):
        self._stream = stream
        self._number = -1
        self._draw_next()

    def next(self, probability: float) -> float:
        """Which of the saves to come is struck, 1 being the next one; infinite if none is."""
        if probability <= 0.0:
            return math.inf
        if probability >= 1.0:
            return 1
        return max(1, math.ceil(self._left / -math.log1p(-probability)))

    def passed(self, saves: int, probability: float) -> None:
        """Take note of saves that were not struck."""
        if 0.0 < probability < 1.0:
            self._left += saves * math.log1p(-probability)

    def strike(self, fault: FaultParameters) -> SaveFault:
        """Strike a save."""
        struck = SaveFault(fault, self._stream, self._number, self._row)
        self._draw_next()
        return struck

    def _draw_next(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._left = -math.log1p(-block[at + THRESHOLD])


class SaveFaults:
    """All faults of saves of one trial: saves that hang, and saves that fail and end training.

    The number of a save, which says to which tiers it goes, is that of the last one before it.

    Parameters
    ----------
    tiers
        Number of tiers, in each of which a save may fail.
    """

    __slots__ = ("_hangs", "_stops")

    def __init__(self, draws: Draws, tiers: int):
        self._hangs = FaultsOfSaves(draws.stream(SAVE_HANGS))
        names = (f": tier {number}" if number else "" for number in range(tiers))
        self._stops = tuple(FaultsOfSaves(draws.stream(SAVE_STOPS, name)) for name in names)

    def next(self, checkpoint: CheckpointParameters, number: int) -> int:
        """Which of the saves to come is struck, 1 being the next one, after that of a number."""
        first = self._hangs.next(checkpoint.save_hangs)
        for faults, tier in zip(self._stops, checkpoint.tiers, strict=True):
            in_tier = faults.next(tier.save_stops)
            first = min(first, (number // tier.every + in_tier) * tier.every - number)
        return int(first)

    def passed(self, checkpoint: CheckpointParameters, number: int, begun: int, ended: int) -> None:
        """Take note of saves after that of a number which were not struck."""
        self._hangs.passed(begun, checkpoint.save_hangs)
        for faults, tier in zip(self._stops, checkpoint.tiers, strict=True):
            saves = (number + ended) // tier.every - number // tier.every
            faults.passed(saves, tier.save_stops)

    def begins(self, checkpoint: CheckpointParameters) -> SaveFault | None:
        """Begin a save; the fault if it hangs."""
        if self._hangs.next(checkpoint.save_hangs) <= 1:
            return self._hangs.strike(checkpoint.hang)
        self._hangs.passed(1, checkpoint.save_hangs)
        return None

    def ends(self, checkpoint: CheckpointParameters, tiers: Iterable[int]) -> dict[int, SaveFault]:
        """End a save to some tiers; the fault in each of them in which it fails."""
        struck = {}
        for tier in tiers:
            probability = checkpoint.tiers[tier].save_stops
            if self._stops[tier].next(probability) <= 1:
                struck[tier] = self._stops[tier].strike(checkpoint.failure)
            else:
                self._stops[tier].passed(1, probability)
        return struck
