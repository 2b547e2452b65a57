"""`[[domain]]`, and what a class of faults strikes: a scope, and how many hosts of one unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import Kind
from simtrain.scenario.readers import JsonSchema, NameReader, Reader, Whole
from simtrain.scenario.table import Broken, Table
from simtrain.units import COUNT, FRACTION, SHARE, Dimension

MAX_HOSTS = 1 << 20

SCOPES: Mapping[str, float] = {"accelerator": 1, "host": 1, "cluster": math.inf, "job": 0}
"""Scopes that need no `[[domain]]`, and hosts in a unit of each."""


class _ScopeReader(NameReader):
    """Reads what a class of faults strikes."""

    accepted = (
        '"accelerator", "host", the name of a `[[domain]]` such as "rack", "cluster" or "job"'
    )
    brief = "scope"

    def parse(self, value: object) -> str:
        if isinstance(value, str) and self.pattern.fullmatch(value):
            return value
        raise ValueError(f"{shown(value)} is not a scope")

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [{"enum": list(SCOPES)}, super().json_schema()]}


class _DomainReader(NameReader):
    """Reads the name of a level of domains."""

    accepted = 'the name of a `[[domain]]` such as "rack"'
    brief = "name of a `[[domain]]`"


class HostsStruck(NamedTuple):
    """How many hosts of a unit a fault takes: a number, or a share of those there are."""

    number: Number
    is_share: bool


class _HostsStruckReader(Reader):
    """Reads a number of hosts, a share of them, or a law of either."""

    count = Kind(COUNT, 1, MAX_HOSTS, per="occurrence")
    share = Kind(FRACTION, 1e-6, 1, per="occurrence")

    accepted = (
        'a whole number of hosts, a share such as "30 %", or a law of the number, drawn for each '
        "fault"
    )
    brief = "number of hosts, share, or law"
    dimensions: tuple[Dimension, ...] = (COUNT, SHARE)

    def parse(self, value: object) -> HostsStruck:
        if isinstance(value, int) and not isinstance(value, bool):
            return HostsStruck(self.count.parse(Whole(1, MAX_HOSTS).parse(value)), False)
        if any("%" in text for text in _texts(value)):
            return HostsStruck(self.share.parse(value), True)
        if isinstance(value, Mapping) and "range" not in value:
            return HostsStruck(self.count.parse(value), False)
        raise ValueError(f"{shown(value)} is neither a number of hosts nor a share of them")

    def json_schema(self) -> JsonSchema:
        whole = Whole(1, MAX_HOSTS).json_schema()
        return {"anyOf": [whole, *self.share.json_schema()["anyOf"]]}

    def dump(self, value: HostsStruck) -> Any:
        kind = self.share if value.is_share else self.count
        return {"share" if value.is_share else "hosts": kind.dump(value.number)}

    def written(self, value: HostsStruck) -> Any:
        kind = self.share if value.is_share else self.count
        return kind.written(value.number)


def _texts(value: object) -> list[str]:
    values = value.values() if isinstance(value, Mapping) else [value]
    return [one for one in values if isinstance(one, str)]


ScopeName = Annotated[str, _ScopeReader()]
DomainName = Annotated[str, _DomainReader()]
HowManyHosts = Annotated[HostsStruck, _HostsStruckReader()]


class Domain(Table):
    """A level of failure domains, such as racks: groups of hosts that can be lost together.

    Rows go from the smallest to the largest; the whole cluster is the last without being written.
    """

    name: DomainName = Field(description="Name of the level, which faults have as their `scope`.")
    hosts: Annotated[int, Whole(2, MAX_HOSTS)] = Field(
        description="Hosts in each domain, spares too. A multiple of those in the row above."
    )


def hosts_by_scope(domains: Iterable[Domain]) -> dict[str, float]:
    """Hosts in a unit of each scope, with the levels of domains among them."""
    return {**SCOPES, **{domain.name: domain.hosts for domain in domains}}


def wrong_domains(domains: Sequence[Domain]) -> Iterator[Broken]:
    """Rules that rows of domains break together: names of their own, and sizes that divide."""
    for row, domain in enumerate(domains):
        if domain.name in SCOPES:
            yield Broken(f"domain.{row}.name", "is a scope without being said", "another name")
        if domain.name in {other.name for other in domains[:row]}:
            yield Broken(f"domain.{row}.name", "is the name of a row above", "another name")
    for row, (inner, outer) in enumerate(pairwise(domains), start=1):
        if outer.hosts <= inner.hosts or outer.hosts % inner.hosts:
            yield Broken(
                f"domain.{row}.hosts",
                f"{outer.hosts} hosts do not consist of domains of {inner.hosts}, as in the row "
                "above",
                "a multiple of it; rows go from small to large",
            )
