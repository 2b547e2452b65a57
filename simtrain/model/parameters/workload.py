"""Speed of the work."""

from __future__ import annotations

from simtrain.model.parameters.settled import Settle
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.workload import Value


def mfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Model FLOPs utilisation of whole steps at full speed, if the workload gives it."""
    mfu = scenario.workload.mfu_on(scenario.accelerators, _settled(scenario, settle))
    return None if mfu is None else mfu / _slowdown(scenario, settle)


def hfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Hardware FLOPs utilisation at full speed, if the MFU and what is recomputed are known."""
    load, mfu = scenario.workload, mfu_of(scenario, settle)
    if mfu is None or load.recomputation is None or load.parameters is None:
        return None
    return mfu * load.recomputed(_settled(scenario, settle))


def work_rate(scenario: Scenario, settle: Settle) -> float:
    """Full speed in fractions of the work per second (of the window, where there is one)."""
    work, speed = scenario.workload.amount_and_speed(
        scenario.accelerators, _settled(scenario, settle)
    )
    return speed / work / _slowdown(scenario, settle)


def work_in_all(settle: Settle, start: Scenario) -> float:
    """The whole work, in seconds at the full speed of the start."""
    return 1 / work_rate(start, settle)


def step(scenario: Scenario, settle: Settle, start: Scenario) -> float:
    """Work of one step, in seconds at the full speed of the start."""
    load, work = scenario.workload, work_in_all(settle, start)
    if load.window is not None:
        return work
    steps = load.steps_of_this_size(_settled(scenario, settle))
    assert steps is not None
    return work / steps


def _slowdown(scenario: Scenario, settle: Settle) -> float:
    """By what the interconnect makes steps longer than the workload says."""
    if scenario.parallelism is None:
        return 1.0
    return scenario.slowdown(lambda path: settle(path, _number_at(scenario, path)).mean)


def _number_at(scenario: Scenario, path: str) -> Number:
    table, _, key = path.partition(".")
    number: Number = getattr(getattr(scenario, table), key)
    return number


def _settled(scenario: Scenario, settle: Settle) -> Value:
    load = scenario.workload
    return lambda key: settle(f"workload.{key}", getattr(load, key)).mean
