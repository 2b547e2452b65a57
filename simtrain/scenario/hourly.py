"""Weights by the hour: a plain number, hourly values of a file, or rows that fit at some hours."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simtrain.errors import shown
from simtrain.scenario.calendar import day_of
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import Kind
from simtrain.scenario.readers import JsonSchema, Reader, RefusedError
from simtrain.units import Dimension

HOURLY = "hourly"
"""Key of hourly values: in a file its name, then the values themselves."""
MOST_HOURS = 50_000
"""Most hourly values, more than five years of them; a scenario is read after each change."""
_KEYS = (HOURLY, "unit", "begins")


@dataclass(frozen=True, slots=True)
class Hourly:
    """Hourly values in base units, which begin anew after the last one.

    Parameters
    ----------
    values
        One for each hour.
    begins
        Local date of the first one; None if it is that of the hour in which the run starts.
    """

    values: tuple[float, ...]
    begins: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NumberOrHourly(Reader):
    """Reads a number that holds at all hours, or hourly values.

    Parameters
    ----------
    kind
        What numbers are accepted.
    """

    kind: Kind

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f'{self.kind.accepted}, or hourly values: {{ hourly = "FILE.csv", unit = "…" }}'

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return f"{self.kind.brief}, or hourly values"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What a number may be a quantity of."""
        return self.kind.dimensions

    def parse(self, value: object) -> Number | Hourly:
        """Read a number, a range, a law, or hourly values."""
        if not isinstance(value, Mapping) or HOURLY not in value:
            return self.kind.parse(value)
        for key in value:
            if key not in _KEYS:
                wrong = "does not belong to hourly values"
                raise RefusedError(wrong, "they take `hourly`, `unit`, `begins` and `column`", key)
        begins = value.get("begins")
        try:
            return Hourly(self._values(value), None if begins is None else day_of(begins))
        except ValueError as wrong:
            if isinstance(wrong, RefusedError):
                raise
            raise RefusedError(str(wrong), "a date such as 2025-01-01", "begins") from None

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        hourly = {
            "type": "object",
            "description": "Hourly values, which begin anew after the last one.",
            "required": [HOURLY, "unit"],
            "properties": {
                HOURLY: {
                    "description": "A file with one value a line, or the values themselves; a "
                    "relative path is from the folder of this file.",
                    "anyOf": [
                        {"type": "string"},
                        {"type": "array", "items": {"type": "number"}, "minItems": 1},
                    ],
                },
                "unit": {"type": "string", "description": "Unit of the values."},
                "column": {
                    "type": "string",
                    "description": "Heading of their column, in a file that has several.",
                },
                "begins": {
                    "type": "string",
                    "description": "Local date of the first value; without it the first is that of "
                    "the hour in which the run starts.",
                },
            },
            "additionalProperties": False,
        }
        return {"anyOf": [*self.kind.json_schema()["anyOf"], hourly]}

    def dump(self, value: Any) -> Any:
        """`value` as JSON in base units."""
        if not isinstance(value, Hourly):
            return self.kind.dump(value)
        begins = {} if value.begins is None else {"begins": value.begins.isoformat()}
        return {HOURLY: list(value.values), **begins}

    def written(self, value: Any) -> Any:
        """Say a plain number as the file would."""
        return self.kind.written(value)

    def _values(self, table: Mapping[str, Any]) -> tuple[float, ...]:
        values, unit = table[HOURLY], table.get("unit")
        if isinstance(values, str):
            why = "a file is only followed where it is given in a file or on the command line"
            raise RefusedError(why, "a list of values", HOURLY)
        if not isinstance(values, list | tuple) or not values:
            raise RefusedError(f"{shown(values)} is not a list", "one value for each hour", HOURLY)
        if len(values) > MOST_HOURS:
            raise RefusedError(f"{len(values):,} hours are too many", f"at most {MOST_HOURS:,}",
                               HOURLY)  # fmt: skip
        if not isinstance(unit, str):
            raise RefusedError("is missing", f"the unit of the values; {self.kind.accepted}",
                               "unit")  # fmt: skip
        try:
            factor = self.kind.dimension.parse(f"1 {unit}")
        except ValueError as wrong:
            raise RefusedError(str(wrong), self.kind.dimension.example, "unit") from None
        for hour, value in enumerate(values):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not self.kind.low <= value * factor <= self.kind.high:
                why = f"value {hour + 1}, {shown(value)}, is no number in range"
                raise RefusedError(why, self.kind.accepted, HOURLY)
        return tuple(float(value) * factor for value in values)


def is_hourly(value: object) -> bool:
    """Whether a value of the file is a table of hourly values."""
    return isinstance(value, Mapping) and HOURLY in value


def number_in(line: str) -> float | None:
    """Finite number that a line of a file is; None if it is none."""
    try:
        number = float(line)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
