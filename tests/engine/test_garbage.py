"""A trial that is over is freed at once: nothing of it waits for the garbage to be collected."""

from __future__ import annotations

import gc

import pytest

from simtrain.accounts.ledger import Ledger
from simtrain.engine.trial import Simulator
from simtrain.scenario.load import load


@pytest.mark.parametrize("name", ["opt175b.toml", "llama3-405b.toml"])
def test_a_trial_leaves_no_garbage(name: str) -> None:
    simulator = Simulator(load(name).without_outcomes(), 0)
    simulator.run(0, Ledger())  # what is laid out once
    gc.collect()
    gc.disable()
    try:
        simulator.run(1, Ledger())
        assert gc.collect() == 0
    finally:
        gc.enable()
