"""Hosts that are never swapped beside the processes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.scenario.recovery import ELASTIC, SWAP, WAIT

if TYPE_CHECKING:
    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario

_OF_SWAPS = ("swap_restart", "swap_success")


def _keys_without_swaps(scenario: Scenario) -> Iterator[Note]:
    recovery = scenario.recovery
    given = [key for key in _OF_SWAPS if scenario.writes(f"recovery.{key}")]
    if recovery.policy in (WAIT, ELASTIC) and given:
        yield Note(
            f"recovery.{given[0]}",
            f"`recovery.{given[0]}` is not used: all hosts are launched anew, unless "
            f'`recovery.policy` is "{SWAP}".',
        )


def _is_automatic(fault: FaultClass) -> bool:
    return fault.does.preempts or fault.automatic.middle > 0


def _never_swaps(scenario: Scenario) -> Iterator[Note]:
    if scenario.recovery.policy != SWAP:
        return
    of_hosts = [fault for fault in scenario.fault.values() if fault.scope != "job"]
    leave = all(fault.needs_repair is None or fault.needs_repair.middle == 1 for fault in of_hosts)
    if leave and not (scenario.cluster.spares or scenario.changes_at("cluster.spares")):
        why = "no spare stands by, unless a host is back from repair before it is needed"
    elif of_hosts and not any(map(_is_automatic, of_hosts)):
        why = (
            "a person is called for every fault of a host, and processes do not wait for people; "
            "`automatic` of a class says how often nobody is needed"
        )
    else:
        return
    yield Note("recovery.policy", f"Hosts are hardly ever swapped hot: {why}.")


NOTES = (_keys_without_swaps, _never_swaps)
