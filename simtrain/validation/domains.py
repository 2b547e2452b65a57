"""Exact results on faults of racks and on bursts. All times are in hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simtrain import theory
from simtrain.accounts.timeline import EventKind
from simtrain.scenario.scenario import Scenario
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import SampleEstimate, Values, mean, ratio, variance
from simtrain.validation.small import HUGE, hours, scenario

RACK = 16
AT_ONCE: dict[str, Any] = {"repair": {"automated": "0 s"}, "checkpoint": {"interval": "1000 h"}}
"""Hosts are back before anything else happens, so that the job is at risk all the time."""

_TAKEN_FROM_JOB, _ANY = (EventKind.SWAP_IN,), (EventKind.FAULT, EventKind.SPARE_FAULT)


def _second(values: Values) -> SampleEstimate:
    """Mean of the second column."""
    return mean(values[:, 1:])


def _racks(life: float, window: float, **tables: Any) -> Scenario:
    return scenario(
        workload={"ideal_time": HUGE},
        domain=[{"name": "rack", "hosts": RACK}],
        fault={"power": {"scope": "rack", "mtbf": hours(life)}},
        limits={"wall_clock": hours(window), "faults": 1_000_000},
        **tables,
    )


def racks() -> Iterator[Experiment]:
    """A rack of rate r interrupts at D·r, D racks holding the job, and takes N·r hosts of it.

    D is constant without spares, and where each rack has its own. With spares that step in anywhere
    it drifts, and what stays is N·r per time at risk, wherever the hosts of the job sit.
    """
    life, window = 100.0, 1_000.0
    for name, cluster, cycled in (
        ("N=64", {"hosts": 64}, 64.0),
        ("N=56 S=8 in their racks", {"hosts": 56, "spares": 8, "spares_within": "rack"}, 64.0),
    ):
        claims = (
            Claim(f"{name}, interruptions", 4 * window / life),
            Claim(f"{name}, hosts cycled", cycled * window / life, _second),
            Claim(f"{name}, variance of interruptions", 4 * window / life, variance),
        )
        read = readings.counts((EventKind.INTERRUPTION,), (EventKind.CORDON,))
        yield Experiment(_racks(life, window, cluster=cluster, **AT_ONCE), 100, read, claims)
    life, window = 400.0, 4_000.0
    anywhere = _racks(
        life,
        window,
        cluster={"hosts": 64, "spares": 32},
        repair={"automated": {"law": "exponential", "mean": "20 h"}},
        checkpoint={"interval": "1000 h"},
    )
    claim = Claim("N=64 S=32 anywhere, hosts of the job taken per 1/r at risk", 64.0, ratio)
    yield Experiment(anywhere, 60, readings.per_time_at_risk(_TAKEN_FROM_JOB, life), (claim,))


def bursts() -> Iterator[Experiment]:
    """A burst of h hosts takes h·N/(N + S) of the job, and any with 1 − C(S, h)/C(N + S, h)."""
    for hosts, spares, struck in ((124, 10, 5), (6, 6, 3), (3, 9, 4)):
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": hosts, "spares": spares},
            fault={"burst": {"scope": "cluster", "hosts": struck, "mtbf": "10 h"}},
            limits={"wall_clock": "1000 h"},
            **AT_ONCE,
        )
        case = f"N={hosts} S={spares} h={struck}"
        taken = Claim(f"{case}, hosts of the job", struck * hosts / (hosts + spares), ratio)
        yield Experiment(simulated, 30, readings.counts(_TAKEN_FROM_JOB, _ANY), (taken,))
        exact = theory.burst_takes_any(hosts, spares, struck)
        if exact < 0.999:
            any_ = Claim(f"{case}, interruptions", exact, ratio)
            read = readings.counts((EventKind.INTERRUPTION,), _ANY)
            yield Experiment(simulated, 30, read, (any_,))
