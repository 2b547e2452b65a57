"""How many hosts the cluster may have at each time, as `simtrain.engine.capacity`.

Hosts that have just come while there are too many are taken by `simtrain.compiled.changes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.changes import excess, stand_by, withhold
from simtrain.compiled.dates import plan
from simtrain.compiled.draws import uniform
from simtrain.compiled.groups import strike_groups
from simtrain.compiled.hazards import FIELDS, WIDTH
from simtrain.compiled.hosts import keep_number, some_of_job
from simtrain.compiled.latents import draw_row, new_outage
from simtrain.compiled.layout import (
    COUNTS,
    NONE,
    STAND_ASIDE,
    WORK,
    count_at,
    host_at,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.reactions import reaction_to
from simtrain.compiled.routines import routine
from simtrain.model.streams import UNIT

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory

_ORDER = -(1 << 20)
"""Order of counts among what is due at one moment, as in `simtrain.engine.capacity`."""


def lay_out_capacity(memory: TrialMemory) -> None:
    """Lay out from when on there may be how many hosts."""
    state, counts = memory.state, memory.scenario.counts
    state["counts_n"] = len(counts)
    table = memory.table("counts", layout.COUNT, len(counts))
    for row, (at, hosts) in enumerate(counts):
        table[row] = at, hosts
    memory.table("withheld", np.int64, int(state["hosts_cap"]))


@routine
def _enter(t: int, row: int) -> None:
    """Enter when a row of the trace begins, if there is one."""
    s = trial_at(t, 0)
    if row < s.counts_n:
        plan(t, count_at(s.counts, row).at, _ORDER, COUNTS, row, 0)


@routine
def follow_count(t: int, row: int) -> None:
    """Take hosts away or give them back; those that worked in the job stand at the end of numbers.

    They are as many as numbers have been kept.
    """
    s = trial_at(t, 0)
    more = excess(t)
    if more <= 0:
        _give_back(t, min(-more, s.withheld_n))
        return
    u = uniform(s.seed, s.trial, stream_at(s.streams, s.origin_capacity).id, 0, row * WIDTH + UNIT)
    first = int(u * s.size)
    begin = s.numbers_n
    host = s.idle_first
    while host >= 0 and s.numbers_n - begin < more:
        keep_number(t, host)
        host = host_at(s.hosts, host).after
    if s.aside_hosts_n:
        some_of_job(t, more - (s.numbers_n - begin), first, STAND_ASIDE)
    of_job = some_of_job(t, more - (s.numbers_n - begin), first, WORK)
    end = s.numbers_n
    if s.in_groups:
        strike_groups(t, of_job, end - of_job)  # while they still hold their places
    withhold(t, begin, end - begin)
    s.numbers_n = begin
    for number in range(of_job, end):
        keep_number(t, whole_at(s.numbers, number))


@routine
def _give_back(t: int, hosts_n: int) -> None:
    """Give the first hosts back that are withheld."""
    s = trial_at(t, 0)
    begin = s.numbers_n
    for number in range(hosts_n):
        keep_number(t, whole_at(s.withheld, number))
    s.withheld_n -= hosts_n
    for number in range(s.withheld_n):
        put_whole(s.withheld, number, whole_at(s.withheld, hosts_n + number))
    for number in range(begin, s.numbers_n):
        s.away -= 1
        stand_by(t, whole_at(s.numbers, number), False)
    s.numbers_n = begin


@routine
def turn_count(t: int, row: int, working: bool) -> int:
    """Let a row of the trace begin; the outage of a working job that loses hosts, if any."""
    s = trial_at(t, 0)
    s.count = count_at(s.counts, row).hosts
    _enter(t, row + 1)
    begin = s.numbers_n
    follow_count(t, row)
    of_job = s.numbers_n - begin
    if not (of_job and working):
        s.numbers_n = begin
        return NONE
    outage = new_outage(t, s.cause_capacity, s.origin_capacity, row, 0)
    draw_row(t, outage, WIDTH, FIELDS)
    o = outage_at(s.outages, outage)
    o.fault = s.capacity_class
    o.hosts, o.hosts_n = begin, of_job
    if s.in_groups:
        o.reaction = reaction_to(t, outage)
    return outage


@routine
def begin_capacity(t: int) -> None:
    """Begin with the count that holds at the start."""
    s = trial_at(t, 0)
    if not s.counts_n:
        return
    row = 0
    while row + 1 < s.counts_n and count_at(s.counts, row + 1).at <= 0.0:
        row += 1
    s.count = count_at(s.counts, row).hosts
    _enter(t, row + 1)
    begin = s.numbers_n
    follow_count(t, row)
    s.numbers_n = begin
    s.withholds = 1
