from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import simtrain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("trial", [0, 7])
def test_it_is_the_trial_that_run_summed(command, trial: int) -> None:
    result = command("timeline", "small.toml", "--trial", str(trial), "--seed", "3")
    assert result.exit_code == 0
    timeline = simtrain.timeline("small.toml", trial=trial, seed=3)
    assert result.stdout == timeline.report()
    results = simtrain.run(simtrain.load("small.toml"), trials=trial + 1, seed=3, jobs=1)
    row = results.to_frame().loc[trial]
    assert timeline.recording.ended == row["wall_clock_s"]
    for category, seconds in timeline.summary()["time_s"].items():
        assert seconds == pytest.approx(row[f"{category}_s"], rel=1e-9, abs=1e-6)


def test_the_report_tells_events_in_words(command) -> None:
    result = command("timeline", "small.toml", "--trial", "0")
    assert "gpu" in result.stdout
    assert result.stderr == ""


def test_events_are_as_many_as_one_asks_for(command) -> None:
    words = ("timeline", "small.toml", "--trial", "0")
    lengths = [
        len(command(*words, *extra).stdout.splitlines())
        for extra in (("--events", "1"), ("--events", "3"), ())
    ]
    assert lengths[0] < lengths[1] < lengths[2]


def test_set_changes_the_trial(command) -> None:
    plain, other = (
        command("timeline", "small.toml", "--trial", "0", *extra).stdout
        for extra in ((), ("--set", "cluster.spares=9"))
    )
    assert plain != other


@pytest.mark.parametrize(
    "ending", [".png", *(pytest.param(one, marks=pytest.mark.slow) for one in (".svg", ".pdf"))]
)
def test_it_is_drawn(command, folder: Path, ending: str) -> None:
    result = command("timeline", "small.toml", "--trial", "1", "-o", f"figures/one{ending}")
    assert result.exit_code == 0
    assert result.stderr == f"Wrote figures/one{ending}.\n"
    assert [file.name for file in (folder / "figures").iterdir()] == [f"one{ending}"]
    assert (folder / "figures" / f"one{ending}").stat().st_size > 1000


def test_a_figure_has_a_known_ending(command) -> None:
    result = command("timeline", "small.toml", "--trial", "1", "-o", "one.docx")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: one.docx is not a figure")


def test_a_figure_that_cannot_be_written(command, folder: Path) -> None:
    result = command("timeline", "small.toml", "--trial", "1", "-o", "small.toml/one.png")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: cannot write small.toml/one.png: not a directory")


def test_the_first_trial_is_shown_if_none_is_named(command) -> None:
    first = command("timeline", "small.toml")
    assert first.exit_code == 0
    assert first.stdout == command("timeline", "small.toml", "--trial", "0").stdout


def test_quiet_says_nothing_of_the_figure(command, folder: Path) -> None:
    result = command("timeline", "small.toml", "-q", "-o", "one.svg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (folder / "one.svg").exists()


def test_no_event_has_no_heading(command) -> None:
    text = command("timeline", "small.toml", "--events", "0").stdout
    assert "What happened" not in text
    assert " events left out." in text
    assert "later" not in text.splitlines()[-1]


@pytest.mark.parametrize("words", [("--trial", "-1"), ("--trial", "10000000")])
def test_the_trial_is_a_number_of_a_run(command, words: tuple[str, ...]) -> None:
    assert command("timeline", "small.toml", *words).exit_code == 2
