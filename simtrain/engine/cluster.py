"""The hosts: which of them hold a place in the job, stand by, are in repair, or are away.

The job has numbered places. At the start place k holds host k, and only what differs from that is
kept, so that a trial pays for what happens and not for the number of hosts.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import Census, EventKind
from simtrain.model.streams import NOTICE, SWAP, SWAP_IN

if TYPE_CHECKING:
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent
    from simtrain.faults.sources import Sources
    from simtrain.model.parameters import ClusterParameters, Parameters

_VACANT = -1  # in place of a host
_NOWHERE = -1  # in place of a place
_SWAPPED_IN = EventKind.SWAP_IN

# A call of the class would cost more than all else that is done to take a census.
_census_of = partial(tuple.__new__, Census)


class Taken(NamedTuple):
    """Hosts that a fault takes: those of the job, and those among the idle spares."""

    of_job: tuple[int, ...]
    idle: tuple[int, ...] = ()


class Cluster:
    """All hosts of a trial, and their way in and out of the job.

    A host stands by until it takes a place in the job, leaves it for repair or because an incident
    takes it away, and stands by again when it is back.

    Attributes
    ----------
    vacant
        Places of the job without a host.
    idle
        Healthy hosts that stand by, in the order in which they became idle.
    returned
        How many of the first of them came back by themselves, and take vacant places without a
        swap.
    all_out
        Whether an incident or a fault has taken all hosts at once. They keep their places for when
        they come back, so that this costs no more than losing one.
    """

    def __init__(self, state: TrialState, sources: Sources):
        self._state = state
        self._env = state.env
        self._sink = state.sink
        self._sources = sources
        self._parameters = parameters = state.parameters.cluster
        self._draws_of_swaps = state.draws.stream(SWAP_IN)
        self._at: dict[int, int] = {}  # place -> host, where it is not the host of that number
        self.vacant: list[int] = []
        self._swaps: dict[int, int] = {}
        self._next_host = parameters.hosts + parameters.spares
        self._surplus = 0
        self._repair = 0
        self._away = 0
        self.idle = deque(range(parameters.hosts, self._next_host))
        # Host -> place, where it is not the place of that number; spares have none.
        self._place: dict[int, int] = dict.fromkeys(self.idle, _NOWHERE)
        self.returned = 0
        self.all_out = False
        self._times_out = 0
        self._report_census()
        self._set_idle_hazard()

    @property
    def size(self) -> int:
        """Number of places of the job."""
        return self._parameters.hosts

    def taken_by(self, event: FaultEvent) -> Taken:
        """Hosts that stand in the unit that a fault strikes, at present."""
        among, unit = event.among, event.unit
        if among == "hosts":
            return Taken((unit,)) if self.in_job(unit) else Taken((), (unit,))
        if among == "idle":
            return Taken((), (self.idle[unit],))
        at, size = self._at, self._parameters.hosts
        places = [place for place in event.fault.scope.places(unit) if place < size]
        hosts = tuple([at.get(place, place) for place in places])
        return Taken(hosts if _VACANT not in hosts else tuple(h for h in hosts if h != _VACANT))

    def host_at(self, place: int) -> int:
        """Host that holds a place, or -1."""
        return self._at.get(place, place)

    def in_job(self, host: int) -> bool:
        """Whether a host holds a place in the job."""
        return self._place.get(host, host) != _NOWHERE

    def send_to_repair(self, host: int) -> None:
        """Take a host to repair from the job, from among the spares, or from where it is away."""
        if self._place.get(host, host) != _NOWHERE:
            self._vacate(host)
        elif host in self.idle:
            self._remove_idle(host)
        else:
            self._away -= 1
        self._repair += 1
        self._report_census()

    def lose_all(self, all_out: bool) -> None:
        """Lose all hosts at once, or have them back from one of the times that they were lost."""
        self._times_out += 1 if all_out else -1
        self.all_out = self._times_out > 0
        self._set_idle_hazard()
        self._state.announce()
        self._report_census()

    def some_of_job(self, wanted: int, first: int) -> list[int]:
        """Up to `wanted` hosts of the job, from place `first` on in a circle."""
        places = ((first + step) % self.size for step in range(self.size))
        return list(islice((host for host in map(self.host_at, places) if host >= 0), wanted))

    def idle_first(self, wanted: int) -> list[int]:
        """Up to `wanted` idle hosts, in the order in which they became idle."""
        return list(islice(self.idle, wanted))

    def take_away(self, wanted: int, first: int) -> list[int]:
        """Take hosts away, those of the job first, from place `first` on in a circle."""
        taken = self.some_of_job(wanted, first)
        for host in taken:
            self._vacate(host)
        while len(taken) < wanted and self.idle:
            taken.append(self.idle[0])
            self._remove_idle(self.idle[0])
        self._away += len(taken)
        self._report_census()
        return taken

    def swap_time(self, count: int) -> float:
        """Seconds until the next `count` spares, none of them `returned`, can take their places."""
        parameters = self._parameters
        own = len(self.idle) - parameters.lent_spares  # lent ones are asked back last
        if count <= parameters.hot_spares:  # hot ones step in first
            others = parameters.spares - parameters.lent_spares - parameters.hot_spares
            if count <= own - others:
                return 0.0
        if count <= own and not parameters.swap.mean:
            return 0.0
        host = self.idle[0]
        block, at = self._draws_of_swaps.row(host, self._swaps.get(host, 0))
        seconds = parameters.swap.quantile(block[at + SWAP])
        if count <= own:
            return seconds
        return max(seconds, parameters.notice.quantile(block[at + NOTICE]))

    def send_away(self, hosts: tuple[int, ...]) -> None:
        """Take these hosts away, from the job or from among the spares."""
        for host in hosts:
            if self.in_job(host):
                self._vacate(host)
            else:
                self._remove_idle(host)
        self._away += len(hosts)
        self._report_census()

    def fill(self, count: int, cause: str) -> None:
        """Put the first `count` spares into the job."""
        self.returned -= min(count, self.returned)
        sources, idle, swaps, now = self._sources, self.idle, self._swaps, self._env.now
        for _ in range(count):
            host = idle.popleft()
            if sources.follows_spares:
                sources.leave_spares(host, len(idle), now)
            place = self.vacant.pop()
            self._at[place] = host
            self._place[host] = place
            swaps[host] = swaps.get(host, 0) + 1
            sources.enter_job(host)
            self._sink.happened(now, _SWAPPED_IN, cause, host)
        if sources.follows_spares:
            self._state.announce()
        self._report_census()

    def back_from_repair(self, host: int) -> None:
        """A host returns from repair and stands by."""
        self._repair -= 1
        self._stand_by(host)

    def back_from_away(self, host: int) -> None:
        """A host that was away returns and stands by."""
        self._away -= 1
        self._stand_by(host)

    def back_by_itself(self, host: int) -> None:
        """A host that was away returns, to take a vacant place ahead of all spares."""
        self._away -= 1
        self._stand_by(host, first=self.returned < len(self.vacant))

    def retire(self) -> bool:
        """One of the hosts in repair leaves for good; whether it is to be replaced."""
        self._repair -= 1
        self._report_census()
        if self._surplus:
            self._surplus -= 1
            return False
        return True

    def provide(self) -> None:
        """A new host comes and stands by."""
        host = self._next_host
        self._next_host += 1
        self._place[host] = _NOWHERE
        self._stand_by(host)

    def change(self, parameters: Parameters) -> None:
        """Go on under other parameters, in their size and at their risk."""
        self._sources.change(parameters, self._state.now)
        self.resize(parameters.cluster)

    def resize(self, parameters: ClusterParameters) -> None:
        """Own as many hosts as other parameters say; idle ones leave first."""
        before = self._parameters
        for place in range(parameters.hosts, before.hosts):
            host = self.host_at(place)
            if host != _VACANT:
                self._vacate(host)
                self._stand_by(host)
        self._parameters = parameters
        self.vacant = [place for place in self.vacant if place < parameters.hosts]
        self.returned = min(self.returned, len(self.vacant))
        for place in range(before.hosts, parameters.hosts):
            self._at[place] = _VACANT
            self.vacant.append(place)
        more = parameters.hosts + parameters.spares - before.hosts - before.spares
        for _ in range(more):
            self._one_more()
        self._surplus += max(0, -more)
        while self._surplus and len(self.idle) > len(self.vacant):
            self._surplus -= 1
            self._remove_idle(self.idle[-1])
        self._report_census()
        self._set_idle_hazard()
        self._state.announce()

    def _one_more(self) -> None:
        if self._surplus:
            self._surplus -= 1
        else:
            self.provide()

    def _stand_by(self, host: int, first: bool = False) -> None:
        if self._surplus and len(self.idle) >= len(self.vacant):
            self._surplus -= 1
        else:
            if first:
                self.idle.appendleft(host)
                self.returned += 1
            else:
                self.idle.append(host)
            if self._sources.follows_spares:
                self._sources.enter_spares(host, len(self.idle), self._env.now)
            self._state.announce()
        self._report_census()

    def _remove_idle(self, host: int) -> None:
        if self.returned and host in islice(self.idle, self.returned):
            self.returned -= 1
        self.idle.remove(host)
        if self._sources.follows_spares:
            self._sources.leave_spares(host, len(self.idle), self._env.now)
        self._state.announce()

    def _vacate(self, host: int) -> None:
        place = self._place.get(host, host)
        self._place[host] = _NOWHERE
        self._at[place] = _VACANT
        self.vacant.append(place)
        self._sources.leave_job(host)

    def _set_idle_hazard(self) -> None:
        """Let hosts that do not work be at their risk; hosts that are all out are at none."""
        fraction = 0.0 if self.all_out else self._parameters.idle_hazard
        self._sources.set_idle_hazard(fraction, self.idle, self._env.now, not self.all_out)

    def _report_census(self) -> None:
        job, idle = self._parameters.hosts - len(self.vacant), len(self.idle)
        if self.all_out:
            census = _census_of((0, 0, self._repair, self._away + job + idle))
        else:
            census = _census_of((job, idle, self._repair, self._away))
        self._sink.census(self._env.now, census)
