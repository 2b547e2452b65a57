"""Targets: what a plan has to reach, such as ``p90(wall_clock) <= 60 d``.

A target compares one number of all trials with a bound. The number is the mean of a metric (also
where only the metric is named), its median or another quantile, or the probability of a condition
on it. Metrics are the columns of the table of trials, read with their units; ``finish`` is
the date on which the run ends.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.tables import columns
from simtrain.tables.estimates import Estimate, cautious_mean_of, quantile_of, share_of
from simtrain.tables.finish import NO_START, date_of, seconds_until
from simtrain.tables.statistic import FINISH, WALL_CLOCK, Statistic, column_of, split, unit_of
from simtrain.units import CARBON, DURATION, ENERGY, FRACTION, MONEY, PLAIN, Dimension

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FORMS = (
    '"p90(wall_clock) <= 60 d", "goodput >= 90 %", "probability(hosts_cycled <= 100) >= 0.9" or '
    '"p90(finish) before 2026-07-01"'
)

_HOST_TIME = Dimension(
    "time of hosts",
    {f"host-{unit}": factor for unit, factor in DURATION.units.items()},
    'a time of hosts such as "200 host-d"',
)
_DIMENSIONS = {
    columns.SECONDS: DURATION,
    columns.FRACTION: FRACTION,
    columns.COUNT: PLAIN,
    columns.HOSTS: PLAIN,
    columns.HOST_SECONDS: _HOST_TIME,
    columns.MEGAWATT_HOURS: ENERGY,
    columns.TONNES: CARBON,
    columns.DOLLARS: MONEY,
}
_RELATIONS: dict[str, np.ufunc] = {
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "<": np.less,
    ">": np.greater,
}
_SPELLINGS = {"≤": "<=", "≥": ">=", "before": "<", "after": ">"}
_CONDITION = re.compile(r"(.*?)\s*(<=|>=|<|>|≤|≥|\bbefore\b|\bafter\b)\s*(.*)", re.DOTALL)
_PROBABILITY = re.compile(r"\s*probability\s*\((.*)\)\s*([^)]*)", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """A relation to a bound.

    Parameters
    ----------
    relation
        ``<=``, ``>=``, ``<`` or ``>``.
    bound
        The bound in base units.
    text
        The relation and the bound as they were written, in one spelling: ``"<= 60 d"``.
    """

    relation: str
    bound: float
    text: str

    @property
    def is_upper(self) -> bool:
        """Whether less is better."""
        return self.relation.startswith("<")

    @property
    def worst(self) -> float:
        """The value that is farthest from holding."""
        return math.inf if self.is_upper else -math.inf

    def holds(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Whether each of some values satisfies it."""
        return np.asarray(_RELATIONS[self.relation](values, self.bound))


@dataclass(frozen=True)
class Target:
    """What one number of all trials has to be.

    Parameters
    ----------
    metric
        The column that it is about.
    condition
        What the number has to satisfy.
    percentile
        Which percentile the number is, above 0 and below 100; None if it is none.
    event
        The condition whose probability the number is; None if it is none.
    start
        What a finish is counted from, if the target is about the date.
    """

    metric: str
    condition: Condition
    percentile: float | None = None
    event: Condition | None = None
    start: dt.datetime | None = None

    def __str__(self) -> str:
        return f"{self.number} {self.condition.text}"

    @property
    def name(self) -> str:
        """Name of the metric, as a target is written."""
        return self.metric.removesuffix("_s") if self.start is None else FINISH

    @property
    def number(self) -> str:
        """The number that is compared, as it is written: ``"p90(wall_clock)"``."""
        event = f" {self.event.text}" if self.event else ""
        return f"{self.statistic}({self.name}{event})"

    @property
    def statistic(self) -> str:
        """The kind of number: ``mean``, ``p90`` or ``probability``."""
        return "probability" if self.event else Statistic(self.metric, self.percentile).statistic

    @property
    def of_trials(self) -> Condition:
        """What a single trial is asked: the event, or what the number of all of them is asked."""
        return self.event or self.condition

    @property
    def fewest(self) -> int:
        """Trials below which the number has no interval with two ends."""
        return 1 if self.event else Statistic(self.metric, self.percentile).fewest

    @property
    def unit(self) -> str:
        """Unit of the number, as `columns` has it."""
        return columns.FRACTION if self.event else unit_of(self.metric)

    def estimate(self, sample: NDArray[np.float64]) -> Estimate:
        """The number and how sure it is.

        Parameters
        ----------
        sample
            Value of the metric in each trial. NaN, where a trial did not finish or has no value,
            counts as what is farthest from the target: such trials never help to reach it.
        """
        if self.event is not None:
            # What is farthest is an event that should be likely and does not happen, or happens
            # and should be rare.
            hoped = not self.condition.is_upper
            hits = np.where(np.isnan(sample), not hoped, self.event.holds(sample))
            return share_of(int(hits.sum()), sample.size)
        counted = np.where(np.isnan(sample), self.condition.worst, sample)
        if self.percentile is None:
            return cautious_mean_of(counted)
        return quantile_of(counted, self.percentile / 100)


def parse_target(text: str, start: dt.datetime | None = None) -> Target:
    """Read a target.

    Parameters
    ----------
    text
        Such as ``"p90(wall_clock) <= 60 d"``, ``"goodput >= 90 %"`` (of the mean),
        ``"probability(wall_clock <= 60 d) >= 0.9"`` or ``"p90(finish) before 2026-07-01"``.
        Times may be named with or without ``_s``.
    start
        Start of the run, from which a finish is counted.

    Raises
    ------
    InputError
        If the text is no target, names no metric, or gives a bound in another unit.
    """
    try:
        if not isinstance(text, str):
            raise InputError(f"is not a text; use one such as {FORMS}")
        return _read(text, start)
    except InputError as error:
        raise InputError(f"target {shown(text)}: {error}") from None


def _read(text: str, start: dt.datetime | None) -> Target:
    if probable := _PROBABILITY.fullmatch(text):
        inner = _CONDITION.fullmatch(probable[1].strip())
        outer = _CONDITION.fullmatch(probable[2].strip())
        if inner is None or outer is None or outer[1]:
            raise InputError(f"compares no probability with a bound; {FORMS}")
        name, percentile = inner[1].strip(), None
        condition = _bounded(outer, columns.FRACTION)
    else:
        inner = _CONDITION.fullmatch(text.strip())
        if inner is None:
            raise InputError(f"compares nothing with a bound; {FORMS}")
        name, percentile = _number(inner[1])
        condition = None
    metric = WALL_CLOCK if name == FINISH else column_of(name, others=[FINISH])
    of_trials = _dated(inner, start) if name == FINISH else _undated(inner, unit_of(metric))
    counted_from = start if name == FINISH else None
    if condition is None:
        return Target(metric, of_trials, percentile, start=counted_from)
    return Target(metric, condition, event=of_trials, start=counted_from)


def _number(text: str) -> tuple[str, float | None]:
    """Metric and percentile of a text such as ``"p90(wall_clock)"``."""
    try:
        return split(text)
    except InputError as error:
        raise InputError(f"{error}; or probability(CONDITION)") from None


def _undated(parts: re.Match[str], unit: str) -> Condition:
    if parts[2] in ("before", "after"):
        raise InputError(f"`{parts[2]}` goes with `{FINISH}` and a date; <= or >=")
    return _bounded(parts, unit)


def _bounded(parts: re.Match[str], unit: str) -> Condition:
    dimension = _DIMENSIONS[unit]
    relation, written = _SPELLINGS.get(parts[2], parts[2]), parts[3].strip()
    if not written:
        raise InputError(f"has no bound; {dimension.example}")
    try:
        bound = dimension.parse(written)
    except ValueError as error:
        raise InputError(f"{error}; {dimension.example}") from None
    if bound < 0 or (unit == columns.FRACTION and bound > 1):
        range_of_it = "is not from 0 to 1" if unit == columns.FRACTION else "is below 0"
        raise InputError(f"{written} {range_of_it}; {dimension.example}")
    return Condition(relation, bound, f"{relation} {written}")


def _dated(parts: re.Match[str], start: dt.datetime | None) -> Condition:
    relation, written = _SPELLINGS.get(parts[2], parts[2]), parts[3].strip()
    if start is None:
        raise InputError(f"{NO_START}, or aim at `wall_clock`")
    # A day as a whole is made until its end, and is over after it; what is before it, or from it
    # on, is so from its start.
    bound = seconds_until(date_of(written), start, to_its_end=relation in ("<=", ">"))
    if bound < 0:
        raise InputError(f"{written} is before the start; choose a later date")
    spelled = {"<": "before", ">": "after"}.get(relation, relation)
    return Condition(relation, bound, f"{spelled} {written}")
