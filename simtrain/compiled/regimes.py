"""Parameters after each sequence of changes that a trial has come across, as records.

A regime is what is in force after some changes, in the order in which they came.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.allocation import lay_out_allocations
from simtrain.compiled.parameters import (
    FAULT,
    TIER,
    encode_allocation,
    encode_cluster,
    encode_diagnosis,
    encode_fault,
    encode_recovery,
    encode_repair,
    encode_restart,
    encode_tier,
)
from simtrain.compiled.support import CAUSES
from simtrain.compiled.unknown import of_law
from simtrain.engine.capacity import LOSS
from simtrain.scenario.recovery import WAIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.engine.numbers import Changes
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.weather import WeatherParameters

Regimes: TypeAlias = "Mapping[Changes, Parameters]"
"""Parameters by the changes that have come, in the order of their numbers."""

_SPECIAL = "hang_class", "failure_class", "capacity_class", "latent_class"


def lay_out_regimes(
    memory: TrialMemory, regimes: Regimes, weathers: Sequence[WeatherParameters]
) -> None:
    """Lay out the parameters in force, and which change leads from which to which."""
    state, classes = memory.state, len(memory.scenario.fault)
    # Corrupt copies of all tiers come last: that of the first tier stands for them all.
    state["classes"] = classes + len(_SPECIAL) - 1 + int(state["tiers_n"])
    state["plain_classes"] = classes
    for place, name in enumerate(_SPECIAL):
        state[name] = classes + place
    tables = _Tables(memory, len(regimes), weathers)
    waits = lay_out_allocations(memory, list(regimes.values()))
    for number, parameters in enumerate(regimes.values()):
        tables.write(number, parameters, waits[number])
    if memory.is_new("changes", tuple(regimes)):
        _lay_out_changes(memory, regimes)


class _Tables:
    """Writes parameters as records: those of the regimes, of their classes of faults, of tiers."""

    def __init__(self, memory: TrialMemory, regimes: int, weathers: Sequence[WeatherParameters]):
        state = memory.state
        self._memory, self._weathers = memory, weathers
        self._stride, self._tiers_n = int(state["classes"]), int(state["tiers_n"])
        self._latent = int(state["latent_class"])
        self._regimes = memory.table("regime_table", layout.REGIME, regimes)
        self._classes = memory.table("class_table", FAULT, self._stride * regimes)
        self._tiers = memory.table("tier_table", TIER, self._tiers_n * regimes)
        self._encoded: dict[tuple[str, int], Any] = {}

    def write(self, number: int, parameters: Parameters, waits: int) -> None:
        """Write the parameters of a regime, whose waits by the hour begin at a place."""
        memory, scenario = self._memory, self._memory.scenario
        checkpoint, restart = parameters.checkpoint, parameters.restart
        record = memory.record(self._regimes, number)
        record["work"], record["full_speed"] = parameters.work, parameters.full_speed
        record["speed"], record["interval"] = parameters.speed, checkpoint.interval
        record["write_slowdown"] = checkpoint.write_slowdown
        record["save_hangs"] = checkpoint.save_hangs
        record["in_work"], record["final_save"] = checkpoint.in_work, checkpoint.final_save
        record["end_training"] = checkpoint.end_training
        record["counts_failures"] = restart.counts_failures
        (swap,) = of_law(parameters.cluster.swap, lambda law: (law.mean,))
        record["swap_takes_time"] = bool(swap)
        allocation = partial(encode_allocation, waits=waits)
        repair = partial(encode_repair, weathers=self._weathers)
        record["cluster"] = self._of(parameters.cluster, encode_cluster)
        record["restart"] = self._of(restart, encode_restart)
        record["diagnosis"] = self._of(parameters.diagnosis, encode_diagnosis)
        record["repair"] = self._of(parameters.repair, repair)
        record["allocation"] = allocation(parameters.allocation, memory.held)
        if scenario.recovery.policy != WAIT:
            record["recovery"] = self._of(parameters.recovery, encode_recovery)
        for place, name in enumerate(scenario.fault):
            self._write_fault(number, place, parameters.faults[name], memory.rank(name))
        latent = [tier.latent or checkpoint.failure for tier in checkpoint.tiers]
        special = checkpoint.hang, checkpoint.failure, LOSS, *latent
        for place, fault in enumerate(special, start=len(scenario.fault)):
            self._write_fault(number, place, fault, 0)
        for place, tier in enumerate(checkpoint.tiers):
            encode = partial(encode_tier, latent=self._latent + place)
            encoded = self._of(tier, encode, str(place))
            memory.put(self._tiers, number * self._tiers_n + place, encoded)

    def _write_fault(self, number: int, place: int, fault: FaultParameters, rank: int) -> None:
        cause = self._memory.name(fault.name)
        encode = partial(encode_fault, cause=cause, rank=rank, weathers=self._weathers)
        encoded = self._of(fault, encode, str(rank))
        self._memory.put(self._classes, number * self._stride + place, encoded)

    def _of(self, part: Any, encode: Callable[..., Any], way: str = "") -> Any:
        """A part as a record, encoded once if it is the same after several changes."""
        key = way, id(part)
        if key not in self._encoded:
            self._encoded[key] = encode(part, self._memory.held)
        return self._encoded[key]


def _lay_out_changes(memory: TrialMemory, regimes: Regimes) -> None:
    """Lay out which change leads where, and what is the same after all of them."""
    state, changes, sequences = memory.state, len(memory.scenario.change), list(regimes)
    start = regimes[()]
    state["changes_n"] = changes
    following: NDArray[Any] = memory.table("next_regime", np.int64, len(regimes) * changes)
    following[:] = -1
    for number, done in enumerate(sequences):
        for change in range(changes):
            if (*done, change) in regimes:
                following[number * changes + change] = sequences.index((*done, change))
    memory.table("changes", np.int64, changes + 1)
    for field, name in CAUSES.items():
        state[field] = memory.name(name)
    tiers = memory.tables["tiers"]
    for place, tier in enumerate(start.checkpoint.tiers):
        tiers[place]["name"] = memory.name(tier.name) if tier.name else -1
    if changes:
        first_name = memory.name("change 0")
        for change in range(1, changes):
            assert memory.name(f"change {change}") == first_name + change
        state["first_change_name"] = first_name
    state["holds_copies"] = any(tier.survives is not None for tier in start.checkpoint.tiers)
    state["any_slow"] = any(fault.effect.slows for fault in start.faults.values())
    state["on_calendar"] = any(fault.on_calendar for fault in start.faults.values())
