"""What a sweep costs beside plain trials. Run with `make bench`."""

from __future__ import annotations

import time
from statistics import median

import simtrain
from benchmarks.reference import opt_like

INTERVALS = {"checkpoint.interval": "45min..2h:log:25"}
TRIALS = 400
ROUNDS = 3


def faults_of(results: simtrain.Results) -> float:
    return float(results.metric("faults").sum())


def sweep_s(jobs: int) -> float:
    """Time of a sweep of 25 points, all of it, by the faults in it."""
    start = time.perf_counter()
    swept = simtrain.sweep(opt_like(), INTERVALS, trials=TRIALS, jobs=jobs, engine="simpy")
    own = () if swept.baseline_point is not None else (swept.baseline,)
    return (time.perf_counter() - start) / sum(map(faults_of, (*swept.results, *own)))


def run_s(jobs: int) -> float:
    """Time of as many plain trials, by the faults in them."""
    start = time.perf_counter()
    results = simtrain.run(opt_like(), trials=25 * TRIALS, jobs=jobs, engine="simpy")
    return (time.perf_counter() - start) / faults_of(results)


def test_a_sweep_costs_what_its_trials_cost(benchmark):
    values = [sweep_s(2) / run_s(2) for _ in range(ROUNDS)]
    benchmark.extra_info |= {"cost": round(median(values), 3), "target": "at most 1.1"}
    print(
        f"\ncost per fault of a sweep of 25 points and {TRIALS} trials against {25 * TRIALS} "
        f"plain trials: {median(values):.3f} ({min(values):.3f} to {max(values):.3f}); at most 1.1"
    )
    benchmark.pedantic(lambda: None, rounds=1)
