"""The reference job of the benchmarks, and what its cost is measured in."""

from __future__ import annotations

import copy
import math
import random
import time
from heapq import heappop, heappush
from typing import Any

import simpy

import simtrain
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario

HOSTS = 124
HARDWARE = ("gpu", "network", "machine")


def opt_like(hosts: int = HOSTS, weibull: bool = False) -> Scenario:
    """The OPT-175B scenario, with every feature it uses, on any number of hosts.

    34 days of work, a save every 30 minutes, and two faults of hosts a day whatever their number:
    the rate of each host goes down as the job grows. `weibull` lets the hosts age. It is of no real
    run, so that nothing is measured in its trials beside their results.
    """
    opt = simtrain.load("opt175b.toml").without_outcomes()
    document: dict[str, Any] = copy.deepcopy(opt._document)
    load = document["workload"]
    for key in ("flops", "achieved", "peak"):
        del load[key]
    load["ideal_time"] = "34 days"
    document["checkpoint"]["interval"] = "30 min"
    document["cluster"] |= {"hosts": hosts, "age": "new", "owned": hosts + 18}
    for name, share in zip(HARDWARE, (1.2, 0.4, 0.4), strict=True):
        fault = document["fault"][name]
        del fault["rate"]
        fault["mtbf"] = f"{hosts / share} days"
        if weibull:
            fault |= {"law": "weibull", "shape": 0.7}
    del document["sources"]
    return Scenario.from_document(document, name="opt-like")


def in_racks(hosts: int, spares: int, pod: int) -> Scenario:
    """A job in racks of 16 and pods, with as many faults of each scope whatever its size."""
    racks, pods = hosts / 16, hosts / pod
    faults = {
        "gpu": {"mtbf": f"{10 * hosts} h"},
        "switch": {"scope": "rack", "mtbf": f"{40 * racks} h", "returns": "2 h"},
        "psu": {"scope": "rack", "mtbf": f"{40 * racks} h"},
        "power": {"scope": "pod", "hosts": 4, "mtbf": f"{40 * pods} h"},
        "burst": {"scope": "cluster", "hosts": 5, "mtbf": "40 h"},
        "cooling": {"scope": "cluster", "mtbf": "100 h", "returns": "1 h"},
        "software": {"scope": "job", "mtbf": "20 h"},
    }
    return Scenario.from_document(
        {
            "workload": {"window": "1000 h"},
            "cluster": {"hosts": hosts, "spares": spares, "swap": "5 min"},
            "domain": [{"name": "rack", "hosts": 16}, {"name": "pod", "hosts": pod}],
            "fault": {name: {"automatic": 1} | fault for name, fault in faults.items()},
            "checkpoint": {"interval": "30 min", "stall": "30 s"},
            "restart": {"duration": "5 min"},
            "repair": {"automated": "10 h"},
        },
        name="in racks",
    )


def with_bound_spares(hosts: int, spares: int) -> Scenario:
    """A job whose spares step in within their rack of 64, with two faults an hour at any size."""
    return Scenario.from_document(
        {
            "workload": {"window": "1000 h"},
            "cluster": {
                "hosts": hosts,
                "spares": spares,
                "spares_within": "rack",
                "swap": "5 min",
            },
            "domain": [{"name": "rack", "hosts": 64}],
            "fault": {"gpu": {"mtbf": f"{2 * hosts} h", "automatic": 1}},
            "checkpoint": {"interval": "30 min", "stall": "30 s"},
            "restart": {"duration": "5 min"},
            "repair": {"automated": "10 h"},
        },
        name="bound spares",
    )


def unnoticed(faults: int) -> Scenario:
    """A job of 1,000 h with so many faults that corrupt it and that nobody notices meanwhile."""
    return Scenario.from_document(
        {
            "workload": {"window": "1000 h"},
            "cluster": {"hosts": 16, "spares": 2},
            "fault": {
                "corrupt": {
                    "effect": "corrupt",
                    "mtbf": f"{16 * 1000 / faults} h",
                    "detection": "20000 h",
                    "needs_repair": 0,
                }
            },
            "checkpoint": {"interval": "30 min", "stall": "30 s"},
            "restart": {"duration": "5 min"},
            "limits": {"faults": 1_000_000},
        },
        name="unnoticed",
    )


def in_weather(hosts: int, spell: str) -> Scenario:
    """Hosts that age, with a fault a day whatever their number, in weather that turns so often."""
    return Scenario.from_document(
        {
            "workload": {"window": "1000 h"},
            "cluster": {"hosts": hosts, "spares": 16, "age": "new"},
            "fault": {
                "gpu": {
                    "mtbf": f"{hosts} days",
                    "law": "weibull",
                    "shape": 0.7,
                    "varies": {"every": spell, "cv": 0.5},
                }
            },
            "checkpoint": {"interval": "30 min", "stall": "30 s"},
            "restart": {"duration": "5 min"},
            "repair": {"automated": "10 h"},
        },
        name="in weather",
    )


def seconds_per_fault(simulator: Simulator, first: int, trials: int) -> float:
    """Time of some trials, set-up included, by the faults in them, those in recovery included."""
    faults = 0
    start = time.perf_counter()
    for trial in range(first, first + trials):
        ledger = Ledger()
        simulator.run(trial, ledger)
        faults += ledger.counts[EventKind.FAULT]
    return (time.perf_counter() - start) / faults


def seconds_per_timeout(count: int = 30_000) -> float:
    """Time of a plain SimPy timeout in a process that does nothing else."""
    env = simpy.Environment()

    def process() -> Any:
        for _ in range(count):
            yield env.timeout(1.0)

    env.process(process())
    start = time.perf_counter()
    env.run()
    return (time.perf_counter() - start) / count


def seconds_per_bare_fault(count: int = 30_000) -> float:
    """Time of a fault in a loop of the same phases without SimPy, ledger, addresses or names."""
    draw, log1p, ceil = random.Random(0).random, math.log1p, math.ceil
    interval, stall, rate = 1800.0, 300.0, 2.3 / 86400
    now = work = kept = lost = saved = 0.0
    repairs: list[float] = []
    start = time.perf_counter()
    for _ in range(count):
        run = -log1p(-draw()) / rate
        saves = ceil(run / (interval + stall)) - 1
        work += run - saves * stall
        now += run
        saved += saves * stall
        lost += work - kept - saves * interval
        kept += saves * interval
        work = kept
        for mean in (300.0, 900.0 + 3600.0 * draw(), 2400.0 * draw()):
            now += mean
        heappush(repairs, now - 21600.0 * log1p(-draw()))
        while repairs[0] < now:
            heappop(repairs)
            if not repairs:
                break
        while True:
            now -= 2400.0 * log1p(-draw())
            if draw() > 0.3:
                break
        now += 600.0
    return (time.perf_counter() - start) / count
