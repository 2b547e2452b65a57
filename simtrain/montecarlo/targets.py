"""Targets: what a plan has to reach, such as ``p90(wall_clock) <= 60 d``.

A target compares one number of all trials with a bound. The number is the mean of a metric (also
where only the metric is named), its median or another quantile, or the probability of a condition
on it. Metrics are the columns of the table of trials, read with their units; ``finish`` is
the date on which the run ends.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.montecarlo import columns, confidence
from simtrain.montecarlo.columns import COLUMNS, NAMES
from simtrain.montecarlo.confidence import Estimate
from simtrain.scenario.models import elapsed
from simtrain.units import DURATION, FRACTION, PLAIN, Dimension

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FORMS = (
    '"p90(wall_clock) <= 60 d", "goodput >= 90 %", "probability(hosts_cycled <= 100) >= 0.9" or '
    '"p90(finish) before 2026-07-01"'
)
FINISH = "finish"
"""The wall-clock, told as the date on which it ends."""

_HOST_TIME = Dimension(
    "time of hosts",
    {f"host-{unit}": factor for unit, factor in DURATION.units.items()},
    'a time of hosts such as "200 host-d"',
)
_DIMENSIONS = {
    columns.SECONDS: DURATION,
    columns.FRACTION: FRACTION,
    columns.COUNT: PLAIN,
    columns.HOST_SECONDS: _HOST_TIME,
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
_STATISTIC = re.compile(r"\s*(?:([^\W\d_][\w.]*)\s*\(\s*(\w+)\s*\)|(\w+))\s*")
_QUANTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,6})?)")


@dataclass(frozen=True)
class Condition:
    """A relation to a bound.

    Parameters
    ----------
    relation
        ``<=``, ``>=``, ``<`` or ``>``.
    bound
        The bound in base units.
    told
        The relation and the bound as they were written, in one spelling: ``"<= 60 d"``.
    """

    relation: str
    bound: float
    told: str

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
    share
        Which quantile the number is; None if it is none.
    event
        The condition whose probability the number is; None if it is none.
    start
        What a finish is counted from, if the target is about the date.
    """

    metric: str
    condition: Condition
    share: float | None = None
    event: Condition | None = None
    start: dt.datetime | None = None

    def __str__(self) -> str:
        return f"{self.number} {self.condition.told}"

    @property
    def name(self) -> str:
        """Name of the metric, as a target is written."""
        return self.metric.removesuffix("_s") if self.start is None else FINISH

    @property
    def number(self) -> str:
        """The number that is compared, as it is written: ``"p90(wall_clock)"``."""
        if self.event is not None:
            return f"probability({self.name} {self.event.told})"
        return f"{self.statistic}({self.name})"

    @property
    def statistic(self) -> str:
        """The kind of number: ``mean``, ``p90`` or ``probability``."""
        if self.event is not None:
            return "probability"
        return "mean" if self.share is None else f"p{100 * self.share:.8g}"

    @property
    def unit(self) -> str:
        """Unit of the number, as `columns` has it."""
        return columns.FRACTION if self.event is not None else _unit(self.metric)

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
            return confidence.probability(int(hits.sum()), sample.size)
        counted = np.where(np.isnan(sample), self.condition.worst, sample)
        if self.share is None:
            return confidence.mean(counted)
        return confidence.quantile(counted, self.share)


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
    if probable := _PROBABILITY.fullmatch(text):
        inner = _CONDITION.fullmatch(probable[1].strip())
        outer = _CONDITION.fullmatch(probable[2].strip())
        if inner is None or outer is None or outer[1]:
            raise _wrong(text, "compares no probability with a bound", FORMS)
        metric, is_finish = _metric(text, inner[1])
        event = _condition(text, inner, metric, is_finish, start)
        condition = _bounded(text, outer, FRACTION)
        if not 0 <= condition.bound <= 1:
            raise _wrong(text, f"{outer[3].strip()} is no probability", "a number from 0 to 1")
        return Target(metric, condition, event=event, start=start if is_finish else None)
    parts = _CONDITION.fullmatch(text.strip())
    if parts is None:
        raise _wrong(text, "compares nothing with a bound", FORMS)
    named = _STATISTIC.fullmatch(parts[1])
    if named is None:
        raise _wrong(text, f"{shown(parts[1])} is no number of the trials", FORMS)
    share = _share(text, named[1]) if named[1] else None
    metric, is_finish = _metric(text, named[2] or named[3])
    condition = _condition(text, parts, metric, is_finish, start)
    return Target(metric, condition, share, start=start if is_finish else None)


def _share(text: str, statistic: str) -> float | None:
    """Which quantile a name stands for; None for the mean."""
    if statistic == "mean":
        return None
    if statistic == "median":
        return 0.5
    named = _QUANTILE.fullmatch(statistic)
    share = float(Fraction(named[1]) / 100) if named else 0.0
    if not 0 < share < 1:
        remedy = "mean, median, p90 or any other percentile above p0, or probability(…)"
        raise _wrong(text, f"{shown(statistic)} is no statistic", remedy)
    return share


def _metric(text: str, named: str) -> tuple[str, bool]:
    """Column that a name stands for, and whether it stands for the date of the finish."""
    name = named.strip()
    if name == FINISH:
        return "wall_clock_s", True
    for column in (name, f"{name}_s"):
        if column in NAMES:
            return column, False
    known = [FINISH, *(column.removesuffix("_s") for column in NAMES)]
    close = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean `{close[0]}`?" if close else f"one of {', '.join(known)}"
    raise _wrong(text, f"{shown(name)} is no metric", remedy)


def _condition(
    text: str, parts: re.Match[str], metric: str, is_finish: bool, start: dt.datetime | None
) -> Condition:
    """Condition on a metric."""
    if is_finish:
        return _dated(text, parts, start)
    if parts[2] in ("before", "after"):
        raise _wrong(text, f"`{parts[2]}` goes with `{FINISH}` and a date", "<= or >=")
    return _bounded(text, parts, _DIMENSIONS[_unit(metric)])


def _bounded(text: str, parts: re.Match[str], dimension: Dimension) -> Condition:
    relation, written = _SPELLINGS.get(parts[2], parts[2]), parts[3].strip()
    if not written:
        raise _wrong(text, "has no bound", dimension.example)
    try:
        bound = dimension.parse(written)
    except ValueError as error:
        raise _wrong(text, str(error), dimension.example) from None
    return Condition(relation, bound, f"{relation} {written}")


def _dated(text: str, parts: re.Match[str], start: dt.datetime | None) -> Condition:
    relation, written = _SPELLINGS.get(parts[2], parts[2]), parts[3].strip()
    if start is None:
        remedy = "give the scenario its `start`, or aim at `wall_clock`"
        raise _wrong(text, "a date needs a start to be counted from", remedy)
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        raise _wrong(text, f"{shown(written)} is not a date", "a date such as 2026-07-01") from None
    spelled = {"<": "before", ">": "after"}.get(relation, relation)
    return Condition(relation, elapsed(moment, start), f"{spelled} {written}")


def _unit(metric: str) -> str:
    return COLUMNS[NAMES.index(metric)].unit


def _wrong(text: str, told: str, remedy: str) -> InputError:
    return InputError(f"target {shown(text)}: {told}; {remedy}")
