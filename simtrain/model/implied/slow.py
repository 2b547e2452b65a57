"""What slow hosts take of full speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.model.implied.classes import by_hand
from simtrain.model.implied.clock import response_s
from simtrain.model.parameters import Parameters
from simtrain.model.response import SLOWEST
from simtrain.scenario.noticing import quantiles, slow_host

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_SPEEDS = 1_000
"""Points of an integral over the speed of hosts."""


def slowed(scenario: Scenario, now: Parameters, rates: dict[str, float], ideal_s: float) -> float:
    """1 − ∫ exp(−Σ nλm·G(x)) dx: the slowest host counts, of as many as in M/G/∞ are slow."""
    speeds = (np.arange(_SPEEDS) + 0.5) / _SPEEDS
    slower = np.zeros(_SPEEDS)
    for name, fault in now.faults.items():
        if not fault.effect.slows or not rates[name]:
            continue
        answered_s = by_hand(fault) * response_s(scenario, now)
        for_s = min(ideal_s, slow_host(scenario, name, answered_s).for_s)
        law = np.maximum(SLOWEST, quantiles(scenario.fault[name].slow_speed, _SPEEDS))
        below = np.searchsorted(law, speeds, side="right") / _SPEEDS
        slower += rates[name] * for_s * below
    return 1 - float(np.exp(-slower).mean())
