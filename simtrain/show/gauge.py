"""How the numbers of a target are shown: as times, percents, counts or dates."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.show import words
from simtrain.tables import columns
from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.tables.estimates import Estimate
    from simtrain.tables.targets import Target


class Gauge(NamedTuple):
    """How the numbers of a target are shown.

    Parameters
    ----------
    unit
        Unit that is written behind a number; empty for counts and dates.
    divisor
        Base units in one of it.
    places
        Decimals.
    start
        What dates are counted from, if the numbers are dates.
    """

    unit: str
    divisor: float
    places: int
    start: dt.datetime | None = None

    @classmethod
    def of(cls, target: Target, numbers: Iterable[float] = ()) -> Gauge:
        """Gauge that fits a target, and numbers that are shown beside its bound."""
        bound = target.condition.bound
        sizes = [abs(number) for number in (bound, *numbers) if math.isfinite(number)]
        largest = max(sizes)
        if target.start is not None and target.event is None:
            return cls("", 1.0, 0, target.start)
        if target.unit == columns.FRACTION:
            return cls("%", 0.01, 2)
        if target.unit == columns.COUNT:
            return cls("", 1.0, words.decimals(largest))
        unit = words.unit_for(largest)
        name = unit.name if target.unit == columns.SECONDS else f"host-{unit.name}"
        return cls(name, unit.seconds, words.decimals(largest / unit.seconds))

    def number(self, value: float) -> str:
        """`value` without its unit, or the date."""
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if self.start is not None:
            return f"{self.start + dt.timedelta(seconds=value):%Y-%m-%d %H:%M}"
        return words.fixed(value / self.divisor, self.places)

    def text(self, value: float) -> str:
        """`value` with its unit."""
        if math.isinf(value):
            return "not known, since trials did not finish"
        return f"{self.number(value)} {self.unit}".rstrip()

    def difference(self, value: float) -> str:
        """Distance of two values, with its unit."""
        if math.isinf(value):
            return "more than any trial tells"
        if self.start is not None:
            return words.span(value)
        unit = "percentage points" if self.unit == "%" else self.unit
        return f"{self.number(value)} {unit}".rstrip()

    def interval(self, found: Estimate) -> str:
        """Confidence interval, without its unit; an end that few trials leave open is infinite."""
        return f"{self.number(found.low)} – {self.number(found.high)}"

    def sure(self, found: Estimate) -> str:
        """A number with its confidence interval: "59.2 d (58.1 – 60.3)"."""
        if math.isinf(found.value):
            return self.text(found.value)
        return f"{self.text(found.value)} ({self.interval(found)})"

    def along(self, value: float) -> float:
        """Where a value lies on an axis: days since 1970 for dates, as matplotlib counts them."""
        if self.start is None:
            return value / self.divisor
        return (self.start.replace(tzinfo=None) - dt.datetime(1970, 1, 1)).total_seconds() / DAY + (
            value / DAY
        )
