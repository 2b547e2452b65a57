from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

OWN = """\
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

@contextmanager
def two(jobs):
    with ThreadPoolExecutor(2) as executor:
        Path("asked").write_text(f"{jobs} workers")
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


@pytest.mark.parametrize("words", [RUN, SWEEP], ids=["run", "sweep"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nonsense", 'executor "nonsense" is not known'),
        ("math:sqrt", "executor math:sqrt gives a float"),
        ("dask://127.0.0.1:1", "the Dask scheduler at 127.0.0.1:1 cannot be reached: connection"),
    ],
)
def test_an_executor_that_is_not_there_is_one_message(
    command, folder: Path, words: tuple[str, ...], name: str, told: str
) -> None:
    result = command(*words, "--executor", name, "-o", "new/out")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {told}")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert sorted(file.name for file in folder.iterdir()) == ["hopeless.toml", "small.toml"]


@pytest.mark.parametrize("module", ["mypool", "onslurm", "onkubernetes", "onray"])
def test_every_example_of_the_page_is_python(module: str) -> None:
    compile(example(module), module, "exec")


def test_the_example_of_the_page_works(shell, command, folder: Path) -> None:
    (folder / "mypool.py").write_text(example("mypool"))
    line = "simtrain run small.toml --trials 20 --json --executor mypool:executor -j 2"
    done = shell(line)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == command("run", "small.toml", "--trials", "20", "--json").stdout


def example(module: str) -> str:
    page = (ROOT / "docs" / "clusters.md").read_text("utf-8")
    [found] = re.findall(rf"```python\n(# {module}\.py\n.*?)```", page, re.DOTALL)
    return found
