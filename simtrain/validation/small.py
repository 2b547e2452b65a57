"""Small scenarios in hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simtrain.scenario.scenario import Scenario

HUGE = "800000 h"
"""Longer than any check lasts."""


def hours(value: float) -> str:
    """Say a duration as a scenario would."""
    return f"{value!r} h"


def scenario(**tables: Mapping[str, Any] | list[Any] | str) -> Scenario:
    """Scenario of one host and no faults, with other values by table."""
    document: dict[str, Any] = {
        "workload": {"ideal_time": "10 h"},
        "cluster": {"hosts": 1},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "0 s"},
        "limits": {"wall_clock": HUGE, "faults": 10_000_000},
    }
    for key, value in tables.items():
        if isinstance(value, Mapping) and key in document:
            document[key] = {**document[key], **value}
        else:
            document[key] = value
    return Scenario.from_document(document)
