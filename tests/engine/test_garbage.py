"""A trial that is over is freed at once: nothing of it waits for the garbage to be collected."""

from __future__ import annotations

import gc

import pytest

from simtrain.accounts.ledger import Ledger
from simtrain.engine.trial import Simulator
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario

AGEING = {
    "workload": {"ideal_time": "2 days"},
    "cluster": {"hosts": 300, "spares": 5, "age": "stationary"},
    "fault": {"gpu": {"mtbf": "300 days", "law": "weibull", "shape": 0.7}},
    "checkpoint": {"interval": "30 min"},
    "restart": {"duration": "5 min"},
}


@pytest.mark.parametrize("name", ["opt175b.toml", "llama3-405b.toml"])
def test_a_trial_leaves_no_garbage(name: str) -> None:
    assert left_by(load(name).without_outcomes()) == 0


def test_hosts_that_age_leave_none_either() -> None:
    assert left_by(Scenario.from_document(AGEING)) == 0


def left_by(scenario: Scenario) -> int:
    """Objects of a trial that are garbage once it is over."""
    simulator = Simulator(scenario, 0)
    simulator.run(0, Ledger())  # what is laid out once
    gc.collect()
    gc.disable()
    try:
        simulator.run(1, Ledger())
        return gc.collect()
    finally:
        gc.enable()
