"""The error budget of a goodput: what may be lost, and what loses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.tables.columns import NAMES

if TYPE_CHECKING:
    from simtrain.tables.results import Results

METRICS = {"goodput": "queue_s", "ettr": None}
"""Metrics that have a budget, and the column of what is left out of their wall-clock."""


class Spent(NamedTuple):
    """Shares of the wall-clock that are not productive, as means over the trials that finished.

    In each trial the shares of all categories add up to 1 − the metric, so their means do as well.
    Those of all causes do so too, unless the job queued for hosts: such a wait is charged to a
    cause, and is no loss of goodput.

    Parameters
    ----------
    by_category, by_cause
        Share by name, the largest first; those without any are left out.
    """

    by_category: dict[str, float]
    by_cause: dict[str, float]

    @property
    def in_all(self) -> float:
        """1 − the mean of the metric."""
        return sum(self.by_category.values())


def spent(results: Results, metric: str) -> Spent | None:
    """What is lost from a metric, by category and by cause; None if no trial finished.

    Parameters
    ----------
    results
        The trials.
    metric
        One of `METRICS`. Queues are no part of the wall-clock that goodput refers to; the wait
        before the first launch is taken out of the wait for hosts.
    """
    finished = ~results.truncated
    if not finished.any():
        return None
    columns = dict(zip(NAMES, results.values[finished].T, strict=True))
    left_out = METRICS[metric]
    queue_s = columns[left_out] if left_out else np.zeros(int(finished.sum()))
    apart = (Category.PRODUCTIVE, *([Category.QUEUE_WAIT] if left_out else []))
    counted_s = columns["wall_clock_s"] - queue_s
    by_category = {
        str(category): columns[f"{category}_s"]
        - (queue_s - columns["queue_wait_s"] if category is Category.HOST_WAIT else 0.0)
        for category in Category
        if category not in apart
    }
    by_cause = dict(zip(results.causes, results.badput[finished].T, strict=True))
    return Spent(
        _ranked({name: float((s / counted_s).mean()) for name, s in by_category.items()}),
        _ranked({name: float((s / counted_s).mean()) for name, s in by_cause.items()}),
    )


def _ranked(shares: dict[str, float]) -> dict[str, float]:
    falling = sorted(shares.items(), key=lambda row: -row[1])
    return {name: share for name, share in falling if share > 0}
