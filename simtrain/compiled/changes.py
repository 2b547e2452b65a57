"""What is announced when spares or the risk have changed, and the repair that may follow."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.clocks import set_timer
from simtrain.compiled.crews import (
    STAGE,
    begin_queued,
    is_cordoned_too_often,
    leave_crew,
    take_crew,
    takes,
)
from simtrain.compiled.decisions import (
    after_automated,
    after_manual,
    automated_time,
    burn_in_catches,
    retired,
    whole_time,
)
from simtrain.compiled.domain_spares import find_steps, move_blocks
from simtrain.compiled.draws import fill, uniform
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import (
    any_slot,
    can_spare,
    fill_quietly,
    host_at_place,
    is_awaited,
    is_in_job,
    keep_number,
    leave_slot,
    next_host,
    no_longer_vacant,
    remove_idle,
    report_census,
    returned,
    set_hazard_of_idle,
    stands_by,
    take_place,
    vacate,
)
from simtrain.compiled.layout import (
    IDLE,
    VACANT,
    host_at,
    latent_at,
    outage_at,
    trial_at,
    weather_at,
)
from simtrain.compiled.memory import float_at, put_whole, whole_at
from simtrain.compiled.parameters import NEVER
from simtrain.compiled.relapse import add_bad, renew_relapse
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import renew, spares_wait
from simtrain.compiled.telling import (
    CORDON,
    RETIRE,
    RETURN,
    RETURN_BAD,
    TRAIN,
    happened,
)
from simtrain.model.repair import MOST_REPAIRS, Fate
from simtrain.model.streams import FACTOR

CAME_END, CAME_FAULT, CAME_PLANNED, CAME_CHANGED_RISK, CAME_SPARE = range(5)

(
    INCIDENT, ABSENCE, ALL_BACK, PASSES, NOTICES, KNOWS, LOOKS_FOR_SPARES, SWAPPED, LOOKED_INTO,
) = range(STAGE + 1, STAGE + 10)  # fmt: skip
"""Kinds of timers besides that of a stage of a repair."""

_QUEUED, _AUTOMATED, _MANUAL, _BURN_IN, _PROVISION = range(5)
_GOOD, _BAD, _BY_HAND, _RETIRED = Fate


# --- who hears of a change -----------------------------------------------------------------------


@routine
def await_spares(t: int) -> None:
    """Wait for the next fault of an idle spare as of now."""
    s = trial_at(t, 0)
    s.standby_at = math.inf
    if not s.follows_spares:
        return
    seconds = spares_wait(t, s.clock)
    if seconds < math.inf:
        s.standby_at = s.clock + seconds
        s.order += 1
        s.standby_order = s.order


@kernel
def _notice(t: int) -> None:
    """Wake a job that waits for what has just changed, once all else of now has happened."""
    s = trial_at(t, 0)
    if not s.is_waiting or s.woken >= 0:
        return
    if s.wait_what == TRAIN:
        s.woken = CAME_SPARE
    elif s.wait_end == math.inf:
        s.woken = CAME_END
    elif s.wait_risk != s.idle or s.on_calendar:
        s.woken = CAME_CHANGED_RISK
    else:
        return
    s.wake_at = s.clock


@kernel
def excess(t: int) -> int:
    """Hosts that there are above the count of those that there may be; negative if more may come.

    Those in repair or away are among them, and those that are to leave are not.
    """
    s = trial_at(t, 0)
    standing = s.size - s.vacant_n + s.idle_n
    owned = standing + s.repair + s.away - s.surplus
    more: int = owned - s.count - s.withheld_n
    return more


@kernel
def _others_hear(t: int) -> None:
    s = trial_at(t, 0)
    if s.stands_ready:
        await_spares(t)
    if s.queue_first >= 0:  # a change may have brought more crews
        begin_queued(t)
    if s.withholds and s.idle_n and not s.is_withholding and excess(t) > 0:
        _withhold_spares(t, excess(t))
    if s.in_groups and s.vacant_n and not s.is_to_look and not s.is_swapping:
        s.is_to_look = 1  # whether spares can step in, once all else of now has happened
        set_timer(t, 0.0, LOOKS_FOR_SPARES, 0)
    _notice(t)


@routine
def _spare_to_repair(t: int) -> int:
    s = trial_at(t, 0)
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        if latent_at(s.latent, one).is_known and can_spare(t, latent_at(s.latent, one).host):
            return one
    return -1


@routine
def cure(t: int, host: int) -> None:
    """End what slows a host: it leaves for repair."""
    s = trial_at(t, 0)
    kept = 0
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        slow = latent_at(s.latent, one)
        if slow.slows and slow.host == host:
            slow.is_there = 0
        else:
            put_whole(s.latents, kept, one)
            kept += 1
    s.latent_n = kept


@kernel
def _note_visit(t: int, host: int, cause: int, fault: int, bad: bool) -> None:
    h = host_at(trial_at(t, 0).hosts, host)
    h.visit_cause, h.visit_fault, h.visit_bad = cause, fault, 1 if bad else 0
    h.visit_since, h.visit_is_over = 0.0, 0


@routine
def pay(t: int) -> bool:
    """Count one more of the events of which there may be so many; whether there may."""
    s = trial_at(t, 0)
    s.events_left -= 1
    if s.events_left >= 0:
        return True
    _others_hear(t)
    return False


@routine
def _lasts(t: int, seconds: float, is_work: bool) -> float:
    """Seconds that a stage of repair takes that begins now; somebody may have to be there."""
    s = trial_at(t, 0)
    if s.repair_weather >= 0:
        weather = weather_at(s.weathers, s.repair_weather)
        span = int((s.clock + weather.begun_s) / weather.every_s)
        if (span + 1) * weather.every_s - weather.begun_s <= s.clock:
            span += 1
        if span == 0 and weather.is_told:
            seconds *= weather.first_duration
        else:
            u = uniform(s.seed, s.trial, weather.stream, 0, span + FACTOR)
            seconds *= weather.durations.quantile(u)
    hours = regime_now(t).repair.hours
    if is_work and hours.are_given:
        return takes(hours, s.clock, seconds)
    return seconds


@routine
def _draw_visit(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    number = h.visits
    h.visits = number + 1
    fill(h.row, s.seed, s.trial, s.stream_repair, number, host * 8, 8)


@kernel
def _left(t: int, host: int, seconds: float) -> float:
    """What is left of a stage of so many seconds, of which some may have passed before."""
    h = host_at(trial_at(t, 0).hosts, host)
    since = h.visit_since
    if not since:
        return seconds
    h.visit_since = max(since - seconds, 0.0)
    return max(seconds - since, 0.0)


@kernel
def _begin_stage(t: int, host: int, stage: int, seconds: float, is_work: bool) -> None:
    """Begin a stage of repair, unless it was over before the trial began."""
    h = host_at(trial_at(t, 0).hosts, host)
    h.visit_stage = stage
    h.visit_is_over = 1 if h.visit_since and h.visit_since >= seconds else 0
    left = _left(t, host, seconds)
    if not h.visit_is_over:
        set_timer(t, _lasts(t, left, is_work), STAGE, host)


@routine
def _begin_automated(t: int, host: int) -> None:
    h = host_at(trial_at(t, 0).hosts, host)
    repair = regime_now(t).repair
    seconds = automated_time(repair, (h.row, 0))
    _begin_stage(t, host, _AUTOMATED, seconds, repair.has_crews)


@routine
def _visit(t: int, host: int) -> None:
    """Begin a repair of a host, once there is a crew for it."""
    if not pay(t):
        return
    _draw_visit(t, host)
    if regime_now(t).repair.has_crews and not take_crew(t, host):
        host_at(trial_at(t, 0).hosts, host).visit_stage = _QUEUED
        return
    _begin_automated(t, host)


@routine
def _retire(t: int, host: int, seconds: float) -> None:
    """Let a host leave for good; another one comes after so many seconds, if any does."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    renew_relapse(t, host)
    happened(t, s.clock, RETIRE, h.visit_cause, host)
    s.repair -= 1
    report_census(t)
    if s.surplus:
        s.surplus -= 1
        leave_slot(t, host)
    elif regime_now(t).cluster.has_provision:
        h.visit_stage = _PROVISION
        set_timer(t, seconds, STAGE, host)


@routine
def _take_in(t: int, host: int) -> None:
    """Begin the repair of a host, which is retired instead if it was cordoned too often."""
    regime = regime_now(t)
    if regime.repair.retire_at >= NEVER or not is_cordoned_too_often(t, host):
        _visit(t, host)
    elif pay(t):
        _draw_visit(t, host)
        h = host_at(trial_at(t, 0).hosts, host)
        _, seconds = retired(regime.cluster.provision, (h.row, 0))
        _retire(t, host, seconds)


@routine
def announce(t: int) -> None:
    """Let all that may depend on it know that something has changed.

    Slow spares that are known leave for repair, each of which is a change in turn: they leave one
    after the other, and what follows comes in the opposite order.
    """
    s = trial_at(t, 0)
    if s.any_slow and s.latent_n:
        begin = s.numbers_n
        left = 0
        while True:
            one = _spare_to_repair(t)
            if one < 0:
                break
            slow = latent_at(s.latent, one)
            host, fault, cause = slow.host, slow.fault, outage_at(s.outages, slow.outage).cause
            bad = outage_at(s.outages, slow.outage).unfit_n > 0 or host_at(s.hosts, host).bad >= 0
            happened(t, s.clock, CORDON, cause, host)
            cure(t, host)
            remove_idle(t, host)
            _note_visit(t, host, cause, fault, bad)
            put_whole(s.numbers, s.numbers_n, host)
            s.numbers_n += 1
            left += 1
        for _ in range(left):
            _others_hear(t)
            s.numbers_n -= 1
            s.repair += 1
            report_census(t)
            _take_in(t, whole_at(s.numbers, s.numbers_n))
        s.numbers_n = begin
    _others_hear(t)


# --- slow hosts that stand by --------------------------------------------------------------------


# --- repair --------------------------------------------------------------------------------------


@routine
def stand_by(t: int, host: int, first: bool) -> None:
    """Let a host stand by."""
    if stands_by(t, host, first):
        announce(t)
    report_census(t)


@routine
def _end_visit(t: int, host: int) -> None:
    """Let a host that was in repair stand by, unless the burn-in finds that it is bad."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.visit_bad:
        if h.visit_fault < 0 or burn_in_catches(regime_now(t).repair, (h.row, 0)):
            _visit(t, host)
            return
        add_bad(t, host, h.visit_fault, False)
    happened(t, s.clock, RETURN_BAD if h.visit_bad else RETURN, h.visit_cause, host)
    s.repair -= 1
    stand_by(t, host, False)


@routine
def install(t: int, slot: int) -> None:
    """Let a new host come in a slot, and stand by."""
    if slot < 0:
        return
    host = next_host(t, slot)
    if host >= 0:
        stand_by(t, host, False)


@routine
def _end_stage(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    row = (h.row, 0)
    regime = regime_now(t)
    stage = h.visit_stage
    if stage == _QUEUED:
        _begin_automated(t, host)
        return
    if stage == _PROVISION:
        install(t, h.slot)
        return
    if stage == _BURN_IN:
        _end_visit(t, host)
        return
    if stage == _AUTOMATED:
        fate, seconds = after_automated(regime.repair, row, h.visit_bad == 1)
        if fate == _BY_HAND:
            _begin_stage(t, host, _MANUAL, seconds, True)
            return
    else:
        fate, seconds = after_manual(regime.repair, regime.cluster.provision, row)
    if regime.repair.has_crews:
        leave_crew(t)
    if fate == _RETIRED:
        _retire(t, host, seconds)
        return
    if h.visit_bad and fate == _GOOD:
        renew(t, host)
    h.visit_bad = 0 if fate == _GOOD else 1
    seconds = _left(t, host, seconds)
    if seconds > 0.0:
        h.visit_stage = _BURN_IN
        set_timer(t, seconds, STAGE, host)
        return
    _end_visit(t, host)


@routine
def _skip_stages(t: int, host: int) -> None:
    """End the stages of the repair of a host that were over before the trial began."""
    h = host_at(trial_at(t, 0).hosts, host)
    while h.visit_is_over:
        h.visit_is_over = 0
        _end_stage(t, host)


@routine
def end_stage(t: int, host: int) -> None:
    """End a stage of the repair of a host, and begin the next."""
    _end_stage(t, host)
    _skip_stages(t, host)


@routine
def leave_place(t: int, host: int) -> None:
    """Let a host of the job leave its place."""
    if vacate(t, host):
        announce(t)


@routine
def send_to_repair(t: int, host: int) -> None:
    """Take a host to repair from the job, from among the spares, or from where it is away."""
    s = trial_at(t, 0)
    place = host_at(s.hosts, host).place
    if place >= 0:
        leave_place(t, host)
    elif place == IDLE:
        remove_idle(t, host)
        announce(t)
    else:
        s.away -= 1
    s.repair += 1
    report_census(t)


@routine
def cordon(t: int, host: int, cause: int, fault: int, bad: bool) -> None:
    """Take a host to repair, rightly or not."""
    s = trial_at(t, 0)
    happened(t, s.clock, CORDON, cause, host)
    if s.latent_n:
        cure(t, host)
    send_to_repair(t, host)
    _note_visit(t, host, cause, fault, bad)
    _take_in(t, host)


@routine
def _go_on_with_repair(t: int, host: int, since: float) -> None:
    """Let the repair of a host be the first that it may have that takes longer than this."""
    s = trial_at(t, 0)
    h, regime = host_at(s.hosts, host), regime_now(t)
    for number in range(MOST_REPAIRS):
        fill(h.row, s.seed, s.trial, s.stream_repair, number, host * 8, 8)
        if whole_time(regime.repair, regime.cluster.provision, (h.row, 0)) > since:
            h.visits, h.visit_since = number, since
            return
    h.visits = 0


@routine
def begin_repair(t: int, hosts: int) -> None:
    """Have so many spares in repair from the start, those that stand last.

    For how long the first of them have been in it may be known.
    """
    s = trial_at(t, 0)
    if hosts <= 0:
        return
    host = s.idle_last
    for _ in range(min(hosts, s.idle_n) - 1):
        host = host_at(s.hosts, host).before
    for place in range(min(hosts, s.idle_n)):
        following = host_at(s.hosts, host).after
        send_to_repair(t, host)
        _note_visit(t, host, s.cause_start, -1, True)
        since = float_at(s.repairs, place) if place < s.repairs_n else 0.0
        if since:
            _go_on_with_repair(t, host, since)
        _take_in(t, host)
        _skip_stages(t, host)
        host = following


# --- other ways in and out of the job ------------------------------------------------------------


@routine
def _fill_by_domain(t: int, count: int, cause: int) -> None:
    """Put the first spares that can into the job, or a whole domain for another."""
    s = trial_at(t, 0)
    # Those that need no swap step in alone: a whole domain that steps in for another needs one.
    moved = 0 if s.takes_whole and returned(t) else move_blocks(t)
    for n in range(moved):
        block = whole_at(s.moved, n)
        for place in range(block * s.bound, (block + 1) * s.bound):
            host = host_at_place(t, place)
            if host != VACANT:
                leave_place(t, host)
                stand_by(t, host, False)
                count += 1
    for n in range(min(count, find_steps(t))):
        host, place = whole_at(s.steps, 2 * n), whole_at(s.steps, 2 * n + 1)
        no_longer_vacant(t, place)
        remove_idle(t, host)
        announce(t)
        take_place(t, host, place, cause)
    report_census(t)


@routine
def fill_places(t: int, count: int, cause: int) -> None:
    """Put the first spares into the job."""
    s = trial_at(t, 0)
    if s.bound:
        if count:
            _fill_by_domain(t, count, cause)
        return
    fill_quietly(t, count, cause)
    if s.follows_spares:
        announce(t)
    report_census(t)


@routine
def lose_all(t: int, all_out: bool) -> None:
    """Lose all hosts at once, or have them back from one of the times that they were lost."""
    s = trial_at(t, 0)
    s.times_out += 1 if all_out else -1
    s.all_out = 1 if s.times_out > 0 else 0
    s.all_until = s.made
    set_hazard_of_idle(t)
    announce(t)
    report_census(t)


@routine
def send_away(t: int, hosts: int, hosts_n: int) -> None:
    """Take these hosts away, from the job or from among the spares."""
    s = trial_at(t, 0)
    for number in range(hosts_n):
        host = whole_at(s.numbers, hosts + number)
        if is_in_job(t, host):
            leave_place(t, host)
        else:
            remove_idle(t, host)
            announce(t)
    s.away += hosts_n
    report_census(t)


@routine
def withhold(t: int, hosts: int, hosts_n: int) -> None:
    """Take hosts away for which the count has no room."""
    s = trial_at(t, 0)
    s.is_withholding = 1
    send_away(t, hosts, hosts_n)
    for number in range(hosts_n):
        put_whole(s.withheld, s.withheld_n, whole_at(s.numbers, hosts + number))
        s.withheld_n += 1
    s.is_withholding = 0


@routine
def _withhold_spares(t: int, more: int) -> None:
    """Take spares away that have just come, though there are too many hosts."""
    s = trial_at(t, 0)
    begin = s.numbers_n
    host = s.idle_first
    while host >= 0 and s.numbers_n - begin < more:
        keep_number(t, host)
        host = host_at(s.hosts, host).after
    withhold(t, begin, s.numbers_n - begin)
    s.numbers_n = begin


@routine
def back_by_itself(t: int, host: int) -> None:
    """A host that was away returns, to take a vacant place ahead of all spares."""
    s = trial_at(t, 0)
    s.away -= 1
    stand_by(t, host, is_awaited(t, host))


@routine
def resize(t: int) -> None:
    """Own as many hosts as the parameters in force say; idle ones leave first."""
    s = trial_at(t, 0)
    cluster = regime_now(t).cluster
    before, spares_before = s.size, s.spares
    for place in range(cluster.hosts, before):
        host = host_at_place(t, place)
        if host != VACANT:
            leave_place(t, host)
            stand_by(t, host, False)
    s.size, s.spares = cluster.hosts, cluster.spares
    kept = 0
    for number in range(s.vacant_n):
        place = whole_at(s.vacant, number)
        if place < s.size:
            put_whole(s.vacant, kept, place)
            kept += 1
    s.vacant_n = kept
    s.returned = min(s.returned, s.vacant_n)
    for place in range(before, s.size):
        host_at(s.hosts, place).holder = VACANT
        put_whole(s.vacant, s.vacant_n, place)
        s.vacant_n += 1
    more = s.size + s.spares - before - spares_before
    for _ in range(more):
        if s.surplus:
            s.surplus -= 1
        else:
            install(t, any_slot(t))
    s.surplus += max(0, -more)
    while s.surplus and s.idle_n > s.vacant_n:
        s.surplus -= 1
        last = s.idle_last
        remove_idle(t, last)
        announce(t)
        leave_slot(t, last)
    report_census(t)
    set_hazard_of_idle(t)
    announce(t)
