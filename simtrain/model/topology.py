"""Where hosts stand, and what a fault can strike: units of a scope, and how much of one it takes.

Hosts stand in numbered slots, and domains are runs of slots: a rack of 16 is slots 0 … 15, 16 … 31
and so on, a pod some racks that follow each other. A host keeps its slot for good, whether it holds
a place in the job, stands by, or is away; the job moves between hosts, and so between domains.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.streams import STRUCK, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simtrain.distributions import Law
    from simtrain.model.draws import Row

ALL = 1 << 40
"""Hosts in a unit that holds the whole cluster, however large that becomes."""

_QUANTILES = 200
"""Quantiles of a law that stand for it in a mean."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope of a class of faults.

    Parameters
    ----------
    hosts
        Hosts in a unit, which are lost together; `ALL` of them, or 0 if what fails is the job
        itself.
    """

    hosts: int

    @property
    def is_domain(self) -> bool:
        """Whether a unit is a domain of hosts: a rack, a pod, or the cluster."""
        return self.hosts > 1


JOB, HOST, CLUSTER = Scope(0), Scope(1), Scope(ALL)


def scope_of(name: str, hosts: Mapping[str, float]) -> Scope:
    """Scope by its name, where a unit of each has so many hosts.

    An accelerator is lost together with its host.
    """
    return Scope(int(min(hosts[name], ALL)))


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of a cluster.

    Without a level that spares belong to, hosts of the job come first and spares stand at the end.
    With one, as few of its domains as hold all hosts share the hosts of the job and the spares as
    evenly as can be, and in each of them spares stand at the end; slots may be left empty there.

    Parameters
    ----------
    job
        Hosts of the job at the start: host k holds place k of the job then.
    hosts
        Hosts of the cluster: those of the job, and the spares.
    within
        Hosts in a domain of the level within which spares step in; 0 if they do so anywhere.

    Attributes
    ----------
    domains
        Number of domains that hosts and spares are dealt over, if spares belong to one.
    """

    job: int
    hosts: int
    within: int = 0
    domains: int = field(init=False)

    def __post_init__(self) -> None:
        domains = -(-self.hosts // self.within) if self.within else 1
        object.__setattr__(self, "domains", domains)  # asked for often

    @property
    def count(self) -> int:
        """Number of slots, empty ones included."""
        return self.domains * self.within if self.within else self.hosts

    def units(self, size: int) -> int:
        """Number of domains of a size, the last one perhaps in part."""
        return -(-self.count // size)

    def units_of_job(self, size: int) -> int:
        """How many of these hold hosts of the job at the start: the first ones."""
        return self.units(size) if self.within else -(-self.job // size)

    def of_unit(self, size: int, unit: int) -> range:
        """Slots of a domain of a size."""
        return range(unit * size, min((unit + 1) * size, self.count))

    def of_host(self, host: int) -> int:
        """Slot of a host of the start."""
        if not self.within:
            return host
        if host < self.job:
            # Hosts before a domain are fewer by less than one than if hosts could be cut.
            domain = min(self.domains - 1, (host + 1) * self.domains // self.job)
            while self._job_before(domain) > host:
                domain -= 1
            return domain * self.within + host - self._job_before(domain)
        spare = host - self.job
        domain = ((spare + 1) * self.domains - 1) // self._spares
        return domain * self.within + self._in_job(domain) + spare - self._spares_before(domain)

    def host_in(self, slot: int) -> int:
        """Host that stands in a slot at the start; -1 if it is empty then."""
        if not self.within:
            return slot if slot < self.hosts else -1
        domain, number = divmod(slot, self.within)
        in_job = self._in_job(domain)
        if number < in_job:
            return self._job_before(domain) + number
        spare = self._spares_before(domain) + number - in_job
        return self.job + spare if spare < self._spares_before(domain + 1) else -1

    def filled(self, slots: range) -> int:
        """How many of some slots that follow each other are not empty at the start."""
        return self._filled_before(slots.stop) - self._filled_before(slots.start)

    def in_job(self, slots: range) -> int:
        """How many of some slots that follow each other hold hosts of the job at the start."""
        return self._in_job_before(slots.stop) - self._in_job_before(slots.start)

    def filled_slot(self, slots: range, number: int) -> int:
        """The slot with this number among those of `slots` that are not empty at the start."""
        number += self._filled_before(slots.start)
        if not self.within:
            return number
        domain = ((number + 1) * self.domains - 1) // self.hosts
        return domain * self.within + number - self._before(domain)

    def spares_of(self, domain: int, size: int) -> range:
        """Spares that stand in a domain at the start; of the level that they belong to, if any."""
        if not self.within:
            return range(max(self.job, domain * size), min((domain + 1) * size, self.hosts))
        return range(
            self.job + self._spares_before(domain), self.job + self._spares_before(domain + 1)
        )

    # All hosts are dealt by rounding down, and so are the spares among them: no two domains differ
    # by more than one. Where there are no fewer hosts of the job than domains, each gets one.

    @property
    def _spares(self) -> int:
        return self.hosts - self.job

    def _before(self, domain: int) -> int:
        return domain * self.hosts // self.domains

    def _spares_before(self, domain: int) -> int:
        return domain * self._spares // self.domains

    def _job_before(self, domain: int) -> int:
        return self._before(domain) - self._spares_before(domain)

    def _in_job(self, domain: int) -> int:
        return self._job_before(domain + 1) - self._job_before(domain)

    def _in_job_before(self, slot: int) -> int:
        if not self.within:
            return min(slot, self.job)
        domain, number = divmod(slot, self.within)
        before = self._job_before(domain)
        return before + min(number, self._in_job(domain)) if number else before

    def _filled_before(self, slot: int) -> int:
        if not self.within:
            return slot
        domain, number = divmod(slot, self.within)
        before = self._before(domain)
        return before + min(number, self._before(domain + 1) - before) if number else before


class Part(NamedTuple):
    """How many hosts of a unit a fault takes.

    Parameters
    ----------
    number
        Law of the number, or of the share of the hosts there are, drawn for each fault.
    is_share
        Which of the two it is.
    """

    number: Law
    is_share: bool

    def hosts(self, there: int, row: Row) -> int:
        """Number of hosts of a unit that are struck: rounded, at least 1 and at most all."""
        block, at = row
        return self._rounded(self.number.quantile(block[at + STRUCK]), there)

    def numbers(self, there: int) -> dict[int, float]:
        """Probability of each number of hosts of a unit that may be struck."""
        quantiles = (self.number.quantile((n + 0.5) / _QUANTILES) for n in range(_QUANTILES))
        numbers = Counter(self._rounded(value, there) for value in quantiles)
        return {number: count / _QUANTILES for number, count in numbers.items()}

    def _rounded(self, value: float, there: int) -> int:
        return min(there, max(1, int((value * there if self.is_share else value) + 0.5)))


def numbers_struck(there: int, rows: Iterable[Row]) -> Iterator[int]:
    """Different numbers from 0 to `there` - 1, all alike: one for each of the rows of draws."""
    moved: dict[int, int] = {}  # the numbers are shuffled, as far as they are drawn
    for place, (block, at) in enumerate(rows):
        other = place + int(block[at + UNIT] * (there - place))
        yield moved.get(other, other)
        moved[other] = moved.get(place, place)
