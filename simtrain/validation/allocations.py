"""Exact results on allocations and the queue between them. All times are in hours."""

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

CHAINS = [
    (100.0, 7.3, 2.0),
    (30.0, 8.1, 11.7),
]
"""Work, limit, and mean wait."""


CUT_OFF = [
    (10.6, 5.0, 0.4, 1.0, 0.1),
    (7.7, 2.0, 1.3, 2.0, 0.2),
]
"""Limit, wait, restart, interval and stall."""


def chains() -> Iterator[Experiment]:
    """Work X takes X + (⌈X/L⌉ − 1)·W, whatever the law of the wait."""
    for work, limit, wait in CHAINS:
        simulated = scenario(
            workload={"ideal_time": hours(work)},
            allocation={
                "limit": hours(limit), "save_before": 0,
                "wait": {"law": "exponential", "mean": hours(wait)},
            },
        )  # fmt: skip
        exact = work + (math.ceil(work / limit) - 1) * wait
        claim = Claim(f"X={work:g} L={limit:g} W={wait:g}", exact)
        yield Experiment(simulated, 400, readings.wall_clock, (claim,))


def cut_off() -> Iterator[Experiment]:
    """Without a save before the limit ⌊(L − R)/(τ + C)⌋·τ of work is kept for each L + W."""
    for limit, wait, restart, interval, save in CUT_OFF:
        chain = 40
        simulated = scenario(
            workload={"ideal_time": HUGE},
            checkpoint={"interval": hours(interval), "stall": hours(save)},
            restart={"duration": hours(restart), "at_start": True},
            allocation={"limit": hours(limit), "wait": hours(wait)},
            limits={"wall_clock": hours(chain * (limit + wait))},
        )
        exact = math.floor((limit - restart) / (interval + save)) * interval / (limit + wait)
        name = f"L={limit:g} W={wait:g} R={restart:g} τ={interval:g} C={save:g}"
        yield Experiment(simulated, 2, _productive_share, (Claim(name, exact),))


PREEMPTED = [
    (0.5, 2.0, 1.0, 6.0),
    (0.2, 0.7, 4.0, 12.3),
]
"""Rate, shield, mean wait, and limit."""


def preempted() -> Iterator[Experiment]:
    """An allocation is held for U = s + (1 − e^(−p(L − s)))/p on average: a share U/(U + W)."""
    for rate, shield, wait, limit in PREEMPTED:
        until = 4_000.0
        simulated = scenario(
            workload={"ideal_time": HUGE},
            checkpoint={"interval": "1000 h"},
            allocation={
                "limit": hours(limit), "wait": {"law": "exponential", "mean": hours(wait)},
            },
            fault={
                "scheduler": {
                    "effect": "preempt", "scope": "job", "rate": f"{rate!r} per h",
                    "shield": hours(shield),
                }
            },
            limits={"wall_clock": hours(until)},
        )  # fmt: skip
        name = f"p={rate:g} s={shield:g} W={wait:g} L={limit:g}"
        claim = Claim(name, theory.held_share(rate, shield, limit, wait))
        yield Experiment(simulated, 60, _held_share, (claim,))


def lost_to_preemption() -> Iterator[Experiment]:
    """Work lost by a preemption whose notice is too short to save, on average.

    What was done since the last save, and all of an interval if it strikes in the stall of one.
    """
    for rate, interval, save in ((0.5, 3.0, 0.2), (0.1, 4.0, 0.5)):
        simulated = scenario(
            workload={"ideal_time": hours(1_000 * interval)},
            checkpoint={"interval": hours(interval), "stall": hours(save)},
            fault={
                "spot": {
                    "effect": "preempt", "scope": "job", "rate": f"{rate!r} per h",
                    "returns": "1 h", "notice": hours(0.9 * save),
                }
            },
        )  # fmt: skip
        exact = theory.distance_to_copy(interval, save, 1 / rate) + theory.lost_in_stall(
            interval, save, 1 / rate
        )
        claim = Claim(f"p={rate:g} τ={interval:g} C={save:g}", exact, ratio)
        yield Experiment(simulated, 40, _lost_of_interruptions, (claim,))


def _lost_of_interruptions(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Lost work, and number of interruptions."""
    ledger = Ledger()
    simulator.run(trial, ledger)
    lost = ledger.categories()[Category.LOST_WORK] / HOUR
    return lost, float(ledger.counts[EventKind.INTERRUPTION])


def _held_share(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Share of the wall-clock in which the job holds its hosts."""
    ledger = Ledger()
    ending = simulator.run(trial, ledger)
    return (1 - ledger.categories()[Category.QUEUE_WAIT] / ending.wall_clock_s,)


def _productive_share(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Share of the wall-clock, of a trial that is cut off after whole allocations and waits."""
    ledger = Ledger()
    ending = simulator.run(trial, ledger)
    return (ledger.categories()[Category.PRODUCTIVE] / ending.wall_clock_s,)
