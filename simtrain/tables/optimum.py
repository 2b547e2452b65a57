"""Which of several points is best, and which are not distinguishable from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.tables.estimates import worse_than

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

SIGNS = {"wall_clock_s": 1.0, "goodput": -1.0}
"""Metrics that a point can be best by, with a sign that makes less the better."""


def objective_of(scenarios: Iterable[Scenario]) -> str:
    """The metric that decides between scenarios: wall-clock, or goodput where that would be unfair.

    It would where it is fixed in any, and where they differ in how much work there is: less work
    ends sooner, which makes no scenario better.
    """
    compared = list(scenarios)
    is_fixed = any(scenario.workload.window is not None for scenario in compared)
    return "goodput" if is_fixed or work_differs(compared) else "wall_clock_s"


def work_differs(scenarios: Sequence[Scenario]) -> bool:
    """Whether scenarios differ in how much work there is, or in how long they are watched."""
    return any(one.workload.work != scenarios[0].workload.work for one in scenarios)


class Optimum(NamedTuple):
    """The best point by a metric.

    Parameters
    ----------
    metric
        ``wall_clock_s``, of which less is better, or ``goodput``, of which more is.
    point
        Number of the point with the best mean.
    not_distinguishable
        Numbers of the points that are not significantly worse, itself among them. They hold the
        truly best of all candidates with a probability of at least 95 %.
    candidates
        Numbers of the points that may be best: those in which the most trials have a value. How
        good the others are is not known.
    """

    metric: str
    point: int
    not_distinguishable: tuple[int, ...]
    candidates: tuple[int, ...]


def optimum_of(metric: str, values: NDArray[np.float64]) -> Optimum | None:
    """The best point by a metric.

    A mean leaves out the trials that have no value, which tend to be the bad ones. So a point can
    only be best if no other has a value in more trials.

    Parameters
    ----------
    metric
        One of `SIGNS`.
    values
        One row for each point, one column for each trial; NaN where a trial has no value.

    Returns
    -------
    Optimum or None
        None if no trial has a value.
    """
    losses = SIGNS[metric] * values
    known = (~np.isnan(losses)).sum(axis=1)
    if not known.any():
        return None
    candidates = np.flatnonzero(known == known.max())
    best = int(np.nanmean(losses[candidates], axis=1).argmin())
    not_worse = candidates[~worse_than(losses[candidates], best)]
    return Optimum(
        metric, int(candidates[best]), tuple(not_worse.tolist()), tuple(candidates.tolist())
    )
