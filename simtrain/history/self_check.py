"""Whether a fitted cluster, simulated over the window, makes logs like the one it was fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

CHANCE = 0.1
"""How often a log that is right fails."""


class Check(NamedTuple):
    """A statistic of the log among those of simulated windows.

    Parameters
    ----------
    statistic
        Its name.
    log
        Its value in the log.
    p5, p50, p95
        Percentiles of the simulated ones.
    percentile
        Share of the simulated ones that lie below that of the log, and half of those that equal it.
    passed
        Whether something lies as far out in more than one in ten of the log and its windows.
    """

    statistic: str
    log: float
    p5: float
    p50: float
    p95: float
    percentile: float
    passed: bool


class SelfCheck(NamedTuple):
    """All statistics of a log, and one verdict.

    Parameters
    ----------
    checks
        The statistics.
    windows
        How many windows were simulated.
    chance
        Share of the windows, that of the log among them, of which a statistic lies as far out as
        one of the log does.
    """

    checks: tuple[Check, ...]
    windows: int
    chance: float

    @property
    def passed(self) -> bool:
        """Whether the log is like the windows; one that is right fails one time in ten."""
        return self.chance > CHANCE

    @property
    def failed(self) -> list[Check]:
        """Statistics that lie too far out, the furthest first."""
        out = [one for one in self.checks if not one.passed]
        return sorted(out, key=lambda one: min(one.percentile, 1 - one.percentile))


def self_check(
    log: Mapping[str, float | None], windows: Sequence[Mapping[str, float | None]]
) -> SelfCheck:
    """Lay the statistics of a log against those of simulated windows.

    Of several statistics one often lies far out by chance. So the verdict is on the one that lies
    furthest out: how often does it so in a window, held against all others and the log in the same
    way? If the log is one of them, that share is uniform.
    """
    names = [
        name
        for name, value in log.items()
        if value is not None and all(one.get(name) is not None for one in windows)
    ]
    table = np.array([[one[name] for name in names] for one in (log, *windows)], dtype=np.float64)
    places = np.column_stack([_places(column) for column in table.T])
    furthest = (2 * np.minimum(places, 1 - places)).min(axis=1)

    def share_as_far(far: float) -> float:
        """Share of the log and its windows of which something lies as far out."""
        return float((furthest <= far * (1 + 1e-12)).mean())

    checks = []
    for column, name in enumerate(names):
        mine, others = table[0, column], table[1:, column]
        percentile = float((others < mine).mean() + 0.5 * (others == mine).mean())
        p5, p50, p95 = map(float, np.percentile(others, (5, 50, 95)))
        far = 2 * min(places[0, column], 1 - places[0, column])
        passed = share_as_far(far) > CHANCE
        checks.append(Check(name, float(mine), p5, p50, p95, percentile, passed))
    # The log itself counts: so the share is never 0, and a right log fails one time in ten.
    return SelfCheck(tuple(checks), len(windows), share_as_far(furthest[0]))


def _places(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of all values that lie below each, and half of those that equal it."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    shares: NDArray[np.float64] = (below + 0.5 * counts)[place] / len(values)
    return shares
