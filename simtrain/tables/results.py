"""`Results`: the table of all trials, and the summary that is its contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.errors import UndefinedError
from simtrain.model.draws import quantiles
from simtrain.scenario.notes import notes
from simtrain.scenario.unsaid import unsaid
from simtrain.tables.answer import Answer, Columns, origin
from simtrain.tables.columns import COLUMNS, COUNT, NAMES
from simtrain.tables.estimates import Statistics, defined, describe
from simtrain.tables.optimum import objective_of
from simtrain.tables.scores import Score
from simtrain.tables.spread import spread_of
from simtrain.tables.statistic import Requested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Verdict
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.spread import Spread
    from simtrain.tables.statistic import Statistic
    from simtrain.tables.trajectory import Trajectory


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
    spread
        What the spread of an outcome is made of, if numbers of the scenario are not known.
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
    spread: Spread | None = None
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
        if name not in NAMES:
            raise KeyError(f"{name!r} is none of {', '.join(NAMES)}")
        column: NDArray[np.float64] = self.values[~self.truncated, NAMES.index(name)]
        return column

    def by_trial(self, name: str) -> NDArray[np.float64]:
        """Values of one column in all trials, NaN in those that were truncated."""
        whole = np.full(self.trials, np.nan)
        whole[~self.truncated] = self.metric(name)
        return whole

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
        estimate = statistic.of(self.metric(statistic.column))
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
            quantiles(self.seed, self.trials, [number.address for number in unknown]),
        )
        return replace(self, spread=spread)

    def scores(self) -> list[Score]:
        """Where the trials that finished put each published outcome of the scenario."""
        finished = self.outcomes[~self.truncated]
        return [
            Score.of(row, measured)
            for row, measured in zip(self.scenario.published, finished.T, strict=True)
        ]

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of trials."""
        return {"trials": self.columns()}

    def columns(self) -> Columns:
        """One row per trial: all columns, badput by cause, and whether it was truncated."""
        columns: dict[str, Any] = {"trial": range(self.trials)}
        for column, values in zip(COLUMNS, self.values.T, strict=True):
            columns[column.name] = values.astype(np.int64) if column.unit == COUNT else values
        columns |= zip(badput_columns(self.causes), self.badput.T, strict=True)
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
        has_mfu = not np.isnan(self.values[:, NAMES.index("program_goodput")]).all()
        names = [name for name in NAMES if has_mfu or name != "program_goodput"]
        return {
            **origin(self.scenario, self.seed, self.trials),
            "truncated_trials": int(self.truncated.sum()),
            "ideal": {"wall_clock_s": self.ideal_s},
            "metrics": {name: self.statistics(name) for name in names},
            "time_s": self.mean_time_s,
            "badput_by_cause_s": {
                cause: _mean(seconds[~self.truncated])
                for cause, seconds in zip(self.causes, self.badput.T, strict=True)
            },
            "published": [score.summary() for score in self.scores()],
            "assumed": [one.summary() for one in unsaid(self.scenario)],
            "notes": [note.summary() for note in notes(self.scenario)],
            **({"asked": self.requested.summary()} if self.requested else {}),
            **({"spread": self.spread.summary()} if self.spread else {}),
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
        outcomes=np.concatenate([part.outcomes for part in parts]),
        truncated=np.concatenate([part.truncated for part in parts]),
        verdicts=tuple(chain.from_iterable(part.verdicts for part in parts)),
        trajectories=dict(chain.from_iterable(part.trajectories.items() for part in parts)),
        trial_s=float(np.average([part.trial_s for part in parts], weights=trials)),
    )


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


def badput_columns(causes: tuple[str, ...]) -> list[str]:
    """Name of the column of each cause; causes that read alike are numbered."""
    names: list[str] = []
    for cause in causes:
        plain = re.sub(r"[^0-9a-z]+", "_", cause.lower()).strip("_")
        name, number = f"badput_{plain}_s", 1
        while name in names:
            number += 1
            name = f"badput_{plain}_{number}_s"
        names.append(name)
    return names


def _mean(sample: NDArray[np.float64]) -> float | None:
    sample = np.ascontiguousarray(sample[~np.isnan(sample)])
    return defined(sample.mean()) if sample.size else None
