"""What the compiled engine saves, with all rows of the table filled. Run with `make bench`.

Ratios are taken within one process, pair by pair; times are of the processor.
"""

from __future__ import annotations

import time
from statistics import median

import pytest

import simtrain
from benchmarks.reference import opt_like
from simtrain.sampling.batch import Chunk, Work
from simtrain.sampling.engines import COMPILED
from simtrain.sampling.worker import simulate
from simtrain.scenario.scenario import Scenario
from simtrain.tables.answer import SIMPY

ROUNDS = 5


def plain() -> Scenario:
    """A job with one class of faults, and nothing else that happens to it."""
    return Scenario.from_document(
        {
            "workload": {"ideal_time": "34 days"},
            "cluster": {"hosts": 124, "spares": 8, "swap": "5 min"},
            "fault": {"gpu": {"mtbf": "62 days", "automatic": 1}},
            "checkpoint": {"interval": "30 min", "stall": "30 s"},
            "restart": {"duration": "5 min"},
            "repair": {"automated": "10 h"},
        },
        name="plain",
    )


def large() -> Scenario:
    """90 days of 131,072 accelerators, with some 6,500 faults."""
    hosts = 16_384
    return Scenario.from_document(
        {
            "workload": {"window": "90 days"},
            "cluster": {"hosts": hosts, "spares": 256, "swap": "2 min"},
            "fault": {"gpu": {"mtbf": f"{hosts * 90 / 6500} days", "automatic": 1}},
            "checkpoint": {"interval": "5 min", "stall": "5 s"},
            "restart": {"duration": "3 min"},
            "repair": {"automated": "20 h"},
        },
        name="large",
    )


def trial_s(scenario: Scenario, engine: str, trials: int) -> float:
    """Processor time of a trial, once everything is loaded."""
    work = Work.of(scenario, 0, engine)
    simulate(Chunk(work, 0, range(1)))
    start = time.process_time()
    simulate(Chunk(work, 0, range(trials)))
    return (time.process_time() - start) / trials


@pytest.mark.parametrize(
    ("name", "scenario", "trials", "target"),
    [
        ("OPT-175B with its published outcomes", simtrain.load("opt175b.toml"), 20, "at least 60"),
        ("OPT-175B in size, without", opt_like(), 20, "at least 60"),
        ("a plain job of its size", plain(), 40, "at least 60"),
        ("a job of 131,072 accelerators", large(), 1, "at least 60"),
    ],
)
def test_how_many_times_as_fast(benchmark, name, scenario, trials, target):
    values = [
        trial_s(scenario, SIMPY, trials) / trial_s(scenario, COMPILED, 20 * trials)
        for _ in range(ROUNDS)
    ]
    benchmark.extra_info |= {"times as fast": round(median(values), 1), "target": target}
    print(
        f"\n{name}: the compiled engine is {median(values):.0f} times as fast "
        f"({min(values):.0f} to {max(values):.0f}); {target}"
    )
    benchmark.pedantic(lambda: None, rounds=1)


def test_a_trial_of_131072_accelerators(benchmark):
    values = [1000 * trial_s(large(), COMPILED, 10) for _ in range(ROUNDS)]
    benchmark.extra_info |= {"ms": round(median(values), 2), "target": "at most 10 ms"}
    print(
        f"\n90 days of 131,072 accelerators with 6,500 faults: {median(values):.1f} ms a trial "
        f"({min(values):.1f} to {max(values):.1f}); at most 10 ms"
    )
    benchmark.pedantic(lambda: None, rounds=1)
