"""Energy, carbon and money by compiled code, held to the bit against the meter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.accounts.footprint import FootprintMeter
from simtrain.accounts.meter import Tee
from simtrain.compiled.accounts import Accounts
from simtrain.compiled.calls import pass_on
from simtrain.compiled.footprint import Footprints, Weighing
from simtrain.compiled.room import CAPACITY
from simtrain.compiled.trial_memory import TrialMemory
from simtrain.engine.trial import Simulator
from simtrain.scenario.load import load
from simtrain.tables.outcomes import Outcomes
from tests.compiled.recorded import told
from tests.examples import examples
from tests.strategies import scenarios

if TYPE_CHECKING:
    from simtrain.model.saving import SaveCycle
    from simtrain.scenario.scenario import Scenario

FLAT = {
    "power": {"training": "700 W", "stalled": "120..220 W", "idle": "100 W", "paused": "50 W"},
    "carbon": {"intensity": "0.3 kg/kWh", "embodied": "1000 kg", "lifetime": "4 years"},
    "price": {"accelerator": "1..3 USD per accelerator-hour", "terms": "reserved"},
}


def compare(simulated: Scenario, trial: int, seed: int = 7) -> np.ndarray | None:
    """Row by compiled code, once it is that of the meter; None if the meter has to be asked."""
    simulator = Simulator(simulated, seed)
    names: list[str] = [*simulator.causes]
    cycles: list[SaveCycle] = []
    [one] = told(simulator, [trial], names, cycles)
    weighing = Weighing.of(simulated, names)
    assert weighing is not None
    weighing.lay_out(TrialMemory(simulated, simulator, CAPACITY))
    accounts = Accounts(1, names, Outcomes(simulated), cycles, weighing.weights)
    one.keep(accounts, 0)
    make = FootprintMeter.of(simulated, None)
    assert make is not None
    meter = make(simulator.numbers.settle)
    pass_on(one.calls, one.segments, names, Tee(meter), cycles.__getitem__)
    meter.close(one.ending.wall_clock_s)
    if not accounts.even[0]:
        return None
    found = Footprints(accounts.sums, weighing.footprint)
    rows = np.full((1, len(meter.columns)), -1.0)
    found.fill(rows)
    np.testing.assert_array_equal(rows[0], meter.row(one.ending))
    for (number, measure), expected in zip(
        found.measures(), meter.badput_by_cause(names), strict=True
    ):
        assert (accounts.charges[0, number] * measure.scale).tolist() == expected
    return rows[0]


@pytest.mark.parametrize(
    "name",
    [
        "glm130b",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("gpt4", "palm540b", "t5-11b")),
    ],
)
def test_packaged_scenarios_come_to_the_same_to_the_bit(name: str) -> None:
    row = compare(load(f"{name}.toml"), 1)
    assert row is not None
    assert np.nanmax(row) > 0


@pytest.mark.slow
@examples(60)
@given(simulated=scenarios(), trial=st.integers(0, 2**40))
def test_any_scenario_comes_to_the_same_to_the_bit(simulated: Scenario, trial: int) -> None:
    compare(simulated.replace(FLAT), trial)
