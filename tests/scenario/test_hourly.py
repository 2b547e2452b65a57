"""Hourly values: in the scenario or in a file beside it, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario.hourly import MOST_HOURS, Hourly
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from tests.scenario.valid import mistakes_in, written

SMALL = """\
start = 2026-03-02

[workload]
ideal_time = "10 h"

[cluster]
hosts = 4

[checkpoint]
interval = "1 h"

[restart]
duration = "5 min"

[power]
training = "700 W"

[carbon]
intensity = {}
"""


def in_file(folder: Path, intensity: str, data: str | None = "300\n\n 429.5 \n") -> Path:
    """Scenario whose grid has hourly values, beside a file of them."""
    folder.mkdir(exist_ok=True)
    if data is not None:
        written(folder, data, "grid.csv")
    return written(folder, SMALL.format(intensity))


def intensity_of(file: Path) -> Hourly:
    carbon = load(file).carbon
    assert carbon is not None
    assert isinstance(carbon.intensity, Hourly)
    return carbon.intensity


def test_a_file_has_one_number_a_line_or_a_column_of_them(tmp_path: Path) -> None:
    plain = in_file(tmp_path / "a", '{ hourly = "grid.csv", unit = "g/kWh" }')
    assert intensity_of(plain) == Hourly((0.3, 0.4295))
    column = in_file(
        tmp_path / "b",
        '{ hourly = "grid.csv", column = "gCO2", unit = "kg/MWh", begins = 2025-01-01 }',
        'time,gCO2\n"2025-01-01, 0:00",300\n1,429.5\n',
    )
    assert intensity_of(column) == Hourly((0.3, 0.4295), dt.date(2025, 1, 1))


def test_what_is_in_the_file_is_part_of_the_scenario(tmp_path: Path) -> None:
    file = in_file(tmp_path, '{ hourly = "grid.csv", unit = "g/kWh" }')
    before = load(file)
    assert (
        before.sha256
        == load(in_file(tmp_path, '{ hourly = [0.3, 0.4295], unit = "t/MWh" }')).sha256
    )
    in_file(tmp_path, '{ hourly = "grid.csv", unit = "g/kWh" }', "300\n430\n")
    assert load(file).sha256 != before.sha256
    whole = written(tmp_path, before.to_toml(), "whole.toml")
    written(tmp_path, "1\n", "grid.csv")
    assert load(whole).sha256 == before.sha256


def test_a_file_is_followed_from_the_command_line(tmp_path: Path, monkeypatch) -> None:
    file = in_file(tmp_path / "elsewhere", '"429 g/kWh"')
    written(tmp_path, "7\n", "here.csv")
    monkeypatch.chdir(tmp_path)
    changed = load(file, ['carbon.intensity={hourly = "here.csv", unit = "g/kWh"}'])
    assert changed.carbon is not None
    assert changed.carbon.intensity == Hourly((0.007,))
    with pytest.raises(ScenarioError, match="only followed where it is given in a file"):
        changed.replace({"carbon.intensity": {"hourly": "here.csv", "unit": "g/kWh"}})


def test_hourly_values_are_data_and_no_number_that_varies(tmp_path: Path) -> None:
    file = in_file(tmp_path, '{ hourly = "grid.csv", unit = "g/kWh" }')
    found = inputs_of(load(file), 0.1)
    assert "carbon.intensity" in [one.key for one in found.left_out]
    assert "power.training" in [one.key for one in found.varied]


@pytest.mark.parametrize(
    ("table", "data", "key", "wrong"),
    [
        ('hourly = "none.csv", unit = "g/kWh"', "", "hourly", "cannot be read"),
        ('hourly = "grid.csv", unit = "g/kWh"', "", "hourly", "has no values"),
        ('hourly = "grid.csv", unit = "g/kWh"', "a\n", "hourly", '"a", value 1, is not a number'),
        ('hourly = "grid.csv", unit = "g/kWh"', "1\nnan\n", "hourly", "value 2, is not a number"),
        ('hourly = "grid.csv", unit = "g/kWh"', "-1\n", "hourly", "value 1, -1.0, is no number in"),
        ('hourly = "grid.csv", unit = "g"', "1\n", "unit", "is not a unit of carbon intensity"),
        ('hourly = "grid.csv", unit = "g/kWh", column = "x"', "a,b\n1,2\n", "column",
         'has no column "x"'),
        ('hourly = "grid.csv", unit = "g/kWh", column = "b"', "a,b\n1\n", "hourly",
         "value 1, is not a number"),
        ('hourly = "grid.csv", unit = "g/kWh"', "1\n" * (MOST_HOURS + 1), "hourly", "are too many"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_is_named(
    tmp_path: Path, table: str, data: str, key: str, wrong: str
) -> None:
    [mistake] = mistakes_in(in_file(tmp_path, f"{{ {table} }}", data))
    assert mistake.key == f"carbon.intensity.{key}"
    assert wrong in mistake.wrong
