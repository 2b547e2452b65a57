"""What a log tells, one step after the other: each counts what those before it have left."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.history.groups import Groups, groups
from simtrain.history.poisson import Interval, exact_interval
from simtrain.history.relapse import Relapse, relapse
from simtrain.history.survival import Curve, FittedLaw, fitted_laws, kaplan_meier
from simtrain.history.trend import Trend, trend
from simtrain.history.unequal import Unequal, unequal
from simtrain.history.wear import Wear, ages, wear
from simtrain.history.weather import (
    RepairWeather,
    Weather,
    fault_weather,
    repair_weather,
)
from simtrain.logs.outages import Outages, outages
from simtrain.units import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.logs.log import FailureLog, Seconds

LONGEST_RELAPSE_S = 7 * DAY
"""Mean time above which what comes back is no relapse."""
_NODES = 60
"""Values that stand for a law in a mean."""
_MOST_FACTOR = 3.0
"""Largest logarithm of a factor on repairs, and of its inverse."""


class Parts(NamedTuple):
    """What the failures of a log are, in numbers that add up to all of them.

    Parameters
    ----------
    first
        First faults of single hosts.
    in_groups
        Of hosts that failed together with others.
    relapses
        Expected number of faults that came back because a repair had missed them.
    joined
        Of hosts that were down already.
    """

    first: float
    in_groups: int
    relapses: float
    joined: int

    @property
    def total(self) -> float:
        """All of them."""
        return self.first + self.in_groups + self.relapses + self.joined


class ClassRate(NamedTuple):
    """A class of faults.

    Parameters
    ----------
    name
        Its name in the log.
    events
        Number of its failures, of whatever part.
    first
        Expected number of first faults of single hosts among them.
    """

    name: str
    events: int
    first: float


@dataclass(frozen=True, eq=False)
class Times:
    """Times of which some are only known to be longer.

    Parameters
    ----------
    length_s
        Their lengths, as far as they are known.
    ended
        Whether each came to its end.
    """

    length_s: Seconds
    ended: NDArray[np.bool_]

    @cached_property
    def curve(self) -> Curve:
        """Law that they make."""
        return kaplan_meier(self.length_s, self.ended)

    @cached_property
    def laws(self) -> list[FittedLaw]:
        """Laws of the greatest likelihood, the best first; those of no length left out."""
        there = self.length_s > 0
        return fitted_laws(self.length_s[there], self.ended[there])


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a log tells.

    Parameters
    ----------
    log
        The log.
    """

    log: FailureLog
    outages: Outages = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outages", outages(self.log))
        parts = self.parts
        assert abs(parts.total - self.log.events) < 1e-6 * max(1, self.log.events), parts

    @cached_property
    def groups(self) -> Groups:
        """Hosts that failed at one instant."""
        return groups(self.log, self.outages)

    @cached_property
    def relapse(self) -> Relapse | None:
        """Faults that came back soon after a return."""
        gaps = self.outages.gaps
        if not self.outages.knows_returns:
            return None
        return relapse(gaps.length_s, self._ended_alone, LONGEST_RELAPSE_S)

    @cached_property
    def is_single(self) -> NDArray[np.bool_]:
        """Whether each outage began alone, and not in a group."""
        return self.groups.of_outage < 0

    @cached_property
    def first(self) -> Seconds:
        """Probability of each outage that it is a first fault of a single host."""
        weights = self.is_single.astype(np.float64)
        if self.relapse is not None and self.relapse.is_believed:
            gaps = self.outages.gaps
            weights[gaps.after[gaps.ended]] -= self.relapse.weight[gaps.ended]
        return weights

    @cached_property
    def parts(self) -> Parts:
        """What the failures are."""
        in_groups = int((~self.is_single).sum())
        first = float(self.first.sum())
        alone = int(self.is_single.sum())
        return Parts(first, in_groups, alone - first, int(self.outages.joined.sum()))

    @cached_property
    def down_share(self) -> float:
        """Share of the host-days in which hosts were down."""
        return self.outages.down_host_days / self.log.host_days

    @cached_property
    def standing_host_days(self) -> float:
        """Host-days in which hosts stood."""
        return self.log.host_days * (1 - self.down_share)

    @cached_property
    def classes(self) -> list[ClassRate]:
        """Classes of faults, the one with the most failures first."""
        names, events = self.log.classes, self.log.per_class
        causes = self.log.cause[self.outages.first]
        first = np.bincount(causes, weights=self.first, minlength=len(names))
        found = zip(names, events.tolist(), first.tolist(), strict=True)
        return sorted((ClassRate(*one) for one in found), key=lambda one: -one.events)

    def rate_range(self, first: float, level: float = 0.9) -> Interval:
        """Interval of a rate of first faults, per standing host-day."""
        return exact_interval(first, level).times(1 / self.standing_host_days)

    @cached_property
    def trend(self) -> Trend | None:
        """How the rate of first faults changes by date."""
        return trend(self.outages.begun_s, self.first, self.log.window_s)

    @cached_property
    def weather(self) -> Weather | None:
        """Weather of first faults."""
        found = self.trend
        factor = found.factor if found is not None and found.is_believed else 1.0
        return fault_weather(self.outages.begun_s, self.first, self.log.window_s, factor)

    @cached_property
    def repair_weather(self) -> RepairWeather | None:
        """Weather of repairs, of those that are known and of some length."""
        return repair_weather(
            self.outages.begun_s[self._repaired],
            self.outages.repair_s[self._repaired],
            self.log.window_s,
        )

    @cached_property
    def wear(self) -> Wear | None:
        """Whether hosts wear, as far as their ages since a repair in the window tell."""
        if not self.outages.knows_returns:
            return None
        return wear(ages(self.outages, self.has_own_repair), self.first)

    @cached_property
    def unequal(self) -> Unequal:
        """Whether some hosts fail more often for good."""
        return unequal(
            self.outages.host, self.outages.begun_s, self.first, self.log.hosts,
            self.log.window_s / 2,
        )  # fmt: skip

    @cached_property
    def rows_repair(self) -> Times | None:
        """Repairs row by row as the log has them; None if it tells none."""
        if self.log.returns_s is None:
            return None
        return _times(self.log.returns_s - self.log.time_s, self.log.window_s - self.log.time_s)

    @cached_property
    def repair(self) -> Times | None:
        """Repairs of hosts that failed alone, without the weather of repairs; None if not told.

        With another weather, in their place, they take as long within the window as they did.
        """
        if not self.outages.knows_returns:
            return None
        rows = self.has_own_repair
        lengths = self.outages.repair_s[rows].copy()
        begun = self.outages.begun_s[rows]
        known = np.isfinite(lengths)
        length = np.where(known, lengths, self.log.window_s - begun)
        found = self.repair_weather
        if found is None or not found.weather.is_believed:
            return Times(length, known)
        shifted = length.copy()
        shifted[self._repaired[rows]] *= np.exp(-found.shift)
        rest = self.log.window_s - begun
        usual = float(np.minimum(length, rest).mean())
        return Times(shifted * _factor(Times(shifted, known), rest, found.weather.cv, usual), known)

    @cached_property
    def gaps_on_a_host(self) -> Times:
        """Times between failures of one host, from the start of the window and to its end."""
        order = np.lexsort((self.log.time_s, self.log.host))
        host, at = self.log.host[order], self.log.time_s[order]
        begins = np.concatenate([[True], host[1:] != host[:-1]])
        ended = at - np.where(begins, 0.0, np.concatenate([[0.0], at[:-1]]))
        last = np.concatenate([begins[1:], [True]])
        never = np.full(self.log.hosts - len(self.log.host_names), self.log.window_s)
        longer = np.concatenate([self.log.window_s - at[last], never])
        return Times(
            np.concatenate([ended, longer]),
            np.concatenate([np.ones(len(ended), np.bool_), np.zeros(len(longer), np.bool_)]),
        )

    @property
    def groups_return(self) -> bool:
        """Whether hosts that fall together also come back together, more often than not."""
        return self.groups.together > 0.5

    @cached_property
    def group_away(self) -> Times:
        """How long groups were away, once for each of their hosts: the mean of the hosts.

        So groups of any size take as many host-days as they did.
        """
        grouped = np.flatnonzero(~self.is_single)
        number = self.groups.of_outage[grouped]
        away = np.minimum(self.outages.ended_s, self.log.window_s) - self.outages.begun_s
        sizes = np.bincount(number)
        mean = np.bincount(number, weights=away[grouped]) / np.maximum(sizes, 1)
        return Times(mean[number], np.ones(len(number), dtype=np.bool_))

    @cached_property
    def _ended_alone(self) -> NDArray[np.bool_]:
        """Whether an outage that is no part of a group ended each gap."""
        gaps = self.outages.gaps
        ended = gaps.ended.copy()
        ended[ended] = self.is_single[gaps.after[ended]]
        return ended

    @cached_property
    def has_own_repair(self) -> NDArray[np.bool_]:
        """Whether the host of each outage was repaired on its own."""
        if self.groups_return:
            return self.is_single
        return np.ones(len(self.outages.first), dtype=np.bool_)

    @cached_property
    def _repaired(self) -> NDArray[np.bool_]:
        """Outages with a repair of their own that is known and took some time."""
        length = self.outages.repair_s
        return self.has_own_repair & np.isfinite(length) & (length > 0)


def _factor(without: Times, rest_s: Seconds, cv: float, usual_s: float) -> float:
    """Factor on repairs with which they take some time in the mean until the end of the window.

    Parameters
    ----------
    without
        Repairs without their weather.
    rest_s
        Time from the beginning of each to the end of the window.
    cv
        Coefficient of variation of the weather, log-normal with mean 1.
    usual_s
        Mean time that they are to take.
    """
    special = import_module("scipy.special")
    parts = (np.arange(_NODES) + 0.5) / _NODES
    sigma = np.sqrt(np.log1p(cv**2))
    weather = np.exp(sigma * special.ndtri(parts))
    lengths = np.array([without.curve.quantile(part) for part in parts])
    rests = np.quantile(rest_s, parts)
    # Middles of equal parts miss some of a long tail: their means are set right.
    each = np.outer(weather / weather.mean(), lengths / lengths.mean()).ravel()
    each *= without.curve.mean

    def beyond(log_factor: float) -> float:
        return float(np.minimum.outer(np.exp(log_factor) * each, rests).mean()) - usual_s

    low, high = -_MOST_FACTOR, _MOST_FACTOR
    if not beyond(low) < 0 < beyond(high):
        return 1.0
    return float(np.exp(import_module("scipy.optimize").brentq(beyond, low, high, xtol=1e-4)))


def _times(length_s: Seconds, so_far_s: Seconds) -> Times:
    known = np.isfinite(length_s)
    return Times(np.where(known, length_s, so_far_s), known)
