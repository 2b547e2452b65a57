"""Speed of the work."""

from __future__ import annotations

from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.workload import Value


def mfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Model FLOPs utilisation at full speed, if the workload gives it."""
    return scenario.workload.mfu_on(scenario.accelerators, _settled(scenario, settle))


def hfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Hardware FLOPs utilisation at full speed, if the MFU and what is recomputed are known."""
    load, value = scenario.workload, _settled(scenario, settle)
    mfu = load.mfu_on(scenario.accelerators, value)
    known = mfu is not None and load.recomputation is not None and load.parameters is not None
    return mfu * load.recomputed(value) if mfu is not None and known else None


def work_rate(scenario: Scenario, settle: Settle) -> float:
    """Full speed in fractions of the work per second (of the window, where there is one)."""
    work, speed = scenario.workload.amount_and_speed(
        scenario.accelerators, _settled(scenario, settle)
    )
    return speed / work


def step(scenario: Scenario, settle: Settle, work: float) -> float:
    """Work of one step, in seconds at the full speed of the start."""
    load = scenario.workload
    if load.window is not None:
        return work
    steps = load.steps_of_this_size(_settled(scenario, settle))
    assert steps is not None
    return work / steps


def _settled(scenario: Scenario, settle: Settle) -> Value:
    load = scenario.workload
    return lambda key: settle(f"workload.{key}", getattr(load, key)).mean
