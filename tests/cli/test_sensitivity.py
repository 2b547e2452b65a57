from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import simtrain
from tests.cli.conftest import listing

FEW = ("--trials", "5", "-j", "1")
FILES = ["scenario.toml", "sensitivity.csv", "summary.json", "tornado.png"]
INPUTS = ["hopeless.toml", "small.toml"]


def test_the_report_tells_what_moves_it_and_what_was_not_changed(command) -> None:
    result = command("sensitivity", "small.toml", "--trials", "40", "-j", "1")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "The mean wall-clock of" in text
    assert "7 numbers changed by 20 % each; 40 trials each, seed 0." in text
    assert "fault.gpu.mtbf +" in text
    assert "Not changed: workload.ideal_time (the work itself); cluster.hosts (the size" in text
    assert result.stderr == ""


def test_json_is_the_summary_of_the_same_in_python(command) -> None:
    words = ("--change", "0.5", "--metric", "interruptions", "--seed", "5", "--json")
    result = command("sensitivity", "small.toml", *words, *FEW)
    found = simtrain.sensitivity(
        simtrain.load("small.toml"), change=0.5, metric="interruptions", trials=5, seed=5, jobs=1
    )
    assert result.stdout == found.to_json()


def test_a_folder_holds_all_of_it(command) -> None:
    result = command("sensitivity", "small.toml", *FEW, "--json", "-o", "new/out")
    assert result.stderr == "Wrote new/out.\n"
    out = Path("new/out")
    assert listing(out) == FILES
    assert (out / "summary.json").read_text() == result.stdout
    answer = json.loads(result.stdout)["inputs"]
    with (out / "sensitivity.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["reach"]) for row in rows] == [one["reach"] for one in answer]


def test_trials_that_cannot_finish_get_a_verdict(command) -> None:
    words = ("sensitivity", "hopeless.toml", "--set", "limits.faults=200", *FEW)
    result = command(*words, "-o", "out")
    assert result.exit_code == 0
    assert "None of the 5 trials finished" in " ".join(result.stdout.split())
    assert listing(Path("out")) == FILES


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--change", "120%"), "'120%' is not above 0 % and below 100 %"),
        (("--change", "0"), "'0' is not above 0 % and below 100 %"),
        (("--change", "lots"), "'lots' is not a fraction such as 0.2 or 20%"),
        (("--metric", "wallclock"), "did you mean `wall_clock`?"),
        (("--trials", "0"), "0 is not in the range"),
        (("--set", "cluster.spars=1"), "did you mean `spares`?"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    command, folder: Path, words: tuple[str, ...], message: str
) -> None:
    result = command("sensitivity", "small.toml", "-o", "new/out", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert listing(folder) == INPUTS
