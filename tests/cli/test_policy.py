"""A policy of the user's own, on workers in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.children import Children

OWN = """\
import os

from simtrain.model.policies import Wait


class Impatient(Wait):
    def on_failed_launch(self, restart, tries):
        with open("asked", "a") as file:
            file.write(f"{os.getpid()}\\n")
        return True


class Nothing:
    pass


def named(what):
    return what
"""
WORKERS = """\
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def two(jobs):
    return ProcessPoolExecutor(2, get_context("spawn"))


def elsewhere(jobs):
    return ProcessPoolExecutor(2, get_context("spawn"), initializer=leave)


def leave():
    here = os.getcwd()
    os.chdir("/")
    sys.path[:] = [path for path in sys.path if path not in ("", here)]
"""
FAILING = "--set restart.failure=0.5 --set people.response=1h"
RUN = f"simtrain run small.toml --trials 24 --json -q {FAILING}"


@pytest.fixture
def own(folder: Path) -> str:
    """Name of a module in the working directory with policies, beside one with executors."""
    name = f"own_{folder.name.replace('-', '_')}"
    (folder / f"{name}.py").write_text(OWN)
    (folder / "workers_of_a_test.py").write_text(WORKERS)
    return name


def metrics(text: str) -> dict[str, Any]:
    """What was found, from the metrics on, but for hot swaps, of which only some policies tell."""
    told = json.loads(text)
    told["metrics"].pop("hot_swaps", None)
    return {key: told[key] for key in [*told][[*told].index("metrics") :]}


def test_a_policy_of_ones_own_decides(command, own: str) -> None:
    """Calling a person after every failed launch is what `tries = 1` says, to the last bit."""
    words = RUN.split()[1:]
    found = command(*words, "--set", f"recovery.policy={own}:Impatient")
    assert (found.exit_code, found.stderr) == (0, "")
    said = command(*words, "--set", "restart.tries=1")
    usual = command(*words)
    assert metrics(found.stdout) == metrics(said.stdout) != metrics(usual.stdout)


@pytest.mark.slow
def test_a_policy_of_ones_own_is_the_same_on_two_workers(
    children: Children, command, own: str
) -> None:
    policy = f"--set recovery.policy={own}:Impatient"
    done = children.shell(f"{RUN} {policy} --executor workers_of_a_test:two -j 2")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(set(Path("asked").read_text().split())) == 2
    assert done.stdout == command(*RUN.split()[1:], *policy.split()).stdout


@pytest.mark.slow
def test_a_worker_that_cannot_import_a_policy_says_so(children: Children, own: str) -> None:
    policy = f"--set recovery.policy={own}:Impatient"
    done = children.shell(f"{RUN} {policy} --executor workers_of_a_test:elsewhere -j 2")
    assert done.returncode == 1
    assert f"a worker cannot simulate this: recovery.policy {own}:Impatient: module" in done.stderr
    assert "cannot be imported" in done.stderr


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("nowhere_at_all:Class", "module nowhere_at_all cannot be imported"),
        ("{own}:Missing", "has no Missing"),
        ("{own}:OWN", "has no OWN"),
        ("{own}:Nothing", "has no method on_fault; a class that extends"),
        ("{own}:named", "cannot be made without arguments"),
        ("patience", '"patience" is no policy; "wait", "swap", "elastic", or a class of your own'),
    ],
)
def test_what_is_no_policy_is_refused_before_anything_is_simulated(
    command, folder: Path, own: str, policy: str, message: str
) -> None:
    words = ("--set", f"recovery.policy={policy.format(own=own)}", "-o", "out")
    found = command("run", "small.toml", "--trials", "4", *words)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert message in found.stderr
    assert not (folder / "out").exists()
