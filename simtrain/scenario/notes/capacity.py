"""Traces of capacity that do not cover the run, or make no difference to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.capacity import KEY
from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_PATH = f"capacity.{KEY}"


def _ends_of_the_trace(scenario: Scenario) -> Iterator[Note]:
    counts = scenario.counts
    if not counts:
        return
    (begins_s, first), (ends_s, last) = counts[0], counts[-1]
    if begins_s > 0.0:
        yield Note(
            _PATH,
            f"The trace of capacity begins {brief(begins_s)} after the start; its first count, "
            f"{first:,}, is taken to hold before as well.",
        )
    if ends_s < scenario.ideal_s:
        least = _hosts_to_train(scenario)
        follows = "" if last >= least else f", with which a job that needs {least:,} never trains"
        yield Note(
            _PATH,
            f"The trace of capacity ends after {brief(max(0.0, ends_s))}, and the run takes "
            f"{brief(scenario.ideal_s)} without any fault: it goes on with the last count, "
            f"{last:,}{follows}.",
        )


def _counts_that_take_nothing(scenario: Scenario) -> Iterator[Note]:
    owned = scenario.cluster.hosts + scenario.cluster.spares
    counts = [hosts for _, hosts in scenario.counts]
    if counts and min(counts) >= owned and not scenario.change:
        yield Note(
            _PATH,
            f"No count of the trace of capacity is below the {owned:,} hosts and spares that there "
            "are: it makes no difference.",
        )


def _hosts_to_train(scenario: Scenario) -> int:
    """Hosts that a job needs to train at all."""
    hosts, recovery = scenario.cluster.hosts, scenario.recovery
    if recovery.policy == "elastic" and recovery.replicas and recovery.at_least:
        return hosts // recovery.replicas * recovery.at_least
    return hosts


NOTES = (_ends_of_the_trace, _counts_that_take_nothing)
