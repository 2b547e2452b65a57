"""Rows of a scenario whose hosts wear: a Weibull law for each class, and ages at the start.

The classes share the hazard of an age in proportion to their faults, so that together they have the
law of all of them. With a part p of the faults the hazard is p times as high, which makes the scale
p^(-1/shape) times as long.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.history.wear import AgeOfHosts, in_the_long_run
from simtrain.units import DAY

if TYPE_CHECKING:
    from simtrain.history.fitted import Fitted
    from simtrain.history.wear import Wear


class Ageing(NamedTuple):
    """How the hosts of a log age.

    Parameters
    ----------
    wear
        Their wear.
    hosts
        Their ages in the long run, and the scale of the law of all classes together.
    faults
        First faults of all classes.
    """

    wear: Wear
    hosts: AgeOfHosts
    faults: float

    def mean_s(self, first: float) -> float:
        """Mean time to failure of a new host by a class of so many of the faults, in seconds."""
        part = first / self.faults
        inverse = 1 / self.wear.shape
        return self.hosts.scale_s * math.pow(part, -inverse) * math.gamma(1 + inverse)

    def power(self, first: float, is_shared: bool) -> float:
        """Power of a factor on the rate of a class by which its mean time is to be divided.

        If all classes have the factor it is 1. If only this one has, hosts that it fails more often
        are younger, so the mean time need not change as much.
        """
        part, inverse = first / self.faults, 1 / self.wear.shape
        return 1.0 if is_shared else inverse / (1 + part * (inverse - 1))


def ageing_of(found: Fitted) -> Ageing | None:
    """How hosts age; None if they are not known to wear."""
    wear, first = found.wear, float(found.first.sum())
    if wear is None or not wear.is_believed:
        return None
    standing_s = found.standing_host_days * DAY
    others = max(0.0, float(found.has_own_repair.sum()) - first) / standing_s
    return Ageing(wear, in_the_long_run(wear.shape, first / standing_s, others), first)
