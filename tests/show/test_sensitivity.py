"""The report of a sensitivity shows what it tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simtrain.answers.sensitivity import Sensitivity
from simtrain.questions.sensitivity import SensitivityQuestion
from simtrain.show.sensitivity.report import sensitivity_report
from tests.show.samples import results, scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

AS_IT_IS = [11.0, 12.0, 13.0, 14.0]


def found(effects: dict[float, float]) -> Sensitivity:
    """Sensitivity whose every number moves each trial by as many days, in their order."""
    steps = [days for pair in effects.items() for days in pair]

    def simulate(scenarios: Sequence[Scenario], _: range) -> list[Results]:
        moves = [0.0, *steps, *[0.0] * len(scenarios)][: len(scenarios)]
        return [results([day + move for day in AS_IT_IS]) for move in moves]

    return SensitivityQuestion(scenario(), 0.2, None, len(AS_IT_IS)).answered(simulate)


def rows(effects: dict[float, float]) -> list[str]:
    """Lines of the table, its head left out."""
    _, table = sensitivity_report(found(effects)).split("wall-clock, d")
    return [line for line in table.split("\n\n")[0].splitlines()[1:] if line]


def test_an_effect_that_differs_from_zero_never_reads_as_zero() -> None:
    told = rows({-1.25: 1.5, 0.012: -0.034, 0.0: 0.00056})
    assert [line.split()[1:4] for line in told] == [
        ["-1.250", "+1.500", "–"],
        ["+0.012", "-0.034", "–"],
        ["0.000", "+0.001", "0.000"],
    ]


def test_points_stand_below_each_other() -> None:
    told = rows({-1.25: 1.5, 0.012: -0.034, 0.0: 0.00056})
    points = {
        tuple(point.start() for point in re.finditer(r"(?<=\d)\.(?=\d)", line))[:2] for line in told
    }
    assert len(points) == 1
    assert len(points.pop()) == 2
