"""What befalls the job: faults, planned stops and changes, each at its moment."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.accounts.timeline import EventKind
from simtrain.engine.outage import outage_of
from simtrain.engine.state import End
from simtrain.model.streams import CHANGES, STOP

if TYPE_CHECKING:
    from simtrain.accounts.timeline import State, Verdict
    from simtrain.engine.allocation import Allocations
    from simtrain.engine.capacity import Capacity
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.dates import PlannedEvents, StopParameters
    from simtrain.engine.downtime import Downtime
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.outage import Outage
    from simtrain.engine.state import TrialState
    from simtrain.engine.strikes import Strikes


class Came(Enum):
    """What ends a wait of the job."""

    END = auto()
    FAULT = auto()
    PLANNED = auto()
    CHANGED_RISK = auto()
    SPARE = auto()


_PLANNED, _STRUCK = Came.PLANNED, Came.FAULT


class Occurrences:
    """Faults, stops and changes as they come, and whether the job stops for them.

    Parameters
    ----------
    end_verdict
        What it means when the last of the planned events comes.

    Attributes
    ----------
    planned
        Planned events still to come.
    """

    __slots__ = (
        "_allocations", "_capacity", "_cluster", "_downtime", "_end_verdict", "_groups", "_state",
        "_strikes", "planned",
    )  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        planned: PlannedEvents,
        cluster: Cluster,
        strikes: Strikes,
        downtime: Downtime,
        groups: JobGroups,
        end_verdict: Verdict,
        allocations: Allocations | None = None,
        capacity: Capacity | None = None,
    ):
        self._state = state
        self.planned = planned
        self._cluster = cluster
        self._strikes = strikes
        self._downtime = downtime
        self._groups = groups
        self._end_verdict = end_verdict
        self._allocations = allocations
        self._capacity = capacity

    def begin(self) -> None:
        """Hold a job that starts in a pause, before it is launched for the first time."""
        while self.planned.start_in_pause:
            self._due(working=False)

    def take(self, came: Came, during: State, working: bool) -> Outage | None:
        """Take what came; if it stops a working job, return the outage."""
        if came is _PLANNED:
            return self._due(working)
        return self._strikes.on_job(during, working) if came is _STRUCK else None

    def _due(self, working: bool) -> Outage | None:
        """Take what is due on this date."""
        event = self.planned.take_dated()
        if event.change >= 0:
            return self._change(event.change, working)
        if event.weather is not None:
            self._strikes.turn(event.weather, event.occurrence)
            return None
        if event.limit is not None:
            self._state.limit_power(event.limit, event.ends)
            return None
        if event.allocation >= 0:
            assert self._allocations is not None
            return self._allocations.limit(event, working)
        if event.row >= 0:
            assert self._capacity is not None
            return self._capacity.turn(event.row, working)
        if event.stop is None:
            raise End(self._end_verdict)
        return self._stop(event.stop, event.occurrence, working)

    def due_by_progress(self) -> Outage | None:
        """Take what is due at this position of the work; if it stops the job, return the outage."""
        while event := self.planned.take_placed(self._state.work):
            if event.change >= 0:
                outage = self._change(event.change, working=True)
            else:
                assert event.stop is not None
                outage = self._stop(event.stop, event.occurrence, working=True)
            if outage is not None:
                return outage
        return None

    def _change(self, number: int, working: bool) -> Outage | None:
        """Put a change into force; a job of another size has to stop for it."""
        state = self._state
        before = state.parameters.cluster.hosts
        state.change(number)
        if state.parameters.cluster.hosts != before:
            self._groups.dissolve()
        self._cluster.change(state.parameters)
        if self._capacity is not None:
            self._capacity.resized()
        state.sink.happened(state.now, EventKind.CHANGE, f"change {number}")
        if not working or state.parameters.cluster.hosts == before:
            return None
        return outage_of(causes.CHANGES, state.draws.stream(CHANGES), number)

    def _stop(self, stop: StopParameters, occurrence: int, working: bool) -> Outage | None:
        """Stop a working job; hold one that is down before it comes back."""
        outage = outage_of(stop.name, self._state.draws.stream(STOP, stop.name), occurrence, stop)
        if stop.kind == "incident":
            self._downtime.strike(stop, outage.row)
        if working:
            return outage
        if stop.kind != "incident":
            self._downtime.hold(stop, outage.row)
        return None
