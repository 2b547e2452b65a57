"""Going on without the groups that were struck, as in `simtrain.engine.reconfiguration`."""

from __future__ import annotations

from simtrain.compiled.aside import look_aside
from simtrain.compiled.caching import kernel
from simtrain.compiled.copies import fall_back, trusted_now
from simtrain.compiled.decisions import latency, rejoining_time, try_to_go_on
from simtrain.compiled.diagnosis import suspect, suspect_host
from simtrain.compiled.downtime import holding
from simtrain.compiled.draws import fill
from simtrain.compiled.groups import any_returns, lose_groups, rejoin_groups
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import keep_number
from simtrain.compiled.latents import fault_of
from simtrain.compiled.layout import (
    NONE,
    OVER,
    RECONFIGURE,
    SHORT_OF_HOLDS,
    STOP_FOR_IT,
    outage_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.loading import load_copy
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.phases import phase
from simtrain.compiled.places import postpone, saves_first
from simtrain.compiled.reactions import reaction_to
from simtrain.compiled.refill import complete_groups
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import (
    DETECTION,
    RECONFIGURATION,
    REJOIN,
    RESTART,
    be_short,
    happened,
)

# --- standing still ------------------------------------------------------------------------------


@routine
def _stand_still(t: int, cause: int, seconds: float) -> int:
    """Stand still; the first stop that is asked for meanwhile lets it end, and is kept.

    It is left in `kept_stop`.
    """
    s = trial_at(t, 0)
    s.kept_stop = NONE
    until = s.now + seconds
    while True:
        following = phase(t, RESTART, cause, until - s.now, True)
        if following < 0 or not saves_first(t, following):
            return following
        if s.kept_stop < 0:
            s.kept_stop = following
        else:
            postpone(t, following)


@kernel
def _postpone_kept(t: int, stop: int) -> None:
    if stop >= 0:
        postpone(t, stop)


# --- going on ------------------------------------------------------------------------------------


@routine
def _keep_suspects(t: int, outage: int) -> None:
    """Set an outage and the hosts that need repair since aside, for when the job goes on."""
    s = trial_at(t, 0)
    place = s.earlier_n
    if place >= s.holds_cap:
        be_short(t, SHORT_OF_HOLDS)
        return
    first = s.numbers_n
    for n in range(2 * s.suspects_n):
        keep_number(t, whole_at(s.suspects, n))
    if s.short:
        return
    s.earlier_n = place + 1
    put_whole(s.earlier, 3 * place, outage)
    put_whole(s.earlier, 3 * place + 1, first)
    put_whole(s.earlier, 3 * place + 2, s.suspects_n)
    s.suspects_n = 0


@kernel
def _suspect_again(t: int, first: int, many: int) -> None:
    """Let hosts that stand among the numbers, each with its class, be suspects again."""
    s = trial_at(t, 0)
    for place in range(first, first + 2 * many, 2):
        suspect_host(t, whole_at(s.numbers, place), whole_at(s.numbers, place + 1))


@kernel
def _join_diagnosis(t: int, one: int, outage: int) -> None:
    """Let an outage that is not the one that ends training bring its diagnosis with it."""
    s = trial_at(t, 0)
    if one != outage and s.joined < 0 and fault_of(t, one).diagnose:
        s.joined = one


@routine
def _interrupted(t: int, outage: int, last: int) -> int:
    """Let an outage end training; what was struck before is looked into in its recovery."""
    s = trial_at(t, 0)
    outage_at(s.outages, outage).reaction = STOP_FOR_IT
    now_n, now_suspects = s.numbers_n, s.suspects_n
    for n in range(2 * s.suspects_n):
        keep_number(t, whole_at(s.suspects, n))
    s.suspects_n = 0
    for place in range(s.earlier_n - 1, -1, -1):
        _suspect_again(t, whole_at(s.earlier, 3 * place + 1), whole_at(s.earlier, 3 * place + 2))
    _suspect_again(t, now_n, now_suspects)
    for place in range(s.earlier_n):
        _join_diagnosis(t, whole_at(s.earlier, 3 * place), outage)
    _join_diagnosis(t, last, outage)
    return outage


@routine
def _may_go_on(t: int, outage: int) -> bool:
    """Whether the job still goes on, now that the fault is known."""
    s = trial_at(t, 0)
    if s.all_out or (s.holds_n and holding(t) >= 0):
        return False
    return reaction_to(t, outage) == RECONFIGURE


@kernel
def _reconfigure(t: int, outage: int) -> tuple[float, bool]:
    """How long the others stand still, and whether they go on then."""
    s = trial_at(t, 0)
    o, fault, recovery = outage_at(s.outages, outage), fault_of(t, outage), regime_now(t).recovery
    stream = stream_at(s.streams, o.origin).reconfigured
    fill(s.scratch, s.seed, s.trial, stream, 0, o.number * 4, 4)
    law, success = recovery.reconfigure, recovery.reconfigure_success
    if fault.has_restart:
        law, success = fault.restart.duration, 1.0 - fault.restart.failure
    return try_to_go_on(law, success, (s.scratch, 0))


@routine
def go_on(t: int, outage: int, from_copy: bool) -> int:
    """Go on without the groups that were struck.

    Parameters
    ----------
    outage
        What strikes them.
    from_copy
        Whether the others load a copy, if none of them has all of the state.

    Returns
    -------
    int
        `NONE` if training goes on from where it stood. An outage that `is_over` if it goes on
        from a copy; any other ends training.
    """
    s = trial_at(t, 0)
    s.earlier_n = 0
    replicated = regime_now(t).recovery.is_replicated == 1 or not from_copy
    while True:
        o = outage_at(s.outages, outage)
        cause = o.cause
        if not replicated:
            fall_back(t, cause, trusted_now(t), s.now)
        suspect(t, outage)
        seconds = latency(fault_of(t, outage), (o.row, 0))
        if phase(t, DETECTION, cause, seconds, False) == OVER:
            return OVER
        o.is_known = 1
        if not _may_go_on(t, outage):
            return _interrupted(t, outage, outage)
        lose_groups(t)
        seconds, works = _reconfigure(t, outage)
        following = _stand_still(t, cause, seconds)
        stop = s.kept_stop
        if following == NONE and not works:
            _postpone_kept(t, stop)
            return _interrupted(t, outage, outage)
        if following == NONE and not replicated:
            following = load_copy(t, outage)
        if following == NONE:
            break
        if following == OVER:
            return OVER
        _postpone_kept(t, stop)
        if outage_at(s.outages, following).reaction != RECONFIGURE:
            if outage_at(s.outages, following).fault < 0:
                postpone(t, following)  # a stop or an incident: it holds the job as it is
                following = outage
            return _interrupted(t, following, outage)
        _keep_suspects(t, outage)
        outage = following
    happened(t, s.now, RECONFIGURATION, cause, -1)
    joined = s.joined
    _keep_suspects(t, outage)
    s.joined = NONE
    for place in range(s.earlier_n):
        one = whole_at(s.earlier, 3 * place)
        suspects, suspects_n = (
            whole_at(s.earlier, 3 * place + 1),
            whole_at(s.earlier, 3 * place + 2),
        )
        look_aside(t, one, suspects, suspects_n, joined if one == outage else NONE)
    if stop >= 0:
        return stop
    outage_at(s.outages, outage).is_over = 0 if replicated else 1
    return NONE if replicated else outage


# --- coming back ---------------------------------------------------------------------------------


@routine
def awaits_return(t: int, at_save: bool) -> bool:
    """Whether groups that are complete again come back after a save, or else at once."""
    s = trial_at(t, 0)
    if not s.aside_n or (regime_now(t).recovery.rejoin_at_save == 1) != at_save:
        return False
    complete_groups(t)
    return any_returns(t)


@routine
def rejoin(t: int) -> int:
    """Let the groups that are complete again train with the others.

    They are at risk, and a part of what goes on if something strikes, as the stall begins.
    """
    s = trial_at(t, 0)
    number = s.rejoined
    s.rejoined = number + 1
    rejoin_groups(t)
    fill(s.scratch, s.seed, s.trial, s.stream_rejoining, 0, number * 4, 4)
    seconds = rejoining_time(regime_now(t).recovery, (s.scratch, 0))
    following = _stand_still(t, s.cause_elastic, seconds)
    if following == OVER:
        return OVER
    stop = s.kept_stop
    if following != NONE:
        _postpone_kept(t, stop)
        return following
    happened(t, s.now, REJOIN, s.cause_elastic, -1)
    return stop
