"""Exact results on jobs that go on with fewer replicas. All times are in hours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain import theory
from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.units import HOUR
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import ratio
from simtrain.validation.small import HUGE, hours, scenario

if TYPE_CHECKING:
    from simtrain.sampling.engines import AnySimulator

REPLICAS, REPAIR = 8, 20.0
CASES: list[tuple[int, float, int, int, dict[str, object] | str]] = [
    (5, 0.01, 1, 0, {"law": "exponential", "mean": hours(REPAIR)}),
    (5, 0.04, 2, 0, {"law": "exponential", "mean": hours(REPAIR)}),
    (5, 0.04, 1, 0, hours(REPAIR)),
    (1, 0.04, 1, 0, {"law": "lognormal", "mean": hours(REPAIR), "cv": 1.5}),
    (6, 0.04, 3, 3, hours(REPAIR)),
]
"""Replicas needed, faults of one per hour, its hosts, spares, and the law of a repair."""
LAUNCHES = [(10.0, 4.0, 3.0, 4), (6.0, 2.0, 2.0, 16)]
"""Times at risk between faults of the job and between those of all hosts, launch, and replicas."""
SETTLED, UNTIL = 200.0, 2700.0


def replicas() -> Iterator[Experiment]:
    """R replicas make Σ π_k (R − k)/R of their speed, whatever the law of repair."""
    for at_least, rate, hosts, spares, law in CASES:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": REPLICAS * hosts, "spares": spares},
            checkpoint={"interval": "3.6 s"},
            fault={"break": {"mtbf": hours(hosts / rate)}},
            repair={"automated": law},
            recovery={"policy": "elastic", "replicas": REPLICAS, "at_least": at_least},
            limits={"wall_clock": hours(UNTIL)},
        )
        name = law["law"] if isinstance(law, dict) else "constant"
        exact = theory.elastic_share(REPLICAS, at_least, rate, REPAIR, spares)
        stand_by = f" S={spares}" if spares else ""
        case = f"R={REPLICAS} λ={rate:g} m={REPAIR:g}{stand_by}, at least {at_least}, {name} repair"
        claim = Claim(case, exact)
        yield Experiment(simulated, 40, readings.productive_share(SETTLED, UNTIL), (claim,))


ALLOCATED = [
    (8, 5, 0.02, 1, 48.0, 6.0),
    (8, 1, 0.05, 3, 36.0, 12.0),
    (4, 3, 0.03, 1, None, 5.0),
]
"""Replicas, those needed, faults of one per hour, its hosts, limit and mean wait."""


def in_allocations() -> Iterator[Experiment]:
    """Replicas that fail are whole again in the next allocation, which comes with other hosts."""
    for number, at_least, rate, hosts, limit, wait in ALLOCATED:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": number * hosts},
            checkpoint={"interval": "3.6 s"},
            fault={"break": {"mtbf": hours(hosts / rate)}},
            repair={"automated": HUGE},
            recovery={"policy": "elastic", "replicas": number, "at_least": at_least},
            allocation={
                "hosts": "others", "wait": {"law": "exponential", "mean": hours(wait)},
                **({} if limit is None else {"limit": hours(limit), "save_before": 0}),
            },
        )  # fmt: skip
        ends = math.inf if limit is None else limit
        exact = theory.elastic_allocation_share(number, at_least, rate, ends, wait)
        case = f"R={number} λ={rate:g} L={ends:g} W={wait:g}, at least {at_least}"
        claim = Claim(case.replace("inf", "∞"), exact, ratio)
        yield Experiment(simulated, 24, readings.work_of_time(40), (claim,))


def launches() -> Iterator[Experiment]:
    """A launch of R is over after (e^(aR) − 1)/a, with a the rate of what makes it begin anew.

    That is a fault of the job, and a fault of any host as well if no launch goes on without the
    replicas struck, for which spares are there at once. Without other stalls it is the time in
    restarts of each interruption, all of which are by faults of the job.
    """
    for job, host, launch, replicas in LAUNCHES:
        for struck, anew in (("anew", 1 / job + 1 / host), ("goes on", 1 / job)):
            simulated = scenario(
                workload={"ideal_time": hours(40 * job)},
                cluster={"hosts": replicas, "spares": 100},
                checkpoint={"interval": "36 s"},
                restart={"duration": hours(launch)},
                fault={
                    "break": {"mtbf": hours(host * replicas), "automatic": 1},
                    "bug": {"scope": "job", "mtbf": hours(job), "automatic": 1},
                },
                recovery={
                    "policy": "elastic", "replicas": replicas, "struck_launch": struck
                },
            )  # fmt: skip
            exact = math.expm1(anew * launch) / anew
            case = f"M={job:g} 1/(Rλ)={host:g} R={replicas}, launch {launch:g}, {struck}"
            yield Experiment(simulated, 80, _restart_of_interruptions, (Claim(case, exact, ratio),))


def _restart_of_interruptions(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Time in restarts, and number of interruptions."""
    ledger = Ledger()
    simulator.run(trial, ledger)
    restart = ledger.categories()[Category.RESTART] / HOUR
    return restart, float(ledger.counts[EventKind.INTERRUPTION])
