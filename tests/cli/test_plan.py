from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import simtrain
from tests.cli.conftest import listing

FILES = ["plan.csv", "plan.png", "scenario.toml", "summary.json"]
INPUTS = ["hopeless.toml", "small.toml"]
FEW = ("--trials", "8", "-j", "1")
TARGET = ("--target", "wall_clock <= 11 d")
SPARES = ("--vary", "cluster.spares=0..6")


def test_the_report_goes_to_stdout_and_nothing_to_stderr(command) -> None:
    result = command("plan", "small.toml", *TARGET, *SPARES, *FEW)
    assert result.exit_code == 0
    assert result.stderr == ""
    words = " ".join(result.stdout.split())
    assert "is the smallest value that meets the target" in words
    assert "trials in all" in words
    [answer] = [line for line in result.stdout.splitlines() if "; answer" in line]
    found = simtrain.plan(
        simtrain.load("small.toml"),
        target="wall_clock <= 11 d",
        vary={"cluster.spares": "0..6"},
        trials=8,
    )
    assert answer.split()[0] == str(found.answer.value)


def test_json_is_the_summary_of_the_same_plan_in_python(command) -> None:
    result = command("plan", "small.toml", *TARGET, *SPARES, *FEW, "--seed", "5", "--json")
    found = simtrain.plan(
        simtrain.load("small.toml"),
        target="wall_clock <= 11 d",
        vary={"cluster.spares": "0..6"},
        trials=8,
        seed=5,
        jobs=1,
    )
    assert result.stdout == found.to_json()


def test_a_folder_holds_all_of_the_plan(command) -> None:
    result = command("plan", "small.toml", *TARGET, *SPARES, *FEW, "--json", "-o", "new/out")
    assert result.exit_code == 0
    assert result.stderr == "Wrote new/out.\n"
    out = Path("new/out")
    assert listing(out) == FILES
    assert (out / "summary.json").read_text() == result.stdout
    with (out / "plan.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    answer = json.loads(result.stdout)
    baseline = answer["baseline"]["value"]
    assert [float(row["value"]) for row in rows if row["is_baseline"] == "False"] == [
        point["found"] for point in answer["points"] if point["value"] != baseline
    ]


def test_no_value_that_meets_the_target_is_an_answer(command) -> None:
    result = command("plan", "small.toml", "--target", "wall_clock <= 9 d", *SPARES, *FEW)
    assert result.exit_code == 0
    assert "no value of cluster.spares that was tried meets the target" in " ".join(
        result.stdout.split()
    )


def test_a_plan_with_no_trial_that_finishes_still_says_so(command) -> None:
    vary = ("--vary", "cluster.spares=0..1", "--set", "limits.faults=50")
    result = command("plan", "hopeless.toml", *TARGET, *vary, "--trials", "2", "-o", "out")
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert "even there a trial does not finish" in words
    assert "Trials that did not finish count as missing the target." in words
    assert listing(Path("out")) == FILES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "wallclock <= 9 d", *SPARES), "did you mean `wall_clock`?"),
        (("--target", "wall_clock <= 9", *SPARES), "has no unit"),
        (("--target", "be quick", *SPARES), "compares nothing with a bound"),
        (("--target", "finish before 2026-01-01", *SPARES), "give the scenario its `start`"),
        ((*TARGET, "--vary", "cluster.spares"), 'vary: "cluster.spares" gives no key its values'),
        ((*TARGET, "--vary", "cluster.spares=6..0"), "vary: cluster.spares: the range"),
        ((*TARGET, "--vary", "cluster.spars=0..6"), "did you mean `spares`?"),
        ((*TARGET, "--vary", "restart.failure=0..2"), "restart.failure=1.5: restart.failure:"),
        ((*TARGET, "--vary", "fault.gpu.effect=hang,crash"), "have no order to search in"),
        (("--target", "program_goodput >= 0.1", *SPARES, *FEW), "has no value in any trial"),
    ],
)
def test_what_is_wrong_is_reported_in_one_message_and_nothing_is_written(
    command, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = command("plan", "small.toml", *arguments, "-o", "out")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert listing(folder) == INPUTS


def test_a_plan_for_several_sizes_has_tables_and_a_picture_and_can_go_on(command) -> None:
    """With the trials of the first command there is nothing left to simulate for the second."""
    sizes = ("--for", "cluster.hosts=8,16 with workload.ideal_time=20 d,10 d")
    target = ("--target", "p50(host_wait) <= 12 h")
    words = ("plan", "small.toml", *target, *sizes, *SPARES, *FEW, "--json", "-o", "out")
    first = command(*words)
    assert first.exit_code == 0
    assert listing(Path("out")) == [
        "plan.csv", "plan_for.csv", "plan_for.png", "scenario.toml", "summary.json",
    ]  # fmt: skip
    kept = sorted(Path("out").glob(".trials/*/*.npz"))
    again = command(*words, "--resume")
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert sorted(Path("out").glob(".trials/*/*.npz")) == kept
    found = simtrain.plan_for(
        "small.toml",
        {"cluster.hosts": "8,16 with workload.ideal_time=20 d,10 d"},
        target=target[1],
        vary={"cluster.spares": "0..6"},
        trials=8,
    )
    assert first.stdout == found.to_json()
    with (Path("out") / "plan_for.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["cluster.hosts"] for row in rows] == ["8", "16"]
    assert [row["cluster.spares"] for row in rows] == found.to_frame()["cluster.spares"].tolist()


def test_sizes_whose_work_would_not_follow_are_refused(command) -> None:
    result = command("plan", "small.toml", *TARGET, *SPARES, "--for", "cluster.hosts=8,16")
    assert result.exit_code == 2
    assert "for: cluster.hosts" in result.stderr
    assert "accelerator_hours" in result.stderr


BOTH = (*SPARES, "--vary", "checkpoint.interval=1h,4h")


def test_a_plan_of_two_keys_is_the_frontier(command) -> None:
    words = ("plan", "small.toml", *TARGET, *BOTH, *FEW)
    result = command(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert "the frontier of cluster.spares with checkpoint.interval that meets the target" in text
    assert "Taken as cheaper: less cluster.spares, more checkpoint.interval." in text
    found = simtrain.plan_frontier(
        "small.toml",
        target="wall_clock <= 11 d",
        vary={"cluster.spares": "0..6", "checkpoint.interval": "1h,4h"},
        trials=8,
        jobs=1,
    )
    kept = command(*words, "--json", "-o", "out")
    assert kept.stdout == found.to_json()
    assert listing(Path("out")) == [
        "plan.csv", "plan_frontier.csv", "plan_frontier.png", "scenario.toml", "summary.json",
    ]  # fmt: skip
    with (Path("out") / "plan_frontier.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is_on_frontier"] == "True"]
    assert [row["cluster.spares"] for row in rows] == [
        one["cluster.spares"] for one in json.loads(kept.stdout)["frontier"]
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (*SPARES, "--vary", "repair.retire_at=1,2"),
            "with --cheaper repair.retire_at=less",
        ),
        ((*BOTH, "--cheaper", "cluster.spares"), "write KEY=less or KEY=more"),
        ((*BOTH, "--cheaper", "cluster.hosts=less"), "cluster.hosts is not varied"),
        ((*SPARES, "--cheaper", "cluster.spares=less"), "where two keys are varied"),
        ((*BOTH, "--vary", "cluster.swap=1h,2h"), "3 keys are varied"),
        ((*BOTH, "--for", "cluster.swap=1h,2h"), "2 keys are varied"),
    ],
)
def test_a_frontier_that_is_no_question_is_refused_and_nothing_is_written(
    command, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = command("plan", "small.toml", *TARGET, *arguments, "-o", "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert listing(folder) == INPUTS


def test_the_cheaper_end_of_a_key_may_be_said(command) -> None:
    vary = (*SPARES, "--vary", "repair.retire_at=1,2", "--cheaper", "repair.retire_at=more")
    result = command("plan", "small.toml", *TARGET, *vary, *FEW, "--json")
    assert json.loads(result.stdout)["cheaper"] == {
        "cluster.spares": "less",
        "repair.retire_at": "more",
    }
