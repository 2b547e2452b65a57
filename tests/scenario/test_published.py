"""Published outcomes and the logbook: what fits, and that neither moves a result."""

import numpy as np
import pytest

import simtrain
from simtrain.errors import ScenarioError
from simtrain.scenario.published import QUANTITIES
from simtrain.scenario.scenario import Scenario

BASE = {
    "start": "2026-03-02T00:00:00",
    "workload": {"ideal_time": "2 days", "steps": 1000},
    "cluster": {"hosts": 4},
    "checkpoint": {"interval": "1 h"},
    "restart": {"duration": "5 min"},
}
TOLD = {"source": "a report", "certainty": "certain", "role": "follows"}
FOOTPRINT = {
    "power": {"training": "1 kW per host"},
    "carbon": {"intensity": "400 g/kWh"},
    "price": {"accelerator": "2 USD per accelerator-hour"},
}


def published(**row: object) -> Scenario:
    return Scenario.from_document({**BASE, "published": [{**TOLD, **row}]})


def measured(**row: object) -> Scenario:
    return Scenario.from_document({**BASE, **FOOTPRINT, "published": [{**TOLD, **row}]})


def logged(**run: object) -> Scenario:
    return Scenario.from_document({**BASE, "logbook": {"source": "a report", "runs": [run]}})


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"quantity": "launches", "value": 3, "unit": "d"}, "unit"),
        ({"quantity": "wall_clock", "value": 3}, "unit"),
        ({"quantity": "progress", "value": 3, "unit": "h"}, "unit"),
        ({"quantity": "launchs", "value": 3}, "quantity"),
        ({"quantity": "launches", "value": -1}, "value"),
        ({"quantity": "launches", "value": "3"}, "value"),
        ({"quantity": "launches", "value": 3, "relation": "gt"}, "relation"),
        ({"quantity": "launches", "value": 3, "window": ["2026-03-03"]}, "window"),
        ({"quantity": "launches", "value": 3, "window": ["2026-03-04", "2026-03-03"]}, "window"),
        ({"quantity": "launches", "value": 3, "window": ["2026-03-01", "2026-03-03"]}, "window"),
        (
            {"quantity": "goodput", "value": 0.9, "window": ["2026-03-02", "2026-03-03"]},
            "window",
        ),
        ({"quantity": "launches", "value": 3, "rank": 2}, "rank"),
        ({"quantity": "launches", "value": 3, "cause": "gpu"}, "cause"),
        ({"quantity": "interruptions", "value": 3, "cause": "gpu"}, "cause"),
        ({"quantity": "launches", "value": 3, "share": 0.9}, "share"),
        ({"quantity": "launches", "value": 3, "relation": "ge", "within": 90}, "within"),
        ({"quantity": "launches", "value": 3, "within": 95}, "within"),
        ({"quantity": "launches", "value": 3, "median": [5, 2]}, "median"),
        ({"quantity": "launches", "value": 3, "role": "input"}, "role"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_name(row: dict[str, object], key: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        published(**row)
    assert [mistake.key for mistake in refused.value.mistakes] == [f"published.0.{key}"]


@pytest.mark.parametrize("missing", ["source", "certainty", "role"])
def test_every_row_says_where_it_is_from(missing: str) -> None:
    row = {key: value for key, value in TOLD.items() if key != missing}
    document = {**BASE, "published": [{"quantity": "launches", "value": 1, **row}]}
    with pytest.raises(ScenarioError, match=missing):
        Scenario.from_document(document)


def test_progress_needs_work_that_can_be_finished() -> None:
    window = {"workload": {"window": "2 days"}}
    row = {**TOLD, "quantity": "progress", "value": 0.5}
    with pytest.raises(ScenarioError, match="progress"):
        Scenario.from_document({**BASE, **window, "published": [row]})


def test_logged_steps_need_steps_and_dates_that_come_after_the_start() -> None:
    logged(start="2026-03-02T01:00:00", end="2026-03-02T05:00:00", steps=[1, 90])
    with pytest.raises(ScenarioError, match=r"logbook\.runs\.0\.start"):
        logged(start="2026-03-01", end="2026-03-03")
    with pytest.raises(ScenarioError, match=r"logbook\.runs\.0\.steps"):
        logged(start="2026-03-02", end="2026-03-03", steps=[90, 1])
    with pytest.raises(ScenarioError, match=r"workload\.steps"):
        Scenario.from_document(
            {
                **BASE,
                "workload": {"ideal_time": "2 days"},
                "logbook": {
                    "source": "a report",
                    "runs": [{"start": "1 h", "end": "2 h", "steps": [1, 90]}],
                },
            }
        )


def test_what_is_published_moves_no_result() -> None:
    bare = Scenario.from_document(BASE)
    row = published(quantity="launches", value=1)
    assert row.sha256 == bare.sha256
    mine, theirs = (simtrain.run(one, trials=5, seed=3) for one in (bare, row))
    assert np.array_equal(mine.values, theirs.values, equal_nan=True)


def test_every_quantity_takes_its_own_unit_only() -> None:
    units = {
        "time": "h",
        "share": "%",
        "count": None,
        "energy": "MWh",
        "carbon": "t",
        "cost": "USD",
    }
    for name, quantity in QUANTITIES.items():
        unit = units[quantity.measured_in]
        row = measured(quantity=name, value=1, **({} if unit is None else {"unit": unit}))
        assert row.published[0].scale == {"h": 3600.0, "%": 0.01}.get(str(unit), 1.0)


@pytest.mark.parametrize("quantity", ["energy", "carbon", "cost"])
def test_what_a_scenario_does_not_weigh_cannot_be_published_of_it(quantity: str) -> None:
    units = {"energy": "MWh", "carbon": "t", "cost": "USD"}
    row = {"quantity": quantity, "value": 1, "unit": units[quantity]}
    measured(**row)
    with pytest.raises(ScenarioError, match=quantity):
        published(**row)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"of": "ideal", "within": 90}, "within"),
        ({"of": "ideal", "median": [1, 2]}, "median"),
        ({"of": "ideal", "quantity": "goodput", "unit": "%"}, "of"),
        ({"value": [2, 1]}, "value"),
        ({"value": [1, 2], "relation": "ge"}, "relation"),
        ({"value": [1, 2], "tolerance": 0.1}, "tolerance"),
        ({"unit": "t"}, "unit"),
    ],
)
def test_claims_that_do_not_fit_are_refused_by_name(row: dict[str, object], key: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        measured(**{"quantity": "energy", "value": 1, "unit": "MWh", **row})
    assert [mistake.key for mistake in refused.value.mistakes] == [f"published.0.{key}"]


def test_energy_carbon_and_cost_are_those_of_the_trials_or_of_the_ideal() -> None:
    """Two days of 4 hosts of 1 kW and 8 × 2 dollars an hour, at 400 g/kWh."""
    for quantity, value, unit in (
        ("energy", 192, "kWh"),
        ("energy", 0.192, "MWh"),
        ("carbon", 76.8, "kg"),
        ("cost", 3.072, "thousand USD"),
        ("wall_clock", 48, "h"),
    ):
        scenario = measured(quantity=quantity, value=value, unit=unit, of="ideal")
        [score] = simtrain.run(
            scenario.replace({"checkpoint.stall": "1 min"}), trials=2, jobs=1
        ).scores()
        assert score.ideal == pytest.approx(value)
        assert score.off == pytest.approx(0, abs=1e-9)
        assert score.point(50) > value  # saves stall


def test_roles_may_be_said_in_the_words_of_older_files() -> None:
    roles = ("reproduced", "check", "calibrated", "arithmetic")
    read = [published(quantity="launches", value=1, role=role).published[0].role for role in roles]
    assert read == ["calibrated", "follows", "calibrated", "arithmetic"]
