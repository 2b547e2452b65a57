"""Faults of idle spares: found by a health check, repaired in the background."""

from __future__ import annotations

from simpy import Environment, Event

from simtrain.accounts.timeline import EventKind, Sink
from simtrain.engine import fields
from simtrain.engine.alarm import Alarm
from simtrain.engine.cluster import Cluster
from simtrain.engine.exposure import INFINITY
from simtrain.engine.hazard import Hazard
from simtrain.engine.repair import RepairShop


class SpareWatch:
    """Waits for the next fault of an idle spare, while spares are at risk at all."""

    __slots__ = ("_cluster", "_due", "_env", "_hazard", "_shop", "_sink")

    def __init__(
        self, env: Environment, hazard: Hazard, cluster: Cluster, shop: RepairShop, sink: Sink
    ):
        self._env = env
        self._hazard = hazard
        self._cluster = cluster
        self._shop = shop
        self._sink = sink
        self._due = INFINITY

    def reset(self) -> None:
        """Set an alarm for the next fault as of now; an older one finds itself out of date."""
        self._due = INFINITY
        if not self._hazard.idle:
            return
        now = self._env.now
        seconds = self._hazard.spares_wait(now)
        self._due = now + seconds
        if seconds < INFINITY:
            Alarm(self._env, self._struck).set(seconds)

    def _struck(self, _: Event) -> None:
        now = self._env.now
        if now != self._due:
            return
        strike = self._hazard.spares_strike(now)
        if strike is not None:
            fault = strike.fault
            (host,) = self._cluster.hosts_of(strike.scope, strike.unit)
            block, at = strike.row
            if block[at + fields.NEEDS_REPAIR] < fault.needs_repair:
                self._sink.happened(now, EventKind.SPARE_FAULT, fault.name, host)
                self._sink.happened(now, EventKind.CORDON, fault.name, host)
                self._cluster.take_idle(host)
                self._shop.admit(host, fault.name, fault, bad=True)
        self.reset()
