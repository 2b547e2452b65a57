"""A second simulator, written from the description alone: slow, plain and without cleverness.

It shares no code with the engine and none of its ideas: it steps from one small event to the next,
keeps a list of files for the checkpoints, a clock for every host, and uses the `random` module.
All times are in hours.
"""

from __future__ import annotations

import math
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import heappop, heappush
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Time = float | tuple[str, float] | tuple[str, float, float]
"""A constant; ("exponential", mean), ("gamma", shape, mean), ("lognormal", mean, cv)."""

NEVER = math.inf
TINY = 1e-9
TAINT = ("diverge", "corrupt")


@dataclass(frozen=True)
class Fault:
    """A class of faults of hosts, of racks as a whole, or of the job."""

    name: str
    mtbf: float
    shape: float | None = None  # of a Weibull law; otherwise exponential
    of_job: bool = False
    of_rack: bool = False
    effect: str = "crash"
    automatic: float = 0.0
    automatic_success: float = 1.0
    needs_repair: float = 1.0
    ends_write: bool = True
    margin: float = 0.0
    speed: tuple[float, float] = (1.0, 1.0)  # of a slow host: uniform between two
    lasts: Time = NEVER
    known_after: float | None = None  # if not as its effect
    first_restart: Time | None = None
    first_works: float = 1.0
    grace: float | None = None  # of a false alarm
    cv: float = 0.0  # of the weather, for a class of the job

    def hazard(self, age: float) -> float:
        """Accumulated hazard of a host."""
        if self.shape is None:
            return age / self.mtbf
        return (age / self.scale) ** self.shape

    def age_of(self, hazard: float) -> float:
        """Age at which so much hazard has accumulated."""
        if self.shape is None:
            return hazard * self.mtbf
        return self.scale * hazard ** (1 / self.shape)

    @property
    def scale(self) -> float:
        """Scale of the Weibull law with this mean."""
        assert self.shape is not None
        return self.mtbf / math.gamma(1 + 1 / self.shape)


@dataclass(frozen=True)
class Check:
    """A check after so much training, that finds some effects with a chance."""

    every: float
    duration: float
    finds: tuple[str, ...] = ()
    chance: float = 1.0
    to_last: bool = False  # back to the last one that found nothing, not to the onset


@dataclass(frozen=True)
class Stop:
    """A planned stop, or an incident that takes some hosts or all; some return unfit."""

    at: float
    duration: float
    kind: str = "maintenance"
    hosts: int = 0
    everything: bool = False
    unfit: int = 0


@dataclass(frozen=True)
class Tier:
    """A place where copies are kept: each n-th save goes there."""

    stall: float = 0.0
    lag: float = 0.0
    load: Time = 0.0
    every: int = 1
    survives: str = "cluster"  # or one "rack" or "host", or the end of the "job" only
    save_failure: float = 0.0
    load_failure: float = 0.0
    load_hang: float = 0.0
    load_timeout: float = 0.0
    corrupt: float = 0.0
    keep: int | None = None
    found_after: Time | None = None  # a corrupt copy, if not as it is loaded


@dataclass(frozen=True)
class Setting:
    """Everything about a run."""

    work: float
    hosts: int
    spares: int
    faults: tuple[Fault, ...]
    interval: float
    rack: int = 0  # hosts in one
    in_steps: bool = False  # of an hour of work at full speed, if the interval is in steps
    stall: float = 0.0
    lag: float = 0.0
    slowdown: float = 0.0
    save_failure: float = 0.0
    save_failure_stops: bool = False
    save_hang: float = 0.0
    save_timeout: float = 0.0
    corrupt: float = 0.0
    keep: int | None = None
    found_after: Time | None = None
    load: Time = 0.0
    load_failure: float = 0.0
    load_hang: float = 0.0
    load_timeout: float = 0.0
    restart: Time = 0.0
    restart_failure: float = 0.0
    tries: int = 3
    warm_up: float = 0.0
    warm_up_speed: float = 1.0
    speed: float = 1.0
    detection: tuple[tuple[str, Time], ...] = ()
    response: Time = 0.0
    night: Time | None = None  # from 22 to 8 o'clock
    weekend: Time | None = None
    staffed: bool = False  # nobody acts but from 8 to 18 o'clock on working days
    automatic: Time = 0.0  # diagnosis by machine
    manual: Time = 0.0  # and by hand
    recall: float = 1.0
    precision: float = 1.0
    repair: Time = 0.0
    repair_fails: float = 0.0
    repair_misses: float = 0.0
    repair_cv: float = 0.0
    span: float = NEVER  # of all weathers
    workshop: Time = 0.0
    workshop_misses: float = 0.0
    retire: float = 0.0
    provision: float = 0.0
    burn_in: float = 0.0
    burn_in_catches: float = 0.0
    bad_host_mtbf: float = 6.0
    swap: float = 0.0
    idle_hazard: float = 0.0
    lemons: tuple[float, float] | None = None  # fraction and factor
    stops: tuple[Stop, ...] = ()
    checks: tuple[Check, ...] = ()
    change: tuple[float, dict[str, float]] | None = None  # when, and new mtbf by class
    several: tuple[Tier, ...] = ()  # in place of the one tier of the keys above

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """Tiers, the fastest first."""
        one = Tier(
            self.stall, self.lag, self.load, 1, "cluster", self.save_failure, self.load_failure,
            self.load_hang, self.load_timeout, self.corrupt, self.keep, self.found_after,
        )  # fmt: skip
        return self.several or (one,)


@dataclass
class Host:
    """A host with its own clock of time at risk, stopped where it is not at risk."""

    factor: float
    slot: int
    age: float = 0.0
    fails_at: dict[str, float] = field(default_factory=dict)  # age, by class
    bad: Fault | None = None
    bad_left: float = NEVER  # time at risk until it fails again

    def next_failure(self) -> tuple[float, str]:
        """Time at risk until the next failure, and its class; "" if it is that of a bad host."""
        left, name = self.bad_left, ""
        for other, at in self.fails_at.items():
            if at - self.age < left:
                left, name = at - self.age, other
        return left, name


@dataclass(eq=False)
class Taint:
    """Work from an onset on is of no use; noticed after so much more training."""

    fault: Fault
    host: Host | None
    onset: float
    left: float
    noticed: bool = False
    number: int | None = None  # of the save, if it is a corrupt copy
    trusted: float | None = None  # where a check that cannot tell the onset goes back to
    went_on_from: float = NEVER  # work gone back to in vain


@dataclass(eq=False)
class Slowness:
    """A host is slow until it passes; noticed and known are moments."""

    fault: Fault
    host: Host
    speed: float
    passes: float
    noticed: float
    needs_repair: bool
    known: float = NEVER


@dataclass
class File:
    """A checkpoint in a tier, and what became of the hosts that hold it."""

    work: float
    durable: float
    corrupt: bool
    tier: int
    number: int
    hosts: list[Host]
    left: list[Host] = field(default_factory=list)
    struck: bool = False
    all_left: bool = False

    def lose(self, host: Host, leaves: bool) -> None:
        """Lose a host, if it holds a part, or what it has in memory."""
        if not any(host is other for other in self.hosts):
            return
        self.struck = True
        if leaves and not any(host is other for other in self.left):
            self.left.append(host)


class Outage(Exception):  # noqa: N818 - what ends training is no error of the program
    """A fault that strikes, or a stop that is asked for, while the job works."""

    def __init__(
        self,
        fault: Fault | None = None,
        hosts: list[Host] | None = None,
        stop: Stop | None = None,
        stall_left: float | None = None,
        swap: bool = False,
    ):
        super().__init__()
        self.swap = swap
        self.fault, self.hosts, self.stop, self.stall_left = fault, hosts or [], stop, stall_left
        self.needs_repair = False
        self.first_try = True


class Altered(Exception):  # noqa: N818
    """Training goes on, but otherwise than before."""


class Twin:
    """One trial."""

    def __init__(self, setting: Setting, random: Random):
        self.set = setting
        self.random = random
        self.faults = {fault.name: fault for fault in setting.faults}
        self.now = self.work = 0.0
        self.spent: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        all_of_them = [self.new_host(slot) for slot in range(setting.hosts + setting.spares)]
        self.in_job, self.idle = all_of_them[: setting.hosts], all_of_them[setting.hosts :]
        self.shop: list[tuple[float, int, Host | None, str]] = []  # when who comes back
        self.tickets = 0
        self.job_left = {f.name: random.expovariate(1 / f.mtbf) for f in setting.faults if f.of_job}
        racks = -(-len(all_of_them) // setting.rack) if setting.rack else 0
        self.rack_left = {
            (fault.name, rack): random.expovariate(1 / fault.mtbf)
            for fault in setting.faults
            if fault.of_rack
            for rack in range(racks)
        }
        self.dated: list[tuple[float, Stop | None]] = sorted(
            ((stop.at, stop) for stop in setting.stops), key=lambda item: item[0]
        )
        if setting.change is not None:
            self.dated.append((setting.change[0], None))
            self.dated.sort(key=lambda item: item[0])
        self.holds: list[tuple[float, str]] = []
        self.all_out = 0  # incidents that have taken everything
        self.incidents: list[float] = []
        self.shelf: list[File] = []
        self.writing: list[File] = []
        self.number = 0  # of the last save
        self.file: File | None = None  # to be loaded; the initial state if there is none
        self.writing_until = 0.0
        self.since_save = 0.0
        self.warm_until = 0.0
        self.to_warm_up = 0.0
        self.suspects: list[tuple[Host, Fault, object]] = []  # found together, by what they share
        self.taints: list[Taint] = []
        self.slow: list[Slowness] = []
        self.since_check = [0.0] * len(setting.checks)
        self.passed: list[list[float]] = [[] for _ in setting.checks]
        self.person_acted = self.fault_since = False
        self.trained_for: float | None = None  # since training resumed; saves count
        self.weathers: dict[tuple[str, int], float] = {}

    def run(self) -> dict[str, float]:
        """Live to the end of the work."""
        self.counts["launches"] += 1
        outage: Outage | None = None
        while True:
            try:
                if outage is not None:
                    self.recover(outage)
                self.train()
                break
            except Outage as new:
                outage = new
        return {"wall_clock": self.now, **self.spent, **self.counts}

    # --- weather and alarms ---------------------------------------------------------------------

    def repair_factor(self, time: float) -> float:
        """How much longer a stage of repair takes that begins at a time."""
        if not self.set.repair_cv:
            return 1.0
        sigma = math.sqrt(math.log1p(self.set.repair_cv**2))
        draw = self.random.lognormvariate
        return self.weather("repair", time, lambda: draw(-(sigma**2) / 2, sigma))

    def fault_factor(self, name: str) -> float:
        """Factor on the hazard of a class of the job at present."""
        cv = self.faults[name].cv
        if not cv:
            return 1.0
        draw = self.random.gammavariate
        return self.weather(name, self.now, lambda: draw(cv**-2, cv**2))

    def weather(self, name: str, time: float, draw: Callable[[], float]) -> float:
        key = name, int((time + TINY) / self.set.span)
        if key not in self.weathers:
            self.weathers[key] = draw()
        return self.weathers[key]

    def until_turn(self) -> float:
        """Time until another span begins."""
        span = self.set.span
        return NEVER if span == NEVER else (int((self.now + TINY) / span) + 1) * span - self.now

    def until_strike(self, name: str) -> float:
        """Time until a fault of the job if it goes on working like this."""
        grace, wait = self.faults[name].grace, self.job_left[name] / self.fault_factor(name)
        if grace is None:
            return wait
        return NEVER if self.trained_for is None else max(0.0, grace - self.trained_for) + wait

    def age_class(self, name: str, hours: float) -> None:
        """Let a class of the job come nearer to its next fault."""
        grace = self.faults[name].grace
        if grace is not None:
            if self.trained_for is None:
                return
            hours -= min(hours, max(0.0, grace - self.trained_for))
        self.job_left[name] -= hours * self.fault_factor(name)

    # --- hosts ----------------------------------------------------------------------------------

    def new_host(self, slot: int) -> Host:
        factor = 1.0
        if self.set.lemons is not None and self.random.random() < self.set.lemons[0]:
            factor = self.set.lemons[1]
        host = Host(factor, slot)
        self.renew(host)
        return host

    def renew(self, host: Host) -> None:
        host.age, host.bad, host.bad_left = 0.0, None, NEVER
        for name, fault in self.faults.items():
            if not fault.of_job and not fault.of_rack:
                self.draw_life(host, name)

    def draw_life(self, host: Host, name: str) -> None:
        """Draw the age of the next failure of a host that has reached its present age."""
        fault = self.faults[name]
        hazard_left = self.random.expovariate(1.0) / host.factor
        host.fails_at[name] = fault.age_of(fault.hazard(host.age) + hazard_left)

    def make_bad(self, host: Host, fault: Fault) -> None:
        if host.bad is None:
            host.bad = fault
            host.bad_left = self.random.expovariate(1 / self.set.bad_host_mtbf)

    def grow_older(self, hosts: list[Host], hours: float) -> None:
        for host in hosts:
            host.age += hours
            host.bad_left -= hours

    def strike(self, host: Host, name: str) -> Fault:
        """Let a host fail, and begin its next life at the same age."""
        if name:
            self.draw_life(host, name)
            return self.faults[name]
        assert host.bad is not None
        host.bad_left = self.random.expovariate(1 / self.set.bad_host_mtbf)
        return self.faults[host.bad.name]

    def to_shop(self, host: Host, fault: Fault | None, after: float = 0.0) -> None:
        """Send a host to repair; a bad one fails from `fault` again if it stays bad."""
        chance = self.random.random
        self.slow = [one for one in self.slow if one.host is not host]
        time = self.now + after
        time += self.draw(self.set.repair) * self.repair_factor(time)
        label = "returned"
        if fault is not None:
            outcome = chance()
            fixed = outcome >= self.set.repair_fails + self.set.repair_misses
            if outcome < self.set.repair_fails:
                time += self.draw(self.set.workshop) * self.repair_factor(time)
                if chance() < self.set.retire:
                    self.retire(time, host)
                    return
                fixed = chance() >= self.set.workshop_misses
            time += self.set.burn_in
            if fixed:
                self.renew(host)
            elif chance() < self.set.burn_in_catches:
                self.to_shop(host, fault, after=time - self.now)
                return
            else:
                self.make_bad(host, fault)
                label = "returned_bad"
        else:
            time += self.set.burn_in
        self.come_back(time, host, label)

    def retire(self, time: float, host: Host) -> None:
        """Let a new host come for one that is found to be beyond repair."""
        self.come_back(time, None, "retired")
        self.come_back(time + self.set.provision, self.new_host(host.slot), "provided")

    def come_back(self, time: float, host: Host | None, label: str = "returned") -> None:
        self.tickets += 1
        heappush(self.shop, (time, self.tickets, host, label))

    def cordon(self, host: Host, fault: Fault | None) -> None:
        self.counts["cordons"] += 1
        self.in_job.remove(host)
        self.lose(host, leaves=True)
        self.to_shop(host, fault)

    def draw(self, time: Time) -> float:
        if not isinstance(time, tuple):
            return time
        if time[0] == "exponential":
            return self.random.expovariate(1 / time[1])
        first, second = time[1:]  # type: ignore[misc]
        if time[0] == "gamma":
            return self.random.gammavariate(first, second / first)
        sigma = math.sqrt(math.log1p(second**2))
        return self.random.lognormvariate(math.log(first) - sigma**2 / 2, sigma)

    # --- time -----------------------------------------------------------------------------------

    def spend(
        self,
        category: str,
        hours: float,
        working: bool,
        speed: float = 0.0,
        until_host_comes: bool = False,
    ) -> None:
        """Let time pass; raise what ends it before its time."""
        until = self.now + hours
        while True:
            idle_hazard = 0.0 if self.all_out else self.set.idle_hazard
            at_risk = working and category != "paused"  # in a check as idle hosts
            rate = 1.0 if at_risk else idle_hazard
            wait, what, struck, name = until - self.now, "over", None, ""
            rack = "", 0
            if self.shop and self.shop[0][0] - self.now <= wait:
                wait, what = max(0.0, self.shop[0][0] - self.now), "return"
            if self.dated and self.dated[0][0] - self.now < wait:
                wait, what = self.dated[0][0] - self.now, "dated"
            if (until_slow := self.about_slow_hosts() - self.now) < wait:
                wait, what = max(0.0, until_slow), "slow"
            if rate:
                for host in self.in_job:
                    left, which = host.next_failure()
                    if left / rate < wait:
                        wait, what, struck, name = left / rate, "host", host, which
            if at_risk:
                for job_class in self.job_left:
                    left = self.until_strike(job_class)
                    if left < wait:
                        wait, what, struck, name = left, "job", None, job_class
            if idle_hazard:
                for host in self.idle:
                    left, which = host.next_failure()
                    if left / idle_hazard < wait:
                        wait, what, struck = left / idle_hazard, "spare", host
                        name = which
            for key, hours_left in self.rack_left.items():
                of_rack = self.risk_of_rack(key[1], at_risk, idle_hazard)
                if of_rack and hours_left / of_rack < wait:
                    wait, what, rack = hours_left / of_rack, "rack", key
            if (until_turn := self.until_turn()) < wait:
                wait, what = until_turn, "turn"
            self.pass_time(category, wait, rate, at_risk, speed)
            if what == "turn":
                continue
            if what == "over":
                return
            if what == "return":
                self.open_shop()
                if category == "train" and self.to_swap() is not None:
                    raise Altered
            elif what == "slow":
                self.watch_slow_hosts()
                if category == "train":
                    raise Altered
            elif what == "dated":
                self.on_date(category, working, until)
            elif what == "rack":
                self.on_fault_of_rack(category, working, *rack)
            elif what == "spare":
                assert struck is not None
                self.lose_spare(struck, name)
            else:
                self.on_fault(category, working, struck, name)
            if until_host_comes and (self.idle or what == "dated"):
                return

    def open_shop(self) -> None:
        """Let the next host come out of the shop, or be found to be beyond repair."""
        _, _, host, label = heappop(self.shop)
        self.counts[label] += 1
        if host is not None:
            self.idle.append(host)

    def pass_time(
        self, category: str, hours: float, rate: float, at_risk: bool, speed: float
    ) -> None:
        if at_risk:
            for name in self.job_left:
                self.age_class(name, hours)
            if self.trained_for is not None:
                self.trained_for += hours
        idle_hazard = 0.0 if self.all_out else self.set.idle_hazard
        for key in self.rack_left:
            self.rack_left[key] -= hours * self.risk_of_rack(key[1], at_risk, idle_hazard)
        self.now += hours
        if category == "train":
            self.work += speed * hours
            self.spent["degraded"] += (1 - speed) * hours
            self.since_save += speed * hours if self.set.in_steps else hours
            for taint in self.taints:
                taint.left -= hours
            self.since_check = [since + hours for since in self.since_check]
        else:
            self.spent[category] += hours
        if rate:
            self.grow_older(self.in_job, hours * rate)
        if idle_hazard:
            self.grow_older(self.idle, hours * idle_hazard)

    def on_fault(self, category: str, working: bool, host: Host | None, name: str) -> None:
        self.counts["faults"] += 1
        if host is None:
            fault = self.faults[name]
            self.job_left[name] = self.random.expovariate(1 / fault.mtbf)
        else:
            fault = self.strike(host, name)
            self.lose(host, leaves=False)
        needs_repair = host is not None and self.random.random() < fault.needs_repair
        latent = fault.effect == "slow" or (fault.effect in TAINT and working)
        if latent:
            if fault.effect == "slow":
                assert host is not None
                self.slow_down(fault, host, needs_repair)
            elif fault.effect != "diverge" or not any(
                taint.fault.effect == "diverge" for taint in self.taints
            ):
                self.taints.append(Taint(fault, host, self.work, self.latency(fault)))
                if needs_repair and host is not None:
                    self.make_bad(host, fault)
            if category == "train":
                raise Altered
            return
        if not working:
            if needs_repair and host is not None:
                if category in ("host_wait", "maintenance", "paused"):
                    self.cordon(host, fault)
                else:
                    self.suspect(host, fault, host)
            return
        outage = Outage(fault, [] if host is None else [host])
        outage.needs_repair = needs_repair
        raise outage

    # --- racks ----------------------------------------------------------------------------------

    def in_rack(self, hosts: list[Host], rack: int) -> list[Host]:
        size = self.set.rack
        return [host for host in hosts if host.slot // size == rack]

    def risk_of_rack(self, rack: int, at_risk: bool, idle_hazard: float) -> float:
        """How fast the hazard of a rack is used up: it counts as a host of the working job does."""
        if at_risk and self.in_rack(self.in_job, rack):
            return 1.0
        return idle_hazard if self.in_rack(self.in_job + self.idle, rack) else 0.0

    def on_fault_of_rack(self, category: str, working: bool, name: str, rack: int) -> None:
        """All hosts that stand in a rack are struck; all of them need repair, or none."""
        fault = self.faults[name]
        self.rack_left[name, rack] = self.random.expovariate(1 / fault.mtbf)
        needs_repair = self.random.random() < fault.needs_repair
        of_job, idle = self.in_rack(self.in_job, rack), self.in_rack(self.idle, rack)
        if of_job:
            self.counts["faults"] += 1
        elif needs_repair:
            self.counts["spare_faults"] += 1
        for host in idle if needs_repair else []:
            self.counts["cordons"] += 1
            self.idle.remove(host)
            self.to_shop(host, fault)
        for host in of_job:
            self.lose(host, leaves=False)
        if not of_job:
            return
        if working:
            outage = Outage(fault, of_job)
            outage.needs_repair = needs_repair
            raise outage
        together = object()
        for host in of_job if needs_repair else []:
            if category in ("host_wait", "maintenance", "paused"):
                self.cordon(host, fault)
            else:
                self.suspect(host, fault, together)

    def latency(self, fault: Fault) -> float:
        latencies = dict(self.set.detection)
        return self.draw(latencies[fault.effect]) if fault.effect in latencies else NEVER

    # --- slow hosts -----------------------------------------------------------------------------

    def slow_down(self, fault: Fault, host: Host, needs_repair: bool) -> None:
        speed = self.random.uniform(*fault.speed)
        passes = self.now + self.draw(fault.lasts)
        noticed = self.now + self.latency(fault)
        self.slow.append(Slowness(fault, host, speed, passes, noticed, needs_repair))

    def about_slow_hosts(self) -> float:
        """When something next happens about a slow host, whatever the job does."""
        if not self.slow:
            return NEVER
        moments = [
            moment
            for one in self.slow
            for moment in (one.passes, one.noticed, one.known)
            if moment > self.now
        ]
        return min(moments, default=NEVER)

    def watch_slow_hosts(self) -> None:
        """Let slow hosts pass, and be noticed."""
        self.slow = [one for one in self.slow if one.passes > self.now + TINY]
        for one in self.slow:
            if one.noticed <= self.now + TINY:
                self.notice(one)

    def notice(self, one: Slowness) -> None:
        one.noticed = NEVER
        others = [other.known for other in self.slow if other.host is one.host]
        one.known = min(others)
        if one.known < NEVER:
            return  # somebody is at it, or on the way
        chance = self.random.random
        if chance() < one.fault.automatic and chance() < one.fault.automatic_success:
            one.known = self.now
        else:
            self.counts["persons"] += 1
            one.known = self.now + self.time_to_answer()

    def to_swap(self) -> Slowness | None:
        """Find a slow host of the job that is known, and for which a spare stands by."""
        missing = self.set.hosts - len(self.in_job)
        if self.all_out or len(self.idle) <= missing:
            return None
        known = [
            one
            for one in self.slow
            if one.known <= self.now + TINY and any(one.host is host for host in self.in_job)
        ]
        return known[0] if known else None

    def swap_slow_hosts(self) -> None:
        while (one := self.to_swap()) is not None:
            bad = one.needs_repair or one.host.bad is not None
            self.cordon(one.host, one.fault if bad else None)

    def lose_spare(self, host: Host, name: str) -> None:
        fault = self.strike(host, name)
        if self.random.random() < fault.needs_repair:
            self.counts["spare_faults"] += 1
            self.counts["cordons"] += 1
            self.idle.remove(host)
            self.to_shop(host, fault)

    def on_date(self, category: str, working: bool, until: float) -> None:
        _, stop = self.dated.pop(0)
        if stop is None:
            self.change()
            return
        if stop.kind == "over":
            self.have_everything_back(stop)
            return
        if stop.everything:
            self.lose_everything(stop)
        elif stop.kind == "incident":
            self.lose_hosts(stop)
        elif not working:
            self.hold(stop)
        if working:
            left = until - self.now if category == "checkpoint_save" else None
            raise Outage(stop=stop, stall_left=left)

    def hold(self, stop: Stop) -> None:
        category = "paused" if stop.kind == "pause" else "maintenance"
        self.holds.append((self.now + stop.duration, category))

    def lose_everything(self, stop: Stop) -> None:
        """Lose all hosts until the incident is over; they keep their places."""
        until = self.now + stop.duration
        self.incidents.append(until)
        self.all_out += 1
        for file in (*self.shelf, *self.writing):
            file.all_left = True
        self.dated.append((until, Stop(until, 0.0, "over", unfit=stop.unfit)))
        self.dated.sort(key=lambda item: item[0])

    def have_everything_back(self, stop: Stop) -> None:
        self.all_out -= 1
        start = self.random.randrange(self.set.hosts)
        for host in (self.in_job[start:] + self.in_job[:start])[: stop.unfit]:
            self.counts["cordons"] += 1
            self.in_job.remove(host)
            self.lose(host, leaves=True)
            self.mend(host, 0.0)

    def lose_hosts(self, stop: Stop) -> None:
        """Take hosts, those of the job first, until the incident is over."""
        until = self.now + stop.duration
        self.incidents.append(until)
        start = self.random.randrange(self.set.hosts)
        ring = self.in_job[start:] + self.in_job[:start]
        taken = ring[: stop.hosts]
        for host in taken:
            self.in_job.remove(host)
            self.lose(host, leaves=True)
        while len(taken) < stop.hosts and self.idle:
            taken.append(self.idle.pop(0))
        for number, host in enumerate(taken):
            if number < stop.unfit:
                self.counts["cordons"] += 1
                self.mend(host, stop.duration)
            else:
                self.come_back(until, host, "given_back")

    def mend(self, host: Host, after: float) -> None:
        """Keep an unfit host in repair until it is good."""
        time, chance = self.now + after, self.random.random
        while True:
            time += self.draw(self.set.repair)
            outcome = chance()
            fixed = outcome >= self.set.repair_fails + self.set.repair_misses
            if outcome < self.set.repair_fails:
                time += self.draw(self.set.workshop)
                if chance() < self.set.retire:
                    self.retire(time, host)
                    return
                fixed = chance() >= self.set.workshop_misses
            time += self.set.burn_in
            if fixed:
                self.renew(host)
                self.come_back(time, host)
                return

    def change(self) -> None:
        """Spend what is left of all hazard at the new rate."""
        assert self.set.change is not None
        away = [host for _, _, host, _ in self.shop if host is not None]
        for name, mtbf in self.set.change[1].items():
            old = self.faults[name]
            new = replace(old, mtbf=mtbf)
            self.faults[name] = new
            for host in [*self.in_job, *self.idle, *away]:
                left = old.hazard(host.fails_at[name]) - old.hazard(host.age)
                host.fails_at[name] = new.age_of(new.hazard(host.age) + left)

    # --- training -------------------------------------------------------------------------------

    def train(self) -> None:
        """Train, save, and save once more at the end."""
        self.since_save = self.writing_until = self.trained_for = 0.0
        self.warm_until = self.now + self.to_warm_up
        self.passed = [[at for at in some if at <= self.work + TINY] for some in self.passed]
        for taint in self.taints:
            if taint.went_on_from < NEVER:
                taint.went_on_from = min(taint.went_on_from, self.work)
        try:
            while self.work < self.set.work - TINY:
                self.piece()
                if self.since_save >= self.set.interval - TINY and self.work < self.set.work - TINY:
                    self.save()
                for number, check in enumerate(self.set.checks):
                    due = self.since_check[number] >= check.every - TINY
                    if due and self.work < self.set.work - TINY:
                        self.check(number, check)
            wrong = [taint for taint in self.taints if taint.onset < self.work - TINY]
            self.come_to_light(wrong)
            while not self.save(wait=True):
                pass
        except Outage as outage:
            self.end_training(outage)

    def piece(self) -> None:
        """Train until the speed changes, a save or a check is due, or a taint is noticed."""
        self.come_to_light([taint for taint in self.taints if taint.left <= TINY])
        if self.to_swap() is not None:
            raise Outage(swap=True)
        slow = [one.speed for one in self.slow if any(one.host is host for host in self.in_job)]
        speed, limit = self.set.speed * min(slow, default=1.0), NEVER
        if self.now < self.warm_until - TINY:
            speed, limit = speed * self.set.warm_up_speed, self.warm_until - self.now
        if self.now < self.writing_until - TINY:
            speed *= 1 - self.set.slowdown
            limit = min(limit, self.writing_until - self.now)
        to_save = self.set.interval - self.since_save
        limit = min(limit, to_save / speed if self.set.in_steps else to_save)
        limit = min(limit, (self.set.work - self.work) / speed)
        limit = min([limit, *(taint.left for taint in self.taints)])
        for since, check in zip(self.since_check, self.set.checks, strict=True):
            limit = min(limit, max(0.0, check.every - since))
        with suppress(Altered):
            self.spend("train", limit, True, speed)

    def check(self, number: int, check: Check) -> None:
        """Stand still, and look at each host, or at the job, that something is wrong with."""
        self.spend("paused", check.duration, True)
        self.since_check[number] = 0.0
        found: list[Taint] = []
        looked_at: dict[tuple[str, int], bool] = {}
        for one in [*self.taints, *self.slow]:
            unnoticed = not one.noticed if isinstance(one, Taint) else self.is_unnoticed(one)
            if one.fault.effect in check.finds and unnoticed:
                key = one.fault.name, id(one.host)
                if key not in looked_at:
                    looked_at[key] = self.random.random() < check.chance
                if looked_at[key] and isinstance(one, Taint):
                    found.append(one)
                elif looked_at[key]:
                    assert isinstance(one, Slowness)
                    self.notice(one)
        if not found:
            self.passed[number].append(self.work)
        elif check.to_last:
            missed_from = min(taint.went_on_from for taint in found)
            still = [at for at in self.passed[number] if at < missed_from - TINY]
            self.passed[number] = still
            self.come_to_light(found, still[-1] if still else 0.0)
        self.come_to_light(found)

    def is_unnoticed(self, one: Slowness) -> bool:
        return one.known == NEVER and any(one.host is host for host in self.in_job)

    def come_to_light(self, found: list[Taint], trusted: float | None = None) -> None:
        if found:
            for taint in found:
                taint.noticed, taint.trusted = True, trusted
            first = min(found, key=lambda taint: taint.onset)
            raise Outage(first.fault, None if first.host is None else [first.host])

    def save(self, stall_left: float | None = None, wait: bool = False) -> bool:
        """Stand still, and begin to write; whether the copy in the last tier will be good."""
        chance, tiers, number = self.random.random, self.set.tiers, self.number + 1
        if stall_left is None and self.set.save_hang and chance() < self.set.save_hang:
            self.break_save(Fault("hang in a save", NEVER, effect="hang", automatic=1.0,
                                  of_job=True, known_after=self.set.save_timeout))  # fmt: skip
        due = [place for place, tier in enumerate(tiers) if number % tier.every == 0]
        stall = sum(tiers[n].stall for n in due) if stall_left is None else stall_left
        last = len(tiers) - 1
        if wait and last not in due:
            due.append(last)
            stall += tiers[last].stall
        self.spend("checkpoint_save", stall, True)
        self.counts["saves"] += 1
        self.number, self.since_save = number, 0.0
        earlier = [self.writing_until] if self.set.several else []
        self.writing_until = max([self.now + tiers[n].lag for n in due] + earlier, default=0.0)
        good = {n: chance() >= tiers[n].save_failure for n in due}
        for place in due:
            if good[place]:
                corrupt = chance() < tiers[place].corrupt
                durable, hosts = self.now + tiers[place].lag, list(self.in_job)
                self.writing.append(File(self.work, durable, corrupt, place, number, hosts))
        if not all(good.values()) and self.set.save_failure_stops:
            self.break_save(Fault("failed save", NEVER, automatic=1.0, of_job=True))
        if wait:
            self.spend("checkpoint_save", tiers[last].lag, True)
        return good.get(last, False)

    def break_save(self, fault: Fault) -> None:
        self.counts["faults"] += 1
        raise Outage(fault)

    def end_training(self, outage: Outage) -> None:
        if self.is_planned(outage):
            try:
                self.save(outage.stall_left, wait=True)
            except Outage as worse:
                if outage.stop is not None:
                    self.hold(outage.stop)
                outage = worse
        self.trained_for = None
        planned = self.is_planned(outage)
        self.counts["stops" if planned else "interruptions"] += 1
        self.person_acted = self.fault_since = False
        fault = outage.fault
        if fault is None or fault.ends_write:
            known = [
                taint.onset - taint.fault.margin if taint.trusted is None else taint.trusted
                for taint in self.taints
                if taint.noticed
            ]
            self.fall_back(min(known, default=NEVER))
        for taint in self.taints:
            if taint.trusted is not None:  # in vain: the work is tainted still
                taint.noticed, taint.trusted = False, None
                taint.went_on_from = min(taint.went_on_from, self.work)
        raise outage

    def is_planned(self, outage: Outage) -> bool:
        return outage.swap or (outage.stop is not None and outage.stop.kind != "incident")

    def fall_back(self, trusted: float) -> None:
        """Return to the newest file that was whole by now, of one age the fastest to load."""
        for file in self.writing:
            if file.durable <= self.now + TINY:
                self.shelf.append(file)
                same = [other for other in self.shelf if other.tier == file.tier]
                keep = self.set.tiers[file.tier].keep
                if keep is not None and len(same) > keep:
                    self.shelf.remove(same[0])
        self.writing = []
        found = [f for f in self.shelf if f.work <= trusted + TINY and self.readable(f)]
        self.file = max(found, key=lambda file: (file.number, -file.tier), default=None)
        self.number = self.file.number if self.file else 0
        self.shelf = [file for file in self.shelf if file.number <= self.number]
        target = self.file.work if self.file else 0.0
        self.spent["lost_work"] += self.work - target
        if target < self.work:
            self.counts["rollbacks"] += 1
        self.work = target
        self.taints = [taint for taint in self.taints if taint.onset < target - TINY]

    def readable(self, file: File) -> bool:
        survives = self.set.tiers[file.tier].survives
        if survives == "cluster":
            return True
        if file.all_left:
            return False
        if survives == "rack":
            return len({host.slot // self.set.rack for host in file.left}) <= 1
        return not file.struck if survives == "job" else len(file.left) <= 1

    def lose(self, host: Host, leaves: bool) -> None:
        """A host leaves the job, or is struck: what it held of files is lost."""
        for file in (*self.shelf, *self.writing):
            file.lose(host, leaves)

    # --- coming back ----------------------------------------------------------------------------

    def recover(self, outage: Outage) -> None:
        fault, stop = outage.fault, outage.stop
        if fault is not None:
            self.fault_since = True
            self.answer(outage, fault)
        elif stop is not None and stop.kind == "incident":
            self.person_acted = True
        elif stop is not None:
            self.hold(stop)
        self.launch(outage)

    def answer(self, outage: Outage, fault: Fault) -> None:
        together = object()
        for host in outage.hosts if outage.needs_repair else []:
            self.suspect(host, fault, together)
        if fault.effect not in TAINT:
            latency = self.draw(dict(self.set.detection).get(fault.effect, 0.0))
            self.spend("detection", fault.known_after or latency, False)
            if not fault.ends_write:
                self.fall_back(NEVER)
        by_hand = self.random.random() >= fault.automatic
        if not by_hand and self.random.random() >= fault.automatic_success:
            by_hand = True
            self.fail_automatically(outage)
        if by_hand:
            self.call_person()
        if not fault.of_job:
            length = self.set.manual if by_hand else self.set.automatic
            self.spend("diagnosis", self.draw(length), False)
            self.blame()
        self.leave_suspects()

    def next_restart(self, outage: Outage) -> tuple[Time, float]:
        """How long the next restart takes, and how often it fails."""
        fault, first, outage.first_try = outage.fault, outage.first_try, False
        if fault is None or fault.first_restart is None or not first:
            return self.set.restart, self.set.restart_failure
        return fault.first_restart, 1 - fault.first_works

    def fail_automatically(self, outage: Outage) -> None:
        self.counts["launches"] += 1
        try:
            self.spend("restart", self.draw(self.next_restart(outage)[0]), True)
        except Outage as outage:
            self.counts["failed_launches"] += 1
            if outage.fault is not None:
                self.leave_suspects()
                raise
            if outage.stop is not None and outage.stop.kind != "incident":
                self.hold(outage.stop)
        else:
            self.counts["failed_launches"] += 1

    def call_person(self) -> None:
        self.counts["persons"] += 1
        self.person_acted = True
        self.spend("response", self.time_to_answer(), False)

    def time_to_answer(self) -> float:
        opening = 0.0
        while self.set.staffed and not self.is_staffed(self.now + opening):
            # To the next full hour, as offices open at one.
            opening = math.floor(self.now + opening + 1 + TINY) - self.now
        time = self.set.response
        day, hour = self.day_and_hour(self.now + opening)
        if self.set.weekend is not None and day % 7 >= 5:
            time = self.set.weekend
        elif self.set.night is not None and (hour >= 22 or hour < 8):
            time = self.set.night
        return opening + self.draw(time)

    def is_staffed(self, time: float) -> bool:
        day, hour = self.day_and_hour(time)
        return day % 7 < 5 and 8 <= hour < 18

    def day_and_hour(self, time: float) -> tuple[int, float]:
        """Day, 0 a Monday, and hour of it; runs start on a Monday at nine."""
        days, hour = divmod(time + 9 + TINY, 24)
        return int(days), hour

    def blame(self) -> None:
        """Look at every host that may be bad, and blame healthy ones in addition."""
        suspected = [host for host, *_ in self.suspects]
        candidates = self.suspects + [
            (host, host.bad, host)
            for host in self.in_job
            if host.bad is not None and not any(host is other for other in suspected)
        ]
        places = list(self.in_job) + [None] * (self.set.hosts - len(self.in_job))
        self.suspects, found = [], set()
        is_found: dict[int, bool] = {}
        for host, fault, together in candidates:
            if not any(host is other for other in self.in_job):
                continue
            if id(together) not in is_found:
                is_found[id(together)] = self.random.random() < self.set.recall
            if is_found[id(together)]:
                found.add(id(together))
                self.cordon(host, fault)
            else:
                self.suspects.append((host, fault, together))
        false = len(found) * (1 - self.set.precision) / self.set.precision
        number = int(false) + (self.random.random() < false % 1)
        if number:
            first = self.random.randrange(len(places))
            ring = places[first:] + places[:first]
            there = [host for host in ring if any(host is other for other in self.in_job)]
            for blamed in there[:number]:
                assert blamed is not None
                self.cordon(blamed, blamed.bad)

    def suspect(self, host: Host, fault: Fault, together: object) -> None:
        """Suspect a host once, however often it was struck."""
        if not any(host is other for other, *_ in self.suspects):
            self.suspects.append((host, fault, together))

    def leave_suspects(self) -> None:
        for host, fault, _ in self.suspects:
            self.make_bad(host, fault)
        self.suspects = []

    def gather_hosts(self) -> None:
        while True:
            self.holds = [hold for hold in self.holds if hold[0] > self.now]
            self.incidents = [until for until in self.incidents if until > self.now + TINY]
            missing = self.set.hosts - len(self.in_job)
            if self.holds:
                until, category = max(self.holds)
                self.spend(category, until - self.now, False)
            elif not missing and not self.all_out:
                return
            elif self.idle and not self.all_out:
                count = min(missing, len(self.idle))
                if self.set.swap:
                    self.spend("host_wait", self.set.swap, False)
                    count = min(self.set.hosts - len(self.in_job), count, len(self.idle))
                self.in_job += self.idle[:count]
                del self.idle[:count]
                self.counts["swaps"] += count
            else:
                self.wait_for_host()

    def wait_for_host(self) -> None:
        """Wait for the next host; while an incident lasts, because of it."""
        lasting = [until for until in self.incidents if until > self.now + TINY]
        if lasting:
            left = max(lasting) - self.now + TINY
            self.spend("maintenance", left, False, until_host_comes=True)
        else:
            self.spend("host_wait", NEVER, False, until_host_comes=True)

    def launch(self, outage: Outage) -> None:
        failed = 0
        while True:
            self.swap_slow_hosts()
            self.gather_hosts()
            self.counts["launches"] += 1
            try:
                time, fails = self.next_restart(outage)
                self.spend("restart", self.draw(time), True)
                good = self.random.random() >= fails
                if good:
                    self.load()
            except Outage:
                self.counts["failed_launches"] += 1
                raise
            if good:
                break
            self.counts["failed_launches"] += 1
            failed += 1
            if failed % self.set.tries == 0:
                self.call_person()
        self.to_warm_up = self.set.warm_up
        by_whom = "automatic" if self.fault_since else "planned"
        self.counts["manual" if self.person_acted else by_whom] += 1

    def load(self) -> None:
        tiers = self.set.tiers
        while True:
            if self.file is not None and not self.readable(self.file):
                self.fall_back(NEVER)
            file = self.file
            tier = tiers[file.tier] if file else tiers[-1]
            self.counts["loads"] += bool(self.set.several)
            outcome = self.random.random()
            hangs = tier.load_failure <= outcome < tier.load_failure + tier.load_hang
            length = tier.load_timeout if hangs else self.draw(tier.load)
            self.spend("checkpoint_load", length, True)
            if outcome < tier.load_failure + tier.load_hang:
                self.file = self.slower(file)
            elif file is None or not file.corrupt:
                number = None if file is None else file.number
                self.taints = [t for t in self.taints if t.number is None or t.number != number]
                return
            elif tier.found_after is not None:
                self.go_on_from(file, tier.found_after)
                return
            else:
                self.shelf = [other for other in self.shelf if other.number != file.number]
                self.fall_back(NEVER)

    def go_on_from(self, file: File, found_after: Time) -> None:
        """Train on from a corrupt file: the work is tainted from the file itself on."""
        if all(taint.number != file.number for taint in self.taints):
            self.counts["faults"] += 1
            bad = Fault("corrupt copy", NEVER, of_job=True, effect="corrupt", automatic=1.0)
            left, onset = self.draw(found_after), file.work - 2 * TINY
            self.taints.append(Taint(bad, None, onset, left, number=file.number))

    def slower(self, file: File | None) -> File | None:
        """The same save in the next tier, or the file itself."""
        for other in self.shelf:
            if (
                file is not None
                and other.number == file.number
                and other.tier > file.tier
                and self.readable(other)
            ):
                return other
        return file
