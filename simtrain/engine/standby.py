"""Faults of idle spares: found by a health check, repaired in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY

if TYPE_CHECKING:
    from simpy import Event

    from simtrain.engine.state import TrialState
    from simtrain.engine.strikes import Strikes
    from simtrain.faults.sources import Sources


class Standby:
    """Waits for the next fault of an idle spare, while spares are at risk at all."""

    __slots__ = ("_sources", "_state", "_strikes", "_timer")

    def __init__(self, state: TrialState, sources: Sources, strikes: Strikes):
        self._state = state
        self._sources = sources
        self._strikes = strikes
        self._timer: Timer | None = None
        state.listeners.append(self.wait)
        self.wait()

    def wait(self) -> None:
        """Wait for the next fault as of now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._sources.follows_spares:
            return
        env = self._state.env
        seconds = self._sources.spares_wait(env.now)
        if seconds < INFINITY:
            self._timer = Timer(env, self._strike)
            self._timer.set(seconds)

    def _strike(self, _: Event) -> None:
        self._timer = None
        self._strikes.on_spares()
        self.wait()
