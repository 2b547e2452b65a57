"""Which spare may step in where spares belong to a domain, or where whole domains step in."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.model.topology import Slots


class Step(NamedTuple):
    """A spare and the place of the job that it takes."""

    host: int
    place: int


class DomainSpares:
    """Idle spares by domain, and the places of the job that wait for them.

    A place waits for hosts of its domain. With `whole`, as many places as a domain has hosts follow
    each other in one domain; where that cannot fill them, all of them move to a domain that stands
    by as a whole, if there is one.

    Parameters
    ----------
    slots
        Where hosts stand at the start.
    size
        Hosts in a domain.
    whole
        Whether the job takes whole domains.
    """

    __slots__ = ("_back", "_domains", "_idle", "_ready", "_size", "_slots", "_whole")

    def __init__(self, slots: Slots, size: int, whole: bool):
        self._slots = slots
        self._size = size
        self._whole = whole
        self._back: set[int] = set()  # idle ones that came back by themselves to whole domains
        self._idle: dict[int, deque[int]] = {}  # domain -> its idle spares, in their order
        # Block of places -> domain, where it is not the one of that number.
        self._domains: dict[int, int] = {}
        # Whole domains that stand by and belong to no block, in the order in which they became so.
        first, last = slots.job // size, slots.hosts // size
        self._ready: dict[int, None] = dict.fromkeys(range(first, last) if whole else ())

    def enter(self, host: int, slot: int, first: bool) -> None:
        """Let a host stand by, ahead of others in its domain or behind them."""
        domain = slot // self._size
        idle = self._idle_of(domain)
        idle.insert(0 if first else len(idle), host)
        if first and self._whole:
            self._back.add(host)
        if self._whole and len(idle) == self._size and not self._is_of_job(domain):
            self._ready[domain] = None

    def leave(self, host: int, slot: int) -> None:
        """Let a host no longer stand by."""
        domain = slot // self._size
        self._idle_of(domain).remove(host)
        self._back.discard(host)
        self._ready.pop(domain, None)

    def fit(self, vacant: Iterable[int]) -> int:
        """How many of the vacant places can be filled now."""
        filled, ready = 0, len(self._ready)
        for domain, places in self._by_domain(vacant).items():
            idle = len(self._idle_of(domain))
            if not self._whole:
                filled += min(len(places), idle)
            elif idle >= len(places):
                filled += len(places)
            elif ready:
                filled, ready = filled + len(places), ready - 1
        return filled

    def awaits(self, slot: int, vacant: Iterable[int], ahead: Iterable[int]) -> bool:
        """Whether a place waits for a host that comes back by itself in a slot.

        Parameters
        ----------
        ahead
            Slots of others that came back so, and are to take places first.
        """
        domain = slot // self._size
        taken = sum(other // self._size == domain for other in ahead)
        return taken < len(self._by_domain(vacant).get(domain, ()))

    def back(self, vacant: Iterable[int]) -> set[int]:
        """Those that came back by themselves to whole domains that lack no others any more."""
        if not self._back:
            return set()
        return {step.host for step in self.steps(vacant, set())} & self._back

    def has_spare(self, slot: int, vacant: Iterable[int]) -> bool:
        """Whether one would step in for the host in a slot of the job, lacked by no other place."""
        waiting = self._by_domain(vacant)
        if not self._whole:
            domain = slot // self._size
            return len(self._idle_of(domain)) > len(waiting.get(domain, ()))
        lacking = sum(len(self._idle_of(one)) < len(places) for one, places in waiting.items())
        return len(self._ready) > lacking

    def can_spare(self, slot: int, vacant: Iterable[int]) -> bool:
        """Whether no place would go without if the idle spare in a slot left."""
        domain = slot // self._size
        is_of_use = not self._whole or domain in self._ready or self._is_of_job(domain)
        return not is_of_use or self.has_spare(slot, vacant)

    def first(self, vacant: Iterable[int]) -> int:
        """Spare that would step in first, where any can."""
        waiting = self._by_domain(vacant).items()
        for domain, places in waiting:
            idle = self._idle_of(domain)
            if idle and (not self._whole or len(idle) >= len(places)):
                return idle[0]
        return self._idle_of(next(iter(self._ready)))[0]

    def move(self, vacant: Iterable[int]) -> list[int]:
        """Move places that lack hosts to whole domains that stand by; returns all of these places.

        Hosts that hold some of them have to leave these before others step in.
        """
        moved: list[int] = []
        if not self._whole:
            return moved
        for domain, places in self._by_domain(vacant).items():
            if self._ready and len(self._idle_of(domain)) < len(places):
                block = places[0] // self._size
                self._domains[block] = other = next(iter(self._ready))
                del self._ready[other]
                self._back.difference_update(self._idle_of(domain))
                moved += range(block * self._size, (block + 1) * self._size)
        return moved

    def steps(self, vacant: Iterable[int], ahead: set[int]) -> list[Step]:
        """Spares that can take vacant places now, those `ahead` of others first."""
        steps: list[Step] = []
        for domain, places in self._by_domain(vacant).items():
            idle = self._idle_of(domain)
            if not self._whole or len(idle) >= len(places):
                spares = list(islice(idle, len(places)))
                steps += map(Step, spares, reversed(places))
        return sorted(steps, key=lambda step: step.host not in ahead) if ahead else steps

    def _by_domain(self, vacant: Iterable[int]) -> dict[int, list[int]]:
        """Vacant places by the domain whose hosts they wait for."""
        places: dict[int, list[int]] = {}
        for place in vacant:
            places.setdefault(self._domain_of(place), []).append(place)
        return places

    def _domain_of(self, place: int) -> int:
        """Domain whose hosts a place waits for: the one it began in, unless whole domains move."""
        if not self._whole:
            return self._slots.of_host(place) // self._size
        block = place // self._size
        return self._domains.get(block, block)

    def _is_of_job(self, domain: int) -> bool:
        """Whether places of the job wait for hosts of a domain."""
        if domain < self._slots.job // self._size and domain not in self._domains:
            return True
        return domain in self._domains.values()

    def _idle_of(self, domain: int) -> deque[int]:
        """Idle spares of a domain; one that nothing has happened to yet has those of the start."""
        idle = self._idle.get(domain)
        if idle is None:
            idle = self._idle[domain] = deque(self._slots.spares_of(domain, self._size))
        return idle
