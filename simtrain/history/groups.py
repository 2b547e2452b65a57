"""Hosts that fail at one instant, and whether they come back together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.history.poisson import exact_interval
from simtrain.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from simtrain.logs.log import Codes, FailureLog, Seconds
    from simtrain.logs.outages import Outages

_CHANCE = 0.01
"""Least probability at which groups are taken for chance."""
_NEARLY, _ABOUT = 0.05, 10 * MINUTE
"""Part of their repair, and time, by which hosts that come back together may differ."""
_FINEST = (DAY, HOUR, MINUTE, 1.0)


class Groups(NamedTuple):
    """Groups of hosts that failed at one instant.

    Parameters
    ----------
    resolution_s
        How finely the log tells times.
    by_chance
        How many further hosts the groups would have by chance alone, at that resolution.
    are_real
        Whether there are more than chance makes.
    sizes
        Number of hosts in each group.
    begun_s
        When each failed.
    return_s
        How long the hosts of each were away together; NaN where they did not come back together.
    of_outage
        Number of the group of each outage, -1 if it has none.
    """

    resolution_s: float
    by_chance: float
    are_real: bool
    sizes: Codes
    begun_s: Seconds
    return_s: Seconds
    of_outage: Codes

    @property
    def hosts(self) -> int:
        """Hosts in all groups."""
        return int(self.sizes.sum())

    @property
    def together(self) -> float:
        """Share of the groups whose hosts came back together."""
        return float(np.isfinite(self.return_s).mean()) if len(self.sizes) else 0.0


def groups(log: FailureLog, found: Outages) -> Groups:
    """Groups of outages of different hosts that began at one instant."""
    resolution_s = _resolution(log.time_s, log.start)
    moments, place, sizes = np.unique(found.begun_s, return_inverse=True, return_counts=True)
    several = np.flatnonzero(sizes > 1)
    number = np.full(len(moments), -1, dtype=np.int64)
    number[several] = np.arange(len(several))
    of_outage = number[place]
    further = int((sizes[several] - 1).sum())
    pairs = len(found.first) * (len(found.first) - 1) / 2
    by_chance = pairs * resolution_s / log.window_s
    # Chance makes a Poisson number of pairs; if that many are no surprise, they tell of nothing.
    are_real = exact_interval(further, 1 - 2 * _CHANCE).low > by_chance
    away = np.full(len(several), np.nan)
    if found.knows_returns:
        for one in range(len(several)):
            away[one] = _together(found.repair_s[of_outage == one])
    return Groups(
        resolution_s=resolution_s,
        by_chance=by_chance,
        are_real=are_real,
        sizes=sizes[several].astype(np.int64),
        begun_s=moments[several],
        return_s=away,
        of_outage=of_outage if are_real else np.full(len(of_outage), -1, dtype=np.int64),
    )


def _resolution(time_s: Seconds, start: dt.datetime) -> float:
    """Largest of a day, an hour, a minute and a second of which all times are multiples."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight = time_s + (start - midnight).total_seconds()
    fits: list[NDArray[np.bool_]] = [
        np.isclose(since_midnight % unit, 0.0, atol=1e-3) for unit in _FINEST
    ]
    found = (unit for unit, fit in zip(_FINEST, fits, strict=True) if fit.all())
    return next(found, 1e-3)


def _together(repair_s: Seconds) -> float:
    """How long hosts were away that came back at about the same time, else NaN."""
    if not np.isfinite(repair_s).all():
        return float("nan")
    middle = float(np.median(repair_s))
    near = np.abs(repair_s - middle) <= max(_ABOUT, _NEARLY * middle)
    return middle if near.all() else float("nan")
