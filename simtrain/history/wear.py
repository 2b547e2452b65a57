"""Whether hosts fail more often the longer they have stood since their last repair."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.history.poisson import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.logs.log import Codes, Seconds
    from simtrain.logs.outages import Outages

_FEWEST = 20
"""First faults of known age below which nothing is told."""
_CHANCE = 0.01
_SHAPES = (0.05, 50.0)
_AT_90 = 2.7055
"""Chi-square of one degree of freedom that is exceeded one time in ten."""
_LEAST_S = 1.0
"""What stands for an age of 0, of which there is no logarithm."""
_FURTHEST, _STEPS = 40.0, 4096


class Wear(NamedTuple):
    """A hazard of first faults that is a power of the age: a Weibull law.

    Parameters
    ----------
    shape, shape_range
        Shape of the law, above 1 for wear, and where it lies nine times in ten.
    chance
        Probability of one so far above 1 by chance.
    """

    shape: float
    shape_range: Interval
    chance: float

    @property
    def is_believed(self) -> bool:
        """Whether hosts wear, by more than chance makes.

        A shape below 1 is no wear: relapses, spells and unequal hosts make it as well.
        """
        return self.shape > 1 and self.chance < _CHANCE


class Ages(NamedTuple):
    """Stretches of time that hosts stood, by their age: the time that they stood since a repair.

    Parameters
    ----------
    begun_s, ended_s
        Age at the beginning and at the end of each.
    after
        Number of the outage that ended each, -1 if it is the end of the window.
    """

    begun_s: Seconds
    ended_s: Seconds
    after: Codes


def ages(outages: Outages, repaired: NDArray[np.bool_]) -> Ages:
    """Ages of hosts, as far as a repair in the window tells them.

    Parameters
    ----------
    outages
        Outages of a log.
    repaired
        Whether each of them ended with a repair; a host that came back without one is as old as
        it was.
    """
    gaps = outages.gaps
    old: dict[int, float] = {}  # age at the beginning of an outage, by its number
    rows = []
    for length, before, after in zip(*(column.tolist() for column in gaps), strict=True):
        begun = 0.0 if repaired[before] else old.get(before, math.nan)
        if after >= 0:
            old[after] = begun + length
        rows.append((begun, begun + length, after))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    known = table[np.isfinite(table[:, 0])]
    return Ages(known[:, 0], known[:, 1], known[:, 2].astype(np.int64))


def wear(found: Ages, first: Seconds) -> Wear | None:
    """Wear by the likelihood of first faults at their ages; None if there are too few to tell.

    Other faults end a stretch and are no event of this law (censoring on the right), and a host
    that was not seen young counts from the age on at which it was (truncation on the left).

    Parameters
    ----------
    found
        Ages.
    first
        Probability of each outage that it is a first fault of a single host.
    """
    weight = np.where(found.after >= 0, first[found.after], 0.0)
    events = float(weight.sum())
    if events < _FEWEST:
        return None
    unit = float(found.ended_s.max())  # so that no power of an age grows beyond all bounds
    ends = np.maximum(found.ended_s, _LEAST_S) / unit
    begins = found.begun_s / unit
    later = begins[begins > 0]
    logs, later_logs = np.log(ends), np.log(later)
    sum_of_logs = float(weight @ logs)

    def exposure(shape: float) -> float:
        return float(np.exp(shape * logs).sum() - np.exp(shape * later_logs).sum())

    def likelihood(shape: float) -> float:
        return events * (math.log(shape) - math.log(exposure(shape))) + shape * sum_of_logs

    optimize = import_module("scipy.optimize")
    best = optimize.minimize_scalar(
        lambda log: -likelihood(math.exp(log)), bounds=tuple(map(math.log, _SHAPES)),
        method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    shape, most = math.exp(best.x), -float(best.fun)

    def beyond(shape: float) -> float:
        return likelihood(shape) - most + _AT_90 / 2

    ends_at = [
        optimize.brentq(beyond, *sorted((shape, end))) if beyond(end) < 0 else end
        for end in _SHAPES
    ]
    root = math.sqrt(max(0.0, 2 * (most - likelihood(1.0))))
    chance = 0.5 * math.erfc(math.copysign(root, shape - 1) / math.sqrt(2))
    return Wear(shape, Interval(*ends_at), chance)


class AgeOfHosts(NamedTuple):
    """Ages that hosts have in the long run, under a law of a shape.

    Parameters
    ----------
    scale_s
        Scale of the law.
    ages_s, share
        Ages, rising, and the share of the hosts that are no older.
    """

    scale_s: float
    ages_s: Seconds
    share: Seconds

    def quantile(self, part: float) -> float:
        """Age that a part of the hosts does not exceed."""
        return float(np.interp(part, self.share, self.ages_s))


def in_the_long_run(shape: float, rate: float, others: float) -> AgeOfHosts:
    """Weibull law whose faults come at a rate in the long run, and the ages that hosts have then.

    Parameters
    ----------
    shape
        Its shape.
    rate, others
        Faults of the law per second that a host stands, and other repairs, which renew it as well.
    """
    # In units of the scale s: hosts of age a are in proportion to exp(-a^shape - others*s*a), and
    # all repairs come at the inverse of the area below it.
    wanted = rate + others
    grid = np.linspace(0.0, 1.0, _STEPS + 1) ** 2 * _FURTHEST ** (1 / shape)

    def alive(scale: float) -> Seconds:
        survival: Seconds = np.exp(-(grid**shape) - others * scale * grid)
        return survival

    def area(scale: float) -> float:
        values = alive(scale)
        return scale * float((np.diff(grid) * (values[1:] + values[:-1])).sum() / 2)

    plain = 1 / (rate * math.gamma(1 + 1 / shape))
    low, high = plain / 100, plain * 100
    brentq = import_module("scipy.optimize").brentq
    scale = math.exp(
        brentq(lambda log: area(math.exp(log)) - 1 / wanted, math.log(low), math.log(high))
    )
    values = alive(scale)
    below = np.concatenate([[0.0], np.cumsum(np.diff(grid) * (values[1:] + values[:-1]) / 2)])
    return AgeOfHosts(scale, scale * grid, below / below[-1])
