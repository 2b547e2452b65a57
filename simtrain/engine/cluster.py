"""The hosts: which of them hold a place in the job, stand by, are in repair, or are away.

The job has numbered places, and hosts stand in numbered slots, which make up domains. At the start
place k holds host k, and only what differs from that is kept, so that a trial pays for what happens
and not for the number of hosts.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from functools import partial
from heapq import heappop, heappush
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.timeline import Census, EventKind
from simtrain.engine.domain_spares import DomainSpares
from simtrain.model.streams import FAULT_IN_BURST, NOTICE, REACH, SWAP, SWAP_IN
from simtrain.model.topology import numbers_struck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simtrain.engine.domain_spares import Step
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent
    from simtrain.faults.sources import Sources
    from simtrain.model.draws import Row
    from simtrain.model.parameters import ClusterParameters, Parameters

_VACANT = -1  # in place of a host
_NOWHERE, _IDLE = -1, -2  # in place of a place: neither in the job nor standing by; standing by
_SWAPPED_IN = EventKind.SWAP_IN


class Taken(NamedTuple):
    """Hosts that a fault takes: those of the job, and those among the idle spares.

    Parameters
    ----------
    rows
        Draws that decide about each of them, where they are not those of the fault itself.
    """

    of_job: tuple[int, ...] = ()
    idle: tuple[int, ...] = ()
    rows: Mapping[int, Row] = {}

    @property
    def hosts(self) -> tuple[int, ...]:
        """All of them."""
        return self.of_job + self.idle


NOBODY = Taken()
_ALIKE = NOBODY.rows

# A call of the class would cost more than all else that is done to take a census or a host.
_census_of = partial(tuple.__new__, Census)
_taken = partial(tuple.__new__, Taken)


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
    holds_copies
        Whether hosts hold copies, which are lost with them.
    aside
        Hosts that hold a place and do not work, though others of the job may.
    looked_into
        Hosts of the job that were struck and that somebody looks into beside training, and how
        often.
    all_out
        Whether an incident or a fault has taken all hosts at once. They keep their places for when
        they come back, so that this costs no more than losing one.
    holds_copies
        Whether copies of some tier are lost with the hosts that hold them.
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
        self.holds_copies = any(tier.survives for tier in state.parameters.checkpoint.tiers)
        self._repair = 0
        self._away = 0
        # Ordered so that any of thousands can leave at once, and one can be put ahead of them.
        self.idle = OrderedDict.fromkeys(range(parameters.hosts, self._next_host))
        # Host -> place, where it is not the place of that number; spares have none.
        self._place: dict[int, int] = dict.fromkeys(self.idle, _IDLE)
        self._slots = parameters.slots
        self._owned = self._slots.count  # slots there are, with those of later hosts
        self._slot: dict[int, int] = {}  # later host -> slot
        self._in_slot: dict[int, int] = {}  # slot -> later host
        self._free: list[int] = []  # heap of slots that hosts have left for good
        self._bound = _bound(parameters)
        self._whole = self._bound if parameters.whole else None
        self._returned = (
            0  # how many of the first idle ones came back by themselves; not of `whole`
        )
        self.aside: set[int] = set()
        self.looked_into: Counter[int] = Counter()
        self.all_out = False
        self._times_out = 0
        self._report_census()
        self._set_idle_hazard()

    @property
    def size(self) -> int:
        """Number of places of the job."""
        return self._parameters.hosts

    @property
    def owned(self) -> int:
        """Number of hosts that there are, wherever they are, without those that are to leave."""
        standing = self.size - len(self.vacant) + len(self.idle)
        return standing + self._repair + self._away - self._surplus

    def fit(self) -> int:
        """Number of idle spares that can take vacant places now, or of all where any can."""
        return len(self.idle) if self._bound is None else self._bound.fit(self.vacant)

    def returned(self) -> int:
        """How many idle hosts came back by themselves and can take vacant places without a swap."""
        if self._whole is not None:
            return len(self._whole.back(self.vacant))
        return self._returned

    def taken_by(self, event: FaultEvent) -> Taken:
        """Hosts that stand in what a fault strikes, at present."""
        among, unit = event.among, event.unit
        if among == "hosts":
            return Taken((unit,)) if self.works(unit) else Taken((), (unit,))
        if among == "idle":
            return Taken((), tuple(islice(self.idle, unit, unit + 1)))
        if among == "standing":
            return self._standing([*(event.away or (unit,))])
        if among == "domains":
            return self._taken_in(event)
        host = self._at.get(unit, unit) if event.fault.scope.hosts else _VACANT
        if host == _VACANT:
            return NOBODY
        return Taken((), (host,)) if host in self.aside else _taken(((host,), (), _ALIKE))

    def _taken_in(self, event: FaultEvent) -> Taken:
        """Hosts of a domain that a fault takes: all that stand in it, or some slots of it."""
        fault, stream, number = event.fault, event.stream, event.number
        size = fault.scope.hosts
        slots = range(event.unit * size, min((event.unit + 1) * size, self._owned))
        if fault.part is None:
            return self._standing_in(slots)
        there = self._slots.filled(slots)
        draws = self._state.draws
        part = fault.part.hosts(there, draws.stream(REACH, stream.name).row(number))
        of_each = draws.stream(FAULT_IN_BURST, stream.name)
        rows = [of_each.row(number, host) for host in range(part)]
        struck = [self._slots.filled_slot(slots, n) for n in numbers_struck(there, rows)]
        of_hosts = {self._host_in(slot): row for slot, row in zip(struck, rows, strict=True)}
        return self._standing_in(sorted(struck))._replace(rows=of_hosts)

    def holds_job(self, event: FaultEvent) -> bool:
        """Whether a host of the job stands in the domain that a fault strikes."""
        size, unit = event.fault.scope.hosts, event.unit
        slots = range(unit * size, min((unit + 1) * size, self._owned))
        return any(self.works(self._host_in(slot)) for slot in slots)

    def _standing_in(self, slots: Iterable[int]) -> Taken:
        """Hosts that stand in some slots; none do while all are away."""
        return self._standing([host for host in map(self._host_in, slots) if host >= 0])

    def _standing(self, hosts: list[int]) -> Taken:
        """Those of some hosts that stand; none do while all are away."""
        if self.all_out:
            return NOBODY
        place, aside = self._place, self.aside
        of_job = [host for host in hosts if place.get(host, host) >= 0]
        idle = [host for host in hosts if place.get(host, host) == _IDLE]
        if aside:
            idle += [host for host in of_job if host in aside]
            of_job = [host for host in of_job if host not in aside]
        return Taken(tuple(of_job), tuple(idle))

    def _host_in(self, slot: int) -> int:
        """Host that belongs in a slot, wherever it is; -1 if there is none."""
        return self._in_slot[slot] if slot in self._in_slot else self._slots.host_in(slot)

    def _slot_of(self, host: int) -> int:
        return self._slot[host] if host in self._slot else self._slots.of_host(host)

    def host_at(self, place: int) -> int:
        """Host that holds a place, or -1."""
        return self._at.get(place, place)

    def in_job(self, host: int) -> bool:
        """Whether a host holds a place in the job."""
        return self._place.get(host, host) >= 0

    def place_of(self, host: int) -> int:
        """Place that a host holds; negative if it holds none."""
        return self._place.get(host, host)

    def works(self, host: int) -> bool:
        """Whether a host holds a place in the job and works while the job does."""
        return self._place.get(host, host) >= 0 and host not in self.aside

    def set_aside(self, hosts: Iterable[int]) -> None:
        """Let hosts of the job work no longer, and be at the risk of spares."""
        for host in hosts:
            if host not in self.aside:
                self.aside.add(host)
                self._sources.set_aside(host, self._env.now)
        self._state.announce()

    def take_in(self, hosts: Iterable[int]) -> None:
        """Let hosts of the job that stood aside work again."""
        for host in hosts:
            if host in self.aside:
                self.aside.remove(host)
                self._sources.take_in(host, self._env.now)
        self._state.announce()  # whoever waits for what strikes spares waits for less

    def stands(self, host: int) -> bool:
        """Whether a host holds a place in the job or stands by."""
        return self._place.get(host, host) != _NOWHERE

    def send_to_repair(self, host: int) -> None:
        """Take a host to repair from the job, from among the spares, or from where it is away."""
        place = self._place.get(host, host)
        if place >= 0:
            self._vacate(host)
        elif place == _IDLE:
            self._remove_idle(host)
        else:
            self._away -= 1
        self._repair += 1
        self._report_census()

    def lose_all(self, all_out: bool) -> None:
        """Lose all hosts at once, or have them back from one of the times that they were lost."""
        self._times_out += 1 if all_out else -1
        self.all_out = self._times_out > 0
        copies = self._state.copies
        copies.losses.lost_all(copies.made)
        self._set_idle_hazard()
        self._state.announce()
        self._report_census()

    def some_of_job(
        self, wanted: int, first: int, among: Callable[[int], bool] | None = None
    ) -> list[int]:
        """Up to `wanted` hosts of the job, or `among` some, from place `first` on in a circle."""
        hosts: list[int] = []
        for place in chain(range(first, self.size), range(first)):
            if len(hosts) == wanted:
                break
            host = self.host_at(place)
            if host != _VACANT and (among is None or among(host)):
                hosts.append(host)
        return hosts

    def idle_first(self, wanted: int) -> list[int]:
        """Up to `wanted` idle hosts, in the order in which they became idle."""
        return list(islice(self.idle, wanted))

    def take_away(self, wanted: int, first: int) -> list[int]:
        """Take hosts away, those of the job first, from place `first` on in a circle."""
        taken = self.some_of_job(wanted, first)
        for host in taken:
            self._vacate(host)
        while len(taken) < wanted and self.idle:
            host = next(iter(self.idle))
            taken.append(host)
            self._remove_idle(host)
        self._away += len(taken)
        self._report_census()
        return taken

    def has_spare_for(self, host: int) -> bool:
        """Whether a spare stands by that could step in for a host and that no other place lacks."""
        if self.all_out:
            return False
        if self._bound is None:
            return len(self.idle) > len(self.vacant)
        return self._bound.has_spare(self._slot_of(host), self.vacant)

    def can_spare(self, host: int) -> bool:
        """Whether a host stands by, and no place would go without if it left."""
        if self._place.get(host, host) != _IDLE or self.all_out:
            return False
        if self._bound is None:
            return len(self.idle) > len(self.vacant)
        return self._bound.can_spare(self._slot_of(host), self.vacant)

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
        bound = self._bound
        host = next(iter(self.idle)) if bound is None else bound.first(self.vacant)
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
        if self._bound is not None:
            if count:
                self._fill_by_domain(self._bound, count, cause)
            return
        if self._returned:
            self._returned -= min(count, self._returned)
        sources, now = self._sources, self._env.now
        for _ in range(count):
            host, _ = self.idle.popitem(last=False)
            if sources.follows_spares:
                sources.leave_spares(host, len(self.idle), now)
            self._take(host, self.vacant.pop(), cause, now)
        if sources.follows_spares:
            self._state.announce()
        self._report_census()

    def _fill_by_domain(self, bound: DomainSpares, count: int, cause: str) -> None:
        """Put the first `count` spares that can into the job, or a whole domain for another."""
        # Those that need no swap step in alone: a whole domain that steps in for another needs one.
        for place in () if self._whole and self.returned() else bound.move(self.vacant):
            host = self.host_at(place)
            if host != _VACANT:
                self._vacate(host)
                self._stand_by(host)
                count += 1
        for host, place in self._steps(bound)[:count]:
            self.vacant.remove(place)
            self._remove_idle(host)
            self._take(host, place, cause, self._env.now)
        self._report_census()

    def _steps(self, bound: DomainSpares) -> list[Step]:
        whole = self._whole
        back = whole.back(self.vacant) if whole else set(islice(self.idle, self._returned))
        return bound.steps(self.vacant, back)

    def move(self, host: int, place: int, cause: str) -> None:
        """Let a host of the job leave its place for a vacant one."""
        self._vacate(host)
        self.vacant.remove(place)
        self._take(host, place, cause, self._env.now)
        self._report_census()

    def _take(self, host: int, place: int, cause: str, now: float) -> None:
        """Let a host that is at no risk take a place."""
        self._at[place] = host
        self._place[host] = place
        self._swaps[host] = self._swaps.get(host, 0) + 1
        self._sources.enter_job(host)
        if self.holds_copies:
            copies = self._state.copies
            copies.losses.came(host, copies.made)
        self._sink.happened(now, _SWAPPED_IN, cause, host)

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
        self._stand_by(host, first=self._is_awaited(host))

    def _is_awaited(self, host: int) -> bool:
        """Whether a place is vacant that no other host which came back by itself is to take."""
        if self._bound is None:
            return self._returned < len(self.vacant)
        ahead = map(self._slot_of, islice(self.idle, self._returned))
        return self._bound.awaits(self._slot_of(host), self.vacant, ahead)

    def retire(self, host: int) -> bool:
        """A host in repair leaves for good; whether it is to be replaced."""
        self._repair -= 1
        self._report_census()
        if self._surplus:
            self._surplus -= 1
            self._leave(host)
            return False
        return True

    def provide(self, retired: int) -> None:
        """A new host comes in the slot of a retired one, and stands by."""
        self._install(self._slot_of(retired))

    def _install(self, slot: int) -> None:
        """Let a new host come in a slot, and stand by."""
        host = self._next_host
        self._next_host += 1
        self._place[host] = _NOWHERE
        self._slot[host], self._in_slot[slot] = slot, host
        self._stand_by(host)

    def _leave(self, host: int) -> None:
        """Let a host leave its slot for good."""
        slot = self._slot_of(host)
        self._in_slot[slot] = _VACANT
        heappush(self._free, slot)

    def renew_hosts(self) -> None:
        """Let new hosts stand by for all places of the job, and the hosts there leave for good.

        Where hosts are alike, only those that are bad or slow need leave.
        """
        state, sources = self._state, self._sources
        marked = {one.host for one in state.latent} | set(sources.relapse.bad)
        in_job = filter(self.in_job, sorted(marked))
        if sources.tells_hosts_apart:
            in_job = filter(lambda host: host != _VACANT, map(self.host_at, range(self.size)))
        for host in list(in_job):
            self._vacate(host)
            self._renewed(host)
        for host in [host for host in self.idle if sources.tells_hosts_apart or host in marked]:
            self._remove_idle(host)
            self._renewed(host)
        lacking = len(self.vacant) - len(self.idle)
        for _ in range(lacking):
            self._in_any_slot()
        self._surplus += max(0, lacking)  # for as many in repair or away now

    def _renewed(self, host: int) -> None:
        """Let a new host stand by in the slot of one that has left its place."""
        self._state.cure(host)
        self._sources.relapse.renew(host)
        self._install(self._slot_of(host))

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
        self._returned = min(self._returned, len(self.vacant))
        for place in range(before.hosts, parameters.hosts):
            self._at[place] = _VACANT
            self.vacant.append(place)
        more = parameters.hosts + parameters.spares - before.hosts - before.spares
        for _ in range(more):
            self._one_more()
        self._surplus += max(0, -more)
        while self._surplus and len(self.idle) > len(self.vacant):
            self._surplus -= 1
            last = next(reversed(self.idle))
            self._remove_idle(last)
            self._leave(last)
        self._report_census()
        self._set_idle_hazard()
        self._state.announce()

    def _one_more(self) -> None:
        if self._surplus:
            self._surplus -= 1
        else:
            self._in_any_slot()

    def _in_any_slot(self) -> None:
        """Let a new host come where one has left for good, or in a slot of its own."""
        if self._free:
            self._install(heappop(self._free))
        else:
            self._owned += 1
            self._sources.own(self._owned)
            self._install(self._owned - 1)

    def _stand_by(self, host: int, first: bool = False) -> None:
        if self._surplus and len(self.idle) >= len(self.vacant):
            self._surplus -= 1
            self._leave(host)
        else:
            self._place[host] = _IDLE
            if self._bound is not None:
                self._bound.enter(host, self._slot_of(host), first)
            self.idle[host] = None
            if first and self._whole is None:
                self.idle.move_to_end(host, last=False)
                self._returned += 1
            if self._sources.follows_spares:
                self._sources.enter_spares(host, len(self.idle), self._env.now)
            self._state.announce()
        self._report_census()

    def _remove_idle(self, host: int) -> None:
        if self._returned and host in islice(self.idle, self._returned):
            self._returned -= 1
        del self.idle[host]
        self._place[host] = _NOWHERE
        if self._bound is not None:
            self._bound.leave(host, self._slot_of(host))
        if self._sources.follows_spares:
            self._sources.leave_spares(host, len(self.idle), self._env.now)
        self._state.announce()

    def lose_state(self, host: int, left: bool) -> None:
        """A host of the job leaves, or is struck and stays: what it held of copies is lost."""
        copies = self._state.copies
        copies.losses.lost(host, self._slot_of(host), copies.made, left)

    def _vacate(self, host: int) -> None:
        if self.holds_copies:
            self.lose_state(host, left=True)
        place = self._place.get(host, host)
        self._place[host] = _NOWHERE
        self._at[place] = _VACANT
        self.vacant.append(place)
        if self.looked_into:
            self.looked_into.pop(host, None)
        if host in self.aside:
            self.take_in((host,))
        self._sources.leave_job(host)

    def _set_idle_hazard(self) -> None:
        """Let hosts that do not work be at their risk; hosts that are all out are at none."""
        fraction = 0.0 if self.all_out else self._parameters.idle_hazard
        standing = not self.all_out
        self._sources.set_idle_hazard(fraction, self.idle, self._env.now, standing, self.aside)

    def _report_census(self) -> None:
        job, idle = self._parameters.hosts - len(self.vacant), len(self.idle)
        if self.all_out:
            census = _census_of((0, 0, self._repair, self._away + job + idle))
        else:
            census = _census_of((job, idle, self._repair, self._away))
        self._sink.census(self._env.now, census)


def _bound(parameters: ClusterParameters) -> DomainSpares | None:
    """Spares by domain, where they do not step in anywhere."""
    size = parameters.whole or parameters.spares_within
    return DomainSpares(parameters.slots, size, bool(parameters.whole)) if size else None
