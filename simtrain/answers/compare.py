"""`Comparison`: what the same trials came to in several scenarios, each held against the first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.scenario.axes import written
from simtrain.scenario.differences import Difference, differences
from simtrain.tables.answer import Answer, Columns, columns_of, frame, stacked
from simtrain.tables.columns import NAMES, columns_for
from simtrain.tables.estimates import (
    Estimate,
    Statistics,
    defined,
    describe,
    mean_of,
    quantile_difference,
    quantile_of,
    share_of,
)
from simtrain.tables.optimum import counted, objective_of, sign_of, work_differs
from simtrain.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results
    from simtrain.tables.statistic import Statistic

_OF_EACH = (
    "scenario", "scenario_sha256", "truncated_trials", "ideal", "finish", "by", "all_trials",
    "metrics", "time_s",
)  # fmt: skip
_OF_DIFFERENCES = ("sd", "p5", "p50", "p95")


class Race(NamedTuple):
    """How often which of two scenarios is better, trial by trial.

    Parameters
    ----------
    metric
        What decides: ``wall_clock_s``, of which less is better, or ``goodput``.
    ahead, behind, tied
        Probability that the other scenario is better than the first, worse, and neither; with
        the interval of Clopper and Pearson.
    known
        Trials in which that is known.
    """

    metric: str
    ahead: Estimate
    behind: Estimate
    tied: Estimate
    known: int


@dataclass(frozen=True, eq=False)
class Comparison(Answer):
    """What the same trials came to in several scenarios.

    Scenarios are numbered from 0, the first one, which all others are compared with. A trial that
    was truncated in a scenario is left out of the statistics of this scenario and of each
    difference from it.

    Parameters
    ----------
    names
        What each scenario is called.
    results
        Trials of each.
    of
        Statistic that decides, if one was asked for; by default the mean of `objective`.
    """

    kind = "compare"

    names: tuple[str, ...]
    results: tuple[Results, ...]
    of: Statistic | None = None

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names)} over {self.trials} trials each>"

    @property
    def trials(self) -> int:
        """Number of trials of each scenario."""
        return self.results[0].trials

    @property
    def seed(self) -> int:
        """Seed of all trials."""
        return self.results[0].seed

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios."""
        return tuple(results.scenario for results in self.results)

    @property
    def scenario_files(self) -> dict[str, Scenario]:
        """The scenarios by letter."""
        pairs = zip(self.letters, self.scenarios, strict=True)
        return {f"scenario_{letter}": scenario for letter, scenario in pairs}

    @property
    def letters(self) -> str:
        """A letter for each scenario: "AB"."""
        return ascii_uppercase[: len(self.names)]

    @property
    def others(self) -> range:
        """Numbers of the scenarios that are compared with the first."""
        return range(1, len(self.names))

    @property
    def objective(self) -> str:
        """The metric that decides: wall-clock, or goodput where that would be unfair."""
        return objective_of(self.scenarios) if self.of is None else self.of.column

    @property
    def work_differs(self) -> bool:
        """Whether scenarios differ in how much there is to be done."""
        return work_differs(self.scenarios)

    @cached_property
    def differences(self) -> list[Difference]:
        """What differs between the scenarios."""
        return differences(self.scenarios)

    def paired(self, metric: str, other: int) -> NDArray[np.float64]:
        """Value of a metric in a scenario minus that in the first, by trial.

        NaN in trials that were truncated in either, and where either has no value.
        """
        return self.results[other].by_trial(metric) - self.results[0].by_trial(metric)

    def difference(self, metric: str, other: int) -> Statistics:
        """Statistics of a metric of a scenario minus that of the first, trial by trial."""
        return describe(self.paired(metric, other))

    @property
    def percentile(self) -> float | None:
        """Percentile of `objective` that decides; None for the mean."""
        return None if self.of is None else self.of.percentile

    def decided(self, number: int) -> Estimate:
        """Mean of `objective` in a scenario, or the percentile that decides; with its interval."""
        values = self.results[number].by_trial(self.objective)
        if self.percentile is None:
            return mean_of(np.ascontiguousarray(values[~np.isnan(values)]))
        return quantile_of(counted(self.objective, values), self.percentile / 100)

    def ahead_by(self, other: int) -> Estimate:
        """The same of a scenario minus that of the first, in the same trials."""
        if self.percentile is None:
            paired = self.paired(self.objective, other)
            return mean_of(np.ascontiguousarray(paired[~np.isnan(paired)]))
        first, second = (
            counted(self.objective, self.results[number].by_trial(self.objective))
            for number in (0, other)
        )
        return quantile_difference(second, first, self.percentile / 100)

    def left_out(self, other: int) -> int:
        """Trials that are in no difference, since they were truncated in either scenario."""
        return int((self.results[other].truncated | self.results[0].truncated).sum())

    def race(self, other: int) -> Race:
        """How often a scenario is better than the first.

        A trial that was truncated has lost to one that had finished by then. Which of two that
        were truncated would be better, nobody knows.
        """
        worse_by = sign_of(self.objective) * self.paired(self.objective, other)
        if self.objective == "wall_clock_s":
            worse_by[self._outlasts(other, 0)] = np.inf
            worse_by[self._outlasts(0, other)] = -np.inf
        worse_by = worse_by[~np.isnan(worse_by)]
        known = len(worse_by)
        ahead, behind, tied = (
            share_of(int(which.sum()), known)
            for which in (worse_by < 0, worse_by > 0, worse_by == 0)
        )
        return Race(self.objective, ahead, behind, tied, known)

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of differences, and that of all trials."""
        return {**super().tables, "trials": self._trial_columns()}

    def columns(self) -> Columns:
        """One row for each scenario but the first and each metric."""
        return columns_of(
            [self._row(other, name) for other in self.others for name in self._metrics]
        )

    def trials_frame(self) -> pd.DataFrame:
        """One row per scenario and trial."""
        return frame(self._trial_columns())

    def _trial_columns(self) -> Columns:
        pairs = zip(self.letters, self.results, strict=True)
        return stacked(({"scenario": letter}, results.columns()) for letter, results in pairs)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "seed": self.seed,
            "trials": self.trials,
            "scenarios": [self._scenario(number) for number in range(len(self.names))],
            "differing": {
                key: [None if value is None else written(value) for value in values]
                for key, values in self.differences
            },
            "comparisons": [self._comparison(other) for other in self.others],
        }

    def _scenario(self, number: int) -> dict[str, Any]:
        summary = self.results[number].summary()
        return {"letter": self.letters[number], "name": self.names[number]} | {
            key: summary[key] for key in _OF_EACH if key in summary
        }

    def _comparison(self, other: int) -> dict[str, Any]:
        race = self.race(other)
        shares = {"ahead": race.ahead, "behind": race.behind, "tied": race.tied}
        return {
            "letter": self.letters[other],
            "pairs": self.trials - self.left_out(other),
            "left_out": self.left_out(other),
            "decides": race.metric,
            **self._asked(other),
            "known": race.known,
            **{
                name: {"share": defined(share.value), "ci95": share.interval}
                for name, share in shares.items()
            },
            "differences": {name: self.difference(name, other) for name in self._metrics},
        }

    @property
    def _metrics(self) -> list[str]:
        """Metrics that trials of any of the scenarios have."""
        return [one.name for one in columns_for(one.scenario for one in self.results)]

    def _asked(self, other: int) -> dict[str, Any]:
        """What was found of the statistic that was asked for, if one was."""
        if self.of is None:
            return {}
        values = [defined(self.decided(number).value) for number in (0, other)]
        beyond = self.ahead_by(other)
        difference = {"value": defined(beyond.value), "ci95": beyond.interval}
        return {"asked": {"of": str(self.of), "values": values, "difference": difference}}

    def _row(self, other: int, metric: str) -> dict[str, Any]:
        difference = self.difference(metric, other)
        low, high = difference["mean_ci95"]
        return {
            "scenario": self.letters[other],
            "metric": metric,
            "first_mean": self.results[0].mean(metric),
            "mean": self.results[other].mean(metric),
            "difference_mean": difference["mean"],
            "difference_ci95_low": low,
            "difference_ci95_high": high,
            **{f"difference_{name}": difference[name] for name in _OF_DIFFERENCES},
        }

    def _outlasts(self, one: int, other: int) -> NDArray[np.bool_]:
        """Whether each trial of one scenario was still running when that of another finished."""
        cut, finished = self.results[one], self.results[other]
        column = NAMES.index("wall_clock_s")
        is_longer = cut.values[:, column] >= finished.values[:, column]
        is_longer |= cut.gave_up
        return np.asarray(cut.truncated & ~finished.truncated & is_longer)
