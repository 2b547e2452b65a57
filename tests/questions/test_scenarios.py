"""Which packaged scenarios are systems, and what is shown of each."""

from __future__ import annotations

import json

import pytest

import simtrain
from simtrain.questions.question import ask
from simtrain.questions.scenarios import SystemsQuestion
from simtrain.scenario.scenario import Scenario
from simtrain.show.elements import Line
from simtrain.show.scenarios.figures import pictures

SMALL = {
    "workload": {"ideal_time": "2 days"},
    "cluster": {"hosts": 4},
    "checkpoint": {"interval": "1 h", "stall": "10 min"},
    "restart": {"duration": "5 min"},
    "power": {"training": "1 kW per host"},
}
ROW = {
    "quantity": "energy", "unit": "MWh", "value": 0.192, "of": "ideal", "source": "a report",
    "certainty": "certain", "role": "arithmetic",
}  # fmt: skip


def scenario(**more: object) -> Scenario:
    return Scenario.from_document({**SMALL, **more})


def answered(**scenarios: Scenario):
    return ask(SystemsQuestion(scenarios, trials=3), jobs=1)


def test_systems_are_those_that_name_one_each_once() -> None:
    named = scenario(system="A model")
    found = answered(doubted=named, model=named, cluster=scenario(title="A cluster"))
    assert [system.name for system in found.systems] == ["model"]
    assert found.others == {"doubted": "", "cluster": "A cluster"}


def test_a_system_has_the_size_at_which_it_is_largest() -> None:
    grows = {"at": "1 day", "set": {"cluster.hosts": 6}}
    [system] = answered(model=scenario(system="A model", change=[grows])).systems
    assert system.accelerators == 48


def test_the_ideal_stands_beside_what_was_published_of_it() -> None:
    """The ideal is 2 days of 4 kW; trials draw more by 48 saves of 10 min each."""
    found = answered(model=scenario(system="A model", published=[ROW]))
    [system] = json.loads(found.to_json())["systems"]
    assert system["as_claimed"] == system["published"][0]["within_80"] + 1 == 1
    assert system["published"][0]["off"] == pytest.approx(0)
    assert system["energy_mwh_p50"] == pytest.approx(0.192 + 48 / 6 * 0.004)
    assert found.columns()["wall_clock_p50_s"] == [pytest.approx((48 + 48 / 6) * 3600)]
    assert [*found.tables] == ["scenarios", "published"]
    assert "energy, ideal, MWh" in found.report()


def test_unofficial_figures_are_marked_wherever_they_show() -> None:
    rows = [{**ROW, "certainty": "unofficial"}]
    found = answered(model=scenario(system="A model", title="Guessed", published=rows))
    assert found.report().count("model (unofficial)") == 2
    assert "energy, ideal, MWh, unofficial" in found.report()
    assert "model: Guessed." in found.report()
    results = simtrain.run(found.systems[0].scenario, trials=3, jobs=1)
    assert "energy, ideal, MWh, unofficial" in results.report()


def test_where_nothing_is_published_the_title_says_what_it_is() -> None:
    found = answered(model=scenario(system="A model", title="Guessed"))
    [line] = [line for line in found.report().splitlines() if line.startswith("model ")]
    assert line.endswith("–")
    assert "model: Guessed." in found.report()


def test_the_picture_has_a_row_for_each_footprint_with_the_ideal_where_it_is_published() -> None:
    rows = [ROW, {**ROW, "of": "run", "value": [0.2, 0.3]}]
    [drawn] = pictures(answered(model=scenario(system="A model", published=rows))).values()
    [[panel]] = drawn.rows
    assert panel.y.names == ["model: energy, ideal, MWh", "model: energy, MWh"]
    ideals = [e for e in panel.elements if isinstance(e, Line) and "ideal" in e.style.label]
    assert [(list(e.x), list(e.y)) for e in ideals] == [([pytest.approx(1)], [0])]
    trials = [e for e in panel.elements if isinstance(e, Line) and "trials" in e.style.label]
    assert [list(e.x) for e in trials] == [[pytest.approx(0.224 / 0.192), pytest.approx(0.896)]]


def test_without_a_footprint_there_is_nothing_to_draw() -> None:
    [drawn] = pictures(answered(model=scenario(system="A model"))).values()
    assert "No footprint" in drawn.title


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ([scenario()], "none of the scenarios names a `system`"),
        ([scenario(system="A"), scenario(system="B")], "two scenarios are called"),
    ],
)
def test_what_has_no_system_or_no_name_of_its_own_is_refused(
    given: list[Scenario], wrong: str
) -> None:
    with pytest.raises(simtrain.InputError, match=wrong):
        simtrain.scenarios(given, trials=1)
