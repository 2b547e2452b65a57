"""Sources of faults at the start of a trial, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.replay import LogOfSource, lay_out_logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import FaultParameters, Parameters

Source: TypeAlias = dict[str, int]
"""Fields of the record of a source that are not 0."""


def lay_out_sources(memory: TrialMemory, start: Parameters) -> None:
    """Lay out all sources, of the classes of faults that there are at the start."""
    state, cluster, faults = memory.state, start.cluster, start.faults.values()
    kinds = [(one.scope, one.effect, one.on_calendar, one.takes_all) for one in faults]
    laws = [(one.law is None, one.log is None) for one in faults]
    owned = cluster.hosts, cluster.spares, cluster.spares_within
    if memory.is_new("sources", (owned, bool(state["has_frailty"]), kinds, laws)):
        _lay_out_anew(memory, start)
    table = memory.tables["sources"][: int(state["sources_n"])]
    replayed = np.flatnonzero(table["kind"] == layout.REPLAY).tolist()
    logs = [fault.log for fault in faults if fault.log is not None]
    lay_out_logs(memory, list(map(LogOfSource, replayed, logs)), cluster.hosts + cluster.spares)


def _lay_out_anew(memory: TrialMemory, start: Parameters) -> None:
    state = memory.state
    found = list(_sources(start, bool(state["has_frailty"])))
    per_host = [one for one in found if one["kind"] == layout.PER_HOST]
    alarms = [one for one in found if one["kind"] == layout.ALARM]
    spares = [one for one in found if one.get("among") == layout.AMONG_IDLE]
    apart = [id(one) for one in (*per_host, *alarms, *spares)]
    fixed = [*(one for one in found if id(one) not in apart), *per_host, *alarms]
    every = [*fixed, *spares]
    cap = int(state["hosts_cap"])
    table = memory.table("sources", layout.SOURCE, len(every))
    of_host = memory.table("source_of", np.int64, len(per_host))
    lives = [
        memory.plain(f"lives {place}", layout.PER_HOST_LIFE, cap) for place in range(len(per_host))
    ]
    for number, source in enumerate(every):
        table[number] = np.zeros(1, layout.SOURCE)[0]
        table[number]["slot"] = number
        for field, value in source.items():
            table[number][field] = value
        table[number]["units_at_start"] = source.get("units", 0)
        if source["kind"] == layout.PER_HOST:
            place = per_host.index(source)
            slot = len(every) + place * (cap + 1)
            table[number]["slot"], table[number]["refill_slot"] = slot, slot + cap
            table[number]["lives"] = lives[place].ctypes.data
            of_host[place] = number
    state["sources_n"], state["fixed_sources"] = len(every), len(fixed)
    state["slots"] = len(every)
    state["relapse_slots"] = len(every) + len(per_host) * (cap + 1)
    memory.table("stamps", np.int64, int(state["relapse_slots"]) + cap)
    clocks = memory.table("clocks", layout.CLOCK, layout.CLOCKS)
    entries = 2 * len(every) + 4 * cap * (1 + len(per_host)) + 256
    entries = max(entries, memory.capacity[layout.SHORT_OF_ENTRIES])
    for number in range(layout.CLOCKS):
        heap = memory.plain(f"entries {number}", layout.ENTRY, entries)
        clocks[number]["entries"], clocks[number]["cap"] = heap.ctypes.data, entries
    kept = memory.table("ages_kept", np.int64, 2)
    kept[:] = 0
    for source in per_host:
        kept[1 if source["clock"] == layout.CALENDAR_HOSTS else 0] = 1
    state["has_ages"] = bool(per_host)
    memory.table("ages", layout.AGE, 2 * cap if per_host else 1)


def _sources(start: Parameters, has_frailty: bool) -> Iterator[Source]:
    """Sources of each class: of its units in the job, and of others beside them."""
    members, slots = start.cluster.hosts, start.cluster.slots
    classes = len(start.faults)
    for number, fault in enumerate(start.faults.values()):
        of_hosts = bool(fault.scope.hosts)
        source = {"fault": number, "clock": _clock(fault), "stream": number, "first": 0}
        if fault.log is not None:
            yield {**source, "clock": layout.CALENDAR_JOB, "kind": layout.REPLAY}
        elif fault.effect.after_grace:
            yield {**source, "kind": layout.ALARM}
        elif not of_hosts and fault.law is not None:
            yield {**source, "kind": layout.RENEWAL}
        elif fault.scope.is_domain:
            size = fault.scope.hosts
            first = slots.units_of_job(size)
            domains = {**source, "kind": layout.POISSON, "among": layout.AMONG_DOMAINS}
            yield {**domains, "units": first}
            further = {"units": slots.units(size) - first, "first": first}
            yield {**domains, **further, "stream": 4 * classes + number}
        elif not of_hosts or (not has_frailty and fault.law is None):
            poisson = {**source, "kind": layout.POISSON, "among": layout.AMONG_JOB}
            yield {**poisson, "units": members if of_hosts else 1}
            if of_hosts:
                calendar = fault.on_calendar
                clock = layout.CALENDAR_SPARES if calendar else layout.CLOCK_SPARES
                idle = {"clock": clock, "stream": 2 * classes + number, "units": 0}
                yield {**poisson, **idle, "among": layout.AMONG_IDLE}
        else:
            yield {**source, "kind": layout.PER_HOST, "stream": 3 * classes + number}


def _clock(fault: FaultParameters) -> int:
    """Clock on which a source strikes, those of spares apart."""
    if fault.on_calendar and fault.takes_all:
        return layout.CALENDAR_JOB
    if not fault.scope.hosts:
        return layout.CLOCK_JOB
    return layout.CALENDAR_HOSTS if fault.on_calendar else layout.CLOCK_HOSTS
