"""Exact results on faults on the calendar, and on hosts that come back. All times are in hours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from simtrain import theory
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import variance
from simtrain.validation.small import HUGE, hours, scenario

BUSY: dict[str, Any] = {"detection": {"crash": "2 h"}, "restart": {"duration": "3 h"}}
"""Recoveries in which a job on the calendar is struck about as often as in training."""


def calendar() -> Iterator[Experiment]:
    """Rate × T × units, and as much variance, if no unit ever leaves: a Poisson number.

    The job is down for a third to two thirds of the time.
    """
    window = 200.0
    cases: list[tuple[str, dict[str, Any], dict[str, Any], float]] = [
        ("job", {"scope": "job", "mtbf": "10 h"}, {"hosts": 4}, 1 / 10),
        ("hosts", {"mtbf": "60 h", "needs_repair": 0}, {"hosts": 4, "spares": 2}, 6 / 60),
    ]
    for name, fault, cluster, rate in cases:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster=cluster,
            fault={"net": {"clock": "calendar", **fault}},
            limits={"wall_clock": hours(window)},
            **BUSY,
        )
        claims = (
            Claim(f"{name}, mean", rate * window),
            Claim(f"{name}, variance", rate * window, variance),
        )
        yield Experiment(simulated, 1_500, readings.strikes, claims)


def calendar_repaired() -> Iterator[Experiment]:
    """Faults of hosts that are struck while they stand, and stand after an exponential repair.

    Each host is a chain of two states, so P(it stands at t) = (1 + ρ·e^(−(r + 1/m)·t))/(1 + ρ) with
    ρ = r·m, and the faults up to T are the rate r by its integral.
    """
    window = 300.0
    for hosts, spares, life, repair in ((20, 1, 100.0, 10.0), (12, 2, 80.0, 30.0)):
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": hosts, "spares": spares},
            fault={"gpu": {"clock": "calendar", "mtbf": hours(life)}},
            repair={"automated": {"law": "exponential", "mean": hours(repair)}},
            limits={"wall_clock": hours(window)},
        )
        exact = (hosts + spares) * theory.renewals_in(window, life, repair)
        claim = Claim(f"N={hosts} S={spares} 1/r={life:g} m={repair:g} T={window:g}", exact)
        yield Experiment(simulated, 300, readings.strikes, (claim,))


RETURNS: dict[str, Any] = {
    "constant": "8 h",
    "exponential": {"law": "exponential", "mean": "8 h"},
    "lognormal": {"law": "lognormal", "mean": "8 h", "cv": 1.5},
}
BETWEEN, AWAY, SETTLED = 20.0, 8.0, 400.0


def outages() -> Iterator[Experiment]:
    """No outage lasts for e^(−λE[R]) of the time on the calendar, for 1/(1 + λE[R]) at risk.

    The first holds since outages overlap and all of them go on, as customers of M/G/∞ do. Neither
    hangs on the law of R.
    """
    until = SETTLED + 4_000.0
    load = AWAY / BETWEEN
    for clock, exact in (("calendar", math.exp(-load)), ("at risk", 1 / (1 + load))):
        for law, returns in RETURNS.items():
            power = {"scope": "job", "mtbf": hours(BETWEEN), "clock": clock, "returns": returns}
            simulated = scenario(
                workload={"ideal_time": HUGE},
                checkpoint={"interval": "1000 h"},
                fault={"power": power},
                limits={"wall_clock": hours(until)},
            )
            name = f"load {load:g}, {clock}, {law}"
            read = readings.waiting_share(SETTLED, until)
            yield Experiment(simulated, 40, read, (Claim(name, 1 - exact),))
