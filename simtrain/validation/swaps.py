"""Exact results on hosts that are swapped while the others keep their processes. Times in hours."""

from __future__ import annotations

from collections.abc import Iterator

from simtrain import theory
from simtrain.validation.experiments import Experiment
from simtrain.validation.memoryless import Case
from simtrain.validation.small import hours

CASES = [
    (Case(2, 0.5, 0.05, 1, 0.1, 0.4, hosts=3, trials=3_000), 0.1, 0.5, 0.8),
    (Case(6, 0.5, 0.05, 3, 0.0, 0.1, hosts=8, trials=3_000), 0.3, 3.0, 0.4),
    (Case(2, 0.5, 0.05, 1, 0.2, 0.2, hosts=2, trials=3_000), 0.2, 1.0, 1.0),
]
"""Numbers of the job, with the load of a copy; a swap, a launch, and how often a swap works."""


def swaps() -> Iterator[Experiment]:
    """φ = e^(−R/M) / (e^(S/M) + (1 − s)·(e^(L/M) − 1)), with a load R, a swap S and a launch L.

    A swap that is struck is followed by a swap. One that fails is followed by a launch, and that by
    further ones until one is over without a fault; processes then run on all hosts, so that a fault
    in the load is followed by a swap again.
    """
    for case, swap, launch, works in CASES:
        tables = case.tables()
        tables["fault"]["break"] |= {"automatic": 1}
        tables["checkpoint"]["load"] = hours(case.load)
        tables["restart"] = {"duration": hours(launch)}
        tables["detection"] = {"crash": hours(case.downtime)}
        tables["recovery"] = {
            "policy": "swap", "swap_restart": hours(swap), "swap_success": works
        }  # fmt: skip
        unhurt, loads = (theory.laplace_fixed(t, case.mtbf) for t in (launch, case.load))
        tries = 1 / theory.laplace_fixed(swap, case.mtbf) + (1 - works) * (1 / unhurt - 1)
        more = f" (loads), launch {launch:g}, swap {swap:g} s={works:g}"
        yield case.wall_clock(tables, case.run(loads / tries), more)
