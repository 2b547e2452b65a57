from __future__ import annotations

import re
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from dask.utils import parse_timedelta
from distributed.cli import dask_worker

from tests.children import ROOT

OWN = """\
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

@contextmanager
def two(jobs):
    with ThreadPoolExecutor(2) as executor:
        with Path("asked").open("a") as file:
            file.write(f"{jobs} workers")
        yield executor
"""
RUN = ("run", "small.toml", "--trials", "20", "--json", "-j", "3")
SWEEP = ("sweep", "small.toml", "cluster.spares=1,2", "--trials", "5", "--json", "-j", "3")


@pytest.fixture
def own(folder: Path) -> str:
    """Name of an executor in a module in the working directory."""
    module = f"own_{folder.name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(OWN)
    return f"{module}:two"


@pytest.mark.parametrize("words", [RUN, SWEEP], ids=["run", "sweep"])
def test_an_executor_in_the_working_directory(command, own: str, words: tuple[str, ...]) -> None:
    before = list(sys.path)
    there = command(*words, "--executor", own)
    assert (there.exit_code, there.stderr) == (0, "")
    assert there.stdout == command(*words).stdout
    assert Path("asked").read_text() == "3 workers"
    assert sys.path == before


@pytest.mark.parametrize(
    "words",
    [
        (*RUN, "-o", "out"),
        ("run", "small.toml", "--precision", "1%", "--max-trials", "600", "-j", "3"),
        ("plan", "small.toml", "--target", "goodput >= 90 %", "--vary", "cluster.spares=0..9",
         "--trials", "4", "-j", "3"),
    ],
    ids=["run with pictures", "precision", "plan"],
)  # fmt: skip
def test_a_command_asks_for_its_executor_once(command, own: str, words: tuple[str, ...]) -> None:
    assert command(*words, "--executor", own).exit_code == 0
    assert Path("asked").read_text() == "3 workers"


@pytest.mark.parametrize("words", [RUN, SWEEP], ids=["run", "sweep"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nonsense", 'executor "nonsense" is not known'),
        ("math:sqrt", "executor math:sqrt gives a float"),
        ("dask://127.0.0.1:1", "the Dask scheduler at 127.0.0.1:1 cannot be reached: connection"),
    ],
)
def test_an_executor_that_is_not_there_is_one_message(
    command, folder: Path, words: tuple[str, ...], name: str, message: str
) -> None:
    result = command(*words, "--executor", name, "-o", "new/out")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert sorted(file.name for file in folder.iterdir()) == ["hopeless.toml", "small.toml"]


@pytest.mark.parametrize("module", ["mypool", "onslurm", "onkubernetes", "onray"])
def test_every_example_of_the_page_is_python(module: str) -> None:
    compile(example(module), module, "exec")


@pytest.fixture
def cluster_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., MagicMock]:
    """Call an example of the page, and return what makes its cluster."""

    def call(module: str, library: str, name: str) -> MagicMock:
        maker = MagicMock()
        monkeypatch.setitem(sys.modules, library.partition(".")[0], MagicMock())
        monkeypatch.setitem(sys.modules, library, MagicMock(**{name: maker}))
        space: dict[str, Any] = {}
        exec(example(module), space)
        with space["executor"](64) as executor:
            assert isinstance(executor, Executor)
        return maker

    return call


def worker_options(words: list[str]) -> dict[str, Any]:
    """What `dask worker` makes of its arguments."""
    return dask_worker.main.make_context("worker", list(words)).params


def test_workers_on_slurm_leave_before_they_are_ended(cluster_of) -> None:
    """They have one thread each, and the longest lifetime is below the walltime."""
    maker = cluster_of("onslurm", "dask_jobqueue", "SLURMCluster")
    asked = maker.call_args.kwargs
    assert asked["cores"] == asked["processes"]
    hours, minutes, seconds = map(int, asked["walltime"].split(":"))
    options = worker_options(asked["worker_extra_args"])
    lifetime, stagger = map(parse_timedelta, (options["lifetime"], options["lifetime_stagger"]))
    assert 0 < lifetime + stagger < 3600 * hours + 60 * minutes + seconds
    maker().__enter__().scale.assert_called_once_with(cores=64)


def test_workers_on_kubernetes_have_one_thread_and_one_processor(cluster_of) -> None:
    maker = cluster_of("onkubernetes", "dask_kubernetes.operator", "KubeCluster")
    asked = maker.call_args.kwargs
    program, command, *words = asked["worker_command"]
    assert (program, command) == ("dask", "worker")
    assert worker_options(words)["nthreads"] == 1
    assert asked["resources"] == {"requests": {"cpu": "1"}, "limits": {"cpu": "1"}}
    maker().__enter__().scale.assert_called_once_with(64)


@pytest.mark.slow
def test_the_example_of_the_page_works(children, command, folder: Path) -> None:
    (folder / "mypool.py").write_text(example("mypool"))
    line = "simtrain run small.toml --trials 20 --json --executor mypool:executor -j 2"
    done = children.shell(line)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == command("run", "small.toml", "--trials", "20", "--json").stdout


def example(module: str) -> str:
    page = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    [found] = re.findall(rf"```python\n(# {module}\.py\n.*?)```", page, re.DOTALL)
    return found
