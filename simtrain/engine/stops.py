"""Planned stops hold the job for a while; scripted incidents take hosts away for a while."""

from __future__ import annotations

from typing import NamedTuple

from simpy import Environment

from simtrain.accounts.timeline import EventKind, Sink, State
from simtrain.engine import fields
from simtrain.engine.agenda import ALL_HOSTS, StopRules
from simtrain.engine.alarm import Alarm
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Stream
from simtrain.engine.repair import RepairShop

_STATES = {"maintenance": State.MAINTENANCE, "pause": State.PAUSED, "incident": State.MAINTENANCE}


class Hold(NamedTuple):
    """A window in which the job does not run."""

    until: float
    state: State
    cause: str
    dark: bool = False  # all hosts are lost


class Stops:
    """The stops in force in one trial.

    Attributes
    ----------
    holds
        Planned stops, some of which may be over.
    """

    __slots__ = ("_cluster", "_env", "_incidents", "_shop", "_sink", "holds")

    def __init__(self, env: Environment, cluster: Cluster, shop: RepairShop, sink: Sink):
        self._sink = sink
        self._env = env
        self._cluster = cluster
        self._shop = shop
        self.holds: list[Hold] = []
        self._incidents: list[Hold] = []

    def hold(self, stop: StopRules, stream: Stream, occurrence: int) -> None:
        """Hold the job from now on for the duration of a planned stop."""
        block, at = stream.row(occurrence)
        until = self._env.now + stop.duration.quantile(block[at + fields.STOP_DURATION])
        self.holds.append(Hold(until, _STATES[stop.kind], stop.name))

    def strike(self, stop: StopRules, stream: Stream, occurrence: int) -> None:
        """Let an incident take hosts, those of the job first, and give them back at its end."""
        block, at = stream.row(occurrence)
        seconds = stop.duration.quantile(block[at + fields.STOP_DURATION])
        first = int(block[at + fields.STOP_FIRST_PLACE] * self._cluster.size)
        dark = stop.hosts == ALL_HOSTS
        hold = Hold(self._env.now + seconds, _STATES[stop.kind], stop.name, dark)
        self._incidents.append(hold)
        if dark:
            self._cluster.darken(True)
            Alarm(self._env, lambda _: self._lighten(hold, stop, first)).set(seconds)
        else:
            hosts = self._cluster.take_away(stop.hosts, first)
            Alarm(self._env, lambda _: self._give_back(hold, stop, hosts)).set(seconds)

    def holding(self) -> Hold | None:
        """The planned stop in force that lasts longest."""
        if not self.holds:
            return None
        now = self._env.now
        self.holds = [hold for hold in self.holds if hold.until > now]
        return max(self.holds, default=None)

    def incident(self) -> Hold | None:
        """The incident in force that lasts longest."""
        return max(self._incidents, default=None)

    def _lighten(self, incident: Hold, stop: StopRules, first: int) -> None:
        """All hosts are back; the unfit ones, of the job first, go to repair."""
        self._incidents.remove(incident)
        unfit = self._cluster.some_of_job(stop.unfit, first)
        for host in unfit:
            self._cordon(host, stop)
            self._cluster.vacate_to_repair(host)
        for host in self._cluster.idle_first(stop.unfit - len(unfit)):
            self._cordon(host, stop)
            self._cluster.take_idle(host)
        self._cluster.darken(any(other.dark for other in self._incidents))

    def _give_back(self, incident: Hold, stop: StopRules, hosts: list[int]) -> None:
        """Give hosts back; the unfit ones among them go to repair."""
        self._incidents.remove(incident)
        for number, host in enumerate(hosts):
            if number < stop.unfit:
                self._cordon(host, stop)
                self._cluster.to_repair()
            else:
                self._cluster.back_from_away(host)
        self._cluster.spares_changed()

    def _cordon(self, host: int, stop: StopRules) -> None:
        self._sink.happened(self._env.now, EventKind.CORDON, stop.name, host)
        self._shop.admit(host, stop.name, None, bad=True)
