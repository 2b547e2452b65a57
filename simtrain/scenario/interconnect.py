"""What the interconnect costs a step, by a simple formula.

Rings at the stated bandwidth, without latency, contention or congestion; every accelerator is as
fast as the others. Not counted is what pipeline stages send each other, and what sequences that are
split (`context`), parameters that are gathered before each use (ZeRO-3, FSDP) and experts cost.
"""

from __future__ import annotations

from typing import NamedTuple

ACTIVATION_BYTES = 2
"""Of one number of an activation, in BF16."""
_REDUCTIONS_PER_LAYER = 4
"""All-reduces of a layer that tensors are split in: two forward, two backward (Megatron-LM)."""
_FORWARD_REDUCTIONS = 2
"""Those of them that computing the forward pass again repeats."""


class StepParts(NamedTuple):
    """Seconds of a step, by what they go into. They follow on each other.

    Parameters
    ----------
    compute
        Computation.
    tensor
        All-reduces among the accelerators that share a layer.
    bubble
        Waiting of pipeline stages for the first microbatch to come and the last one to go.
    gradients
        The all-reduce of gradients among replicas, but for what runs beside the backward pass.
    """

    compute: float
    tensor: float
    bubble: float
    gradients: float

    @property
    def total(self) -> float:
        """The whole step."""
        return self.compute + self.tensor + self.bubble + self.gradients


def ring_s(ranks: float, size: float, bandwidth: float) -> float:
    """Seconds of a ring all-reduce: each rank sends 2·(n−1)/n of the size in bytes."""
    return 2 * (ranks - 1) / ranks * size / bandwidth


def tensor_s(
    ranks: float, layers: float, tokens: float, hidden: float, repeated: float, bandwidth: float
) -> float:
    """Seconds of the all-reduces of activations in a step.

    Parameters
    ----------
    ranks
        Accelerators that share each layer.
    layers
        Layers of a pipeline stage.
    tokens
        Tokens that pass through each of these accelerators in a step.
    hidden
        Width of the model.
    repeated
        Part of the forward pass that is computed again.
    bandwidth
        Bytes per second of an accelerator in one direction.
    """
    reductions = layers * (_REDUCTIONS_PER_LAYER + _FORWARD_REDUCTIONS * repeated)
    return reductions * ring_s(ranks, tokens * hidden * ACTIVATION_BYTES, bandwidth)


def bubble_share(stages: float, microbatches: float) -> float:
    """Part of a step, but for gradients, for which a stage waits: (p−1)/(m+p−1), as in GPipe."""
    return (stages - 1) / (microbatches + stages - 1)


def step_of(compute: float, tensor: float, bubble: float, gradients: float) -> StepParts:
    """Parts of a step of so much computation; `bubble` is a share of all but the gradients."""
    return StepParts(compute, tensor, (compute + tensor) * bubble / (1 - bubble), gradients)


def within_step(step: float, tensor: float, bubble: float, gradients: float) -> StepParts:
    """Parts of a step of a known length; computation is what the others leave, if anything."""
    stages = step - gradients
    return StepParts(stages * (1 - bubble) - tensor, tensor, stages * bubble, gradients)
