"""Lines of shell that pages show, as the tests run them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from unittest.mock import patch

from click.testing import CliRunner

from simtrain.cli import main
from simtrain.questions import windows
from simtrain.sampling import engines, points

if TYPE_CHECKING:
    import subprocess

    from tests.children import Children

MANY = 500
ENOUGH = {
    "simtrain forecast opt175b-doubt.toml --progress opt175b.csv --now 2021-12-16": 100,
    "simtrain forecast run.toml --progress run.csv --log faults.csv --by 2026-04-28 --history": 40,
    "simtrain run llama3-405b": 20,
    "simtrain run llm400": 72,
    "simtrain run replicas12": 3,
    "simtrain run tr1-13b.toml --trials": 60,
    "simtrain run gpt3-175b": 60,
    "simtrain compare forecast": 60,
    "simtrain compare replicas12.toml": 4,
    "simtrain schedule": 6,
    "simtrain sweep elastic": 6,
}
"""Trials that show the same, of commands that begin so; the first one that fits holds."""


def quick(command: str) -> str:
    """The command with as few trials as look the same; of many, a tenth."""
    most = next((few for start, few in ENOUGH.items() if command.startswith(start)), MANY)

    def fewer(trials: re.Match[str]) -> str:
        number = int(trials[1])
        return f"--trials {min(most, number // (10 if number >= MANY else 1))}"

    return re.sub(r"--trials (\d+)", fewer, command)


def output(children: Children, line: str) -> str:
    """What a line prints that has to succeed without a word, but of what it wrote.

    A command of simtrain runs in this process, which has loaded all of it, and only what its output
    goes through in a shell. A line of several commands runs in a shell as it stands. Compiled code
    is loaded once for all of them, and so pays for less than where each begins anew; and workers
    would load it for a second of work. Neither moves what is printed.
    """
    command, _, filters = line.partition(" | ")
    if not command.startswith("simtrain ") or "simtrain" in filters or "&&" in command:
        return _stdout(children.shell(line))
    with (
        patch.object(engines, "_pays", lambda *_: True),
        patch.object(points, "processors", lambda: 1),
        patch.object(windows, "processors", lambda: 1),
    ):
        called = CliRunner(env={"COLUMNS": "80"}).invoke(main, shlex.split(command)[1:])
    _check(called.exit_code, called.stderr)
    return _stdout(children.run(["bash", "-c", filters or "cat"], called.stdout))


def _stdout(done: subprocess.CompletedProcess[str]) -> str:
    _check(done.returncode, done.stderr)
    return done.stdout


def _check(status: int, stderr: str) -> None:
    others = [line for line in stderr.splitlines() if not line.startswith("Wrote ")]
    assert (status, others) == (0, [])
