"""Faults that are known at once."""

from __future__ import annotations

from simtrain.scenario.unsaid.matters import classes
from simtrain.scenario.unsaid.row import Matters, row


def _has(effect: str) -> Matters:
    return lambda scenario: any(
        fault.effect == effect and fault.detection is None for fault in classes(scenario)
    )


ROWS = (
    row("detection.crash", "crashes", "are known at once", '"1 min"', _has("crash")),
    row("detection.diverge", "loss spikes", "are noticed at once", '"2 h"', _has("diverge")),
)
