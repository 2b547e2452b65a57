"""From a fault to training again without a launch: the groups that were struck are left behind.

fault → detection → reconfigure (→ load) → training with the rest

Where that fails, or too few groups are left once the fault is known, it is an interruption like any
other. Groups that are complete again come back at a stall of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind, State
from simtrain.causes import ELASTIC
from simtrain.engine.phases import IDLE, WORKING
from simtrain.model import reconfiguring, response
from simtrain.model.policies import Reaction
from simtrain.model.streams import RECONFIGURATION, REJOINING

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from simtrain.engine.aside import Aside
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.diagnosis import Diagnosis, Suspects
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.outage import Outage
    from simtrain.engine.phases import Part, Phase
    from simtrain.engine.recovery import Recovery
    from simtrain.engine.refill import Refill
    from simtrain.engine.state import TrialState
    from simtrain.model.policies import Rejoin

_RECONFIGURE = Reaction.RECONFIGURE


class Reconfiguration:
    """Lets the job go on without some of its groups, and brings them back."""

    __slots__ = ("_aside", "_cluster", "_diagnosis", "_groups", "_recovery", "_refill",
                 "_rejoined", "_rows", "_state")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        cluster: Cluster,
        groups: JobGroups,
        diagnosis: Diagnosis,
        aside: Aside,
        recovery: Recovery,
        refill: Refill,
    ):
        self._state = state
        self._cluster = cluster
        self._groups = groups
        self._diagnosis = diagnosis
        self._aside = aside
        self._recovery = recovery
        self._refill = refill
        self._rows = state.draws.stream(REJOINING)
        self._rejoined = 0

    def go_on_in_launch(self, outage: Outage) -> Part:
        """End a launch without the groups that were struck; a copy is still to be loaded."""
        return self.go_on(outage, from_copy=False)

    def go_on(self, outage: Outage, from_copy: bool = True) -> Part:
        """Go on without the groups that were struck.

        Parameters
        ----------
        outage
            What strikes them.
        from_copy
            Whether the others load a copy, if none of them has all of the state.

        Returns
        -------
        Outage or None
            None if training goes on from where it stood. An outage that `is_over` if it goes on
            from a copy; any other ends training.
        """
        state, groups = self._state, self._groups
        earlier: list[tuple[Outage, Suspects]] = []
        replicated = groups.recovery.is_replicated or not from_copy
        while True:
            fault, cause = outage.fault, outage.cause
            assert fault is not None
            if not replicated:
                state.fall_back(cause, state.trusted(), state.now)
            self._diagnosis.suspect(outage)
            yield State.DETECTION, cause, response.latency(fault, outage.row), IDLE
            outage.is_known = True
            if not self._may_go_on(outage):
                return self._interrupted(outage, outage, earlier)
            groups.lose()
            seconds, works = self._reconfigure(outage)
            following, stop = yield from self._stand_still(cause, seconds)
            if following is None and not works:
                self._recovery.places.postpone_all(stop)
                return self._interrupted(outage, outage, earlier)
            if following is None and not replicated:
                following = yield from self._recovery.load(outage)
            if following is None:
                break
            self._recovery.places.postpone_all(stop)
            if following.reaction is not _RECONFIGURE:
                if following.fault is None:  # a stop or an incident: it holds the job as it is
                    self._recovery.places.postpone(following)
                    following = outage
                return self._interrupted(following, outage, earlier)
            earlier.append((outage, state.suspects))
            state.suspects, outage = [], following
        state.sink.happened(state.now, EventKind.RECONFIGURATION, cause)
        earlier.append((outage, state.suspects))
        joined, state.joined, state.suspects = state.joined, None, []
        for one, suspects in earlier:
            self._aside.begin(one, suspects, joined if one is outage else None)
        if stop:
            return stop[0]
        outage.is_over = not replicated
        return outage if outage.is_over else None

    def awaits(self, when: Rejoin) -> bool:
        """Whether groups that are complete again come back at a time of this kind."""
        groups = self._groups
        if not groups.aside or self._state.policy.on_return(groups) is not when:
            return False
        self._refill.complete()
        return bool(groups.returning())

    def rejoin(self) -> Part:
        """Let the groups that are complete again train with the others.

        They are at risk, and a part of what goes on if something strikes, as the stall begins.
        """
        state, groups = self._state, self._groups
        row = self._rows.row(self._rejoined)
        self._rejoined += 1
        groups.rejoin(groups.returning())
        seconds = reconfiguring.rejoin(groups.recovery, row)
        following, stop = yield from self._stand_still(ELASTIC, seconds)
        if following is not None:
            self._recovery.places.postpone_all(stop)
            return following
        state.sink.happened(state.now, EventKind.REJOIN, ELASTIC)
        return stop[0] if stop else None

    def _may_go_on(self, outage: Outage) -> bool:
        """Whether the job still goes on, now that the fault is known."""
        if self._cluster.all_out or not self._recovery.places.is_free:
            return False
        policy, fault = self._state.policy, outage.fault
        assert fault is not None
        return policy.on_fault(fault, outage.hosts, self._groups) is _RECONFIGURE

    def _reconfigure(self, outage: Outage) -> tuple[float, bool]:
        assert outage.fault is not None
        stream = self._state.draws.stream(RECONFIGURATION, outage.stream.name)
        recovery = self._groups.recovery
        return reconfiguring.reconfigure(recovery, outage.fault, stream.row(outage.number))

    def _stand_still(
        self, cause: str, seconds: float
    ) -> Generator[Phase, Any, tuple[Outage | None, list[Outage]]]:
        """Stand still; stops that are asked for meanwhile let it end, and come then."""
        state = self._state
        stop: list[Outage] = []
        until = state.now + seconds
        while True:
            following: Outage | None = yield State.RESTART, cause, until - state.now, WORKING
            if following is None or not following.saves_first:
                return following, stop
            stop.append(following)
            self._recovery.places.postpone_all(stop[1:])
            del stop[1:]

    def _interrupted(
        self, outage: Outage, last: Outage, earlier: list[tuple[Outage, Suspects]]
    ) -> Outage:
        """Let an outage end training; what was struck before is looked into in its recovery."""
        state = self._state
        for one, suspects in (*earlier, (last, [])):
            state.suspects = [*suspects, *state.suspects]
            if one is not outage and one.fault is not None and one.fault.diagnose:
                state.joined = state.joined or one
        return outage
