"""Running commands as a user does, in this process or in one of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simtrain.cli import main
from simtrain.cli.output_folder import TRIALS
from tests.children import Children

SMALL = """\
title = "A small run"

[workload]
ideal_time = "10 days"

[cluster]
hosts = 16
spares = 1

[fault.gpu]
mtbf = "40 days"
automatic = 0.5

[checkpoint]
interval = "1 h"
stall = "1 min"

[restart]
duration = "10 min"

[repair]
automated = "2 days"
"""

HOPELESS = SMALL.replace('mtbf = "40 days"', 'mtbf = "20 min"')

Command = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: empty but for two scenarios."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "hopeless.toml").write_text(HOPELESS)
    return tmp_path


@pytest.fixture
def blank_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write pictures that are empty: drawing them takes longest of all that `-o` does."""
    monkeypatch.setattr("simtrain.show.picture_file.save", lambda info, path: path.touch())


@pytest.fixture
def command() -> Command:
    """Call a command in this process."""

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return call


def listing(folder: Path) -> list[str]:
    """What is in a folder, beside the trials of its results."""
    return sorted(file.name for file in folder.iterdir() if file.name != TRIALS)


@pytest.fixture
def outside(children: Children) -> Callable[..., subprocess.Popen[str]]:
    """Start a command in a process of its own."""
    return lambda *words: children.start([sys.executable, "-m", "simtrain", *words])
