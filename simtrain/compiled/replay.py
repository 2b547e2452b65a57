"""Faults of hosts at the times that a log tells, as in `simtrain.faults.replay`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.compiled.clocks import enter
from simtrain.compiled.draws import uniform
from simtrain.compiled.hazards import set_event
from simtrain.compiled.layout import (
    AMONG_STANDING,
    LOG,
    LOGGED,
    log_at,
    logged_at,
    source_at,
    trial_at,
)
from simtrain.compiled.routines import routine
from simtrain.model.streams import BLOCK_START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model import replay


class LogOfSource(NamedTuple):
    """Outages that a source replays.

    Parameters
    ----------
    source
        Number of the source.
    log
        Outages of one class.
    """

    source: int
    log: replay.Log


def lay_out_logs(memory: TrialMemory, logs: Sequence[LogOfSource], hosts: int) -> None:
    """Lay out what sources replay, but for outages of hosts that the cluster has not.

    Parameters
    ----------
    memory
        Memory of the trial.
    logs
        Outages by source.
    hosts
        Hosts that the cluster owns at the start.
    """
    table = memory.table
    rows: list[tuple[float, float, int]] = []
    records = table("logs", LOG, len(logs))
    for number, (source, log) in enumerate(logs):
        there = [(one.begun_s, one.away_s, one.host) for one in log.outages if one.host < hosts]
        record = memory.record(records, number)
        record["source"], record["first"], record["rows_n"] = source, len(rows), len(there)
        record["window"], record["block"] = log.window, log.block or math.inf
        rows += there
    table("logged", LOGGED, len(rows))[: len(rows)] = np.array(rows, LOGGED)
    for name in ("going", "struck"):
        table(name, LOGGED, len(rows))
    table("away_until", np.float64, int(memory.state["hosts_cap"]) if logs else 1)
    memory.state["logs_n"] = len(logs)


@routine
def _begin_block(t: int, number: int) -> None:
    """Begin another block of a log, or the log itself."""
    s = trial_at(t, 0)
    log = log_at(s.logs, number)
    log.row, log.end, log.offset, log.wraps = 0, math.inf, 0.0, 0
    if log.block == math.inf or not log.rows_n:
        return
    since = uniform(s.seed, s.trial, s.stream_block, 0, log.blocks + BLOCK_START) * log.window
    log.end = since + log.block
    log.offset = log.blocks * log.block - since
    log.blocks += 1
    low, high = 0, log.rows_n
    while low < high:
        middle = (low + high) // 2
        if logged_at(s.logged, log.first + middle).begun < since:
            low = middle + 1
        else:
            high = middle
    log.row = low


@routine
def _next_time(t: int, number: int) -> float:
    """When the next outage of a log begins in the trial; infinite if there is none."""
    s = trial_at(t, 0)
    log = log_at(s.logs, number)
    while True:
        if log.row < log.rows_n:
            begun = logged_at(s.logged, log.first + log.row).begun
            if begun < log.end:
                time: float = begun + log.offset
                return time
        if log.block == math.inf or not log.rows_n:
            return math.inf
        if log.wraps:
            _begin_block(t, number)
        else:  # on from the beginning of the log
            log.wraps, log.row = 1, 0
            log.end, log.offset = log.end - log.window, log.offset + log.window


@routine
def _enter_next(t: int, number: int) -> None:
    """Wait for the next instant at which hosts of a log fall, if there is one."""
    s = trial_at(t, 0)
    log = log_at(s.logs, number)
    log.going_n = 0
    time = _next_time(t, number)
    if time == math.inf:
        return
    source = source_at(s.sources, log.source)
    source.number += 1
    while _next_time(t, number) == time:
        row = logged_at(s.logged, log.first + log.row)
        place = 0
        while place < log.going_n and logged_at(s.going, log.first + place).host != row.host:
            place += 1
        one = logged_at(s.going, log.first + place)
        if place == log.going_n:
            one.host, one.away = row.host, row.away
            log.going_n += 1
        else:
            one.away = max(one.away, row.away)
        log.row += 1
    enter(t, source.clock, time, source.slot)


@routine
def begin_replay(t: int, source: int) -> None:
    """Wait for the first outages of a log."""
    s = trial_at(t, 0)
    for number in range(s.logs_n):
        log = log_at(s.logs, number)
        if log.source == source:
            log.blocks = 0
            _begin_block(t, number)
            _enter_next(t, number)


@routine
def strike_replay(t: int, number: int) -> None:
    """Strike the hosts of a log that fall now, which are noted as those struck."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    for place in range(s.logs_n):
        log = log_at(s.logs, place)
        if log.source == number:
            s.struck_n = log.going_n
            for n in range(log.going_n):
                going, struck = logged_at(s.going, log.first + n), logged_at(s.struck, n)
                struck.host, struck.away = going.host, going.away
            happens = source.number
            _enter_next(t, place)
            first = logged_at(s.struck, 0).host
            set_event(t, source.fault, AMONG_STANDING, first, source.stream, happens)
