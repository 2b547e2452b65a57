"""The page on logs shows what its commands print, and its log is that of the cluster it names."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from shutil import copy

import pytest

from tests.children import Children
from tests.shapes import shape

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
sys.path.insert(0, str(DOCS / "logs"))
import console  # noqa: E402
import make  # noqa: E402


def words(text: str) -> list[str]:
    """What a text looks like, wherever its lines end."""
    return " ".join(shape(text)).split()


@pytest.mark.slow
def test_each_command_works_on_what_the_ones_before_it_left(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for log in console.INPUTS:
        copy(log, tmp_path)
    shown = console.shown(console.FIT.read_text("utf-8"))
    assert len(shown) == 5
    for command, below in shown:
        done = children.shell(re.sub("--windows 400", "--windows 40", command))
        assert done.returncode == 0, done.stderr
        assert words(done.stdout) == words(below), command


def test_the_log_is_of_the_cluster_that_the_page_names() -> None:
    with (DOCS / "logs" / "cluster.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["time", "host", "class", "repair_end"]
    assert [tuple(row) for row in rows] == make.rows()
