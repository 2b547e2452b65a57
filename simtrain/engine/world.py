"""The world of one trial: its parts, and how time passes in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from typing import Any, NamedTuple

from simpy import Environment, Event

from simtrain.engine.agenda import Agenda, StopRules
from simtrain.engine.alarm import Alarm
from simtrain.engine.checkpoints import INITIAL, Checkpoints
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Draws, Stream
from simtrain.engine.exposure import INFINITY
from simtrain.engine.hazard import Hazard
from simtrain.engine.people import Rota
from simtrain.engine.policy import goes_on
from simtrain.engine.repair import RepairShop
from simtrain.engine.rules import FaultRules, Rules
from simtrain.timeline import Happening, Sink, State

_BUDGETED = {
    Happening.FAULT, Happening.FAILED_LAUNCH, Happening.SPARE_FAULT
}  # fmt: skip
_KNOWN_AT_ONCE = (State.HOST_WAIT, State.MAINTENANCE, State.PAUSED)
_STATE_OF_STOP = {"maintenance": State.MAINTENANCE, "pause": State.PAUSED}


class Field(IntEnum):
    """Uniforms in the row of a fault, after those that `pool` uses."""

    NEEDS_REPAIR = 2
    DETECTION = auto()
    AUTOMATIC = auto()
    AUTOMATIC_SUCCESS = auto()
    FAILED_RESTART = auto()
    RESPONSE = auto()
    DIAGNOSIS = auto()
    RECALL = auto()
    FALSE_BLAMES = auto()
    FALSE_HOST = auto()


class Verdict(StrEnum):
    """How a trial ended. The last two are truncated: the bound came before the end."""

    FINISHED = "finished"
    WINDOW_CLOSED = "window closed"
    OUT_OF_TIME = "out of time"
    OUT_OF_EVENTS = "out of events"


class End(Exception):  # noqa: N818 - not an error, but the way out of every phase at once
    """The trial ends here, whatever is going on."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict)
        self.verdict = verdict


class Trouble(NamedTuple):
    """Why the job does not train: a fault, a stop, or the start and changes of its size.

    Parameters
    ----------
    cause
        What badput is charged to.
    stream, number
        Row of draws that decides about it.
    fault, hosts
        Class of a fault, and the hosts it struck.
    stop
        Planned stop or incident.
    """

    cause: str
    stream: Stream
    number: int
    fault: FaultRules | None = None
    hosts: tuple[int, ...] = ()
    stop: StopRules | None = None


class Hold(NamedTuple):
    """A window in which the job does not run by choice."""

    until: float
    state: State
    cause: str


@dataclass(slots=True)
class Spike:
    """A loss spike that nobody has noticed yet.

    Parameters
    ----------
    onset
        Position of the work at which it began.
    unnoticed_s
        Training until it is noticed.
    """

    trouble: Trouble
    onset: float
    unnoticed_s: float


Phase = Generator[Event, Any, Trouble | None]
"""Some simulated time; what it returns is the trouble that cut it short, if any."""


class World:
    """Parts of a trial that job and recovery both work on.

    Parameters
    ----------
    rules_after
        Rules in force after the changes with these numbers, in this order.
    end_verdict
        What it means when the last date of the agenda comes.
    budget
        How many faults, failed launches and repairs are simulated at the most.

    Attributes
    ----------
    work
        Position of the work, in seconds at the full speed of the start.
    copy
        Copy of the training state that the next load reads.
    suspects
        Hosts that need repair and were struck since training ended, with the class.
    """

    def __init__(
        self,
        rules_after: Callable[[tuple[int, ...]], Rules],
        env: Environment,
        hazard: Hazard,
        agenda: Agenda,
        rota: Rota,
        draws: Draws,
        sink: Sink,
        end_verdict: Verdict,
        budget: int,
    ):
        self._rules_after = rules_after
        self._applied: tuple[int, ...] = ()
        self._end_verdict = end_verdict
        self._budget = budget
        self._waiting: Event | None = None
        self._spare_due = INFINITY
        self._holds: list[Hold] = []
        self._chances: dict[int, int] = {}
        self._incidents: list[Hold] = []
        self.env = env
        self.hazard = hazard
        self.agenda = agenda
        self.rota = rota
        self.draws = draws
        self.sink = sink
        self.rules = rules = rules_after(())
        self.cluster = Cluster(rules.cluster, env, hazard, draws, sink, self._spares_changed)
        hazard.set_idle_hazard(rules, list(self.cluster.idle), 0.0)
        self.shop = RepairShop(env, self.cluster, hazard, draws, self)
        self.checkpoints = Checkpoints(self._save_failed, self._copy_corrupt)
        self.work = 0.0
        self.copy = INITIAL
        self.suspects: list[tuple[int, FaultRules]] = []
        self.spike: Spike | None = None
        for date in agenda.dates():
            Alarm(env, date, self.wake)
        self._watch_spares()

    # --- time -----------------------------------------------------------------------------------

    def spend(self, state: State, cause: str, seconds: float, working: bool) -> Phase:
        """Pass time in a state; what strikes or is due while `working` cuts it short."""
        env, hazard, agenda = self.env, self.hazard, self.agenda
        end = env.now + seconds
        while True:
            self.check_budget()
            start = env.now
            wake = end
            strike = start + hazard.wait(working)
            if strike < wake:
                wake = strike
            due = agenda.next_time
            if due <= wake:
                wake = due
            if wake > start:
                yield env.timeout(wake - start)
                hazard.advance(env.now - start, working)
                self.sink.spent(state, cause, start, env.now)
            if wake == due:
                trouble = self.due(working)
            elif wake == strike:
                trouble = self.struck(state, working)
            else:
                return None
            if trouble is not None:
                return trouble

    def wait_for_hosts(self, cause: str) -> Generator[Event, Any, None]:
        """Pass time until a host comes or something is due."""
        self.check_budget()
        env, hazard = self.env, self.hazard
        start = env.now
        incident = self._incident()
        state = State.MAINTENANCE if incident else State.HOST_WAIT
        strike = start + hazard.wait(working=False)
        if strike < INFINITY:
            Alarm(env, strike - start, self.wake)
        self._waiting = Event(env)
        yield self._waiting
        self._waiting = None
        if env.now > start:
            hazard.advance(env.now - start, working=False)
            self.sink.spent(state, incident or cause, start, env.now)
        if self.agenda.next_time <= env.now:
            self.due(working=False)
        if strike <= env.now:
            self.struck(state, working=False)

    def wake(self, _: Any = None) -> None:
        """Let a job that waits for hosts look around."""
        if self._waiting is not None and not self._waiting.triggered:
            self._waiting.succeed()

    # --- what comes ----------------------------------------------------------------------------

    def due(self, working: bool) -> Trouble | None:
        """Take what is due on this date; if it stops a working job, return it."""
        item = self.agenda.take_dated()
        if item.change >= 0:
            return self.change(item.change)
        if item.stop is None:
            raise End(self._end_verdict)
        if item.stop.every:
            Alarm(self.env, item.stop.every, self.wake)
        return self.stop(item.stop, item.occurrence, working)

    def due_by_progress(self) -> Trouble | None:
        """Take what is due at this position of the work; if it stops the job, return it."""
        while item := self.agenda.take_placed(self.work):
            if item.change >= 0:
                trouble = self.change(item.change)
            else:
                assert item.stop is not None
                trouble = self.stop(item.stop, item.occurrence, working=True)
            if trouble is not None:
                return trouble
        return None

    def change(self, number: int) -> Trouble | None:
        """Put a change into force; a job of another size has to stop for it."""
        self._applied = (*self._applied, number)
        before, self.rules = self.rules, self._rules_after(self._applied)
        self.hazard.retime(self.rules, self.cluster.idle, self.env.now)
        self.cluster.resize(self.rules.cluster)
        self._watch_spares()
        self.tell(Happening.CHANGE, f"change {number}", -1)
        if self.rules.cluster.hosts == before.cluster.hosts:
            return None
        return Trouble("changes", self.draws.stream("changes"), number)

    def stop(self, stop: StopRules, occurrence: int, working: bool) -> Trouble | None:
        """Ask for a stop: a working job is told, one that is down is held afterwards."""
        stream = self.draws.stream(f"stop: {stop.name}", 4)
        trouble = Trouble(stop.name, stream, occurrence, stop=stop)
        if stop.kind == "incident":
            self._take_hosts(trouble)
            return trouble if working else None
        if working:
            return trouble
        self.hold(trouble)
        return None

    def struck(self, state: State, working: bool) -> Trouble | None:
        """Take what strikes now; if it stops a working job, return it."""
        strike = self.hazard.strike(working)
        if strike is None:
            return None
        hosts = self.cluster.hosts_of(strike.unit)
        fault = strike.fault
        if not hosts and not fault.of_job:
            return None
        host = hosts[0] if hosts else -1
        self.tell(Happening.FAULT, fault.name, host)
        trouble = Trouble(fault.name, strike.stream, strike.number, fault, hosts)
        if working and goes_on(fault, hosts):
            self._begin_spike(trouble, fault)
            return None
        if working:
            return trouble
        self._struck_idle(trouble, at_once=state in _KNOWN_AT_ONCE)
        return None

    def hold(self, trouble: Trouble) -> None:
        """Hold the job from now on for the duration of a planned stop."""
        stop = trouble.stop
        assert stop is not None
        block, at = trouble.stream.row(trouble.number)
        until = self.env.now + stop.duration.quantile(block[at])
        self._holds.append(Hold(until, _STATE_OF_STOP[stop.kind], stop.name))

    def holding(self) -> Hold | None:
        """The hold in force that lasts longest."""
        self._holds = [hold for hold in self._holds if hold.until > self.env.now]
        return max(self._holds, default=None)

    # --- what is done about it -------------------------------------------------------------------

    def needs_repair(self, trouble: Trouble) -> bool:
        """Whether the fault left a host that really needs repair."""
        assert trouble.fault is not None
        block, at = trouble.stream.row(trouble.number)
        return bool(trouble.hosts) and block[at + Field.NEEDS_REPAIR] < trouble.fault.needs_repair

    def cordon(self, host: int, cause: str, fault: FaultRules | None, bad: bool) -> None:
        """Take a host of the job to repair, blamed rightly (`bad`) or not."""
        self.tell(Happening.CORDON, cause, host)
        self.cluster.vacate(host, to_repair=True)
        self.shop.admit(host, cause, fault, bad)

    def fall_back(self, cause: str, trusted: float, durable_by: float) -> None:
        """Return to the newest copy that can be trusted; the work behind it is lost."""
        keep = self.rules.checkpoint.keep
        self.copy = copy = self.checkpoints.latest(trusted, durable_by, keep)
        self.checkpoints.forget_beyond(copy)
        if copy.work < self.work:
            self.sink.rolled_back(self.env.now, copy.work, cause)
            self.tell(Happening.ROLLBACK, cause, -1)
        self.work = copy.work

        if self.spike is not None and copy.work <= self.spike.onset:
            self.spike = None

    def take_spike(self) -> Trouble:
        """Notice the loss spike: from now on it is trouble like any other."""
        assert self.spike is not None
        return self.spike.trouble

    def trusted(self, trouble: Trouble) -> float:
        """Furthest position of the work that can be trusted after some trouble."""
        if self.spike is None or self.spike.trouble is not trouble:
            return INFINITY
        assert trouble.fault is not None
        return self.spike.onset - trouble.fault.margin * self.rules.full_speed

    def tell(self, what: Happening, cause: str, host: int = -1) -> None:
        """Tell the sink of a moment, and count it if there may be only so many."""
        self.sink.happened(self.env.now, what, cause, host)
        if what in _BUDGETED:
            self.pay()

    def pay(self) -> bool:
        """Count one more of the events of which there may be so many; False if there may not."""
        self._budget -= 1
        return self._budget >= 0

    def check_budget(self) -> None:
        """End the trial if too much has happened in it."""
        if self._budget < 0:
            raise End(Verdict.OUT_OF_EVENTS)

    def is_found_later(self, host: int, recall: float) -> bool:
        """Whether tests find a bad host that is in the job since an earlier fault."""
        chance = self._chances[host] = self._chances.get(host, -1) + 1
        block, at = self.draws.stream("bad host is found").row(host, chance)
        return block[at] < recall

    # --- parts of the above ------------------------------------------------------------------

    def _begin_spike(self, trouble: Trouble, fault: FaultRules) -> None:
        """Let a loss spike grow unnoticed; one during another is part of it."""
        if self.spike is None:
            block, at = trouble.stream.row(trouble.number)
            latency = fault.detection.quantile(block[at + Field.DETECTION])
            self.spike = Spike(trouble, self.work, latency)

    def _struck_idle(self, trouble: Trouble, at_once: bool) -> None:
        """A host of the job fails while the job is down: no new interruption."""
        if not self.needs_repair(trouble):
            return
        assert trouble.fault is not None
        for host in trouble.hosts:
            if at_once:
                self.cordon(host, trouble.cause, trouble.fault, bad=True)
            else:
                self.suspects.append((host, trouble.fault))

    def _take_hosts(self, trouble: Trouble) -> None:
        """An incident takes hosts, those of the job first, and gives them back at its end."""
        stop = trouble.stop
        assert stop is not None
        block, at = trouble.stream.row(trouble.number)
        seconds = stop.duration.quantile(block[at])
        cluster = self.cluster
        wanted = cluster.size + len(cluster.idle) if stop.hosts < 0 else stop.hosts
        first = int(block[at + 1] * cluster.size)
        places = ((first + step) % cluster.size for step in range(cluster.size))
        job = [host for host in map(cluster.host_at, places) if host >= 0][:wanted]
        idle = list(cluster.idle)[: wanted - len(job)]
        for host in job:
            cluster.vacate(host, to_repair=False)
        for host in idle:
            cluster.take_idle(host, to_repair=False)
        self._incidents.append(Hold(self.env.now + seconds, State.MAINTENANCE, stop.name))
        Alarm(self.env, seconds, lambda _: self._give_back([*job, *idle], stop))

    def _give_back(self, hosts: list[int], stop: StopRules) -> None:
        for number, host in enumerate(hosts):
            if number < stop.unfit:
                self.tell(Happening.CORDON, stop.name, host)
                self.cluster.to_repair()
                self.shop.admit(host, stop.name, None, bad=True)
            else:
                self.cluster.back_from_away(host)
        self.wake()

    def _incident(self) -> str:
        """Name of the incident in force that lasts longest, or ""."""
        self._incidents = [hold for hold in self._incidents if hold.until > self.env.now]
        return max(self._incidents).cause if self._incidents else ""

    def _spares_changed(self) -> None:
        self.wake()
        self._watch_spares()

    def _watch_spares(self) -> None:
        """Set an alarm for the next fault of a spare; an older one finds itself out of date."""
        seconds = self.hazard.spares_wait(self.env.now)
        self._spare_due = self.env.now + seconds
        if seconds < INFINITY:
            Alarm(self.env, seconds, self._spare_struck)

    def _spare_struck(self, _: Any) -> None:
        """A spare fails in the background; its health check finds it."""
        if self.env.now != self._spare_due:
            return
        strike = self.hazard.spares_strike(self.env.now)
        if strike is not None:
            fault = strike.fault
            (host,) = self.cluster.hosts_of(strike.unit)
            trouble = Trouble(fault.name, strike.stream, strike.number, fault, (host,))
            if self.needs_repair(trouble):
                self.tell(Happening.SPARE_FAULT, fault.name, host)
                self.tell(Happening.CORDON, fault.name, host)
                self.cluster.take_idle(host, to_repair=True)
                self.shop.admit(host, fault.name, fault, bad=True)
        self._watch_spares()

    def _save_failed(self, save: int) -> bool:
        return self._befalls("save fails", save, self.rules.checkpoint.save_failure)

    def _copy_corrupt(self, save: int) -> bool:
        return self._befalls("copy is corrupt", save, self.rules.checkpoint.corrupt)

    def _befalls(self, stream: str, number: int, probability: float) -> bool:
        if probability <= 0.0:
            return False
        block, at = self.draws.stream(stream).row(number)
        return block[at] < probability


