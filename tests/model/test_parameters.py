"""The numbers in force are those of the scenario, in seconds."""

from __future__ import annotations

import pytest

from simtrain.model.parameters import Parameters, mfu_of, parameters_of
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import scenario

NO_TIME = {"ideal_time": None}


def parameters(simulated: Scenario) -> Parameters:
    return parameters_of(simulated, lambda _, number: number.law, simulated)


@pytest.mark.parametrize(
    ("workload", "mfu"),
    [
        ({"ideal_time": "2000 s"}, None),
        ({"step_time": "4 s", "steps": 500, **NO_TIME}, None),
        ({"flops": "1.6e18 FLOP", "achieved": "50 TFLOP/s", **NO_TIME}, None),
        ({"flops": "1.6e18 FLOP", "achieved": "50 TFLOP/s", "peak": "200 TFLOP/s", **NO_TIME},
         0.25),
        ({"tokens": 2e8, "parameters": 4e9 / 3, "peak": "200 TFLOP/s", "mfu": 0.25, **NO_TIME},
         0.25),
    ],
    ids=["time", "steps", "flops", "flops and peak", "tokens"],
)  # fmt: skip
def test_work_is_its_time_at_full_speed_however_it_is_told(
    workload: dict[str, object], mfu: float | None
) -> None:
    """Sixteen accelerators at 50 TFLOP/s take 2000 s for 1.6 EFLOP."""
    simulated = scenario(workload=workload, cluster={"hosts": 4, "accelerators_per_host": 4})
    assert parameters(simulated).work == pytest.approx(2000.0)
    assert mfu_of(simulated, lambda _, number: number.law) == mfu
