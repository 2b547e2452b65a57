"""`Sensitivity`: how far each number of a scenario moves the mean of a metric."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.scenario.axes import written
from simtrain.tables.answer import Answer, Columns, columns_of, origin
from simtrain.tables.estimates import Statistics, describe, is_significant

if TYPE_CHECKING:
    from simtrain.scenario.inputs import Input, LeftOut, Side
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


class InputEffect(NamedTuple):
    """The same trials with one number changed down and up.

    Parameters
    ----------
    input
        The number.
    low, high
        Trials of each; None where it was not changed.
    """

    input: Input
    low: Results | None
    high: Results | None


class Moved(NamedTuple):
    """How far a number moves the mean of a metric.

    Parameters
    ----------
    input
        The number.
    low, high
        Statistics of the metric with it changed down and up, minus the metric as it is, trial by
        trial; None where it was not changed.
    is_significant
        Whether either is other than 0, at 95 % for all numbers together.
    left_out
        Trials that are missing in a difference, since they were truncated; the more of the two.
    """

    input: Input
    low: Statistics | None
    high: Statistics | None
    is_significant: bool
    left_out: int

    @property
    def reach(self) -> float:
        """From the least mean to the greatest, that of the scenario as it is among them."""
        means = [side["mean"] or 0.0 for side in (self.low, self.high) if side is not None]
        return max(0.0, *means) - min(0.0, *means)

    @property
    def sides(self) -> dict[str, tuple[Side | None, Statistics | None]]:
        """What it was changed to, and what came of it."""
        return {"low": (self.input.low, self.low), "high": (self.input.high, self.high)}


@dataclass(frozen=True, eq=False)
class Sensitivity(Answer):
    """How far each number of a scenario moves the mean of a metric.

    Parameters
    ----------
    scenario
        The scenario as it is.
    change
        By which part of themselves numbers change.
    column
        The metric.
    baseline
        Trials of the scenario as it is.
    effects
        Trials with each number changed.
    left_out
        Numbers that were not changed, or not on one side, and why.
    """

    kind = "sensitivity"

    scenario: Scenario
    change: float
    column: str
    baseline: Results
    effects: tuple[InputEffect, ...]
    left_out: tuple[LeftOut, ...]

    def __repr__(self) -> str:
        what = f"{self.column} to {len(self.effects)} numbers of {self.scenario.name}"
        return f"<Sensitivity of {what}, {self.baseline.trials} trials each>"

    @cached_property
    def moved(self) -> list[Moved]:
        """All numbers, those that move the metric furthest first."""
        tests = sum(len(effect.input.sides) for effect in self.effects)
        moved = [self._moved(effect, tests) for effect in self.effects]
        return sorted(moved, key=lambda one: -one.reach)

    @property
    def significant(self) -> list[Moved]:
        """Numbers that move the metric."""
        return [moved for moved in self.moved if moved.is_significant]

    @property
    def not_significant(self) -> list[Moved]:
        """Numbers whose effect may be none."""
        return [moved for moved in self.moved if not moved.is_significant]

    def columns(self) -> Columns:
        """One row for each number, those that move the metric furthest first."""
        return columns_of([_row(moved) for moved in self.moved])

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            **origin(self.scenario, self.baseline.seed, self.baseline.trials),
            "truncated_trials": int(self.baseline.truncated.sum()),
            "change": self.change,
            "metric": self.column,
            "as_it_is": self.baseline.statistics(self.column),
            "inputs": [_input(moved) for moved in self.moved],
            "left_out": [one._asdict() for one in self.left_out],
        }

    def _moved(self, effect: InputEffect, tests: int) -> Moved:
        baseline = self.baseline.by_trial(self.column)
        both = [None if one is None else one.by_trial(self.column) for one in effect[1:]]
        sides = [None if side is None else side - baseline for side in both]
        low, high = (None if side is None else describe(side) for side in sides)
        significant = any(side is not None and is_significant(side, tests) for side in sides)
        cut = [one.truncated | self.baseline.truncated for one in effect[1:] if one is not None]
        return Moved(effect.input, low, high, significant, max(int(one.sum()) for one in cut))


def _input(moved: Moved) -> dict[str, Any]:
    return {
        "key": moved.input.key,
        "value": written(moved.input.value),
        "source": moved.input.source or None,
        "until": list(moved.input.until),
        **{
            name: side and {"value": written(side.value), "difference": difference}
            for name, (side, difference) in moved.sides.items()
        },
        "reach": moved.reach,
        "is_significant": moved.is_significant,
        "left_out": moved.left_out,
    }


def _row(moved: Moved) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": moved.input.key,
        "value": written(moved.input.value),
        "source": moved.input.source,
        "until": " ".join(moved.input.until),
    }
    for name, (side, difference) in moved.sides.items():
        low, high = difference["mean_ci95"] if difference else (None, None)
        row |= {
            f"{name}_value": side and written(side.value),
            f"{name}_mean": difference and difference["mean"],
            f"{name}_ci95_low": low,
            f"{name}_ci95_high": high,
        }
    return row | {
        "reach": moved.reach,
        "is_significant": moved.is_significant,
        "left_out": moved.left_out,
    }
