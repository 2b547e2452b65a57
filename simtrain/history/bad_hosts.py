"""How likely it is that a host of a run in flight is bad, and nobody has found it yet.

Where a diagnosis may miss the bad host it stays in the job, and fails again soon. The faults that
were seen, each by its class, say how likely it is that one is there now: a filter over how many
there are, from one fault to the next. A quiet time since the last fault says that there is none.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.model.parameters import FaultParameters, Parameters

    Array = NDArray[np.float64]

_MOST = 4
"""Most bad hosts of a class at once that are told apart."""
_LEAST = 1e-3
"""Probability below which there is none."""


def probability_of_a_bad_host(
    now: Parameters, name: str, faults: Sequence[tuple[float, str]], until_s: float, at_risk: float
) -> float:
    """Probability that a host of the job is bad by a class.

    Parameters
    ----------
    now
        What is in force, with numbers that are not known at their middle.
    name
        The class.
    faults
        When each fault came, in seconds since the start, and of which class; in order.
    until_s
        Seconds since the start until now.
    at_risk
        Part of the time in which the job was at risk.
    """
    fault, recall = now.faults[name], now.diagnosis.recall
    if recall >= 1.0 or fault.scope.hosts != 1 or not fault.diagnose or not fault.rate > 0.0:
        return 0.0
    rate = fault.rate * now.cluster.hosts
    relapses = np.arange(_MOST + 1) / now.repair.bad_host_mtbf
    chances = np.eye(_MOST + 1)[0]
    found = np.array([[_binomial(left, bad, 1.0 - recall) for left in range(_MOST + 1)]
                      for bad in range(_MOST + 1)])  # fmt: skip
    since = 0.0
    for time, of_class in faults:
        chances = chances * np.exp(-relapses * at_risk * (time - since))
        since = time
        if of_class == name:
            chances = _struck(fault, chances * rate, chances * relapses)
        if now.faults[of_class].diagnose:
            chances = chances @ found
        chances = chances / chances.sum()
    chances = chances * np.exp(-relapses * at_risk * (until_s - since))
    probability = 1.0 - float(chances[0] / chances.sum())
    return probability if probability >= _LEAST else 0.0


def _struck(fault: FaultParameters, anew: Array, again: Array) -> Array:
    """Weights of how many are bad after a fault: a new one, or one that is bad fails again."""
    added = np.append(0.0, anew[:-1])
    added[-1] += anew[-1]
    return again + fault.needs_repair * added + (1.0 - fault.needs_repair) * anew


def _binomial(number: int, of: int, chance: float) -> float:
    if number > of:
        return 0.0
    return math.comb(of, number) * chance**number * (1.0 - chance) ** (of - number)
