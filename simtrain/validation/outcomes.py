"""The published outcomes of a scenario, as rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simtrain.questions.run import run
from simtrain.sampling.engines import AUTO
from simtrain.scenario.published import ROLES
from simtrain.tables.scores import Standing
from simtrain.tables.spread import echoes_for
from simtrain.validation.rows import Check, CheckResult, Percentiles, RowPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.scores import Score

TRIALS = 2000
"""Trials of the quick form: P5 is then known to half a percent of the trials."""
TRIALS_IN_DOUBT = 200
"""The same where numbers are not known, so that bands are wide: one and a half percent."""

NOTE = (
    "Expected is the published value, simulated the median of the trials with P5–P95. A scenario "
    "claims where its trials put the value: within a band of them, or at a range for their median. "
    "Calibrated: something in the scenario was set to meet the value, which so proves little. "
    "Follows: from the rest, and nothing was set to meet it. Arithmetic: it comes from numbers "
    "that are put in, by multiplication; what is of the ideal was published for a run without "
    "faults."
)
_VERDICTS = {Standing.MISSED: CheckResult.FAIL, Standing.EXPECTED_MISS: CheckResult.MISS}


@dataclass(frozen=True)
class PublishedOutcomes:
    """What a scenario publishes as a source of rows.

    Parameters
    ----------
    scenario
        The scenario.
    factor
        How many times the trials of the quick form.
    """

    scenario: Scenario
    factor: float = 1.0

    @property
    def trials(self) -> int:
        """How many trials the rows take, those that tell doubt from chance among them."""
        if not self.scenario.published:
            return 0
        echoes = echoes_for(self._trials) if self.scenario.unknown else 0
        return self._trials + echoes

    def part(
        self,
        seed: int,
        jobs: int,
        progress: Callable[[int], object] | None = None,
        engine: str = AUTO,
    ) -> RowPart:
        """Simulate the scenario, and see whether its claims hold."""
        name = self.scenario.title or self.scenario.name
        if not self.scenario.published:
            return RowPart((), NOTE, name, self.scenario.not_reproduced)
        results = run(
            self.scenario,
            trials=self._trials,
            seed=seed,
            jobs=jobs,
            progress=progress,
            engine=engine,
        )
        about = f"{name}: {self._trials:,} trials"
        in_order = sorted(results.scores(), key=lambda score: ROLES.index(score.row.role))
        rows = tuple(row for score in in_order for row in _rows(about, score))
        missed = [score.row.missed for score in in_order if score.standing is not Standing.HOLDS]
        known = (*self.scenario.not_reproduced, *filter(None, missed))
        engines = frozenset(results.engine.split(" and ") if results.engine else ())
        return RowPart(rows, NOTE, name, known, engines)

    @property
    def _trials(self) -> int:
        return round((TRIALS_IN_DOUBT if self.scenario.unknown else TRIALS) * self.factor)


def _rows(about: str, score: Score) -> Iterator[Check]:
    low, middle, high = (_known(score.point(percent)) for percent in (5, 50, 95))
    for claim, holds in score.claims:
        yield Check(
            about=about,
            name=score.row.label,
            expected=score.row.value,
            simulated=Percentiles(low, middle, high),
            tolerance=claim,
            verdict=CheckResult.OK if holds else _VERDICTS[score.standing],
            relation=score.row.relation,
            decimals=0 if score.row.unit is None else None,
            role=score.row.role,
            ideal=score.ideal,
        )


def _known(point: float | None) -> float:
    return float("nan") if point is None else point
