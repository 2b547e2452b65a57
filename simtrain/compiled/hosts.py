"""The hosts: places, spares, repair and absence, as in `simtrain.engine.cluster`.

What follows from a change of the spares is not done here: whoever changes them announces it.
"""

from __future__ import annotations

from simtrain.compiled.caching import kernel
from simtrain.compiled.domain_spares import (
    begin_domains,
    domain_awaits,
    domain_can_spare,
    domain_has_spare,
    enter_domain,
    first_in_domains,
    fit_in_domains,
    leave_domain,
    returned_in_domains,
)
from simtrain.compiled.draws import uniform
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.layout import (
    ANY,
    IDLE,
    NOWHERE,
    SHORT_OF_HOSTS,
    SHORT_OF_LOSSES,
    SHORT_OF_NUMBERS,
    STAND_ASIDE,
    VACANT,
    host_at,
    loss_at,
    trial_at,
)
from simtrain.compiled.memory import put_float, put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import (
    enter_job,
    enter_spares,
    leave_job,
    leave_spares,
    own,
    set_idle_hazard,
    take_in,
)
from simtrain.compiled.telling import SWAP_IN, be_short, census, happened
from simtrain.model.streams import NOTICE, SWAP


@kernel
def report_census(t: int) -> None:
    """Tell where hosts are."""
    s = trial_at(t, 0)
    job, idle = s.size - s.vacant_n, s.idle_n
    if s.all_out:
        census(t, s.clock, 0, 0, s.repair, s.away + job + idle)
    else:
        census(t, s.clock, job, idle, s.repair, s.away)


@kernel
def keep_number(t: int, number: int) -> int:
    """Keep a number among the others, and give its place."""
    s = trial_at(t, 0)
    place = s.numbers_n
    if place + 1 < s.numbers_cap:
        s.numbers_n += 1
    else:
        be_short(t, SHORT_OF_NUMBERS)
    put_whole(s.numbers, place, number)
    kept: int = place
    return kept


# --- who stands where ----------------------------------------------------------------------------


@kernel
def host_at_place(t: int, place: int) -> int:
    """Host that holds a place, or -1."""
    holder: int = host_at(trial_at(t, 0).hosts, place).holder
    return holder


@kernel
def is_in_job(t: int, host: int) -> bool:
    """Whether a host holds a place in the job."""
    held: bool = host_at(trial_at(t, 0).hosts, host).place >= 0
    return held


@routine
def idle_number(t: int, number: int) -> int:
    """The idle spare with a number, in the order in which they became idle; -1 if there is none."""
    s = trial_at(t, 0)
    host = s.idle_first
    while host >= 0 and number > 0:
        host = host_at(s.hosts, host).after
        number -= 1
    found: int = host
    return found


@routine
def _join_idle(t: int, host: int, first: bool) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    s.idle_n += 1
    if s.idle_n == 1:
        h.before = h.after = -1
        s.idle_first = s.idle_last = host
    elif first:
        h.before, h.after = -1, s.idle_first
        host_at(s.hosts, s.idle_first).before = host
        s.idle_first = host
    else:
        h.before, h.after = s.idle_last, -1
        host_at(s.hosts, s.idle_last).after = host
        s.idle_last = host


@routine
def _quit_idle(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    s.idle_n -= 1
    if h.before >= 0:
        host_at(s.hosts, h.before).after = h.after
    else:
        s.idle_first = h.after
    if h.after >= 0:
        host_at(s.hosts, h.after).before = h.before
    else:
        s.idle_last = h.before


@routine
def remove_idle(t: int, host: int) -> None:
    """Take a host from among the spares; to be announced."""
    s = trial_at(t, 0)
    if s.returned:
        ahead = s.idle_first
        for _ in range(s.returned):
            if ahead == host:
                s.returned -= 1
                break
            ahead = host_at(s.hosts, ahead).after
            if ahead < 0:
                break
    _quit_idle(t, host)
    host_at(s.hosts, host).place = NOWHERE
    if s.bound:
        leave_domain(t, host)
    if s.follows_spares:
        leave_spares(t, host, s.idle_n, s.clock)


@routine
def lose_state(t: int, host: int, left: int) -> None:
    """A host of the job leaves, or is struck and stays: what it held of copies is lost."""
    s = trial_at(t, 0)
    place = s.losses_n
    if place >= s.losses_cap:
        be_short(t, SHORT_OF_LOSSES)
        return
    s.losses_n = place + 1
    h = host_at(s.hosts, host)
    loss = loss_at(s.losses, place)
    loss.host, loss.slot, loss.since, loss.until, loss.left = (
        host, h.slot, h.held_since, s.made, left,
    )  # fmt: skip


@kernel
def works(t: int, host: int) -> bool:
    """Whether a host holds a place in the job and works while the job does."""
    h = host_at(trial_at(t, 0).hosts, host)
    working: bool = h.place >= 0 and not h.aside
    return working


@routine
def looked_into(t: int, host: int) -> None:
    """Let somebody look into a host beside training."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.looked += 1
    if h.looked == 1:
        put_whole(s.looked, s.looked_n, host)
        s.looked_n += 1


@routine
def no_longer_looked_into(t: int, host: int) -> None:
    """Let one of those who look into a host be done with it."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.looked -= 1
    if h.looked:
        return
    kept = 0
    for n in range(s.looked_n):
        other = whole_at(s.looked, n)
        if other != host:
            put_whole(s.looked, kept, other)
            kept += 1
    s.looked_n = kept


@routine
def vacate(t: int, host: int) -> bool:
    """Let a host of the job leave its place; whether it stood aside, which is to be announced."""
    s = trial_at(t, 0)
    if s.holds_copies:
        lose_state(t, host, 1)
    h = host_at(s.hosts, host)
    place = h.place
    h.place = NOWHERE
    host_at(s.hosts, place).holder = VACANT
    put_whole(s.vacant, s.vacant_n, place)
    s.vacant_n += 1
    if h.looked:
        h.looked = 1
        no_longer_looked_into(t, host)
    was_aside: bool = h.aside == 1
    if was_aside:
        h.aside = 0
        s.aside_hosts_n -= 1
        take_in(t, host, s.clock)
    leave_job(t, host)
    return was_aside


@routine
def take_place(t: int, host: int, place: int, cause: int) -> None:
    """Let a host that is at no risk take a place."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    host_at(s.hosts, place).holder = host
    h.place = place
    h.swaps += 1
    enter_job(t, host)
    if s.holds_copies:
        h.held_since = s.made
    happened(t, s.clock, SWAP_IN, cause, host)


@routine
def no_longer_vacant(t: int, place: int) -> None:
    """Take a place from among the vacant ones, wherever it stands there."""
    s = trial_at(t, 0)
    kept = 0
    for n in range(s.vacant_n):
        other = whole_at(s.vacant, n)
        if other != place:
            put_whole(s.vacant, kept, other)
            kept += 1
    s.vacant_n = kept


@routine
def fill_quietly(t: int, count: int, cause: int) -> None:
    """Put the first spares into the job; to be announced where spares are followed."""
    s = trial_at(t, 0)
    if s.returned:
        s.returned -= min(count, s.returned)
    for _ in range(count):
        host = s.idle_first
        _quit_idle(t, host)
        if s.follows_spares:
            leave_spares(t, host, s.idle_n, s.clock)
        s.vacant_n -= 1
        take_place(t, host, whole_at(s.vacant, s.vacant_n), cause)


@routine
def leave_slot(t: int, host: int) -> None:
    """Let a host leave its slot for good."""
    s = trial_at(t, 0)
    slot = host_at(s.hosts, host).slot
    host_at(s.hosts, slot).in_slot = VACANT
    put_whole(s.free, s.free_n, slot)
    s.free_n += 1


@routine
def _take_free_slot(t: int) -> int:
    """The first of the slots that hosts have left for good."""
    s = trial_at(t, 0)
    first = 0
    for place in range(1, s.free_n):
        if whole_at(s.free, place) < whole_at(s.free, first):
            first = place
    slot = whole_at(s.free, first)
    s.free_n -= 1
    put_whole(s.free, first, whole_at(s.free, s.free_n))
    return slot


@routine
def stands_by(t: int, host: int, first: bool) -> bool:
    """Let a host stand by, or leave if there are too many; whether that is to be announced."""
    s = trial_at(t, 0)
    if s.surplus and s.idle_n >= s.vacant_n:
        s.surplus -= 1
        leave_slot(t, host)
        return False
    host_at(s.hosts, host).place = IDLE
    if s.bound:
        enter_domain(t, host, first)
        first = first and not s.takes_whole
    _join_idle(t, host, first)
    if first:
        s.returned += 1
    if s.follows_spares:
        enter_spares(t, host, s.idle_n, s.clock)
    return True


@routine
def next_host(t: int, slot: int) -> int:
    """A new host in a slot, which stands nowhere yet; -1 if there is no memory for it."""
    s = trial_at(t, 0)
    host = s.hosts_n
    if host >= s.hosts_cap:
        be_short(t, SHORT_OF_HOSTS)
        return -1
    s.hosts_n += 1
    h = host_at(s.hosts, host)
    h.place = NOWHERE
    h.slot = slot
    host_at(s.hosts, slot).in_slot = host
    new: int = host
    return new


@routine
def any_slot(t: int) -> int:
    """A slot that a host has left for good, or else another one."""
    s = trial_at(t, 0)
    if s.free_n:
        return _take_free_slot(t)
    if s.owned >= s.hosts_cap:
        be_short(t, SHORT_OF_HOSTS)
        return -1
    s.owned += 1
    own(t, s.owned)
    slot: int = s.owned - 1
    return slot


@routine
def some_of_job(t: int, wanted: int, first: int, which: int) -> int:
    """Keep up to `wanted` hosts of the job, from a place on in a circle, among the numbers.

    These are any hosts, or those that stand aside or those that work only. Returns the place of the
    first; they are as many as numbers were kept.
    """
    s = trial_at(t, 0)
    begin = s.numbers_n
    found = 0
    for step in range(s.size):
        if found == wanted:
            break
        host = host_at_place(t, (first + step) % s.size)
        if host == VACANT:
            continue
        if which == ANY or (which == STAND_ASIDE) == (host_at(s.hosts, host).aside == 1):
            keep_number(t, host)
            found += 1
    at: int = begin
    return at


@kernel
def fit(t: int) -> int:
    """Number of idle spares that can take vacant places now, or of all where any can."""
    s = trial_at(t, 0)
    number: int = fit_in_domains(t) if s.bound else s.idle_n
    return number


@kernel
def returned(t: int) -> int:
    """How many idle hosts came back by themselves and can take vacant places without a swap."""
    s = trial_at(t, 0)
    number: int = returned_in_domains(t) if s.bound else s.returned
    return number


@kernel
def is_awaited(t: int, host: int) -> bool:
    """Whether a place is vacant that no other host which came back by itself is to take."""
    s = trial_at(t, 0)
    awaited: bool = domain_awaits(t, host) if s.bound else s.returned < s.vacant_n
    return awaited


@kernel
def has_spare_for(t: int, host: int) -> bool:
    """Whether a spare stands by that could step in for a host and that no other place lacks."""
    s = trial_at(t, 0)
    if s.all_out:
        return False
    has_spare: bool = domain_has_spare(t, host) if s.bound else s.idle_n > s.vacant_n
    return has_spare


@kernel
def can_spare(t: int, host: int) -> bool:
    """Whether a host stands by, and no place would go without if it left."""
    s = trial_at(t, 0)
    if host_at(s.hosts, host).place != IDLE or s.all_out:
        return False
    spared: bool = domain_can_spare(t, host) if s.bound else s.idle_n > s.vacant_n
    return spared


@routine
def swap_time(t: int, count: int) -> float:
    """Seconds until the next spares, none of which came back by themselves, can take places."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    cluster = regime.cluster
    own_spares = s.idle_n - cluster.lent_spares
    if count <= cluster.hot_spares:
        others = cluster.spares - cluster.lent_spares - cluster.hot_spares
        if count <= own_spares - others:
            return 0.0
    if count <= own_spares and not regime.swap_takes_time:
        return 0.0
    host = first_in_domains(t) if s.bound else s.idle_first
    swaps = host_at(s.hosts, host).swaps
    u = uniform(s.seed, s.trial, s.stream_swap, swaps, host * 4 + SWAP)
    seconds = cluster.swap.quantile(u)
    if count <= own_spares:
        return seconds
    u = uniform(s.seed, s.trial, s.stream_swap, swaps, host * 4 + NOTICE)
    return max(seconds, cluster.notice.quantile(u))


@routine
def set_hazard_of_idle(t: int) -> None:
    """Let hosts that do not work be at their risk; hosts that are all out are at none."""
    s = trial_at(t, 0)
    fraction = 0.0 if s.all_out else regime_now(t).cluster.idle_hazard
    set_idle_hazard(t, fraction, s.clock, 0 if s.all_out else 1)


@routine
def begin_hosts(t: int) -> None:
    """Let all hosts stand where they do at the start."""
    s = trial_at(t, 0)
    cluster = regime_now(t).cluster
    s.size = s.members = cluster.hosts
    s.spares = cluster.spares
    s.hosts_n = s.owned = cluster.hosts + cluster.spares
    for number in range(s.hosts_cap):
        h = host_at(s.hosts, number)
        there = number < s.hosts_n
        h.place = number if number < s.size else NOWHERE
        h.holder = number if number < s.size else VACANT
        h.slot = whole_at(s.slot_of_host, number) if s.slots_n and there else number
        h.in_slot = number if there else VACANT
        h.before = h.after = h.bad = h.bad_before = h.bad_after = h.relapse_clock = -1
        h.swaps = h.visits = h.relapses = h.diagnoses = h.held_since = 0
        h.awaits_answer = 0
        h.together = h.behind = h.last_cordon = -1
        h.cordons = 0
    for number in range(s.hosts_cap if s.in_groups else 0):
        h = host_at(s.hosts, number)
        h.aside = h.looked = 0
    for number in range(s.hosts_cap if s.logs_n else 0):
        put_float(s.away_until, number, 0.0)
    if s.slots_n:  # some may be empty
        s.owned = s.slots_n
        for number in range(s.hosts_cap):
            host_at(s.hosts, number).in_slot = VACANT
        for number in range(s.hosts_n):
            host_at(s.hosts, host_at(s.hosts, number).slot).in_slot = number
    s.idle_first = s.idle_last = s.bad_first = s.bad_last = -1
    for number in range(s.size, s.hosts_n):
        host_at(s.hosts, number).place = IDLE
        _join_idle(t, number, False)
    if s.bound:
        begin_domains(t)
    report_census(t)
    set_hazard_of_idle(t)
