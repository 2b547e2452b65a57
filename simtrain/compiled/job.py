"""The job: training, saving, and what ends it, as in `simtrain.engine.job`."""

from __future__ import annotations

import math

from simtrain.compiled.allocation import give_back
from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import CAME_PLANNED, pay
from simtrain.compiled.checks import (
    check_duration,
    due_now,
    end_check,
    next_check_work,
    resume_checks,
    trained_for_checks,
    training_left,
)
from simtrain.compiled.copies import (
    fall_back,
    newest_is_usable,
    saved,
    saved_once,
    saved_to_last,
    tier_of,
    trusted_now,
)
from simtrain.compiled.drags import note_drags
from simtrain.compiled.groups import share_of_groups
from simtrain.compiled.hazards import FIELDS, regime_now
from simtrain.compiled.in_order import end_alarms, resume_alarms
from simtrain.compiled.latents import (
    any_known,
    fault_of,
    forget_noticed,
    new_outage,
    next_moment,
    noticed_now,
    to_swap,
    unnoticed_s,
)
from simtrain.compiled.layout import (
    MOST_WAITING,
    NONE,
    OVER,
    RECONFIGURE,
    SHORT_OF_HOLDS,
    latent_at,
    outage_at,
    round_at,
    save_at,
    segment_at,
    stop_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.occurrences import FINISHED, OUT_OF_EVENTS, due_by_progress, end_trial, take
from simtrain.compiled.phases import phase
from simtrain.compiled.places import postpone, saves_first
from simtrain.compiled.reconfiguration import awaits_return, go_on, rejoin
from simtrain.compiled.recovery import answer, count_failure, launch, start
from simtrain.compiled.rounds import (
    ended_in_round,
    number_of_round,
    round_of,
    train_for,
    work_in_round,
)
from simtrain.compiled.routines import routine
from simtrain.compiled.save_faults import (
    fails_in,
    next_struck,
    save_hangs,
    saves_passed,
    struck_by,
)
from simtrain.compiled.saving import (
    NO_STALL,
    done_after,
    done_with_work,
    productive_of,
    time_to_save,
    time_to_train,
    write_of,
)
from simtrain.compiled.sources import wait
from simtrain.compiled.telling import (
    CHECKPOINT_SAVE,
    INTERRUPTION,
    PAUSED,
    PLANNED_RESTART,
    SAVE,
    STOP,
    TRAIN,
    add_loss,
    be_short,
    begin_segment,
    happened,
    skipped,
)

_MOST_SAVES = 2.0**53
"""Saves of which none is beyond in any trial; a number of them is a whole one of 64 bits."""

# --- how training goes on -------------------------------------------------------------------------


@kernel
def _set_schedule(t: int) -> None:
    """Set how training and saving go from this moment on."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    g = s.schedule
    g.place = (s.number + 1) % regime.saves_n
    save = save_at(s.save_table, regime.saves + g.place)
    full_speed, slowdown = regime.full_speed, regime.write_slowdown
    speed = regime.speed
    for number in range(s.drags_n):
        speed *= s.drag_share[number]
    if s.now < s.warm_until:
        speed *= regime.restart.warm_up_speed
    s.batch = 1.0
    if s.aside_n and regime.recovery.batch_shrinks:
        s.batch = share_of_groups(t)
    interval = regime.interval
    left = interval - s.since_save if interval > s.since_save else 0.0
    writing = s.writing_until - s.now if s.writing_until > s.now else 0.0
    if regime.in_work:
        left = train_for(left * s.batch / full_speed, writing, speed, slowdown)
        interval = train_for(interval * s.batch / full_speed, save.lag, speed, slowdown)
    g.first_s, g.every_s, g.stall_s, g.speed, g.write_slowdown = (
        left, interval, save.stall, speed, slowdown,
    )  # fmt: skip
    g.write_s, g.write_left_s, g.full_speed = save.lag, writing, full_speed
    g.round = round_of(t, speed)
    g.cycle = number_of_round(t, g.round)


@kernel
def _outage_at_once(t: int) -> int:
    """What is due at this position of the work, or else what latent faults lead to now."""
    s = trial_at(t, 0)
    if s.next_work <= s.work:
        outage = due_by_progress(t)
        if outage != NONE:
            return outage
    if not s.latent_n:
        s.awaits_spare = 0
        return NONE
    outage = noticed_now(t, False)
    if outage != NONE:
        return outage
    number = to_swap(t)
    s.awaits_spare = 1 if number < 0 and any_known(t) else 0
    if number < 0:
        return NONE
    began = latent_at(s.latent, number).outage
    o = outage_at(s.outages, began)
    outage = new_outage(t, o.cause, o.origin, o.number, 1)
    other = outage_at(s.outages, outage)
    o = outage_at(s.outages, began)
    other.fault, other.regime, other.loads, other.first_try, other.reaction = (
        o.fault, o.regime, o.loads, o.first_try, o.reaction,
    )  # fmt: skip
    for n in range(FIELDS):
        other.row[n] = o.row[n]
    other.restarted_by = PLANNED_RESTART
    return outage


@kernel
def _take_back_done(t: int) -> None:
    """Note again what was kept."""
    s = trial_at(t, 0)
    g, kept = s.schedule, s.schedule_kept
    g.done_train_s, g.done_save_s, g.done_saves = (
        kept.done_train_s,
        kept.done_save_s,
        kept.done_saves,
    )
    g.done_productive_s, g.done_written_s = kept.done_productive_s, kept.done_written_s
    g.done_since_save_s, g.done_stall_left_s = kept.done_since_save_s, kept.done_stall_left_s


@kernel
def _keep_done(t: int) -> None:
    """Keep what was noted of a schedule as what is done when training in this manner ends."""
    s = trial_at(t, 0)
    g, kept = s.schedule, s.schedule_kept
    kept.done_train_s, kept.done_save_s, kept.done_saves = (
        g.done_train_s,
        g.done_save_s,
        g.done_saves,
    )
    kept.done_productive_s, kept.done_written_s = g.done_productive_s, g.done_written_s
    kept.done_since_save_s, kept.done_stall_left_s = g.done_since_save_s, g.done_stall_left_s


@routine
def _until_change(t: int, goal: float) -> float:
    """For how long a schedule holds at the most."""
    s = trial_at(t, 0)
    g = s.schedule
    regime = regime_now(t)
    seconds = s.warm_until - s.now if s.now < s.warm_until else math.inf
    if s.latent_n:
        seconds = min(seconds, next_moment(t) - s.now)
        left = unnoticed_s(t)
        if left < math.inf:
            seconds = min(seconds, time_to_train(g, left))
    if s.checks_n:
        left = training_left(t)
        if left < math.inf:
            seconds = min(seconds, time_to_train(g, left))
    until = seconds
    s.until_done = s.until_goal = s.until_save = 0
    # A write may go on beside the next save: what is left of it is known then.
    each = g.round != 0 and round_at(g.round, 0).outlast == 1
    if s.aside_n and not each:
        each = awaits_return(t, True) == 1
    if each or regime.end_training:
        first = 1.0 if each else next_struck(t)
        begins = time_to_save(g, int(first)) if first < _MOST_SAVES else math.inf
        if begins <= seconds:
            until = begins
            s.until_done = s.until_save = 1
            _keep_done(t)
    # Faults come long before most goals: compute the way to one only if it is near.
    strikes = wait(t, True, 1.0)
    reach = min(until, strikes) * g.speed * g.full_speed
    if goal < math.inf and goal - s.work <= reach * (1.0 + 1e-9):
        to_goal = done_with_work(g, (goal - s.work) / g.full_speed)
        latest = until * (1.0 + 1e-9) if s.until_save else until
        if to_goal <= min(latest, seconds):
            until = to_goal
            s.until_done = 1 if to_goal < math.inf else 0
            s.until_goal, s.until_save = 1, 0
            if s.until_done:
                _keep_done(t)
    return until


@kernel
def _take_note_of_saves(t: int, begun: float, before: float) -> None:
    s = trial_at(t, 0)
    g = s.schedule
    first = productive_of(g, g.first_s, g.write_left_s) * g.full_speed
    ended = begun + g.first_s + g.stall_s
    last = g.done_saves - 1
    if g.round == 0:
        each = productive_of(g, g.every_s, g.write_s) * g.full_speed
        cycle = g.every_s + g.stall_s
        s.writing_until = ended + g.write_s + last * cycle
        saved(t, g.done_saves, ended, before + first, cycle, each)
        since = s.work - before - first - last * each
    else:
        written = ended + ended_in_round(g.round, last, g.place) + write_of(g, last)
        s.writing_until = max(s.writing_until, written)
        saved(t, g.done_saves, ended, before + first, 0.0, 0.0)
        reached = work_in_round(g.round, last, g.place) * g.full_speed
        since = s.work - (before + first + reached)
    s.since_save = since / s.batch if regime_now(t).in_work else g.done_since_save_s


@routine
def _book(t: int, begun: float) -> None:
    """Book a segment of training, slow as it was, and take note of its saves."""
    s = trial_at(t, 0)
    g = s.schedule
    regime = regime_now(t)
    before = s.work
    after = before + g.done_productive_s * g.full_speed
    s.work = after
    number = begin_segment(t)
    segment = segment_at(s.segments, number)
    segment.start, segment.end, segment.work_start, segment.work_end = begun, s.now, before, after
    segment.train_s, segment.save_s, segment.saves = g.done_train_s, g.done_save_s, g.done_saves
    segment.productive_s = g.done_productive_s
    segment.first_s, segment.every_s, segment.stall_s = g.first_s, g.every_s, g.stall_s
    segment.speed, segment.write_slowdown, segment.write_s = g.speed, g.write_slowdown, g.write_s
    segment.write_left_s, segment.full_speed = g.write_left_s, g.full_speed
    segment.cycle, segment.place = g.cycle, g.place
    speed = regime.speed
    if speed < 1.0:
        add_loss(t, number, s.cause_speed, (1.0 - speed) * g.done_train_s)
    for drag in range(s.drags_n):
        share = s.drag_share[drag]
        add_loss(t, number, s.drag_cause[drag], (speed - speed * share) * g.done_train_s)
        speed *= share
    if g.speed < speed:
        add_loss(t, number, s.cause_warm_up, (speed - g.speed) * g.done_train_s)
    if g.done_written_s != 0.0:
        written = g.speed * g.write_slowdown * g.done_written_s
        add_loss(t, number, s.cause_background, written)
    for place in range(s.latent_n):
        latent_at(s.latent, whole_at(s.latents, place)).unnoticed_s -= g.done_train_s
    if s.checks_n:
        trained_for_checks(t, g.done_train_s)
    if regime.end_training:
        begun_n = g.done_saves + (1 if g.done_stall_left_s >= 0.0 else 0)
        saves_passed(t, begun_n, g.done_saves)
    if g.done_saves:
        _take_note_of_saves(t, begun, before)
    elif regime.in_work:
        s.since_save += (after - before) / s.batch
    else:
        s.since_save += g.done_train_s


# --- the end of training -------------------------------------------------------------------------


@kernel
def _save_of(t: int, number: int):  # type: ignore[no-untyped-def]
    """Save with a number."""
    regime = regime_now(t)
    return save_at(trial_at(t, 0).save_table, regime.saves + number % regime.saves_n)


@routine
def _end_now(t: int, outage: int, is_saved_first: bool) -> int:
    """End training, now that what is to be saved is saved."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if s.asked >= 0:
        postpone(t, s.asked)
        s.asked = NONE
    end_alarms(t)
    happened(t, s.now, STOP if o.planned else INTERRUPTION, o.cause, -1)
    if s.in_allocations:  # and with the hosts the copies that they hold
        give_back(t, outage)
    plain = o.fault < 0
    if not plain:
        fault = fault_of(t, outage)
        plain = fault.ends_write == 1 or not fault.stops
    if plain:
        durable_by = max(s.now, s.durable_at) if is_saved_first else s.now
        wanted = math.inf
        if o.stop >= 0:
            margin = stop_at(s.stops, o.stop).margin
            if margin != 0.0:
                wanted = s.work - margin * regime_now(t).full_speed
        fall_back(t, o.cause, min(trusted_now(t), wanted), durable_by)
        if not o.planned and count_failure(t, outage) == OVER:
            return OVER
    else:
        o.uncounted = 1
    if s.latent_n:
        forget_noticed(t)
    if o.fault >= 0:
        batches = fault_of(t, outage).skips
        if batches:
            skipped(t, s.now, batches, o.cause)
    return outage


@routine
def _go_on(t: int, outage: int) -> int:
    """Go on without the groups that were struck, if that works."""
    end_alarms(t)
    following = go_on(t, outage, True)
    if following == NONE:
        resume_alarms(t)
    return following


@routine
def _stand_still(t: int, cause: int, seconds: float) -> int:
    """Stand still for a save; the first stop that is asked for meanwhile lets it finish.

    What is to end training at once is left in `to_end`.
    """
    s = trial_at(t, 0)
    until = s.now + seconds
    while True:
        cut = phase(t, CHECKPOINT_SAVE, cause, until - s.now, True)
        if cut < 0:
            return cut
        if not saves_first(t, cut):
            left = until - s.now
            if outage_at(s.outages, cut).reaction == RECONFIGURE:
                cut = _go_on(t, cut)
                if cut == NONE:  # the rest of the save is made by those left
                    until = s.now + left
                    continue
                if cut == OVER or outage_at(s.outages, cut).is_over:
                    return cut
            s.to_end = cut
            return NONE
        if s.asked < 0:
            s.asked = cut
        else:
            postpone(t, cut)


@routine
def _note_durable(t: int, failed: int) -> None:
    """Take note of when a save is durable in the last tier, or of the fault if it failed."""
    s = trial_at(t, 0)
    s.durable_at = s.now + tier_of(t, s.tiers_n - 1).lag
    if failed:
        s.to_end = struck_by(t, failed)


@routine
def _save_once(t: int, cause: int, stall_left: float, to_last: bool) -> int:
    """Save, or finish the save under way; what is to end training is left in `to_end`.

    `to_last` says whether it goes to the last tier whatever its number.
    """
    s = trial_at(t, 0)
    number = s.number + 1
    save = _save_of(t, number)
    stall = save.stall_to_last if to_last else save.stall
    if stall_left >= 0.0:  # what other tiers it is for comes on top of it
        stall = stall_left + (stall - save.stall)
    elif save_hangs(t):
        return NONE
    ended = _stand_still(t, cause, stall)
    if ended != NONE or s.to_end >= 0:
        return ended
    save = _save_of(t, number)
    failed = 0
    if regime_now(t).end_training:
        for tier in range(s.tiers_n):
            is_last = to_last and tier == s.tiers_n - 1
            if is_last or number % tier_of(t, tier).every == 0:
                failed |= fails_in(t, tier)
    saved_once(t, to_last, failed)
    happened(t, s.now, SAVE, cause, -1)
    s.since_save = 0.0
    written = s.now + (save.lag_to_last if to_last else save.lag)
    if regime_now(t).saves_n > 1:  # that of an earlier save may go on for longer
        written = max(written, s.writing_until)
    s.writing_until = written
    _note_durable(t, failed)
    return NONE


@routine
def _save_to_last(t: int, cause: int) -> int:
    """Let the save that was just made go to the last tier as well, as `_save_once` does."""
    s = trial_at(t, 0)
    last = s.tiers_n - 1
    if s.number % tier_of(t, last).every == 0:
        return NONE
    ended = _stand_still(t, cause, tier_of(t, last).stall)
    if ended != NONE or s.to_end >= 0:
        return ended
    failed = fails_in(t, last) if regime_now(t).end_training else 0
    saved_to_last(t, failed)
    _note_durable(t, failed)
    return NONE


@routine
def _end(t: int, outage: int, stall_left: float, is_saved: bool) -> int:
    """End training, and return to the copy to go on from.

    What ends training while it is being saved takes over: the stops before it hold the job later,
    the last of them first.
    """
    s = trial_at(t, 0)
    if outage_at(s.outages, outage).reaction == RECONFIGURE:
        outage = _go_on(t, outage)
        if outage < 0 or outage_at(s.outages, outage).is_over:
            return outage
    waiting, ended = 0, NONE
    while True:
        is_saved_first = saves_first(t, outage)
        if not is_saved_first:
            break
        s.to_end = NONE
        cause = outage_at(s.outages, outage).cause
        ended = _save_to_last(t, cause) if is_saved else _save_once(t, cause, stall_left, True)
        if ended == NONE and s.to_end == NONE:
            ended = _stand_still(t, cause, s.durable_at - s.now)
        if ended == OVER:
            return OVER
        if ended == NONE and s.to_end == NONE:
            break
        if waiting < MOST_WAITING:
            s.waiting[waiting] = outage
            waiting += 1
        else:
            be_short(t, SHORT_OF_HOLDS)
        if ended >= 0:  # the job goes on from a copy
            break
        outage, stall_left, is_saved = s.to_end, NO_STALL, False
    following = ended if ended >= 0 else _end_now(t, outage, is_saved_first)
    while following != OVER and waiting:
        waiting -= 1
        postpone(t, s.waiting[waiting])
    return following


# --- saves that are waited for -------------------------------------------------------------------


@routine
def _save(t: int, cause: int, stall_left: float, to_last: bool) -> int:
    """Save, or finish the save under way; what has ended training meanwhile, if anything did."""
    s = trial_at(t, 0)
    s.to_end = NONE
    ended = _save_once(t, cause, stall_left, to_last)
    if s.to_end >= 0:
        return _end(t, s.to_end, NO_STALL, False)
    return ended


@kernel
def _leaves_nothing(t: int) -> bool:
    """Whether the work is done, and neither its last save nor what is latent takes any time."""
    s = trial_at(t, 0)
    if s.work < regime_now(t).work or s.latent_n:
        return False
    save = _save_of(t, s.number + 1)
    return not regime_now(t).final_save or save.stall_to_last + save.lag_to_last == 0.0


@routine
def _finish(t: int) -> int:
    """End the work: notice what is still latent, and save the product."""
    s = trial_at(t, 0)
    if s.latent_n:
        wrong = noticed_now(t, True)
        if wrong != NONE:
            return _end(t, wrong, NO_STALL, False)
    if not regime_now(t).final_save:
        return NONE
    while True:
        ended = _save(t, s.cause_checkpoints, NO_STALL, True)
        if ended == NONE:
            s.to_end = NONE
            ended = _stand_still(t, s.cause_checkpoints, s.durable_at - s.now)
            if ended == NONE and s.to_end >= 0:
                ended = _end(t, s.to_end, NO_STALL, False)
        if ended != NONE or newest_is_usable(t):
            return ended
        if s.asked >= 0:
            asked = s.asked
            s.asked = NONE
            return _end(t, asked, NO_STALL, False)
        if not pay(t):
            return end_trial(t, OUT_OF_EVENTS)


@kernel
def _rejoin(t: int, at_save: bool) -> int:
    """Bring back the groups that are complete again, if this is when they come back."""
    trial_at(t, 0).awaits_spare = 1  # and whatever else may complete a group
    following: int = rejoin(t) if awaits_return(t, at_save) else NONE
    return following


@routine
def _train(t: int) -> int:
    """Train until the work is done and saved, or training ends."""
    s = trial_at(t, 0)
    g = s.schedule
    s.since_save, s.writing_until = s.begins_since_save, s.begins_writing_s
    s.begins_since_save = s.begins_writing_s = 0.0
    resume_alarms(t)
    if s.checks_n:
        resume_checks(t)
    while s.work < regime_now(t).work:
        outage, stall_left, save_is_due = _outage_at_once(t), NO_STALL, False
        if outage == OVER:
            return OVER
        if outage == NONE and s.aside_n:
            outage = _rejoin(t, False)
            if outage == OVER:
                return OVER
        check = due_now(t) if outage == NONE and s.checks_n else -1
        if check >= 0:
            outage = phase(
                t, PAUSED, whole_at(s.check_causes, check), check_duration(t, check), True
            )
            if outage == OVER:
                return OVER
            if outage == NONE:
                outage = end_check(t, check)
                if outage == NONE:
                    continue
        elif outage == NONE:
            begun = s.now
            s.drags_n = 0
            if s.aside_n or s.latent_n or s.power_limit >= 0:
                note_drags(t)
            _set_schedule(t)
            goal = min(regime_now(t).work, s.next_work)
            if s.checks_n:
                goal = min(goal, next_check_work(t))
            seconds = _until_change(t, goal)
            is_done, at_goal, at_save = s.until_done == 1, s.until_goal == 1, s.until_save == 1
            came, whole = 0, True
            if seconds > 0.0:
                if phase(t, TRAIN, -1, seconds, True) == OVER:
                    return OVER
                came, whole = s.came, s.whole == 1
            if whole and is_done:
                _take_back_done(t)
            else:
                done_after(g, s.now - begun, came == CAME_PLANNED)
            stall_left = g.done_stall_left_s
            _book(t, begun)
            outage = take(t, came, TRAIN, True)
            if outage == OVER:
                return OVER
            if whole and at_goal:
                s.work = goal
                # A limit comes before the end of training, but not before that of the job.
                ends = outage >= 0 and outage_at(s.outages, outage).ends_allocation == 1
                if ends and _leaves_nothing(t):
                    outage = NONE
            save_is_due = whole and at_save and came != CAME_PLANNED
        if outage >= 0:
            outage = _end(t, outage, stall_left, False)
            if outage != NONE:
                return outage
        if save_is_due or stall_left >= 0.0:
            ended = _save(t, s.cause_checkpoints, stall_left, False)
            if ended == NONE and s.aside_n:
                ended = _rejoin(t, True)
                if ended >= 0:
                    ended = _end(t, ended, NO_STALL, True)
            if ended != NONE:
                return ended
            if s.asked >= 0:
                asked = s.asked
                s.asked = NONE
                return _end(t, asked, NO_STALL, True)
    return _finish(t)


# --- training ------------------------------------------------------------------------------------


@routine
def live(t: int) -> int:
    """Live until the trial is over."""
    s = trial_at(t, 0)
    outage = start(t)
    while outage != OVER:
        while outage >= 0 and not outage_at(s.outages, outage).is_over:
            restarted_by = outage_at(s.outages, outage).restarted_by
            following = answer(t, outage)
            if following == NONE:
                following = launch(t, outage, True)
            if following == OVER:
                return OVER
            if following >= 0:
                restarted_by = outage_at(s.outages, outage).restarted_by
                outage_at(s.outages, following).restarted_by = restarted_by
            outage = following
        outage = _train(t)
        if outage == NONE:
            return end_trial(t, FINISHED)
    return OVER
