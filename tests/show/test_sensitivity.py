"""The report of a sensitivity shows what it tells."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from simtrain.answers.sensitivity import Sensitivity
from simtrain.questions.sensitivity import SensitivityQuestion
from simtrain.show.sensitivity.figures import named, pictures
from simtrain.show.sensitivity.report import sensitivity_report
from tests.show.samples import drawn, element, results, scenario, words_of

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
    lines = rows({-1.25: 1.5, 0.012: -0.034, 0.0: 0.00056})
    assert [line.split()[1:4] for line in lines] == [
        ["-1.250", "+1.500", "–"],
        ["+0.012", "-0.034", "–"],
        ["0.000", "+0.001", "0.000"],
    ]


def test_points_stand_below_each_other() -> None:
    lines = rows({-1.25: 1.5, 0.012: -0.034, 0.0: 0.00056})
    points = {
        tuple(point.start() for point in re.finditer(r"(?<=\d)\.(?=\d)", line))[:2]
        for line in lines
    }
    assert len(points) == 1
    assert len(points.pop()) == 2


# --- the picture ----------------------------------------------------------------------------------


def test_numbers_have_a_bar_for_less_and_one_for_more() -> None:
    info = pictures(found({-1.25: 1.5, 0.012: -0.034}))["tornado.png"]
    [panel] = info.panels
    assert info.legend.labels == ["20 % less", "20 % more", "95 % confidence"]
    assert element(info, "20 % less").width == pytest.approx([-1.25, 0.012])
    assert element(info, "20 % more").width == pytest.approx([1.5, -0.034])
    assert info.title == f"{panel.y.names[0]} has the largest effect on the mean wall-clock"
    assert panel.x.label == "change of mean wall-clock, days"
    assert "no source" in words_of(info)
    drawn(info)


def test_that_no_effect_differs_from_zero_is_said() -> None:
    info = pictures(found({0.0: 0.0}))["tornado.png"]
    assert info.title == "No number, changed by 20 %, has an effect that differs from zero"
    drawn(info)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change.0.set.cluster.spares", "more $pares: cluster.spares"),
        ("change.2.set.fault.gpu.mtbf", "from Mar 9: fault.gpu.mtbf"),
        ("change.1.set.cluster.spares", "after 3 d: cluster.spares"),
        ("2, until change.3", "2, until at 50 %"),
        ("cluster.spares", "cluster.spares"),
    ],
)
def test_changes_are_reported_by_name_or_moment(text: str, expected: str) -> None:
    changes = [
        {"name": "more $pares", "at": "1 day", "set": {"cluster.spares": 3}},
        {"at": "3 days", "set": {"cluster.spares": 4}},
        {"at": dt.datetime(2026, 3, 9), "set": {"fault.gpu.mtbf": "50 days"}},
        {"progress": 0.5, "set": {"cluster.spares": 5}},
    ]
    assert named(text, scenario(start=dt.datetime(2026, 3, 2), change=changes)) == expected


def test_the_first_paragraph_names_the_largest_effect() -> None:
    text = " ".join(sensitivity_report(found({-1.25: 1.5, 0.0: 0.0})).split())
    assert "The mean wall-clock of A small run is 12.5 d (± 2.1, 95 %) at the baseline." in text
    assert "each changed alone by 20 % either way, has an effect on it that differs" in text
    assert re.search(r"The largest is that of \S+: -1.25 d at −20 % and \+1.50 d at \+20 %\.", text)
