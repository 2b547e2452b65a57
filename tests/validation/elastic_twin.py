"""A job of replicas once more, by brute force and from the page on the model alone.

Everything is memoryless or constant, so that nothing is kept of what might have struck. It shares
no code with the engine.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from itertools import count


@dataclass(frozen=True)
class Job:
    """A job of replicas. Times in hours, `rate` of faults per host and hour."""

    replicas: int
    hosts: int  # of a replica
    at_least: int
    rate: float
    work: float = 200.0
    interval: float = 3.0
    stall: float = 0.1
    detection: float = 0.2
    by_hand: float = 0.5
    response: float = 1.0
    diagnosis: float = 0.5
    repair: float = 12.0
    reconfigure: float = 0.3
    works: float = 0.7
    rejoin: float = 0.2
    at_checkpoint: bool = False
    sharded: bool = False
    spares: int = 0
    swap: float = 0.0
    restart: float = 0.4
    load: float = 0.1

    def document(self) -> dict[str, object]:
        """The same as a scenario."""

        def hours(value: float) -> str:
            return f"{value!r} h"

        return {
            "workload": {"ideal_time": hours(self.work)},
            "cluster": {
                "hosts": self.replicas * self.hosts,
                "spares": self.spares,
                "swap": hours(self.swap),
            },
            "fault": {
                "break": {"mtbf": hours(1 / self.rate), "automatic": 1 - self.by_hand},
            },
            "detection": {"crash": hours(self.detection)},
            "people": {"response": hours(self.response)},
            "diagnosis": {"automatic": hours(self.diagnosis), "manual": hours(self.diagnosis)},
            "repair": {"automated": {"law": "exponential", "mean": hours(self.repair)}},
            "checkpoint": {
                "interval": hours(self.interval),
                "stall": hours(self.stall),
                "load": hours(self.load),
                "final_save": False,
            },
            "restart": {"duration": hours(self.restart)},
            "recovery": {
                "policy": "elastic",
                "replicas": self.replicas,
                "at_least": self.at_least,
                "reconfigure": hours(self.reconfigure),
                "reconfigure_success": self.works,
                "rejoin": "at a checkpoint" if self.at_checkpoint else "at once",
                "rejoin_stall": hours(self.rejoin),
                "state": "sharded" if self.sharded else "replicated",
            },
            "limits": {"wall_clock": "100000 h"},
        }


@dataclass
class Replica:
    """A replica: how many hosts it lacks, how many are looked into, and whether it trains."""

    lacks: int = 0
    looked_into: int = 0
    trains: bool = True

    @property
    def is_complete(self) -> bool:
        return not self.lacks and not self.looked_into


@dataclass
class Twin:
    """One trial."""

    job: Job
    random: random.Random
    now: float = 0.0
    work: float = 0.0
    saved: float = 0.0
    since_save: float = 0.0
    idle: int = 0
    swapping: bool = False
    spent: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = [Replica() for _ in range(self.job.replicas)]
        self.idle = self.job.spares
        self.to_come: list[tuple[float, int, object]] = []
        self.order = count()
        self.unanswered: list[Replica] = []

    # --- beside the job ---------------------------------------------------------------------------

    def later(self, hours: float, call: object) -> None:
        heapq.heappush(self.to_come, (self.now + hours, next(self.order), call))

    def goes_to_repair(self, group: Replica) -> None:
        group.lacks += 1
        self.later(self.random.expovariate(1 / self.job.repair), self.is_repaired)
        self.refill()

    def is_repaired(self) -> None:
        self.idle += 1
        self.refill()

    def refill(self) -> None:
        missing = sum(group.lacks for group in self.groups)
        if self.swapping or not missing or not self.idle:
            return
        number = min(missing, self.idle)
        if not self.job.swap:
            self.step_in(number)
            return
        self.swapping = True

        def swapped() -> None:
            self.swapping = False
            self.step_in(number)
            self.refill()

        self.later(self.job.swap, swapped)

    def step_in(self, number: int) -> None:
        for _ in range(number):
            lacking = [group for group in self.groups if group.lacks]
            if not lacking or not self.idle:
                return
            min(lacking, key=lambda group: group.lacks).lacks -= 1
            self.idle -= 1

    def look_into(self, group: Replica) -> None:
        """Answer and diagnose beside training."""
        group.looked_into += 1
        by_hand = self.random.random() < self.job.by_hand

        def found() -> None:
            group.looked_into -= 1
            self.goes_to_repair(group)

        self.later(self.job.response * by_hand + self.job.diagnosis, found)

    # --- time -------------------------------------------------------------------------------------

    def pass_time(self, hours: float, at_risk: bool, watch: bool = False) -> Replica | None:
        """Let time pass, at most so long; a replica that is struck ends it.

        With `watch` anything that happens beside the job ends it, too.
        """
        end = self.now + hours
        while True:
            training = [group for group in self.groups if group.trains]
            rate = len(training) * self.job.hosts * self.job.rate if at_risk else 0.0
            strikes = self.now + self.random.expovariate(rate) if rate else float("inf")
            due = self.to_come[0][0] if self.to_come else float("inf")
            if min(strikes, due) > end:
                self.now = end
                return None
            if strikes < due:
                self.now = strikes
                return self.random.choice(training)
            self.now, _, call = heapq.heappop(self.to_come)
            call()  # type: ignore[operator]
            if watch:
                return None

    def stand_still(self, hours: float, category: str, at_risk: bool) -> Replica | None:
        began = self.now
        struck = self.pass_time(hours, at_risk)
        self.spend(category, self.now - began)
        return struck

    # --- the job ----------------------------------------------------------------------------------

    def run(self) -> dict[str, float]:
        job = self.job
        while self.work < job.work - 1e-9:
            if not job.at_checkpoint:
                self.bring_back()
            share = sum(group.trains for group in self.groups) / job.replicas
            to_save, to_end = job.interval - self.since_save, (job.work - self.work) / share
            began = self.now
            struck = self.pass_time(min(to_save, to_end), at_risk=True, watch=True)
            trained = self.now - began
            self.since_save += trained
            self.work += trained * share
            self.spend("degraded", trained * (1 - share))
            if struck is not None:
                self.is_struck(struck)
            elif self.since_save >= job.interval - 1e-9 and self.work < job.work - 1e-9:
                self.save()
        return {"wall_clock": self.now, **self.spent, **self.counts}

    def spend(self, category: str, hours: float) -> None:
        self.spent[category] = self.spent.get(category, 0.0) + hours

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def save(self) -> None:
        left = self.job.stall
        while True:
            began = self.now
            struck = self.stand_still(left, "checkpoint_save", at_risk=True)
            if struck is None:
                break
            left -= self.now - began
            if not self.is_struck(struck):
                return
        self.saved, self.since_save = self.work, 0.0
        if self.job.at_checkpoint:
            self.bring_back()

    def bring_back(self) -> None:
        while True:
            back = [group for group in self.groups if group.is_complete and not group.trains]
            if not back:
                return
            for group in back:
                group.trains = True
            struck = self.stand_still(self.job.rejoin, "restart", at_risk=True)
            if struck is not None and not self.is_struck(struck):
                return
            if self.job.at_checkpoint:
                return

    def is_struck(self, struck: Replica) -> bool:
        """Answer a fault; whether the job goes on from where it stood."""
        job = self.job
        self.unanswered = [struck]
        while True:
            if job.sharded:
                self.roll_back()
            self.stand_still(job.detection, "detection", at_risk=False)
            left = sum(group.trains for group in self.groups) - struck.trains
            if left < job.at_least:
                return self.is_interrupted()
            struck.trains = False
            following = self.stand_still(job.reconfigure, "restart", at_risk=True)
            if following is None and self.random.random() >= job.works:
                return self.is_interrupted()
            if following is None and job.sharded:
                following = self.stand_still(job.load, "checkpoint_load", at_risk=True)
            if following is None:
                break
            struck = following
            self.unanswered.append(struck)
        for group in self.unanswered:
            self.look_into(group)
        self.count("reconfigurations")
        if job.sharded:
            self.since_save = 0.0
        return not job.sharded

    def roll_back(self) -> None:
        self.spend("lost_work", self.work - self.saved)
        self.work = self.saved

    def is_interrupted(self) -> bool:
        job = self.job
        self.count("interruptions")
        self.roll_back()
        while True:
            if self.random.random() < job.by_hand:
                self.stand_still(job.response, "response", at_risk=False)
            self.stand_still(job.diagnosis, "diagnosis", at_risk=False)
            for group in self.unanswered:
                self.goes_to_repair(group)
            while sum(group.is_complete for group in self.groups) < job.at_least:
                began = self.now
                self.pass_time(float("inf"), at_risk=False, watch=True)
                self.spend("host_wait", self.now - began)
            for group in self.groups:
                group.trains = group.is_complete
            struck = self.stand_still(job.restart, "restart", at_risk=True)
            if struck is None:
                struck = self.stand_still(job.load, "checkpoint_load", at_risk=True)
            if struck is None:
                self.since_save = 0.0
                return False
            self.unanswered = [struck]
            self.stand_still(job.detection, "detection", at_risk=False)


def by_twin(job: Job, trial: int) -> dict[str, float]:
    """A trial of the twin: hours by category, and counts."""
    return Twin(job, random.Random(trial)).run()
