"""Domains that make no difference, clusters in repair, and spares dealt unevenly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _domains_without_faults(scenario: Scenario) -> Iterator[Note]:
    """Domains that are told of and make no difference, except that larger ones consist of them."""
    used = {fault.scope for fault in scenario.fault.values()} | {scenario.cluster.spares_within}
    if scenario.domain and not used & {domain.name for domain in scenario.domain}:
        name = scenario.domain[0].name
        yield Note(
            "domain",
            f"No class of faults has a `[[domain]]` as its scope, so hosts of one {name} are never "
            f'lost together. `scope = "{name}"` of a class says that they are.',
        )


def _clusters_in_repair(scenario: Scenario) -> Iterator[Note]:
    """Faults of the whole cluster after which every host of it goes to repair."""
    for name, fault in scenario.fault.items():
        needs_repair = fault.needs_repair is None or fault.needs_repair.middle > 0
        if fault.scope == "cluster" and not fault.hosts and not fault.returns and needs_repair:
            hosts = scenario.cluster.hosts + scenario.cluster.spares
            yield Note(
                f"fault.{name}",
                f"`fault.{name}` strikes all {hosts} hosts at once, and each of them goes to "
                "repair. If they come back by themselves, give `returns`; for a burst, give "
                "`hosts`; if a restart is enough, `needs_repair = 0`.",
            )


def _spares_dealt_unevenly(scenario: Scenario) -> Iterator[Note]:
    cluster = scenario.cluster
    size = next((row.hosts for row in scenario.domain if row.name == cluster.spares_within), 0)
    if not size:
        return
    domains = -(-(cluster.hosts + cluster.spares) // size)
    least, more = divmod(cluster.spares, domains)
    if more:
        yield Note(
            "cluster.spares",
            f"{cluster.spares} spares are not dealt evenly over {domains} domains of the level "
            f"`{cluster.spares_within}`: {more} of them have {least + 1}, the others {least}, and "
            "wait sooner.",
        )


NOTES = (
    _domains_without_faults,
    _clusters_in_repair,
    _spares_dealt_unevenly,
)
