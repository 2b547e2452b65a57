"""Numbers of the hosts of a log: those of their names, or places in the domains they stand in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simtrain.errors import InputError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.logs.log import FailureLog, Standpoint

Level = tuple[str, int]
"""Name of a level of domains, and how many hosts each domain has."""


def numbers_of(log: FailureLog, levels: Sequence[Level], file: str) -> list[Sequence[int]]:
    """Numbers of the hosts that each name of a log is of: one, or those of a whole domain.

    Parameters
    ----------
    log
        The log.
    levels
        Levels of the cluster, the smallest first.
    file
        Its file, for messages.

    Raises
    ------
    InputError
        If more hosts or domains stand somewhere than there is room for.
    """
    names = log.host_names
    stand = {name: log.stand[name] for name in names if name in log.stand}
    if not stand:
        return [[number] for number in spread(names, log.hosts)]
    told = {level for one in stand.values() for level in one.domains}
    found: dict[str, Sequence[int]] = {}
    _place(stand, [one for one in levels if one[0] in told], range(log.hosts), file, found)
    return [found[name] for name in names]


def spread(names: Sequence[str], room: int) -> list[int]:
    """Number of each name: that in it, from 0 or 1 on, or else all spread evenly.

    Those that never failed have the others. Were they the last, they would be the spares: numbers
    without a gap are of the hosts that failed, and say nothing of where these are.
    """
    found = [re.search(r"[0-9]+$", name) for name in names]
    numbers = [int(one[0]) for one in found if one]
    if len(set(numbers)) == len(names):
        first = 0 if min(numbers) == 0 else 1
        has_gaps = max(numbers) - first >= len(numbers) or len(numbers) == room
        if has_gaps and max(numbers) - first < room:
            return [number - first for number in numbers]
    return [n * room // len(names) for n in range(len(names))]


def _place(
    stand: Mapping[str, Standpoint],
    levels: Sequence[Level],
    within: range,
    file: str,
    found: dict[str, Sequence[int]],
) -> None:
    """Give all that stand in some domain, or in the cluster, their numbers among its own."""
    if not levels:
        names = sorted(stand)
        found.update(zip(names, ([within[n]] for n in spread(names, len(within))), strict=True))
        return
    *inner, (level, size) = levels
    domains: dict[str, dict[str, Standpoint]] = {}
    for name, one in stand.items():
        domains.setdefault(one.domains[level], {})[name] = one
    names = sorted(domains)
    room = -(-len(within) // size)
    _fits(f"{level}s", len(names), room, file)
    for name, number in zip(names, spread(names, room), strict=True):
        mine = within[number * size : (number + 1) * size]
        hosts = {}
        for member, one in domains[name].items():
            # A domain that is struck as a whole has no smaller one of its own.
            if one.is_whole and not any(smaller in one.domains for smaller, _ in inner):
                found[member] = mine
            else:
                hosts[member] = one
        single = sum(not one.is_whole for one in hosts.values())
        _fits(f"hosts in {level} {shown(name)}", single, len(mine), file)
        if hosts:
            _place(hosts, inner, mine, file, found)


def _fits(what: str, there: int, room: int, file: str) -> None:
    if there > room:
        raise InputError(
            f"{file} names {there:,} {what}, more than the {room:,} for which `[[domain]]` leaves "
            "room; correct `faults_from.hosts` or the rows of `[[domain]]`"
        )
