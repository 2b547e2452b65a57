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
from simtrain.engine.restart_loop import RestartLoop
from simtrain.model import launch, response
from simtrain.model.policies import Reaction
from simtrain.model.response import Responder
from simtrain.model.streams import FURTHER_TRY, LAUNCH, RESPONSE, START

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.engine.diagnosis import Diagnosis
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.phases import Part, Phase
    from simtrain.engine.places import Places
    from simtrain.engine.state import TrialState
    from simtrain.model.draws import Row
    from simtrain.model.on_call import OnCall

# Looking a member up in its class costs more than what is done with it.
_LAUNCH, _FAILED = EventKind.LAUNCH, EventKind.FAILED_LAUNCH
_LOAD_FROM, _HOT_SWAP = EventKind.LOAD, EventKind.HOT_SWAP
_CALLED = EventKind.PERSON_CALLED
_AUTOMATIC, _MANUAL = EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART
_SUPERVISOR, _SUPERVISOR_IN_VAIN = Responder.SUPERVISOR, Responder.SUPERVISOR_IN_VAIN
_DETECTION, _RESPONSE, _DIAGNOSIS = State.DETECTION, State.RESPONSE, State.DIAGNOSIS
_SWAP = Reaction.SWAP
_RESTART, _LOAD, _PAUSED = State.RESTART, State.CHECKPOINT_LOAD, State.PAUSED


class Recovery:
    """Brings the job of a trial back to training.

    Attributes
    ----------
    places
        The places of the job, which have to be filled.
    loop
        Failures in a row; None where nothing depends on them.
    go_on
        Goes on without the groups that were struck in a launch; None if the launch begins anew.
    """

    __slots__ = ("_diagnosis", "_has_begun", "_latent", "_on_call", "_state", "go_on", "loop",
                 "places")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        places: Places,
        diagnosis: Diagnosis,
        latent: LatentFaults,
        on_call: OnCall,
    ):
        self._state = state
        self.places = places
        counts = state.parameters.restart.counts_failures
        self.loop = RestartLoop(state) if counts else None
        self._diagnosis = diagnosis
        self._latent = latent
        self._on_call = on_call
        self.go_on: Callable[[Outage], Part] | None = None
        self._has_begun = False  # whether the job has ever trained

    def start(self) -> Part:
        """Launch the job for the first time, from nothing."""
        state = self._state
        outage = outage_of(causes.START, state.draws.stream(START), 0)
        yield from self.places.gather(outage)
        if state.parameters.restart.at_start:
            return (yield from self.launch(outage, load=False))
        self.places.has_processes = True
        if self.places.in_groups:
            self.places.launch()
        state.sink.happened(state.now, _LAUNCH, outage.cause)
        self._has_begun = True
        return None

    # --- knowing what is wrong -------------------------------------------------------------------

    def answer(self, outage: Outage) -> Part:
        """Detect, decide who recovers, find the bad hosts and cordon them.

        Returns the outage that takes over, if one does; else the job is to be launched.
        """
        state, cause, fault, row = self._state, outage.cause, outage.fault, outage.row
        places = self.places
        if fault is None or outage.planned:
            if not outage.planned:
                outage.restarted_by = _MANUAL
            places.postpone(outage)
            if not outage.planned:
                places.fault_is_known()
            return None
        if places.in_allocations:
            places.leave(outage)
        if outage.restarted_by is not _MANUAL:
            outage.restarted_by = _AUTOMATIC
        if fault.effect.stops:
            # A latent fault has left its host bad since its onset, unless it was repaired since.
            if outage.unfit and not outage.is_known:
                self._diagnosis.suspect(outage)
            if not outage.is_known:
                yield _DETECTION, cause, response.latency(fault, row), IDLE
            if not fault.ends_write:
                state.fall_back(cause, math.inf, state.now)
                if outage.uncounted:
                    outage.uncounted = False
                    if self.loop is not None:
                        self.loop.failed(fault)
        if places.in_allocations:
            places.fault_is_known()
        responder = response.responder(fault, row)
        by_hand = responder is not _SUPERVISOR
        tries = 0
        while responder is _SUPERVISOR_IN_VAIN:
            following = yield from self._fail_automatically(outage, tries)
            if following is not None and following.fault is not None:
                self._diagnosis.leave_suspects()
                return following
            if following is not None:
                places.postpone(following)
            tries += 1
            if tries > len(fault.further_tries):
                break
            if response.further_try_works(fault, tries, self._row_of_try(outage, tries)):
                by_hand = False
                break
        if by_hand:
            block, at = row
            yield self._call_person(outage, block[at + RESPONSE])
        looked_into = outage if fault.diagnose else state.joined
        if looked_into is not None:
            yield self._tests(looked_into, cause, by_hand)
            self._diagnosis.blame(looked_into, cause)
        if state.suspects:
            self._diagnosis.leave_suspects()
        return None

    def _row_of_try(self, outage: Outage, tries: int) -> Row:
        """Draws of the automatic try after so many in vain."""
        stream = self._state.draws.stream(FURTHER_TRY, outage.stream.name)
        return stream.row(outage.number, tries - 1)

    def _fail_automatically(self, outage: Outage, tries: int) -> Part:
        """A try to recover without a person, after so many, that comes to nothing."""
        state, cause = self._state, outage.cause
        if self.loop is not None and (pause := self.loop.pause()):
            yield _PAUSED, cause, pause, IDLE
        yield from self.places.gather(outage)
        if self.places.in_groups:
            self.places.launch()
        state.sink.happened(state.now, _LAUNCH, cause)
        swaps = outage.reaction is _SWAP and self.places.has_processes
        restart = outage.next_try(state.parameters, swaps)
        if tries:
            seconds = response.failed_further_try(restart, self._row_of_try(outage, tries))
        else:
            seconds = response.failed_try(restart, outage.row)
        following: Outage | None = yield _RESTART, cause, seconds, WORKING
        self.places.has_processes = swaps and following is not None
        self._launch_failed(cause)
        return following

    def _call_person(self, outage: Outage, uniform: float) -> Phase:
        """Call a person, who is then waited for."""
        state = self._state
        outage.restarted_by = _MANUAL
        self.places.has_processes = False
        state.sink.happened(state.now, _CALLED, outage.cause)
        seconds = self._on_call.wait(state.now, state.parameters.responses, uniform)
        return _RESPONSE, outage.cause, seconds, IDLE

    def _tests(self, outage: Outage, cause: str, by_hand: bool) -> Phase:
        """Tests that look for bad hosts with the draws of an outage, charged to a cause."""
        diagnosis = self._state.parameters.diagnosis
        return _DIAGNOSIS, cause, response.diagnosis_time(diagnosis, by_hand, outage.row), IDLE

    # --- coming back -----------------------------------------------------------------------------

    def launch(self, outage: Outage, load: bool = True) -> Part:
        """Get hosts, restart and load, again and again until it works or another outage comes."""
        state, cause = self._state, outage.cause
        places, loop, happened = self.places, self.loop, state.sink.happened
        launches = outage.stream.then(LAUNCH)
        tries = 0
        while True:
            if loop is not None and (pause := loop.pause()):
                yield _PAUSED, cause, pause, IDLE
            while True:
                # A slow host may become known while the job waits for others.
                if state.latent:
                    self._latent.swap_all()
                if places.are_ready():
                    break
                yield from places.gather(outage)
                if not state.latent:
                    break  # nothing has happened since it found that all is there
            # Whether hosts that were swapped start alone: else no other has processes from here on.
            swaps = outage.reaction is _SWAP and places.has_processes
            restart = outage.next_try(state.parameters, swaps)
            row = launches.row(outage.number, tries)
            if places.in_groups:
                places.launch()
            now = state.now
            happened(now, _LAUNCH, cause)
            seconds, fails, warm_up = launch.attempt(restart, row)
            following: Outage | None = yield _RESTART, cause, seconds, WORKING
            if following is not None and self.go_on is not None:
                following = yield from self._end_restart(following, cause, now + seconds)
            places.has_processes = not fails if following is None else swaps
            if load and following is None and not fails:
                following = yield from self.load(outage, self.go_on)
            if following is not None:
                self._launch_failed(cause, following)
                return following
            if not fails:
                break
            self._launch_failed(cause)
            tries += 1
            if state.policy.on_failed_launch(restart, tries):
                yield self._call_person(outage, launch.second_response(row))
                if (joined := state.joined) is not None:
                    yield self._tests(joined, cause, by_hand=True)
                    self._diagnosis.blame(joined, cause)
                self._diagnosis.leave_suspects()
        state.warm_until = state.now + warm_up
        places.train_again()
        if swaps:
            happened(state.now, _HOT_SWAP, cause)
        if self._has_begun:
            happened(state.now, outage.restarted_by, cause)
        self._has_begun = True
        return None

    def _end_restart(self, struck: Outage, cause: str, until: float) -> Part:
        """End a restart that was struck with the groups that are left, if there are enough.

        It would have lasted until a moment, and lasts for as long as they stand still on top of it.
        """
        state = self._state
        following: Outage | None = struck
        assert self.go_on is not None
        while following is not None:
            if following.reaction is not Reaction.RECONFIGURE:
                return following
            left = until - state.now
            ended = yield from self.go_on(following)
            if ended is not None:
                return ended
            until = state.now + left
            following = yield _RESTART, cause, left, WORKING
        return None

    def load(self, outage: Outage, go_on: Callable[[Outage], Part] | None = None) -> Part:
        """Load the copy that recovery returns to, or an older one if it is corrupt.

        Parameters
        ----------
        outage
            What it is loaded after.
        go_on
            Goes on without the groups that were struck meanwhile: those left begin the load anew.
        """
        state, cause = self._state, outage.cause
        loads = outage.stream.then(LAUNCH)
        while True:
            tiers = state.parameters.checkpoint.tiers
            tier = tiers[state.copy.tier]
            if tier.survives is not None:
                state.check_copy(cause)
                tier = tiers[state.copy.tier]
            if tier.name:
                state.sink.happened(state.now, _LOAD_FROM, tier.name)
            seconds, works = launch.load(tier, loads.row(outage.number, outage.loads))
            outage.loads += 1
            following: Outage | None = yield _LOAD, cause, seconds, WORKING
            if go_on is not None and following is not None:
                if following.reaction is Reaction.RECONFIGURE:
                    following = yield from go_on(following)
                if following is None:
                    continue
            if following is not None:
                return following
            if not works:
                state.pay()
                state.copy = state.copies.in_next_tier(state.copy, tiers)
            elif state.copies.loads_well(state.copy):
                if state.latent:
                    self._latent.load_intact(state.copy)
                return None
            elif tier.latent is not None:
                self._latent.load_corrupt(state.copy, tier.latent)
                return None
            else:
                state.copies.exclude(state.copy)
                state.fall_back(cause, math.inf, state.now)

    def _launch_failed(self, cause: str, following: Outage | None = None) -> None:
        """Count a launch that comes to nothing: a failure, unless a planned stop cut it off."""
        self._state.sink.happened(self._state.now, _FAILED, cause)
        self._state.pay()
        if self.loop is not None and (following is None or not following.planned):
            self.loop.failed(None if following is None else following.fault)
