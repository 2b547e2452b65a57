"""When what draws pictures is loaded, and which processes draw."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from multiprocessing import get_start_method
from pathlib import Path

import pytest
from click.testing import Result

from simtrain.cli import session, shown
from simtrain.sampling import executors
from simtrain.sampling.executors import processors
from simtrain.show.figure import Info
from tests.children import Children
from tests.cli.conftest import Command
from tests.pictures import PICTURES

OWN = "concurrent.futures:ThreadPoolExecutor"

REPORTS = """
import sys
from simtrain.cli import main, session
from simtrain.sampling import points

points._STEP_S = points.POOL_PAYS_S = 0.0  # others simulate from the second trial on
session.draw = lambda *_, **__: print("matplotlib" in sys.modules, file=sys.stderr)
main(["run", "small.toml", "--trials", "40", "--engine", "simpy", "-q", *sys.argv[1:]])
"""


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "is_loaded"), [("2", True), ("1", False)])
def test_it_is_loaded_before_the_end_where_other_processes_simulate(
    children: Children, jobs: str, is_loaded: bool
) -> None:
    done = children.run([sys.executable, "-c", REPORTS, "-o", "out", "-j", jobs])
    assert (done.returncode, done.stderr) == (0, f"{is_loaded}\n")


@pytest.mark.parametrize("others", [[], ["a worker"]])
def test_progress_comes_to_the_bar_whoever_simulates(
    others: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "active_children", lambda: others)
    bar: list[int] = []
    moved = shown.loading(bar.append, "run", drawn=True)
    for trials in (1, 20, 300):
        moved(trials)
    assert bar == [1, 20, 300]
    shown.loading(None, "run", drawn=False)(5)  # there is no bar where nobody looks


@pytest.mark.parametrize(
    ("words", "jobs"),
    [(("-j", "2"), 2), (("-j", "1"), 1), ((), processors()), (("-j", "2", "--executor", OWN), 1)],
    ids=["two", "one", "by default", "elsewhere"],
)
def test_pictures_are_drawn_by_as_many_processes_as_may_work_here(
    command: Command, words: tuple[str, ...], jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(session, "draw", lambda answer, folder, jobs: asked.append(jobs))
    done = command("run", "small.toml", "--trials", "2", "-o", "out", *words)
    assert (done.exit_code, asked) == (0, [jobs])


forks = pytest.mark.skipif(get_start_method() != "fork", reason="no other processes draw")
Save = Callable[[Info, Path], None]
ALL = {*PICTURES, "summary.json", "trials.csv"}


def run(monkeypatch: pytest.MonkeyPatch, save: Save, command: Command, jobs: int) -> Result:
    """A run of which `save` draws one picture, and the others are empty."""

    def one(info: Info, path: Path) -> None:
        if path.name == "time.png":
            save(info, path)
        path.touch()

    monkeypatch.setattr("simtrain.show.picture_file.save", one)
    words = "run", "small.toml", "--trials", "2", "--json", "-o", "out", "-j", str(jobs)
    return command(*words)


def lacking() -> set[str]:
    return ALL - {file.name for file in Path("out").iterdir()}


@forks
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_picture_that_cannot_be_drawn_takes_no_other_with_it(
    command: Command, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OddError(Exception):
        """One that does not travel between processes."""

    def save(info: Info, path: Path) -> None:
        raise OddError("no such colour")

    done = run(monkeypatch, save, command, jobs)
    assert (done.exit_code, lacking()) == (0, {"time.png"})
    assert "time.png could not be drawn (OddError('no such colour'))" in done.stderr


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_picture_that_cannot_be_computed_takes_no_other_with_it(
    command: Command, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr("simtrain.show.run.figures._time", breaks)
    done = run(monkeypatch, lambda info, path: None, command, jobs)
    assert (done.exit_code, lacking()) == (0, {"time.png"})
    assert "time.png could not be drawn (ZeroDivisionError('of nothing'))" in done.stderr


@forks
@pytest.mark.slow
def test_a_process_that_dies_over_a_picture_takes_no_table_with_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(monkeypatch, lambda info, path: os._exit(9), command, 2)
    assert done.exit_code == 0
    assert "time.png" in lacking()
    assert not lacking() & {"summary.json", "trials.csv"}
    assert "could not be drawn (a worker died 3 times over time.png)" in done.stderr


@forks
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_disk_that_is_full_is_said(
    command: Command, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(info: Info, path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    done = run(monkeypatch, save, command, jobs)
    assert done.exit_code == 2
    assert "cannot write out: no space left on device" in done.stderr


@forks
def test_an_interrupt_that_ends_a_wait_with_another_error_stays_one(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two of them do within a wait for a lock: the second comes as it is taken again."""

    def waits(*_: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise RuntimeError("release unlocked lock")  # noqa: B904

    monkeypatch.setattr(executors, "_done", waits)
    done = run(monkeypatch, lambda info, path: None, command, 2)
    assert done.exit_code == 130
    assert "could not be drawn" not in done.stderr
    assert "summary.json" in lacking()
