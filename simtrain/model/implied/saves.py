"""What is implied of saves and of the interval between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain import theory
from simtrain.model.parameters import CheckpointParameters, Parameters


@dataclass(frozen=True, slots=True)
class ImpliedInterval:
    """What is implied of the checkpoint interval. Times in seconds of training.

    Parameters
    ----------
    interval_s
        As the scenario has it.
    saving
        Share of the time in saves while the job trains or saves.
    best_s
        The interval that is exactly best for memoryless faults; None if nothing fails, a save
        takes no time, saves end training, or copies lie in several tiers, so that the best depends
        on what recovery costs.
    longer
        How much longer training takes than with the best one, as a fraction; 0 if there is none,
        and infinite if between two saves hardly any training survives.
    """

    interval_s: float
    saving: float
    best_s: float | None
    longer: float


def _beyond_formulas(checkpoint: CheckpointParameters) -> bool:
    """Whether the best interval depends on what recovery costs."""
    return checkpoint.end_training or len(checkpoint.tiers) > 1


def implied_interval(now: Parameters, mtbf_s: float) -> ImpliedInterval:
    """What follows for faults of the job that come `mtbf_s` apart on average."""
    checkpoint = now.checkpoint
    save_s, interval_s = checkpoint.mean_stall, now.interval_s
    saving = save_s / (interval_s + save_s)
    if not save_s or mtbf_s == math.inf or _beyond_formulas(checkpoint):
        return ImpliedInterval(interval_s, saving, None, 0.0)
    best_s = theory.optimal_interval(save_s, mtbf_s)

    def cost(every_s: float) -> float:
        return theory.expected_segment(every_s, save_s, mtbf_s) / every_s

    best, own = cost(best_s), cost(interval_s)
    longer = own / best - 1 if best < math.inf else 0.0
    return ImpliedInterval(interval_s, saving, best_s, max(0.0, longer))
