"""Which of several points is best, and which are not distinguishable from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.tables.columns import HOST_WORK
from simtrain.tables.estimates import quantile_of, quantile_worse_than, worse_than

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

_MORE_IS_BETTER = {
    "goodput", "ettr", "in_run_share", "program_goodput", "longest_run_s", "productive_s",
    HOST_WORK,
}  # fmt: skip


def objective_of(scenarios: Iterable[Scenario]) -> str:
    """The metric that decides: wall-clock, or goodput where that would be unfair.

    It would where it is fixed in any, and where they differ in how much work there is: less work
    ends sooner, which makes no scenario better. Where jobs of different size are watched, a share
    of their time is no measure either: it is the productive time of all their hosts.
    """
    compared = list(scenarios)
    fixed = [scenario.workload.window is not None for scenario in compared]
    if all(fixed) and not work_differs(compared) and size_differs(compared):
        return HOST_WORK
    return "goodput" if any(fixed) or work_differs(compared) else "wall_clock_s"


def sign_of(metric: str) -> float:
    """Sign that makes less of a metric the better."""
    return -1.0 if metric in _MORE_IS_BETTER else 1.0


def size_differs(scenarios: Sequence[Scenario]) -> bool:
    """Whether scenarios differ in how many hosts the job has."""
    return any(one.cluster.hosts != scenarios[0].cluster.hosts for one in scenarios)


def work_differs(scenarios: Sequence[Scenario]) -> bool:
    """Whether scenarios differ in how much work there is, or in how long they are watched."""
    return any(one.workload.work != scenarios[0].workload.work for one in scenarios)


class Optimum(NamedTuple):
    """The best point by a metric.

    Parameters
    ----------
    metric
        Name of the metric; of ``wall_clock_s`` less is better, of ``goodput`` more.
    point
        Number of the point with the best mean, or percentile.
    not_distinguishable
        Numbers of the points that are not significantly worse, itself among them. They hold the
        truly best of all candidates with a probability of at least 95 %.
    candidates
        Numbers of the points that may be best: those in which the most trials have a value. How
        good the others are is not known. By a percentile all may be: a trial without a value is
        worse than any that has one.
    percentile
        Percentile of the metric that decides; None for the mean.
    """

    metric: str
    point: int
    not_distinguishable: tuple[int, ...]
    candidates: tuple[int, ...]
    percentile: float | None = None


def optimum_of(
    metric: str, values: NDArray[np.float64], percentile: float | None = None
) -> Optimum | None:
    """The best point by a metric.

    A mean leaves out the trials that have no value, which tend to be the bad ones. So a point can
    only be best if no other has a value in more trials.

    Parameters
    ----------
    metric
        Name of it.
    values
        One row for each point, one column for each trial; NaN where a trial has no value.
    percentile
        Percentile that decides, above 0 and below 100; by default the mean.

    Returns
    -------
    Optimum or None
        None if no trial has a value, or the percentile of no point lies among those that have.
    """
    if percentile is not None:
        return _optimum_by_percentile(metric, values, percentile)
    losses = sign_of(metric) * values
    known = (~np.isnan(losses)).sum(axis=1)
    if not known.any():
        return None
    candidates = np.flatnonzero(known == known.max())
    best = int(np.nanmean(losses[candidates], axis=1).argmin())
    not_worse = candidates[~worse_than(losses[candidates], best)]
    return Optimum(
        metric, int(candidates[best]), tuple(not_worse.tolist()), tuple(candidates.tolist())
    )


def counted(metric: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of a metric in which trials that have none count as worse than any that has one."""
    return np.where(np.isnan(values), sign_of(metric) * np.inf, values)


def _optimum_by_percentile(
    metric: str, values: NDArray[np.float64], percentile: float
) -> Optimum | None:
    sign = sign_of(metric)
    losses = sign * counted(metric, values)
    share = (percentile if sign > 0 else 100 - percentile) / 100
    quantiles = [quantile_of(row, share).value for row in losses]
    best = int(np.argmin(quantiles))
    if not np.isfinite(quantiles[best]):
        return None
    not_worse = np.flatnonzero(~quantile_worse_than(losses, best, share))
    return Optimum(metric, best, tuple(not_worse.tolist()), tuple(range(len(losses))), percentile)
