"""Notes on how the model is split over accelerators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.replicas import KEY

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _no_time_to_compute(scenario: Scenario) -> Iterator[Note]:
    """Steps that are shorter than what the interconnect alone is said to take."""
    spread, step_s = scenario.parallelism, scenario.step_s
    if spread is None or step_s is None:
        return
    parts = spread.parts(scenario.cluster, scenario.workload, scenario.middle, step_s)
    if parts is not None and parts.compute <= 0:
        yield Note(
            "parallelism",
            f"A step takes {step_s:.3g} s, and its all-reduces and the pipeline bubble alone would "
            "take longer: the speed, the split or the bandwidths are not those of one job.",
        )


def _replicas_that_follow(scenario: Scenario) -> Iterator[Note]:
    """Groups of hosts that an elastic job goes on without, where the file does not say them."""
    replicas, each = scenario.recovery.replicas, scenario.hosts_per_replica
    if replicas is not None and each is not None and not scenario.writes(KEY):
        yield Note(
            KEY, f"`{KEY}` = {replicas}: groups of {each} hosts, as [parallelism] splits the model."
        )


NOTES = (_no_time_to_compute, _replicas_that_follow)
