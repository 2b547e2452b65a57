"""Every host is in one place at a time, whatever happens to it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from simpy import Environment

from simtrain.accounts.timeline import Census, EventKind
from simtrain.engine.cluster import NOBODY, Cluster
from simtrain.faults.source import FaultEvent
from simtrain.model.draws import Draws
from simtrain.model.losses import Losses
from simtrain.model.streams import FAULT as FAULT_ROWS
from simtrain.model.topology import ALL, HOST, JOB, Scope
from simtrain.validation.sinks import Silent
from tests.model.samples import CLUSTER, FAULT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.parameters import ClusterParameters

IDLE_HAZARD = 0.5


def cluster_of(hosts: int, spares: int) -> ClusterParameters:
    return replace(CLUSTER, hosts=hosts, spares=spares, idle_hazard=IDLE_HAZARD)


class FakeState:
    """As much of the state of a trial as a cluster asks for; it counts announcements."""

    def __init__(self, cluster: ClusterParameters, sink: Silent):
        self.env = Environment()
        self.sink = sink
        self.draws = Draws()
        self.parameters = SimpleNamespace(cluster=cluster, checkpoint=SimpleNamespace(tiers=()))
        self.copies = SimpleNamespace(losses=Losses(), made=0)
        self.announced = 0

    def announce(self) -> None:
        self.announced += 1


class AtRisk:
    """Stands for the sources: which hosts are at risk in the job and among the spares."""

    def __init__(self, hosts: int):
        self.follows_spares = False
        self.job = set(range(hosts))
        self.spares: set[int] = set()
        self.slots = 10  # no more are there at the start

    def own(self, slots: int) -> None:
        self.slots = max(self.slots, slots)

    def set_idle_hazard(
        self,
        fraction: float,
        idle: Iterable[int],
        time: float,
        standing: bool,
        aside: Iterable[int] = (),
    ) -> None:
        self.follows_spares = fraction > 0
        self.spares = set(idle) if fraction else set()

    def enter_job(self, host: int) -> None:
        assert host not in self.job | self.spares
        self.job.add(host)

    def leave_job(self, host: int) -> None:
        self.job.remove(host)

    def enter_spares(self, host: int, idle: int, time: float) -> None:
        assert host not in self.job | self.spares
        self.spares.add(host)
        assert len(self.spares) == idle

    def leave_spares(self, host: int, idle: int, time: float) -> None:
        self.spares.remove(host)
        assert len(self.spares) == idle


def fault_of(unit: int, scope: Scope, among: str = "job") -> FaultEvent:
    stream = Draws().stream(FAULT_ROWS, "break")
    return FaultEvent(replace(FAULT, scope=scope), among, unit, stream, 0, ([], 0))


class Counting(Silent):
    """Keeps the last census, and the hosts that were swapped in."""

    def __init__(self) -> None:
        self.last = Census(0, 0, 0, 0)
        self.swapped: list[int] = []

    def census(self, time: float, hosts: Census) -> None:
        self.last = hosts

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        assert what is EventKind.SWAP_IN
        self.swapped.append(host)


class Hosts(RuleBasedStateMachine):
    """Hosts move at random; where they are is known from what was done with them."""

    @initialize(hosts=st.integers(1, 6), spares=st.integers(0, 4))
    def begin(self, hosts: int, spares: int) -> None:
        self.hosts, self.spares = hosts, spares
        self.sources = AtRisk(hosts)
        self.sink = Counting()
        self.state = FakeState(cluster_of(hosts, spares), self.sink)
        self.cluster = Cluster(cast("TrialState", self.state), cast("Sources", self.sources))
        self.repair: list[int] = []
        self.away: list[int] = []
        self.to_come: list[int] = []  # retired hosts that others come for
        self.times_out = 0
        self.surplus = 0  # hosts that have to leave when they can
        self.slot = {host: host for host in range(hosts + spares)}

    @property
    def vacant(self) -> int:
        return self.hosts - len(self.job)

    @property
    def job(self) -> list[int]:
        places = range(self.hosts)
        return [host for host in map(self.cluster.host_at, places) if host >= 0]

    def pick(self, hosts: list[int], data: Any) -> int:
        return data.draw(st.sampled_from(sorted(hosts)))  # type: ignore[no-any-return]

    def arrived(self, host: int, place: int = -1) -> None:
        """A host that came stands by last in the row, or has left if nobody needs it."""
        if self.surplus and len(self.cluster.idle) - (host in self.cluster.idle) >= self.vacant:
            self.surplus -= 1
            assert host not in self.cluster.idle
            del self.slot[host]
        else:
            assert list(self.cluster.idle)[place] == host

    @rule(data=st.data())
    def a_host_of_the_job_goes_to_repair(self, data: Any) -> None:
        if self.job:
            host = self.pick(self.job, data)
            self.cluster.send_to_repair(host)
            self.repair.append(host)
            assert not self.cluster.in_job(host)

    @rule(data=st.data())
    def a_spare_goes_to_repair(self, data: Any) -> None:
        if self.cluster.idle:
            host = self.pick(list(self.cluster.idle), data)
            self.cluster.send_to_repair(host)
            self.repair.append(host)

    @precondition(lambda self: not self.cluster.all_out)
    @rule(data=st.data())
    def spares_take_places_in_their_order(self, data: Any) -> None:
        most = min(len(self.cluster.vacant), len(self.cluster.idle))
        count = data.draw(st.integers(0, most))
        first = list(self.cluster.idle)[:count]
        self.sink.swapped.clear()
        self.cluster.fill(count, "cause")
        assert self.sink.swapped == first
        assert set(first) <= set(self.job)

    @rule(data=st.data())
    def a_host_returns_from_repair(self, data: Any) -> None:
        if self.repair:
            host = self.pick(self.repair, data)
            self.repair.remove(host)
            self.cluster.back_from_repair(host)
            self.arrived(host)

    @rule(wanted=st.integers(0, 8), first=st.integers(0, 5))
    def hosts_are_taken_away_those_of_the_job_first(self, wanted: int, first: int) -> None:
        before, idle = self.job, list(self.cluster.idle)
        taken = self.cluster.take_away(wanted, first % self.hosts)
        assert len(taken) == len(set(taken)) == min(wanted, len(before) + len(idle))
        assert set(taken[: len(before)]) <= set(before)
        assert taken[len(before) :] == idle[: max(0, wanted - len(before))]
        self.away += taken

    @rule(data=st.data())
    def a_host_that_was_away_comes_back(self, data: Any) -> None:
        if self.away:
            host = self.pick(self.away, data)
            self.away.remove(host)
            self.cluster.back_from_away(host)
            self.arrived(host)

    @rule(data=st.data())
    def a_host_goes_away(self, data: Any) -> None:
        if hosts := [*self.job, *self.cluster.idle]:
            host = self.pick(hosts, data)
            self.cluster.send_away((host,))
            self.away.append(host)

    @rule(data=st.data())
    def a_host_comes_back_by_itself_ahead_of_others_if_a_place_is_left_for_it(
        self, data: Any
    ) -> None:
        if self.away:
            host = self.pick(self.away, data)
            self.away.remove(host)
            first = self.cluster.returned() < self.vacant
            self.cluster.back_by_itself(host)
            self.arrived(host, 0 if first else -1)

    @rule(data=st.data())
    def a_host_that_was_away_goes_to_repair(self, data: Any) -> None:
        if self.away:
            host = self.pick(self.away, data)
            self.away.remove(host)
            self.repair.append(host)
            self.cluster.send_to_repair(host)

    @rule(data=st.data())
    def a_host_is_retired(self, data: Any) -> None:
        if self.repair:
            host = self.pick(self.repair, data)
            self.repair.remove(host)
            replaced = self.cluster.retire(host)
            assert replaced == (not self.surplus)
            if replaced:
                self.to_come.append(host)
            else:
                self.surplus -= 1
                del self.slot[host]

    @precondition(lambda self: self.to_come)
    @rule()
    def a_new_host_comes(self) -> None:
        known = {*self.job, *self.cluster.idle, *self.repair, *self.away}
        retired = self.to_come.pop()
        too_many = self.surplus and len(self.cluster.idle) >= self.vacant
        self.cluster.provide(retired)
        slot = self.slot.pop(retired)
        if too_many:
            self.surplus -= 1
        else:
            last = next(reversed(self.cluster.idle))
            assert last > max(known, default=-1)
            self.slot[last] = slot

    @rule(all_out=st.booleans())
    def all_hosts_are_lost_or_come_back(self, all_out: bool) -> None:
        before, announced = self.job, self.state.announced
        all_out = all_out or not self.times_out
        self.times_out += 1 if all_out else -1
        self.cluster.lose_all(all_out)
        assert self.cluster.all_out == (self.times_out > 0)
        assert self.job == before
        assert self.state.announced > announced

    @rule(hosts=st.integers(1, 6), spares=st.integers(0, 4))
    def the_size_changes(self, hosts: int, spares: int) -> None:
        kept = [self.cluster.host_at(place) for place in range(min(hosts, self.hosts))]
        more = hosts + spares - self.hosts - self.spares
        idle = len(self.cluster.idle) + max(0, len(self.job) - sum(host >= 0 for host in kept))
        self.cluster.resize(cluster_of(hosts, spares))
        self.hosts, self.spares = hosts, spares
        assert [self.cluster.host_at(place) for place in range(len(kept))] == kept
        surplus = self.surplus - more
        self.surplus = max(0, surplus - max(0, idle - self.vacant))
        self.new_hosts_take_free_slots_before_new_ones()

    def new_hosts_take_free_slots_before_new_ones(self) -> None:
        everywhere = {*self.job, *self.cluster.idle, *self.repair, *self.away, *self.to_come}
        for host in self.slot.keys() - everywhere:
            del self.slot[host]
        taken = set(self.slot.values())
        free = [slot for slot in range(99) if slot not in taken]
        for host, slot in zip(sorted(everywhere - self.slot.keys()), free, strict=False):
            self.slot[host] = slot
        assert max(self.slot.values()) < self.sources.slots

    @invariant()
    def each_host_is_in_one_place(self) -> None:
        if not hasattr(self, "cluster"):
            return
        job, idle = self.job, list(self.cluster.idle)
        everywhere = [*job, *idle, *self.repair, *self.away]
        assert len(everywhere) == len(set(everywhere))
        assert {host for host in everywhere if self.cluster.in_job(host)} == set(job)
        assert len(self.cluster.vacant) == self.hosts - len(job)
        assert 0 <= self.cluster.returned() <= min(len(idle), len(self.cluster.vacant))
        assert self.cluster.size == self.hosts
        assert self.sources.job == set(job)
        assert self.sources.spares == (set() if self.cluster.all_out else set(idle))
        assert self.cluster.some_of_job(99, 0) == job

    @invariant()
    def a_fault_strikes_the_hosts_that_are_in_its_unit(self) -> None:
        if not hasattr(self, "cluster"):
            return
        job, idle = set(self.job), set(self.cluster.idle)
        for size in (2, 3, ALL):
            for unit in range(-(-max(self.slot.values()) // size)):
                there = {host for host, slot in self.slot.items() if slot // size == unit}
                taken = self.cluster.taken_by(fault_of(unit, Scope(size), "domains"))
                assert len(taken.hosts) == len(set(taken.hosts))
                assert set(taken.of_job) == (set() if self.cluster.all_out else there & job)
                assert set(taken.idle) == (set() if self.cluster.all_out else there & idle)
        for place in range(self.hosts):
            host = self.cluster.host_at(place)
            assert self.cluster.taken_by(fault_of(place, HOST)).of_job == ((host,) * (host >= 0))
        assert self.cluster.taken_by(fault_of(0, JOB)) == NOBODY
        for number, host in enumerate(self.cluster.idle):
            assert self.cluster.taken_by(fault_of(number, HOST, "idle")).hosts == (host,)
        for host in job | idle:
            taken = self.cluster.taken_by(fault_of(host, HOST, "hosts"))
            assert (taken.of_job, taken.idle)[host in idle] == (host,)

    @invariant()
    def as_many_hosts_are_owned_as_the_parameters_say(self) -> None:
        if not hasattr(self, "cluster"):
            return
        there = len(self.job) + len(self.cluster.idle) + len(self.repair) + len(self.away)
        assert there + len(self.to_come) == self.hosts + self.spares + self.surplus
        assert not self.surplus or len(self.cluster.idle) <= self.vacant

    @invariant()
    def the_census_says_where_they_are(self) -> None:
        if not hasattr(self, "cluster"):
            return
        job, idle = len(self.job), len(self.cluster.idle)
        expected = Census(job, idle, len(self.repair), len(self.away))
        if self.cluster.all_out:
            expected = Census(0, 0, len(self.repair), len(self.away) + job + idle)
        assert self.sink.last == expected


TestHosts = pytest.mark.slow(Hosts.TestCase)
TestHosts.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None
)
