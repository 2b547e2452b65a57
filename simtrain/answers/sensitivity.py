"""`Sensitivity`: how far each number of a scenario moves the mean of a metric."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.scenario.axes import written
from simtrain.tables.estimates import Statistics, describe, is_told_from_zero
from simtrain.tables.origin import origin

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.scenario.inputs import Input, LeftOut, Side
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


class Effect(NamedTuple):
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
    is_told
        Whether either can be told from 0, at 95 % for all numbers together.
    left_out
        Trials that are missing in a difference, since they were truncated; the more of the two.
    """

    input: Input
    low: Statistics | None
    high: Statistics | None
    is_told: bool
    left_out: int

    @property
    def reach(self) -> float:
        """From the least mean to the greatest, that of the scenario as it is among them."""
        means = [side["mean"] or 0.0 for side in (self.low, self.high) if side is not None]
        return max(0.0, *means) - min(0.0, *means)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How far each number of a scenario moves the mean of a metric.

    Parameters
    ----------
    scenario
        The scenario as it is.
    change
        By which part of themselves numbers change.
    column
        The metric.
    own
        Trials of the scenario as it is.
    effects
        Trials with each number changed.
    left_out
        Numbers that were not changed, or not on one side, and why.
    """

    scenario: Scenario
    change: float
    column: str
    own: Results
    effects: tuple[Effect, ...]
    left_out: tuple[LeftOut, ...]

    def __repr__(self) -> str:
        what = f"{self.column} to {len(self.effects)} numbers of {self.scenario.name}"
        return f"<Sensitivity of {what}, {self.own.trials} trials each>"

    @cached_property
    def moved(self) -> list[Moved]:
        """All numbers, those that move the metric furthest first."""
        tests = sum(len(effect.input.sides) for effect in self.effects)
        found = [self._moved(effect, tests) for effect in self.effects]
        return sorted(found, key=lambda moved: -moved.reach)

    @property
    def told(self) -> list[Moved]:
        """Numbers that can be told to move the metric."""
        return [moved for moved in self.moved if moved.is_told]

    @property
    def not_told(self) -> list[Moved]:
        """Numbers whose effect cannot be told from 0."""
        return [moved for moved in self.moved if not moved.is_told]

    def to_frame(self) -> pd.DataFrame:
        """One row for each number, those that move the metric furthest first."""
        import pandas as pd

        return pd.DataFrame([_row(moved) for moved in self.moved])

    def summary(self) -> dict[str, Any]:
        """Statistics of everything, as ``--json`` prints them."""
        return {
            **origin(self.scenario, self.own.seed, self.own.trials),
            "truncated_trials": int(self.own.truncated.sum()),
            "change": self.change,
            "metric": self.column,
            "as_it_is": describe(self.own.by_trial(self.column)),
            "inputs": [_told(moved) for moved in self.moved],
            "left_out": [one._asdict() for one in self.left_out],
        }

    def to_json(self) -> str:
        """`summary` as text, the same to the byte for the same scenario and version."""
        return json.dumps(self.summary(), indent=2, allow_nan=False) + "\n"

    def _moved(self, effect: Effect, tests: int) -> Moved:
        both = (effect.low, effect.high)
        sides = [None if one is None else self._beyond(one) for one in both]
        low, high = (None if side is None else describe(side) for side in sides)
        is_told = any(side is not None and is_told_from_zero(side, tests) for side in sides)
        cut = [int((one.truncated | self.own.truncated).sum()) for one in both if one is not None]
        return Moved(effect.input, low, high, is_told, max(cut))

    def _beyond(self, results: Results) -> NDArray[Any]:
        return results.by_trial(self.column) - self.own.by_trial(self.column)


def _told(moved: Moved) -> dict[str, Any]:
    one = moved.input
    return {
        "key": one.key,
        "value": written(one.value),
        "source": one.source or None,
        "until": list(one.until),
        "low": _side(one.low, moved.low),
        "high": _side(one.high, moved.high),
        "reach": moved.reach,
        "told_from_zero": moved.is_told,
        "left_out": moved.left_out,
    }


def _side(side: Side | None, found: Statistics | None) -> dict[str, Any] | None:
    return None if side is None else {"value": written(side.value), "difference": found}


def _row(moved: Moved) -> dict[str, Any]:
    one = moved.input
    row: dict[str, Any] = {
        "key": one.key,
        "value": written(one.value),
        "source": one.source,
        "until": " ".join(one.until),
    }
    for name, side, found in (("low", one.low, moved.low), ("high", one.high, moved.high)):
        low, high = (None, None) if found is None else found["mean_ci95"]
        row[f"{name}_value"] = None if side is None else written(side.value)
        row[f"{name}_mean"] = None if found is None else found["mean"]
        row[f"{name}_ci95_low"], row[f"{name}_ci95_high"] = low, high
    more = {"reach": moved.reach, "told_from_zero": moved.is_told, "left_out": moved.left_out}
    return row | more
