"""Exact results on faults under which training goes on. All times are in hours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from simtrain import theory
from simtrain.causes import CORRUPT_COPIES
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import ratio
from simtrain.validation.small import HUGE, hours, scenario

LASTS: dict[str, Any] = {
    "constant": "5 h",
    "exponential": {"law": "exponential", "mean": "5 h"},
    "uniform": {"law": "uniform", "low": "0 h", "high": "10 h"},
}
MEAN_LASTS, LONG, TRIALS = 5.0, 4_000.0, 16


def _observed(window: float, fault: dict[str, Any], **tables: Any) -> Any:
    """A job that is watched, in which nothing takes time but what is said."""
    limits = {"limits": {"wall_clock": hours(window)}}
    return scenario(workload={"ideal_time": HUGE}, fault=fault, **limits, **tables)


def slow() -> Iterator[Experiment]:
    """Of full speed, s + (1 − s)·e^(−nλm), and ∫ exp(−nλm·G(x)) dx with a law G of the speed.

    Hosts go on being struck while they are slow, so that of n hosts with rate λ, each slow for a
    time of mean m, as many are slow as there are customers in M/G/∞, whatever the law.
    """
    read = readings.productive_of_wall_clock
    rare = {"checkpoint": {"interval": "100 h"}}
    for law, lasts in LASTS.items():
        hosts, load, speed = 4, 0.5, 0.6
        mtbf = hours(hosts * MEAN_LASTS / load)
        fault = {"effect": "slow", "speed": speed, "mtbf": mtbf, "lasts": lasts}
        simulated = _observed(LONG, {"slow": fault}, cluster={"hosts": hosts}, **rare)
        exact = speed + (1 - speed) * math.exp(-load)
        claim = Claim(f"n={hosts} load {load:g} s={speed:g}, {law}", exact, ratio)
        yield Experiment(simulated, TRIALS, read, (claim,))
    uniform = {"law": "uniform", "low": 0.4, "high": 1}
    fault = {"effect": "slow", "speed": uniform, "mtbf": "10 h", "lasts": "5 h"}
    simulated = _observed(LONG, {"slow": fault}, cluster={"hosts": 4}, **rare)
    x = (np.arange(10_000) + 0.5) / 10_000
    exact = float(np.exp(-2.0 * np.clip((x - 0.4) / 0.6, 0, 1)).mean())
    claim = Claim("n=4 load 2 s uniform from 0.4 to 1", exact, ratio)
    yield Experiment(simulated, TRIALS, read, (claim,))


def checked() -> Iterator[Experiment]:
    """A corruption that a check after every K saves finds: Kτ − τ·E[⌊X/τ⌋ | X < Kτ].

    X is the time from the check before to the onset, exponential; copies that are older than the
    onset are kept. Rare corruptions lose Kτ/2 + τ/2.
    """
    for checks, interval, mean in ((4, 3.0, 50.0), (2, 5.0, 50.0), (10, 1.0, 20.0)):
        fault = {"effect": "corrupt", "mtbf": hours(mean), "needs_repair": 0, "diagnose": False}
        every = hours(checks * interval)
        check = {"test": {"every": every, "duration": "0 s", "finds": ["corrupt"]}}
        checkpoint = {"interval": hours(interval)}
        simulated = _observed(LONG / 5, {"wrong": fault}, check=check, checkpoint=checkpoint)
        in_interval = np.exp(-interval / mean * np.arange(checks))
        older = float((np.arange(checks) * in_interval).sum() / in_interval.sum())
        claim = Claim(f"K={checks} τ={interval:g} 1/λ={mean:g}", interval * (checks - older), ratio)
        yield Experiment(simulated, 5 * TRIALS, readings.lost_of_rollbacks, (claim,))


def swapped() -> Iterator[Experiment]:
    """(1/λ + s·d) / (1/λ + d + D): one host, slow until it is noticed after d and swapped in D."""
    for mean, speed, latency, swap in ((40.0, 0.6, 6.0, 2.0), (40.0, 0.6, 20.0, 0.5)):
        fault = {
            "effect": "slow", "speed": speed, "mtbf": hours(mean), "detection": hours(latency),
            "automatic": 1,
        }  # fmt: skip
        simulated = _observed(
            LONG,
            {"slow": fault},
            cluster={"spares": 20, "swap": hours(swap)},
            checkpoint={"interval": "100 h"},
        )
        exact = (mean + speed * latency) / (mean + latency + swap)
        claim = Claim(f"1/λ={mean:g} s={speed:g} d={latency:g} D={swap:g}", exact, ratio)
        yield Experiment(simulated, TRIALS, readings.productive_of_wall_clock, (claim,))


def corrupt() -> Iterator[Experiment]:
    """Each costs L + [(1 − e^(−λτ))/λ − τ·e^(−λτ)] / (1 − e^(−λ(τ+C))), and not L + τ/2."""
    for latency, interval, save, mean in (
        (7.0, 3.0, 0.5, 20.0),
        (1.0, 4.0, 0.0, 10.0),
        (6.0, 2.0, 1.0, 5.0),
    ):
        fault = {
            "effect": "corrupt", "mtbf": hours(mean), "detection": hours(latency),
            "needs_repair": 0, "diagnose": False,
        }  # fmt: skip
        checkpoint = {"interval": hours(interval), "stall": hours(save)}
        simulated = _observed(LONG, {"wrong": fault}, checkpoint=checkpoint)
        exact = latency + theory.distance_to_copy(interval, save, mean)
        claim = Claim(f"L={latency:g} τ={interval:g} C={save:g} 1/λ={mean:g}", exact, ratio)
        yield Experiment(simulated, TRIALS, readings.lost_of_rollbacks, (claim,))


def corrupt_copies() -> Iterator[Experiment]:
    """p/(1 − p)·(τ + L) for each load: a copy is corrupt with p, and found to be after L.

    Each that is found costs the training on it and the way back to the copy before, which is
    corrupt with p as well. Stops that save nothing come so rarely that all is over before the next.
    """
    for chance, interval, latency in ((0.3, 3.0, 7.0), (0.5, 1.0, 0.4), (0.15, 4.0, 10.0)):
        halt = {"kind": "pause", "every": "197.3 h", "duration": "0 s", "save_first": False}
        simulated = scenario(
            workload={"ideal_time": None, "window": "4100 h"},
            checkpoint={
                "interval": hours(interval),
                "corrupt": chance,
                "corrupt_found_after": hours(latency),
            },
            stop={"halt": halt},
        )
        exact = chance / (1 - chance) * (interval + latency)
        claim = Claim(f"p={chance:g} τ={interval:g} L={latency:g}", exact, ratio)
        read = readings.badput_of_stops(CORRUPT_COPIES)
        yield Experiment(simulated, 20 * TRIALS, read, (claim,))
