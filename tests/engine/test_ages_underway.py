"""Hosts of a run in flight are as old as in one that is told from its start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from simtrain.engine.hosts_at_start import ages_at_start
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import at_middle
from simtrain.units import DAY
from simtrain.validation.scores import LIMIT
from tests.engine.cut_runs import later
from tests.engine.runs import scenario
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ages_of(fault: dict[str, Any], cluster: dict[str, Any], trials: int) -> NDArray[np.float64]:
    """Days of which hosts are old that were at risk for thirty, in some trials."""
    old = {"law": "weibull", "shape": 2, "scale": "100000 days"}
    whole = scenario(
        fault={"old": old, **fault}, cluster=cluster, underway={"done": 0.5, "aged": "30 days"}
    )
    simulator, found = Simulator(whole, 5), []
    parameters = simulator.numbers.at_middle(())
    for trial in range(trials):
        draws = simulator.begin_draws(trial)
        found.append(ages_at_start(whole.cluster, at_middle, parameters, None, draws))
    return np.array(found) / DAY


def test_hosts_that_were_repaired_are_as_old_as_the_time_since() -> None:
    """At a constant rate λ that is exponential, cut off at all of the time."""
    crash = {"crash": {"mtbf": "20 days", "needs_repair": 0.5}}
    found = ages_of(crash, {"hosts": 4, "spares": 0, "age": "new"}, 300).ravel()
    kept = found > 30 - 1e-9
    exact = math.exp(-30 / 40)
    assert abs(kept.mean() - exact) < LIMIT * math.sqrt(exact * (1 - exact) / len(found))
    below = -np.expm1(-found[~kept] / 40) / (1 - exact)
    assert stats.kstest(below, "uniform").pvalue > 1e-3


def test_a_spare_steps_in_with_its_age_and_hosts_that_nothing_replaces_grow_older() -> None:
    still = ages_of({}, {"hosts": 4, "spares": 2, "age": "5 days"}, 2)
    assert still == pytest.approx(np.array([[35.0] * 4 + [5.0] * 2] * 2))
    crash = {"crash": {"mtbf": "1 day"}}
    worn = ages_of(crash, {"hosts": 4, "spares": 2, "age": "50 days"}, 50)
    assert worn.max() < 50  # all were replaced, and those that stepped in first as well
    assert (worn[:, 4:] == 0.0).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("age", "spares", "shape", "sign"), [("new", 2, 0.5, 1), ("20 days", 2, 2.5, -1)]
)
def test_hosts_grow_older_as_in_a_run_from_its_start(
    age: str, spares: int, shape: float, sign: int
) -> None:
    """Of 150 runs; where no host was replaced the young fail too rarely, or the old too often."""
    whole = planned(
        workload={"ideal_time": "30 days", "steps": 20_000},
        cluster={"hosts": 16, "spares": spares, "age": age}, restart={"duration": "2 h"},
        fault={"old": {"law": "weibull", "shape": shape, "mtbf": "40 days"}},
    )  # fmt: skip
    none = {"underway.aged": None, "cluster.age": "18 days" if age == "new" else "38 days"}
    drawn, without = later(whole, 18 * DAY, 150, none)
    assert abs(drawn) < LIMIT
    assert sign * without > LIMIT
