"""Which copies of the training state exist, as in `simtrain.model.copies`, where there is one tier.

A batch is a number of saves that follow each other evenly.
"""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.draws import uniform
from simtrain.compiled.layout import (
    SHORT_OF_BATCHES,
    batch_at,
    class_at,
    latent_at,
    loss_at,
    tier_at,
    trial_at,
)
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import regime_now
from simtrain.compiled.telling import ROLLBACK, be_short, happened, rolled_back


@kernel
def tier_now(t: int):  # type: ignore[no-untyped-def]
    """Parameters of the tier in force."""
    s = trial_at(t, 0)
    return tier_at(s.tier_table, s.regime)


@routine
def begin_copies(t: int) -> None:
    """Begin with the initial state alone."""
    s = trial_at(t, 0)
    s.copy_save = -1
    s.copy_work = 0.0
    s.copy_number = 0
    s.made = s.number = s.batches_n = s.oldest = 0
    s.corrupt_found_n = 0
    s.losses_n = s.all_until = s.struck_until = 0


@routine
def saved(
    t: int, saves: int, ended: float, work: float, ended_step: float, work_step: float, failed: bool
) -> None:
    """Take note of saves whose stalls are over."""
    s = trial_at(t, 0)
    place = s.batches_n
    if place >= s.batches_cap:
        be_short(t, SHORT_OF_BATCHES)
        return
    s.batches_n = place + 1
    tier = tier_now(t)
    batch = batch_at(s.batches, place)
    batch.first = s.made
    batch.number = s.number + 1
    batch.kept = saves
    batch.ended, batch.work, batch.ended_step, batch.work_step = ended, work, ended_step, work_step
    batch.durable = ended + tier.lag
    batch.failure = 1.0 if failed else tier.save_failure
    batch.corrupt = tier.corrupt
    s.made += saves
    s.number += saves


@kernel
def _befalls(t: int, stream: int, save: int, probability: float) -> bool:
    if probability <= 0.0:
        return False
    s = trial_at(t, 0)
    return uniform(s.seed, s.trial, stream, 0, save) < probability


@routine
def newest_is_usable(t: int) -> bool:
    """Whether the newest copy has not failed."""
    s = trial_at(t, 0)
    if not s.batches_n:
        return False
    batch = batch_at(s.batches, s.batches_n - 1)
    newest = batch.first + batch.kept - 1
    return not _befalls(t, s.stream_save_fails, newest, batch.failure)


@kernel
def _durable(t: int, place: int, moment: float) -> int:
    """Newest index of a batch that was durable by a moment, or -1."""
    batch = batch_at(trial_at(t, 0).batches, place)
    index = batch.kept - 1
    if index > 8 and batch.ended_step > 0.0 and moment < math.inf:
        # Near the one looked for, and not before it: from there on each is asked.
        guess = int((moment - batch.durable) / batch.ended_step) + 2
        index = min(index, max(guess, -1))
    while index >= 0 and batch.durable + index * batch.ended_step > moment:
        index -= 1
    found: int = index
    return found


@routine
def _readable(t: int, save: int) -> int:
    """`save` itself if it can be read, or the newest save before it that may be readable."""
    s = trial_at(t, 0)
    of_hosts = tier_now(t).survives_hosts
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
def is_readable(t: int, save: int) -> bool:
    """Whether the hosts that hold a copy are still there."""
    return save < 0 or not tier_now(t).has_survives or _readable(t, save) == save


@routine
def _was_found_corrupt(t: int, save: int) -> bool:
    s = trial_at(t, 0)
    place = 0
    while place < s.corrupt_found_n and whole_at(s.corrupt_found, place) != save:
        place += 1
    was_found: bool = place < s.corrupt_found_n
    return was_found


@routine
def go_back(t: int, trusted: float, durable_by: float) -> None:
    """Return to the newest usable copy, and forget all that came after it."""
    s = trial_at(t, 0)
    tier = tier_now(t)
    survives = tier.has_survives == 1
    retained, oldest = 0, s.oldest
    last_retained = -1
    found_save, found_work, found_number = -1, 0.0, 0
    newest = s.made
    place = s.batches_n - 1
    looks = True
    while place >= 0 and looks:
        batch = batch_at(s.batches, place)
        if batch.failure >= 1.0:
            place -= 1
            continue
        index = _durable(t, place, durable_by)
        while index >= 0:
            save, number = batch.first + index, batch.number + index
            if save < oldest:
                if tier.permanent_every < 0:
                    looks = False
                    break
                if number % tier.permanent_every:
                    index -= 1
                    continue
            if _befalls(t, s.stream_save_fails, save, batch.failure):
                index -= 1
                continue
            if tier.keep >= 0 and retained < tier.keep:
                retained += 1
                last_retained = save
                if retained == tier.keep:
                    # What is older is deleted, whether a newer one turns out to be of use or not.
                    oldest = max(oldest, save)
            if found_save < 0:
                work = batch.work + index * batch.work_step
                usable = not (save > newest or work > trusted or _was_found_corrupt(t, save))
                if usable and survives:
                    newest = _readable(t, save)
                    usable = newest >= save
                if usable:
                    found_save, found_work, found_number = save, work, number
            if found_save >= 0 and (tier.keep < 0 or retained == tier.keep):
                looks = False
                break
            index -= 1
        place -= 1
    if tier.keep >= 0 and retained > 0:
        s.oldest = max(s.oldest, last_retained)
    s.copy_save, s.copy_work, s.copy_number = found_save, found_work, found_number
    # Only what is known to be durable is left behind the copy that was returned to.
    while s.batches_n:
        batch = batch_at(s.batches, s.batches_n - 1)
        kept = found_save - batch.first + 1
        if kept <= 0:
            s.batches_n -= 1
            continue
        batch.kept = min(batch.kept, kept)
        break
    s.number = found_number


@routine
def loads_well(t: int) -> bool:
    """Whether the copy just returned to is intact."""
    s = trial_at(t, 0)
    if s.copy_save < 0:
        return True
    corrupt = batch_at(s.batches, s.batches_n - 1).corrupt
    return not _befalls(t, s.stream_corrupt, s.copy_save, corrupt)


@routine
def exclude_copy(t: int) -> None:
    """Offer the copy just found corrupt never again."""
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
    if tier_now(t).has_survives and not is_readable(t, s.copy_save):
        fall_back(t, cause, trusted_now(t), math.inf)
