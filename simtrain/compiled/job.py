"""The job: training, saving, and what ends it, as in `simtrain.engine.job`."""

from __future__ import annotations

import math

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
from simtrain.compiled.copies import fall_back, newest_is_usable, saved, tier_now, trusted_now
from simtrain.compiled.draws import fill
from simtrain.compiled.latents import (
    any_known,
    fault_of,
    forget_noticed,
    new_outage,
    next_moment,
    noticed_now,
    slowest,
    to_swap,
    unnoticed_s,
)
from simtrain.compiled.layout import (
    MOST_WAITING,
    NONE,
    OVER,
    SHORT_OF_HOLDS,
    latent_at,
    outage_at,
    segment_at,
    stop_at,
    stream_at,
    trial_at,
)
from simtrain.compiled.memory import whole_at
from simtrain.compiled.phases import phase
from simtrain.compiled.recovery import answer, count_failure, launch, postpone, start
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import (
    FIELDS,
    WIDTH,
    end_alarms,
    regime_now,
    resume_alarms,
    wait,
)
from simtrain.compiled.strikes import FINISHED, OUT_OF_EVENTS, due_by_progress, end_trial, take
from simtrain.compiled.telling import (
    CHECKPOINT_SAVE,
    FAULT,
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
from simtrain.model.streams import THRESHOLD

_SAME = 1e-9
_NO_STALL = -1.0
"""In place of what is left of the stall of a save: none is under way."""


# --- arithmetic of training and saving -----------------------------------------------------------
# As in `simtrain.model.saving`, for saves that are all alike.


@kernel
def train_for(productive: float, write: float, speed: float, slowdown: float) -> float:
    """Training it takes to do `productive` of work, the first `write` seconds slowed."""
    if slowdown == 0.0:
        return productive / speed
    if slowdown < 1.0 and productive <= speed * (1.0 - slowdown) * write:
        return productive / (speed * (1.0 - slowdown))
    return productive / speed + slowdown * write


@kernel
def productive_of(g, train: float, write: float) -> float:  # type: ignore[no-untyped-def]
    """Work done in `train` seconds of training, the first `write` seconds slowed."""
    if g.write_slowdown == 0.0:
        done: float = g.speed * train
    else:
        done = g.speed * (train - g.write_slowdown * min(train, write))
    return done


@kernel
def _saves_before(work: float, each: float) -> int:
    return max(1, math.ceil(work / each * (1.0 - _SAME)))


@kernel
def _note_done(g, train: float, saves: int, cut: float, since: float, stall_left: float) -> None:  # type: ignore[no-untyped-def]
    """Note what a schedule has come to."""
    if g.write_slowdown == 0.0:
        written = 0.0
    elif saves == 0:
        written = min(g.write_left_s, train)
    else:
        last = since if stall_left < 0.0 else g.every_s
        written = min(g.write_left_s, g.first_s) + (saves - 1) * min(g.write_s, g.every_s)
        written += min(g.write_s, last)
    g.done_train_s = train
    g.done_save_s = saves * g.stall_s + cut
    g.done_saves = saves
    g.done_productive_s = g.speed * (train - g.write_slowdown * written)
    g.done_written_s = written
    g.done_since_save_s = since
    g.done_stall_left_s = stall_left


@kernel
def done_after(g, elapsed: float, before: bool) -> None:  # type: ignore[no-untyped-def]
    """Note the state of a segment some time after its start, stalls included."""
    if elapsed < g.first_s:
        _note_done(g, elapsed, 0, 0.0, elapsed, _NO_STALL)
        return
    seconds = elapsed - g.first_s
    round_s = g.every_s + g.stall_s
    rest = seconds % round_s
    saves = math.floor((seconds - rest) / round_s + 0.5)
    train = g.first_s + saves * g.every_s
    if rest < g.stall_s or (before and rest == g.stall_s):
        _note_done(g, train, saves, rest, 0.0, g.stall_s - rest)
        return
    since = min(rest - g.stall_s, g.every_s)
    _note_done(g, train + since, saves + 1, 0.0, since, _NO_STALL)


@kernel
def done_with_work(g, productive: float) -> float:  # type: ignore[no-untyped-def]
    """When so much work is done, and note what is done then; infinite if never."""
    first = productive_of(g, g.first_s, g.write_left_s)
    if productive <= first * (1.0 + _SAME):
        train = train_for(productive, g.write_left_s, g.speed, g.write_slowdown)
        _note_done(g, train, 0, 0.0, train, _NO_STALL)
        return train
    each = 1 * productive_of(g, g.every_s, g.write_s)
    if each <= 0.0:
        return math.inf
    saves = _saves_before(productive - first, each)
    rest = productive - first - (saves - 1) * productive_of(g, g.every_s, g.write_s)
    since = train_for(rest, g.write_s, g.speed, g.write_slowdown)
    if g.write_slowdown == 0.0:
        train = productive / g.speed
    else:
        train = g.first_s + (saves - 1) * g.every_s + since
    _note_done(g, train, saves, 0.0, since, _NO_STALL)
    return train + saves * g.stall_s


@kernel
def time_to_save(g, number: int) -> float:  # type: ignore[no-untyped-def]
    """When a save begins, and note what is done then."""
    before = number - 1
    train = g.first_s + before * g.every_s
    since = g.every_s if before else g.first_s
    _note_done(g, train, before, 0.0, since, _NO_STALL)
    begins: float = train + before * g.stall_s
    return begins


@kernel
def time_to_train(g, train: float) -> float:  # type: ignore[no-untyped-def]
    """Time until so much training has passed, stalls included."""
    if train <= g.first_s:
        return train
    saves = _saves_before(train - g.first_s, g.every_s)
    passed: float = train + saves * g.stall_s
    return passed


@kernel
def _set_schedule(t: int, slow: float, has_slow: bool) -> None:
    """Set how training and saving go from this moment on."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    tier = tier_now(t)
    g = s.schedule
    full_speed, slowdown = regime.full_speed, regime.write_slowdown
    speed = regime.speed
    if has_slow:
        speed *= slow
    if s.now < s.warm_until:
        speed *= regime.restart.warm_up_speed
    interval = regime.interval
    left = interval - s.since_save if interval > s.since_save else 0.0
    writing = s.writing_until - s.now if s.writing_until > s.now else 0.0
    if regime.in_work:
        left = train_for(left * 1.0 / full_speed, writing, speed, slowdown)
        interval = train_for(interval * 1.0 / full_speed, tier.lag, speed, slowdown)
    g.first_s, g.every_s, g.stall_s, g.speed, g.write_slowdown = (
        left, interval, tier.stall, speed, slowdown,
    )  # fmt: skip
    g.write_s, g.write_left_s, g.full_speed = tier.lag, writing, full_speed


# --- faults of saves -----------------------------------------------------------------------------


@routine
def _draw_hang(t: int) -> None:
    s = trial_at(t, 0)
    s.hangs_number += 1
    stream = stream_at(s.streams, s.origin_hangs).id
    fill(s.hangs_row, s.seed, s.trial, stream, 0, s.hangs_number * WIDTH, FIELDS)
    s.hangs_left = -math.log1p(-s.hangs_row[THRESHOLD])


@routine
def _draw_stop(t: int) -> None:
    s = trial_at(t, 0)
    s.stops_number += 1
    stream = stream_at(s.streams, s.origin_stops).id
    fill(s.stops_row, s.seed, s.trial, stream, 0, s.stops_number * WIDTH, FIELDS)
    s.stops_left = -math.log1p(-s.stops_row[THRESHOLD])


@routine
def begin_saves(t: int) -> None:
    """Draw the first faults of saves."""
    s = trial_at(t, 0)
    s.hangs_number = s.stops_number = -1
    _draw_hang(t)
    _draw_stop(t)


@kernel
def _next_struck(left: float, probability: float) -> float:
    """Which of the saves to come is struck, 1 being the next one; infinite if none is."""
    if probability <= 0.0:
        return math.inf
    if probability >= 1.0:
        return 1.0
    return max(1.0, math.ceil(left / -math.log1p(-probability)))


@kernel
def _spent(left: float, saves: int, probability: float) -> float:
    """What is left of a threshold after saves that were not struck."""
    if 0.0 < probability < 1.0:
        return left + saves * math.log1p(-probability)
    return left


@routine
def _outage_of_save(t: int, hangs: bool) -> int:
    """Outage that begins since a fault has struck a save."""
    s = trial_at(t, 0)
    happened(t, s.now, FAULT, s.cause_checkpoints, -1)
    s.events_left -= 1
    origin = s.origin_hangs if hangs else s.origin_stops
    number = s.hangs_number if hangs else s.stops_number
    outage = new_outage(t, s.cause_checkpoints, origin, number, 0)
    o = outage_at(s.outages, outage)
    row = s.hangs_row if hangs else s.stops_row
    for n in range(FIELDS):
        o.row[n] = row[n]
    o.fault = s.hang_class if hangs else s.failure_class
    o.restarted_by = PLANNED_RESTART
    return outage


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
    other.fault, other.regime, other.loads, other.first_try = (
        o.fault,
        o.regime,
        o.loads,
        o.first_try,
    )
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
    if regime.end_training:
        first = _next_struck(s.hangs_left, regime.save_hangs)
        in_tier = _next_struck(s.stops_left, regime.save_stops)
        first = min(first, (s.number + in_tier) * 1 - s.number)
        begins = time_to_save(g, int(first)) if first < math.inf else math.inf
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
    each = productive_of(g, g.every_s, g.write_s) * g.full_speed
    cycle = g.every_s + g.stall_s
    s.writing_until = ended + g.write_s + (g.done_saves - 1) * cycle
    saved(t, g.done_saves, ended, before + first, cycle, each, False)
    if regime_now(t).in_work:
        s.since_save = s.work - before - first - (g.done_saves - 1) * each
    else:
        s.since_save = g.done_since_save_s


@routine
def _book(t: int, begun: float, slow: float, slow_cause: int) -> None:
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
    segment.cycle, segment.place = -1, 0
    speed = regime.speed
    if speed < 1.0:
        add_loss(t, number, s.cause_speed, (1.0 - speed) * g.done_train_s)
    if slow < 1.0:
        add_loss(t, number, slow_cause, (speed - speed * slow) * g.done_train_s)
        speed *= slow
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
        saves = g.done_saves + (1 if g.done_stall_left_s >= 0.0 else 0)
        s.hangs_left = _spent(s.hangs_left, saves, regime.save_hangs)
        s.stops_left = _spent(s.stops_left, g.done_saves, regime.save_stops)
    if g.done_saves:
        _take_note_of_saves(t, begun, before)
    elif regime.in_work:
        s.since_save += (after - before) / 1.0
    else:
        s.since_save += g.done_train_s


# --- the end of training -------------------------------------------------------------------------


@kernel
def _saves_first(t: int, outage: int) -> bool:
    """Whether training is saved before it ends."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if not o.planned:
        return False
    if o.stop < 0:
        return True
    saves: bool = stop_at(s.stops, o.stop).save_first == 1
    return saves


@routine
def _end_now(t: int, outage: int, saves_first: bool) -> int:
    """End training, now that what is to be saved is saved."""
    s = trial_at(t, 0)
    o = outage_at(s.outages, outage)
    if s.asked >= 0:
        postpone(t, s.asked)
        s.asked = NONE
    end_alarms(t)
    happened(t, s.now, STOP if o.planned else INTERRUPTION, o.cause, -1)
    plain = o.fault < 0
    if not plain:
        fault = fault_of(t, outage)
        plain = fault.ends_write == 1 or not fault.stops
    if plain:
        durable_by = max(s.now, s.durable_at) if saves_first else s.now
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
        if not _saves_first(t, cut):
            s.to_end = cut
            return NONE
        if s.asked < 0:
            s.asked = cut
        else:
            postpone(t, cut)


@routine
def _save_once(t: int, cause: int, stall_left: float) -> int:
    """Save, or finish the save under way; what is to end training is left in `to_end`."""
    s = trial_at(t, 0)
    regime = regime_now(t)
    stall = tier_now(t).stall
    if stall_left >= 0.0:
        stall = stall_left + (stall - stall)
    else:
        if _next_struck(s.hangs_left, regime.save_hangs) <= 1.0:
            s.to_end = _outage_of_save(t, True)
            _draw_hang(t)
            return NONE
        s.hangs_left = _spent(s.hangs_left, 1, regime.save_hangs)
    ended = _stand_still(t, cause, stall)
    if ended == OVER or s.to_end >= 0:
        return ended
    regime = regime_now(t)
    tier = tier_now(t)
    struck = NONE
    if regime.end_training:
        if _next_struck(s.stops_left, regime.save_stops) <= 1.0:
            struck = -2
        else:
            s.stops_left = _spent(s.stops_left, 1, regime.save_stops)
    saved(t, 1, s.now, s.work, 0.0, 0.0, struck != NONE)
    happened(t, s.now, SAVE, cause, -1)
    s.since_save = 0.0
    s.writing_until = s.now + tier.lag
    s.durable_at = s.now + tier.lag
    if struck != NONE:
        s.to_end = _outage_of_save(t, False)
        _draw_stop(t)
    return NONE


@routine
def _end(t: int, outage: int, stall_left: float, is_saved: bool) -> int:
    """End training, and return to the copy to go on from.

    What ends training while it is being saved takes over: the stops before it hold the job later,
    the last of them first.
    """
    s = trial_at(t, 0)
    waiting = 0
    while True:
        saves_first = _saves_first(t, outage)
        if not saves_first:
            break
        ended = NONE
        s.to_end = NONE
        if not is_saved:
            ended = _save_once(t, outage_at(s.outages, outage).cause, stall_left)
        if ended == NONE and s.to_end == NONE:
            ended = _stand_still(t, outage_at(s.outages, outage).cause, s.durable_at - s.now)
        if ended == OVER:
            return OVER
        if s.to_end == NONE:
            break
        if waiting < MOST_WAITING:
            s.waiting[waiting] = outage
            waiting += 1
        else:
            be_short(t, SHORT_OF_HOLDS)
        outage, stall_left, is_saved = s.to_end, _NO_STALL, False
    following = _end_now(t, outage, saves_first)
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
    ended = _save_once(t, cause, stall_left)
    if s.to_end >= 0:
        return _end(t, s.to_end, _NO_STALL, False)
    return ended


@routine
def _finish(t: int) -> int:
    """End the work: notice what is still latent, and save the product."""
    s = trial_at(t, 0)
    if s.latent_n:
        wrong = noticed_now(t, True)
        if wrong != NONE:
            return _end(t, wrong, _NO_STALL, False)
    if not regime_now(t).final_save:
        return NONE
    while True:
        ended = _save(t, s.cause_checkpoints, _NO_STALL, True)
        if ended == NONE:
            s.to_end = NONE
            ended = _stand_still(t, s.cause_checkpoints, s.durable_at - s.now)
            if s.to_end >= 0:
                ended = _end(t, s.to_end, _NO_STALL, False)
        if ended != NONE or newest_is_usable(t):
            return ended
        if s.asked >= 0:
            asked = s.asked
            s.asked = NONE
            return _end(t, asked, _NO_STALL, False)
        if not pay(t):
            return end_trial(t, OUT_OF_EVENTS)


@routine
def _train(t: int) -> int:
    """Train until the work is done and saved, or training ends."""
    s = trial_at(t, 0)
    g = s.schedule
    s.since_save = s.writing_until = 0.0
    resume_alarms(t)
    if s.checks_n:
        resume_checks(t)
    while s.work < regime_now(t).work:
        outage, stall_left, save_is_due = _outage_at_once(t), _NO_STALL, False
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
            slow, slow_cause = 1.0, -1
            if s.latent_n:
                slow, slow_cause = slowest(t)
            has_slow = slow < 1.0
            _set_schedule(t, slow, has_slow)
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
            _book(t, begun, slow, slow_cause)
            outage = take(t, came, TRAIN, True)
            if outage == OVER:
                return OVER
            if whole and at_goal:
                s.work = goal
            save_is_due = whole and at_save and came != CAME_PLANNED
        if outage >= 0:
            return _end(t, outage, stall_left, False)
        if save_is_due or stall_left >= 0.0:
            ended = _save(t, s.cause_checkpoints, stall_left, False)
            if ended != NONE:
                return ended
            if s.asked >= 0:
                asked = s.asked
                s.asked = NONE
                return _end(t, asked, _NO_STALL, True)
    return _finish(t)


# --- training ------------------------------------------------------------------------------------


@routine
def live(t: int) -> int:
    """Live until the trial is over."""
    s = trial_at(t, 0)
    outage = start(t)
    while outage != OVER:
        while outage >= 0:
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
