"""What repairs so far tell of numbers that are not known: how long they took, or take already."""

from __future__ import annotations

import math
from itertools import product
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.distributions import Ageing, Fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.distributions import Law
    from simtrain.scenario.number import Number, UnknownLaw
    from simtrain.scenario.scenario import Scenario

    Array = NDArray[np.float64]

Ends = tuple[float, float, float]
_NORMAL = NormalDist()
_SCORES = np.linspace(-5.0, 5.0, 101)
"""Normal scores of the quantile of a number at which its likelihood is computed."""
_TOGETHER = 2
"""Numbers of one law that are looked at together; of more, each with the others at the middle."""
_STEP = 1e-4
_SAME_S = 1.0
"""Seconds by which a time in a log may differ from that of a stage."""


class Repairs(NamedTuple):
    """Repairs of hosts.

    Parameters
    ----------
    ended_s
        How long each took that has ended.
    going_on_s
        How long each has taken that goes on.
    """

    ended_s: Array
    going_on_s: Array

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.ended_s) + len(self.going_on_s)

    def after(self, seconds: float) -> Repairs:
        """Those that took longer, from then on."""
        longer = seconds + _SAME_S
        ended, going_on = (of[of > longer] - seconds for of in self)
        return Repairs(ended, going_on)


def told_by_repairs(scenario: Scenario, repairs: Repairs) -> dict[str, Ends]:
    """Quantiles that are P5, P50 and P95 of what is known of numbers of repair now.

    A stage is told apart from the other where it is the only one, or the automated one takes the
    same time each time; and where neither weather nor crews nor their hours nor a burn-in move it.

    Parameters
    ----------
    scenario
        The run as it was planned.
    repairs
        Its repairs so far.

    Returns
    -------
    dict
        By the address of a number.
    """
    table = scenario.repair
    if not repairs.number or table.varies or table.crews or table.staffed or table.burn_in.mean:
        return {}
    fails = table.automated_fails
    if fails.is_fixed and not fails.mean:
        return _of_law("repair.automated", table.automated, repairs)
    automated = table.automated
    if automated.unknown or not isinstance(automated.law, Fixed):
        return {}
    by_hand = repairs.after(automated.mean)
    found = _of_law("repair.manual", table.manual, by_hand)
    blames_rightly = (
        scenario.diagnosis.precision.is_fixed and scenario.diagnosis.precision.mean == 1
    )
    if not fails.is_fixed and fails.per == "trial" and blames_rightly:
        ended = len(repairs.ended_s) - len(by_hand.ended_s)
        found |= _of_share("repair.automated_fails", fails, by_hand.number, ended)
    return found


def _of_law(path: str, number: Number, repairs: Repairs) -> dict[str, Ends]:
    """The same of the numbers of a law that is drawn from for each repair."""
    unknown = number.unknown
    if unknown is None or not repairs.number:
        return {}
    numbers = [one for _, one in unknown.ranges]
    addresses = [one.address(f"{path}.{name}") for name, one in unknown.ranges]
    if len({*addresses}) < len(addresses):
        return {}
    middle = [one.middle for one in numbers]
    margins: list[Array] = []
    if len(numbers) <= _TOGETHER:
        weights = _weights(unknown, repairs, [_at(one) for one in numbers])
        axes = range(len(numbers))
        margins = [weights.sum(tuple(one for one in axes if one != axis)) for axis in axes]
    else:
        for place, one in enumerate(numbers):
            grids = [[value] for value in middle]
            grids[place] = _at(one)
            margins.append(_weights(unknown, repairs, grids).ravel())
    return {address: _ends(margin) for address, margin in zip(addresses, margins, strict=True)}


def _weights(unknown: UnknownLaw, repairs: Repairs, grids: Sequence[list[float]]) -> Array:
    """Weights of values of the numbers of a law: their own law by the likelihood of repairs."""
    total = np.array([_likelihood(unknown.at(values), repairs) for values in product(*grids)])
    total = total.reshape([len(grid) for grid in grids])
    for axis, grid in enumerate(grids):
        if len(grid) > 1:
            others = [one for one in range(len(grids)) if one != axis]
            total = total - np.expand_dims(_SCORES**2 / 2, others)
    weights: Array = np.exp(total - total.max())
    return weights


def _of_share(path: str, number: Number, failed: int, others: int) -> dict[str, Ends]:
    """The same of a probability, by how often it came."""
    share = np.clip(_at(number), 1e-12, 1 - 1e-12)
    total = failed * np.log(share) + others * np.log1p(-share) - _SCORES**2 / 2
    return {number.address(path): _ends(np.exp(total - total.max()))}


def _at(number: Number) -> list[float]:
    return [number.law.quantile(_NORMAL.cdf(score)) for score in _SCORES]


def _likelihood(law: Law, repairs: Repairs) -> float:
    """Log-likelihood of repairs by a law of how long they take."""
    if not isinstance(law, Ageing):
        return 0.0
    ended, hazard = repairs.ended_s, law.cumulative_hazard
    rate = (hazard(ended * (1 + _STEP)) - hazard(ended * (1 - _STEP))) / (2 * _STEP * ended)
    with np.errstate(divide="ignore"):
        density = np.log(rate) - hazard(ended)
    found = float(density.sum() - hazard(repairs.going_on_s).sum())
    return found if math.isfinite(found) else -1e300


def _ends(weights: Array) -> Ends:
    """Quantiles that are P5, P50 and P95 of a number, from the weights of its scores."""
    reached = (np.cumsum(weights) - weights / 2) / weights.sum()
    p5, p50, p95 = (_NORMAL.cdf(float(np.interp(at, reached, _SCORES))) for at in (0.05, 0.5, 0.95))
    return p5, p50, p95
