from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import simtrain
from tests.cli.conftest import listing

FILES = ["scenario.toml", "schedule.csv", "schedule.png", "summary.json"]
FEW = ("--trials", "3", "-j", "1")
GRID = """
start = 2026-03-02
[workload]
ideal_time = "2 days"
[cluster]
hosts = 2
[checkpoint]
interval = "2 h"
[restart]
duration = "5 min"
[power]
training = "3 kW per host"
paused = "100 W per host"
[carbon.intensity]
hourly = "duck-curve.csv"
column = "intensity_g_per_kwh"
unit = "g/kWh"
begins = 2026-01-01
"""


@pytest.fixture
def grid(folder: Path) -> str:
    (folder / "grid.toml").write_text(GRID, encoding="utf-8")
    return "grid.toml"


@pytest.mark.slow
def test_a_folder_holds_the_policies_and_their_picture(command, grid: str) -> None:
    words = ("--limit", "70%:85%", "--later", "0.5 years, 1 year", "--gain", "30 %", *FEW)
    result = command("schedule", grid, *words, "--json", "-o", "out")
    assert result.exit_code == 0
    assert {"scenario.toml", "schedule.csv", "schedule.png", "summary.json"} <= {
        *listing(Path("out"))
    }
    summary = json.loads(result.stdout)
    with Path("out/schedule.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [one["name"] for one in summary["policies"]]
    assert rows[-1]["name"] == "hardware in 1 year"
    found = simtrain.schedule(
        grid, limit="70%:85%", later=[15778800.0, 31557600.0], gain=0.3, trials=3, jobs=1
    )
    assert result.stdout == found.to_json()
    policy = summary["policies"][1]
    again = simtrain.load(grid).replace(policy["settings"])
    mean = simtrain.run(again, trials=3, jobs=1).mean("carbon_tco2e")
    assert policy["carbon_tco2e_mean"] == mean


def test_a_local_profile_comes_before_the_packaged_one(command, grid: str) -> None:
    Path("duck-curve.csv").write_text("intensity_g_per_kwh\n100\n900\n", encoding="utf-8")
    result = command("schedule", grid, "--quantiles", "40%", "--at-least", "1 h", *FEW)
    assert "pause above 100 g/kWh (50 %)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--quantiles", "much"), "'much' is not a list such as 50%,80%"),
        (("--windows", "4,x"), "'4,x' is not a list such as 4,8"),
        (("--start", "tomorrow"), "no range of dates with a step"),
        (("--at-least", "long"), "at_least"),
        (("--set", "carbon.intensity=0.4 kg/kWh"), "neither intensity nor tariff varies"),
    ],
)
def test_what_is_wrong_is_reported_and_nothing_is_written(
    command, grid: str, arguments: tuple[str, ...], message: str
) -> None:
    result = command("schedule", grid, *arguments, "-o", "out")
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert not Path("out").exists()
