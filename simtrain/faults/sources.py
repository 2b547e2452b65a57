"""All sources of faults of a trial, and the clocks that they are at risk on.

Hosts of the job share one clock of time at risk, the job itself has another, and idle spares a
third. While the job works the first two run with time; otherwise hosts run at `idle_hazard` and
the job not at all. Spares always run at `idle_hazard`.

Classes on the calendar have clocks of their own, which run whatever the job does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.faults.ages import Ages
from simtrain.faults.alarm import AlarmSource
from simtrain.faults.calendar import Calendar
from simtrain.faults.per_host import PerHostSource
from simtrain.faults.poisson import PoissonSource
from simtrain.faults.relapse import RelapseSource
from simtrain.faults.renewal import RenewalSource
from simtrain.faults.replay import ReplaySource
from simtrain.faults.source import (
    INFINITY,
    Clocks,
    FaultEvent,
    FollowsHosts,
    RiskClock,
    Source,
    Together,
)
from simtrain.faults.weather import Weather
from simtrain.model.streams import FAULT, FAULT_OF_SPARE, FAULT_OF_SPARE_UNIT

if TYPE_CHECKING:
    from simtrain.faults.frailty import Frailty
    from simtrain.model.draws import Draws, Uniforms
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.topology import Slots
    from simtrain.model.weather import WeatherParameters


class Sources:
    """All sources of faults of a trial.

    Memoryless faults of like units are drawn for all units together. The job is one unit, new after
    each fault of a class that has a law. Where a host has an age or a frailty, or is bad, a source
    follows it through the cluster.

    Domains are drawn for all there are on the clock of the hosts of the job, wherever these are at
    present: who takes the fault asks whether the domain is at risk. Those in which the job begins
    and the others have sources of their own, so that more spares add faults and move none.

    Parameters
    ----------
    ages
        Ages of the hosts at the start in seconds, one for all or shape (hosts,).
    frailty
        How hosts differ, or None if they are alike.

    Attributes
    ----------
    idle
        Hazard of hosts that do not work, as a fraction of the full one.
    on_calendar
        Whether any class strikes on the calendar.
    follows_spares
        Whether idle spares are at risk of anything at present.
    relapse
        The bad hosts.
    tells_hosts_apart
        Whether hosts have ages or differ otherwise, beside being bad or not.
    alarms
        Classes that strike only while the job trains: whoever lets it train tells them.
    """

    __slots__ = ("_calendar", "_classes", "_draws", "_following", "_further", "_hosts", "_in_job",
                 "_in_spares", "_job", "_of_hosts", "_parameters", "_per_host", "_read_at",
                 "_sources", "_spare_sources", "_spares", "_weather", "alarms", "follows_spares",
                 "idle", "on_calendar", "relapse", "tells_hosts_apart")  # fmt: skip

    def __init__(
        self,
        parameters: Parameters,
        draws: Draws,
        ages: float | Uniforms = 0.0,
        frailty: Frailty | None = None,
    ):
        self._hosts, self._job, self._spares = RiskClock(), RiskClock(), RiskClock()
        self._calendar = calendar = Calendar()
        self._in_job = Clocks(self._hosts, calendar.hosts)
        self._in_spares = Clocks(self._spares, calendar.spares)
        self.on_calendar = any(fault.on_calendar for fault in parameters.faults.values())
        self.follows_spares = False
        self._read_at = 0.0  # when the clock of the spares was read last
        self._draws = draws
        self.idle = 0.0
        self._parameters = parameters
        self._weather = Weather(parameters.faults, draws)
        self._classes = self._weather.over(parameters.faults)
        self.relapse = RelapseSource(parameters.repair.bad_host_mtbf, draws)
        members = parameters.cluster.hosts
        hosts = members + parameters.cluster.spares
        ages_on: dict[bool, Ages] = {}
        together: list[Source] = []
        alarms: list[AlarmSource] = []
        per_host: list[PerHostSource] = []
        self._of_hosts: list[str] = []  # classes drawn for all hosts alike
        self._further: list[tuple[PoissonSource, int]] = []  # domains of so many hosts
        for name, fault in self._classes.items():
            on_calendar, clock = fault.on_calendar, self._clock_of(fault)
            if fault.log is not None:
                together.append(ReplaySource(fault, fault.log, hosts, calendar.job, draws))
            elif fault.effect.after_grace:
                alarms.append(AlarmSource(fault, clock, draws.stream(FAULT, name)))
            elif not fault.scope.hosts and fault.law is not None:
                together.append(RenewalSource(fault, clock, draws.stream(FAULT, name)))
            elif fault.scope.is_domain:
                together += self._of_domains(fault, parameters.cluster.slots, clock)
            elif not fault.scope.hosts or (frailty is None and fault.law is None):
                units = members if fault.scope.hosts else 1
                together.append(
                    PoissonSource(fault, units, clock, draws.stream(FAULT, name), "job")
                )
                self._of_hosts += [name] if fault.scope.hosts else []
            else:
                if on_calendar not in ages_on:
                    ages_on[on_calendar] = Ages(ages, members, hosts, clock, on_calendar)
                per_host.append(
                    PerHostSource(fault, members, clock, ages_on[on_calendar], frailty, draws)
                )
        self._sources: tuple[Source, ...] = (*together, *per_host, *alarms, self.relapse)
        self.alarms = tuple(alarms)
        self._spare_sources: dict[str, PoissonSource] = {}
        self.tells_hosts_apart = bool(per_host)
        self._per_host = tuple(per_host)
        self._following: FollowsHosts = self.relapse
        if per_host:
            self._following = Together((*ages_on.values(), *per_host, self.relapse))

    def _clock_of(self, fault: FaultParameters) -> RiskClock:
        """Clock of what a class strikes: hosts of the job, or the job itself.

        On the calendar, an outage of all hosts strikes also while they are away.
        """
        if fault.on_calendar and fault.takes_all:
            return self._calendar.job
        return self._in_job[fault.on_calendar] if fault.scope.hosts else self._job

    def _of_domains(
        self, fault: FaultParameters, slots: Slots, clock: RiskClock
    ) -> Iterator[PoissonSource]:
        """Sources of the domains in which the job begins, and of the others."""
        first, size = slots.units_of_job(fault.scope.hosts), fault.scope.hosts
        begun = self._draws.stream(FAULT, fault.name)
        yield PoissonSource(fault, first, clock, begun, "domains")
        others = self._draws.stream(FAULT_OF_SPARE_UNIT, fault.name)
        further = PoissonSource(fault, slots.units(size) - first, clock, others, "domains", first)
        self._further.append((further, size))
        yield further

    def own(self, slots: int) -> None:
        """Let so many slots of hosts stand in domains, the greatest number there was so far."""
        for further, size in self._further:
            further.resize(-(-slots // size) - further.first)

    # --- the job and its hosts -------------------------------------------------------------------

    def wait(self, working: bool, risk: float) -> float:
        """Seconds until the next fault of the job or its hosts.

        Parameters
        ----------
        working
            Whether the job works, and so is at risk itself.
        risk
            Hazard of its hosts, as a fraction of the full one.
        """
        hosts, job = self._hosts, self._job
        # Asked in every phase, so that it asks the clocks without a call.
        of_hosts: float = hosts.queue[0][0] - hosts.now
        if working:
            of_job: float = job.queue[0][0] - job.now
            wait = of_hosts if of_hosts < of_job else of_job
        else:
            wait = of_hosts / risk if risk else INFINITY
        return min(wait, self._calendar.wait()) if self.on_calendar else wait

    def advance(self, seconds: float, working: bool, risk: float) -> None:
        """Let time pass for the job and its hosts."""
        if working:
            self._hosts.now += seconds
            self._job.now += seconds
        elif risk:
            self._hosts.now += seconds * risk
        if self.on_calendar:
            self._calendar.advance(seconds)

    def strike(self, working: bool) -> FaultEvent | None:
        """Take the fault of the job or its hosts that comes now; None if none does after all."""
        if self.on_calendar and self._calendar.wait() <= self.wait(working, self.idle):
            return self._calendar.strike()
        hosts, job = self._hosts, self._job
        if working and job.queue[0][0] - job.now < hosts.queue[0][0] - hosts.now:
            return job.strike()
        return hosts.strike()

    def enter_job(self, host: int) -> None:
        """Put a host at risk in the job."""
        self._following.enter(host, self._in_job)

    def leave_job(self, host: int) -> None:
        """Take a host of the job from risk."""
        self._following.leave(host)

    # --- idle spares -----------------------------------------------------------------------------

    def spares_wait(self, time: float) -> float:
        """Seconds until the next fault of an idle spare, at a moment in seconds."""
        self._read_spares(time)
        wait = self._spares.wait() / self.idle if self.idle else INFINITY
        return min(wait, self._calendar.spares_wait()) if self.on_calendar else wait

    def spares_strike(self, time: float) -> FaultEvent | None:
        """Take the fault of an idle spare that comes at this moment."""
        calendar = self._calendar
        wait = self.spares_wait(time)
        if self.on_calendar and calendar.spares_wait() <= wait:
            return calendar.spares.strike()
        event = self._spares.strike()
        self._read_at = time
        return event

    def enter_spares(self, host: int, idle: int, time: float) -> None:
        """Put a host at risk among the spares, which are `idle` in number with it."""
        self._read_spares(time)
        self._following.enter(host, self._in_spares)
        self._count_spares(idle)

    def leave_spares(self, host: int, idle: int, time: float) -> None:
        """Take a host from risk among the spares, which are `idle` in number without it."""
        self._read_spares(time)
        self._following.leave(host)
        self._count_spares(idle)

    def set_aside(self, host: int, time: float) -> None:
        """Put a host of the job that works no longer at the risk of spares.

        Memoryless faults of hosts go by places: whoever takes one asks whether its host works.
        """
        self._read_spares(time)
        self._following.leave(host)
        if self.follows_spares:
            self._following.enter(host, self._in_spares)

    def take_in(self, host: int, time: float) -> None:
        """Put a host that stood aside at risk in the job again."""
        self._read_spares(time)
        if self.follows_spares:
            self._following.leave(host)
        self._following.enter(host, self._in_job)

    def set_idle_hazard(
        self,
        fraction: float,
        idle: Iterable[int],
        time: float,
        standing: bool = True,
        aside: Iterable[int] = (),
    ) -> None:
        """Let hosts that do not work be at risk at another fraction of the full hazard.

        On the calendar they are at their full hazard if they are `standing`. Hosts of the job that
        stand `aside` are at that risk, too.
        """
        if fraction == self.idle and standing == self._calendar.standing:
            return
        self._read_spares(time)
        self.idle, self._calendar.standing = fraction, standing
        before, self.follows_spares = self.follows_spares, self._risks_spares()
        spares = list(idle)
        for host in (*spares, *aside) if before != self.follows_spares else ():
            if self.follows_spares:
                self._following.enter(host, self._in_spares)
            else:
                self._following.leave(host)
        if self.follows_spares:
            self._count_spares(len(spares))

    def _risks_spares(self) -> bool:
        return bool(self.idle) or (self.on_calendar and self._calendar.standing)

    # --- what changes ----------------------------------------------------------------------------

    def renew(self, host: int) -> None:
        """Make a host that is not at risk new and good."""
        self._following.renew(host)

    def add_bad(self, host: int, fault: FaultParameters, in_job: bool, aside: bool = False) -> None:
        """Take note that a host's fault is still there; its class may have changed since."""
        self.relapse.add(host, self._classes[fault.name])
        if aside and self.follows_spares:
            self.relapse.enter(host, self._in_spares)
        elif in_job and not aside:
            self.relapse.enter(host, self._in_job)

    def change(self, parameters: Parameters, time: float) -> None:
        """Go on under other parameters."""
        self._read_spares(time)
        self._parameters = parameters
        self._change()

    def turn(self, weather: WeatherParameters, span: int, time: float) -> None:
        """Begin another span of a weather."""
        self._read_spares(time)
        self._weather.turn(weather, span)
        self._change()

    def _change(self) -> None:
        self._classes = self._weather.over(self._parameters.faults)
        parameters = self._parameters
        if self._classes is not parameters.faults:
            parameters = replace(parameters, faults=self._classes)
        for source in (*self._sources, *self._spare_sources.values()):
            source.change(parameters)

    def stop(self) -> None:
        """Let nothing strike any more."""
        for clock in (self._hosts, self._job, self._spares, self._calendar):
            clock.stop()
        for source in self._per_host:
            source.stop()

    def _count_spares(self, idle: int) -> None:
        """Let so many idle spares be at risk of memoryless faults."""
        for name in self._of_hosts:
            source = self._spare_sources.get(name)
            if source is not None:
                source.resize(idle)
                continue
            fault, stream = self._classes[name], self._draws.stream(FAULT_OF_SPARE, name)
            clock = self._in_spares[fault.on_calendar]
            self._spare_sources[name] = PoissonSource(fault, idle, clock, stream, "idle")

    def _read_spares(self, time: float) -> None:
        self._spares.now += (time - self._read_at) * self.idle
        self._calendar.advance_spares(time - self._read_at)
        self._read_at = time
