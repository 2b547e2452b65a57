from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import simtrain
from tests.cli.conftest import listing

WITH = ("--with", "cluster.spares=3")
FEW = ("--trials", "8", "-j", "1")
FILES = [
    "badput.png", "compare.csv", "difference.png", "scenario_A.toml", "scenario_B.toml",
    "summary.json", "trials.csv",
]  # fmt: skip
INPUTS = ["hopeless.toml", "small.toml"]


def test_a_variant_is_the_first_scenario_with_other_values(command, folder: Path) -> None:
    text = (folder / "small.toml").read_text()
    (folder / "more.toml").write_text(text.replace("spares = 1", "spares = 3"))
    values = "cluster.spares=3, restart.duration={law='fixed', value='10 min'}"
    file, variant, several = (
        json.loads(command("compare", "small.toml", *words, *FEW, "--json").stdout)
        for words in (("more.toml",), WITH, ("--with", values))
    )
    assert file["comparisons"] == variant["comparisons"] == several["comparisons"]
    assert [one["name"] for one in variant["scenarios"]] == [
        "small.toml",
        "A with cluster.spares=3",
    ]
    assert variant["differing"] == {"cluster.spares": ["1", "3"]}


def test_the_report_goes_to_stdout_and_nothing_to_stderr(command) -> None:
    result = command("compare", "small.toml", "small.toml", *WITH, *FEW)
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "B (small.toml) and A (small.toml) have the same result in every trial." in text
    assert "of the trials, A in" in text
    assert "C: A with cluster.spares=3" in text
    assert "C − A ± 95 %" in text
    assert result.stderr == ""


def test_json_is_the_summary_of_the_same_comparison_in_python(command) -> None:
    result = command("compare", "small.toml", *WITH, "--seed", "5", "--json", *FEW)
    scenario = simtrain.load("small.toml")
    compared = simtrain.compare(
        [scenario, scenario.replace(cluster__spares=3)],
        names=["small.toml", "A with cluster.spares=3"], trials=8, seed=5, jobs=1,
    )  # fmt: skip
    assert result.stdout == compared.to_json()


def test_a_folder_holds_all_of_the_comparison(command) -> None:
    result = command("compare", "small.toml", *WITH, *FEW, "--json", "-o", "new/out")
    assert result.stderr == "Wrote new/out.\n"
    out = Path("new/out")
    assert listing(out) == FILES
    assert (out / "summary.json").read_text() == result.stdout
    assert simtrain.load(out / "scenario_B.toml").cluster.spares == 3
    answer = json.loads(result.stdout)["comparisons"][0]["differences"]["wall_clock_s"]
    with (out / "compare.csv").open(newline="") as file:
        [row] = [row for row in csv.DictReader(file) if row["metric"] == "wall_clock_s"]
    assert float(row["difference_mean"]) == answer["mean"]
    with (out / "trials.csv").open(newline="") as file:
        assert [row["scenario"] for row in csv.DictReader(file)] == ["A"] * 8 + ["B"] * 8


def test_set_is_for_all_scenarios(command) -> None:
    words = ("compare", "small.toml", *WITH, *FEW, "--json", "--set", "cluster.hosts=20")
    answer = json.loads(command(*words).stdout)
    assert list(answer["differing"]) == ["cluster.spares"]
    plain = simtrain.run(
        simtrain.load("small.toml", ["cluster.hosts=20", "cluster.spares=3"]), trials=8, jobs=1
    )
    metrics = answer["scenarios"][1]["metrics"]
    assert metrics["wall_clock_s"]["mean"] == plain.summary()["metrics"]["wall_clock_s"]["mean"]


def test_trials_that_did_not_finish_are_reported(command) -> None:
    words = ("compare", "small.toml", "--with", "limits.wall_clock=11.5 d", *WITH, *FEW)
    result = command(*words, "-o", "out")
    assert "that finished in both; 0 did not finish in A and" in " ".join(result.stdout.split())
    hopeless = ("compare", "hopeless.toml", *WITH, "--set", "limits.faults=200", *FEW)
    result = command(*hopeless, "-o", "none")
    assert result.exit_code == 0
    assert "B cannot be compared with A: no trial finished" in " ".join(result.stdout.split())
    assert listing(Path("none")) == FILES


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("small.toml",), "there is nothing to compare with; name another scenario"),
        (("small.toml", "missing.toml"), "there is no file"),
        (("small.toml", "--with", "cluster.spars=1"), "did you mean `spares`?"),
        (("small.toml", "--with", "cluster.spares"), "--with cluster.spares: 'cluster.spares' is"),
        (("small.toml", "--with", ""), "is not an assignment; write key=value"),
        (("small.toml", "--with", "cluster.spares=-1"), "-1 is out of range"),
        (("small.toml", *WITH, "--set", "cluster.hosts=0"), "0 is out of range"),
    ],
)
def test_what_cannot_be_compared_is_one_message(
    command, folder: Path, words: tuple[str, ...], message: str
) -> None:
    result = command("compare", *words, *FEW, "-o", "new/out")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert listing(folder) == INPUTS
