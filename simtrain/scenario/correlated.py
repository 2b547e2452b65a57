"""`[[correlated]]`: two numbers that are not known, of which one tells something of the other."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.readers import JsonSchema, Reader
from simtrain.scenario.table import Broken, Table

Pair = tuple[str, str]
Given = tuple[float, float, float]
"""Normal score of the first number, and mean and standard deviation of that of the second then."""

_FURTHEST = 10.0


class _PairReader(Reader):
    """Reads the names of two numbers."""

    accepted = 'the paths of two uncertain numbers, ["workload.speed", "restart.duration"]'
    brief = "list of two paths"

    def parse(self, value: object) -> Pair:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise ValueError("is not a list of paths")
        if len(value) != 2:
            raise ValueError(f"has {len(value)} of them")
        first, second = value
        if first == second:
            raise ValueError("names one number twice")
        return first, second

    def json_schema(self) -> JsonSchema:
        return {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}

    def written(self, value: Pair) -> list[str]:
        return list(value)


class _CorrelationReader(Reader):
    """Reads a correlation, both ends left out."""

    accepted = "a number between -1 and 1; what is surely high or low together has `shared` ranges"
    brief = "number between -1 and 1"

    def parse(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{shown(value)} is not a number")
        if not (math.isfinite(value) and -1 < value < 1):
            raise ValueError(f"{shown(value)} is out of range")
        return float(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1}


class _GivenReader(Reader):
    """Reads what a score is likely to be, given another."""

    accepted = "a list such as [[-2, -0.9, 0.3], [2, 1.1, 0.6]], the first of each three rising"
    brief = "list of threes of numbers"

    def parse(self, value: object) -> tuple[Given, ...]:
        if not isinstance(value, list | tuple) or not all(map(_is_given, value)):
            raise ValueError("is not a list of a score, a mean and a standard deviation each")
        rows = tuple((float(score), float(mean), float(sd)) for score, mean, sd in value)
        if len(rows) < 2:
            raise ValueError("has no two of them")
        if any(one[0] >= other[0] for one, other in pairwise(rows)):
            raise ValueError("is not in rising order")
        return rows

    def json_schema(self) -> JsonSchema:
        row = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
        return {"type": "array", "items": row, "minItems": 2}

    def written(self, value: tuple[Given, ...]) -> list[list[float]]:
        return [list(row) for row in value]


def _is_given(row: object) -> bool:
    """Whether these are a score, a mean and a standard deviation."""
    if not isinstance(row, list | tuple) or len(row) != 3:
        return False
    are_numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in row)
    return are_numbers and all(abs(one) <= _FURTHEST for one in row) and row[2] >= 0


class Correlated(Table):
    """Two uncertain numbers that are likely high together, or one where the other is low."""

    numbers: Annotated[Pair, _PairReader()] = Field(
        description="Their paths; one of a law has the name of its parameter behind it, such as "
        "`restart.duration.median`. Where one of them is known the row says nothing."
    )
    correlation: Annotated[float, _CorrelationReader()] | None = Field(
        None,
        description="Correlation of the normal scores of their quantiles: of their logarithms, "
        "where both are ranges above 0.",
    )
    conditional: Annotated[tuple[Given, ...], _GivenReader()] | None = Field(
        None,
        description="In place of it where one number bends with the other: rows of a normal score "
        "of the first number, and of the mean and standard deviation that the score of the second "
        "has then. Between two rows both are linear, beyond the last ones as there.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Either of two ways to say it."""
        yield from self.exactly_one("correlation", "conditional")
