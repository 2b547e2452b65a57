"""Scores as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.validation.scores import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.validation.scores import ExactScore


def table(
    scores: Iterable[ExactScore], expected: str = "exact", simulated: str = "simulated"
) -> str:
    """Scores line by line, with the error of the engine that each finds with 99 % probability."""
    head = f"{'':<64}{expected:>14}{simulated:>14}{'std. error':>12}{'z':>7}{'detects':>9}"
    return "\n".join([head, *map(_line, scores)])


def worst(scores: Iterable[ExactScore]) -> str:
    """How many scores there are, and the largest |z| of them."""
    found = list(scores)
    largest = max((abs(one.z) for one in found), default=0.0)
    broken = sum(not one.holds for one in found)
    return f"{len(found)} scores, largest |z| {largest:.2f}, {broken} beyond {LIMIT}"


def _line(score: ExactScore) -> str:
    return (
        f"{score.name:<64}{score.expected:>14.6g}{score.simulated:>14.6g}"
        f"{score.error:>12.2e}{score.z:>7.2f}{score.detects:>9.2%}"
    )
