"""What would bring a run in flight forward: the same trials from here, with something changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import simtrain
from simtrain.errors import InputError, ScenarioError
from tests.questions.test_forecast import SCENARIO, planned

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.answers.forecast import Forecast
    from tests.children import Children


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("forecast") / "run.csv"
    file.write_text("time,step\n2025-01-05,3000\n2025-01-11,9000\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def found(steps: Path) -> Forecast:
    levers = {
        "restart in 5 min": {"restart.duration": "5 min"},
        "twice as many saves": {"checkpoint.interval": "2 h"},
        "the same": {"restart.duration": "2 h"},
    }
    return simtrain.forecast(
        planned(), progress_file=steps, levers=levers, change=0.2, trials=40, by="2025-01-25"
    )


def test_a_lever_brings_forward_what_a_comparison_of_the_rest_says(found: Forecast) -> None:
    left = found.here.scenario
    by_name = {one.changed.name: one for one in found.pulled}
    compared = simtrain.compare([left, left.replace(restart__duration="5 min")], trials=40)
    exact = compared.difference("wall_clock_s", 1)
    lever = by_name["restart in 5 min"]
    assert lever.sooner["mean"] == pytest.approx(-exact["mean"])
    assert lever.is_significant
    assert lever.finish.at(50) == compared.results[1].finish.at(50)
    assert by_name["the same"].sooner["mean"] == 0.0
    assert not by_name["the same"].is_significant


@pytest.mark.slow
def test_numbers_are_changed_as_a_sensitivity_of_the_rest_changes_them(found: Forecast) -> None:
    moved = simtrain.sensitivity(found.here.scenario, change=0.2, trials=40).moved
    restart = next(one for one in moved if one.input.key == "restart.duration")
    by_name = {one.changed.name: one for one in found.pulled}
    for side, sign in ((restart.low, "−"), (restart.high, "+")):
        mean = by_name[f"restart.duration {sign}20 %"].sooner["mean"]
        assert side is not None
        assert mean == pytest.approx(-side["mean"])
    count = sum(len(one.input.sides) for one in moved)
    assert len(found.pulled) == count + 3


def test_what_helps_most_stands_first_in_report_table_summary_and_picture(found: Forecast) -> None:
    means = [one.sooner["mean"] for one in found.pulled]
    assert means == sorted(means, reverse=True)
    first = found.pulled[0].changed.name
    assert found.summary()["levers"][0]["lever"] == first
    assert 0 <= found.summary()["levers"][0]["chance"] <= 1
    assert found.tables["levers"]["lever"][0] == first
    assert found.plots == ("forecast", "levers")
    assert first in found.plot("levers").info.title
    report = found.report()
    told = report[report.index("What would bring it forward") :].splitlines()
    assert told[2].startswith(first)
    assert "restart.duration +20 %" not in report  # it brings nothing forward
    assert "the same" in report  # it was asked for by name


def test_without_levers_nothing_is_said_of_them(steps: Path) -> None:
    plain = simtrain.forecast(planned(), progress_file=steps, trials=4)
    assert "forward" not in plain.report()
    assert plain.plots == ("forecast",)
    assert set(plain.tables) == {"forecast"}


def test_a_lever_that_a_later_change_undoes_says_so(steps: Path) -> None:
    later = {"at": "15 days", "set": {"restart.duration": "1 h"}}
    found = simtrain.forecast(
        planned(change=[later]),
        progress_file=steps,
        levers={"fast": {"restart.duration": "5 min"}},
        trials=4,
    )
    assert "Only until a later change sets it anew: fast." in " ".join(found.report().split())


@pytest.mark.parametrize(
    ("given", "error", "wrong"),
    [
        ({"levers": {"odd": {"restart.duratoin": "5 min"}}}, ScenarioError, "duratoin"),
        ({"levers": {"odd": {"restart.duration": "often"}}}, ScenarioError, "often"),
        ({"levers": {"odd": {"start": "2025-02-01"}}}, InputError, "when the rest"),
        ({"levers": {"odd": {"workload.ideal_time": "1 day"}}}, InputError, "how much"),
        ({"change": 1.5}, InputError, "change"),
        ({"by": "2025-01-10"}, InputError, "is over at the last row"),
    ],
)
def test_what_can_be_no_lever_and_a_date_that_is_over_are_refused(
    given: dict[str, object], error: type[Exception], wrong: str, steps: Path
) -> None:
    with pytest.raises(error, match=wrong):
        simtrain.forecast(planned(), progress_file=steps, trials=1, **given)


@pytest.mark.slow
def test_a_planner_asks_what_would_help(children: Children, steps: Path) -> None:
    (steps.parent / "mine.toml").write_text(SCENARIO, encoding="utf-8")
    command = f"cd {steps.parent} && simtrain forecast mine.toml --progress run.csv --trials 8"
    done = children.shell(
        f"{command} --json --levers 20% --with 'restart.duration=5 min,checkpoint.interval=2 h'"
    )
    assert done.returncode == 0, done.stderr
    names = [one["lever"] for one in json.loads(done.stdout)["levers"]]
    assert "restart.duration=5 min,checkpoint.interval=2 h" in names
    assert "checkpoint.interval −20 %" in names
    wrong = children.shell(f"{command} --with often")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "--with often" in wrong.stderr
