"""Periodic checks: when they are due, and what they bring to light.

A check is due after so much training since the last one, or at each multiple of so many steps. The
job stands still for it, keeps its hosts, and goes on without a restart. One that something cuts
short is made once the job trains again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.engine.latent import AT_ONCE
from simtrain.faults.source import INFINITY
from simtrain.model.streams import CHECK, CHECK_DURATION, CHECK_FINDS, FOUND_BY_CHECK

if TYPE_CHECKING:
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.outage import LatentFault, Outage
    from simtrain.engine.state import TrialState
    from simtrain.model.parameters import CheckParameters

_SAME = 1e-9
"""Relative distance within which a position of the work is one at which a check is due."""


class Due(NamedTuple):
    """How long it is until the next check.

    Parameters
    ----------
    training
        Training until one is due, in seconds.
    work
        Position of the work at which one is due.
    """

    training: float
    work: float


class Checks:
    """The checks of a trial."""

    __slots__ = ("_every", "_latent", "_made", "_next_work", "_passed", "_since", "_state")

    def __init__(self, state: TrialState, latent: LatentFaults):
        self._state = state
        self._latent = latent
        names = [check.name for check in state.parameters.checks]
        self._made = dict.fromkeys(names, 0)
        self._since = dict.fromkeys(names, 0.0)  # training since the last one
        # Where those by steps are due next, and the work between two of them that it follows from.
        self._next_work = dict.fromkeys(names, INFINITY)
        self._every = dict.fromkeys(names, 0.0)
        # Positions of the work at which they found nothing, of the work that has not been lost, but
        # for those that are known to have missed a taint.
        self._passed: dict[str, list[float]] = {name: [] for name in names}

    def resume(self) -> None:
        """Go on from where recovery has gone back to."""
        work = self._state.work
        for one in self._state.latent:
            if work < one.gone_back_to < INFINITY:
                one.gone_back_to = work
        for check in self._state.parameters.checks:
            passed = self._passed[check.name]
            while passed and passed[-1] > work:
                passed.pop()
            if check.in_work:
                # One that was due here and was cut short is still due.
                following = _multiple_after(work, check.every)
                self._next_work[check.name] = min(self._due_at(check), following)

    def trained(self, seconds: float) -> None:
        """Let training go on for some seconds."""
        for name in self._since:
            self._since[name] += seconds

    def next_due(self) -> Due:
        """How long it is until the next check, as training and as a position of the work."""
        training = work = INFINITY
        for check in self._state.parameters.checks:
            if check.in_work:
                work = min(work, self._due_at(check))
            else:
                training = min(training, check.every - self._since[check.name])
        return Due(training, work)

    def due(self) -> CheckParameters | None:
        """The check that is due now, if one is."""
        for check in self._state.parameters.checks:
            if check.in_work:
                if self._state.work >= self._due_at(check):
                    return check
            elif self._since[check.name] >= check.every - AT_ONCE:
                return check
        return None

    def duration(self, check: CheckParameters) -> float:
        """Seconds that it takes this time."""
        block, at = self._state.draws.stream(CHECK, check.name).row(self._made[check.name])
        return check.duration.quantile(block[at + CHECK_DURATION])

    def end(self, check: CheckParameters) -> Outage | None:
        """End a check: what it finds is noticed, and ends training if it has tainted the work."""
        state, name = self._state, check.name
        self._made[name] += 1
        self._since[name] = 0.0
        if check.in_work:
            self._next_work[name] = _multiple_after(state.work, check.every)
        found = self._found(check)
        for one in found:
            if one.fault.effect.slows:
                self._latent.find(one)
        tainted = [one for one in found if one.fault.effect.taints]
        passed = self._passed[name]
        if not tainted:
            passed.append(state.work)
            return None
        # What is found again was in the copy that was gone back to: a check that passed there, or
        # since, has missed it. Trusted once more, it would lead back to the same copy for ever.
        tainted_at = min(one.gone_back_to for one in tainted)
        while passed and passed[-1] >= tainted_at:
            passed.pop()
        last = (passed[-1] if passed else 0.0) if check.to_last else None
        return self._latent.notice(tainted, last)

    def _due_at(self, check: CheckParameters) -> float:
        """Position of the work at which a check by steps is due; found anew after a change."""
        name, every = check.name, check.every
        if self._every[name] != every:
            self._every[name] = every
            self._next_work[name] = _multiple_after(self._state.work, every)
        return self._next_work[name]

    def _found(self, check: CheckParameters) -> list[LatentFault]:
        """What a check finds: of each host all of a class, or nothing."""
        alike: dict[tuple[str, int], list[LatentFault]] = {}
        for one in self._state.latent:
            is_there = not one.fault.effect.slows or self._latent.is_in_job(one)
            if one.fault.name in check.finds and not one.noticed and is_there:
                alike.setdefault((one.fault.name, one.host), []).append(one)
        return [one for group in alike.values() if self._finds(check, group[0]) for one in group]

    def _finds(self, check: CheckParameters, first: LatentFault) -> bool:
        """Whether a check finds what has this onset first, by draws of its own."""
        began, number = first.outage, first.looks.get(check.name, 0)
        first.looks[check.name] = number + 1
        stream = self._state.draws.stream(FOUND_BY_CHECK, f"{check.name}: {began.stream.name}")
        block, at = stream.row(began.number, number)
        return block[at + CHECK_FINDS] < check.chance


def _multiple_after(work: float, every: float) -> float:
    """First multiple of `every` beyond a position of the work."""
    return (math.floor(work / every * (1 + _SAME)) + 1) * every
