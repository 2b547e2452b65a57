"""What Dask costs beside processes of this machine. Run with `make bench`."""

from __future__ import annotations

import time
from statistics import median

from distributed import LocalCluster

import simtrain

TRIALS = 4_000
WORKERS = 2
ROUNDS = 3


def seconds(scenario: simtrain.Scenario, pool: str) -> float:
    start = time.perf_counter()
    simtrain.run(scenario, trials=TRIALS, jobs=WORKERS, pool=pool, engine="simpy")
    return time.perf_counter() - start


def test_dask_against_processes(benchmark):
    scenario = simtrain.load("opt175b.toml")
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        dask = cluster.scheduler_address.replace("tcp://", "dask://")
        seconds(scenario, dask)  # its workers load what they need
        values = [seconds(scenario, dask) / seconds(scenario, "processes") for _ in range(ROUNDS)]
    benchmark.extra_info |= {"cost": round(median(values), 3), "target": "at most 1.25"}
    print(
        f"\n{TRIALS} trials on {WORKERS} Dask workers against as many processes: "
        f"{median(values):.3f} ({min(values):.3f} to {max(values):.3f}); at most 1.25"
    )
    benchmark.pedantic(lambda: None, rounds=1)
