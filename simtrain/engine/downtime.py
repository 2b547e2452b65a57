"""Planned stops hold the job for a while; scripted incidents take hosts away for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import State
from simtrain.engine.dates import ALL_HOSTS
from simtrain.engine.timer import Timer
from simtrain.model.streams import STOP_DURATION, STOP_FIRST_PLACE

if TYPE_CHECKING:
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.dates import StopParameters
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.model.draws import Row

_STATES = {"maintenance": State.MAINTENANCE, "pause": State.PAUSED, "incident": State.MAINTENANCE}


class Hold(NamedTuple):
    """A window in which the job does not run."""

    until: float
    state: State
    cause: str


class Downtime:
    """The planned stops and incidents in force in one trial.

    Attributes
    ----------
    holds
        Planned stops, some of which may be over.
    """

    __slots__ = ("_cluster", "_env", "_incidents", "_shop", "_state", "holds")

    def __init__(self, state: TrialState, cluster: Cluster, shop: RepairShop):
        self._state = state
        self._env = state.env
        self._cluster = cluster
        self._shop = shop
        self.holds: list[Hold] = []
        self._incidents: list[Hold] = []

    def hold(self, stop: StopParameters, row: Row) -> None:
        """Hold the job from now on until the end of a planned stop."""
        until = self._env.now + _duration(stop, row) if stop.until is None else stop.until
        self.holds.append(Hold(until, _STATES[stop.kind], stop.name))

    def strike(self, stop: StopParameters, row: Row) -> None:
        """Let an incident take hosts, those of the job first, and give them back at its end."""
        block, at = row
        seconds = _duration(stop, row)
        first = int(block[at + STOP_FIRST_PLACE] * self._cluster.size)
        hold = Hold(self._env.now + seconds, _STATES[stop.kind], stop.name)
        self._incidents.append(hold)
        if stop.hosts == ALL_HOSTS:
            self._cluster.lose_all(True)
            Timer(self._env, lambda _: self._have_all_back(hold, stop, first)).set(seconds)
        else:
            hosts = self._cluster.take_away(stop.hosts, first)
            Timer(self._env, lambda _: self._give_back(hold, stop, hosts)).set(seconds)

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

    def _have_all_back(self, incident: Hold, stop: StopParameters, first: int) -> None:
        """All hosts are back; the unfit ones, of the job first, go to repair."""
        self._incidents.remove(incident)
        unfit = self._cluster.some_of_job(stop.unfit, first)
        unfit += self._cluster.idle_first(stop.unfit - len(unfit))
        for host in unfit:
            self._shop.cordon(host, stop.name, None, bad=True)
        self._cluster.lose_all(False)

    def _give_back(self, incident: Hold, stop: StopParameters, hosts: list[int]) -> None:
        """Give hosts back; the unfit ones among them go to repair."""
        self._incidents.remove(incident)
        for number, host in enumerate(hosts):
            if number < stop.unfit:
                self._shop.cordon(host, stop.name, None, bad=True)
            else:
                self._cluster.back_from_away(host)
        self._state.announce()


def _duration(stop: StopParameters, row: Row) -> float:
    block, at = row
    return stop.duration.quantile(block[at + STOP_DURATION])
