"""When what draws pictures is loaded."""

from __future__ import annotations

import sys

import pytest

from simtrain.cli import shown
from tests.children import Children

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
    moved = shown.loading(bar.append)
    for trials in (1, 20, 300):
        moved(trials)
    assert bar == [1, 20, 300]
    shown.loading(None)(5)  # there is no bar where nobody looks
