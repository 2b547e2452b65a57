"""`Decision`: which values of a key meet a target, how sure that is, and the curve to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.scenario.axes import written
from simtrain.scenario.portions import share_of
from simtrain.tables.answer import Answer, Columns, columns_of, origin
from simtrain.tables.columns import NAMES
from simtrain.tables.error_budget import METRICS, Spent, spent
from simtrain.tables.estimates import defined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.search import Crossing
    from simtrain.scenario.axes import Axis
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.estimates import Estimate
    from simtrain.tables.results import Results
    from simtrain.tables.targets import Target

_BAND = ("mean", "p10", "p50", "p90")


class Point(NamedTuple):
    """A value that was looked at.

    Parameters
    ----------
    number
        Its number on the axis; None for the scenario as it is.
    value
        The value as the file would say it.
    results
        Its trials.
    estimate
        The number that the target is about, and its 95 % confidence interval.
    met
        Whether that number meets the target.
    is_conclusive
        Whether all of the interval agrees.
    short
        How far the number is from the target; 0 or less if it meets it.
    """

    number: int | None
    value: Any
    results: Results
    estimate: Estimate
    met: bool
    is_conclusive: bool
    short: float

    @classmethod
    def of(cls, target: Target, results: Results, number: int | None, value: Any) -> Point:
        """What the trials at a value say of a target."""
        column = results.values[:, NAMES.index(target.metric)]
        estimate = target.estimate(np.where(results.truncated, np.nan, column))
        met, *ends = map(bool, target.condition.holds(estimate))
        is_conclusive = all(end == met for end in ends)
        beyond = estimate.value - target.condition.bound
        short = beyond if target.condition.is_upper else -beyond
        return cls(number, value, results, estimate, met, is_conclusive, short)


class Threshold(NamedTuple):
    """A value beyond which the target is met, or is met no more.

    Parameters
    ----------
    met, missed
        The value that meets the target and its neighbour that does not.
    conclusive_met, conclusive_missed
        The nearest values that were looked at on either side of which that is conclusive, at 95 %
        each; None where there is none. Those between them may do either.
    is_least
        Whether greater values meet the target too, not smaller ones.
    """

    met: Point
    missed: Point
    conclusive_met: Point | None
    conclusive_missed: Point | None
    is_least: bool


@dataclass(frozen=True, eq=False)
class Decision(Answer):
    """Which values of a key meet a target.

    All values were tried on the same trials. A trial that did not finish counts against the
    target.

    Parameters
    ----------
    scenario
        The scenario as it is.
    target
        What is to be reached.
    axis
        The key that varies, and all values that it may take.
    points
        The values that were looked at, in their order.
    baseline
        The scenario as it is.
    crossings
        Neighbours among the points of which one meets the target.
    trials_in_all
        Trials that were simulated.
    """

    kind = "plan"

    scenario: Scenario
    target: Target
    axis: Axis
    points: tuple[Point, ...]
    baseline: Point
    crossings: tuple[Crossing, ...]
    trials_in_all: int

    def __repr__(self) -> str:
        values = ", ".join(written(one.met.value) for one in self.thresholds) or self.verdict
        return f"<Decision on {self.axis.key} for {self.target}: {values}>"

    @property
    def trials(self) -> int:
        """Number of trials of each point."""
        return self.baseline.results.trials

    @property
    def seed(self) -> int:
        """Seed of all trials."""
        return self.baseline.results.seed

    @property
    def verdict(self) -> str:
        """Which of the values that were tried meet the target: ``all``, ``some`` or ``none``."""
        met = [point.met for point in self.points]
        return "all" if all(met) else "some" if any(met) else "none"

    @cached_property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Where the target begins or ceases to be met, in the order of the values."""
        return tuple(map(self._threshold, self.crossings))

    @property
    def answer(self) -> Point | None:
        """The value that just meets the target, if there is one such value."""
        return self.thresholds[0].met if len(self.thresholds) == 1 else None

    @cached_property
    def nearest(self) -> Point:
        """The point that does most for the target: it meets it by most, or misses it by least."""
        return min(self.points, key=lambda point: point.short)

    @property
    def all_points(self) -> tuple[Point, ...]:
        """All points, and after them the scenario as it is if it is none of them."""
        baseline = () if any(map(self.is_baseline, self.points)) else (self.baseline,)
        return self.points + baseline

    def is_baseline(self, point: Point) -> bool:
        """Whether a point is the scenario as it is."""
        return point.results is self.baseline.results

    @cached_property
    def turns(self) -> bool:
        """Whether the curve both rises and falls by more than the confidence of its points."""
        pairs = list(combinations([point.estimate for point in self.points], 2))
        return any(a.high < b.low for a, b in pairs) and any(a.low > b.high for a, b in pairs)

    @property
    def gap(self) -> float | None:
        """How fine the axis is: the largest step between neighbours.

        As a fraction of the lower one if neighbours keep their ratio, else in base units; None
        for values that are listed.
        """
        numbers = self.axis.numbers
        if numbers is None or len(numbers) < 2:
            return None
        steps = [(b - a) / a if self.axis.is_log else b - a for a, b in pairwise(numbers)]
        return max(steps)

    def spent(self, point: Point) -> Spent | None:
        """What spends the error budget at a point; None if the target has no budget."""
        has_budget = self.target.metric in METRICS and self.target.event is None
        if not has_budget or self.target.condition.is_upper:
            return None
        return spent(point.results, self.target.metric)

    @property
    def budget(self) -> float:
        """The error budget of a target on goodput or ETTR, as a fraction of the wall-clock."""
        return 1 - self.target.condition.bound

    @property
    def shown(self) -> Point:
        """The point whose budget is shown: the first answer, or the one that comes nearest."""
        return self.thresholds[0].met if self.thresholds else self.nearest

    def columns(self) -> Columns:
        """One row per point; the scenario as it is has the last one unless it is a point."""
        return columns_of([self._row(point) for point in self.all_points])

    def moments(self) -> Columns:
        """When trials finish at each point, if the target is about that, with the interval."""
        if self.target.metric != "wall_clock_s" or self.target.event is not None:
            return {}
        columns = self.columns()
        column_by_name = {
            "finish": "value",
            "finish_ci95_low": "ci95_low",
            "finish_ci95_high": "ci95_high",
        }
        return {name: columns[column] for name, column in column_by_name.items()}

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            **origin(self.scenario, self.seed, self.trials),
            "trials_in_all": self.trials_in_all,
            "key": self.axis.key,
            "target": {
                "text": str(self.target),
                "metric": self.target.metric,
                "statistic": self.target.statistic,
                "relation": self.target.condition.relation,
                "bound": self.target.condition.bound,
            },
            "verdict": self.verdict,
            "turns": self.turns,
            "answers": [
                {
                    "met": written(one.met.value),
                    "missed": written(one.missed.value),
                    "conclusive_met": _value(one.conclusive_met),
                    "conclusive_missed": _value(one.conclusive_missed),
                    "is_least": one.is_least,
                }
                for one in self.thresholds
            ],
            "nearest": written(self.nearest.value),
            "points": [_point(point) for point in self.points],
            "baseline": _point(self.baseline),
            "budget": self._budget(),
        }

    def _threshold(self, crossing: Crossing) -> Threshold:
        by_number = {point.number: point for point in self.points}
        met, missed = by_number[crossing.met], by_number[crossing.missed]
        is_least = crossing.met > crossing.missed
        above = [point for point in self.points if (point.number or 0) >= max(crossing)]
        below = [point for point in self.points if (point.number or 0) <= min(crossing)][::-1]
        of_met, of_missed = (above, below) if is_least else (below, above)
        return Threshold(
            met, missed, first_conclusive(of_met), first_conclusive(of_missed), is_least
        )

    def _row(self, point: Point) -> dict[str, Any]:
        settings = self.settings(point)
        row: dict[str, Any] = {key: written(value) for key, value in settings.items()}
        if self.axis.dimension is not None:
            row[f"{self.axis.key}_number"] = self.axis.number(point.value)
        count_at = point.results.scenario.count_at
        row |= {f"{key}_count": count_at(key) for key in self._shares}
        statistics = point.results.statistics(self.target.metric)
        low, high = point.estimate.interval
        return row | {
            "is_baseline": self.is_baseline(point),
            "trials": point.results.trials,
            "truncated_trials": int(point.results.truncated.sum()),
            "value": defined(point.estimate.value),
            "ci95_low": low,
            "ci95_high": high,
            "met": point.met,
            "is_conclusive": point.is_conclusive,
            **{f"{self.target.metric}_{key}": statistics[key] for key in _BAND},
        }

    def settings(self, point: Point) -> dict[str, Any]:
        """Values at a point by key, also of what moves with the one that varies."""
        if point.number is not None:
            return dict(self.axis.set_at(point.number))
        return {key: self.scenario.value_at(key) for key in self.axis.keys}

    @cached_property
    def _shares(self) -> list[str]:
        """Keys of which a value is a share that comes to a count."""
        settings = [self.settings(point) for point in self.points]
        are_shares = {key for one in settings for key in one if share_of(one[key]) is not None}
        return [key for key in self.axis.keys if key in are_shares]

    def _budget(self) -> dict[str, Any] | None:
        baseline, then = self.spent(self.baseline), self.spent(self.shown)
        if baseline is None and then is None:
            return None
        return {
            "share": self.budget,
            "baseline": baseline and baseline._asdict(),
            "at_answer": then and {"value": written(self.shown.value), **then._asdict()},
        }


def _point(point: Point) -> dict[str, Any]:
    return {
        "value": written(point.value),
        "truncated_trials": int(point.results.truncated.sum()),
        "found": defined(point.estimate.value),
        "found_ci95": point.estimate.interval,
        "met": point.met,
        "is_conclusive": point.is_conclusive,
    }


def _value(point: Point | None) -> str | None:
    return None if point is None else written(point.value)


def first_conclusive(points: Sequence[Point]) -> Point | None:
    """The first of some points that is conclusive, as long as all agree with the first one."""
    for point in points:
        if point.met != points[0].met:
            return None
        if point.is_conclusive:
            return point
    return None
