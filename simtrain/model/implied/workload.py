"""What the work is, and what a step of it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simtrain.model.parameters import at_middle, hfu_of, mfu_of

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ImpliedWorkload:
    """The work and its steps as the run begins; None where it does not follow.

    Parameters
    ----------
    flops
        FLOPs of the model, in all.
    tokens_per_second
        Of the whole job, while a step runs.
    step_s, tokens_per_step
        Seconds and tokens of a step.
    steps
        Steps of the whole run, with its batch ramp.
    mfu, hfu
        Model and hardware FLOPs utilisation of whole steps.
    replicas, hosts_per_replica
        Replicas of the model, and hosts that are of no use without each other.
    step_parts
        Shares of a step by what it goes into: `compute`, `tensor`, `bubble`, and `gradients`.
    """

    flops: float | None
    tokens_per_second: float | None
    step_s: float | None
    tokens_per_step: float | None
    steps: float | None
    mfu: float | None
    hfu: float | None
    replicas: int | None
    hosts_per_replica: int | None
    step_parts: dict[str, float] | None


def implied_workload(scenario: Scenario) -> ImpliedWorkload:
    """What the numbers of a scenario imply about its work, at their middle."""
    load, step_s, spread = scenario.workload, scenario.step_s, scenario.parallelism
    flops = None if load.flops is None else load.flops.middle
    if load.tokens is not None and load.parameters is not None:
        flops = load.token_flops(load.middle).model * load.tokens.middle
    tokens = load.tokens_per_second_on(scenario.accelerators, load.middle)
    return ImpliedWorkload(
        flops=flops,
        tokens_per_second=None if tokens is None else tokens / scenario.slowdown(scenario.middle),
        step_s=step_s,
        tokens_per_step=load.tokens_per_step(load.middle),
        steps=scenario.phases[-1].step_at(1.0) if scenario.phases else None,
        mfu=mfu_of(scenario, at_middle),
        hfu=hfu_of(scenario, at_middle),
        replicas=None if spread is None else spread.replicas(scenario.accelerators),
        hosts_per_replica=scenario.hosts_per_replica,
        step_parts=_step_parts(scenario),
    )


def _step_parts(scenario: Scenario) -> dict[str, float] | None:
    """Shares of a step; None where they cannot be told."""
    step_s, spread = scenario.step_s, scenario.parallelism
    if spread is None or step_s is None:
        return None
    parts = spread.parts(scenario.cluster, scenario.workload, scenario.middle, step_s)
    return None if parts is None else {name: s / step_s for name, s in parts._asdict().items()}
