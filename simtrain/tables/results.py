"""`Results`: the table of all trials, and the summary that is its contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.footprint import MEASURES, Measure, measured_in
from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import Verdict
from simtrain.errors import InputError, UndefinedError
from simtrain.model.quantiles import quantiles
from simtrain.scenario.notes import notes
from simtrain.scenario.unsaid import unsaid
from simtrain.tables.answer import Answer, Columns, origin
from simtrain.tables.columns import COUNT, HOST_WORK, NAMES, columns_for
from simtrain.tables.estimates import Estimate, Statistics, defined, describe, told_quantile_of
from simtrain.tables.finish import (
    NO_START,
    PERCENTILES,
    Deadline,
    Finish,
    chance_of,
    percentile_of,
    unknown_of,
)
from simtrain.tables.inference import InferenceFootprint, inference_of
from simtrain.tables.optimum import objective_of
from simtrain.tables.scores import Score
from simtrain.tables.spread import spread_of
from simtrain.tables.statistic import WALL_CLOCK, Requested, unknown_metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.scenario.published import Published
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.spread import Spread
    from simtrain.tables.statistic import Statistic
    from simtrain.tables.trajectory import Trajectory


_ONLY_IF_KNOWN = ("program_goodput",)
"""Columns that are no metric of trials in none of which they have a value."""


@dataclass(frozen=True, eq=False)
class Results(Answer):
    """What many trials of a scenario came to.

    Statistics are over the trials that finished. A trial that hit a bound of the simulation is
    `truncated`: it keeps its row, is counted, and is left out of every mean and percentile.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    seed
        Seed of all trials.
    ideal_s
        Wall-clock without any fault, save or stop.
    values
        One row for each trial, one column for each of `simtrain.tables.columns.COLUMNS`.
    badput
        One row for each trial, one column for each cause: seconds that were not productive.
    outcomes
        One row for each trial, one column for each published row of the scenario, in base units.
    causes
        Faults, stops and policies that badput is charged to.
    truncated
        Whether each trial hit a bound.
    verdicts
        How each trial ended.
    requested
        What was asked of the trials in particular, if anything was.
    charges
        Energy, carbon and money of the badput, as far as the scenario has them: for each trial a
        row for each of these and a column for each cause.
    ideal_footprint
        What the work takes without any fault, save or stop, by column.
    spread
        What the spread of an outcome is made of, if numbers of the scenario are not known.
    deadline
        The date that is to be made, if one was given.
    trajectories
        How those of the trials went that were followed, by number.
    trial_s
        Seconds that a trial took to simulate on average; they differ from run to run, and are in
        no output.
    """

    kind = "run"

    scenario: Scenario
    seed: int
    ideal_s: float
    values: NDArray[np.float64]
    badput: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    causes: tuple[str, ...]
    truncated: NDArray[np.bool_]
    verdicts: tuple[Verdict, ...]
    requested: Requested | None = None
    charges: NDArray[np.float64] | None = None
    ideal_footprint: Mapping[str, float] = field(default_factory=dict)
    spread: Spread | None = None
    deadline: Deadline | None = None
    trajectories: Mapping[int, Trajectory] = field(default_factory=dict)
    trial_s: float = 0.0

    def __post_init__(self) -> None:
        for array in (self.values, self.badput, self.outcomes, self.truncated):
            array.flags.writeable = False

    def __repr__(self) -> str:
        return f"<Results of {self.trials} trials of {self.scenario.name}, seed {self.seed}>"

    @property
    def trials(self) -> int:
        """Number of trials, truncated ones included."""
        return len(self.values)

    def metric(self, name: str) -> NDArray[np.float64]:
        """Values of one column in the trials that finished.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        if name == HOST_WORK:
            return self.metric("productive_s") * self.scenario.cluster.hosts
        if name not in NAMES:
            raise KeyError(unknown_metric(name, NAMES))
        column: NDArray[np.float64] = self.values[~self.truncated, NAMES.index(name)]
        return column

    def by_trial(self, name: str) -> NDArray[np.float64]:
        """Values of one column in all trials, NaN in those that were truncated."""
        whole = np.full(self.trials, np.nan)
        whole[~self.truncated] = self.metric(name)
        return whole

    def values_of(self, name: str) -> NDArray[np.float64]:
        """Values of one column in all trials, in truncated ones as they were when these ended."""
        column: NDArray[np.float64] = self.values[:, NAMES.index(name)]
        return column

    @cached_property
    def wall_clock_of_all_s(self) -> NDArray[np.float64]:
        """Wall-clock of all trials, infinite in those that were truncated."""
        return np.where(self.truncated, np.inf, self.values_of(WALL_CLOCK))

    @property
    def gave_up(self) -> NDArray[np.bool_]:
        """Whether each trial ended since its budget of restarts was spent."""
        return np.array([verdict is Verdict.GAVE_UP for verdict in self.verdicts], dtype=bool)

    @cached_property
    def seen_s(self) -> NDArray[np.float64]:
        """Seconds up to which it is known whether a trial ends; one that gave up never does."""
        return np.where(self.gave_up, np.inf, self.values_of(WALL_CLOCK))

    def wall_clock(self, percentile: float) -> Estimate:
        """Percentile of the wall-clock of all trials; truncated ones count as endless.

        Parameters
        ----------
        percentile
            Above 0 and below 100.

        Returns
        -------
        Estimate
            Seconds, with a 95 % confidence interval by order statistics; infinite where so many
            trials were truncated.

        Raises
        ------
        InputError
            If the percentile is not above 0 and below 100.
        """
        return percentile_of(self.wall_clock_of_all_s, percentile)

    @property
    def finish(self) -> Finish:
        """Dates on which the run ends; trials that were truncated count as endless.

        Raises
        ------
        InputError
            If the scenario has no `start`, or is observed for a window.
        """
        if self.scenario.workload.window is not None:
            raise InputError("finish: the run is observed for a fixed window and has no finish")
        if self.scenario.start is None:
            raise InputError(f"finish: {NO_START}")
        return Finish(self.scenario.start, self.wall_clock_of_all_s, self.seen_s)

    @property
    def has_finish(self) -> bool:
        """Whether the run has a start and an end of its own, so that `finish` has dates."""
        return self.scenario.start is not None and self.scenario.workload.window is None

    @property
    def chance(self) -> Estimate | None:
        """Probability to make the date that was given, if one was; a fraction.

        It is the least that it can be where `undecided` trials were truncated before the date.
        """
        return self.deadline and chance_of(self.wall_clock_of_all_s, self.seen_s, self.deadline)

    @property
    def undecided(self) -> int:
        """Trials that were truncated before the date that was given: they may still make it."""
        if self.deadline is None:
            return 0
        return unknown_of(self.wall_clock_of_all_s, self.seen_s, self.deadline)

    def statistics(self, name: str) -> Statistics:
        """Statistics of one column over the trials that finished."""
        if name not in self._statistics:
            self._statistics[name] = describe(self.metric(name))
        return self._statistics[name]

    def mean(self, name: str) -> float | None:
        """Mean of one column over the trials that finished; None where it has no value."""
        return _mean(self.metric(name))

    @property
    def mean_time_s(self) -> dict[str, float | None]:
        """Mean seconds by category over the trials that finished; None if none did."""
        return {str(category): self.mean(f"{category}_s") for category in Category}

    def requesting(self, statistic: Statistic, precision: float | None = None) -> Results:
        """The same results with a statistic that is asked for in particular.

        Raises
        ------
        UndefinedError
            If it has no value in any trial.
        """
        refuse_undefined(statistic.column, [self])
        all_trials = statistic.is_of_all_trials
        estimate = statistic.of(
            self.wall_clock_of_all_s if all_trials else self.metric(statistic.column)
        )
        return replace(self, requested=Requested(statistic, estimate, precision))

    def doubting(self, echoes: Results) -> Results:
        """The same results with what the spread of their outcome is made of.

        Parameters
        ----------
        echoes
            Trials with the uncertain numbers of the first of these, and all else drawn anew.
        """
        asked = self.requested.statistic.column if self.requested else None
        metric = asked or objective_of([self.scenario])
        unknown = self.scenario.unknown
        spread = spread_of(
            metric,
            self.by_trial(metric),
            echoes.by_trial(metric),
            [number.key for number in unknown],
            quantiles(
                self.seed,
                self.trials,
                [number.address for number in unknown],
                self.scenario.conditionals,
            ),
        )
        return replace(self, spread=spread)

    def scores(self) -> list[Score]:
        """Where the trials that finished put each published outcome of the scenario."""
        finished = self.outcomes[~self.truncated]
        return [
            Score.of(row, measured, self._ideal_of(row))
            for row, measured in zip(self.scenario.published, finished.T, strict=True)
        ]

    def _ideal_of(self, row: Published) -> float | None:
        """What the ideal comes to where a published row is about that, as trials are measured."""
        if row.of == "run":
            return None
        if row.quantity == "wall_clock":
            return self.ideal_s
        columns = {one.name: one.column for one in self.measured}
        return self.ideal_footprint[columns[row.quantity]]

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of trials."""
        return {"trials": self.columns()}

    def columns(self) -> Columns:
        """One row per trial: all columns, badput by cause, and whether it was truncated."""
        columns: dict[str, Any] = {"trial": range(self.trials)}
        for column in columns_for([self.scenario]):
            values = self.values_of(column.name)
            columns[column.name] = values.astype(np.int64) if column.unit == COUNT else values
        columns |= zip(badput_columns(self.causes), self.badput.T, strict=True)
        for measure, of_trials in zip(self.measured, self._charges_by_measure, strict=True):
            names = badput_columns(self.causes, measure.unit)
            columns |= zip(names, of_trials.T, strict=True)
        return {**columns, "truncated": self.truncated}

    def moments(self) -> Columns:
        """When each trial finished; none where a window is observed."""
        watched = self.scenario.workload.window is not None
        return {} if watched else {"finish": self.by_trial("wall_clock_s")}

    def to_frame(self, *, dates: bool = False) -> pd.DataFrame:
        """One row per trial: all columns, badput by cause, and whether it was truncated.

        Parameters
        ----------
        dates
            Whether there is also a column `finish` with the date at which each trial finished.

        Raises
        ------
        InputError
            If `dates` are asked for where the scenario has no start, or a window is observed.
        """
        return super().to_frame(dates=dates).set_index("trial")

    @cached_property
    def _statistics(self) -> dict[str, Statistics]:
        """Statistics that were asked for so far."""
        return {}

    @cached_property
    def _summary(self) -> dict[str, Any]:
        names = [
            column.name
            for column in columns_for([self.scenario])
            if column.name not in _ONLY_IF_KNOWN or not np.isnan(self.values_of(column.name)).all()
        ]
        return {
            **origin(self.scenario, self.seed, self.trials),
            "truncated_trials": int(self.truncated.sum()),
            "ideal": {
                "wall_clock_s": self.ideal_s,
                **{one.column: self.ideal_footprint[one.column] for one in self.measured},
            },
            "finish": self.finish.summary() if self.has_finish else None,
            **self._by(),
            "all_trials": {WALL_CLOCK: self._of_all_trials()},
            "metrics": {name: self.statistics(name) for name in names},
            "time_s": self.mean_time_s,
            "badput_by_cause_s": {
                cause: _mean(seconds[~self.truncated])
                for cause, seconds in zip(self.causes, self.badput.T, strict=True)
            },
            **self._by_cause(),
            **({"inference": self.inference._asdict()} if self.inference else {}),
            "scope_of_faults": self.scenario.scopes,
            "published": [score.summary() for score in self.scores()],
            "assumed": [one.summary() for one in unsaid(self.scenario)],
            "notes": [note.summary() for note in notes(self.scenario)],
            **({"asked": self.requested.summary()} if self.requested else {}),
            **({"spread": self.spread.summary()} if self.spread else {}),
        }

    def _by(self) -> dict[str, Any]:
        """What the summary says of the date that was given."""
        if self.deadline is None or self.chance is None:
            return {}
        value, *_ = self.chance
        return {
            "by": {
                "date": self.deadline.text,
                "probability": value,
                "ci95": self.chance.interval,
                "undecided_trials": self.undecided,
            }
        }

    @property
    def measured(self) -> list[Measure]:
        """Which of energy, carbon and money were measured."""
        return [] if self.charges is None else measured_in(self.scenario)

    def badput_of(self, measure: Measure) -> dict[str, float | None]:
        """Mean of a measure in the badput of each cause, over the trials that finished."""
        of_trials = self._charges_by_measure[self.measured.index(measure)][~self.truncated]
        return {cause: _mean(of) for cause, of in zip(self.causes, of_trials.T, strict=True)}

    @property
    def _charges_by_measure(self) -> NDArray[np.float64]:
        """For each measure a row for each trial and a column for each cause."""
        if self.charges is None:
            return np.empty((0, self.trials, len(self.causes)))
        return self.charges.swapaxes(0, 1)

    def _by_cause(self) -> dict[str, Any]:
        """What the summary says of energy, carbon and money by cause."""
        return {f"badput_by_cause_{one.unit}": self.badput_of(one) for one in self.measured}

    @cached_property
    def inference(self) -> InferenceFootprint | None:
        """What inference takes beside the mean training, if the scenario says so."""
        energy = MEASURES[0].column
        return inference_of(self.scenario, self.mean(energy) if self.scenario.inference else None)

    def _of_all_trials(self) -> dict[str, Any]:
        found = {f"p{q}": self.wall_clock(q) for q in PERCENTILES}
        found["p99"] = told_quantile_of(self.wall_clock_of_all_s, 99)
        return {
            **{name: defined(one.value) for name, one in found.items()},
            **{f"{name}_ci95": one.interval for name, one in found.items()},
        }


def joined(parts: Sequence[Results]) -> Results:
    """Results of trials that follow each other, of one scenario and seed, as one."""
    if len(parts) == 1:
        return parts[0]
    trials = [part.trials for part in parts]
    return replace(
        parts[0],
        values=np.concatenate([part.values for part in parts]),
        badput=np.concatenate([part.badput for part in parts]),
        charges=_stacked([part.charges for part in parts]),
        outcomes=np.concatenate([part.outcomes for part in parts]),
        truncated=np.concatenate([part.truncated for part in parts]),
        verdicts=tuple(chain.from_iterable(part.verdicts for part in parts)),
        trajectories=dict(chain.from_iterable(part.trajectories.items() for part in parts)),
        trial_s=float(np.average([part.trial_s for part in parts], weights=trials)),
    )


def _stacked(parts: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """Rows of several parts, if they have any."""
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def refuse_undefined(column: str, found: Iterable[Results]) -> None:
    """Refuse to go on with a metric that has no value in any trial that finished, if any did.

    Raises
    ------
    UndefinedError
        If it has none.
    """
    values = np.concatenate([results.metric(column) for results in found])
    if values.size and np.isnan(values).all():
        raise UndefinedError(
            f"`{column.removesuffix('_s')}` has no value in any trial of this scenario; ask for "
            "another metric, or tell the scenario what it needs"
        )


def badput_columns(causes: tuple[str, ...], unit: str = "s") -> list[str]:
    """Name of the column of each cause in some unit; causes that read alike are numbered."""
    names: list[str] = []
    for cause in causes:
        plain = re.sub(r"[^0-9a-z]+", "_", cause.lower()).strip("_")
        name, number = f"badput_{plain}_{unit}", 1
        while name in names:
            number += 1
            name = f"badput_{plain}_{number}_{unit}"
        names.append(name)
    return names


def _mean(sample: NDArray[np.float64]) -> float | None:
    sample = np.ascontiguousarray(sample[~np.isnan(sample)])
    return defined(sample.mean()) if sample.size else None
