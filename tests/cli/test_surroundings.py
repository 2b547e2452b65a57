"""What files, terminals and machines may do to a command: one message, and no traceback."""

from __future__ import annotations

from pathlib import Path

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
