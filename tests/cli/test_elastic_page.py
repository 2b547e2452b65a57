"""docs/elastic.md says what follows from its numbers, and its policy does what it says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import simtrain
from simtrain.accounts.timeline import EventKind
from simtrain.model.policies import policy_of
from tests.children import Children
from tests.cli.test_policy import WORKERS
from tests.engine.runs import run
from tests.engine.test_elastic import elastic
from tests.sampling.test_dask import Cluster, cluster  # noqa: F401 - a fixture

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "elastic.md").read_text("utf-8")
(MINE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def mine(folder: Path) -> str:
    """Name of a module in the working directory with the policy of the page."""
    name = f"mine_{folder.name.replace('-', '_')}"
    (folder / f"{name}.py").write_text(MINE)
    return name


def test_twelve_replicas_at_even_intervals_are_as_published() -> None:
    assert pytest.approx(0.80, abs=0.005) == (7 * 11 / 12 + 8) / 18
    assert pytest.approx(0.44, abs=0.005) == 8 / 18
    assert f"{math.exp(-10 / 18):.1%}".replace("%", " %") in PAGE
    even = simtrain.load(str(DOCS / "scenarios" / "replicas12-even.toml"))
    for policy, share in (("elastic", 0.80), ("wait", 0.44)):
        one = run(even.replace({"recovery.policy": policy}))
        assert one.spent["productive"] / one.hours == pytest.approx(share, abs=0.006)


@pytest.mark.slow
def test_twelve_replicas_that_wait_stand_in_no_outage_by_the_exact_share() -> None:
    """Outages of 10 min that begin at random once in 18 min, on the calendar."""
    scenario = simtrain.load(str(DOCS / "scenarios" / "replicas12.toml"))
    shares = simtrain.run(scenario, trials=12).to_frame()["goodput"]
    # 10 s between saves cost about 0.3 % of the work.
    assert shares.mean() == pytest.approx(math.exp(-10 / 18), abs=0.01)


def test_the_policy_of_the_page_brings_replicas_back_together(mine: str) -> None:
    """Where two are away the first one waits for the second."""
    usual = elastic(break_={"mtbf": "150 h"}, recovery={"reconfigure": 0})
    own = usual.replace({"recovery.policy": f"{mine}:Together"})
    assert policy_of(f"{mine}:Together").in_groups
    fewer = 0
    for trial in range(12):
        one, other = run(usual, trial), run(own, trial)
        fewer += one.count(EventKind.REJOIN) > other.count(EventKind.REJOIN)
        for moment in other.moments(EventKind.REJOIN):
            gone = [m.time for m in other.moments(EventKind.CORDON) if m.time < moment.time]
            back = [m.time for m in other.moments(EventKind.RETURN) if m.time <= moment.time]
            assert len(back) == len(gone)
    assert fewer >= 3


def metrics(text: str) -> str:
    return text[text.index('"metrics"') :]


@pytest.mark.slow
def test_the_policy_of_the_page_is_the_same_on_two_workers(
    children: Children, command, folder: Path, mine: str
) -> None:
    (folder / "workers_of_a_test.py").write_text(WORKERS)
    (folder / "own.toml").write_text((DOCS / "scenarios" / "elastic.toml").read_text("utf-8"))
    words = f"run own.toml --trials 8 --json -q --set recovery.policy={mine}:Together"
    done = children.shell(f"simtrain {words} --executor workers_of_a_test:two -j 2")
    assert (done.returncode, done.stderr) == (0, "")
    assert metrics(done.stdout) == metrics(command(*words.split()).stdout)


@pytest.mark.slow
def test_the_policy_of_the_page_is_the_same_on_dask(
    cluster: Cluster,  # noqa: F811
    mine: str,
) -> None:
    scenario = simtrain.load(str(DOCS / "scenarios" / "elastic.toml"))
    own = scenario.replace({"recovery.policy": f"{mine}:Together"})
    there = simtrain.run(own, trials=8, pool=cluster.name)
    assert there.to_frame().equals(simtrain.run(own, trials=8).to_frame())
