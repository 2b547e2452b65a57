"""When what draws pictures is loaded, and which processes draw."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simtrain.cli import session, shown
from simtrain.sampling.executors import processors
from tests.children import Children
from tests.cli.conftest import Command

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


@pytest.mark.slow
def test_pictures_are_the_same_whoever_draws_them(command: Command) -> None:
    for out, jobs in (("one", "1"), ("two", "2")):
        words = "run", "small.toml", "--trials", "20", "-o", out, "-j", jobs
        assert command(*words).exit_code == 0
    drawn = sorted(Path("one").glob("*.png"))
    assert len(drawn) > 3
    for file in drawn:
        assert file.read_bytes() == (Path("two") / file.name).read_bytes()
