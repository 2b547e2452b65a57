"""Search along a row of values for the places at which a target begins or ceases to be met.

The search looks at the values of a coarse grid first, the ends among them, and then halves each
gap whose ends differ. So it finds every crossing that is not hidden between two neighbours of the
coarse grid, whether or not the curve only rises or only falls. If nothing on the coarse grid meets
the target, it closes in on the value that comes nearest. At last it looks on either side of each
crossing for the nearest values at which that is conclusive, to a quarter of a gap of that grid.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

COARSE = 5
"""Values of the coarse grid."""
_FINER = 4
"""How much finer the ends of what is conclusive are found."""


class Seen(Protocol):
    """What a value came to."""

    @property
    def met(self) -> bool:
        """Whether it meets the target."""

    @property
    def is_conclusive(self) -> bool:
        """Whether that is so at 95 %."""

    @property
    def short(self) -> float:
        """How much it falls short of the target, 0 or less if it meets it."""


S = TypeVar("S", bound=Seen)


class Crossing(NamedTuple):
    """Two neighbours of which one meets the target.

    Parameters
    ----------
    met, missed
        Numbers of the value that meets it and of its neighbour that does not.
    """

    met: int
    missed: int


def search(
    values: int, known: Iterable[int] = ()
) -> Generator[Sequence[int], Iterable[S], tuple[dict[int, S], list[Crossing]]]:
    """Find the neighbours between which a target is met and missed.

    Parameters
    ----------
    values
        How many values there are; they are numbered from 0.
    known
        Numbers of values that cost nothing to look at.

    Yields
    ------
    numbers
        Of the values to look at next, together; none of them comes twice. What they came to has
        to be sent.

    Returns
    -------
    seen
        What was looked at, by number, in rising order.
    crossings
        In rising order.
    """
    seen: dict[int, S] = {}
    numbers: Sequence[int] = sorted({*coarse(values), *known})
    while numbers:
        seen.update(zip(numbers, (yield numbers), strict=True))
        near = max(1, values // (_FINER * (COARSE - 1)))
        numbers = _next(seen) or _inconclusive(seen, near)
    return {number: seen[number] for number in sorted(seen)}, _crossings(seen)


def _crossings(seen: Mapping[int, Seen]) -> list[Crossing]:
    return [
        Crossing(a, b) if seen[a].met else Crossing(b, a)
        for a, b in pairwise(sorted(seen))
        if seen[a].met != seen[b].met
    ]


def coarse(values: int) -> list[int]:
    """Numbers of the values that are looked at first: both ends, and some between."""
    points = min(values, COARSE)
    if points == 1:
        return [0]
    return sorted({round(step * (values - 1) / (points - 1)) for step in range(points)})


def _next(seen: Mapping[int, Seen]) -> list[int]:
    """Numbers to look at next: the middle of each gap that holds a crossing, or the best."""
    order = sorted(seen)
    gaps = pairwise(order)
    if any(found.met for found in seen.values()):
        open_gaps = [(a, b) for a, b in gaps if seen[a].met != seen[b].met]
    else:
        best = min(order, key=lambda number: seen[number].short)
        open_gaps = [(a, b) for a, b in gaps if best in (a, b)]
    return [(a + b) // 2 for a, b in open_gaps if b - a > 1]


def _inconclusive(seen: Mapping[int, Seen], near: int) -> list[int]:
    """Numbers to look at for the nearest conclusive values: the middle of each gap before one."""
    order = sorted(seen)
    middles = set()
    for crossing in _crossings(seen):
        for start, beyond in (crossing, crossing[::-1]):
            outward = order if start > beyond else order[::-1]
            last = start
            for number in outward[outward.index(start) :]:
                if seen[number].met != seen[start].met:
                    break
                if seen[number].is_conclusive:
                    if abs(number - last) > near:
                        middles.add((number + last) // 2)
                    break
                last = number
    return sorted(middles)
