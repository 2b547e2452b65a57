"""Exact results on restarts in a row. All times are in hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain import theory
from simtrain.accounts.timeline import Verdict
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.small import hours, scenario

if TYPE_CHECKING:
    from simtrain.sampling.engines import AnySimulator

LOOPS = [
    (5.0, 3.0, 0.2, 0.3, 3, 10),
    (2.0, 1.0, 0.1, 0.5, 2, 4),
    (8.0, 3.0, 0.25, 1.5, 0, 3),
]
"""MTBF, interval, stall, restart, budget, saves of the whole work."""


def budget() -> Iterator[Experiment]:
    """The run gives up in a segment if it fails, and each of B restarts fails before its save."""
    for mtbf, interval, save, restart, allowed, segments in LOOPS:
        simulated = scenario(
            workload={"ideal_time": hours(interval * segments)},
            checkpoint={"interval": hours(interval), "stall": hours(save)},
            restart={"duration": hours(restart), "budget": allowed},
            fault={"crash": {"scope": "job", "mtbf": hours(mtbf), "automatic": 1}},
        )
        exact = theory.gives_up(mtbf, interval, save, restart, allowed, segments)
        name = f"M={mtbf:g} τ={interval:g} C={save:g} R={restart:g} B={allowed} n={segments}"
        yield Experiment(simulated, 2_000, _gave_up, (Claim(name, exact),))


def _gave_up(simulator: AnySimulator, trial: int) -> tuple[float]:
    """1 if a trial gave up, else 0."""
    return (float(simulator.tell(trial).verdict is Verdict.GAVE_UP),)
