"""Exact results on jobs that go on with fewer replicas. All times are in hours."""

from __future__ import annotations

from collections.abc import Iterator

from simtrain import theory
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.small import HUGE, hours, scenario

REPLICAS, REPAIR = 8, 20.0
CASES: list[tuple[int, float, int, dict[str, object] | str]] = [
    (5, 0.01, 1, {"law": "exponential", "mean": hours(REPAIR)}),
    (5, 0.04, 2, {"law": "exponential", "mean": hours(REPAIR)}),
    (5, 0.04, 1, hours(REPAIR)),
    (1, 0.04, 1, {"law": "lognormal", "mean": hours(REPAIR), "cv": 1.5}),
]
"""Replicas needed, faults of one per hour, its hosts, and the law of a repair."""
SETTLED, UNTIL = 200.0, 2700.0


def replicas() -> Iterator[Experiment]:
    """R replicas make Σ π_k (R − k)/R of their speed, whatever the law of repair."""
    for at_least, rate, hosts, law in CASES:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": REPLICAS * hosts},
            checkpoint={"interval": "3.6 s"},
            fault={"break": {"mtbf": hours(hosts / rate)}},
            repair={"automated": law},
            recovery={"policy": "elastic", "replicas": REPLICAS, "at_least": at_least},
            limits={"wall_clock": hours(UNTIL)},
        )
        name = law["law"] if isinstance(law, dict) else "constant"
        exact = theory.elastic_share(REPLICAS, at_least, rate, REPAIR)
        case = f"R={REPLICAS} λ={rate:g} m={REPAIR:g}, at least {at_least}, {name} repair"
        claim = Claim(case, exact)
        yield Experiment(simulated, 40, readings.productive_share(SETTLED, UNTIL), (claim,))
