"""Everything that can strike, and the clocks it is counted on.

Hosts of the job share one clock of time at risk, the job itself has another, and idle spares a
third. While the job works the first two run with time; otherwise hosts run at `idle_hazard` and
the job not at all. Spares always run at `idle_hazard`.
"""

from __future__ import annotations

from collections.abc import Iterable

from simtrain.distributions import Ageing, Exponential
from simtrain.engine.bad_hosts import BadHosts
from simtrain.engine.draws import Draws, Uniforms
from simtrain.engine.exposure import INFINITY, Exposure, Strike
from simtrain.engine.factors import Factors
from simtrain.engine.fields import FAULT_WIDTH
from simtrain.engine.lanes import Ages, Lane
from simtrain.engine.pool import Pool
from simtrain.engine.rules import FaultRules, Rules


class Hazard:
    """All sources of faults of a trial.

    Parameters
    ----------
    ages
        Initial ages of the hosts in seconds, one for all or shape (hosts,).
    factors
        How hosts differ, or None if they are alike.

    Attributes
    ----------
    idle
        Hazard of hosts that do not work, as a fraction of the full one.
    bad
        The bad hosts.
    """

    __slots__ = ("_ages", "_draws", "_factors", "_faults", "_hosts", "_job", "_lanes", "_pools",
                 "_spare_pools", "_spares", "_spares_read", "bad",
                 "idle")  # fmt: skip

    def __init__(self, rules: Rules, draws: Draws, ages: float | Uniforms, factors: Factors | None):
        self._hosts, self._job, self._spares = Exposure(), Exposure(), Exposure()
        self._draws = draws
        self._factors = factors
        members = rules.cluster.hosts
        self._ages = Ages(ages, members, members + rules.cluster.spares, self._hosts)
        self._pools: dict[str, Pool] = {}
        self._spare_pools: dict[str, Pool] = {}
        self._lanes: dict[str, Lane] = {}
        self._spares_read = 0.0
        self.idle = 0.0
        self._faults = {fault.name: fault for fault in rules.faults}
        self.bad = BadHosts(rules.repair.bad_host_mtbf, draws)
        for fault in rules.faults:
            stream = draws.stream(f"fault: {fault.name}", FAULT_WIDTH)
            if fault.of_job:
                self._pools[fault.name] = Pool(fault, 1, self._job, stream, "job")
            elif factors is None and fault.law is None:
                self._pools[fault.name] = Pool(fault, members, self._hosts, stream, "place")
            else:
                self._lanes[fault.name] = Lane(
                    fault, _law(fault), members, self._hosts, self._ages, factors, draws
                )

    def wait(self, working: bool) -> float:
        """Seconds until the next strike on the job or its hosts."""
        hosts, job = self._hosts, self._job
        # Statistic in every phase, so that it asks the clocks without a call.
        of_hosts: float = hosts.queue[0][0] - hosts.now
        if not working:
            return of_hosts / self.idle if self.idle else INFINITY
        of_job: float = job.queue[0][0] - job.now
        return of_hosts if of_hosts < of_job else of_job

    def advance(self, seconds: float, working: bool) -> None:
        """Let time pass for the job and its hosts."""
        if working:
            self._hosts.now += seconds
            self._job.now += seconds
        elif self.idle:
            self._hosts.now += seconds * self.idle

    def strike(self, working: bool) -> Strike | None:
        """Take what strikes now; None if nothing does after all."""
        hosts, job = self._hosts, self._job
        if working and job.queue[0][0] - job.now < hosts.queue[0][0] - hosts.now:
            return job.strike()
        return hosts.strike()

    def spares_wait(self, time: float) -> float:
        """Seconds until the next strike on an idle spare, at a moment in seconds."""
        self._read_spares(time)
        return self._spares.wait() / self.idle if self.idle else INFINITY

    def spares_strike(self, time: float) -> Strike | None:
        """Take what strikes an idle spare at this moment."""
        strike = self._spares.strike()
        self._spares_read = time
        return strike

    def enter_job(self, host: int) -> None:
        """Put a host at risk in the job."""
        if self._lanes:
            self._enter(host, self._hosts)
        if host in self.bad.faults:
            self.bad.enter(host, self._hosts)

    def leave_job(self, host: int) -> None:
        """Take a host of the job from risk."""
        if self._lanes:
            self._leave(host)
        if host in self.bad.faults:
            self.bad.leave(host)

    def enter_spares(self, host: int, idle: int, time: float) -> None:
        """Put a host at risk among the spares, which are `idle` in number with it."""
        self._read_spares(time)
        self._enter(host, self._spares)
        self.bad.enter(host, self._spares)
        self._count_spares(idle)

    def leave_spares(self, host: int, idle: int, time: float) -> None:
        """Take a host from risk among the spares, which are `idle` in number without it."""
        self._read_spares(time)
        self._leave(host)
        self.bad.leave(host)
        self._count_spares(idle)

    def renew(self, host: int) -> None:
        """Make a host that is not at risk new and good."""
        if host in self.bad.faults:
            self.bad.cure(host)
        if self._lanes:
            self._ages.renew(host)
            for lane in self._lanes.values():
                lane.renew(host)

    def add_bad(self, host: int, fault: FaultRules, in_job: bool) -> None:
        """Take note that a host's fault is still there; its class may have changed since."""
        self.bad.add(host, self._faults[fault.name])
        if in_job:
            self.bad.enter(host, self._hosts)

    def retime(self, rules: Rules, time: float) -> None:
        """Go on under other rules."""
        self._read_spares(time)
        members = rules.cluster.hosts
        for fault in rules.faults:
            if fault.name in self._pools:
                self._pools[fault.name].retime(fault, 1 if fault.of_job else members)
                if fault.name in self._spare_pools:
                    spares = self._spare_pools[fault.name]
                    spares.retime(fault, spares.count)
            else:
                self._lanes[fault.name].retime(fault, _law(fault))
        self._faults = {fault.name: fault for fault in rules.faults}
        self.bad.retime(rules.repair.bad_host_mtbf, self._faults)

    def set_idle_hazard(
        self, fraction: float, rules: Rules, idle: Iterable[int], time: float
    ) -> None:
        """Let hosts that do not work be at risk at another fraction of the full hazard."""
        self._read_spares(time)
        before, self.idle = self.idle, fraction
        spares = list(idle)
        if fraction == before:
            return
        for host in spares:
            if self.idle and not before:
                self._enter(host, self._spares)
                self.bad.enter(host, self._spares)
            elif before and not self.idle:
                self._leave(host)
                self.bad.leave(host)
        for fault in rules.faults:
            if self.idle and fault.name in self._pools and not fault.of_job:
                self._retime_spares(fault, len(spares))

    def _retime_spares(self, fault: FaultRules, idle: int) -> None:
        if fault.name in self._spare_pools:
            self._spare_pools[fault.name].retime(fault, idle)
        else:
            stream = self._draws.stream(f"fault of a spare: {fault.name}", FAULT_WIDTH)
            pool = Pool(fault, idle, self._spares, stream, "idle")
            self._spare_pools[fault.name] = pool

    def _enter(self, host: int, exposure: Exposure) -> None:
        self._ages.enter(host, exposure)
        for lane in self._lanes.values():
            lane.enter(host, exposure)

    def _leave(self, host: int) -> None:
        for lane in self._lanes.values():
            lane.leave(host)
        self._ages.leave(host)

    def _count_spares(self, idle: int) -> None:
        for pool in self._spare_pools.values():
            pool.retime(pool.fault, idle)

    def _read_spares(self, time: float) -> None:
        self._spares.now += (time - self._spares_read) * self.idle
        self._spares_read = time


def _law(fault: FaultRules) -> Ageing | None:
    """Law of one host's time to failure."""
    if fault.law is not None:
        return fault.law
    return Exponential(1 / fault.rate) if fault.rate > 0 else None
