"""Crews that repair hosts: how many are at work, and which hosts wait for one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.engine.state import TrialState
    from simtrain.engine.timer import Timer


class Crews:
    """Crews of a repair shop, which hosts take in the order in which they ask.

    A host takes a crew for a repair, waits for one while all are taken, and leaves it to the host
    that has waited longest. Where a change takes crews away, those at work finish first.
    """

    __slots__ = ("_at_work", "_listens", "_queue", "_state")

    def __init__(self, state: TrialState):
        self._state = state
        self._at_work = 0
        self._queue: deque[Timer] = deque()
        self._listens = False

    def take(self, timer: Timer) -> bool:
        """Take a crew if one is free; else the timer comes once a crew has been taken for it."""
        crews = self._state.parameters.repair.crews
        if crews is None or (self._at_work < crews and not self._queue):
            self._at_work += 1
            return True
        if not self._listens:
            self._listens = True
            self._state.listeners.append(self._begin)  # a change may bring more crews
        self._queue.append(timer)
        return False

    def leave(self) -> None:
        """Leave a crew to whoever waits for one."""
        self._at_work -= 1
        if self._queue:
            self._begin()

    def _begin(self) -> None:
        """Begin repairs that have waited, as far as there are crews."""
        queue, crews = self._queue, self._state.parameters.repair.crews
        while queue and (crews is None or self._at_work < crews):
            self._at_work += 1
            queue.popleft().set(0.0)
