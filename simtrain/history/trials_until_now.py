"""Trials of a run until now, beside what was seen of the run itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FEWEST = 100
"""Trials below which nothing is concluded."""
_LEAST = 1e-9
"""Quantiles are kept this far from 0 and 1, where scores are infinite."""


@dataclass(frozen=True, eq=False)
class TrialsUntilNow:
    """Trials of a run as it was planned, which end now, beside what was seen of the run.

    Parameters
    ----------
    addresses
        Addresses of the numbers that are not known.
    scores
        Normal score of the quantile of each number in each trial: shape (trials, numbers).
    done
        Share of the whole work that each trial has done by now: shape (trials,).
    seen_done
        Share that the run has done.
    faults
        Faults in each trial until now: shape (trials,); None if those of the run are not known.
    seen_faults
        Faults of the run.
    """

    addresses: tuple[str, ...]
    scores: Array
    done: Array
    seen_done: float
    faults: Array | None = None
    seen_faults: int = 0

    def __len__(self) -> int:
        return len(self.done)

    @property
    def explains_run(self) -> bool | None:
        """Whether the run lies within its trials; None if these are too few to say."""
        if len(self) < FEWEST:
            return None
        return _lies_within(self.seen_done, self.done) and (
            self.faults is None or _lies_within(self.seen_faults, self.faults)
        )

    @property
    def varying_faults(self) -> Array | None:
        """Faults in each trial; None if they are not known or as many in all."""
        faults = self.faults
        return None if faults is None or not faults.min() < faults.max() else faults

    def of(self, addresses: Sequence[str]) -> TrialsUntilNow:
        """The same with some of the numbers alone, in this order."""
        columns = [self.addresses.index(one) for one in addresses]
        return replace(self, addresses=tuple(addresses), scores=self.scores[:, columns])


def normal_scores(quantiles: Array) -> Array:
    """Normal scores of quantiles, in an array of the same shape."""
    probit = import_module("scipy.special").ndtri  # slow to import
    return np.asarray(probit(np.clip(quantiles, _LEAST, 1 - _LEAST)), float)


def _lies_within(seen: float, of_trials: Array) -> bool:
    return bool(of_trials.min() <= seen <= of_trials.max())
