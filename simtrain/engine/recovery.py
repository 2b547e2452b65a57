"""From the end of training to training again.

fault → detection → (response) → diagnosis → cordon → hosts → restart → load → training

A fault during a restart or a load begins the recovery again, under its own cause.
"""

from __future__ import annotations

import math
from collections.abc import Generator

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine import fields
from simtrain.engine.exposure import INFINITY
from simtrain.engine.stage import Part, Phase
from simtrain.engine.world import Trouble, World, trouble_of

# Looking a member up in its class costs more than what is done with it.
_LAUNCH, _FAILED = EventKind.LAUNCH, EventKind.FAILED_LAUNCH
_CALLED = EventKind.PERSON_CALLED
_PLANNED, _AUTOMATIC, _MANUAL = (
    EventKind.PLANNED_RESTART,
    EventKind.AUTOMATIC_RESTART,
    EventKind.MANUAL_RESTART,
)
_DETECTION, _RESPONSE, _DIAGNOSIS = State.DETECTION, State.RESPONSE, State.DIAGNOSIS
_RESTART, _LOAD, _HOST_WAIT = State.RESTART, State.CHECKPOINT_LOAD, State.HOST_WAIT


class Recovery:
    """Brings the job of a world back to training.

    Attributes
    ----------
    warm_up
        Seconds of slower steps that the last restart is followed by.
    """

    __slots__ = ("_begun", "_kind", "_loads", "_world", "warm_up")

    def __init__(self, world: World):
        self._world = world
        self._begun = False
        self._kind = _PLANNED  # of the restart to come
        self._loads = 0
        self.warm_up = 0.0

    def start(self) -> Part:
        """Launch the job for the first time, from nothing."""
        world = self._world
        trouble = trouble_of("start", world.draws.stream("start"), 0)
        yield from self._gather_hosts(trouble)
        if world.rules.restart.at_start:
            return (yield from self.launch(trouble, load=False))
        world.sink.happened(world.now, _LAUNCH, trouble.cause)
        self._begun = True
        return None

    def training_ended(self) -> None:
        """Forget how the job was brought back last time."""
        self._kind = _PLANNED

    def _postpone(self, trouble: Trouble) -> None:
        """Hold the job for a planned stop before it comes back."""
        if trouble.planned and trouble.stop is not None:
            self._world.stops.hold(trouble.stop, trouble.stream, trouble.number)

    # --- knowing what is wrong -------------------------------------------------------------------

    def answer(self, trouble: Trouble) -> Part:
        """Detect, decide who recovers, find the bad hosts and cordon them.

        Returns the next trouble if that comes first, and else leaves the job to be launched.
        """
        world, cause, fault = self._world, trouble.cause, trouble.fault
        self._loads = 0
        if fault is None:
            if not trouble.planned:
                self._kind = _MANUAL
            self._postpone(trouble)
            return None
        if self._kind is not _MANUAL:
            self._kind = _AUTOMATIC
        block, at = trouble.row
        if trouble.needs_repair:
            for host in trouble.hosts:
                world.suspects.append((host, fault))
        if not fault.diverges:
            latency = fault.detection.quantile(block[at + fields.DETECTION])
            yield _DETECTION, cause, latency, False
            if not fault.ends_write:
                world.fall_back(cause, math.inf, world.now)
        by_hand = block[at + fields.AUTOMATIC] >= fault.automatic
        if not by_hand and block[at + fields.AUTOMATIC_SUCCESS] >= fault.automatic_success:
            by_hand = True
            next_trouble = yield from self._fail_automatically(
                cause, block[at + fields.FAILED_RESTART]
            )
            if next_trouble is not None and next_trouble.fault is not None:
                self._leave_suspects()
                return next_trouble
            if next_trouble is not None:
                self._postpone(next_trouble)
        if by_hand:
            yield self._person(cause, block[at + fields.RESPONSE])
        if fault.diagnose:
            rules = world.rules.diagnosis
            law = rules.manual if by_hand else rules.automatic
            yield _DIAGNOSIS, cause, law.quantile(block[at + fields.DIAGNOSIS]), False
            self._blame(trouble)
        if world.suspects:
            self._leave_suspects()
        return None

    def _fail_automatically(self, cause: str, uniform: float) -> Part:
        """A try to recover without a person that comes to nothing."""
        world = self._world
        world.sink.happened(world.now, _LAUNCH, cause)
        seconds = world.rules.restart.duration.quantile(uniform)
        next_trouble = yield _RESTART, cause, seconds, True
        self._launch_failed(cause)
        return next_trouble

    def _person(self, cause: str, uniform: float) -> Phase:
        """Call a person, and wait."""
        world = self._world
        self._kind = _MANUAL
        world.sink.happened(world.now, _CALLED, cause)
        seconds = world.rota.wait(world.now, world.rules.responses, uniform)
        return _RESPONSE, cause, seconds, False

    def _blame(self, trouble: Trouble) -> None:
        """Cordon hosts that the tests find, rightly or not."""
        world, rules = self._world, self._world.rules.diagnosis
        in_job = world.cluster.in_job
        candidates = dict(world.suspects)  # a host that was struck twice has one chance
        for host, fault in world.hazard.bad.faults.items():
            if in_job(host):
                candidates.setdefault(host, fault)
        missed, found = [], 0
        for host, fault in candidates.items():
            if self._is_found(host, trouble, rules.recall) and in_job(host):
                found += 1
                world.cordon(host, trouble.cause, fault)
            else:
                missed.append((host, fault))
        world.suspects = missed
        blames = found * rules.false_blames
        if blames:
            block, at = trouble.row
            count = int(blames) + (block[at + fields.FALSE_BLAMES] < blames % 1)
            self._blame_others(trouble, count, block[at + fields.FALSE_HOST])

    def _is_found(self, host: int, trouble: Trouble, recall: float) -> bool:
        if recall >= 1.0:
            return True
        if host in trouble.hosts:
            block, at = trouble.row
            return block[at + fields.RECALL] < recall
        return self._world.hazard.bad.next_chance(host) < recall

    def _blame_others(self, trouble: Trouble, count: int, uniform: float) -> None:
        """Cordon hosts in addition, whether healthy or not: the tests cannot tell."""
        world, cluster = self._world, self._world.cluster
        first = int(uniform * cluster.size)
        for place in range(first, first + count):
            host = cluster.host_at(place % cluster.size)
            if host >= 0:
                world.cordon(host, trouble.cause, world.hazard.bad.faults.get(host))

    def _leave_suspects(self) -> None:
        """Hosts that need repair and were not found stay in the job, bad."""
        world = self._world
        for host, fault in world.suspects:
            world.hazard.add_bad(host, fault, in_job=world.cluster.in_job(host))
        world.suspects = []

    # --- coming back -----------------------------------------------------------------------------

    def launch(self, trouble: Trouble, load: bool = True) -> Part:
        """Get hosts, restart and load, again and again until it works or trouble comes."""
        world, cause = self._world, trouble.cause
        cluster, stops, happened = world.cluster, world.stops, world.sink.happened
        launches = trouble.stream.then("launch", fields.LAUNCH_WIDTH)
        attempt = 0
        while True:
            if cluster.vacant or cluster.dark or stops.holds:
                yield from self._gather_hosts(trouble)
            rules = world.rules.restart
            block, at = launches.row(trouble.number, attempt)
            happened(world.now, _LAUNCH, cause)
            cut = yield _RESTART, cause, rules.duration.quantile(block[at]), True
            failed = cut is None and block[at + fields.RESTART_FAILS] < rules.failure
            if load and cut is None and not failed:
                cut = yield from self._load(trouble)
            if cut is not None:
                self._launch_failed(cause)
                return cut
            if not failed:
                break
            self._launch_failed(cause)
            attempt += 1
            if attempt % rules.tries == 0:
                yield self._person(cause, block[at + fields.SECOND_RESPONSE])
        self.warm_up = rules.warm_up.quantile(block[at + fields.WARM_UP])
        if self._begun:
            happened(world.now, self._kind, cause)
        self._begun = True
        return None

    def _load(self, trouble: Trouble) -> Part:
        """Load the copy that recovery returns to, or an older one if it is corrupt."""
        world, cause = self._world, trouble.cause
        loads = trouble.stream.then("launch", fields.LAUNCH_WIDTH)
        while True:
            rules = world.rules.checkpoint
            block, at = loads.row(trouble.number, self._loads)
            self._loads += 1
            outcome = block[at + fields.LOAD_OUTCOME] - rules.load_failure
            if 0.0 <= outcome < rules.load_hang:
                seconds = rules.load_timeout.quantile(block[at + fields.LOAD_TIMEOUT])
            else:
                seconds = rules.load.quantile(block[at + fields.LOAD])
            cut = yield _LOAD, cause, seconds, True
            if cut is not None:
                return cut
            if outcome < rules.load_hang:
                world.pay()
            elif world.checkpoints.loads_well(world.copy):
                return None
            else:
                world.fall_back(cause, math.inf, world.now)

    def _gather_hosts(self, trouble: Trouble) -> Generator[Phase, Trouble | None, None]:
        """Fill the places of the job, and wait until no planned stop holds it."""
        world, cluster = self._world, self._world.cluster
        while True:
            hold = world.stops.holding()
            if hold is not None:
                yield hold.state, hold.cause, hold.until - world.now, False
            elif not cluster.vacant and not cluster.dark:
                return
            elif cluster.idle and not cluster.dark:
                count = min(len(cluster.vacant), len(cluster.idle))
                seconds = cluster.swap_time(count)
                if seconds:
                    yield _HOST_WAIT, trouble.cause, seconds, False
                    count = min(count, len(cluster.vacant), len(cluster.idle))
                cluster.fill(count, trouble.cause)
            else:
                incident = world.stops.incident()
                state = incident.state if incident else _HOST_WAIT
                yield state, incident.cause if incident else trouble.cause, INFINITY, False

    def _launch_failed(self, cause: str) -> None:
        world = self._world
        world.sink.happened(world.now, _FAILED, cause)
        world.pay()
