"""Whether counts are Poisson, and what a count says of its mean."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Interval(NamedTuple):
    """An interval of confidence."""

    low: float
    high: float

    def times(self, factor: float) -> Interval:
        """The interval of a multiple."""
        return Interval(self.low * factor, self.high * factor)


class Dispersion(NamedTuple):
    """How counts spread.

    Parameters
    ----------
    ratio
        Variance over mean: 1 for Poisson counts.
    z
        By how many standard errors of Poisson counts it lies above 1.
    is_poisson
        Whether Poisson counts are as far from 1 more than one time in a hundred.
    """

    ratio: float
    z: float
    is_poisson: bool


def exact_interval(count: float, level: float = 0.95) -> Interval:
    """Interval of the mean of a Poisson count (Garwood); a count may be a sum of chances."""
    inverse = import_module("scipy.special").gammaincinv
    out = (1 - level) / 2
    low = float(inverse(count, out)) if count > 0 else 0.0
    return Interval(low, float(inverse(count + 1, 1 - out)))


def dispersion(counts: ArrayLike) -> Dispersion | None:
    """Dispersion of two or more counts, unless all of them are 0."""
    numbers: NDArray[np.float64] = np.asarray(counts, dtype=np.float64)
    if len(numbers) < 2 or not numbers.any():
        return None
    ratio = float(numbers.var(ddof=1) / numbers.mean())
    # Given their sum, Poisson counts are multinomial: (n − 1)·ratio has mean n − 1 and variance
    # 2·(n − 1)·(1 − 1/sum).
    spread = np.sqrt(2 * (1 - 1 / max(numbers.sum(), 2)) / (len(numbers) - 1))
    return Dispersion(ratio, float((ratio - 1) / spread), _is_poisson(numbers))


def _is_poisson(counts: NDArray[np.float64]) -> bool:
    """Whether Poisson counts are as far from their dispersion more than one time in a hundred.

    Given their sum, the pairs that lie in one count are the less normal the fewer there are, and
    nearly Poisson then. If there are many it makes no difference.
    """
    special = import_module("scipy.special")
    total, pairs = float(counts.sum()), float((counts * (counts - 1)).sum() / 2)
    mean = total * (total - 1) / 2 / len(counts)
    as_many = float(special.gammainc(pairs, mean)) if pairs else 1.0
    as_few = float(special.gammaincc(pairs + 1, mean))
    return min(as_many, as_few) > 0.005


def correlation(one: ArrayLike, other: ArrayLike) -> float:
    """Correlation of two rows of numbers; 0 if one of them never changes."""
    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if len(a) < 3 or not a.std() or not b.std():
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
