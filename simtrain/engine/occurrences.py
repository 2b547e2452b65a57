"""What befalls the job: faults, planned stops and changes, each at its moment."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.outage import LatentFault, Outage, outage_of
from simtrain.engine.state import End
from simtrain.model import response
from simtrain.model.streams import CHANGES, STOP

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Verdict
    from simtrain.engine.absences import Absences
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.dates import PlannedEvents, StopParameters
    from simtrain.engine.downtime import Downtime
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources


class Came(Enum):
    """What ends a wait of the job."""

    END = auto()
    FAULT = auto()
    PLANNED = auto()
    CHANGED_RISK = auto()


_PLANNED, _STRUCK = Came.PLANNED, Came.FAULT
_FAULT = EventKind.FAULT
_KNOWN_AT_ONCE = (State.HOST_WAIT, State.MAINTENANCE, State.PAUSED)


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

    __slots__ = ("_absences", "_cluster", "_downtime", "_end_verdict", "_shop", "_sources",
                 "_state", "planned")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        planned: PlannedEvents,
        cluster: Cluster,
        shop: RepairShop,
        downtime: Downtime,
        absences: Absences,
        end_verdict: Verdict,
    ):
        self._state = state
        self._sources = sources
        self.planned = planned
        self._cluster = cluster
        self._shop = shop
        self._downtime = downtime
        self._absences = absences
        self._end_verdict = end_verdict

    def take(self, came: Came, during: State, working: bool) -> Outage | None:
        """Take what came; if it stops a working job, return the outage."""
        if came is _PLANNED:
            return self._due(working)
        return self._struck(during, working) if came is _STRUCK else None

    def _due(self, working: bool) -> Outage | None:
        """Take what is due on this date."""
        event = self.planned.take_dated()
        if event.change >= 0:
            return self._change(event.change, working)
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

    def _struck(self, during: State, working: bool) -> Outage | None:
        """Take the fault that strikes now."""
        event = self._sources.strike(working)
        if event is None:
            return None
        state, (fault, _, _, stream, number, row) = self._state, event
        hosts = self._cluster.hosts_of(event)
        if not hosts and fault.scope.hosts:
            return None
        state.sink.happened(state.now, _FAULT, fault.name, hosts[0] if hosts else -1)
        state.events_left -= 1
        self._absences.begin(event, hosts, of_job=True)
        outage = Outage(fault.name, stream, number, row, fault, hosts)
        if not working:
            self._strike_down(outage, at_once=during in _KNOWN_AT_ONCE)
            return None
        if state.policy.on_fault(fault, hosts):
            return outage
        # A loss spike during another that nobody has noticed is part of it.
        if not any(latent.fault.effect is fault.effect for latent in state.latent):
            latency = response.latency(fault, row)
            state.latent.append(LatentFault(outage, fault, state.work, latency))
        return None

    def _change(self, number: int, working: bool) -> Outage | None:
        """Put a change into force; a job of another size has to stop for it."""
        state = self._state
        before = state.parameters.cluster.hosts
        state.change(number)
        self._sources.change(state.parameters, state.now)
        self._cluster.resize(state.parameters.cluster)
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

    def _strike_down(self, outage: Outage, at_once: bool) -> None:
        """A host of the job fails while the job is down: no new interruption."""
        if not outage.needs_repair:
            return
        assert outage.fault is not None
        if outage.fault.on_calendar and outage.fault.diagnose and not at_once:
            self._state.joined = outage
        for host in outage.hosts:
            if at_once:
                self._shop.cordon(host, outage.cause, outage.fault, bad=True)
            else:
                self._state.suspects.append((host, outage.fault))
