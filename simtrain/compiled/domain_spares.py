"""Which spare may step in where spares belong to a domain, or where whole domains step in.

As `simtrain.engine.domain_spares`: each domain has its idle spares in a list of its own, beside the
one of all idle spares. A block of places is as many as a domain has hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled.caching import kernel
from simtrain.compiled.layout import BESIDE, DOMAIN, beside_at, domain_at, host_at, trial_at
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import ClusterParameters


def lay_out_domains(memory: TrialMemory, cluster: ClusterParameters) -> None:
    """Lay out where hosts stand at the start, and the domains that spares belong to.

    Where spares belong to a domain there are always as many hosts as at the start.
    """
    if not memory.is_new("domains", ()):
        return
    state, table = memory.state, memory.table
    slots, size = cluster.slots, cluster.whole or cluster.spares_within
    state["bound"], state["takes_whole"] = size, bool(cluster.whole)
    state["slots_n"] = slots.count if cluster.spares_within else 0
    if not size:
        return
    cap = int(state["hosts_cap"])
    number = -(-slots.count // size)
    state["domains_n"], state["blocks_n"] = number, slots.job // size
    table("domains", DOMAIN, number)
    table("besides", BESIDE, cap)
    for name in ("lacking", "moved", "blocks"):
        table(name, np.int64, number)
    table("steps", np.int64, 2 * cap)
    if cluster.spares_within:
        of_host = [slots.of_host(host) for host in range(slots.hosts)]
        table("slot_of_host", np.int64, slots.hosts)[:] = of_host
        table("filled_slots", np.int64, slots.hosts)[:] = sorted(of_host)
        before = table("filled_before", np.int64, slots.count + 1)
        before[:] = np.searchsorted(np.sort(of_host), np.arange(slots.count + 1))


# --- where hosts stand ---------------------------------------------------------------------------


@kernel
def filled_before(t: int, slot: int) -> int:
    """How many of the slots before one are not empty at the start."""
    s = trial_at(t, 0)
    number: int = whole_at(s.filled_before, slot) if s.slots_n else slot
    return number


@kernel
def filled_slot(t: int, number: int) -> int:
    """The slot with a number among all that are not empty at the start."""
    s = trial_at(t, 0)
    slot: int = whole_at(s.filled_slots, number) if s.slots_n else number
    return slot


# --- spares by domain ----------------------------------------------------------------------------


@routine
def enter_domain(t: int, host: int, first: bool) -> None:
    """Let a host stand by, ahead of others in its domain or behind them."""
    s = trial_at(t, 0)
    beside = beside_at(s.besides, host)
    domain = domain_at(s.domains, host_at(s.hosts, host).slot // s.bound)
    domain.idle_n += 1
    if domain.idle_n == 1:
        beside.ahead = beside.behind = -1
        domain.first = domain.last = host
    elif first:
        beside.ahead, beside.behind = -1, domain.first
        beside_at(s.besides, domain.first).ahead = host
        domain.first = host
    else:
        beside.ahead, beside.behind = domain.last, -1
        beside_at(s.besides, domain.last).behind = host
        domain.last = host
    if not s.takes_whole:
        return
    if first:
        beside.is_back = 1
        s.back_n += 1
    if domain.idle_n == s.bound and not domain.is_of_job:
        s.ready_order += 1
        domain.ready = s.ready_order
        s.ready_n += 1


@kernel
def _forget_return(t: int, host: int) -> None:
    """Forget that a host came back by itself."""
    s = trial_at(t, 0)
    beside = beside_at(s.besides, host)
    s.back_n -= beside.is_back
    beside.is_back = 0


@routine
def leave_domain(t: int, host: int) -> None:
    """Let a host no longer stand by."""
    s = trial_at(t, 0)
    beside = beside_at(s.besides, host)
    domain = domain_at(s.domains, host_at(s.hosts, host).slot // s.bound)
    domain.idle_n -= 1
    if beside.ahead >= 0:
        beside_at(s.besides, beside.ahead).behind = beside.behind
    else:
        domain.first = beside.behind
    if beside.behind >= 0:
        beside_at(s.besides, beside.behind).ahead = beside.ahead
    else:
        domain.last = beside.ahead
    _forget_return(t, host)
    if domain.ready:
        domain.ready = 0
        s.ready_n -= 1


@routine
def begin_domains(t: int) -> None:
    """Begin with the spares of the start in their domains, and the job in the first ones."""
    s = trial_at(t, 0)
    s.ready_n = s.ready_order = s.back_n = s.lacking_n = 0
    for number in range(s.domains_n):
        domain = domain_at(s.domains, number)
        domain.first = domain.last = -1
        domain.idle_n = domain.lacks = domain.ready = 0
        domain.is_of_job = 1 if number < s.blocks_n else 0
        put_whole(s.blocks, number, number)
    for host in range(s.hosts_cap):
        beside_at(s.besides, host).is_back = 0
    for host in range(s.size, s.hosts_n):
        enter_domain(t, host, False)


# --- places that wait ----------------------------------------------------------------------------


@kernel
def _domain_of_place(t: int, place: int) -> int:
    """Domain whose hosts a place waits for: the one it began in, unless whole domains move."""
    s = trial_at(t, 0)
    if s.takes_whole:
        moved: int = whole_at(s.blocks, place // s.bound)
        return moved
    begun: int = host_at(s.hosts, place).slot // s.bound
    return begun


@routine
def _count_lacking(t: int) -> int:
    """Count vacant places by the domain whose hosts they wait for; how many domains that are."""
    s = trial_at(t, 0)
    for n in range(s.lacking_n):
        domain_at(s.domains, whole_at(s.lacking, n)).lacks = 0
    s.lacking_n = 0
    for n in range(s.vacant_n):
        place = whole_at(s.vacant, n)
        number = _domain_of_place(t, place)
        domain = domain_at(s.domains, number)
        if not domain.lacks:
            put_whole(s.lacking, s.lacking_n, number)
            s.lacking_n += 1
            domain.first_place = place
        domain.lacks += 1
    found: int = s.lacking_n
    return found


@kernel
def _lacking(t: int, number: int):  # type: ignore[no-untyped-def]
    """Domain that lacks hosts, by its number among these."""
    s = trial_at(t, 0)
    return domain_at(s.domains, whole_at(s.lacking, number))


@routine
def fit_in_domains(t: int) -> int:
    """How many of the vacant places can be filled now."""
    s = trial_at(t, 0)
    filled, ready = 0, s.ready_n
    for n in range(_count_lacking(t)):
        domain = _lacking(t, n)
        if not s.takes_whole:
            filled += min(domain.lacks, domain.idle_n)
        elif domain.idle_n >= domain.lacks:
            filled += domain.lacks
        elif ready:
            filled += domain.lacks
            ready -= 1
    return filled


@routine
def domain_awaits(t: int, host: int) -> bool:
    """Whether a place waits for a host that comes back by itself, beside those before it."""
    s = trial_at(t, 0)
    number = host_at(s.hosts, host).slot // s.bound
    taken, ahead = 0, s.idle_first
    for _ in range(s.returned):
        taken += 1 if host_at(s.hosts, ahead).slot // s.bound == number else 0
        ahead = host_at(s.hosts, ahead).after
    _count_lacking(t)
    awaits: bool = taken < domain_at(s.domains, number).lacks
    return awaits


@routine
def domain_has_spare(t: int, host: int) -> bool:
    """Whether a spare would step in for a host of the job, lacked by no other place."""
    s = trial_at(t, 0)
    lacking_n = _count_lacking(t)
    if not s.takes_whole:
        domain = domain_at(s.domains, host_at(s.hosts, host).slot // s.bound)
        has_spare: bool = domain.idle_n > domain.lacks
        return has_spare
    without = 0
    for n in range(lacking_n):
        domain = _lacking(t, n)
        without += 1 if domain.idle_n < domain.lacks else 0
    more: bool = s.ready_n > without
    return more


@routine
def domain_can_spare(t: int, host: int) -> bool:
    """Whether no place would go without if an idle spare left."""
    s = trial_at(t, 0)
    domain = domain_at(s.domains, host_at(s.hosts, host).slot // s.bound)
    if s.takes_whole and not domain.ready and not domain.is_of_job:
        return True
    return domain_has_spare(t, host)


@kernel
def _first_ready(t: int) -> int:
    """The whole domain that has stood by for longest."""
    s = trial_at(t, 0)
    first, order = -1, 0
    for number in range(s.domains_n):
        ready = domain_at(s.domains, number).ready
        if ready and (first < 0 or ready < order):
            first, order = number, ready
    return first


@routine
def first_in_domains(t: int) -> int:
    """Spare that would step in first, where any can."""
    s = trial_at(t, 0)
    for n in range(_count_lacking(t)):
        domain = _lacking(t, n)
        if domain.idle_n and (not s.takes_whole or domain.idle_n >= domain.lacks):
            beside: int = domain.first
            return beside
    first: int = domain_at(s.domains, _first_ready(t)).first
    return first


@routine
def move_blocks(t: int) -> int:
    """Move blocks that lack hosts to whole domains that stand by; how many these are.

    Hosts that hold some of their places have to leave these before others step in.
    """
    s = trial_at(t, 0)
    moved = 0
    for n in range(_count_lacking(t) if s.takes_whole else 0):
        domain = _lacking(t, n)
        if not s.ready_n or domain.idle_n >= domain.lacks:
            continue
        block, number = domain.first_place // s.bound, _first_ready(t)
        other = domain_at(s.domains, number)
        put_whole(s.blocks, block, number)
        domain.is_of_job, other.is_of_job = 0, 1
        other.ready = 0
        s.ready_n -= 1
        host = domain.first
        while host >= 0:
            _forget_return(t, host)
            host = beside_at(s.besides, host).behind
        put_whole(s.moved, moved, block)
        moved += 1
    return moved


@routine
def _is_ahead(t: int, host: int) -> bool:
    """Whether an idle host came back by itself, and so needs no swap."""
    s = trial_at(t, 0)
    if s.takes_whole:
        is_back: bool = beside_at(s.besides, host).is_back == 1
        return is_back
    ahead = s.idle_first
    for _ in range(s.returned):
        if ahead == host:
            return True
        ahead = host_at(s.hosts, ahead).after
    return False


@routine
def find_steps(t: int) -> int:
    """Note which spares can take which vacant places now; how many these are.

    Those that came back by themselves are the first.
    """
    s = trial_at(t, 0)
    lacking_n, found = _count_lacking(t), 0
    any_ahead = s.back_n if s.takes_whole else s.returned
    for ahead in range(1 if any_ahead else 0, -1, -1):
        for n in range(lacking_n):
            domain = _lacking(t, n)
            if s.takes_whole and domain.idle_n < domain.lacks:
                continue
            host, number = domain.first, whole_at(s.lacking, n)
            for place_n in range(s.vacant_n - 1, -1, -1):
                place = whole_at(s.vacant, place_n)
                if host < 0:
                    break
                if _domain_of_place(t, place) != number:
                    continue
                if not any_ahead or _is_ahead(t, host) == (ahead == 1):
                    put_whole(s.steps, 2 * found, host)
                    put_whole(s.steps, 2 * found + 1, place)
                    found += 1
                host = beside_at(s.besides, host).behind
    return found


@routine
def returned_in_domains(t: int) -> int:
    """How many idle hosts came back by themselves and can take vacant places without a swap."""
    s = trial_at(t, 0)
    if not s.takes_whole:
        first: int = s.returned
        return first
    back = 0
    if s.back_n:
        for n in range(find_steps(t)):
            back += beside_at(s.besides, whole_at(s.steps, 2 * n)).is_back
    return back
