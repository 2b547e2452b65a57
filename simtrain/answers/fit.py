"""`Fit`: what a log of failures tells, and the scenario that it makes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.history.poisson import exact_interval
from simtrain.history.statistics import statistics, week_after_week
from simtrain.history.unequal import strangers
from simtrain.tables.answer import Answer, Columns, columns_of
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simtrain.history.fitted import Fitted, Times
    from simtrain.history.poisson import Interval
    from simtrain.history.self_check import SelfCheck
    from simtrain.history.survival import FittedLaw
    from simtrain.history.weather import Weather
    from simtrain.logs.log import FailureLog
    from simtrain.scenario.scenario import Scenario

    Array = NDArray[np.float64]

_NO_FAULT = re.compile(r"\b(test|burn.?in|drill|maintenance|planned|scheduled|upgrade)\b", re.I)
"""Words in the name of a class that may be of no fault."""


@dataclass(frozen=True, eq=False)
class Fit(Answer):
    """What a log of failures tells.

    Parameters
    ----------
    whole
        What the whole log tells.
    used
        What the part tells that the scenario is made of: the whole, or the last part without a
        trend.
    scenario
        A scenario of the cluster, watched for as long as that part.
    left_out
        Classes and hosts that were left out of the log, by "classes" and "hosts".
    check
        How the log compares with simulated windows of the scenario; None if none were simulated.
    exceeded
        Share of the time of each of these windows, a row each, in which more hosts were down than
        0, 1 and so on.
    """

    kind = "fit"

    whole: Fitted
    used: Fitted
    scenario: Scenario
    left_out: Mapping[str, Sequence[str]]
    check: SelfCheck | None = None
    exceeded: Array | None = None

    def __repr__(self) -> str:
        return f"<Fit of {self.log.events:,} failures of {self.log.hosts:,} hosts>"

    @property
    def log(self) -> FailureLog:
        """The log, without what was left out."""
        return self.whole.log

    @property
    def is_cut(self) -> bool:
        """Whether the scenario is made of a part of the log alone, as the rest has a trend."""
        return self.used is not self.whole

    @property
    def per_host_day(self) -> float:
        """Failures per host-day of calendar."""
        return self.log.events / self.log.host_days

    @property
    def interval(self) -> Interval:
        """Exact Poisson interval of that, 95 %: too narrow where the log is not Poisson."""
        return exact_interval(self.log.events).times(1 / self.log.host_days)

    @cached_property
    def statistics(self) -> dict[str, float | None]:
        """Numbers of the log that tell what it is like, by name."""
        numbers = statistics(self.log, self.whole.outages)
        return numbers | {"week_after_week": week_after_week(self.log)}

    @property
    def perhaps_no_faults(self) -> list[str]:
        """Classes whose names sound like tests or plans."""
        return [name for name in self.log.classes if _NO_FAULT.search(name.replace("_", " "))]

    @cached_property
    def strangers(self) -> dict[str, int]:
        """Hosts that fail as often as none of the others would, with their failures."""
        counts = self.log.per_host
        return {self.log.host_names[host]: int(counts[host]) for host in strangers(counts)}

    @cached_property
    def by_year(self) -> list[int]:
        """Failures in each year since the start of the window, the last one perhaps not whole."""
        start, end = self.log.start, self.log.end
        years = (_years_after(start, number) for number in range(1, end.year - start.year + 1))
        ends = [(year - start).total_seconds() for year in years if year < end]
        edges = [0.0, *ends, self.log.window_s]
        return [int(n) for n in np.histogram(self.log.time_s, edges)[0]]

    def columns(self) -> Columns:
        """One row for each class of faults."""
        return columns_of([_flat(row) for row in self._classes])

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of classes, and that of the check."""
        checks = [one._asdict() for one in self.check.checks] if self.check else []
        return {"classes": self.columns()} | ({"checks": columns_of(checks)} if checks else {})

    @property
    def _classes(self) -> list[dict[str, Any]]:
        log = self.log
        return [
            {
                "class": one.name,
                "events": one.events,
                "share": one.events / log.events,
                "per_1000_host_days": 1000 * one.events / log.host_days,
                "ci95": list(exact_interval(one.events).times(1000 / log.host_days)),
                "first_faults": one.first,
                "first_per_1000_standing_host_days": 1000
                * one.first
                / self.whole.standing_host_days,
            }
            for one in self.whole.classes
        ]

    @cached_property
    def _summary(self) -> dict[str, Any]:
        log, found = self.log, self.whole
        return {
            "log": log.name,
            "version": __version__,
            "window": [log.start.isoformat(), log.end.isoformat()],
            "events": log.events,
            "hosts": log.hosts,
            "never_failed": log.hosts - len(log.host_names),
            "outside_the_window": log.outside,
            "left_out": {name: list(these) for name, these in self.left_out.items()},
            "host_days": log.host_days,
            "share_down": found.down_share if found.outages.knows_returns else None,
            "per_1000_host_days": 1000 * self.per_host_day,
            "ci95": list(self.interval.times(1000)),
            "per_1000_standing_host_days": 1000 * log.events / found.standing_host_days,
            "by_year": self.by_year,
            "parts": found.parts._asdict(),
            "classes": self._classes,
            "statistics": self.statistics,
            "repair": None if found.rows_repair is None else _repair(found.rows_repair),
            "groups": self._groups(found),
            "relapse": self._relapse(found),
            "trend": None if found.trend is None else _trend(found),
            "weather": _weather(found.weather),
            "repair_weather": _weather(found.repair_weather and found.repair_weather.weather),
            "unequal_hosts": _unequal(found),
            "wear": _wear(found),
            "strangers": self.strangers,
            "gap_laws": [_law(one) for one in found.gaps_on_a_host.laws],
            "scenario_from": self.used.log.start.isoformat(),
            "checks": [one._asdict() for one in self.check.checks] if self.check else None,
            "check": self.check
            and {
                "windows": self.check.windows,
                "chance": self.check.chance,
                "passed": self.check.passed,
            },
        }

    @staticmethod
    def _groups(found: Fitted) -> dict[str, Any]:
        groups = found.groups
        return {
            "resolution_s": groups.resolution_s,
            "groups": len(groups.sizes),
            "hosts": groups.hosts,
            "largest": int(groups.sizes.max(initial=0)),
            "further_hosts_by_chance": groups.by_chance,
            "is_believed": groups.are_real,
            "came_back_together": groups.together if found.outages.knows_returns else None,
        }

    @staticmethod
    def _relapse(found: Fitted) -> dict[str, Any] | None:
        relapse = found.relapse
        if relapse is None:
            return None
        return {
            "share": relapse.share,
            "share_ci90": list(relapse.share_range),
            "mean_s": relapse.mean_s,
            "mean_ci90_s": list(relapse.mean_range_s),
            "is_believed": relapse.is_believed,
        }


def _trend(found: Fitted) -> dict[str, Any] | None:
    trend = found.trend
    if trend is None:
        return None
    return {
        "factor_over_the_window": trend.factor,
        "chance": trend.chance,
        "is_believed": trend.is_believed,
        "steady_from_s": trend.steady_from_s,
    }


def _weather(weather: Weather | None) -> dict[str, Any] | None:
    if weather is None:
        return None
    return {
        "every_s": weather.span_s,
        "cv": weather.cv,
        "cv_ci90": list(weather.cv_range),
        "is_believed": weather.is_believed,
    }


def _unequal(found: Fitted) -> dict[str, Any]:
    unequal = found.unequal
    return {
        "correlation_of_halves": unequal.halves,
        "z": unequal.z,
        "variance": unequal.variance,
        "variance_ci90": list(unequal.variance_range),
        "is_believed": unequal.is_believed,
    }


def _wear(found: Fitted) -> dict[str, Any] | None:
    wear = found.wear
    if wear is None:
        return None
    return {
        "shape": wear.shape,
        "shape_ci90": list(wear.shape_range),
        "chance": wear.chance,
        "is_believed": wear.is_believed,
    }


def _repair(repair: Times) -> dict[str, Any]:
    curve = repair.curve
    return {
        "known": int(repair.ended.sum()),
        "open": int((~repair.ended).sum()),
        "of_no_length": int((repair.length_s[repair.ended] == 0).sum()),
        "mean_s": curve.mean,
        "median_s": curve.quantile(0.5),
        "p90_s": curve.quantile(0.9),
        "p99_s": curve.quantile(0.99),
        "max_s": curve.quantile(1.0),
        "laws": [_law(one) for one in repair.laws],
    }


def _law(one: FittedLaw) -> dict[str, Any]:
    return {
        "law": one.kind,
        **{
            name if name in ("shape", "sigma") else f"{name}_s": float(value)
            for name, value in one.parameters.items()
        },
        "log_likelihood": float(one.log_likelihood),
        "aic": float(one.aic),
    }


def _years_after(start: dt.datetime, years: int) -> dt.datetime:
    """The same day of a later year, the day after where that year has no such day."""
    if (start.month, start.day) == (2, 29):
        start += dt.timedelta(days=1)
    return start.replace(year=start.year + years)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row["ci95"]
    kept = {key: value for key, value in row.items() if key != "ci95"}
    return {**kept, "ci95_low": low, "ci95_high": high}
