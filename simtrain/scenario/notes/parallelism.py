"""Notes on how the model is split over accelerators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note

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


NOTES = (_no_time_to_compute,)
