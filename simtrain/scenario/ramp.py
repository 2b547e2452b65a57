"""Batch ramps: changes of what a step is, and changes that come at a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simtrain.scenario.calendar import Change
from simtrain.scenario.table import Broken
from simtrain.scenario.workload import Workload

RAMPED = ("workload.batch", "workload.sequence")
"""Keys by which a change alters what a step is."""


def wrong_ramp(workload: Workload, changes: Sequence[Change]) -> Iterator[Broken]:
    """Find changes at a step that is nowhere, and steps whose size nobody can tell."""
    is_known = workload.steps_at_start is not None
    for index, change in enumerate(changes):
        if change.step is not None:  # one that is found has become a progress
            yield _lost(f"change.{index}.step", is_known)
        for path in RAMPED if is_known else ():
            if path not in change.set:
                continue
            key = f"change.{index}.set.{path}"
            if workload.steps is not None:
                wrong = "changes nothing about `workload.steps`, which says how many there are"
                yield Broken(key, wrong, "give `tokens`, `sequence` and `batch` instead")
            elif change.at is not None:
                wrong = "comes at a date, so that nobody knows at which step"
                yield Broken(key, wrong, "give `step` or `progress`")


def _lost(key: str, is_known: bool) -> Broken:
    if is_known:
        wrong = "comes before the change above it, or after the end of the work"
        return Broken(key, wrong, "steps in order, before the last one")
    wrong = "is a step, but the workload does not say how many there are"
    return Broken(key, wrong, "give `tokens`, `sequence` and `batch`, or `steps`, or `progress`")
