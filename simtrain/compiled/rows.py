"""Rows of many trials from their books: every column is computed for all trials at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.hosts_down import HostsDown
from simtrain.accounts.ledger import Category, by_category
from simtrain.accounts.replicas import ReplicaMeter, mean_replicas
from simtrain.accounts.time_meter import Account, TimeMeter
from simtrain.accounts.timeline import EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Ledgers:
    """Sums of many trials: those of a `Ledger`, each an array over the trials.

    Parameters
    ----------
    books
        Records of `BOOK`, one for each trial.
    """

    def __init__(self, books: NDArray[np.void]):
        self._books = books
        self.counts: Array = books["counts"].T
        self.saves: Array = books["saves"]
        self.longest_run_s: Array = books["longest_run_s"]
        self.queue_s: Array = books["queue_s"]
        self.skipped_batches: Array = books["skipped_batches"]
        self.starts_over: Array = books["starts_over"]
        self.host_s: Array = books["host_s"].T
        self.down = HostsDown(books["down_mean"], books["down_p99"], books["down_most"])

    def categories(self) -> dict[Category, Array]:
        """Seconds by category."""
        books = self._books
        return by_category(
            books["productive_s"], books["lost_s"], books["degraded_s"], books["spent_s"].T
        )


class Replicas:
    """How many trials get on with fewer replicas: what a `ReplicaMeter` has, as arrays."""

    def __init__(self, books: NDArray[np.void], replicas: int):
        self.counts: Array = books["counts"].T
        self.mean: Array = mean_replicas(replicas, books["missing_s"], books["train_s"])


def fill_time(books: NDArray[np.void], mfu: float | None, values: NDArray[np.float64]) -> None:
    """Fill the columns of a `TimeMeter`: a row for each trial."""
    account = Account(Ledgers(books), books["wall_clock_s"], mfu)
    for place, column in enumerate(TimeMeter.columns):
        values[:, place] = column.value(account)


def fill_replicas(
    books: NDArray[np.void], replicas: int | None, values: NDArray[np.float64]
) -> None:
    """Fill the columns of a `ReplicaMeter`; NaN where the job never goes on with fewer."""
    if replicas is None:
        values[:] = math.nan
        return
    meter = Replicas(books, replicas)
    for place, column in enumerate(ReplicaMeter.columns):
        values[:, place] = column.value(meter)


def fill_hot_swaps(books: NDArray[np.void], may_swap: bool, values: NDArray[np.float64]) -> None:
    """Fill the column of a `HotSwapMeter`; NaN where the job never swaps hosts so."""
    values[:, 0] = books["counts"][:, EventKind.HOT_SWAP] if may_swap else math.nan
