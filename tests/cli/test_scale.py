from __future__ import annotations

import csv
from pathlib import Path

import pytest

import simtrain
from tests.cli.conftest import listing

FILES = ["scale.csv", "scale.png", "scenario.toml", "summary.json"]
INPUTS = ["hopeless.toml", "small.toml"]
FEW = ("--trials", "4", "-j", "1")


def test_the_report_has_a_row_for_each_size(command) -> None:
    result = command("scale", "small.toml", "64..256", *FEW)
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = [line.split() for line in result.stdout.splitlines() if " ± " in line]
    assert [row[0] for row in rows if row[0].isdigit()] == ["64", "128", "256"]
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "To keep the" in " ".join(result.stdout.split())


@pytest.mark.slow
def test_json_is_the_summary_of_the_same_scaling_in_python(command) -> None:
    result = command("scale", "small.toml", "64,128", "--goodput", "80 %", *FEW, "--json")
    found = simtrain.scale(simtrain.load("small.toml"), [64, 128], goodput=0.8, trials=4, jobs=1)
    assert result.stdout == found.to_json()


def test_a_folder_holds_all_of_the_scaling(command) -> None:
    result = command("scale", "small.toml", "64,128", *FEW, "--json", "-o", "new/out")
    assert result.exit_code == 0
    assert result.stderr == "Wrote new/out.\n"
    out = Path("new/out")
    assert listing(out) == FILES
    assert (out / "summary.json").read_text() == result.stdout
    with (out / "scale.csv").open(newline="") as file:
        assert [row["hosts"] for row in csv.DictReader(file)] == ["8", "16"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("8k..1k",), "is empty"),
        (("100",), "no whole number of hosts of 8"),
        (("many",), "is no number of accelerators"),
        (("64", "--goodput", "much"), "'--goodput': 'much' is not a fraction"),
        (("64", "--goodput", "120 %"), "'120 %' is not above 0 % and below 100 %"),
        (("64", "--set", "fault.gpu.rate=0"), "hosts never fail"),
        (("16M",), "cluster.hosts"),
    ],
)
def test_what_is_wrong_is_reported_and_nothing_is_written(
    command, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = command("scale", "small.toml", *arguments, "-o", "out")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert listing(folder) == INPUTS
