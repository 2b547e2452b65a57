"""The groups of hosts that the job is made of, as in `simtrain.engine.groups`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled.caching import kernel
from simtrain.compiled.changes import announce, fill_places, leave_place
from simtrain.compiled.hazards import regime_now
from simtrain.compiled.hosts import (
    host_at_place,
    keep_number,
    no_longer_vacant,
    report_census,
    take_place,
)
from simtrain.compiled.layout import GROUP, group_at, host_at, trial_at
from simtrain.compiled.memory import put_whole, whole_at
from simtrain.compiled.routines import routine
from simtrain.compiled.sources import put_aside, take_in
from simtrain.compiled.support import ELASTIC, POLICIES

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import RecoveryParameters


def lay_out_groups(memory: TrialMemory, recovery: RecoveryParameters) -> None:
    """Lay out the policy of the job, and the groups of hosts that it is made of at the start."""
    state, policy = memory.state, POLICIES[memory.scenario.recovery.policy]
    state["policy"] = policy
    state["launch_goes_on"] = recovery.launch_goes_on
    # A job that trains with all of its hosts or not at all is a single group.
    number = recovery.replicas if policy == ELASTIC else 1
    state["groups_n"], state["in_groups"] = number, number > 1
    memory.table("groups", GROUP, number)
    memory.table("looked", np.int64, int(state["hosts_cap"]))


@routine
def begin_groups(t: int) -> None:
    """Begin with all groups in the job."""
    s = trial_at(t, 0)
    s.aside_n = s.aside_hosts_n = s.looked_n = 0
    for number in range(s.groups_n):
        group = group_at(s.groups, number)
        group.aside = group.struck = 0


@kernel
def _group_of_place(t: int, place: int) -> int:
    s = trial_at(t, 0)
    number: int = place * s.groups_n // s.size
    return number


@kernel
def _is_complete(t: int, number: int) -> bool:
    """Whether a group has all its hosts, none of which anybody looks into, when last counted."""
    group = group_at(trial_at(t, 0).groups, number)
    complete: bool = group.lacks == 0 and group.looked == 0
    return complete


@routine
def _count_lacking(t: int) -> None:
    """Count the places that groups lack, and note which of them somebody looks into."""
    s = trial_at(t, 0)
    for number in range(s.groups_n):
        group = group_at(s.groups, number)
        group.lacks = group.looked = 0
    for n in range(s.vacant_n):
        group = group_at(s.groups, _group_of_place(t, whole_at(s.vacant, n)))
        group.lacks += 1
    for n in range(s.looked_n):
        place = host_at(s.hosts, whole_at(s.looked, n)).place
        group_at(s.groups, _group_of_place(t, place)).looked = 1


# --- what is asked -------------------------------------------------------------------------------


@routine
def groups_left(t: int) -> int:
    """Groups that train, or trained when training ended, without those struck since."""
    s = trial_at(t, 0)
    left = 0
    for number in range(s.groups_n):
        group = group_at(s.groups, number)
        left += 0 if group.aside or group.struck else 1
    return left


@routine
def groups_complete(t: int) -> int:
    """Groups that have all their hosts, none of which anybody looks into."""
    _count_lacking(t)
    complete = 0
    for number in range(trial_at(t, 0).groups_n):
        complete += 1 if _is_complete(t, number) else 0
    return complete


@kernel
def share_of_groups(t: int) -> float:
    """Groups that train, as a fraction of all."""
    s = trial_at(t, 0)
    share: float = (s.groups_n - s.aside_n) / s.groups_n
    return share


@routine
def any_returns(t: int) -> bool:
    """Whether groups that stand aside are complete again."""
    s = trial_at(t, 0)
    _count_lacking(t)
    for number in range(s.groups_n):
        if group_at(s.groups, number).aside and _is_complete(t, number):
            return True
    return False


# --- moves ---------------------------------------------------------------------------------------


@routine
def strike_groups(t: int, hosts: int, hosts_n: int) -> None:
    """A fault has struck hosts of the job, and stops their groups."""
    s = trial_at(t, 0)
    for n in range(hosts_n):
        place = host_at(s.hosts, whole_at(s.numbers, hosts + n)).place
        group_at(s.groups, _group_of_place(t, place)).struck = 1


@kernel
def _hosts_stand_aside(t: int, number: int) -> None:
    """Let all hosts of a group work no longer, and be at the risk of spares."""
    s = trial_at(t, 0)
    size = s.size // s.groups_n
    for place in range(number * size, (number + 1) * size):
        host = host_at_place(t, place)
        if host >= 0:
            h = host_at(s.hosts, host)
            if not h.aside:
                h.aside = 1
                s.aside_hosts_n += 1
                put_aside(t, host, s.clock)


@kernel
def _stands_aside(t: int, number: int) -> None:
    """Let a group stand aside."""
    s = trial_at(t, 0)
    group = group_at(s.groups, number)
    if not group.aside:
        group.aside = 1
        s.aside_n += 1
    _hosts_stand_aside(t, number)


@kernel
def _works_again(t: int, number: int) -> None:
    """Let a group that stood aside train with the others."""
    s = trial_at(t, 0)
    group_at(s.groups, number).aside = 0
    s.aside_n -= 1
    size = s.size // s.groups_n
    for place in range(number * size, (number + 1) * size):
        host = host_at_place(t, place)
        if host >= 0:
            h = host_at(s.hosts, host)
            if h.aside:
                h.aside = 0
                s.aside_hosts_n -= 1
                take_in(t, host, s.clock)


@routine
def lose_groups(t: int) -> None:
    """Let the groups that were struck stand aside."""
    s = trial_at(t, 0)
    for number in range(s.groups_n):
        group = group_at(s.groups, number)
        if group.struck and not group.aside:
            _stands_aside(t, number)
        group.struck = 0
    announce(t)


@routine
def rejoin_groups(t: int) -> None:
    """Let all groups that are complete again train with the others."""
    s = trial_at(t, 0)
    _count_lacking(t)
    for number in range(s.groups_n):
        if group_at(s.groups, number).aside and _is_complete(t, number):
            _works_again(t, number)
    announce(t)


@routine
def launch_groups(t: int) -> None:
    """Let the groups train that are complete, and no others."""
    s = trial_at(t, 0)
    for number in range(s.groups_n):
        group_at(s.groups, number).struck = 0
    rejoin_groups(t)
    for number in range(s.groups_n):
        if not _is_complete(t, number):
            _stands_aside(t, number)
    announce(t)


@routine
def dissolve_groups(t: int) -> None:
    """Forget which groups stand aside, before the job has another size."""
    s = trial_at(t, 0)
    for number in range(s.groups_n):
        if group_at(s.groups, number).aside:
            _works_again(t, number)
    announce(t)


@kernel
def _newcomers_stand_aside(t: int) -> None:
    """Let hosts that have come to groups that stand aside do so, too."""
    s = trial_at(t, 0)
    for number in range(s.groups_n):
        if group_at(s.groups, number).aside:
            _hosts_stand_aside(t, number)
    announce(t)


@kernel
def _is_filled_later(t: int, place: int, other: int) -> bool:
    """Whether a place is filled after another: of a group that lacks more, or further behind."""
    s = trial_at(t, 0)
    lacks = group_at(s.groups, _group_of_place(t, place)).lacks
    of_other = group_at(s.groups, _group_of_place(t, other)).lacks
    later: bool = lacks > of_other or (lacks == of_other and place > other)
    return later


@routine
def fill_groups(t: int, count: int, cause: int) -> None:
    """Put the first spares into the job, into the groups that lack fewest first."""
    s = trial_at(t, 0)
    _count_lacking(t)
    for n in range(1, s.vacant_n):  # the last ones are taken first
        place = whole_at(s.vacant, n)
        at = n
        while at and _is_filled_later(t, place, whole_at(s.vacant, at - 1)):
            put_whole(s.vacant, at, whole_at(s.vacant, at - 1))
            at -= 1
        put_whole(s.vacant, at, place)
    fill_places(t, count, cause)
    _newcomers_stand_aside(t)


@kernel
def _fewest_lacking(t: int) -> int:
    """The group that lacks fewest hosts, but some, of those that nobody looks into; or -1."""
    s = trial_at(t, 0)
    fewest = -1
    for number in range(s.groups_n):
        group = group_at(s.groups, number)
        if (
            group.lacks
            and not group.looked
            and (fewest < 0 or group.lacks < group_at(s.groups, fewest).lacks)
        ):
            fewest = number
    return fewest


@kernel
def _givers_of(t: int, to: int) -> int:
    """Keep the hosts of other groups that lack some, of those that lack most first; how many."""
    s = trial_at(t, 0)
    begin, size = s.numbers_n, s.size // s.groups_n
    for number in range(s.groups_n):
        group_at(s.groups, number).is_asked = 0
    while True:
        most = -1
        for number in range(s.groups_n):
            group = group_at(s.groups, number)
            if (
                group.lacks
                and number != to
                and not group.is_asked
                and (most < 0 or group.lacks >= group_at(s.groups, most).lacks)
            ):
                most = number
        if most < 0:
            return s.numbers_n - begin
        group_at(s.groups, most).is_asked = 1
        for place in range(most * size, (most + 1) * size):
            host = host_at_place(t, place)
            if host >= 0 and not host_at(s.hosts, host).looked:
                keep_number(t, host)


@routine
def regroup(t: int, cause: int) -> None:
    """Let hosts of incomplete groups complete each other, as far as they make up whole ones.

    The group that lacks fewest is completed from those that lack most.
    """
    s = trial_at(t, 0)
    begin = s.numbers_n
    while s.vacant_n and not s.short:
        _count_lacking(t)
        to = _fewest_lacking(t)
        if to < 0:
            return
        hosts = _givers_of(t, to)
        wanted = group_at(s.groups, to).lacks
        if hosts < wanted:
            s.numbers_n = begin
            return
        places = s.numbers_n
        for n in range(s.vacant_n):
            place = whole_at(s.vacant, n)
            if _group_of_place(t, place) == to:
                keep_number(t, place)
        if s.short:
            return
        for n in range(wanted):
            host, place = whole_at(s.numbers, begin + n), whole_at(s.numbers, places + n)
            leave_place(t, host)
            no_longer_vacant(t, place)
            take_place(t, host, place, cause)
            report_census(t)
        s.numbers_n = begin
        _newcomers_stand_aside(t)


@kernel
def at_least(t: int) -> int:
    """Groups that the job trains with at the least."""
    groups: int = regime_now(t).recovery.at_least
    return groups
