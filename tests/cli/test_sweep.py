from __future__ import annotations

import csv
import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

import simtrain
from simtrain.answers.sweep import Sweep
from simtrain.cli import session
from simtrain.cli import sweep as sweep_command
from simtrain.questions.sweep import SweepQuestion
from tests.cli.conftest import listing

INTERVALS = "checkpoint.interval=30min..2h:log:3"
FILES = ["badput.png", "scenario.toml", "summary.json", "sweep.csv", "sweep.png", "trials.csv"]
INPUTS = ["hopeless.toml", "small.toml"]
FEW = ("--trials", "5", "-j", "1")


def test_the_report_goes_to_stdout_and_nothing_to_stderr(command) -> None:
    result = command("sweep", "small.toml", INTERVALS, *FEW)
    assert result.exit_code == 0
    assert "of the values tried for checkpoint.interval of A small run" in " ".join(
        result.stdout.split()
    )
    rows = [line.split() for line in result.stdout.splitlines() if " ± " in line][-3:]
    assert [row[:2] for row in rows] == [["30", "min"], ["1", "h"], ["2", "h"]]
    assert result.stderr == ""


def test_json_is_the_summary_of_the_same_sweep_in_python(command) -> None:
    more = ("cluster.spares=1,2", "--seed", "5", "--json")
    result = command("sweep", "small.toml", INTERVALS, *more, *FEW)
    ranges = {"checkpoint.interval": "30min..2h:log:3", "cluster.spares": [1, 2]}
    swept = simtrain.sweep(simtrain.load("small.toml"), ranges, trials=5, seed=5, jobs=1)
    assert result.stdout == swept.to_json()


def test_a_folder_holds_all_of_the_sweep(command) -> None:
    result = command("sweep", "small.toml", INTERVALS, *FEW, "--json", "-o", "new/out")
    assert result.exit_code == 0
    assert result.stderr == "Wrote new/out.\n"
    out = Path("new/out")
    assert listing(out) == FILES
    assert (out / "summary.json").read_text() == result.stdout
    assert simtrain.load(out / "scenario.toml").sha256 == simtrain.load("small.toml").sha256
    with (out / "sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["checkpoint.interval"] for row in rows] == ["30 min", "1 h", "2 h"]
    swept = simtrain.sweep(
        simtrain.load("small.toml"), {"checkpoint.interval": "30min..2h:log:3"}, trials=5
    )
    assert [float(row["goodput_mean"]) for row in rows] == swept.to_frame()["goodput_mean"].tolist()
    with (out / "trials.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    times = [float(row["wall_clock_s"]) for row in rows if row["checkpoint.interval"] == "2 h"]
    assert times == swept.results[2].metric("wall_clock_s").tolist()


def test_two_keys_have_a_map_and_three_no_picture(command) -> None:
    two = ("cluster.spares=1,2", "detection.crash=0,1 h")
    assert command("sweep", "small.toml", *two, *FEW, "-o", "two").exit_code == 0
    assert listing(Path("two")) == [name for name in FILES if name != "badput.png"]
    three = (*two, "restart.failure=0,0.5")
    assert command("sweep", "small.toml", *three, *FEW, "-o", "three").exit_code == 0
    assert listing(Path("three")) == [name for name in FILES if not name.endswith(".png")]


def test_set_changes_the_scenario_as_it_is(command) -> None:
    base = ("sweep", "small.toml", INTERVALS, "--json", *FEW)
    plain, more = (
        json.loads(command(*base, *extra).stdout) for extra in ((), ("--set", "cluster.spares=9"))
    )
    assert plain["scenario_sha256"] != more["scenario_sha256"]
    assert plain["baseline"]["metrics"] != more["baseline"]["metrics"]


def test_throughout_is_needed_where_a_change_comes_later(command, folder: Path) -> None:
    text = (folder / "small.toml").read_text()
    change = '\n[[change]]\nat = "2 days"\nset = { "cluster.spares" = 2 }\n'
    (folder / "changing.toml").write_text(text + change)
    words = ("sweep", "changing.toml", "cluster.spares=1,2", *FEW)
    refused = command(*words)
    assert refused.exit_code == 2
    assert refused.stderr == (
        "Error: sweep: cluster.spares: does not hold for the whole run: "
        "`change.0.set.cluster.spares` sets it later; --throughout leaves such changes out; or "
        "vary `change.0.set.cluster.spares` itself\n"
    )
    done = command(*words, "--throughout")
    assert done.exit_code == 0
    assert "1, later changed" in done.stdout


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        (["cluster.spars=1,2"], "did you mean `spares`?"),
        (
            ["fault.gpuu.rate=1 per day"],
            "names no table `fault.gpuu` of the scenario; did you mean `gpu`?",
        ),
        (["checkpoint.interval=2h..1h:lin:3"], "the range from 2h to 1h is empty"),
        (["checkpoint.interval=0..2h:lin:3"], "checkpoint.interval=0 h: checkpoint.interval: "),
        (["checkpoint.interval=0..2h:log:3"], "a logarithmic range cannot begin at 0"),
        (["checkpoint.interval=1GB..2GB:lin:3"], '"GB" is not a unit of duration'),
        (["cluster.spares=1..3/1", "cluster.spares=4"], "cluster.spares: is there twice"),
        (["cluster.spares=0..5000/1"], "5,001 points are too many; at most 1,000 in all"),
        (["cluster.spares=0..40/1", "cluster.lent_spares=16..60/1"], "1,845 points are too many"),
        (["cluster.spares"], '"cluster.spares" gives no key its values; write KEY='),
        (["cluster.spares=1..2"], '"1..2" does not say which points'),
        (["fault.gpu.effect=hang,crush"], '"crush" is not accepted; "crash", "hang", "diverge"'),
    ],
)
def test_what_cannot_be_swept_is_one_message(
    command, folder: Path, ranges: list[str], message: str
) -> None:
    result = command("sweep", "small.toml", *ranges, "-o", "new/out")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert listing(folder) == INPUTS


@pytest.mark.parametrize(
    "words",
    [(), (INTERVALS, "--trials", "0"), (INTERVALS, "--jobs", "0"), (INTERVALS, "--colour")],
    ids=" ".join,
)
def test_bad_options_are_refused(command, words: tuple[str, ...]) -> None:
    result = command("sweep", "small.toml", *words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert result.stdout == ""


def test_too_many_trials_in_all_are_refused(command, folder: Path) -> None:
    result = command("sweep", "small.toml", INTERVALS, "--trials", "9000000", "-o", "out")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: 3 points of 9,000,000 trials are more than 10,000,000 trials; ask for fewer of "
        "either\n"
    )
    assert listing(folder) == INPUTS


def test_trials_that_cannot_finish_get_a_verdict(command) -> None:
    words = ("sweep", "hopeless.toml", "cluster.spares=1,2", "--set", "limits.faults=200", *FEW)
    result = command(*words, "-o", "out")
    assert result.exit_code == 0
    assert "No trial finished at any point, so none is best." in " ".join(result.stdout.split())
    assert listing(Path("out")) == [name for name in FILES if name != "badput.png"]


def test_a_folder_that_is_taken_is_known_at_once(command, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(session, "ask", lambda *a, **k: pytest.fail("simulated"))
    (folder / "taken").mkdir()
    (folder / "taken" / "summary.json").write_text("{}")
    result = command("sweep", "small.toml", INTERVALS, "-o", "taken")
    assert result.exit_code == 2
    assert "taken is not empty, and results are never overwritten" in result.stderr


def test_a_full_disk_leaves_the_report_and_the_trials(command, folder: Path, monkeypatch) -> None:
    def columns(self: Sweep) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sweep, "columns", columns)
    result = command("sweep", "small.toml", INTERVALS, *FEW, "-o", "new/out")
    assert result.exit_code == 2
    assert "best" in result.stdout
    assert result.stderr == (
        "Error: cannot write new/out: no space left on device\n"
        f"What was finished is kept; go on with: simtrain sweep small.toml {INTERVALS} --trials 5 "
        "-j 1 -o new/out --resume\n"
    )
    assert listing(folder / "new/out") == []


# --- slow points ----------------------------------------------------------------------------------


def slow_points(trial_s: tuple[float, ...]) -> str:
    swept = simtrain.sweep(
        simtrain.load("small.toml"), {"cluster.spares": range(len(trial_s))}, trials=100, jobs=1
    )
    results = [
        replace(results, trial_s=seconds)
        for results, seconds in zip(swept.results, trial_s, strict=True)
    ]
    return sweep_command.slow_points(replace(swept, results=tuple(results)))


@pytest.mark.slow
def test_a_point_that_is_slow_to_simulate_is_reported() -> None:
    assert slow_points((0.01, 0.9, 0.011)) == (
        "Note: a trial at cluster.spares=1 takes 82 times as long to simulate as at other points."
    )
    assert slow_points((0.2, 0.9, 0.1, 0.1, 0.1, 0.8)) == (
        "Note: a trial at cluster.spares=1 takes 6 times as long to simulate as at other points; "
        "1 more point is slow."
    )


@pytest.mark.slow
def test_what_is_quick_anyway_or_about_the_same_is_not_reported() -> None:
    assert slow_points((0.01, 0.04, 0.011)) == ""
    assert slow_points((0.0001, 0.001, 0.0001)) == ""
    assert slow_points((0.5,)) == ""


def test_the_note_on_slow_points_goes_to_stderr(command, monkeypatch) -> None:
    monkeypatch.setattr(sweep_command, "slow_points", lambda swept: "Note: slow.")
    words = ("sweep", "small.toml", INTERVALS, "--json", *FEW)
    assert command(*words).stderr == "Note: slow.\n"
    assert command(*words, "-q").stderr == ""
    assert "Note" not in command(*words).stdout


def test_a_plan_simulates_the_scenario_as_it_is_once() -> None:
    scenario = simtrain.load("small.toml")
    assert len(SweepQuestion(scenario, {"cluster.spares": [1, 2]}, 1).points) == 2
    assert len(SweepQuestion(scenario, {"cluster.spares": [2, 3]}, 1).points) == 3
