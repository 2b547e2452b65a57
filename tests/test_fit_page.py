"""Pages on logs and on runs in flight show what their commands print, of what they name."""

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
@pytest.mark.parametrize(("page", "commands"), [(console.FIT, 5), (console.FORECAST, 4)])
def test_each_command_works_on_what_the_ones_before_it_left(
    page: Path,
    commands: int,
    children: Children,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for log in console.INPUTS:
        copy(log, tmp_path)
    shown = console.shown(page.read_text("utf-8"))
    assert len(shown) == commands
    for command, below in shown:
        done = children.shell(re.sub("--windows 400", "--windows 40", command))
        assert done.returncode == 0, done.stderr
        assert words(done.stdout) == words(below), command


def test_the_log_is_of_the_cluster_that_the_page_names() -> None:
    with (DOCS / "logs" / "cluster.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["time", "host", "class", "repair_end"]
    assert [tuple(row) for row in rows] == make.rows()


def test_the_run_in_flight_is_a_trial_of_the_scenario_that_the_page_names() -> None:
    steps, faults = make.run()
    for name, made in (("run.csv", steps), ("faults.csv", faults)):
        with (DOCS / "logs" / name).open(encoding="utf-8") as file:
            assert [tuple(row) for row in csv.reader(file)][1:] == made
