"""What a second worker brings. Run with `make bench`."""

from __future__ import annotations

import time
from statistics import median

import simtrain

TRIALS = 10_000


def seconds(jobs: int) -> float:
    scenario = simtrain.load("opt175b.toml")
    start = time.perf_counter()
    simtrain.run(scenario, trials=TRIALS, jobs=jobs)
    return time.perf_counter() - start


def test_two_workers(benchmark):
    values = [seconds(1) / seconds(2) for _ in range(3)]
    benchmark.extra_info |= {"speed-up": round(median(values), 2), "target": "at least 1.7"}
    print(f"\nspeed-up of two workers on {TRIALS} trials: {median(values):.2f}; at least 1.7")
    benchmark.pedantic(lambda: None, rounds=1)
