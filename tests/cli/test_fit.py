"""`simtrain fit`: a log in, a report, a summary, pictures and a scenario out."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd
import pytest

import simtrain
from tests.cli.conftest import Command
from tests.history.made import Truth, large_log, log_of, made
from tests.history.test_traps import rows_of

ARGUMENTS = ("--hosts", "100", "--window", "2024-01-01..2024-07-01", "--windows", "0")
TRUTH = Truth(days=182, missed=0.25, cv=0.7, repair_cv=0.8, rate=0.01)


@pytest.fixture
def log(folder: Path) -> str:
    """A log with relapses and with spells of faults and of repairs."""
    (folder / "log.csv").write_text(rows_of(made(TRUTH, seed=1), classes="Hardware / GPU"))
    return "log.csv"


def test_the_scenario_is_accepted_and_runs(command: Command, log: str, folder: Path):
    done = command("fit", log, *ARGUMENTS, "--accelerators", "4", "--job", "90", "-o", "my.toml")
    assert done.exit_code == 0
    assert "Wrote my.toml. Next: simtrain check my.toml" in done.stderr
    checked = command("check", "my.toml")
    assert checked.exit_code == 0
    scenario = simtrain.load("my.toml")
    assert (scenario.cluster.hosts, scenario.cluster.spares) == (90, 10)
    assert scenario.cluster.accelerators_per_host == 4
    [(name, fault)] = scenario.fault.items()
    assert (name, fault.clock, fault.varies.name) == ("Hardware - GPU", "calendar", "faults")
    assert {one.address for one in scenario.unknown} >= {
        "shared faults",
        "repair.automated_misses",
        "weather.faults.cv",
    }
    assert scenario.source_of("fault.Hardware - GPU.rate") == "calibrated"
    assert scenario.source_of("checkpoint.stall") == "assumed"
    lines = (folder / "my.toml").read_text().splitlines()
    assert '[fault."Hardware - GPU"]' in lines  # one table a class, and one line a law
    assert any(line.startswith("automated = { law = ") for line in lines)
    ran = command("run", "my.toml", "--trials", "2", "-q")
    assert ran.exit_code == 0


def test_the_summary_has_counts_rates_classes_and_repairs(command: Command, log: str):
    done = command("fit", log, *ARGUMENTS, "--json")
    summary = json.loads(done.stdout)
    events = len(pd.read_csv(log))
    assert (summary["events"], summary["hosts"]) == (events, 100)
    assert summary["per_1000_host_days"] == pytest.approx(events / 18.2)
    [row] = summary["classes"]
    assert (row["class"], row["events"], row["share"]) == ("Hardware / GPU", events, 1.0)
    assert row["ci95"][0] < row["per_1000_host_days"] < row["ci95"][1]
    assert summary["repair"]["median_s"] > 0
    assert sum(summary["parts"].values()) == pytest.approx(events)


def test_the_report_says_what_the_log_is_like(command: Command, log: str):
    text = " ".join(command("fit", log, *ARGUMENTS).stdout.split())
    assert "It is not a Poisson process of independent hosts" in text
    assert "hosts fail again soon after their return" in text
    assert "Variance over mean of its counts is" in text


def test_a_log_of_independent_faults_is_called_one(command: Command, folder: Path):
    (folder / "plain.csv").write_text(rows_of(made(Truth(days=182), seed=3)))
    text = " ".join(command("fit", "plain.csv", *ARGUMENTS).stdout.split())
    assert "It is like a Poisson process of independent hosts with equal rates." in text


def test_pictures_are_written_where_they_are_asked_for(command: Command, log: str, folder: Path):
    done = command("fit", log, *ARGUMENTS, "--plots", "pictures")
    assert done.exit_code == 0
    names = sorted(file.name for file in (folder / "pictures").iterdir())
    assert names == ["events.png", "hosts_down.png", "survival.png"]


def test_a_file_that_is_there_is_not_overwritten(command: Command, log: str):
    done = command("fit", log, *ARGUMENTS, "-o", "small.toml")
    assert done.exit_code == 2
    assert "small.toml exists and is not overwritten" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("fit", "log.csv"), "Missing option '--hosts'"),
        (("fit", "log.csv", "--hosts", "9"), "Missing option '--window'"),
        (("fit", "none.csv", *ARGUMENTS), "cannot read none.csv: no such file"),
        (("fit", "log.csv", *ARGUMENTS, "--columns", "when=x"), "is none of time=NAME"),
        (("fit", "log.csv", *ARGUMENTS, "--columns", "time=x"), 'has no column "x" for time'),
    ],
)
def test_what_cannot_be_asked_is_refused_with_exit_code_2(command, log, words, message):
    done = command(*words)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.slow
def test_what_a_fit_fails_by_is_said_again_by_each_question_about_its_scenario(
    command: Command, folder: Path
):
    """A host falls every other day at noon, which no chance makes."""
    rows = [(day + 0.5, day // 2, day + 0.7) for day in range(0, 56, 2)]
    (folder / "log.csv").write_text(rows_of(log_of(rows, hosts=40, days=56)))
    window = ("--hosts", "40", "--window", "2024-01-01..2024-02-26", "--job", "36")
    told = command("fit", "log.csv", *window, "--windows", "300", "-j", "1", "-o", "mine.toml")
    assert "It fails its check" in " ".join(told.stdout.split())
    assert "longest quiet time" in simtrain.load("mine.toml").fit.failed
    few = ("--trials", "2", "-q")
    for asked in (
        ("check", "mine.toml"),
        ("run", "mine.toml", *few),
        ("plan", "mine.toml", "--vary", "cluster.spares=4,5", "--target",
         "mean(host_wait) <= 1 d", *few),
    ):  # fmt: skip
        said = command(*asked)
        assert "fails its own check" in " ".join((said.stdout + said.stderr).split()), asked


@pytest.mark.slow
def test_a_log_of_many_failures_takes_a_time_in_proportion(folder: Path):
    """A tenth of the 100,000 of which the benchmark takes the time."""
    large_log(10_000)
    began = time.process_time()
    found = simtrain.fit("large.csv", hosts=400, window="2024-01-01..2026-09-27", windows=0)
    found.report()
    assert time.process_time() - began < 2.5
    assert found.log.events == 10_000
