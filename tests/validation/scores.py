"""How far a simulated mean lies from the value it should have, in standard errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIMIT = 3.3
"""|z| from which a check fails; chance alone exceeds it once in a thousand times."""

POWER = LIMIT + 2.33
"""An error of so many standard errors is found with 99 % probability."""


class Score(NamedTuple):
    """A closed form beside what was simulated."""

    name: str
    expected: float
    simulated: float
    error: float

    @property
    def z(self) -> float:
        """Distance in standard errors."""
        distance = self.simulated - self.expected
        return distance / self.error if self.error else math.copysign(math.inf, distance)

    @property
    def holds(self) -> bool:
        """Whether chance explains the distance; without an error they must be equal."""
        return abs(self.z) < LIMIT if self.error else self.simulated == self.expected

    @property
    def detects(self) -> float:
        """Relative error of the engine that this check would find with 99 % probability."""
        return POWER * self.error / abs(self.expected)

    def __str__(self) -> str:
        return (
            f"{self.name:<64}{self.expected:>14.6g}{self.simulated:>14.6g}"
            f"{self.error:>12.2e}{self.z if self.error else 0.0:>7.2f}{self.detects:>9.2%}"
        )


def score(name: str, expected: float, values: Sequence[float]) -> Score:
    """Score of the mean of independent values."""
    array = np.asarray(values, dtype=float)
    return Score(name, expected, float(array.mean()), float(array.std(ddof=1)) / len(array) ** 0.5)


def share(name: str, expected: float, parts: Sequence[float], wholes: Sequence[float]) -> Score:
    """Score of a ratio of means, by the delta method."""
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    ratio = float(part.sum() / whole.sum())
    residuals = part - ratio * whole
    error = float(residuals.std(ddof=1)) / len(part) ** 0.5 / float(whole.mean())
    return Score(name, expected, ratio, error)


def worst(scores: Iterable[Score]) -> str:
    """How many scores there are, and the largest |z| of them."""
    found = list(scores)
    largest = max((abs(one.z) for one in found if one.error), default=0.0)
    broken = sum(not one.holds for one in found)
    return f"{len(found)} scores, largest |z| {largest:.2f}, {broken} beyond {LIMIT}"


def table(
    scores: Iterable[Score], expected: str = "closed form", simulated: str = "simulated"
) -> str:
    """Scores as a table of text."""
    head = f"{'':<64}{expected:>14}{simulated:>14}{'std. error':>12}{'z':>7}{'detects':>9}"
    return "\n".join([head, *map(str, scores)])
