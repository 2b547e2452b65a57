"""Addresses of the streams that a trial draws from, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.trial_memory import word
from simtrain.model import streams

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory


def lay_out_streams(memory: TrialMemory) -> None:
    """Lay out the addresses of all streams; they are the same in all trials."""
    if memory.origins:
        return
    scenario, state = memory.scenario, memory.state
    tiers_n = state["tiers_n"]
    classes = list(scenario.fault)
    for of_class in (
        streams.FAULT, streams.RELAPSE, streams.FAULT_OF_SPARE, streams.FAULT_OF_HOST,
        streams.FAULT_OF_SPARE_UNIT,
    ):  # fmt: skip
        for name in classes:
            memory.origin(of_class, name)
    for of_class in (streams.ONSET, streams.ONSET_AGAIN) if scenario.underway else ():
        for name in classes:
            memory.origin(of_class, name)
    for name in (*scenario.stop, *scenario.schedule):
        memory.origin(streams.STOP, name)
    state["origin_start"] = memory.origin(streams.START)
    state["origin_changes"] = memory.origin(streams.CHANGES)
    state["origin_hangs"] = memory.origin(streams.SAVE_HANGS)
    suffixes = [f": tier {tier}" if tier else "" for tier in range(tiers_n)]
    of_tiers = [memory.origin(streams.SAVE_STOPS, suffix) for suffix in suffixes]
    tiers = memory.table("tiers", layout.COPIES, tiers_n)
    for number, suffix in enumerate(suffixes):
        tiers[number]["origin_stops"] = of_tiers[number]
        tiers[number]["stream_fails"] = word(streams.SAVE_FAILS.name.format(suffix))
        tiers[number]["stream_corrupt"] = word(streams.COPY_IS_CORRUPT.name.format(suffix))
    state["origin_queue"] = memory.origin(streams.QUEUE)
    state["origin_capacity"] = memory.origin(streams.CAPACITY)
    state["origin_corrupt"] = memory.origin(streams.CORRUPT_COPY)
    checks = list(scenario.check)
    table = memory.table("streams", layout.STREAM, len(memory.origins))
    of_checks = memory.table("numbers_of_checks", np.int64, len(memory.origins) * len(checks))
    for number, origin in enumerate(memory.origins):
        record = table[number]
        record["id"] = word(origin)
        for field, of in (
            ("launch", streams.LAUNCH), ("reach", streams.REACH),
            ("burst", streams.FAULT_IN_BURST), ("returns", streams.RETURNS),
            ("slow", streams.SLOW), ("further", streams.FURTHER_TRY),
            ("reconfigured", streams.RECONFIGURATION),
        ):  # fmt: skip
            record[field] = word(of.name.format(origin))
        record["checks"] = number * len(checks)
        for place, check in enumerate(checks):
            name = streams.FOUND_BY_CHECK.name.format(f"{check}: {origin}")
            of_checks[number * len(checks) + place] = word(name)
    first = 3 * len(classes)
    for number, name in enumerate(classes):
        record = table[first + number]
        record["first_life"] = word(streams.FIRST_LIFE.name.format(name))
        record["later_life"] = word(streams.LATER_LIFE.name.format(name))
    state["stream_repair"] = word(streams.REPAIR.name)
    state["stream_swap"] = word(streams.SWAP_IN.name)
    state["stream_found"] = word(streams.FOUND.name)
    state["stream_hosts"] = word(streams.HOST.name)
    state["stream_rejoining"] = word(streams.REJOINING.name)
    state["stream_block"] = word(streams.BLOCK.name)
