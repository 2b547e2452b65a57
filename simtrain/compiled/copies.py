"""Which copies of the training state exist, as in `simtrain.model.copies`.

A batch is a number of saves in a tier that follow each other, evenly or in rounds.
"""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.draws import uniform
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.layout import (
    SHORT_OF_BATCHES,
    batch_at,
    class_at,
    copies_at,
    latent_at,
    loss_at,
    tier_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.rounds import ended_in_round, work_in_round
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import ROLLBACK, be_short, happened, rolled_back


@kernel
def tier_in(t: int, tier: int, regime: int):  # type: ignore[no-untyped-def]
    """Parameters of a tier in a regime."""
    s = trial_at(t, 0)
    return tier_at(s.tier_table, regime * s.tiers_n + tier)


@kernel
def tier_of(t: int, tier: int):  # type: ignore[no-untyped-def]
    """Parameters of a tier that are in force."""
    return tier_in(t, tier, trial_at(t, 0).regime)


@kernel
def copies_of(t: int, tier: int):  # type: ignore[no-untyped-def]
    """What there is of a tier in the trial."""
    return copies_at(trial_at(t, 0).tiers, tier)


@kernel
def _batch(t: int, tier: int, place: int):  # type: ignore[no-untyped-def]
    return batch_at(copies_at(trial_at(t, 0).tiers, tier).batches, place)


@routine
def begin_copies(t: int) -> None:
    """Begin with the initial state alone, which lies where copies lie last."""
    s = trial_at(t, 0)
    s.copy_save = -1
    s.copy_tier = s.tiers_n - 1
    s.copy_work = 0.0
    s.copy_number = 0
    s.made = s.number = 0
    for tier in range(s.tiers_n):
        copies = copies_of(t, tier)
        copies.batches_n = copies.oldest = 0
    s.rounds_n = s.round_saves_n = 0
    s.corrupt_found_n = 0
    s.losses_n = s.all_until = s.struck_until = 0


# --- saving --------------------------------------------------------------------------------------


@kernel
def _newest_index(batch) -> int:  # type: ignore[no-untyped-def]
    """Index of the newest save of a batch that is in its tier; negative if none is."""
    newest: int = batch.kept - 1
    if batch.every > 1:
        newest -= (batch.number + newest) % batch.every
    return newest


@kernel
def _save_to(  # type: ignore[no-untyped-def]
    t: int, tier: int, first: int, number: int, saves: int, ended: float, work: float,
    every: int, failed: int,
):  # fmt: skip
    """Take note in a tier of saves that ended at one moment; the batch that they are.

    `failed` has the bit of each tier in which they are known to have failed.
    """
    s = trial_at(t, 0)
    copies = copies_of(t, tier)
    place = copies.batches_n
    if place >= s.batches_cap:
        be_short(t, SHORT_OF_BATCHES)
        place = s.batches_cap - 1
    parameters = tier_of(t, tier)
    batch = batch_at(copies.batches, place)
    batch.first, batch.number, batch.kept, batch.every = first, number, saves, every
    batch.ended, batch.work, batch.ended_step, batch.work_step = ended, work, 0.0, 0.0
    batch.full_speed, batch.round, batch.place = 1.0, 0, 0
    batch.durable = ended + parameters.lag
    batch.failure = 1.0 if (failed >> tier) & 1 else parameters.save_failure
    batch.corrupt = parameters.corrupt
    if _newest_index(batch) >= 0:
        copies.batches_n = place + 1
    return batch


@routine
def saved(
    t: int, saves: int, ended: float, work: float, ended_step: float, work_step: float
) -> None:
    """Take note of saves in the manner of the schedule in force, whose stalls are over."""
    s = trial_at(t, 0)
    g = s.schedule
    for tier in range(s.tiers_n):
        every = tier_of(t, tier).every
        batch = _save_to(t, tier, s.made, s.number + 1, saves, ended, work, every, 0)
        batch.ended_step, batch.work_step = ended_step, work_step
        batch.full_speed, batch.round, batch.place = g.full_speed, g.round, g.place
    s.made += saves
    s.number += saves


@routine
def saved_before(t: int) -> None:
    """Take note of what a run in flight has saved so far."""
    s = trial_at(t, 0)
    for tier in range(s.tiers_n):
        every = tier_of(t, tier).every
        batch = _save_to(t, tier, 0, 1, s.saves_before, s.before_ended, s.before_work, every, 0)
        batch.ended_step, batch.work_step = s.before_ended_step, s.before_work_step
    s.made = s.number = s.saves_before


@routine
def saved_once(t: int, to_last: bool, failed: int) -> None:
    """Take note of a save that is waited for, and is over now."""
    s = trial_at(t, 0)
    for tier in range(s.tiers_n):
        every = tier_of(t, tier).every
        if to_last and tier == s.tiers_n - 1:
            every = 1
        _save_to(t, tier, s.made, s.number + 1, 1, s.now, s.work, every, failed)
    s.made += 1
    s.number += 1


@routine
def saved_to_last(t: int, failed: int) -> None:
    """Take note that the last save went to the last tier as well."""
    s = trial_at(t, 0)
    _save_to(t, s.tiers_n - 1, s.made - 1, s.number, 1, s.now, s.work, 1, failed)


@kernel
def _ended_after(batch, index: int) -> float:  # type: ignore[no-untyped-def]
    """Seconds from the end of the first stall to that of another."""
    if batch.round == 0:
        seconds: float = index * batch.ended_step
        return seconds
    return ended_in_round(batch.round, index, batch.place)


@kernel
def _work_of(batch, index: int) -> float:  # type: ignore[no-untyped-def]
    """Position of the work that a save holds."""
    if batch.round == 0:
        even: float = batch.work + index * batch.work_step
        return even
    reached = work_in_round(batch.round, index, batch.place) * batch.full_speed
    work: float = batch.work + reached
    return work


@kernel
def _befalls(t: int, stream: int, save: int, probability: float) -> bool:
    if probability <= 0.0:
        return False
    s = trial_at(t, 0)
    return uniform(s.seed, s.trial, stream, 0, save) < probability


@routine
def newest_is_usable(t: int) -> bool:
    """Whether the last save to the last tier did not fail."""
    s = trial_at(t, 0)
    copies = copies_of(t, s.tiers_n - 1)
    if not copies.batches_n:
        return False
    batch = batch_at(copies.batches, copies.batches_n - 1)
    newest = batch.first + _newest_index(batch)
    return not _befalls(t, copies.stream_fails, newest, batch.failure)


# --- copies that exist ---------------------------------------------------------------------------


@routine
def _durable(t: int, tier: int, place: int, moment: float) -> int:
    """Newest index of a batch in its tier that was durable by a moment; negative if none was."""
    batch = _batch(t, tier, place)
    index = _newest_index(batch)
    every = batch.every
    if index > 8 and batch.ended_step > 0.0 and moment < math.inf:
        # Near the one looked for, and not before it: from there on each is asked.
        guess = max(int((moment - batch.durable) / batch.ended_step) + 2, -1)
        if guess < index:
            index = guess - (batch.number + guess) % every
    while index >= 0 and batch.durable + _ended_after(batch, index) > moment:
        index -= every
    found: int = index
    return found


@routine
def _readable(t: int, save: int, of_hosts: int) -> int:
    """`save` itself if it can be read, or the newest save before it that may be readable.

    It survives one loss of a scope of so many hosts.
    """
    s = trial_at(t, 0)
    if save < s.all_until or (of_hosts == 0 and save < s.struck_until):
        return -1
    first = -1
    for place in range(s.losses_n - 1, -1, -1):
        loss = loss_at(s.losses, place)
        if loss.until <= save:
            break
        if loss.since > save:
            continue
        if of_hosts == 0:
            return loss.since - 1
        if not loss.left:
            continue
        if first < 0:
            first = place
            continue
        other = loss_at(s.losses, first)
        if of_hosts == 1:
            unit, unit_of_first = loss.host, other.host
        else:
            unit, unit_of_first = loss.slot // of_hosts, other.slot // of_hosts
        if unit != unit_of_first:
            return max(loss.since, other.since) - 1
    return save


@routine
def _is_readable(t: int, save: int, tier: int, regime: int) -> bool:
    """Whether the hosts that hold a copy are still there, by the parameters of a regime."""
    parameters = tier_in(t, tier, regime)
    if save < 0 or not parameters.has_survives:
        return True
    return _readable(t, save, parameters.survives_hosts) == save


@routine
def _was_found_corrupt(t: int, save: int) -> bool:
    s = trial_at(t, 0)
    place = 0
    while place < s.corrupt_found_n and whole_at(s.corrupt_found, place) != save:
        place += 1
    was_found: bool = place < s.corrupt_found_n
    return was_found


@routine
def _find_newest(t: int, number_of_tier: int, trusted: float, durable_by: float) -> None:
    """Return to the newest usable copy in a tier, if it is as new as the one chosen so far.

    Of the same save, the one that loads fastest is taken.
    """
    s = trial_at(t, 0)
    tier, copies = tier_of(t, number_of_tier), copies_of(t, number_of_tier)
    survives = tier.has_survives == 1
    retained, oldest = 0, copies.oldest
    last_retained = -1
    found_save, found_work, found_number = -1, 0.0, 0
    newest, at_least = s.made, s.copy_save
    place = copies.batches_n - 1
    looks, is_found = True, False
    while place >= 0 and looks:
        batch = batch_at(copies.batches, place)
        if batch.failure >= 1.0:
            place -= 1
            continue
        index, every = _durable(t, number_of_tier, place, durable_by), batch.every
        while index >= 0:
            save, number = batch.first + index, batch.number + index
            if save < oldest:
                if tier.permanent_every < 0:
                    looks = False
                    break
                if number // every % tier.permanent_every:
                    index -= every
                    continue
            if _befalls(t, copies.stream_fails, save, batch.failure):
                index -= every
                continue
            if tier.keep >= 0 and retained < tier.keep:
                retained += 1
                last_retained = save
                if retained == tier.keep:
                    # What is older is deleted, whether a newer one turns out to be of use or not.
                    oldest = max(oldest, save)
            if not is_found and min(save, newest) < at_least:
                is_found = True  # in a slower tier
            if not is_found:
                work = _work_of(batch, index)
                usable = not (save > newest or work > trusted or _was_found_corrupt(t, save))
                if usable and survives:
                    newest = _readable(t, save, tier.survives_hosts)
                    usable = newest >= save
                if usable:
                    found_save, found_work, found_number = save, work, number
                    is_found = True
            if is_found and (tier.keep < 0 or retained == tier.keep):
                looks = False
                break
            index -= every
        place -= 1
    if tier.keep >= 0 and retained > 0:
        copies.oldest = max(copies.oldest, last_retained)
    if found_save > s.copy_save or (
        found_save >= 0 and tier.load_mean <= tier_of(t, s.copy_tier).load_mean
    ):
        s.copy_save, s.copy_tier = found_save, number_of_tier
        s.copy_work, s.copy_number = found_work, found_number


@routine
def _forget_beyond(t: int, tier: int, newest: int, durable_by: float, is_durable: bool) -> None:
    """Forget what was saved behind a save, and what was still being written."""
    copies = copies_of(t, tier)
    while copies.batches_n:
        last = copies.batches_n - 1
        batch = batch_at(copies.batches, last)
        kept = newest - batch.first + 1
        if kept > 0:
            batch.kept = min(batch.kept, kept)
            if is_durable:
                return
            durable = _durable(t, tier, last, durable_by)
            if durable >= 0:
                batch.kept = durable + 1
                return
        copies.batches_n = last


@routine
def go_back(t: int, trusted: float, durable_by: float) -> None:
    """Return to the newest usable copy, and forget all that came after it."""
    s = trial_at(t, 0)
    s.copy_save, s.copy_tier, s.copy_work, s.copy_number = -1, s.tiers_n - 1, s.first_work, 0
    # The last tier survives most: what it has bounds the search in the others.
    for tier in range(s.tiers_n - 1, -1, -1):
        _find_newest(t, tier, trusted, durable_by)
    for tier in range(s.tiers_n):
        _forget_beyond(t, tier, s.copy_save, durable_by, tier == s.copy_tier)
    s.number = s.copy_number


@routine
def _has(t: int, tier: int, save: int, permanent: int) -> bool:
    """Whether a save that is kept went to a tier and did not fail."""
    copies = copies_of(t, tier)
    for place in range(copies.batches_n - 1, -1, -1):
        batch = batch_at(copies.batches, place)
        index = save - batch.first
        if index < 0:
            continue
        number, every = batch.number + index, batch.every
        is_permanent = permanent >= 0 and number // every % permanent == 0
        is_kept = index < batch.kept and (save >= copies.oldest or is_permanent)
        is_there = is_kept and number % every == 0
        return is_there and not _befalls(t, copies.stream_fails, save, batch.failure)
    return False


@routine
def fall_to_next_tier(t: int, regime: int) -> None:
    """Choose the same save in the fastest of the slower tiers, if one of them has it.

    That is where a load falls to that has failed, by the parameters of the regime it began in.
    """
    s = trial_at(t, 0)
    tier = s.copy_tier if s.copy_save >= 0 else -1
    while tier >= 0:
        load, following = tier_in(t, tier, regime).load_mean, -1
        for other in range(s.tiers_n):
            mean = tier_in(t, other, regime).load_mean
            if mean < load or (mean == load and other <= tier):
                continue
            if following < 0 or mean < tier_in(t, following, regime).load_mean:
                following = other
        tier = following
        if (
            tier >= 0
            and _has(t, tier, s.copy_save, tier_in(t, tier, regime).permanent_every)
            and _is_readable(t, s.copy_save, tier, regime)
        ):
            s.copy_tier = tier
            return


@routine
def loads_well(t: int) -> bool:
    """Whether the copy just returned to is intact."""
    s = trial_at(t, 0)
    if s.copy_save < 0:
        return True
    copies = copies_of(t, s.copy_tier)
    corrupt = batch_at(copies.batches, copies.batches_n - 1).corrupt
    return not _befalls(t, copies.stream_corrupt, s.copy_save, corrupt)


@routine
def exclude_copy(t: int) -> None:
    """Offer the save whose copy was just found corrupt never again, in no tier."""
    s = trial_at(t, 0)
    if s.corrupt_found_n >= s.corrupt_found_cap:
        be_short(t, SHORT_OF_BATCHES)
        return
    put_whole(s.corrupt_found, s.corrupt_found_n, s.copy_save)
    s.corrupt_found_n += 1


# --- returning to a copy -------------------------------------------------------------------------


@routine
def trusted_by(t: int, one: int, full_speed: float) -> float:
    """Furthest position of the work that can be trusted once a latent fault is noticed."""
    s = trial_at(t, 0)
    latent = latent_at(s.latent, one)
    fault = class_at(s.class_table, latent.regime * s.classes + latent.fault)
    if not fault.taints:
        return math.inf
    if latent.has_back_to:
        back: float = latent.back_to
        return back
    trusted: float = latent.onset - fault.margin * full_speed
    return trusted


@routine
def trusted_now(t: int) -> float:
    """Furthest position of the work that can be trusted, as far as anybody has noticed."""
    s = trial_at(t, 0)
    least = math.inf
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        if latent_at(s.latent, one).noticed:
            least = min(least, trusted_by(t, one, regime_now(t).full_speed))
    return least


@routine
def fall_back(t: int, cause: int, trusted: float, durable_by: float) -> None:
    """Return to the newest copy that can be trusted; the work behind it is lost."""
    s = trial_at(t, 0)
    go_back(t, trusted, durable_by)
    if s.copy_work < s.work:
        rolled_back(t, s.now, s.copy_work, cause)
        happened(t, s.now, ROLLBACK, cause, -1)
    s.work = s.copy_work
    kept = 0
    for place in range(s.latent_n):
        one = whole_at(s.latents, place)
        latent = latent_at(s.latent, one)
        if latent.taints and not s.copy_work > latent.onset:
            latent.is_there = 0
        else:
            put_whole(s.latents, kept, one)
            kept += 1
    s.latent_n = kept


@routine
def check_copy(t: int, cause: int) -> None:
    """Return further back if hosts that hold the copy were lost since it was chosen."""
    s = trial_at(t, 0)
    if not _is_readable(t, s.copy_save, s.copy_tier, s.regime):
        fall_back(t, cause, trusted_now(t), math.inf)
