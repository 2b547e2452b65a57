"""From the end of training to training again.

fault → detection → (response) → diagnosis → cordon → hosts → restart → load → training

A fault during a restart or a load begins the recovery again, under its own cause.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain import causes
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.outage import Outage, outage_of
from simtrain.engine.phases import IDLE, WORKING
from simtrain.faults.source import INFINITY
from simtrain.model import launch, response
from simtrain.model.response import Responder
from simtrain.model.streams import LAUNCH, RESPONSE, START

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from simtrain.engine.absences import Absences
    from simtrain.engine.cluster import Cluster
    from simtrain.engine.downtime import Downtime
    from simtrain.engine.phases import Part, Phase
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.on_call import OnCall

# Looking a member up in its class costs more than what is done with it.
_LAUNCH, _FAILED = EventKind.LAUNCH, EventKind.FAILED_LAUNCH
_CALLED = EventKind.PERSON_CALLED
_AUTOMATIC, _MANUAL = EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART
_SUPERVISOR, _SUPERVISOR_IN_VAIN = Responder.SUPERVISOR, Responder.SUPERVISOR_IN_VAIN
_DETECTION, _RESPONSE, _DIAGNOSIS = State.DETECTION, State.RESPONSE, State.DIAGNOSIS
_RESTART, _LOAD, _HOST_WAIT = State.RESTART, State.CHECKPOINT_LOAD, State.HOST_WAIT


class Recovery:
    """Brings the job of a trial back to training."""

    __slots__ = (
        "_absences",
        "_cluster",
        "_downtime",
        "_has_begun",
        "_on_call",
        "_shop",
        "_sources",
        "_state",
    )

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        cluster: Cluster,
        shop: RepairShop,
        downtime: Downtime,
        absences: Absences,
        on_call: OnCall,
    ):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop
        self._downtime = downtime
        self._absences = absences
        self._on_call = on_call
        self._has_begun = False  # whether the job has ever trained

    def start(self) -> Part:
        """Launch the job for the first time, from nothing."""
        state = self._state
        outage = outage_of(causes.START, state.draws.stream(START), 0)
        yield from self._gather_hosts(outage)
        if state.parameters.restart.at_start:
            return (yield from self.launch(outage, load=False))
        state.sink.happened(state.now, _LAUNCH, outage.cause)
        self._has_begun = True
        return None

    # --- knowing what is wrong -------------------------------------------------------------------

    def answer(self, outage: Outage) -> Part:
        """Detect, decide who recovers, find the bad hosts and cordon them.

        Returns the outage that takes over, if one does; else the job is to be launched.
        """
        state, cause, fault, row = self._state, outage.cause, outage.fault, outage.row
        if fault is None:
            if not outage.planned:
                outage.restarted_by = _MANUAL
            self.postpone(outage)
            return None
        if outage.restarted_by is not _MANUAL:
            outage.restarted_by = _AUTOMATIC
        if outage.needs_repair:
            for host in outage.hosts:
                state.suspects.append((host, fault))
        if fault.effect.stops:
            yield _DETECTION, cause, response.latency(fault, row), IDLE
            if not fault.ends_write:
                state.fall_back(cause, math.inf, state.now)
        responder = response.responder(fault, row)
        if responder is _SUPERVISOR_IN_VAIN:
            following = yield from self._fail_automatically(outage)
            if following is not None and following.fault is not None:
                self._leave_suspects()
                return following
            if following is not None:
                self.postpone(following)
        by_hand = responder is not _SUPERVISOR
        if by_hand:
            block, at = row
            yield self._call_person(outage, block[at + RESPONSE])
        if fault.diagnose:
            yield from self._diagnose(outage, cause, by_hand)
        elif state.joined is not None:
            yield from self._diagnose(state.joined, cause, by_hand)
        if state.suspects:
            self._leave_suspects()
        return None

    def postpone(self, outage: Outage) -> None:
        """Hold the job for a planned stop before it comes back."""
        if outage.planned and outage.stop is not None:
            self._downtime.hold(outage.stop, outage.row)

    def _fail_automatically(self, outage: Outage) -> Part:
        """A try to recover without a person that comes to nothing."""
        state, cause = self._state, outage.cause
        yield from self._gather_hosts(outage)
        state.sink.happened(state.now, _LAUNCH, cause)
        seconds = response.failed_try(state.parameters.restart, outage.row)
        following: Outage | None = yield _RESTART, cause, seconds, WORKING
        self._launch_failed(cause)
        return following

    def _call_person(self, outage: Outage, uniform: float) -> Phase:
        """Call a person, who is then waited for."""
        state = self._state
        outage.restarted_by = _MANUAL
        state.sink.happened(state.now, _CALLED, outage.cause)
        seconds = self._on_call.wait(state.now, state.parameters.responses, uniform)
        return _RESPONSE, outage.cause, seconds, IDLE

    def _diagnose(self, outage: Outage, cause: str, by_hand: bool) -> Generator[Phase, Any, None]:
        """Look for bad hosts with the draws of an outage, and charge it to a cause."""
        diagnosis = self._state.parameters.diagnosis
        seconds = response.diagnosis_time(diagnosis, by_hand, outage.row)
        yield _DIAGNOSIS, cause, seconds, IDLE
        self._blame(outage, cause)

    def _blame(self, outage: Outage, cause: str) -> None:
        """Cordon hosts that the tests find, rightly or not."""
        state, shop, bad = self._state, self._shop, self._sources.relapse.bad
        in_job = self._cluster.in_job
        candidates = dict(state.suspects)  # a host that was struck twice has one chance
        for host, fault in bad.items():
            if in_job(host):
                candidates.setdefault(host, fault)
        missed, found = [], 0
        for host, fault in candidates.items():
            if self._is_found(host, outage) and in_job(host):
                found += 1
                shop.cordon(host, cause, fault, bad=True)
            else:
                missed.append((host, fault))
        blames = response.false_blames(state.parameters.diagnosis, found, outage.row)
        if blames:
            is_bad = {**bad, **dict(missed)}
            first = response.first_blamed(self._cluster.size, outage.row)
            others = self._cluster.some_of_job(blames, first)
            for host in others:  # healthy or not: the tests cannot tell
                shop.cordon(host, cause, is_bad.get(host), bad=host in is_bad)
            missed = [(host, fault) for host, fault in missed if host not in others]
        state.suspects, state.joined = missed, None

    def _is_found(self, host: int, outage: Outage) -> bool:
        diagnosis = self._state.parameters.diagnosis
        if diagnosis.recall >= 1.0:
            return True
        if host in outage.hosts:
            return response.is_found(diagnosis, outage.row)
        return self._sources.relapse.next_recall(host) < diagnosis.recall

    def _leave_suspects(self) -> None:
        """Hosts that need repair and were not found stay in the job, bad."""
        state = self._state
        for host, fault in state.suspects:
            self._sources.add_bad(host, fault, in_job=self._cluster.in_job(host))
        state.suspects = []
        state.joined = None

    # --- coming back -----------------------------------------------------------------------------

    def launch(self, outage: Outage, load: bool = True) -> Part:
        """Get hosts, restart and load, again and again until it works or another outage comes."""
        state, cause = self._state, outage.cause
        cluster, happened = self._cluster, state.sink.happened
        launches = outage.stream.then(LAUNCH)
        tries = 0
        while True:
            if cluster.vacant or cluster.all_out or self._downtime.holds:
                yield from self._gather_hosts(outage)
            restart = state.parameters.restart
            row = launches.row(outage.number, tries)
            happened(state.now, _LAUNCH, cause)
            seconds, fails, warm_up = launch.attempt(restart, row)
            following: Outage | None = yield _RESTART, cause, seconds, WORKING
            if load and following is None and not fails:
                following = yield from self._load(outage)
            if following is not None:
                self._launch_failed(cause)
                return following
            if not fails:
                break
            self._launch_failed(cause)
            tries += 1
            if state.policy.on_failed_launch(restart, tries):
                yield self._call_person(outage, launch.second_response(row))
                if state.joined is not None:
                    yield from self._diagnose(state.joined, cause, by_hand=True)
                self._leave_suspects()
        state.warm_until = state.now + warm_up
        self._absences.trains_again()
        if self._has_begun:
            happened(state.now, outage.restarted_by, cause)
        self._has_begun = True
        return None

    def _load(self, outage: Outage) -> Part:
        """Load the copy that recovery returns to, or an older one if it is corrupt."""
        state, cause = self._state, outage.cause
        loads = outage.stream.then(LAUNCH)
        while True:
            tier = state.parameters.checkpoint.tiers[state.copy.tier]
            seconds, works = launch.load(tier, loads.row(outage.number, outage.loads))
            outage.loads += 1
            following: Outage | None = yield _LOAD, cause, seconds, WORKING
            if following is not None:
                return following
            if not works:
                state.pay()
            elif state.copies.loads_well(state.copy):
                return None
            else:
                state.fall_back(cause, math.inf, state.now)

    def _gather_hosts(self, outage: Outage) -> Generator[Phase, Any, None]:
        """Fill the places of the job, and wait until no planned stop holds it."""
        state, cluster, downtime, cause = self._state, self._cluster, self._downtime, outage.cause
        while True:
            if downtime.holds and (hold := downtime.holding()) is not None:
                yield hold.state, hold.cause, hold.until - state.now, IDLE
                continue
            vacant = len(cluster.vacant)
            if not vacant and not cluster.all_out:
                return
            count = 0 if cluster.all_out else state.policy.on_shortage(vacant, len(cluster.idle))
            if count and cluster.returned:
                cluster.fill(min(count, cluster.returned), cause)
            elif count:
                seconds = cluster.swap_time(count)
                if seconds:
                    yield from self._await_swap(cause, state.now + seconds, seconds)
                    count = min(count, len(cluster.vacant), len(cluster.idle))
                cluster.fill(count, cause)
            elif incident := downtime.incident():
                yield incident.state, incident.cause, INFINITY, IDLE
            else:
                yield _HOST_WAIT, self._absences.cause() or cause, INFINITY, IDLE

    def _await_swap(self, cause: str, ready: float, seconds: float) -> Generator[Phase, Any, None]:
        """Wait until a swap is over; hosts that come back by themselves do not wait for it."""
        state, cluster, absences = self._state, self._cluster, self._absences
        while absences.next_back() < ready:
            yield _HOST_WAIT, cause, absences.next_back() - state.now, IDLE
            cluster.fill(min(cluster.returned, len(cluster.vacant)), cause)
            if not cluster.vacant:
                return
            seconds = ready - state.now
        yield _HOST_WAIT, cause, seconds, IDLE

    def _launch_failed(self, cause: str) -> None:
        self._state.sink.happened(self._state.now, _FAILED, cause)
        self._state.pay()
