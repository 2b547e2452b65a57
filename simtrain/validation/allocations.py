"""Exact results on allocations and the queue between them. All times are in hours."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simtrain.accounts.ledger import Category, Ledger
from simtrain.engine.trial import Simulator
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.small import HUGE, hours, scenario

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


def _productive_share(simulator: Simulator, trial: int) -> tuple[float]:
    """Share of the wall-clock, of a trial that is cut off after whole allocations and waits."""
    ledger = Ledger()
    ending = simulator.run(trial, ledger)
    return (ledger.categories()[Category.PRODUCTIVE] / ending.wall_clock_s,)
