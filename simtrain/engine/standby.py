"""Faults of idle spares: found by a health check, repaired in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY
from simtrain.model import response

if TYPE_CHECKING:
    from simpy import Event

    from simtrain.engine.absences import Absences
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.parameters import FaultParameters


class Standby:
    """Waits for the next fault of an idle spare, while spares are at risk at all."""

    __slots__ = ("_absences", "_cluster", "_shop", "_sources", "_state", "_timer")

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        cluster: Cluster,
        shop: RepairShop,
        absences: Absences,
    ):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop
        self._absences = absences
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
        event = self._sources.spares_strike(self._state.env.now)
        if event is not None:
            (host,) = self._cluster.hosts_of(event)
            self._find(host, event.fault, response.needs_repair(event.fault, event.row))
            self._absences.begin(event, (host,), of_job=False)
        self.wait()

    def _find(self, host: int, fault: FaultParameters, needs_repair: bool) -> None:
        """A health check finds the fault, which counts if it stays, leaves, or has a calendar."""
        state = self._state
        if needs_repair or fault.on_calendar or fault.returns is not None:
            state.sink.happened(state.env.now, EventKind.SPARE_FAULT, fault.name, host)
        if needs_repair:
            self._shop.cordon(host, fault.name, fault, bad=True)
        elif fault.on_calendar or fault.returns is not None:
            state.pay()
