"""How many restarts left the other hosts their processes, as a column."""

from __future__ import annotations

import pytest

import simtrain
from simtrain.accounts.hot_swaps import HotSwapMeter
from simtrain.accounts.timeline import EventKind
from tests.engine.runs import run, scenario

TABLES = {
    "workload": {"window": "100 h", "ideal_time": None},
    "cluster": {"spares": 2},
    "fault": {"break": {"mtbf": "80 h", "automatic": 1}},
}


def test_hot_swaps_are_those_of_the_trial_planned_ones_too() -> None:
    simulated = scenario(recovery={"policy": "swap", "swap_restart": "15 min"}, **TABLES)
    found = simtrain.run(simulated, trials=3, jobs=1).to_frame()["hot_swaps"]
    told = [run(simulated, trial).count(EventKind.HOT_SWAP) for trial in range(3)]
    assert found.tolist() == told
    assert len(set(told)) > 1


@pytest.mark.parametrize("recovery", [{"policy": "wait"}, {"policy": "elastic", "replicas": 2}])
def test_a_policy_that_launches_all_hosts_has_no_such_column(recovery: dict[str, object]) -> None:
    simulated = scenario(recovery=recovery, **TABLES)
    assert HotSwapMeter.of(simulated, None) is None
    assert HotSwapMeter.columns_for(simulated) == ()
