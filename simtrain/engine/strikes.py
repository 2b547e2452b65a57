"""What a fault does to hosts at the moment it strikes, wherever they stand.

A fault takes hosts of the job and hosts among the idle spares; those in repair or away are not
there to be struck. Hosts of a class with `returns` leave. A spare that needs repair is found by its
health check and leaves too, and nothing stops for it. What befalls the job ends its training, stays
unnoticed for a while, or joins the recovery under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.outage import Outage
from simtrain.model import response

if TYPE_CHECKING:
    from simtrain.engine.absences import Absences
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent
    from simtrain.faults.sources import Sources
    from simtrain.model.weather import WeatherParameters

_FAULT = EventKind.FAULT
_KNOWN_AT_ONCE = (State.HOST_WAIT, State.MAINTENANCE, State.PAUSED)


class Strikes:
    """Takes each fault as it comes, and lets it have its effect on hosts."""

    __slots__ = ("_absences", "_cluster", "_latent", "_shop", "_sources", "_state")

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        cluster: Cluster,
        shop: RepairShop,
        absences: Absences,
        latent: LatentFaults,
    ):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop
        self._absences = absences
        self._latent = latent

    def turn(self, weather: WeatherParameters, span: int) -> None:
        """Begin another span of a weather, in which faults strike sooner or later."""
        state = self._state
        self._sources.turn(weather, span, state.now)
        state.announce()  # spares wait for what strikes them as of now

    def on_job(self, during: State, working: bool) -> Outage | None:
        """Take the fault of the job or its hosts that strikes now.

        Returns
        -------
        Outage or None
            The outage that begins, if a working job stops for it.
        """
        event = self._sources.strike(working)
        if event is None:
            return None
        state, (fault, _, _, stream, number, row) = self._state, event
        taken = self._cluster.taken_by(event)
        hosts = taken.of_job
        if not hosts and fault.scope.hosts:
            if taken.idle:
                self._befall_spares(event, taken.idle)
            return None
        state.sink.happened(state.now, _FAULT, fault.name, hosts[0] if hosts else -1)
        state.events_left -= 1
        self._absences.begin(event, hosts, of_job=True)
        outage = Outage(fault.name, stream, number, row, fault, hosts)
        if fault.effect.slows:
            # Slow whether it works or not; only where it works does it slow the job.
            self._latent.begin(outage)
            return None
        if not working:
            self._join(outage, at_once=during in _KNOWN_AT_ONCE)
            return None
        if state.policy.on_fault(fault, hosts):
            return outage
        self._latent.begin(outage)
        return None

    def on_spares(self) -> None:
        """Take the fault of an idle spare that strikes now."""
        event = self._sources.spares_strike(self._state.env.now)
        if event is not None:
            self._befall_spares(event, self._cluster.taken_by(event).idle)

    def _befall_spares(self, event: FaultEvent, hosts: tuple[int, ...]) -> None:
        """Let spares fail, which counts if they stay, leave, or have a calendar."""
        state, fault = self._state, event.fault
        needs_repair = response.needs_repair(fault, event.row)
        if needs_repair or fault.on_calendar or fault.returns is not None:
            state.sink.happened(state.env.now, EventKind.SPARE_FAULT, fault.name, hosts[0])
        if needs_repair:
            for host in hosts:
                self._shop.cordon(host, fault.name, fault, bad=True)
        elif fault.on_calendar or fault.returns is not None:
            state.pay()
        self._absences.begin(event, hosts, of_job=False)

    def _join(self, outage: Outage, at_once: bool) -> None:
        """Let a fault of a job that is down join its recovery: no new interruption."""
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
