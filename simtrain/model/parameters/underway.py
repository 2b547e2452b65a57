"""What a run in flight has behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simtrain.model.parameters.settled import Settle
    from simtrain.scenario.scenario import Scenario


class UnderwayParameters(NamedTuple):
    """What a run in flight has behind it at the start.

    Parameters
    ----------
    done
        Part of the whole work that is done.
    since_save
        Part of the interval that has passed since the last save; None if nobody knows.
    in_repair
        How long spares have been in repair that are so at the start, in seconds.
    bad_hosts
        By class: probability that a host of the job is bad.
    elapsed
        Time since the run began, in seconds; None if nobody knows.
    since_stop, first_stop
        By stop that recurs: how long ago it came last, and first, in seconds, where that is known.
    since_grant
        How long the job has held its allocation, in seconds; None if nobody knows.
    aged
        For how long hosts of the job were at risk since they had the age that is given, in seconds;
        None if they have it now.
    """

    done: float
    since_save: float | None
    in_repair: tuple[float, ...] = ()
    bad_hosts: tuple[tuple[str, float], ...] = ()
    elapsed: float | None = None
    since_stop: tuple[tuple[str, float], ...] = ()
    first_stop: tuple[tuple[str, float], ...] = ()
    since_grant: float | None = None
    aged: float | None = None


def underway_of(scenario: Scenario, settle: Settle, start: Scenario) -> UnderwayParameters | None:
    """Parameters of a run in flight; None if it begins with the trials."""
    table = scenario.underway
    if table is None:
        return None
    return UnderwayParameters(
        table.done,
        table.since_save,
        table.in_repair,
        tuple(table.bad_hosts.items()),
        table.elapsed,
        tuple(table.since_stop.items()),
        tuple(table.first_stop.items()),
        table.since_grant,
        table.aged,
    )
