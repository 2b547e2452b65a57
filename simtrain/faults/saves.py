"""Saves that end training: each time the hazard of the saves made so far reaches a threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.model.streams import THRESHOLD

if TYPE_CHECKING:
    from simtrain.model.draws import Row, Stream


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

    def strike(self) -> tuple[Stream, int, Row]:
        """Strike a save; where the draws are that decide about it."""
        number, row = self._number, self._row
        self._draw_next()
        return self._stream, number, row

    def _draw_next(self) -> None:
        self._number += 1
        self._row = block, at = self._stream.row(self._number)
        self._left = -math.log1p(-block[at + THRESHOLD])
