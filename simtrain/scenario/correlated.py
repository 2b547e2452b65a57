"""`[[correlated]]`: two numbers that are not known, of which one tells something of the other."""

import math
from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.readers import JsonSchema, Reader
from simtrain.scenario.table import Table

Pair = tuple[str, str]


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


class Correlated(Table):
    """Two uncertain numbers that are likely high together, or one where the other is low."""

    numbers: Annotated[Pair, _PairReader()] = Field(
        description="Their paths; one of a law has the name of its parameter behind it, such as "
        "`restart.duration.median`. Where one of them is known the row says nothing."
    )
    correlation: Annotated[float, _CorrelationReader()] = Field(
        description="Correlation of the normal scores of their quantiles: of their logarithms, "
        "where both are ranges above 0."
    )
