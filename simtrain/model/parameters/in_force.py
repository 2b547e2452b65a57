"""All that holds at one moment of a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simtrain.distributions import Fixed, Law
from simtrain.model.parameters.allocation import AllocationParameters, allocation_of
from simtrain.model.parameters.checkpoint import CheckpointParameters, TierParameters, checkpoint_of
from simtrain.model.parameters.checks import CheckParameters, check_of
from simtrain.model.parameters.cluster import ClusterParameters, cluster_of
from simtrain.model.parameters.faults import FaultParameters, fault_of
from simtrain.model.parameters.parts import Make
from simtrain.model.parameters.recovery import RecoveryParameters, recovery_of
from simtrain.model.parameters.repair import (
    DiagnosisParameters,
    RepairParameters,
    diagnosis_of,
    repair_of,
)
from simtrain.model.parameters.restart import RestartParameters, restart_of
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.workload import work_in_all, work_rate
from simtrain.model.saving import train_for
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.underway import Underway


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that holds at one moment of a trial.

    Parameters
    ----------
    work
        The whole work in seconds at the full speed of the start; infinite for a window.
    full_speed
        Full speed as a multiple of that of the start.
    speed
        Speed of training as a fraction of full speed.
    responses
        Law of the response time of each row of `people.when`, and of all other times.
    allocation
        Allocations that the job runs in; None if it holds its hosts for good.
    underway
        What a run in flight has behind it: its table, of which no number is uncertain, with
        durations in seconds. None if the run begins with the trials.
    faults
        Classes of faults by name.
    checks
        Periodic checks and evaluations.
    """

    work: float
    full_speed: float
    speed: float
    cluster: ClusterParameters
    checkpoint: CheckpointParameters
    restart: RestartParameters
    diagnosis: DiagnosisParameters
    repair: RepairParameters
    recovery: RecoveryParameters
    responses: tuple[Law, ...]
    allocation: AllocationParameters | None
    underway: Underway | None
    faults: Mapping[str, FaultParameters]
    checks: tuple[CheckParameters, ...]

    @property
    def interval_s(self) -> float:
        """Training from one save to the next in seconds, while no host is slow."""
        checkpoint = self.checkpoint
        if not checkpoint.in_work:
            return checkpoint.interval
        work, slowdown = checkpoint.interval / self.full_speed, checkpoint.write_slowdown
        return train_for(work, checkpoint.mean_lag, self.speed, slowdown)


def parameters_of(scenario: Scenario, settle: Settle, start: Scenario) -> Parameters:
    """Parameters of `scenario`, which is what changes made of the scenario at the `start`."""
    made = [make(scenario, settle, start, *names) for make, names in makes_of(scenario)]
    return assembled(scenario, made)


def makes_of(scenario: Scenario) -> list[tuple[Make, tuple[str, ...]]]:
    """What makes each part of the parameters, and of what names."""
    of_faults = [(fault_of, (name,)) for name in scenario.fault]
    of_checks = [(check_of, (name,)) for name in scenario.check]
    return [*((make, ()) for make in _MAKES), *of_faults, *of_checks]


def assembled(scenario: Scenario, parts: Sequence[Any]) -> Parameters:
    """Parameters of parts in the order of `makes_of`."""
    first, last = len(_MAKES), len(_MAKES) + len(scenario.fault)
    faults = dict(zip(scenario.fault, parts[first:last], strict=True))
    made: Callable[..., Parameters] = Parameters
    return made(*parts[:first], faults, tuple(parts[last:]))


def _work_of(scenario: Scenario, settle: Settle, start: Scenario) -> float:
    return work_in_all(settle, start) if start.workload.window is None else float("inf")


def _full_speed_of(scenario: Scenario, settle: Settle, start: Scenario) -> float:
    return work_rate(scenario, settle) / work_rate(start, settle)


def _speed_of(scenario: Scenario, settle: Settle, start: Scenario) -> float:
    return settle("workload.speed", scenario.workload.speed).mean


def _responses_of(scenario: Scenario, settle: Settle, start: Scenario) -> tuple[Law, ...]:
    people = scenario.people
    return (
        *(
            settle(f"people.when.{row}.response", watch.response)
            for row, watch in enumerate(people.when)
        ),
        settle("people.response", people.response),
    )


def _underway_of(scenario: Scenario, settle: Settle, start: Scenario) -> Underway | None:
    return scenario.underway


_MAKES: tuple[Make, ...] = (
    _work_of, _full_speed_of, _speed_of, cluster_of, checkpoint_of, restart_of, diagnosis_of,
    repair_of, recovery_of, _responses_of, allocation_of, _underway_of,
)  # fmt: skip
"""What makes the parts of which there is one each, in the order of the fields of `Parameters`."""


def without_losses(parameters: Parameters) -> Parameters:
    """The same work under ideal conditions: no fault, save, stop or slowness."""
    nothing = Fixed(0.0)
    return replace(
        parameters,
        speed=1.0,
        faults={},
        checkpoint=replace(
            parameters.checkpoint,
            write_slowdown=0.0,
            final_save=False,
            tiers=tuple(
                TierParameters(0.0, 0.0, 0.0, nothing, 0.0, 0.0, nothing, 0.0, None)
                for _ in parameters.checkpoint.tiers
            ),
            save_hangs=0.0,
        ),
        restart=replace(
            parameters.restart, duration=nothing, failure=0.0, warm_up=nothing, at_start=False
        ),
        cluster=replace(parameters.cluster, swap=nothing, notice=nothing, in_repair=0),
        checks=(),
        allocation=None,
        underway=None,
    )
