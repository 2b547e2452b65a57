"""Quantiles of the uncertain numbers of a trial: each drawn at its address, pairs correlated.

Of a pair the first number has its own quantile. The normal score of the second has a mean and a
standard deviation that depend on that of the first, and its own draw says where between them it
lies. So what is in no pair is drawn as it would be without any.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from simtrain.model.draws import Draws, quantile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.model.draws import Uniforms
    from simtrain.scenario.conditionals import Conditional

_NORMAL = NormalDist()
_LEAST = 2.0**-60
"""Quantile in place of 0, of which there is no normal score; far below what a draw can tell."""


def quantile_of(draws: Draws, address: str, conditionals: Mapping[str, Conditional]) -> float:
    """Quantile of the uncertain number at an address, in the trial whose numbers are drawn.

    Parameters
    ----------
    draws
        Draws of the trial.
    address
        Address of the quantile.
    conditionals
        What quantiles depend on, by their address.
    """
    own = quantile(draws, address)
    if address not in conditionals:
        return own
    conditional = conditionals[address]
    return conditioned(own, quantile(draws, conditional.address), conditional)


def conditioned(own: float, first: float, conditional: Conditional) -> float:
    """Quantile of the second number of a pair, by its own draw and the quantile of the first."""
    mean, sd = conditional.law(_NORMAL.inv_cdf(max(first, _LEAST)))
    score = mean + sd * _NORMAL.inv_cdf(max(own, _LEAST))
    # Rounding must not make it 1, at which some laws have no value.
    return min(math.erfc(-score / math.sqrt(2.0)) / 2, 1.0 - 2.0**-53)


def quantiles(
    seed: int, trials: int, addresses: Sequence[str], conditionals: Mapping[str, Conditional]
) -> Uniforms:
    """Quantile of each uncertain number in each of the first trials: an array (trials, numbers)."""
    draws = Draws()
    table = np.empty((trials, len(addresses)))
    for trial in range(trials):
        draws.begin(seed, trial)
        table[trial] = [quantile_of(draws, address, conditionals) for address in addresses]
    return table
