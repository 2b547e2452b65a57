"""What a second worker brings. Run with `make bench`."""

from __future__ import annotations

import time
from statistics import median

import pytest

import simtrain


def seconds(jobs: int, engine: str, trials: int) -> float:
    scenario = simtrain.load("opt175b.toml")
    start = time.perf_counter()
    simtrain.run(scenario, trials=trials, jobs=jobs, engine=engine)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("engine", "trials", "target"), [("simpy", 10_000, 1.7), ("compiled", 200_000, 1.8)]
)
def test_two_workers(benchmark, engine, trials, target):
    values = [seconds(1, engine, trials) / seconds(2, engine, trials) for _ in range(3)]
    benchmark.extra_info |= {"speed-up": round(median(values), 2), "target": f"at least {target}"}
    print(
        f"\nspeed-up of two workers on {trials} trials, {engine}: {median(values):.2f}; "
        f"at least {target}"
    )
    benchmark.pedantic(lambda: None, rounds=1)
