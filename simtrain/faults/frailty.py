"""How hosts differ: a factor on the hazard of each, for good."""

from __future__ import annotations

import numpy as np

from simtrain.distributions import Gamma
from simtrain.model.draws import Draws, Uniforms
from simtrain.model.streams import FRAILTY, HOST, LEMON

_NONE = 1e-12
"""Factor below which a host has no hazard at all: it would fail once in a million lifetimes."""


class Frailty:
    """Factor on the hazard of every host: of lemons, and gamma frailty of mean 1.

    Parameters
    ----------
    hosts
        Number of hosts at the start.
    lemon_fraction, lemon_factor
        Chance that a host is a lemon, and its factor.
    variance
        Variance of the gamma factor; 0 for none.
    """

    def __init__(
        self, draws: Draws, hosts: int, lemon_fraction: float, lemon_factor: float, variance: float
    ):
        self._stream = draws.stream(HOST)
        self._lemons = (lemon_fraction, lemon_factor)
        self._gamma = Gamma(1 / variance, variance) if variance > 0 else None
        rows = self._stream.table(hosts)
        self.initial: Uniforms = np.where(rows[:, LEMON] < lemon_fraction, lemon_factor, 1.0)
        if self._gamma is not None:
            self.initial = self.initial * [self._gamma.quantile(u) for u in rows[:, FRAILTY]]
        self.initial[self.initial < _NONE] = 0.0

    def of(self, host: int) -> float:
        """Factor of a host, also of one that came later."""
        if host < len(self.initial):
            return float(self.initial[host])
        block, at = self._stream.row(host)
        fraction, factor = self._lemons
        value = factor if block[at + LEMON] < fraction else 1.0
        if self._gamma is not None:
            value *= self._gamma.quantile(block[at + FRAILTY])
        return value if value >= _NONE else 0.0
