"""`Systems`: what runs that people talk about took, beside what is published of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simtrain.accounts.footprint import measured_in
from simtrain.tables.answer import Answer, Columns, columns_of
from simtrain.tables.estimates import defined
from simtrain.tables.scores import Standing
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results
    from simtrain.tables.scores import Score


@dataclass(frozen=True, eq=False)
class System:
    """A model that was trained, and what the trials of its run came to.

    Parameters
    ----------
    name
        Name of its file, without the ending.
    results
        The trials.
    """

    name: str
    results: Results

    @property
    def scenario(self) -> Scenario:
        """Its scenario."""
        return self.results.scenario

    @property
    def accelerators(self) -> int:
        """How many the job has where it is largest."""
        return self.scenario.most_hosts * self.scenario.cluster.accelerators_per_host

    @property
    def is_watched(self) -> bool:
        """Whether a window of it is watched, and not all of its work."""
        return self.scenario.workload.window is not None

    @property
    def is_unofficial(self) -> bool:
        """Whether something that is published of it is unofficial."""
        told = [row.certainty for row in self.scenario.published]
        told += [one.certainty for one in self.scenario.not_reproduced]
        return "unofficial" in told

    @cached_property
    def scores(self) -> list[Score]:
        """What is published of it beside the trials."""
        return self.results.scores()

    @property
    def held(self) -> int:
        """How many of the published outcomes stand as the scenario claims."""
        return sum(score.standing is Standing.HOLDS for score in self.scores)

    def wall_clock_s(self, percentile: float) -> float | None:
        """Percentile of the wall-clock in seconds; None where it is endless."""
        return defined(self.results.wall_clock(percentile).value)

    @cached_property
    def medians(self) -> dict[str, float | None]:
        """Median of energy (MWh), carbon (t) and cost (USD), of what the scenario weighs."""
        columns = [measure.column for measure in measured_in(self.scenario)]
        return {column: self.results.statistics(column)["p50"] for column in columns}

    def row(self) -> dict[str, Any]:
        """What it comes to, as it goes into a table."""
        return {
            "scenario": self.name,
            "system": self.scenario.system,
            "accelerators": self.accelerators,
            "wall_clock_p50_s": self.wall_clock_s(50),
            "wall_clock_p90_s": self.wall_clock_s(90),
            **{f"{column}_p50": self.medians.get(column) for column in _COLUMNS},
            "unofficial": self.is_unofficial,
            "published": len(self.scores),
            "as_claimed": self.held,
            "not_reproduced": len(self.scenario.not_reproduced),
        }

    def summary(self) -> dict[str, Any]:
        """The same with all that is published."""
        return {
            **self.row(),
            "title": self.scenario.title,
            "scenario_sha256": self.scenario.sha256,
            "truncated_trials": int(self.results.truncated.sum()),
            "ideal": self.results.summary()["ideal"],
            "published": [
                {"label": score.row.label, **score.summary(), "off": score.off}
                for score in self.scores
            ],
            "not_reproduced": [one.model_dump(mode="json") for one in self.scenario.not_reproduced],
        }


_COLUMNS = ("energy_mwh", "carbon_tco2e", "cost_usd")


@dataclass(frozen=True, eq=False)
class Systems(Answer):
    """The packaged systems, and the scenarios that are none.

    Parameters
    ----------
    systems
        The systems.
    others
        Titles of the other packaged scenarios, by name.
    trials, seed
        Trials of each, and their seed.
    """

    kind = "scenarios"

    systems: Sequence[System]
    others: Mapping[str, str]
    trials: int
    seed: int

    def __repr__(self) -> str:
        return f"<Systems: {', '.join(system.name for system in self.systems)}>"

    @property
    def scenario_files(self) -> dict[str, Scenario]:
        """Scenarios of the systems, by name."""
        return {system.name: system.scenario for system in self.systems}

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of systems, and that of what is published of them."""
        return {**super().tables, "published": columns_of(self._published())}

    def columns(self) -> Columns:
        """One row for each system."""
        return columns_of([system.row() for system in self.systems])

    def _published(self) -> list[dict[str, Any]]:
        return [
            {
                "scenario": system.name,
                "outcome": score.row.label,
                "of": score.row.of,
                "role": score.row.role,
                "published_low": score.row.ends[0],
                "published_high": score.row.ends[1],
                "relation": score.row.relation,
                "unit": score.row.unit,
                "ideal": score.ideal,
                **{f"p{percent}": score.point(percent) for percent in (5, 50, 95)},
                "off": score.off,
                "standing": str(score.standing),
            }
            for system in self.systems
            for score in system.scores
        ]

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "seed": self.seed,
            "trials": self.trials,
            "systems": [system.summary() for system in self.systems],
            "others": [{"scenario": name, "title": title} for name, title in self.others.items()],
        }
