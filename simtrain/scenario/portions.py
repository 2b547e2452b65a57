"""Counts that may be given as a share of another count, and then move with it: ``"5 %"``."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from simtrain.errors import shown
from simtrain.scenario.readers import JsonSchema, Reader, Whole
from simtrain.units import COUNT, SHARE, Dimension

_MOST_DIGITS = 12
"""Digits after the point of a percentage, more than enough to distinguish counts of hosts."""


class Portion(int):
    """A count that was given as a share of another one.

    Attributes
    ----------
    share
        The share, as a fraction.
    """

    share: Fraction

    @classmethod
    def of(cls, count: int, share: Fraction, up: bool) -> Self:
        """A share of a count, as a whole number."""
        portion = cls((math.ceil if up else math.floor)(count * share))
        portion.share = share
        return portion


@dataclass(frozen=True, slots=True)
class WholeOrShare(Reader):
    """Reads whole numbers, or shares of another count of the same table.

    Parameters
    ----------
    count
        What whole numbers are accepted.
    of
        Key of that other count, which stands before this one in the table.
    up
        Whether a share is rounded up, so that any part of one is one; else it is rounded down.
    """

    count: Whole
    of: str
    up: bool = True

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f'{self.count.accepted}, or a share of `{self.of}` such as "5 %"'

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return f"{self.count.brief}, or share of `{self.of}`"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What a number may be a quantity of."""
        return (COUNT, SHARE)

    def parse(self, value: object) -> int:
        """Read a whole number; `portion` also reads a share."""
        return self.count.parse(value)

    def portion(self, value: object, counts: Mapping[str, Any]) -> int:
        """Read a whole number, or a share of one of some counts by key."""
        share = share_of(value)
        if share is None:
            return self.parse(value)
        whole = counts.get(self.of)
        if whole is None:
            return 0  # that count is wrong, and has a message of its own
        portion = Portion.of(whole, share, self.up)
        if not self.count.low <= portion <= self.count.high:
            raise ValueError(f"{shown(value)} of {whole} is out of range")
        return portion

    def share(self, count: int, whole: int) -> str:
        """Share of `whole` in few digits that comes to a count: ``"1.5 %"``."""
        exact = Fraction(100 * count, whole)
        for digits in range(_MOST_DIGITS):
            steps = exact * 10**digits
            percent = Fraction(math.floor(steps) if self.up else math.ceil(steps), 10**digits)
            if Portion.of(whole, percent / 100, self.up) == count:
                break
        return f"{float(percent):.{_MOST_DIGITS}g} %"

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"anyOf": [self.count.json_schema(), {"type": "string", "pattern": SHARE.pattern}]}

    def dump(self, value: Any) -> Any:
        """`value` as JSON in base units."""
        return int(value)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def read(value: object, info: ValidationInfo) -> object:
            return self._parsed(lambda value: self.portion(value, info.data), value)

        dump = core_schema.plain_serializer_function_ser_schema(self.dump)
        return core_schema.with_info_plain_validator_function(read, serialization=dump)


def share_of(value: object) -> Fraction | None:
    """Share that a text such as ``"5 %"`` means; None for anything else."""
    number = SHARE.number(value) if isinstance(value, str) else None
    return Fraction(repr(number)) if number is not None and number >= 0 else None
