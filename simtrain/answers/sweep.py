"""`Sweep`: what the same trials came to at every point, its tables and its best points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.answers.formulas import Formulas, formulas_of, step_of_training_s
from simtrain.scenario.axes import Axis, Place, set_later, written
from simtrain.scenario.portions import share_of
from simtrain.tables.answer import Answer, Columns, columns_of, frame, origin, stacked
from simtrain.tables.columns import columns_for
from simtrain.tables.estimates import (
    Estimate,
    Statistics,
    defined,
    describe,
    mean_of,
    quantile_difference,
    quantile_of,
)
from simtrain.tables.optimum import Optimum, counted, objective_of, optimum_of
from simtrain.tables.statistic import Statistic
from simtrain.units import COUNT, DURATION, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

INTERVAL = "checkpoint.interval"
"""The key that formulas exist for."""

_MEAN = ("mean", "ci95_low", "ci95_high")
_SPREAD = ("sd", "p5", "p50", "p95")


@dataclass(frozen=True, eq=False)
class Sweep(Answer):
    """What the same trials came to at every point.

    Points are numbered in the order of their values, those of the last key varying fastest. A
    trial that was truncated at a point is left out of that point's statistics and of each
    comparison with it; a point is only best if no other one has fewer of them.

    Parameters
    ----------
    scenario
        The scenario as it is.
    axes
        Keys that vary, and their values.
    places
        Values and scenario of each point.
    results
        Trials of each point.
    baseline
        Trials of the scenario as it is.
    baseline_point
        Number of the point that is the scenario as it is, if one is.
    of
        Statistic that decides, if one was asked for; by default the mean of `objective`.
    """

    kind = "sweep"

    scenario: Scenario
    axes: tuple[Axis, ...]
    places: tuple[Place, ...]
    results: tuple[Results, ...]
    baseline: Results
    baseline_point: int | None
    of: Statistic | None = None

    def __repr__(self) -> str:
        keys = ", ".join(axis.key for axis in self.axes)
        return f"<Sweep of {keys} over {len(self.places)} points, {self.trials} trials each>"

    @property
    def trials(self) -> int:
        """Number of trials of each point."""
        return self.baseline.trials

    @property
    def seed(self) -> int:
        """Seed of all trials."""
        return self.baseline.seed

    @property
    def objective(self) -> str:
        """The metric that decides: wall-clock, or goodput if that is fixed or the work varies.

        Less work ends sooner, which makes no point better.
        """
        if self.of is not None:
            return self.of.column
        return objective_of([self.scenario, *(place.scenario for place in self.places)])

    @property
    def compared(self) -> tuple[str, ...]:
        """Metrics by which points are compared: goodput, and the one that decides."""
        return ("goodput",) if self.objective == "goodput" else ("goodput", self.objective)

    @property
    def statistic(self) -> Statistic:
        """What decides: the statistic that was asked for, or the mean of `objective`."""
        return self.of or Statistic(self.objective)

    def percentile(self, metric: str) -> float | None:
        """Percentile by which points are compared in a metric; None for the mean."""
        return self.statistic.percentile if metric == self.objective else None

    @property
    def baseline_values(self) -> tuple[Any, ...]:
        """What the scenario itself says of each key; None where nothing."""
        return tuple(self.scenario.value_at(axis.key) for axis in self.axes)

    @property
    def baseline_words(self) -> tuple[str, ...]:
        """What the scenario itself says of each key, in words."""
        return tuple(
            f"{self._baseline_word(axis)}{', later changed' if self._set_later[axis.key] else ''}"
            for axis in self.axes
        )

    @cached_property
    def optima(self) -> dict[str, Optimum]:
        """The best points by metric; none if no trial of any point finished."""
        points = range(len(self.places))
        found = (
            optimum_of(
                metric,
                np.array([self.metric(metric, point) for point in points]),
                self.percentile(metric),
            )
            for metric in self.compared
        )
        return {optimum.metric: optimum for optimum in found if optimum}

    @property
    def best(self) -> Optimum | None:
        """The best point by the metric that decides."""
        return self.optima.get(self.objective)

    @cached_property
    def formulas(self) -> Formulas | None:
        """What formulas say, if the checkpoint interval varies and the scenario is interrupted.

        They are fed from the scenario as it is, or from the best point where it never finishes.
        """
        if not any(axis.key == INTERVAL for axis in self.axes):
            return None
        return formulas_of(self.results_of(self.formulas_point))

    @property
    def formulas_point(self) -> int | None:
        """Point that the formulas are fed from; None for the scenario as it is."""
        never_finishes = self.best is not None and bool(self.baseline.truncated.all())
        return self.best.point if never_finishes and self.best is not None else None

    @property
    def all_points(self) -> list[int | None]:
        """Numbers of all points, and None for the scenario as it is if it is none of them."""
        baseline = [None] if self.baseline_point is None else []
        return [*range(len(self.places)), *baseline]

    def is_baseline(self, point: int | None) -> bool:
        """Whether a point is the scenario as it is."""
        return point is None or point == self.baseline_point

    def results_of(self, point: int | None) -> Results:
        """Trials of a point, or of the scenario as it is (None)."""
        return self.baseline if point is None else self.results[point]

    def values_of(self, point: int | None) -> tuple[Any, ...]:
        """Values of a point, or of the scenario as it is (None)."""
        return self.baseline_values if point is None else self.places[point].values

    def scenario_of(self, point: int | None) -> Scenario:
        """Scenario of a point, or the scenario as it is (None)."""
        return self.scenario if point is None else self.places[point].scenario

    def settings_of(self, point: int | None) -> dict[str, Any]:
        """Values of a point by key, or of the scenario as it is (None): also of what follows."""
        if point is not None:
            return self.places[point].settings
        return {key: self.scenario.value_at(key) for axis in self.axes for key in axis.keys}

    def metric(self, name: str, point: int | None) -> NDArray[np.float64]:
        """Values of a metric in all trials of a point, or of the scenario as it is (None).

        They are NaN in trials that were truncated.
        """
        return self.results_of(point).by_trial(name)

    def point_statistics(self, name: str, point: int | None) -> Statistics:
        """Statistics of a metric at a point."""
        return self.results_of(point).statistics(name)

    def same_finished(self, point: int | None, other: int | None) -> bool:
        """Whether the same trials finished at two points.

        If not, those that finished at both are a choice of the good ones, and what one point has
        over the other in them says little of all.
        """
        here, there = self.results_of(point).truncated, self.results_of(other).truncated
        return bool(np.array_equal(here, there))

    def decided(self, name: str, point: int | None) -> Estimate:
        """Mean of a metric at a point, or the percentile that decides; with its interval."""
        percentile, values = self.percentile(name), self.metric(name, point)
        if percentile is None:
            return mean_of(np.ascontiguousarray(values[~np.isnan(values)]))
        return quantile_of(counted(name, values), percentile / 100)

    def beyond(self, name: str, point: int | None, other: int | None) -> Estimate:
        """The same of one point minus that of another, in the same trials."""
        percentile = self.percentile(name)
        one, two = self.metric(name, point), self.metric(name, other)
        if percentile is not None:
            return quantile_difference(counted(name, one), counted(name, two), percentile / 100)
        paired = one - two
        return mean_of(np.ascontiguousarray(paired[~np.isnan(paired)]))

    def is_comparable(self, name: str, point: int | None, other: int | None) -> bool:
        """Whether a difference of two points is one of all trials."""
        return self.percentile(name) is not None or self.same_finished(point, other)

    def difference(self, name: str, point: int | None, other: int | None) -> Statistics:
        """Statistics of a metric of one point minus that of another, trial by trial."""
        return describe(self.metric(name, point) - self.metric(name, other))

    def on_axis(self, axis: Axis, seconds: float) -> float | None:
        """Where a checkpoint interval in time of training lies on an axis."""
        if axis.dimension is DURATION:
            return seconds
        step_s = step_of_training_s(self.baseline)
        return seconds / step_s if axis.dimension is STEPS and step_s else None

    def baseline_number(self, axis: Axis) -> float | None:
        """Where the scenario as it is lies on an axis.

        None if it cannot be said in its unit, or if the value changes during the run.
        """
        if self._set_later[axis.key]:
            return None
        is_count = axis.dimension is COUNT
        value = (self.scenario.count_at if is_count else self.scenario.value_at)(axis.key)
        number = axis.number(value)
        if number is not None or axis.key != INTERVAL:
            return number
        interval = self.scenario.checkpoint.interval
        if not interval.in_steps:
            return self.on_axis(axis, interval.number.middle)
        step_s = step_of_training_s(self.baseline)
        return interval.number.middle * step_s if step_s else None

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of points, and that of all trials."""
        return {**super().tables, "trials": self._trial_columns()}

    def columns(self) -> Columns:
        """One row per point; the scenario as it is has the last one unless it is a point."""
        return columns_of([self._row(point) for point in self.all_points])

    def moments(self) -> Columns:
        """When trials finish at each point, on average and at each percentile."""
        columns = self.columns()
        column_by_name = {
            f"finish_{key}": f"wall_clock_s_{key}" for key in ("mean", "p5", "p50", "p95")
        }
        return {
            name: columns[column] for name, column in column_by_name.items() if column in columns
        }

    def trials_frame(self) -> pd.DataFrame:
        """One row per point and trial, and per trial of the scenario as it is."""
        return frame(self._trial_columns())

    def _trial_columns(self) -> Columns:
        return stacked(
            (
                {**self._values(point, written), "is_baseline": self.is_baseline(point)},
                self.results_of(point).columns(),
            )
            for point in self.all_points
        )

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            **origin(self.scenario, self.seed, self.trials),
            "keys": [axis.key for axis in self.axes],
            "points": [self._point(point) for point in range(len(self.places))],
            "baseline": {"point": self.baseline_point, **self._point(None)},
            "optima": {metric: self._optimum(best) for metric, best in self.optima.items()},
            "formulas": self.formulas and self.formulas._asdict(),
        }

    @cached_property
    def _shares(self) -> list[str]:
        """Keys of which a value is a share that comes to a count."""
        settings = [place.settings for place in self.places]
        are_shares = {key for one in settings for key in one if share_of(one[key]) is not None}
        return [key for key in settings[0] if key in are_shares]

    @cached_property
    def _set_later(self) -> dict[str, list[str]]:
        """By key what changes of the scenario set by which its value does not last."""
        return set_later(self.scenario, self.axes)

    def _baseline_word(self, axis: Axis) -> str:
        """What the scenario says of a key, or which other keys say it instead."""
        value = self.scenario.value_at(axis.key)
        others = [] if value is not None else self.scenario.gives_way(axis.key, axis.values[0])
        names = ", ".join(other.rpartition(".")[2] for other in others)
        return f"given as {names}" if names else written(value)

    def _values(self, point: int | None, spelled: Callable[[Any], Any]) -> dict[str, Any]:
        """Values of a point by key."""
        return {key: spelled(value) for key, value in self.settings_of(point).items()}

    def _point(self, point: int | None) -> dict[str, Any]:
        results = self.results_of(point)
        return {
            "values": self._values(point, _plain),
            "truncated_trials": int(results.truncated.sum()),
            "metrics": {
                name: results.statistics(name)
                for name in dict.fromkeys(("wall_clock_s", "goodput", self.objective))
            },
            "beyond_best": {
                name: self.difference(name, point, best.point) for name, best in self.optima.items()
            },
            "time_s": results.mean_time_s,
            **self._asked(point),
        }

    def _asked(self, point: int | None) -> dict[str, Any]:
        """What a point comes to by the statistic that was asked for, if one was."""
        best = self.best
        if self.of is None or best is None:
            return {}
        found, beyond = (
            {"value": defined(one.value), "ci95": one.interval}
            for one in (
                self.decided(self.objective, point),
                self.beyond(self.objective, point, best.point),
            )
        )
        return {"asked": {"of": str(self.of), **found, "beyond_best": beyond}}

    def _optimum(self, best: Optimum) -> dict[str, Any]:
        statistic = Statistic(best.metric, best.percentile)
        return {
            "point": best.point,
            "statistic": str(statistic),
            "values": self._values(best.point, _plain),
            "alike": list(best.not_distinguishable),
            "baseline_beyond_best": self.difference(best.metric, None, best.point),
        }

    @property
    def _scenarios(self) -> list[Scenario]:
        """Those of all points, and the scenario as it is."""
        return [self.scenario, *(place.scenario for place in self.places)]

    def _row(self, point: int | None) -> dict[str, Any]:
        results, settings = self.results_of(point), self.settings_of(point)
        row: dict[str, Any] = {}
        for axis in self.axes:
            row |= {key: written(settings[key]) for key in axis.keys}
            if axis.dimension is not None:
                value = settings[axis.key]
                number = self.baseline_number(axis) if point is None else axis.number(value)
                row[f"{axis.key}_number"] = number
        row |= {f"{key}_count": self.scenario_of(point).count_at(key) for key in self._shares}
        row |= {
            "is_baseline": self.is_baseline(point),
            "trials": results.trials,
            "truncated_trials": int(results.truncated.sum()),
        }
        for name, best in self.optima.items():
            row |= _cells(name, results.statistics(name), (*_MEAN, *_SPREAD))
            row |= _cells(f"{name}_beyond_best", self.difference(name, point, best.point), _MEAN)
            row[f"{name}_alike"] = point in best.not_distinguishable
        others = [one.name for one in columns_for(self._scenarios) if one.name not in self.optima]
        return row | {f"{name}_mean": results.mean(name) for name in others}


def _cells(name: str, statistics: Statistics, keys: Sequence[str]) -> dict[str, Any]:
    low, high = statistics["mean_ci95"]
    cells = {**statistics, "ci95_low": low, "ci95_high": high}
    return {f"{name}_{key}": cells[key] for key in keys}


def _plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    return value if isinstance(value, str | int | float | None) else written(value)
