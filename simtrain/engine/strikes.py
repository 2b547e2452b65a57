"""What a fault does to hosts at the moment it strikes, wherever they stand.

A fault takes hosts of the job and hosts among the idle spares; those in repair or away are not
there to be struck. Hosts of a class with `returns` leave. A spare that needs repair is found by its
health check and leaves too, and nothing stops for it. What befalls the job ends its training, stays
unnoticed for a while, or joins the recovery under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.cluster import NOBODY
from simtrain.engine.outage import Outage
from simtrain.model import response
from simtrain.model.policies import Reaction
from simtrain.model.streams import REACH
from simtrain.model.topology import CLUSTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.engine.absences import Absences
    from simtrain.engine.allocation import Allocations
    from simtrain.engine.cluster import Cluster, Taken
    from simtrain.engine.diagnosis import Diagnosis
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.state import TrialState
    from simtrain.faults.source import FaultEvent
    from simtrain.faults.sources import Sources
    from simtrain.model.draws import Row
    from simtrain.model.parameters import FaultParameters
    from simtrain.model.weather import WeatherParameters

_FAULT = EventKind.FAULT
_GO_ON, _STOP, _RECONFIGURE = Reaction.GO_ON, Reaction.STOP, Reaction.RECONFIGURE
_SWAP = Reaction.SWAP
_PAUSED = State.PAUSED
_KNOWN_AT_ONCE = (State.HOST_WAIT, State.MAINTENANCE, _PAUSED)


class Strikes:
    """Takes each fault as it comes, and lets it have its effect on hosts.

    One fault is one event, however many hosts it takes. It is a fault of the job if it takes any
    host of the job, and one of the spares otherwise.
    """

    __slots__ = (
        "_absences", "_allocations", "_cluster", "_diagnosis", "_groups", "_latent", "_sources",
        "_state",
    )  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        cluster: Cluster,
        absences: Absences,
        diagnosis: Diagnosis,
        latent: LatentFaults,
        groups: JobGroups,
        allocations: Allocations | None = None,
    ):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._absences = absences
        self._diagnosis = diagnosis
        self._latent = latent
        self._groups = groups
        self._allocations = allocations

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
        at_risk = working and during is not _PAUSED
        event = self._sources.strike(at_risk)
        if event is None:
            return None
        state, cluster, fault = self._state, self._cluster, event.fault
        if fault.effect.preempts:
            return self._preempt(event, at_risk, working)
        of_domain = event.among == "domains"
        taken = self._taken_in(event, at_risk) if of_domain else cluster.taken_by(event)
        of_job, idle, rows = taken
        if not of_job and not fault.takes_all:
            if idle and (event.among != "job" or self._strikes_aside(event, at_risk)):
                self._befall_spares(event, taken)
            elif event.away is not None:
                self._absences.extend(event.away)
            return None
        groups = self._groups
        if fault.effect.stops and state.policy.in_groups:
            groups.strike(of_job)  # while they still hold their places
        hosts = of_job + idle if idle else of_job
        self._tell(state.now, _FAULT, fault, hosts)
        state.events_left -= 1
        unfit = _unfit(event, of_job, rows) if of_job else ()
        if idle:
            self._cordon(fault, _unfit(event, idle, rows))
        if fault.returns is not None:
            self._absences.begin(event, hosts, of_job=True)
        if cluster.holds_copies and fault.effect.stops:
            for host in of_job:
                cluster.lose_state(host, left=False)
            if of_domain and fault.takes_all and not of_job:
                state.copies.losses.all_struck(state.copies.made)
        stream, number, row = event.stream, event.number, event.row
        outage = Outage(fault.name, stream, number, row, fault, of_job, unfit, rows)
        if fault.effect.slows:
            # Slow whether it works or not; only where it works does it slow the job.
            if state.policy.on_fault(fault, of_job, groups) is _SWAP:
                outage.reaction = _SWAP
            self._latent.begin(outage)
            return None
        if not working:
            self._join(outage, at_once=during in _KNOWN_AT_ONCE)
            return None
        reaction = state.policy.on_fault(fault, of_job, groups)
        if reaction is _GO_ON:
            self._latent.begin(outage)
            return None
        if reaction is not _STOP and not fault.ends_run:
            outage.reaction = reaction
        return outage

    def _preempt(self, event: FaultEvent, at_risk: bool, working: bool) -> Outage | None:
        """Let a preemption come, unless there is none now; its hosts leave once training ends."""
        state, allocations, fault = self._state, self._allocations, event.fault
        assert allocations is not None
        if allocations.spares(fault):
            return None
        is_domain = event.among == "domains"
        taken = self._taken_in(event, at_risk) if is_domain else self._cluster.taken_by(event)
        if not taken.of_job and not fault.takes_all:
            if taken.idle and (event.among != "job" or self._strikes_aside(event, at_risk)):
                self._befall_spares(event, taken)
            return None
        groups, hosts = self._groups, taken.of_job + taken.idle
        if state.policy.in_groups:
            groups.strike(taken.of_job)  # while they still hold their places
        self._tell(state.now, _FAULT, fault, hosts)
        state.events_left -= 1
        if not working:
            allocations.take_away(event, hosts)
            return None
        outage = Outage(fault.name, event.stream, event.number, event.row, fault, taken.of_job)
        stops = fault.takes_all or fault.ends_run
        reaction = _STOP if stops else state.policy.on_fault(fault, taken.of_job, groups)
        if reaction is _RECONFIGURE:
            outage.reaction = reaction
            allocations.take_away(event, hosts)
        else:
            outage.reaction = reaction
            outage.leaving, outage.in_time = (event, hosts), allocations.gives_time(fault)
        return outage

    def on_spares(self) -> None:
        """Take the fault of an idle spare that strikes now."""
        event = self._sources.spares_strike(self._state.env.now)
        if event is None:
            return
        allocations, fault = self._allocations, event.fault
        if not fault.effect.preempts or (allocations and not allocations.spares(fault)):
            self._befall_spares(event, self._cluster.taken_by(event))

    def _taken_in(self, event: FaultEvent, at_risk: bool) -> Taken:
        """Hosts that a fault takes in a domain, if that is at risk.

        Domains are drawn at the risk of one that the job works in, or waits in. While the job is
        at its full risk, those that hold spares alone are at their idle hazard only.
        """
        fault, cluster = event.fault, self._cluster
        if fault.takes_all and not response.needs_repair(fault, event.row):
            return NOBODY  # all stay or all go: they need not be told apart
        taken = cluster.taken_by(event)
        if not at_risk or fault.on_calendar or fault.scope == CLUSTER:
            return taken
        if taken.of_job or (taken.rows and cluster.holds_job(event)):
            return taken
        return taken if self._strikes_idle(event) else NOBODY

    def _strikes_aside(self, event: FaultEvent, at_risk: bool) -> bool:
        """Whether a fault drawn for a place strikes the host there, which stands aside."""
        return not at_risk or event.fault.on_calendar or self._strikes_idle(event)

    def _strikes_idle(self, event: FaultEvent) -> bool:
        """Whether a fault drawn at full risk strikes hosts that do not work."""
        if not self._sources.idle:
            return False
        reach = self._state.draws.stream(REACH, event.stream.name).row(event.number)
        return response.spares_are_struck(self._sources.idle, reach)

    def _befall_spares(self, event: FaultEvent, taken: Taken) -> None:
        """Let spares fail, which counts if they stay, leave, or have a calendar."""
        state, fault = self._state, event.fault
        unfit = _unfit(event, taken.idle, taken.rows)
        if unfit or fault.on_calendar or fault.returns is not None:
            self._tell(state.env.now, EventKind.SPARE_FAULT, fault, taken.hosts)
        if unfit:
            self._cordon(fault, unfit)
        elif fault.on_calendar or fault.returns is not None:
            state.pay()
        self._absences.begin(event, taken.idle, of_job=False)

    def _cordon(self, fault: FaultParameters, spares: tuple[int, ...]) -> None:
        """Let the health check of spares find what a fault did to them."""
        for host in spares:
            self._diagnosis.find(host, fault.name, fault)

    def _tell(
        self, now: float, what: EventKind, fault: FaultParameters, hosts: tuple[int, ...]
    ) -> None:
        """Tell of a fault, and of all hosts that it takes."""
        happened = self._state.sink.happened
        happened(now, what, fault.name, hosts[0] if hosts else -1)
        for host in hosts[1:]:
            happened(now, EventKind.STRUCK_TOO, fault.name, host)

    def _join(self, outage: Outage, at_once: bool) -> None:
        """Let a fault of a job that is down join its recovery: no new interruption."""
        if not outage.unfit:
            return
        fault = outage.fault
        assert fault is not None
        if at_once:
            for host in outage.unfit:
                self._diagnosis.find(host, outage.cause, fault)
            return
        if fault.on_calendar and fault.diagnose:
            self._state.joined = outage
        self._diagnosis.suspect(outage)


def _unfit(event: FaultEvent, hosts: tuple[int, ...], rows: Mapping[int, Row]) -> tuple[int, ...]:
    """Those of the hosts that really need repair: each of a burst, and all or none otherwise."""
    fault = event.fault
    if rows:
        return tuple([host for host in hosts if response.needs_repair(fault, rows[host])])
    return hosts if hosts and response.needs_repair(fault, event.row) else ()
