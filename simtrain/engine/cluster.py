"""The hosts: which of them hold a place in the job, stand by, are in repair, or are away.

The job has numbered places. At the start place k holds host k, and only what differs from that is
kept, so that a trial pays for what happens and not for the number of hosts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import islice

from simpy import Environment

from simtrain.accounts.timeline import Census, EventKind, Sink
from simtrain.engine import fields
from simtrain.engine.draws import Draws
from simtrain.engine.hazard import Hazard
from simtrain.engine.rules import ClusterRules

_VACANT = -1  # in place of a host
_NOWHERE = -1  # in place of a place
_SWAP_IN = EventKind.SWAP_IN

# A call of the class would cost more than all else that is done to take a census.
_census_of = partial(tuple.__new__, Census)


class Cluster:
    """All hosts of a trial, and their way in and out of the job.

    Parameters
    ----------
    spares_changed
        Called when other hosts stand by than before.
    risk_changed
        Called when an incident takes all hosts, and when it gives them back.

    Attributes
    ----------
    vacant
        Places of the job without a host.
    idle
        Healthy hosts that stand by, in the order in which they became idle.
    dark
        Whether an incident has taken all hosts at once. They keep their places for when they come
        back, so that this costs no more than losing one.
    """

    def __init__(
        self,
        rules: ClusterRules,
        env: Environment,
        hazard: Hazard,
        draws: Draws,
        sink: Sink,
        spares_changed: Callable[[], None],
        risk_changed: Callable[[], None],
    ):
        self._env = env
        self._rules = rules
        self._hazard = hazard
        self._draws_of_swaps = draws.stream("swap of a host")
        self._sink = sink
        self.spares_changed = spares_changed
        self._risk_changed = risk_changed
        self._at: dict[int, int] = {}  # place -> host, where it is not the host of that number
        self.vacant: list[int] = []
        self._swaps: dict[int, int] = {}
        self._next_host = rules.hosts + rules.spares
        self._surplus = 0
        self._repair = 0
        self._away = 0
        self.idle = deque(range(rules.hosts, self._next_host))
        # Host -> place, where it is not the place of that number; spares have none.
        self._place: dict[int, int] = dict.fromkeys(self.idle, _NOWHERE)
        self.dark = False
        self._tell()

    @property
    def size(self) -> int:
        """Number of places of the job."""
        return self._rules.hosts

    def hosts_of(self, scope: str, unit: int) -> tuple[int, ...]:
        """Hosts that a unit stands for at present; none where it stands for none."""
        if scope == "place":
            host = self._at.get(unit, unit)
            return () if host == _VACANT else (host,)
        if scope == "host":
            return (unit,)
        if scope == "idle":
            return (self.idle[unit],)
        return ()

    def host_at(self, place: int) -> int:
        """Host that holds a place, or -1."""
        return self._at.get(place, place)

    def in_job(self, host: int) -> bool:
        """Whether a host holds a place in the job."""
        return self._place.get(host, host) != _NOWHERE

    def vacate_to_repair(self, host: int) -> None:
        """Take a host out of its place to repair."""
        self._vacate(host)
        self._repair += 1
        self._tell()

    def take_idle(self, host: int) -> None:
        """Take a host from the spares to repair."""
        self._remove_idle(host)
        self._repair += 1
        self._tell()

    def darken(self, dark: bool) -> None:
        """Lose all hosts at once, or have them back."""
        self.dark = dark
        self._risk_changed()
        self._tell()

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
        self._tell()
        return taken

    def swap_time(self, count: int) -> float:
        """Seconds until the next `count` spares can take their places."""
        rules = self._rules
        own = max(0, len(self.idle) - rules.lent_spares)  # lent ones are asked back last
        others = rules.spares - rules.lent_spares - rules.hot_spares
        hot = min(rules.hot_spares, own - others)  # hot ones step in first
        lent = count > own
        if count <= hot or not (rules.swap.mean or lent):
            return 0.0
        host = self.idle[0]
        block, at = self._draws_of_swaps.row(host, self._swaps.get(host, 0))
        seconds = rules.swap.quantile(block[at + fields.SWAP])
        return max(seconds, rules.notice.quantile(block[at + fields.NOTICE])) if lent else seconds

    def fill(self, count: int, cause: str) -> None:
        """Put the first `count` spares into the job."""
        hazard, now = self._hazard, self._env.now
        for _ in range(count):
            host = self.idle.popleft()
            if hazard.idle:
                hazard.leave_spares(host, len(self.idle), now)
            place = self.vacant.pop()
            self._at[place] = host
            self._place[host] = place
            self._swaps[host] = self._swaps.get(host, 0) + 1
            hazard.enter_job(host)
            self._sink.happened(now, _SWAP_IN, cause, host)
        self.spares_changed()
        self._tell()

    def to_repair(self) -> None:
        """One of the hosts that are away goes to repair."""
        self._away -= 1
        self._repair += 1
        self._tell()

    def back_from_repair(self, host: int) -> None:
        """A host returns from repair and stands by."""
        self._repair -= 1
        self._stand_by(host)

    def back_from_away(self, host: int) -> None:
        """A host that was away returns and stands by."""
        self._away -= 1
        self._stand_by(host)

    def retire(self) -> bool:
        """One of the hosts in repair leaves for good; whether it is to be replaced."""
        self._repair -= 1
        self._tell()
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

    def resize(self, rules: ClusterRules) -> None:
        """Own as many hosts as other rules say; idle ones leave first."""
        before = self._rules
        for place in range(rules.hosts, before.hosts):
            host = self.host_at(place)
            if host != _VACANT:
                self._vacate(host)
                self._stand_by(host)
        self._rules = rules
        self.vacant = [place for place in self.vacant if place < rules.hosts]
        for place in range(before.hosts, rules.hosts):
            self._at[place] = _VACANT
            self.vacant.append(place)
        more = rules.hosts + rules.spares - before.hosts - before.spares
        for _ in range(more):
            self._one_more()
        self._surplus += max(0, -more)
        while self._surplus and self.idle:
            self._surplus -= 1
            self._remove_idle(self.idle[-1])
        self._tell()

    def _one_more(self) -> None:
        if self._surplus:
            self._surplus -= 1
        else:
            self.provide()

    def _stand_by(self, host: int) -> None:
        if self._surplus:
            self._surplus -= 1
        else:
            self.idle.append(host)
            if self._hazard.idle:
                self._hazard.enter_spares(host, len(self.idle), self._env.now)
            self.spares_changed()
        self._tell()

    def _remove_idle(self, host: int) -> None:
        self.idle.remove(host)
        if self._hazard.idle:
            self._hazard.leave_spares(host, len(self.idle), self._env.now)
        self.spares_changed()

    def _vacate(self, host: int) -> None:
        place = self._place.get(host, host)
        self._place[host] = _NOWHERE
        self._at[place] = _VACANT
        self.vacant.append(place)
        self._hazard.leave_job(host)

    def _tell(self) -> None:
        job, idle = self._rules.hosts - len(self.vacant), len(self.idle)
        if self.dark:
            census = _census_of((0, 0, self._repair, self._away + job + idle))
        else:
            census = _census_of((job, idle, self._repair, self._away))
        self._sink.census(self._env.now, census)
