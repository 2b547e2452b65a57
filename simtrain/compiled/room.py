"""Room for what a trial makes, of which it can be short."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.calls import CALL, SEGMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.compiled.trial_memory import TrialMemory

CAPACITY: Mapping[int, int] = MappingProxyType(
    {
        layout.SHORT_OF_CALLS: 4096,
        layout.SHORT_OF_SEGMENTS: 1024,
        layout.SHORT_OF_HOSTS: 64,
        layout.SHORT_OF_OUTAGES: 512,
        layout.SHORT_OF_TIMERS: 256,
        layout.SHORT_OF_LATENT: 256,
        layout.SHORT_OF_BATCHES: 1024,
        layout.SHORT_OF_ENTRIES: 256,
        layout.SHORT_OF_NUMBERS: 4096,
        layout.SHORT_OF_HOLDS: 256,
        layout.SHORT_OF_LOSSES: 1024,
        layout.SHORT_OF_DAYS: 366,
        layout.SHORT_OF_PLANNED: 64,
        layout.SHORT_OF_CORDONS: 64,
        layout.SHORT_OF_ROUNDS: 16,
        layout.SHORT_OF_SPELLS: 64,
        layout.SHORT_OF_LOOKS: 64,
    }
)
"""How much of each thing that a trial can be short of is provided at first."""


def lay_out_room(memory: TrialMemory) -> None:
    """Lay out room for what a trial makes, as much of each thing as is provided."""
    if not memory.is_new("room", ()):
        return
    state, capacity = memory.state, memory.capacity
    for name, dtype, short in (
        ("calls", CALL, layout.SHORT_OF_CALLS),
        ("segments", SEGMENT, layout.SHORT_OF_SEGMENTS),
        ("outages", layout.OUTAGE, layout.SHORT_OF_OUTAGES),
        ("timers", layout.TIMER, layout.SHORT_OF_TIMERS),
        ("latent", layout.LATENT, layout.SHORT_OF_LATENT),
        ("holds", layout.HOLD, layout.SHORT_OF_HOLDS),
        ("incidents", layout.INCIDENT, layout.SHORT_OF_HOLDS),
        ("absences", layout.ABSENCE, layout.SHORT_OF_HOLDS),
        ("losses", layout.LOSS, layout.SHORT_OF_LOSSES),
        ("cordons", layout.CORDONED, layout.SHORT_OF_CORDONS),
        ("looks", layout.LOOK, layout.SHORT_OF_LOOKS),
    ):
        table = memory.table(name, dtype, capacity[short])
        state[f"{name}_cap"] = len(table)
    state["batches_cap"] = capacity[layout.SHORT_OF_BATCHES]
    batches = memory.table("batches", layout.BATCH, int(state["tiers_n"]) * state["batches_cap"])
    for tier in range(int(state["tiers_n"])):
        place = tier * int(state["batches_cap"]) * layout.BATCH.itemsize
        memory.tables["tiers"][tier]["batches"] = batches.ctypes.data + place
    # Lists that are made and thrown away in one go are not watched: they have room behind.
    room = 8 * (int(state["hosts_cap"]) + capacity[layout.SHORT_OF_LATENT])
    table = memory.table("numbers", np.int64, capacity[layout.SHORT_OF_NUMBERS] + room)
    state["numbers_cap"] = len(table) - room
    memory.table("latents", np.int64, capacity[layout.SHORT_OF_LATENT])
    table = memory.table("lasting", np.int64, capacity[layout.SHORT_OF_HOLDS])
    memory.table("lasting_until", np.float64, len(table))
    state["lasting_cap"] = len(table)
    memory.table("earlier", np.int64, 3 * capacity[layout.SHORT_OF_HOLDS])
    table = memory.table("suspects", np.int64, 2 * capacity[layout.SHORT_OF_HOLDS])
    state["suspects_cap"] = len(table) // 2
    table = memory.table("corrupt_found", np.int64, capacity[layout.SHORT_OF_BATCHES])
    state["corrupt_found_cap"] = len(table)
