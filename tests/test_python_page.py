"""Every block of the page on Python runs, from the first to the last, and prints what it shows."""

from __future__ import annotations

import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from simtrain.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "python.md").read_text("utf-8")
BLOCK = re.compile(
    r"^```(python|sh)\n(.+?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def quick(code: str) -> str:
    """The code with as few trials as do for what it asks."""
    few = 36 if "p90(" in code else 4
    return code if "store=" in code else re.sub(r"trials=\d+", f"trials={few}", code)


def run(kind: str, code: str, names: dict[str, object]) -> str:
    """Run a block, and return what it prints on standard output."""
    if kind == "sh":
        done = CliRunner().invoke(main, shlex.split(code)[1:])
        assert done.exit_code == 0, done.stderr
        return done.stdout
    with redirect_stdout(StringIO()) as printed:
        exec(compile(quick(code), "docs/python.md", "exec"), names)
    return printed.getvalue()


@pytest.mark.slow
def test_the_page_runs_and_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(PAGE)
    assert len(blocks) + sum(bool(shown) for *_, shown in blocks) == len(
        re.findall("^```.", PAGE, re.M)
    )
    names: dict[str, object] = {"__name__": "__main__"}
    for kind, code, shown in blocks:
        printed = run(kind, code, names)
        if shown:
            assert printed == shown
        elif "print(" in code:
            assert printed.strip(), code
    assert Path("progress.png").read_bytes().startswith(b"\x89PNG")
