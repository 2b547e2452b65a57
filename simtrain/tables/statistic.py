"""Statistics of many trials, as one says them: ``mean(wall_clock)``, ``p90(wall_clock)``."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.errors import InputError, printable, shown
from simtrain.tables.columns import COLUMNS, HOST_SECONDS, HOST_WORK, NAMES
from simtrain.tables.estimates import Estimate, defined, fewest_for_quantile, mean_of, quantile_of
from simtrain.tables.finish import NO_START, isoformat, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FORMS = "mean(METRIC), median(METRIC) or pN(METRIC), such as p90(wall_clock)"
MEAN = "mean"
FINISH = "finish"
"""The wall-clock, as the date on which it ends."""
WALL_CLOCK = "wall_clock_s"

_NAMED = {MEAN: None, "median": 50.0}
_SECONDS = "_s"
_NUMBER = re.compile(r"\s*(?:([^\W\d_][\w.]*)\s*\(\s*(\w+)\s*\)|(\w+))\s*")
_PERCENTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,6})?)")


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of a metric over the trials.

    Parameters
    ----------
    column
        Name of the metric, one of `simtrain.tables.columns.NAMES`.
    percentile
        Above 0 and below 100; None for the mean.
    start
        What a finish is counted from, if the statistic is about the date.
    """

    column: str
    percentile: float | None = None
    start: dt.datetime | None = None

    def __str__(self) -> str:
        return f"{self.statistic}({self.metric})"

    @property
    def statistic(self) -> str:
        """Name of it without the metric: "mean", "p90"."""
        return MEAN if self.percentile is None else f"p{self.percentile:.8g}"

    @property
    def metric(self) -> str:
        """Name of the metric without its unit."""
        return self.column.removesuffix(_SECONDS) if self.start is None else FINISH

    @property
    def is_of_all_trials(self) -> bool:
        """Whether trials that were truncated count, as those with the longest wall-clock."""
        return self.column == WALL_CLOCK and self.percentile is not None

    @property
    def fewest(self) -> int:
        """Trials below which it has no value: the interval would lack an end."""
        return 2 if self.percentile is None else fewest_for_quantile(self.percentile / 100)

    def of(self, sample: NDArray[np.float64]) -> Estimate:
        """Value of the statistic in some trials, and how sure it is.

        Parameters
        ----------
        sample
            Value of the metric in each trial; trials in which it is undefined (NaN) are left out.

        Returns
        -------
        Estimate
            Value, low and high end of its 95 % confidence interval, in the unit of the metric.
            Of fewer trials than `fewest` the value is NaN, and an end or both are infinite.
        """
        sample = np.ascontiguousarray(sample[~np.isnan(sample)])
        estimate = (
            mean_of(sample)
            if self.percentile is None
            else quantile_of(sample, self.percentile / 100)
        )
        return estimate if sample.size >= self.fewest else estimate._replace(value=math.nan)

    def json_value(self, value: float) -> float | str | None:
        """A value as JSON can hold it: the date of a finish in ISO form."""
        if self.start is None:
            return defined(value)
        return isoformat(moment(self.start, value))


@dataclass(frozen=True, slots=True)
class Requested:
    """A statistic that was asked for in particular, and what it came to.

    Parameters
    ----------
    statistic
        What was asked for.
    estimate
        Value and 95 % confidence interval, in the unit of the metric.
    precision
        How precise it was to be; None if nothing was said of that.
    """

    statistic: Statistic
    estimate: Estimate
    precision: float | None = None

    @property
    def half_width(self) -> float:
        """Half the width of the interval as a fraction of the value.

        Infinite if that is open, and if a mean is of trials that all have the same value: they do
        not say how rare others are, and how far from it.
        """
        value, low, high = self.estimate
        if math.isinf(low) or math.isinf(high):
            return math.inf
        if high == low:
            return math.inf if self.statistic.percentile is None else 0.0
        is_known = math.isfinite(value) and value != 0
        return (high - low) / 2 / abs(value) if is_known else math.inf

    @property
    def is_precise(self) -> bool | None:
        """Whether it is as precise as it was to be; None if nothing was said of that."""
        return None if self.precision is None else self.half_width <= self.precision

    @property
    def is_settled(self) -> bool:
        """Whether more trials would not help: it is as precise as asked, or surely endless."""
        return bool(self.is_precise) or self.estimate.low == math.inf

    def summary(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        value, low, high = map(self.statistic.json_value, self.estimate)
        return {
            "of": str(self.statistic),
            "value": value,
            "ci95": [low, high],
            "half_width": defined(self.half_width),
            "precision": self.precision,
            "is_precise": self.is_precise,
        }


def parse(text: str, start: dt.datetime | None = None) -> Statistic:
    """Read a statistic.

    Parameters
    ----------
    text
        Such as ``"goodput"`` (its mean), ``"median(lost_work)"``, ``"p99.9(wall_clock)"``; the
        unit at the end of the name of a column may be left out. ``"p90(finish)"`` is the date on
        which the wall-clock ends.
    start
        Start of the run, from which a finish is counted.

    Raises
    ------
    InputError
        If it is none of these, there is no such metric, or a finish has no start.
    """
    metric, percentile = split(text)
    if metric != FINISH:
        return Statistic(column_of(metric, others=[FINISH]), percentile)
    if start is None:
        raise InputError(f"{shown(text)}: {NO_START}, or ask for `wall_clock`")
    return Statistic(WALL_CLOCK, percentile, start)


def split(text: str) -> tuple[str, float | None]:
    """Metric and percentile (none of a mean) of a text; an `InputError` if it has none."""
    named = _NUMBER.fullmatch(text) if isinstance(text, str) else None
    if named is None:
        raise InputError(f"{shown(text)} is no number of the trials; {FORMS}")
    statistic, metric = named[1] or MEAN, named[2] or named[3]
    if statistic in _NAMED:
        return metric, _NAMED[statistic]
    percentile = _PERCENTILE.fullmatch(statistic)
    if percentile is None or float(percentile[1]) == 0:
        raise InputError(
            f"{shown(statistic)} is no statistic; mean, median or pN, with N above 0 and below 100"
        )
    return metric, float(percentile[1])


def column_of(metric: str, others: Sequence[str] = ()) -> str:
    """Name of the column of a metric, whose unit may be left out.

    Raises
    ------
    InputError
        If there is none; its remedy names the metrics, and `others` that may stand in their place.
    """
    for name in (metric, f"{metric}{_SECONDS}"):
        if name in NAMES:
            return name
    raise InputError(
        unknown_metric(metric, [*others, *(name.removesuffix(_SECONDS) for name in NAMES)])
    )


def unknown_metric(metric: object, known: Sequence[str]) -> str:
    """Message on a metric that there is not, with the one that may have been meant."""
    close = difflib.get_close_matches(str(metric), known, n=1)
    remedy = f"did you mean `{close[0]}`?" if close else f"use one such as {', '.join(known[:4])}"
    return f"unknown metric `{printable(str(metric))[:60]}`; {remedy}"


def unit_of(column: str) -> str:
    """Unit of a metric, as `simtrain.tables.columns` has it."""
    return HOST_SECONDS if column == HOST_WORK else COLUMNS[NAMES.index(column)].unit
