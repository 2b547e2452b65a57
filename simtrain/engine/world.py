"""The world of one trial: its parts, and what comes to pass in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simpy import Environment

from simtrain.accounts.timeline import EventKind, Sink, State, Verdict
from simtrain.engine import fields
from simtrain.engine.agenda import Agenda, StopRules
from simtrain.engine.checkpoints import INITIAL, Checkpoints
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Draws, Row, Stream
from simtrain.engine.exposure import INFINITY
from simtrain.engine.hazard import Hazard
from simtrain.engine.people import Rota
from simtrain.engine.policy import goes_on
from simtrain.engine.repair import RepairShop
from simtrain.engine.rules import FaultRules, Rules
from simtrain.engine.spares import SpareWatch
from simtrain.engine.stops import Stops

_FAULT, _ROLLBACK, _CORDON = EventKind.FAULT, EventKind.ROLLBACK, EventKind.CORDON
_KNOWN_AT_ONCE = (State.HOST_WAIT, State.MAINTENANCE, State.PAUSED)


class End(Exception):  # noqa: N818 - not an error, but the way out of whatever is going on
    """The trial ends here."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict)
        self.verdict = verdict


@dataclass(slots=True)
class Trouble:
    """Why the job does not train: a fault, a stop, or the start and changes of its size.

    Parameters
    ----------
    cause
        What badput is charged to.
    stream, number
        Address of the draws that decide about it.
    row
        These draws.
    fault, hosts
        Class of a fault, and the hosts it struck.
    stop
        Planned stop or incident.
    planned
        Whether training ends by request, and not because something broke.
    """

    cause: str
    stream: Stream
    number: int
    row: Row
    fault: FaultRules | None = None
    hosts: tuple[int, ...] = ()
    stop: StopRules | None = None
    planned: bool = False

    @property
    def needs_repair(self) -> bool:
        """Whether a fault left a host that really needs repair."""
        if self.fault is None or not self.hosts:
            return False
        block, at = self.row
        return block[at + fields.NEEDS_REPAIR] < self.fault.needs_repair


def trouble_of(cause: str, stream: Stream, number: int, stop: StopRules | None = None) -> Trouble:
    """Trouble that is no fault."""
    planned = stop is None or stop.kind != "incident"
    return Trouble(cause, stream, number, stream.row(number), stop=stop, planned=planned)


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


class World:
    """Parts of a trial that the job and its recovery work on.

    Parameters
    ----------
    rules_after
        Rules in force after the changes with these numbers, in this order.
    end_verdict
        What it means when the last date of the agenda comes.

    Attributes
    ----------
    budget
        How many faults, repairs and failed tries may still be simulated.
    now
        Moment up to which the job has come, in seconds since the start.
    work
        Position of the work, in seconds at the full speed of the start.
    copy
        Copy of the training state that the next load reads.
    suspects
        Hosts that need repair and were struck since training ended, with the class.
    spike
        Loss spike that nobody has noticed yet.
    hosts_came
        Called when other hosts stand by than before, or may be waited for differently.
    book_so_far, wait_anew
        Called before and after the risk of hosts that do not work changes.
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
        self.budget = budget
        self.hosts_came: Callable[[], None] = lambda: None
        self.book_so_far: Callable[[], None] = lambda: None
        self.wait_anew: Callable[[], None] = lambda: None
        self.env = env
        self.hazard = hazard
        self.agenda = agenda
        self.rota = rota
        self.draws = draws
        self.sink = sink
        self.rules = rules = rules_after(())
        self.cluster = Cluster(
            rules.cluster, env, hazard, draws, sink, self._spares_changed, self._risk_changed
        )
        self.shop = RepairShop(env, self.cluster, hazard, draws, sink, self)
        self.stops = Stops(env, self.cluster, self.shop, sink)
        self.checkpoints = Checkpoints(draws)
        self.now = 0.0
        self.work = 0.0
        self.copy = INITIAL
        self.suspects: list[tuple[int, FaultRules]] = []
        self.spike: Spike | None = None
        self._spare_watch = SpareWatch(env, hazard, self.cluster, self.shop, sink)
        self._risk_changed()

    def pay(self) -> bool:
        """Count one more of the events of which there may be so many; False if there may not."""
        self.budget -= 1
        if self.budget < 0:
            self.hosts_came()  # a job that waits finds out
        return self.budget >= 0

    # --- what comes ------------------------------------------------------------------------------

    def due(self, working: bool) -> Trouble | None:
        """Take what is due on this date; if it stops a working job, return it."""
        item = self.agenda.take_dated()
        if item.change >= 0:
            return self._change(item.change, working)
        if item.stop is None:
            raise End(self._end_verdict)
        return self._stop(item.stop, item.occurrence, working)

    def due_by_progress(self) -> Trouble | None:
        """Take what is due at this position of the work; if it stops the job, return it."""
        while item := self.agenda.take_placed(self.work):
            if item.change >= 0:
                trouble = self._change(item.change, working=True)
            else:
                assert item.stop is not None
                trouble = self._stop(item.stop, item.occurrence, working=True)
            if trouble is not None:
                return trouble
        return None

    def struck(self, state: State, working: bool) -> Trouble | None:
        """Take what strikes now; if it stops a working job, return it."""
        strike = self.hazard.strike(working)
        if strike is None:
            return None
        fault, scope, unit, stream, number, row = strike
        hosts = self.cluster.hosts_of(scope, unit)
        if not hosts and not fault.of_job:
            return None
        self.sink.happened(self.now, _FAULT, fault.name, hosts[0] if hosts else -1)
        self.budget -= 1
        trouble = Trouble(fault.name, stream, number, row, fault, hosts)
        if not working:
            self._struck_down(trouble, at_once=state in _KNOWN_AT_ONCE)
            return None
        if goes_on(fault, hosts):
            self._begin_spike(trouble, fault)
            return None
        return trouble

    def _change(self, number: int, working: bool) -> Trouble | None:
        """Put a change into force; a job of another size has to stop for it."""
        self._applied = (*self._applied, number)
        before, self.rules = self.rules, self._rules_after(self._applied)
        self.hazard.retime(self.rules, self.now)
        self.cluster.resize(self.rules.cluster)
        self._risk_changed()
        self.sink.happened(self.now, EventKind.CHANGE, f"change {number}")
        if not working or self.rules.cluster.hosts == before.cluster.hosts:
            return None
        return trouble_of("changes", self.draws.stream("changes"), number)

    def _stop(self, stop: StopRules, occurrence: int, working: bool) -> Trouble | None:
        """Stop a working job; hold one that is down before it comes back."""
        stream = self.draws.stream(f"stop: {stop.name}")
        if stop.kind == "incident":
            self.stops.strike(stop, stream, occurrence)
        if working:
            return trouble_of(stop.name, stream, occurrence, stop)
        if stop.kind != "incident":
            self.stops.hold(stop, stream, occurrence)
        return None

    def _begin_spike(self, trouble: Trouble, fault: FaultRules) -> None:
        """Let a loss spike grow unnoticed; one during another is part of it."""
        if self.spike is None:
            block, at = trouble.row
            latency = fault.detection.quantile(block[at + fields.DETECTION])
            self.spike = Spike(trouble, self.work, latency)

    def _struck_down(self, trouble: Trouble, at_once: bool) -> None:
        """A host of the job fails while the job is down: no new interruption."""
        if not trouble.needs_repair:
            return
        assert trouble.fault is not None
        for host in trouble.hosts:
            if at_once:
                self.cordon(host, trouble.cause, trouble.fault)
            else:
                self.suspects.append((host, trouble.fault))

    # --- what is done about it -------------------------------------------------------------------

    def cordon(self, host: int, cause: str, fault: FaultRules | None) -> None:
        """Take a host of the job to repair: a bad one, or a healthy one if there is no fault."""
        self.sink.happened(self.now, _CORDON, cause, host)
        self.cluster.vacate_to_repair(host)
        self.shop.admit(host, cause, fault, bad=fault is not None)

    def trusted(self, trouble: Trouble) -> float:
        """Furthest position of the work that can be trusted after some trouble."""
        if self.spike is None or self.spike.trouble is not trouble:
            return INFINITY
        assert trouble.fault is not None
        return self.spike.onset - trouble.fault.margin * self.rules.full_speed

    def fall_back(self, cause: str, trusted: float, durable_by: float) -> None:
        """Return to the newest copy that can be trusted; the work behind it is lost."""
        keep = self.rules.checkpoint.keep
        self.copy = copy = self.checkpoints.go_back(trusted, durable_by, keep)
        if copy.work < self.work:
            now = self.now
            self.sink.rolled_back(now, copy.work, cause)
            self.sink.happened(now, _ROLLBACK, cause)
        self.work = copy.work
        if self.spike is not None and copy.work <= self.spike.onset:
            self.spike = None

    def _spares_changed(self) -> None:
        """Other hosts stand by than before."""
        if self.hazard.idle:
            self._spare_watch.reset()
        self.hosts_came()

    def _risk_changed(self) -> None:
        """Hosts that do not work may be at another risk than before."""
        fraction = 0.0 if self.cluster.dark else self.rules.cluster.idle_hazard
        if fraction != self.hazard.idle:
            self.book_so_far()
            idle, now = self.cluster.idle, self.env.now
            self.hazard.set_idle_hazard(fraction, self.rules, idle, now)
            self.wait_anew()
            self._spare_watch.reset()
        self._spares_changed()
