"""Faults under which training goes on: nobody has noticed them, or nothing can be done yet.

What taints the work (loss spikes, silent data corruption) is noticed after some training or by a
check, and ends training. What slows the job (a slow host) is noticed after some time: a supervisor
or a person, awaited while training, answers, and the host is swapped at a planned stop as soon as
a spare stands by, or while the job is down for another reason. A slow spare that is known goes to
repair unless a place waits for it. It may pass by itself before that.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.engine.outage import LatentFault, Outage
from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY
from simtrain.model import response
from simtrain.model.response import Responder
from simtrain.model.streams import CORRUPT_COPY, RESPONSE, SLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.shop import RepairShop
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.copies import Copy
    from simtrain.model.hidden import Onset
    from simtrain.model.on_call import OnCall
    from simtrain.model.parameters import FaultParameters

AT_ONCE = 1e-6
"""Seconds of training within which a fault counts as noticed."""


class LatentFaults:
    """Onset, notice and end of the latent faults of a trial, which stand in its state."""

    __slots__ = ("_answers", "_any_slow", "_cluster", "_corrupt_copies", "_on_call", "_shop",
                 "_sources", "_state")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        cluster: Cluster,
        shop: RepairShop,
        on_call: OnCall,
    ):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._shop = shop
        self._on_call = on_call
        self._corrupt_copies = 0  # loads of one that was not found at once
        self._answers: dict[int, float] = {}  # slow host -> when whoever was called for it is there
        self._any_slow = any(fault.effect.slows for fault in state.parameters.faults.values())
        if self._any_slow:
            state.listeners.append(self._repair_spares)

    def begin(self, outage: Outage) -> None:
        """Let a fault strike that does not end training."""
        state, fault = self._state, outage.fault
        assert fault is not None
        if fault.effect.slows:
            self._slow_down(outage)
            return
        if fault.effect.merges and any(one.fault.effect.merges for one in state.latent):
            return
        latency = response.latency(fault, outage.row)
        state.latent.append(LatentFault(outage, fault, state.work, latency))
        for host in outage.unfit:
            # The host goes on computing wrong, noticed or not, until it is repaired.
            self._sources.add_bad(host, fault, in_job=self._cluster.in_job(host))

    def go_on(self, outage: Outage, onset: Onset) -> None:
        """Go on under a fault that struck before the start."""
        fault = onset.fault
        if fault.effect.slows:
            slow = LatentFault(outage, fault, onset.work, INFINITY, onset.speed)
            self._go_on_slow(slow, onset.passes_s, onset.notice_s)
        else:
            self._state.latent.append(LatentFault(outage, fault, onset.work, onset.notice_s))
        for host in outage.unfit if fault.effect.taints else ():
            self._sources.add_bad(host, fault, in_job=True)

    def load_corrupt(self, copy: Copy, fault: FaultParameters) -> None:
        """Let training go on from a corrupt copy, which nobody has found to be one.

        The taint begins just before the position of the copy, so that neither the copy nor what is
        saved at this very position is trusted once it is noticed. One that is there since an
        earlier load of the copy stays as it is.
        """
        state = self._state
        if any(one.save == copy.save for one in state.latent):
            return
        stream = state.draws.stream(CORRUPT_COPY)
        number = self._corrupt_copies
        self._corrupt_copies += 1
        outage = Outage(fault.name, stream, number, stream.row(number), fault)
        state.sink.happened(state.now, EventKind.FAULT, fault.name)
        state.events_left -= 1
        onset, latency = math.nextafter(copy.work, -math.inf), response.latency(fault, outage.row)
        state.latent.append(LatentFault(outage, fault, onset, latency, save=copy.save))

    def load_intact(self, copy: Copy) -> None:
        """Let training go on from a copy that is intact, though one of the same save is not."""
        state = self._state
        state.latent = [one for one in state.latent if one.save != copy.save]

    # --- what taints the work --------------------------------------------------------------------

    def noticed_now(self) -> Outage | None:
        """Outage by what has tainted the work and is noticed now, if anything is."""
        due = [one for one in self._state.latent if one.unnoticed_s <= AT_ONCE]
        return self.notice(due) if due else None

    def unnoticed_s(self) -> float:
        """Seconds of training until something that taints the work is noticed next."""
        return min([one.unnoticed_s for one in self._state.latent], default=INFINITY)

    def noticed_at_the_end(self) -> Outage | None:
        """The same where the work is done: whoever looks at it sees what is wrong with it."""
        state = self._state
        wrong = [one for one in state.latent if one.fault.effect.taints and one.onset < state.work]
        return self.notice(wrong) if wrong else None

    def notice(self, found: Iterable[LatentFault], trusted: float | None = None) -> Outage:
        """Notice what taints the work, and begin an outage.

        Parameters
        ----------
        found
            What is noticed.
        trusted
            Position up to which the work is trusted, where the onsets remain unknown.

        Returns
        -------
        Outage
            That of the earliest onset.
        """
        state = self._state
        found = sorted(found, key=lambda one: one.onset)
        for one in found:
            one.noticed, one.back_to = True, trusted
        for cause, host in dict.fromkeys((one.fault.name, one.host) for one in found):
            if host >= 0:
                state.sink.happened(state.now, EventKind.NOTICED, cause, host)
        return found[0].outage

    def forget_noticed(self) -> None:
        """Forget what was noticed and has ended training, unless the work is tainted still.

        That is so where recovery has trusted what it should not.
        """
        state = self._state
        state.latent = [
            one
            for one in state.latent
            if one.fault.effect.slows or not one.noticed or one.back_to is not None
        ]
        for one in state.latent:
            if one.back_to is not None:
                one.noticed, one.back_to = False, None
                one.gone_back_to = min(one.gone_back_to, state.work)

    # --- what slows the job ----------------------------------------------------------------------

    def slowest(self) -> tuple[float, str]:
        """Speed of the slowest host of the job, as a fraction of that of others, and its class."""
        speed, cause = 1.0, ""
        for one in self._state.latent if self._any_slow else ():
            if one.speed < speed and self._cluster.works(one.host):
                speed, cause = one.speed, one.fault.name
        return speed, cause

    def next_moment(self) -> float:
        """When a slow host is noticed, is dealt with or passes next, in seconds since the start."""
        if not self._any_slow:
            return INFINITY
        latent = self._state.latent
        return min(
            min([one.notice_at for one in latent], default=INFINITY),
            min([one.passes_at for one in latent], default=INFINITY),
            min(self._answers.values(), default=INFINITY),
        )

    def is_in_job(self, one: LatentFault) -> bool:
        """Whether the host that one struck is in the job."""
        return self._cluster.in_job(one.host)

    def find(self, slow: LatentFault) -> None:
        """Notice a slow host by a check."""
        self._notice(slow)

    def swap(self) -> Outage | None:
        """Planned stop to swap a slow host that is known, as soon as a spare stands by for it."""
        state = self._state
        one = self._to_swap()
        state.awaits_spare = one is None and bool(self._known())
        if one is None:
            return None
        began = one.outage
        return replace(
            began, hosts=(), unfit=(), planned=True, restarted_by=EventKind.PLANNED_RESTART
        )

    def swap_all(self) -> None:
        """Send slow hosts that are known to repair, as far as spares stand by for them."""
        while (one := self._to_swap()) is not None:
            self._repair(one)

    def _repair_spares(self) -> None:
        """Send slow hosts that are known and stand by to repair, lest they step in.

        One that a place waits for stays: without a spare the job goes on slow.
        """
        state = self._state
        # Each that leaves is a change of which this hears in turn: look again after it.
        while state.latent:
            can_spare = self._cluster.can_spare
            one = next((one for one in self._known() if can_spare(one.host)), None)
            if one is None:
                return
            self._repair(one)

    def _repair(self, slow: LatentFault) -> None:
        fault, host = slow.fault, slow.host
        bad = bool(slow.outage.unfit) or host in self._sources.relapse.bad
        self._shop.cordon(host, fault.name, fault, bad)

    def _to_swap(self) -> LatentFault | None:
        cluster = self._cluster
        known = (one for one in self._known() if cluster.in_job(one.host))
        return next((one for one in known if cluster.has_spare_for(one.host)), None)

    def _known(self) -> list[LatentFault]:
        """What slows a host and is known, in the order of the onsets."""
        return [one for one in self._state.latent if one.is_known] if self._any_slow else []

    def _slow_down(self, outage: Outage) -> None:
        """Let a host be slow, until it passes or the host leaves for repair."""
        state, fault = self._state, outage.fault
        assert fault is not None
        now, draws = state.env.now, state.draws.stream(SLOW, outage.stream.name)
        speed, lasts = response.slowness(fault, draws.row(outage.number))
        # A job at this very instant waits for what comes later, and for nothing that is due now.
        if now + lasts > now:
            latency = response.latency(fault, outage.row)
            self._go_on_slow(
                LatentFault(outage, fault, state.work, INFINITY, speed), lasts, latency
            )

    def _go_on_slow(self, slow: LatentFault, lasts: float, latency: float) -> None:
        """Let a host be slow for so long from now on, or be noticed before."""
        state = self._state
        now = state.env.now
        state.latent.append(slow)
        if lasts < INFINITY:
            slow.passes_at = now + lasts
            Timer(state.env, lambda _: self._pass(slow)).set(lasts)
        if not now + latency > now:
            self._notice(slow)
        elif latency < lasts:
            slow.notice_at = now + latency
            Timer(state.env, lambda _: self._notice(slow)).set(latency)

    def _pass(self, slow: LatentFault) -> None:
        """It passes by itself."""
        state = self._state
        if slow in state.latent:
            state.latent.remove(slow)
            state.sink.happened(state.env.now, EventKind.PASSED, slow.fault.name, slow.host)

    def _notice(self, slow: LatentFault) -> None:
        """It is noticed; a person is called unless a supervisor takes it on."""
        state, outage, host = self._state, slow.outage, slow.host
        slow.notice_at = INFINITY
        if slow.noticed or slow not in state.latent:
            return
        now = state.env.now
        slow.noticed = True
        state.sink.happened(now, EventKind.NOTICED, slow.fault.name, host)
        if host in self._answers:  # whoever was called sees this too
            return
        if any(one.is_known for one in self._slow(host)):
            slow.is_known = True
            return
        seconds = 0.0
        if response.responder(slow.fault, outage.row) is not Responder.SUPERVISOR:
            state.sink.happened(now, EventKind.PERSON_CALLED, outage.cause)
            block, at = outage.row
            seconds = self._on_call.wait(now, state.parameters.responses, block[at + RESPONSE])
        if not now + seconds > now:
            self._know(host)
            return
        self._answers[host] = now + seconds
        Timer(state.env, lambda _: self._know(host)).set(seconds)

    def _know(self, host: int) -> None:
        """Somebody is there: the host is to be swapped, whatever slows it."""
        self._answers.pop(host, None)
        for one in self._slow(host):
            one.noticed = one.is_known = True
        self._repair_spares()

    def _slow(self, host: int) -> list[LatentFault]:
        """All that slows a host."""
        latent = self._state.latent
        return [one for one in latent if one.fault.effect.slows and one.host == host]
