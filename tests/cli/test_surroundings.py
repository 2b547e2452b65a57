"""What files, terminals and machines may do to a command: one message, and no traceback."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simtrain.cli import main, session
from simtrain.cli.output_folder import LAST, TRIALS
from simtrain.errors import InputError
from simtrain.sampling.points import simulate_points
from simtrain.sampling.store import MANIFEST
from simtrain.scenario.load import load
from tests.cli.conftest import SMALL

FORGED = """\
title = "\\u001b]0;x\\u0007\\u001b[2J\\nfake line"

["key\\u009b\\n/etc/x.toml:1: ok"]
x = 1

[fault."\\u001b]0;x\\u0007"]
mtbf = "1 d"
"""


def test_a_file_cannot_speak_to_the_terminal(command, folder: Path) -> None:
    (folder / "forged.toml").write_text(FORGED)
    result = command("check", "forged.toml")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert all(line.isprintable() for line in lines)
    assert all(line.startswith("forged.toml:") for line in lines)
    assert "forged.toml:1: title: " in result.stderr
    assert "has a character that cannot be printed; a text in quotes" in result.stderr
    assert r"forged.toml:3: key\u009b\u000a/etc/x.toml:1: ok: is not a key" in result.stderr
    assert r"fault.\u001b]0;x\u0007: is not a name" in result.stderr


def test_the_name_of_a_file_cannot_speak_to_the_terminal(command, folder: Path) -> None:
    (folder / "\x1b[2J.toml").write_text(SMALL)
    for words in (("check",), ("run", "--trials", "2")):
        result = command(words[0], "\x1b[2J.toml", *words[1:])
        assert result.exit_code == 0
        assert "\x1b" not in result.output


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_an_output_of_few_characters_gets_a_report_in_those(encoding: str) -> None:
    words = ["run", "small.toml", "--trials", "2"]
    whole, plain = (CliRunner(charset=name).invoke(main, words) for name in ("utf-8", encoding))
    assert (plain.exit_code, plain.exception) == (0, None)
    assert "█████" in whole.stdout
    assert "#####" in plain.stdout
    assert [line.split()[:2] for line in plain.stdout.splitlines()] == [
        line.split()[:2] for line in whole.stdout.splitlines()
    ]


def test_nothing_is_missed_where_notes_have_no_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    main(["run", "small.toml", "--trials", "2"], standalone_mode=False)
    with sys.stderr:
        assert "Where the time went" in capsys.readouterr().out


def test_a_closed_output_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["check", "small.toml"], standalone_mode=False) == 2
    message = capsys.readouterr().err
    assert message == "Error: cannot write to standard output: it is closed\n"


@pytest.mark.parametrize(
    "words",
    [
        ("run", "small.toml", "--trials", "2", "--set", "people.response=\udcff"),
        ("run", "small.toml", "--trials", "2", "--set", "title=\udcff"),
        ("compare", "small.toml", "--trials", "2", "--with", "cluster.\udcff=1"),
        ("sweep", "small.toml", "\udcff=1..3/1"),
        ("plan", "small.toml", "--target", "\udcff", "--vary", "cluster.spares=0..3"),
        ("run", "small.toml", "--executor", "dask://\udcff:3"),
        ("check", "\udcff.toml"),
    ],
)
def test_what_is_not_utf_8_on_a_command_line_is_reported(command, words: tuple[str, ...]) -> None:
    result = command(*words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "\\udcff" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_may_have_any_name(command, folder: Path) -> None:
    (folder / "\udcff.toml").write_text(SMALL)
    result = command("compare", "small.toml", "\udcff.toml", "--trials", "2", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)


def test_a_folder_that_was_deleted_is_reported_where_it_is_needed(
    command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    scenario = str(folder / "small.toml")
    before = list(sys.path)
    assert command("run", scenario, "--trials", "2").exit_code == 0
    assert sys.path == before
    for words in (
        ("run", scenario, "--trials", "2", "-o", "out"),
        ("timeline", scenario, "--trial", "0", "-o", "out.svg"),
        ("init", "out.toml"),
    ):
        result = command(*words)
        assert result.exit_code == 2
        assert result.stderr == (
            f"Error: cannot write {words[-1]}: no such file or directory; nothing was written\n"
        )


def test_what_may_never_end_is_not_read(command, folder: Path) -> None:
    os.mkfifo(folder / "fifo.toml")
    (folder / "over.toml").write_text('extends = "fifo.toml"\n')
    for name in ("fifo.toml", "over.toml", "/dev/zero"):
        result = command("check", name)
        assert result.exit_code == 2
        assert "is no regular file; name a scenario file in TOML" in result.stderr


def test_what_is_open_already_is_read(folder: Path, children) -> None:
    done = children.shell("cat small.toml | simtrain check -q /dev/stdin")
    assert (done.returncode, done.stdout) == (0, "/dev/stdin: ok\n")


def test_an_index_that_is_nested_without_end_is_none(command, folder: Path) -> None:
    run = ("run", "small.toml", "--trials", "2", "-o", "out")
    command(*run)
    deep = "[" * 100_000
    (folder / "out" / TRIALS / "results.json").write_text(deep)
    result = command(*run, "--resume")
    assert result.exit_code == 2
    assert "holds what is not known to be an earlier result" in result.stderr
    (folder / "out" / TRIALS / MANIFEST).write_text(deep)
    (folder / "out" / LAST).unlink()
    result = command(*run, "--resume")
    assert result.exit_code == 2
    assert "work.json cannot be read" in result.stderr


def test_much_memory_is_reported_beforehand(command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the rows of the trials are as many as said; a small run says nothing of it."""
    run, most = ("run", "small.toml", "--trials"), 9_000_000
    assert command(*run, "3").stderr == ""
    rows: list[int] = []

    def ask(question: Any, **options: Any) -> None:
        rows.append(question.most)
        raise InputError("enough")

    monkeypatch.setattr(session, "ask", ask)
    text = command(*run, str(most)).stderr.splitlines()
    [there] = simulate_points([load("small.toml")], range(5), jobs=1)
    arrays = (there.values, there.badput, there.outcomes, there.truncated)
    per_trial = sum(array.nbytes for array in arrays) / 5 + 1
    assert text == [
        f"Note: 9,000,000 trials take some {1.3 * per_trial * most / 1e9:.1f} GB of memory in this "
        "process, as all of their rows are held at once.",
        "Error: enough",
    ]
    assert command(*run, str(most), "-q").stderr == "Error: enough\n"
    assert rows == [most] * 2
