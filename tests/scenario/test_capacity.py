"""Traces of capacity in files, and what is noted of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import simtrain
from simtrain.errors import ScenarioError
from simtrain.scenario.notes import notes

SCENARIO = """\
start = 2026-03-02
[workload]
ideal_time = "10 h"
[cluster]
hosts = 4
spares = 1
[capacity]
trace = "counts.csv"
[checkpoint]
interval = "1 h"
[restart]
duration = "0 s"
"""


def loaded(folder: Path, counts: str) -> simtrain.Scenario:
    (folder / "counts.csv").write_text(counts)
    (folder / "run.toml").write_text(SCENARIO)
    return simtrain.load(folder / "run.toml")


@pytest.mark.parametrize(
    "text",
    [
        "time,hosts\n0,5\n2.5,3\n",
        "0,5\n\n2.5,3\n",
        "time, hosts\n2026-03-02, 5\n2026-03-02T02:30, 3\n",
        "0 s,5\n150 min,3\n",
    ],
)
def test_times_of_a_file_are_hours_dates_or_durations(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text).counts == ((0.0, 5), (9000.0, 3))


def test_a_scenario_with_a_trace_is_written_as_one_file(tmp_path: Path) -> None:
    read = loaded(tmp_path, "0,5\n2.5,3\n")
    (tmp_path / "counts.csv").unlink()
    (tmp_path / "whole.toml").write_text(read.to_toml())
    assert simtrain.load(tmp_path / "whole.toml").sha256 == read.sha256


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("time,hosts\n0,many\n", "line 2, '0,many', is no time and count"),
        ("0,5,7\n", "line 1, '0,5,7', is no time and count"),
        ("time,hosts\n", "has no rows"),
        ("soon,5\n", "row 1: "),
        ("3,5\n2,4\n", "row 2 is not later than the one before"),
    ],
)
def test_a_file_that_is_no_trace_is_refused_by_name(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, text)
    assert wrong.replace("'", '"') in str(caught.value)
    assert "counts.csv" in str(caught.value)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(SCENARIO)
    with pytest.raises(ScenarioError, match=r"capacity\.trace.*counts\.csv"):
        simtrain.load(tmp_path / "run.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,5\n3,3\n20,5\n", ["begins 1 h after the start; its first count, 5"]),
        ("0,5\n2,3\n", ["with the last count, 3, with which a job that needs 4 never trains"]),
        ("0,5\n2,3\n4,4\n", ["ends after 4 h, and the run takes 10 h"]),
        ("0,5\n11,5\n", ["No count of the trace of capacity is below the 5 hosts and spares"]),
        ("0,5\n2,3\n11,4\n", []),
    ],
)
def test_a_trace_that_does_not_cover_the_run_is_told(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    found = [
        note.sentence for note in notes(loaded(tmp_path, text)) if note.key == "capacity.trace"
    ]
    assert len(found) == len(said)
    for words, note in zip(said, found, strict=True):
        assert words in note
