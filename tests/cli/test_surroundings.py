"""What files, terminals and machines may do to a command: one message, and no traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from simtrain.cli import main
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


def test_a_closed_output_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["check", "small.toml"], standalone_mode=False) == 2
    told = capsys.readouterr().err
    assert told == "Error: cannot write to standard output: it is closed\n"
