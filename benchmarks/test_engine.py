"""What a fault costs, in plain SimPy timeouts, at several sizes. Run with `make bench`.

Ratios are taken within one process, pair by pair, because machines differ and drift.
"""

from __future__ import annotations

import tracemalloc
from statistics import median

import pytest

from benchmarks.lean import seconds_per_lean_fault
from benchmarks.reference import (
    HOSTS,
    in_racks,
    in_weather,
    opt_like,
    seconds_per_bare_fault,
    seconds_per_fault,
    seconds_per_timeout,
    unnoticed,
    with_bound_spares,
)
from simtrain.accounts.ledger import Ledger
from simtrain.engine.trial import Simulator

ROUNDS = 9
TARGET_TIMEOUTS = 50


def ratios(numerator, denominator) -> list[float]:
    """Ratios of two timings, taken in turn."""
    return [numerator(turn) / denominator(turn) for turn in range(ROUNDS)]


def report(benchmark, name: str, values: list[float], target: str) -> None:
    benchmark.extra_info |= {
        name: round(median(values), 2),
        "min": round(min(values), 2),
        "max": round(max(values), 2),
        "target": target,
    }
    print(f"\n{name}: {median(values):.2f} ({min(values):.2f} to {max(values):.2f}); {target}")


def timed(scenario, trials: int = 10):
    simulator = Simulator(scenario, 0)
    simulator.run(0, Ledger())
    return lambda turn: seconds_per_fault(simulator, 1 + turn * trials, trials)


def test_fault_in_timeouts(benchmark):
    fault = timed(opt_like())
    values = ratios(fault, lambda _: seconds_per_timeout())
    report(benchmark, "timeouts per fault", values, f"target at most {TARGET_TIMEOUTS}")
    benchmark.pedantic(lambda: fault(0), rounds=3)


def test_bare_loop_in_timeouts(benchmark):
    values = ratios(lambda _: seconds_per_bare_fault(), lambda _: seconds_per_timeout())
    report(benchmark, "timeouts per fault of a bare loop", values, "for comparison")
    benchmark.pedantic(seconds_per_bare_fault, rounds=3)


def test_lean_job_in_timeouts(benchmark):
    values = ratios(lambda _: seconds_per_lean_fault(), lambda _: seconds_per_timeout())
    report(benchmark, "timeouts per fault of a lean job on SimPy", values, "for comparison")
    benchmark.pedantic(seconds_per_lean_fault, rounds=3)


def test_racks_and_pods_cost_as_much_at_any_size(benchmark):
    small, large = timed(in_racks(112, 16, 64)), timed(in_racks(131_072, 4_096, 1_024), trials=4)
    name = "cost per fault of every scope at 131072 hosts in racks against 112"
    report(benchmark, name, ratios(large, small), "target at most 2")
    benchmark.pedantic(lambda: large(0), rounds=2)


def test_thousands_of_spares_that_belong_to_domains(benchmark):
    small = timed(with_bound_spares(112, 16), trials=4)
    large = timed(with_bound_spares(114_688, 16_384), trials=4)
    name = "cost per fault beside 16384 spares bound to racks against 16"
    report(benchmark, name, ratios(large, small), "target at most 1.5")
    benchmark.pedantic(lambda: large(0), rounds=2)


def test_many_faults_that_nobody_has_noticed(benchmark):
    few, many = timed(unnoticed(250), trials=8), timed(unnoticed(2_500), trials=1)
    name = "cost per fault where 2500 go unnoticed against 250"
    report(benchmark, name, ratios(many, few), "target at most 3")
    benchmark.pedantic(lambda: many(0), rounds=2)


def test_weather_over_hosts_that_age(benchmark):
    small, large = timed(in_weather(2_000, "1 day")), timed(in_weather(131_072, "1 day"), trials=1)
    name = "cost per fault of 131072 ageing hosts in weather that turns daily against 2000"
    report(benchmark, name, ratios(large, small), "for comparison: each turn looks at every host")
    benchmark.pedantic(lambda: large(0), rounds=2)


@pytest.mark.parametrize("hosts", [2_000, 16_000, 131_072])
@pytest.mark.parametrize("law", ["exponential", "weibull"])
def test_size_does_not_matter(benchmark, hosts, law):
    weibull = law == "weibull"
    small, large = timed(opt_like(HOSTS)), timed(opt_like(hosts, weibull), trials=4)
    limit = 4.0 if weibull else 2.0
    report(
        benchmark,
        f"cost per fault at {hosts} {law} hosts against {HOSTS} exponential",
        ratios(large, small),
        f"target at most {limit:.0f}",
    )
    benchmark.pedantic(lambda: large(0), rounds=2)


@pytest.mark.parametrize("law", ["exponential", "weibull"])
def test_memory_of_a_large_trial(benchmark, law):
    simulator = Simulator(opt_like(131_072, law == "weibull"), 0)
    tracemalloc.start()
    simulator.run(0, Ledger())
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    report(benchmark, f"peak MB of a trial with 131072 {law} hosts", [peak], "target at most 50")
    benchmark.pedantic(lambda: simulator.run(1, Ledger()), rounds=2)
