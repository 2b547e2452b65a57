"""Replicas that a job never goes on without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.recovery import ELASTIC

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_OF_REPLICAS = (
    "at_least", "reconfigure", "reconfigure_success", "rejoin", "rejoin_stall", "struck_launch"
)  # fmt: skip


def _never_without_replicas(scenario: Scenario) -> Iterator[Note]:
    recovery = scenario.recovery
    given = [key for key in _OF_REPLICAS if scenario.writes(f"recovery.{key}")]
    if recovery.waits and given:
        yield Note(
            f"recovery.{given[0]}",
            f"`recovery.{given[0]}` is not used: the job waits for all its hosts, unless "
            f'`recovery.policy` is "{ELASTIC}".',
        )
    elif recovery.policy == ELASTIC and recovery.at_least == recovery.replicas:
        yield Note(
            "recovery.at_least",
            f"`recovery.at_least` is all {recovery.replicas} replicas, so that the job never goes "
            "on without one.",
        )


NOTES = (_never_without_replicas,)
