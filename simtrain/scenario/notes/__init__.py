"""What the numbers of a scenario lead to, that whoever wrote them may not have meant.

Each module here is on one topic, and has its `NOTES`: functions that yield the notes on a scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.notes import (
    accelerators,
    allocation,
    capacity,
    changes,
    checks,
    copies,
    domains,
    extended,
    fit,
    latent,
    log,
    numbers,
    parallelism,
    people,
    power,
    replicas,
    saves,
    schedules,
    stops,
    swaps,
    tiers,
    weather,
)
from simtrain.scenario.notes.note import Note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_TOPICS = (
    fit,
    allocation,
    capacity,
    copies,
    tiers,
    latent,
    checks,
    weather,
    log,
    saves,
    stops,
    schedules,
    people,
    domains,
    replicas,
    swaps,
    changes,
    extended,
    parallelism,
    accelerators,
    power,
    numbers,
)


def notes(scenario: Scenario) -> list[Note]:
    """All notes on `scenario`, as it is before any change."""
    return [note for topic in _TOPICS for find in topic.NOTES for note in find(scenario)]
