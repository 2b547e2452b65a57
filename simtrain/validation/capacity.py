"""Exact results on hosts that come and go, one by one. All times are in hours."""

from __future__ import annotations

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

SETTLED, UNTIL = 100.0, 1100.0
SPOT: list[tuple[int, int, float, float, object]] = [
    (10, 2, 40.0, 4.0, {"law": "exponential"}),
    (10, 2, 40.0, 4.0, {"law": "lognormal", "cv": 1.5}),
    (3, 0, 30.0, 6.0, None),
]
"""Hosts, spares, mean times up and down of one, and the law of the time down."""


def spot() -> Iterator[Experiment]:
    """Each of N + S hosts is away for a share of the time, on its own, whatever the law of it."""
    for hosts, spares, up, down, law in SPOT:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"hosts": hosts, "spares": spares},
            checkpoint={"interval": "1000 h"},
            fault={
                "reclaimed": {"effect": "preempt", "mtbf": hours(up), "returns": _law(down, law)}
            },
            limits={"wall_clock": hours(UNTIL)},
        )
        exact = theory.binomial_tail(hosts + spares, spares, down / (up + down))
        name = f"N={hosts} S={spares} up {up:g} down {down:g}, {_name(law)}"
        claim = Claim(name, exact)
        yield Experiment(simulated, 40, readings.waiting_share(SETTLED, UNTIL), (claim,))


GANGS: list[tuple[int, float, float, float]] = [
    (6, 60.0, 4.0, 3.0),
    (40, 400.0, 1.0, 5.0),
]
"""Hosts, mean times up and down of one, and mean wait in the queue."""


def gangs() -> Iterator[Experiment]:
    """A gang is held until a host is reclaimed, and again once that is back and the wait is over.

    The longer of two exponential times of means m and W lasts m + W − 1/(1/m + 1/W) on average.
    Nobody is reclaimed in the queue.
    """
    for hosts, up, down, wait in GANGS:
        simulated = scenario(
            workload={"ideal_time": hours(100 * up / hosts)},
            cluster={"hosts": hosts},
            checkpoint={"interval": "3.6 s"},
            fault={
                "reclaimed": {
                    "effect": "preempt", "mtbf": hours(up),
                    "returns": _law(down, {"law": "exponential"}),
                }
            },
            allocation={"wait": _law(wait, {"law": "exponential"})},
        )  # fmt: skip
        exact = down + wait - 1 / (1 / down + 1 / wait)
        claim = Claim(f"N={hosts} up {up:g} down {down:g} W={wait:g}", exact, ratio)
        yield Experiment(simulated, 40, _queue_of_interruptions, (claim,))


def _law(mean: float, law: object) -> object:
    """A time of that mean, constant without a law."""
    return {**law, "mean": hours(mean)} if isinstance(law, dict) else hours(mean)


def _name(law: object) -> str:
    return str(law["law"]) if isinstance(law, dict) else "constant"


def _queue_of_interruptions(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Time in the queue, and number of interruptions."""
    ledger = Ledger()
    simulator.run(trial, ledger)
    queued = ledger.categories()[Category.QUEUE_WAIT] / HOUR
    return queued, float(ledger.counts[EventKind.INTERRUPTION])
