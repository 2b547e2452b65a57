"""`Schedules`: the same trials under several policies of when to run, and what each trades."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.tables.answer import Answer, Columns, columns_of, origin
from simtrain.tables.columns import MEASURES
from simtrain.tables.estimates import Estimate, defined, mean_of, quantile_of
from simtrain.tables.finish import isoformat, moment
from simtrain.units import YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

    Array = NDArray[np.float64]

FINISH = "finish_s"
"""Seconds from the start of the baseline until a run ends."""
WALL_CLOCK = "wall_clock_s"


class Hardware(NamedTuple):
    """Better hardware that is waited for.

    Parameters
    ----------
    delay_s
        How long.
    faster, cheaper
        FLOP/s per watt and per dollar then, as multiples of what they are.
    """

    delay_s: float
    faster: float
    cheaper: float


class SchedulePolicy(NamedTuple):
    """A policy of when to run.

    Parameters
    ----------
    name
        In plain words.
    results
        Its trials.
    settings
        What it sets, by path.
    delay_s
        By how much it starts later than the baseline; negative if earlier.
    hardware
        What it waits for, if anything.
    """

    name: str
    results: Results
    settings: Mapping[str, Any]
    delay_s: float = 0.0
    hardware: Hardware | None = None

    def by_trial(self, column: str) -> Array:
        """Value of a metric, or of the finish, in each trial; NaN where it was truncated."""
        if column == FINISH:
            return self.results.by_trial(WALL_CLOCK) + self.delay_s
        return self.results.by_trial(column)

    @property
    def pauses(self) -> bool:
        """Whether it leaves out some hours."""
        tables = [value for key, value in self.settings.items() if key.startswith("schedule.")]
        return any("power" not in table for table in tables)

    @property
    def finished(self) -> int:
        """Trials that finished."""
        return int((~self.results.truncated).sum())


@dataclass(frozen=True, eq=False)
class Schedules(Answer):
    """What the same trials came to under several policies of when to run.

    Parameters
    ----------
    scenario
        The scenario as it is.
    policies
        The policies; the first one is the baseline.
    gain
        Yearly gain in FLOP/s per watt of hardware that is waited for; None if none is.
    """

    kind = "schedule"

    scenario: Scenario
    policies: tuple[SchedulePolicy, ...]
    gain: float | None = None

    def __repr__(self) -> str:
        return f"<Schedules of {self.scenario.name}: {len(self.policies)} policies>"

    @property
    def baseline(self) -> SchedulePolicy:
        """What all others are compared with."""
        return self.policies[0]

    @property
    def trials(self) -> int:
        """Trials of each."""
        return self.baseline.results.trials

    @property
    def measured(self) -> list[str]:
        """Columns of what is measured, apart from the finish."""
        return [measure.column for measure in self.baseline.results.measured]

    @property
    def traded(self) -> list[str]:
        """Columns that are traded for an early finish: carbon and money, or else energy."""
        energy, *others = (measure.column for measure in MEASURES)
        return [one for one in others if one in self.measured] or [energy]

    def mean(self, policy: SchedulePolicy, column: str) -> Estimate:
        """Mean over the trials that finished."""
        values = policy.by_trial(column)
        return mean_of(np.ascontiguousarray(values[~np.isnan(values)]))

    def difference(
        self, policy: SchedulePolicy, column: str, other: SchedulePolicy | None = None
    ) -> Estimate:
        """Mean difference from another policy, the baseline by default, trial by trial."""
        beside = self.baseline if other is None else other
        paired = policy.by_trial(column) - beside.by_trial(column)
        return mean_of(np.ascontiguousarray(paired[~np.isnan(paired)]))

    def median_finish_s(self, policy: SchedulePolicy) -> float:
        """Median of the finish of all trials; infinite if half were truncated."""
        return quantile_of(policy.results.wall_clock_of_all_s, 0.5).value + policy.delay_s

    def beaten_by(self, policy: SchedulePolicy, column: str) -> SchedulePolicy | None:
        """A policy that finishes no later on average, takes no more, and is surely better in one.

        That is: the 95 % interval of the difference, trial by trial, lies below 0. None if there
        is no such policy. Only policies count under which the most trials finished.
        """
        for other in self._candidates:
            differences = [self.difference(other, one, policy) for one in (FINISH, column)]
            if all(one.value <= 0 for one in differences) and any(
                one.high < 0 for one in differences
            ):
                return other
        return None

    def front(self, column: str) -> list[SchedulePolicy]:
        """Policies that no other beats in both finish and a measure, by their mean finish."""
        kept = [one for one in self._candidates if self.beaten_by(one, column) is None]
        return sorted(kept, key=lambda one: self.mean(one, FINISH).value)

    @property
    def _candidates(self) -> list[SchedulePolicy]:
        most = max(one.finished for one in self.policies)
        return [one for one in self.policies if one.finished == most > 0]

    def predicted(self, policy: SchedulePolicy) -> dict[str, float]:
        """Finish and energy on better hardware by arithmetic from the baseline, by column.

        Nothing where no trial of the baseline finished.
        """
        hardware = policy.hardware
        if hardware is None or not self.baseline.finished:
            return {}
        wall_clock_s = self.mean(self.baseline, WALL_CLOCK).value
        found = {FINISH: hardware.delay_s + wall_clock_s / hardware.faster}
        energy = MEASURES[0].column
        if energy in self.measured:
            found[energy] = self.mean(self.baseline, energy).value / hardware.faster
        return found

    @property
    def break_even_s(self) -> float | None:
        """Wall-clock from which on waiting for better hardware brings an earlier finish.

        Speed grows as e^(γt), so that work which takes T now is done after t + T·e^(−γt): that
        falls at first if T is more than 1/γ.
        """
        return None if self.gain is None else YEAR / math.log1p(self.gain)

    @property
    def best_delay_s(self) -> float | None:
        """Delay with the earliest finish by that arithmetic: ln(γT)/γ, or 0."""
        even = self.break_even_s
        if even is None:
            return None
        ratio = self.mean(self.baseline, WALL_CLOCK).value / even
        if math.isnan(ratio):
            return None
        return even * math.log(ratio) if ratio > 1 else 0.0

    def columns(self) -> Columns:
        """One row for each policy."""
        return columns_of([self._row(number) for number in range(len(self.policies))])

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            **origin(self.scenario, self.baseline.results.seed, self.trials),
            "policies": [
                {**self._row(number), "settings": dict(policy.settings)}
                for number, policy in enumerate(self.policies)
            ],
            "not_beaten": {
                column: [self.policies.index(one) for one in self.front(column)]
                for column in self.traded
            },
            "hardware": self.gain
            and {
                "gain_per_year": self.gain,
                "break_even_s": self.break_even_s,
                "best_delay_s": self.best_delay_s,
                "predicted": {
                    str(number): self.predicted(policy)
                    for number, policy in enumerate(self.policies)
                    if policy.hardware
                },
            },
        }

    def _row(self, number: int) -> dict[str, Any]:
        policy = self.policies[number]
        finish_s = self.median_finish_s(policy)
        start = self.scenario.start
        row: dict[str, Any] = {
            "policy": number,
            "name": policy.name,
            "finished": policy.finished,
            "finish_p50": isoformat(moment(start, finish_s)) if start else None,
            "finish_p50_s": defined(finish_s),
        }
        for column in (FINISH, *self.measured):
            value, low, high = self.difference(policy, column)
            row |= {
                f"{column}_mean": defined(self.mean(policy, column).value),
                f"{column}_more": defined(value),
                f"{column}_more_ci95_low": defined(low),
                f"{column}_more_ci95_high": defined(high),
            }
        for column in self.traded:
            row[f"{column}_not_beaten"] = policy in self.front(column)
        return row
