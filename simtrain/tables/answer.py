"""`Answer`: what a question came to, as scenarios, tables and a summary."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from simtrain.errors import InputError
from simtrain.presenter import presenter
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

Columns = Mapping[str, Any]
"""A table: by the name of a column its values, a sequence or an array."""

SIMPY = "simpy"
"""The engine that tells all trials unless another one is said to."""

_ROWS = 10_000
"""Rows that are turned into text at once."""


class Answer(ABC):
    """What a question came to. Nothing in it changes, so its summary is computed once.

    Attributes
    ----------
    kind
        What was asked, by the name of the command: "run", "sweep" and so on.
    scenario
        What was asked about.
    engine
        Which engine told the trials, in words; None of what no trials were asked for.
    """

    kind: ClassVar[str]
    scenario: Scenario
    engine: str | None = None

    @property
    def scenario_files(self) -> dict[str, Scenario]:
        """All scenarios that were asked about, by the name of their file without its ending."""
        return {"scenario": self.scenario}

    @property
    def tables(self) -> dict[str, Columns]:
        """All tables, by the name of their file without its ending."""
        return {self.kind: self.columns()}

    @abstractmethod
    def columns(self) -> Columns:
        """The table of what was found."""

    def moments(self) -> Columns:
        """Moments of the table in seconds since the start, by what they are called as dates."""
        return {}

    def to_frame(self, *, dates: bool = False) -> pd.DataFrame:
        """The table of what was found.

        Parameters
        ----------
        dates
            Whether its moments are also given as dates, in columns of their own.

        Raises
        ------
        InputError
            If `dates` are asked for where the scenario has no start, or the table no moments.
        """
        columns = self.columns()
        if not dates:
            return frame(columns)
        if not (moments := self.moments()):
            raise InputError("nothing in this table is a moment, so there are no dates")
        return frame(with_dates(columns, moments, self.scenario))

    def report(self, width: int = 80) -> str:
        """The text that the command prints, in lines of about so many characters."""
        return presenter().report(self, width)

    @property
    def plots(self) -> tuple[str, ...]:
        """Names of the pictures that `plot` draws."""
        return presenter().plots(self)

    def plot(self, name: str | None = None) -> Any:
        """A picture, as a `matplotlib.figure.Figure` that has no axes.

        Parameters
        ----------
        name
            One of `plots`, by default the first.

        Raises
        ------
        InputError
            If there is no picture of that name.
        """
        return presenter().figure(self, name)

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        return presenter().html(self)

    def told_by(self, engine: str) -> Self:
        """The same, with the engine that told the trials."""
        told = copy(self)
        object.__setattr__(told, "engine", engine)  # answers are frozen
        return told

    def summary(self) -> dict[str, Any]:
        """Everything that was found, as ``--json`` prints it."""
        return {**self._summary, **({"engine": self.engine} if self.engine else {})}

    def to_json(self) -> str:
        """`summary` as text, the same to the byte for the same question, seed and version."""
        return json.dumps(self.summary(), indent=2, allow_nan=False) + "\n"

    @cached_property
    @abstractmethod
    def _summary(self) -> dict[str, Any]:
        """What `summary` returns."""


def origin(scenario: Scenario, seed: int, trials: int) -> dict[str, Any]:
    """Head of a summary: which trials of what it is about, and who made them."""
    return {
        "scenario": scenario.name,
        "scenario_sha256": scenario.sha256,
        "version": __version__,
        "seed": seed,
        "trials": trials,
    }


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Table of some rows, all of which have the same keys."""
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}


def stacked(tables: Iterable[tuple[Mapping[str, Any], Columns]]) -> Columns:
    """Tables on top of each other, each beside columns of a single value.

    A column that a table lacks is undefined (NaN) there.
    """
    parts = []
    for same, columns in tables:
        rows = max(map(len, columns.values()))
        beside = {name: np.full(rows, value) for name, value in same.items()}
        parts.append((rows, {**beside, **columns}))
    names = dict.fromkeys(name for _, part in parts for name in part)
    return {
        name: np.concatenate([part.get(name, np.full(rows, np.nan)) for rows, part in parts])
        for name in names
    }


def with_dates(columns: Columns, moments: Columns, scenario: Scenario) -> Columns:
    """A table with moments beside it, in seconds since the start, as dates of a scenario.

    Raises
    ------
    InputError
        If the scenario has no start.
    """
    import pandas as pd

    if scenario.start is None:
        raise InputError(f"{scenario.name} has no `start`, so its moments have no dates; give one")
    start = pd.Timestamp(scenario.start).as_unit("s")
    return {
        **columns,
        **{
            name: start + pd.to_timedelta(_whole_seconds(seconds))
            for name, seconds in moments.items()
        },
    }


def _whole_seconds(seconds: Any) -> NDArray[np.timedelta64]:
    """Spans of time, to the second; none where there is no finite number."""
    numbers = np.asarray(seconds, dtype=np.float64)
    known = np.isfinite(numbers)
    spans = np.full(len(numbers), np.timedelta64("NaT", "s"))
    spans[known] = np.rint(numbers[known]).astype("timedelta64[s]")
    return spans


def frame(columns: Columns) -> pd.DataFrame:
    """`columns` as a pandas data frame."""
    import pandas as pd

    return pd.DataFrame(columns)


def write_csv(columns: Columns, file: Path) -> None:
    """Write a table, so that every number reads back exactly; what is undefined stays empty."""
    rows = max(map(len, columns.values()), default=0)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for first in range(0, rows, _ROWS):
            part = (_cells(values[first : first + _ROWS]) for values in columns.values())
            writer.writerows(zip(*part, strict=True))


def _cells(values: Any) -> list[Any]:
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return ["" if value is None or value != value else value for value in plain]
