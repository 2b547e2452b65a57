"""Logs of failures that are made, so that what is true of them is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from math import gamma
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from simtrain.logs.log import FailureLog

START = dt.datetime(2024, 1, 1)
DAY = 86400.0

Repair = Callable[[np.random.Generator], float]


class Truth(NamedTuple):
    """What a made cluster is like. Times in days, rates per day and host."""

    hosts: int = 100
    days: int = 200
    rate: float = 0.004
    repair_days: float = 1.0
    repair_sigma: float = 0.8
    missed: float = 0.0
    back_after: float = 0.2
    cv: float = 0.0
    span: int = 14
    repair_cv: float = 0.0
    trend: float = 1.0
    lemons: float = 0.0
    worse: float = 1.0
    burst_rate: float = 0.0
    burst_hosts: int = 5
    burst_days: float = 0.5


def made(truth: Truth, seed: int, name: str = "made") -> FailureLog:
    """A log of a cluster over its window, by brute force: host by host, and then bursts."""
    random = np.random.default_rng(seed)
    spans = -(-truth.days // truth.span)
    shape = 1 / truth.cv**2 if truth.cv else 0.0
    weather = random.gamma(shape, 1 / shape, spans) if truth.cv else np.ones(spans)
    variance = np.log1p(truth.repair_cv**2)
    repairs = np.exp(random.normal(-variance / 2, np.sqrt(variance), spans))
    rows: list[tuple[float, int, float]] = []
    for host in range(truth.hosts):
        factor = truth.worse if host < truth.lemons * truth.hosts else 1.0
        rows += _life(host, factor * truth.rate, truth, weather, repairs, random)
    for at in np.sort(random.uniform(0, truth.days, random.poisson(truth.burst_rate * truth.days))):
        struck = random.choice(truth.hosts, truth.burst_hosts, replace=False)
        rows += [(float(at), int(host), float(at) + truth.burst_days) for host in struck]
    return log_of(sorted(rows), truth.hosts, truth.days, name)


def worn(
    shape: float, mean_days: float, hosts: int, days: float, seed: int, repair_days: float = 1.0
) -> FailureLog:
    """A log of hosts that wear: times between a return and a failure are of a Weibull law.

    They have been repaired for long when the window begins.
    """
    random = np.random.default_rng(seed)
    scale = mean_days / gamma(1 + 1 / shape)
    rows = []
    for host in range(hosts):
        now = -mean_days * random.uniform(10, 20)
        while (at := now + scale * random.weibull(shape)) < days:
            now = at + repair_days * random.lognormal(-0.32, 0.8)
            if at >= 0:
                rows.append((at, host, now))
    return log_of(sorted(rows), hosts, days)


def _life(
    host: int,
    rate: float,
    truth: Truth,
    weather: np.ndarray,
    repairs: np.ndarray,
    random: np.random.Generator,
) -> list[tuple[float, int, float]]:
    """Failures of a host with their returns."""
    rows = []
    now, is_bad = 0.0, False
    while True:
        at = _next(now, rate, truth, weather, random)
        if is_bad:
            at = min(at, now + random.exponential(truth.back_after))
        if at >= truth.days:
            return rows
        longer = repairs[int(at // truth.span)]
        middle = np.log(truth.repair_days) - truth.repair_sigma**2 / 2
        now = at + longer * random.lognormal(middle, truth.repair_sigma)
        rows.append((at, host, now))
        is_bad = random.uniform() < truth.missed


def _next(
    now: float, rate: float, truth: Truth, weather: np.ndarray, random: np.random.Generator
) -> float:
    """When a hazard that changes from span to span has used up an exponential threshold."""
    left = random.exponential()
    while now < truth.days:
        span = int(now // truth.span)
        end = min((span + 1) * truth.span, truth.days)
        hazard = rate * weather[span] * truth.trend ** ((span + 0.5) * truth.span / truth.days)
        if hazard * (end - now) > left:
            return now + left / hazard
        left -= hazard * (end - now)
        now = end
    return float("inf")


def log_of(
    rows: list[tuple[float, int, float]], hosts: int, days: float, name: str = "made"
) -> FailureLog:
    """Log of rows of time in days, host, and return in days."""
    times, numbers, back = (np.array(column) for column in zip(*rows, strict=True))
    found, host = np.unique(numbers.astype(int), return_inverse=True)
    return FailureLog(
        name=name,
        start=START,
        end=START + dt.timedelta(days=days),
        hosts=hosts,
        time_s=np.round(times * DAY),
        host=host.astype(np.int64),
        host_names=tuple(f"n{one:03}" for one in found),
        cause=np.zeros(len(rows), dtype=np.int64),
        classes=("fault",),
        back_s=np.round(back * DAY),
    )


def written(folder: Path, lines: str, name: str = "log.csv") -> Path:
    """A file with a log."""
    file = folder / name
    file.write_text(lines, encoding="utf-8")
    return file


def large_log(events: int, name: str = "large.csv") -> None:
    """Write a log of a thousand days, with as many failures on a twenty-fifth as many hosts."""
    random = np.random.default_rng(5)
    at = np.sort(random.integers(0, 1000 * 86400, events))
    table = pd.DataFrame(
        {
            "time": np.datetime64(START) + at.astype("timedelta64[s]"),
            "host": [f"n{host:04}" for host in random.integers(0, events // 25, events)],
            "class": np.array(["gpu", "nic", "fan"])[random.integers(0, 3, events)],
            "end": np.datetime64(START)
            + (at + random.lognormal(8, 1, events).astype(int)).astype("timedelta64[s]"),
        }
    )
    table.to_csv(name, index=False)
