"""Outages as a log tells them, as it is or block by block."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.streams import BLOCK_START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.model.draws import Row
    from simtrain.scenario.faults_from import LoggedOutage


class Log(NamedTuple):
    """Outages of one class of a log. Times in seconds.

    Parameters
    ----------
    outages
        In order of their begin.
    window
        Length of the window that the log is of.
    block
        Length of the blocks that are drawn from it; None to take it as it is.
    """

    outages: tuple[LoggedOutage, ...]
    window: float
    block: float | None


class Replayed(NamedTuple):
    """An outage of a trial: when it begins, of which host, and for how long. Times in seconds."""

    time: float
    host: int
    away: float


def block_of(log: Log, number: int, row: Row) -> Iterator[Replayed]:
    """Outages that begin in a block of a trial, in order.

    A block begins anywhere in the log with equal chance and goes on at its beginning where it
    reaches its end, so that each moment of the log is as likely as any other. Outages last as long
    as they did, also beyond their block.

    Parameters
    ----------
    number
        Number of the block, of which the first begins with the run.
    row
        Draws that decide where it begins in the log.
    """
    assert log.block is not None
    block, at = row
    since = block[at + BLOCK_START] * log.window
    until, offset = since + log.block, number * log.block - since
    yield from _between(log.outages, since, until, offset)
    yield from _between(log.outages, 0.0, until - log.window, offset + log.window)


def _between(
    outages: tuple[LoggedOutage, ...], start: float, end: float, offset: float
) -> Iterator[Replayed]:
    """Outages that begin between two moments of the log, so much later."""
    for number in range(bisect_left(outages, start, key=_begun), len(outages)):
        outage = outages[number]
        if outage.begun_s >= end:
            return
        yield Replayed(outage.begun_s + offset, outage.host, outage.away_s)


def _begun(outage: LoggedOutage) -> float:
    return outage.begun_s
