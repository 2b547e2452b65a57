"""How hosts differ: a factor on the hazard of each, for good."""

from __future__ import annotations

import numpy as np

from simtrain.distributions import Gamma
from simtrain.engine.draws import Draws, Uniforms
from simtrain.engine.fields import FRAILTY, LEMON


class Factors:
    """Factor on the hazard of every host: of lemons, and gamma frailty of mean 1.

    Parameters
    ----------
    hosts
        Number of hosts at the start.
    lemon_fraction, lemon_factor
        Chance that a host is a lemon, and its factor.
    frailty
        Variance of the gamma factor; 0 for none.
    """

    def __init__(
        self, draws: Draws, hosts: int, lemon_fraction: float, lemon_factor: float, frailty: float
    ):
        self._stream = draws.stream("factors of a host")
        self._lemons = (lemon_fraction, lemon_factor)
        self._frailty = Gamma(1 / frailty, frailty) if frailty > 0 else None
        rows = self._stream.table(hosts)
        self.initial: Uniforms = np.where(rows[:, LEMON] < lemon_fraction, lemon_factor, 1.0)
        if self._frailty is not None:
            self.initial = self.initial * [self._frailty.quantile(u) for u in rows[:, FRAILTY]]

    def of(self, host: int) -> float:
        """Factor of a host, also of one that came later."""
        if host < len(self.initial):
            return float(self.initial[host])
        block, at = self._stream.row(host)
        fraction, factor = self._lemons
        value = factor if block[at + LEMON] < fraction else 1.0
        return (
            value if self._frailty is None else value * self._frailty.quantile(block[at + FRAILTY])
        )
