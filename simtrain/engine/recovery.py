"""From the end of training to training again.

fault → detection → (response) → diagnosis → cordon → hosts → restart → load → training

A fault during a restart or a load begins the recovery again, under its own cause.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from enum import Enum
from typing import Any

from simpy import Event

from simtrain.distributions import Law
from simtrain.engine.rules import FaultRules
from simtrain.engine.world import Field, Phase, Trouble, World
from simtrain.timeline import Happening, State

_LAUNCH_WIDTH, _LOAD_WIDTH = 4, 4
_DURATION, _FAILURE, _RESPONSE, _WARM_UP = range(4)
_LOAD, _OUTCOME, _TIMEOUT = range(3)


class Mode(Enum):
    """By whom the job is brought back; the value is what a restart then counts as."""

    START = None
    AUTOMATIC = Happening.AUTOMATIC_RESTART
    MANUAL = Happening.MANUAL_RESTART
    PLANNED = Happening.PLANNED_RESTART


class Recovery:
    """Brings the job of a world back to training.

    Attributes
    ----------
    warm_up
        Seconds of slower steps that the last restart is followed by.
    """

    def __init__(self, world: World):
        self._world = world
        self._mode = Mode.START
        self._loads = 0
        self.warm_up = 0.0

    def start(self) -> Phase:
        """Launch the job for the first time, from nothing."""
        world = self._world
        trouble = Trouble("start", world.draws.stream("start"), 0)
        yield from self._gather_hosts(trouble)
        if world.rules.restart.at_start:
            return (yield from self._launch(trouble, load=False))
        world.tell(Happening.LAUNCH, trouble.cause)
        return None

    def training_ended(self) -> None:
        """Forget how the job was brought back last time."""
        self._mode = Mode.PLANNED

    def recover(self, trouble: Trouble) -> Phase:
        """Bring the job back from some trouble; return the next one if that comes first."""
        world = self._world
        self._loads = 0
        if trouble.fault is not None:
            if self._mode is not Mode.MANUAL:
                self._mode = Mode.AUTOMATIC
            next_trouble = yield from self._answer(trouble, trouble.fault)
            if next_trouble is not None:
                return next_trouble
        elif trouble.stop is not None and trouble.stop.kind == "incident":
            self._mode = Mode.MANUAL
        elif trouble.stop is not None:
            world.hold(trouble)
        return (yield from self._launch(trouble, load=True))

    # --- knowing what is wrong -------------------------------------------------------------------

    def _answer(self, trouble: Trouble, fault: FaultRules) -> Phase:
        """Detect, decide who recovers, find the bad hosts and cordon them."""
        world = self._world
        block, at = trouble.stream.row(trouble.number)
        if world.needs_repair(trouble):
            world.suspects += [(host, fault) for host in trouble.hosts]
        if not fault.diverges:
            latency = fault.detection.quantile(block[at + Field.DETECTION])
            yield from world.spend(State.DETECTION, trouble.cause, latency, working=False)
            if not fault.ends_write:
                world.fall_back(trouble.cause, math.inf, world.env.now)
        diagnosis = world.rules.diagnosis.automatic
        if block[at + Field.AUTOMATIC] >= fault.automatic:
            diagnosis = yield from self._call_person(trouble, block[at + Field.RESPONSE])
        elif block[at + Field.AUTOMATIC_SUCCESS] >= fault.automatic_success:
            next_trouble = yield from self._fail_automatically(trouble, block[at + Field.FAILED_RESTART])
            if next_trouble is not None:
                self._leave_suspects()
                return next_trouble
            diagnosis = yield from self._call_person(trouble, block[at + Field.RESPONSE])
        if fault.diagnose:
            yield from self._diagnose(trouble, diagnosis)
        self._leave_suspects()
        return None

    def _fail_automatically(self, trouble: Trouble, uniform: float) -> Phase:
        """A try to recover without a person that comes to nothing."""
        world = self._world
        world.tell(Happening.LAUNCH, trouble.cause)
        seconds = world.rules.restart.duration.quantile(uniform)
        next_trouble = yield from world.spend(State.RESTART, trouble.cause, seconds, working=True)
        world.tell(Happening.FAILED_LAUNCH, trouble.cause)
        return next_trouble

    def _call_person(self, trouble: Trouble, uniform: float) -> Generator[Event, Any, Law]:
        """Wait for a person, who diagnoses by hand."""
        world = self._world
        self._mode = Mode.MANUAL
        world.tell(Happening.PERSON_CALLED, trouble.cause)
        seconds = world.rota.wait(world.env.now, world.rules.responses, uniform)
        yield from world.spend(State.RESPONSE, trouble.cause, seconds, working=False)
        return world.rules.diagnosis.manual

    def _diagnose(self, trouble: Trouble, law: Law) -> Generator[Event, Any, None]:
        """Test the hosts of the job; cordon those that are blamed, rightly or not."""
        world, rules = self._world, self._world.rules.diagnosis
        block, at = trouble.stream.row(trouble.number)
        seconds = law.quantile(block[at + Field.DIAGNOSIS])
        yield from world.spend(State.DIAGNOSIS, trouble.cause, seconds, working=False)
        bad = world.hazard.bad
        known = [(host, bad.fault(host)) for host in bad if world.cluster.in_job(host)]
        found = 0
        for host, fault in {**dict(known), **dict(world.suspects)}.items():
            if not self._is_found(host, trouble, rules.recall):
                continue
            if world.cluster.in_job(host):
                found += 1
                world.suspects = [other for other in world.suspects if other[0] != host]
                world.cordon(host, trouble.cause, fault, bad=True)
        blames = found * rules.false_blames
        if blames:
            count = int(blames) + (block[at + Field.FALSE_BLAMES] < blames % 1)
            self._blame_healthy(trouble, count, block[at + Field.FALSE_HOST])

    def _is_found(self, host: int, trouble: Trouble, recall: float) -> bool:
        if recall >= 1.0:
            return True
        if host in trouble.hosts:
            block, at = trouble.stream.row(trouble.number)
            return block[at + Field.RECALL] < recall
        return self._world.is_found_later(host, recall)

    def _blame_healthy(self, trouble: Trouble, count: int, uniform: float) -> None:
        """Cordon hosts in addition that the tests blame wrongly."""
        world, cluster = self._world, self._world.cluster
        first = int(uniform * cluster.size)
        for place in range(first, first + count):
            host = cluster.host_at(place % cluster.size)
            if host >= 0:
                fault = world.hazard.bad.fault(host) if host in world.hazard.bad else None
                world.cordon(host, trouble.cause, fault, bad=fault is not None)

    def _leave_suspects(self) -> None:
        """Hosts that need repair and were not found stay in the job, bad."""
        world = self._world
        for host, fault in world.suspects:
            world.hazard.add_bad(host, fault, in_job=world.cluster.in_job(host))
        world.suspects = []

    # --- coming back -----------------------------------------------------------------------------

    def _launch(self, trouble: Trouble, load: bool) -> Phase:
        """Get hosts, restart and load, again and again until it works."""
        world = self._world
        launches = world.draws.stream(f"launch: {trouble.stream.name}", _LAUNCH_WIDTH)
        attempt = 0
        while True:
            yield from self._gather_hosts(trouble)
            rules = world.rules.restart
            block, at = launches.row(trouble.number, attempt)
            world.tell(Happening.LAUNCH, trouble.cause)
            seconds = rules.duration.quantile(block[at + _DURATION])
            cut = yield from world.spend(State.RESTART, trouble.cause, seconds, working=True)
            failed = cut is None and block[at + _FAILURE] < rules.failure
            if load and cut is None and not failed:
                cut = yield from self._load(trouble)
            if cut is not None:
                world.tell(Happening.FAILED_LAUNCH, trouble.cause)
                return cut
            if not failed:
                break
            world.tell(Happening.FAILED_LAUNCH, trouble.cause)
            attempt += 1
            if attempt % rules.tries == 0:
                yield from self._call_person(trouble, block[at + _RESPONSE])
        self.warm_up = rules.warm_up.quantile(block[at + _WARM_UP])
        if self._mode.value is not None:
            world.tell(self._mode.value, trouble.cause)
        return None

    def _load(self, trouble: Trouble) -> Phase:
        """Load the copy that recovery returns to, or an older one if it is corrupt."""
        world = self._world
        loads = world.draws.stream(f"load: {trouble.stream.name}", _LOAD_WIDTH)
        attempt = self._loads
        while True:
            rules = world.rules.checkpoint
            block, at = loads.row(trouble.number, attempt)
            attempt = self._loads = attempt + 1
            outcome = block[at + _OUTCOME] - rules.load_failure
            hangs = 0.0 <= outcome < rules.load_hang
            law = rules.load_timeout if hangs else rules.load
            seconds = law.quantile(block[at + (_TIMEOUT if hangs else _LOAD)])
            cut = yield from world.spend(State.CHECKPOINT_LOAD, trouble.cause, seconds, working=True)
            if cut is not None:
                return cut
            if outcome < rules.load_hang:
                world.pay()
            elif world.checkpoints.loads_well(world.copy):
                return None
            else:
                world.fall_back(trouble.cause, math.inf, world.env.now)

    def _gather_hosts(self, trouble: Trouble) -> Generator[Event, Any, None]:
        """Fill the places of the job, and wait until no planned stop holds it."""
        world, cluster = self._world, self._world.cluster
        while True:
            hold = world.holding()
            if hold is not None:
                seconds = hold.until - world.env.now
                yield from world.spend(hold.state, hold.cause, seconds, working=False)
            elif not cluster.vacancies:
                return
            elif cluster.idle:
                yield from self._swap_in(trouble)
            else:
                yield from world.wait_for_hosts(trouble.cause)

    def _swap_in(self, trouble: Trouble) -> Generator[Event, Any, None]:
        """Put spares into the job, as many as are needed and stand by."""
        world, cluster = self._world, self._world.cluster
        count = min(cluster.vacancies, len(cluster.idle))
        seconds = cluster.swap_time(count)
        if seconds:
            yield from world.spend(State.HOST_WAIT, trouble.cause, seconds, working=False)
        cluster.fill(min(count, cluster.vacancies, len(cluster.idle)), trouble.cause)
