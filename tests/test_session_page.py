"""The planner's session runs from an empty folder to its end, and prints what the page shows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.children import Children
from tests.commands import output, quick
from tests.shapes import words

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import console


@pytest.mark.slow
def test_each_command_works_on_what_the_ones_before_it_left(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = console.shown(console.SESSION.read_text("utf-8"))
    assert len(shown) >= 6
    for command, below in shown:
        assert words(output(children, quick(command))) == words(below), command
