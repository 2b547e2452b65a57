"""All that holds at one moment of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simtrain.distributions import Fixed, Law
from simtrain.model.parameters.allocation import AllocationParameters, allocation_of
from simtrain.model.parameters.checkpoint import CheckpointParameters, TierParameters, checkpoint_of
from simtrain.model.parameters.checks import CheckParameters, check_of
from simtrain.model.parameters.cluster import ClusterParameters, cluster_of
from simtrain.model.parameters.faults import FaultParameters, fault_of
from simtrain.model.parameters.recovery import RecoveryParameters, recovery_of
from simtrain.model.parameters.repair import (
    DiagnosisParameters,
    RepairParameters,
    diagnosis_of,
    repair_of,
)
from simtrain.model.parameters.restart import RestartParameters, restart_of
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.workload import work_rate
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario


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
    faults
        Classes of faults by name.
    responses
        Law of the response time of each row of `people.when`, and of all other times.
    checks
        Periodic checks and evaluations.
    allocation
        Allocations that the job runs in; None if it holds its hosts for good.
    """

    work: float
    full_speed: float
    speed: float
    cluster: ClusterParameters
    faults: Mapping[str, FaultParameters]
    checkpoint: CheckpointParameters
    restart: RestartParameters
    diagnosis: DiagnosisParameters
    repair: RepairParameters
    recovery: RecoveryParameters
    responses: tuple[Law, ...]
    checks: tuple[CheckParameters, ...]
    allocation: AllocationParameters | None = None


def parameters_of(scenario: Scenario, settle: Settle, start: Scenario) -> Parameters:
    """Parameters of `scenario`, which is what changes made of the scenario at the `start`."""

    def number(path: str, value: Number) -> float:
        return settle(path, value).mean

    at_start = work_rate(start, settle)
    work = 1 / at_start if start.workload.window is None else float("inf")
    people = scenario.people
    restart = restart_of(scenario, settle, start)
    return Parameters(
        work=work,
        full_speed=work_rate(scenario, settle) / at_start,
        speed=number("workload.speed", scenario.workload.speed),
        cluster=cluster_of(scenario, settle),
        faults={name: fault_of(scenario, name, settle, restart) for name in scenario.fault},
        checkpoint=checkpoint_of(scenario, settle, 1 / at_start),
        restart=restart,
        diagnosis=diagnosis_of(scenario, settle),
        repair=repair_of(scenario, settle, start),
        recovery=recovery_of(scenario, settle, restart),
        responses=(
            *(
                settle(f"people.when.{row}.response", watch.response)
                for row, watch in enumerate(people.when)
            ),
            settle("people.response", people.response),
        ),
        checks=tuple(check_of(scenario, name, settle, 1 / at_start) for name in scenario.check),
        allocation=allocation_of(scenario, settle),
    )


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
    )
