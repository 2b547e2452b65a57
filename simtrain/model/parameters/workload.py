"""Speed of the work."""

from __future__ import annotations

from simtrain.model.parameters.settled import Settle
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.workload import FLOPS_PER_PARAMETER_AND_TOKEN
from simtrain.units import HOUR


def mfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Model FLOPs utilisation at full speed, if the workload gives it."""
    load = scenario.workload
    if load.mfu is not None:
        return settle("workload.mfu", load.mfu).mean
    if load.achieved is not None and load.peak is not None:
        achieved = settle("workload.achieved", load.achieved).mean
        return achieved / settle("workload.peak", load.peak).mean
    if load.tokens_per_second and load.parameters and load.peak:
        cluster = scenario.cluster
        peak = settle("workload.peak", load.peak).mean
        flops = FLOPS_PER_PARAMETER_AND_TOKEN * settle("workload.parameters", load.parameters).mean
        per_second = settle("workload.tokens_per_second", load.tokens_per_second).mean
        return flops * per_second / (peak * cluster.hosts * cluster.accelerators_per_host)
    return None


def work_rate(scenario: Scenario, settle: Settle) -> float:
    """Full speed in fractions of the work per second (of the window, where there is one)."""
    load = scenario.workload

    def number(key: str) -> float:
        return settle(f"workload.{key}", getattr(load, key)).mean

    accelerators = scenario.cluster.hosts * scenario.cluster.accelerators_per_host
    if load.accelerator_hours is not None:
        return accelerators / (number("accelerator_hours") * HOUR)
    if load.tokens_per_second is not None:
        return number("tokens_per_second") / number("tokens")
    if load.flops is not None:
        return accelerators * number("achieved") / number("flops")
    if load.tokens is not None:
        flops = FLOPS_PER_PARAMETER_AND_TOKEN * number("parameters") * number("tokens")
        return accelerators * number("peak") * number("mfu") / flops
    if load.ideal_time is not None:
        return 1 / number("ideal_time")
    if load.step_time is not None:
        steps = number("steps") if load.window is None else 1.0
        return 1 / (steps * number("step_time"))
    return 1 / number("window")


def step(scenario: Scenario, settle: Settle, work: float) -> float:
    """Work of one step, in seconds at the full speed of the start."""
    load = scenario.workload
    if load.window is not None:
        return work
    assert load.steps is not None
    return work / settle("workload.steps", load.steps).mean
