"""What the pairs of `[[correlated]]` mean for the quantiles of their numbers."""

import math
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from simtrain.errors import Mistake, shown
from simtrain.scenario.correlated import Given
from simtrain.scenario.document import Document, Places, entries, holds
from simtrain.scenario.doubt import number_at, with_ranges
from simtrain.scenario.named import NAMED
from simtrain.scenario.reference import field_at, path_of

_REMEDY = "the paths of two uncertain numbers, each in one row"


class Conditional(NamedTuple):
    """What the quantile of a number depends on.

    Parameters
    ----------
    address
        Address of the quantile of the other number.
    correlation
        Correlation of their normal scores, above -1 and below 1; None where it bends.
    given
        Where it bends: scores of the other number in rising order, each with the mean and the
        standard deviation of this one then.
    """

    address: str
    correlation: float | None
    given: tuple[Given, ...] = ()

    def law(self, score: float) -> tuple[float, float]:
        """Mean and standard deviation of the score, given that of the other number."""
        if self.correlation is not None:
            return self.correlation * score, math.sqrt(1.0 - self.correlation**2)
        rows = self.given
        after = bisect_right(rows, score, key=lambda row: row[0])
        if after in (0, len(rows)):
            return rows[min(after, len(rows) - 1)][1:]
        (start, *low), (end, *high) = rows[after - 1 : after + 1]
        part = (score - start) / (end - start)
        mean, sd = (one + part * (other - one) for one, other in zip(low, high, strict=True))
        return mean, sd


def conditionals(document: Document) -> dict[str, Conditional]:
    """What the second number of each row depends on, by the address of its quantile.

    A row that names a number which is known says nothing, and has none.
    """
    addresses = addresses_of(document) if document.get("correlated") else {}
    found = {}
    for row in document.get("correlated", ()):
        first, second = (addresses.get(name) for name in row["numbers"])
        if first and second:
            given = tuple((float(a), float(b), float(c)) for a, b, c in row.get("conditional", ()))
            found[second] = Conditional(first, row.get("correlation"), given)
    return found


def addresses_of(document: Document) -> dict[str, str]:
    """Address of the quantile of each uncertain number, by its path without that of a change."""
    found: dict[str, str] = {}
    for key, value in entries(with_ranges(document)):
        number = number_at(key, value)
        if number is None:
            continue
        path = ".".join(path_of(key))
        if number.unknown:
            named = ((f"{path}.{name}", one) for name, one in number.unknown.ranges)
            found |= {name: one.address(name) for name, one in named}
        elif number.addresses(path):
            found[path] = number.address(path)
    return found


def wrong_pairs(document: Document, places: Places) -> Iterator[Mistake]:
    """Mistakes in pairs of which each row is right: a path of no number, and one in two rows."""
    rows = document.get("correlated")
    if not rows:
        return
    addresses, taken = addresses_of(document), set[str]()
    for number, row in enumerate(rows):
        key = f"correlated.{number}.numbers"
        for name in row["numbers"]:
            address = addresses.get(name, name)
            if name not in addresses and not _is_number(document, name):
                wrong = f"{shown(name)} is the path of no number of this scenario"
                yield Mistake(places.of(key), key, wrong, _REMEDY)
            elif address in taken:
                yield Mistake(places.of(key), key, f"{shown(name)} is in a pair already", _REMEDY)
            taken.add(address)


def _is_number(document: Document, name: str) -> bool:
    """Whether a scenario may have a number at a path, or a law of which it is a parameter."""
    for path in (path_of(name), path_of(name)[:-1]):
        if path and path[0] in NAMED and not holds(document, ".".join(path[:2])):
            return False
        if len(path) > 1 and field_at(path) is not None:
            return True
    return False
