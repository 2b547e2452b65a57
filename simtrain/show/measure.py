"""How a metric is shown: under which name, in which unit, with how many decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.show import words
from simtrain.tables.columns import COLUMNS, COUNT, FRACTION, NAMES, SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = {"wall_clock_s": "wall-clock", "ettr": "ETTR"}
"""Names that are not simply those of the columns."""


class Measure(NamedTuple):
    """How a metric is shown: its name, its unit, what it is divided by, and its decimals."""

    label: str
    unit: str
    divisor: float
    places: int

    @property
    def title(self) -> str:
        """What it is, with its unit, for an axis."""
        long = {"d": "days", "h": "hours", "min": "minutes", "s": "seconds"}
        unit = " ".join(long.get(word, word) for word in self.unit.split())
        return f"{self.label}, {unit}" if unit else self.label

    def number(self, value: float | None) -> str:
        """`value` without its unit."""
        return words.fixed(None if value is None else value / self.divisor, self.places)

    def text(self, value: float) -> str:
        """`value` with its unit."""
        return f"{self.number(value)} {self.unit}".rstrip()

    def sure(self, found: Mapping[str, Any]) -> str:
        """Mean of some statistics, and half of its confidence interval."""
        return f"{self.number(found['mean'])} ± {self.number(half_of(found))}"

    def signed(self, found: Mapping[str, Any]) -> str:
        """The same of a difference, with its sign."""
        mean = self.number(found["mean"])
        if not mean.strip("-0."):
            mean = mean.removeprefix("-")
        elif (found["mean"] or 0.0) > 0:
            mean = f"+{mean}"
        return f"{mean} ± {self.number(half_of(found))}"


def measure_of(metric: str, usual: float) -> Measure:
    """How a metric is shown whose values are usually about so large, in its base unit."""
    kind = COLUMNS[NAMES.index(metric)].unit
    label = label_of(metric)
    if kind == FRACTION:
        return Measure(label, "%", 0.01, 2)
    if kind == COUNT:
        return Measure(label, "", 1.0, words.decimals(usual))
    unit = words.unit_for(usual)
    name = unit.name if kind == SECONDS else f"host {unit.name}"
    return Measure(label, name, unit.seconds, words.decimals(usual / unit.seconds))


def label_of(metric: str) -> str:
    """Name of a metric for people, without its unit."""
    return _NAMES.get(metric, words.name(metric.removesuffix("_s")))


def half_of(found: Mapping[str, Any]) -> float | None:
    """Half of the confidence interval of a mean; none if there is no interval."""
    low, high = found["mean_ci95"]
    return None if low is None else (high - low) / 2
