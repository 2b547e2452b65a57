"""`Results`: the table of all trials, and the summary that is its contract."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.tables.columns import COLUMNS, COUNT, NAMES
from simtrain.tables.estimates import defined, describe
from simtrain.tables.origin import origin
from simtrain.tables.scores import Score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Verdict
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.statistic import Answer
    from simtrain.tables.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class Results:
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
    answer
        What was asked of the trials in particular, if anything was.
    trajectories
        How those of the trials went that were followed, by number.
    """

    scenario: Scenario
    seed: int
    ideal_s: float
    values: NDArray[np.float64]
    badput: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    causes: tuple[str, ...]
    truncated: NDArray[np.bool_]
    verdicts: tuple[Verdict, ...]
    answer: Answer | None = None
    trajectories: Mapping[int, Trajectory] = field(default_factory=dict)

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
        """Values of one column in all trials, NaN in those that were truncated.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        whole = np.full(self.trials, np.nan)
        whole[~self.truncated] = self.metric(name)
        return whole

    def answering(self, answer: Answer) -> Results:
        """The same results with an answer to what was asked of them."""
        return replace(self, answer=answer)

    def scores(self) -> list[Score]:
        """Where the trials that finished put each published outcome of the scenario."""
        finished = self.outcomes[~self.truncated]
        return [
            Score.of(row, measured)
            for row, measured in zip(self.scenario.published, finished.T, strict=True)
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row per trial: all columns, badput by cause, and whether it was truncated."""
        import pandas as pd

        columns: dict[str, NDArray[Any]] = {
            column.name: values.astype(np.int64) if column.unit == COUNT else values
            for column, values in zip(COLUMNS, self.values.T, strict=True)
        }
        columns |= zip(badput_columns(self.causes), self.badput.T, strict=True)
        columns["truncated"] = self.truncated
        return pd.DataFrame(columns, index=pd.RangeIndex(self.trials, name="trial"))

    def summary(self) -> dict[str, Any]:
        """Statistics of everything, as `--json` prints them."""
        return {
            **origin(self.scenario, self.seed, self.trials),
            "truncated_trials": int(self.truncated.sum()),
            "ideal": {"wall_clock_s": self.ideal_s},
            "metrics": {name: describe(self.metric(name)) for name in self._told()},
            "time_s": {str(category): self._mean(f"{category}_s") for category in Category},
            "badput_by_cause_s": {
                cause: _mean(seconds[~self.truncated])
                for cause, seconds in zip(self.causes, self.badput.T, strict=True)
            },
            "published": [score.summary() for score in self.scores()],
            **({"asked": self.answer.summary()} if self.answer else {}),
        }

    def to_json(self) -> str:
        """`summary` as text, the same to the byte for the same scenario, seed and version."""
        return json.dumps(self.summary(), indent=2, allow_nan=False) + "\n"

    def _told(self) -> list[str]:
        """Columns that the scenario gives a meaning to: without MFU no program goodput."""
        program = NAMES.index("program_goodput")
        unknown = bool(np.isnan(self.values[:, program]).all())
        return [name for name in NAMES if not (unknown and name == NAMES[program])]

    def _mean(self, name: str) -> float | None:
        return _mean(self.metric(name))


def joined(parts: Sequence[Results]) -> Results:
    """Results of trials that follow each other, of one scenario and seed, as one."""
    return replace(
        parts[0],
        values=np.concatenate([part.values for part in parts]),
        badput=np.concatenate([part.badput for part in parts]),
        outcomes=np.concatenate([part.outcomes for part in parts]),
        truncated=np.concatenate([part.truncated for part in parts]),
        verdicts=tuple(chain.from_iterable(part.verdicts for part in parts)),
        trajectories=dict(chain.from_iterable(part.trajectories.items() for part in parts)),
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
    return defined(np.ascontiguousarray(sample).mean()) if sample.size else None
