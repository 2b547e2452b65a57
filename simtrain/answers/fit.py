"""`Fit`: what a log of failures tells, and the scenario that it makes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.history.outages import longest_quiet_s, most_within
from simtrain.history.poisson import correlation, dispersion, exact_interval
from simtrain.history.unequal import strangers
from simtrain.tables.answer import Answer, Columns, columns_of
from simtrain.units import DAY, HOUR, WEEK
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.history.fitted import Fitted, Times
    from simtrain.history.log import FailureLog
    from simtrain.history.poisson import Interval
    from simtrain.history.survival import FittedLaw
    from simtrain.history.weather import Weather
    from simtrain.scenario.scenario import Scenario

_NO_FAULT = re.compile(r"\b(test|burn.?in|drill|maintenance|planned|scheduled|upgrade)\b", re.I)
"""Words in the name of a class that may be of no fault."""
REPEATS_DAYS = (1, 7, 30)
"""Days after a return within which a further outage of the host is counted."""


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
    """

    kind = "fit"

    whole: Fitted
    used: Fitted
    scenario: Scenario
    left_out: Mapping[str, Sequence[str]]

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
        log, found = self.log, self.whole.outages
        days, weeks = log.per_span(DAY), log.per_span(WEEK)
        spread = {"day": days, "week": weeks, "host": log.per_host}
        ratios = {name: dispersion(counts) for name, counts in spread.items()}
        numbers: dict[str, float | None] = {
            f"dispersion_by_{name}": one.ratio if one else None for name, one in ratios.items()
        }
        numbers["week_after_week"] = _lag(weeks)
        numbers["longest_quiet_s"] = longest_quiet_s(log.time_s, log.window_s)
        numbers["most_in_an_hour"] = most_within(log.time_s, HOUR)
        if found.knows_returns:
            numbers["hosts_down_mean"] = found.down.mean
            numbers["hosts_down_p99"] = found.down.quantile(0.99)
            numbers["hosts_down_max"] = found.down.most
        for days_ in REPEATS_DAYS:
            numbers[f"repeats_in_{days_}_d"] = found.repeats(days_ * DAY)
        return numbers

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
        """The table of classes."""
        return {"classes": self.columns()}

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
            "strangers": self.strangers,
            "gap_laws": [_law(one) for one in found.gaps_on_a_host.laws],
            "scenario_from": self.used.log.start.isoformat(),
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


def _lag(counts: Any) -> float | None:
    """Correlation of each count with the one before."""
    return correlation(counts[:-1], counts[1:]) if len(counts) > 3 else None


def _years_after(start: dt.datetime, years: int) -> dt.datetime:
    """The same day of a later year, the day after where that year has no such day."""
    if (start.month, start.day) == (2, 29):
        start += dt.timedelta(days=1)
    return start.replace(year=start.year + years)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row["ci95"]
    kept = {key: value for key, value in row.items() if key != "ci95"}
    return {**kept, "ci95_low": low, "ci95_high": high}
