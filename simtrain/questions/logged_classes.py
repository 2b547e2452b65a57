"""Faults of a log by the classes of a scenario: of the same name, else in any case of letters."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.logs.log import ANY
from simtrain.units import brief

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.logs.counts import LoggedFaults
    from simtrain.scenario.scenario import Scenario


def by_class(
    scenario: Scenario, faults: LoggedFaults, until_s: float, since_s: float = -math.inf
) -> tuple[dict[str, int], dict[str, int]]:
    """Faults by class of a scenario until a moment, and those of other classes, as a log has them.

    A class that the log could have told of and did not has had no fault.

    Parameters
    ----------
    scenario
        The run as it was planned.
    faults
        What failed.
    until_s
        The moment, in seconds since the start.
    since_s
        Only later faults count; by default all.
    """
    logged = faults.until(until_s, of_one_moment(scenario))
    counted = Counter(name for time, name in logged if time > since_s)
    if set(counted) == {ANY} and len(scenario.fault) == 1:
        [name] = scenario.fault
        return {name: counted[ANY]}, {}
    names = {name.lower(): name for name in scenario.fault}
    known = dict.fromkeys(scenario.fault, 0)
    others = {}
    for one, count in counted.items():
        if one in known:
            known[one] += count
        elif one.lower() in names:
            known[names[one.lower()]] += count
        elif one.lower() not in stops_in(scenario):
            others[one] = count
    return known, others


def refuse_other_classes(
    scenario: Scenario, faults: LoggedFaults, until_s: float, log: Path
) -> None:
    """Refuse a log none of whose faults is of a class of a scenario, by an `InputError`."""
    known, others = by_class(scenario, faults, until_s)
    if others and not any(known.values()):
        there = ", ".join(scenario.fault)
        raise InputError(
            f"{log}: none of its {sum(others.values()):,} faults in {brief(until_s)} is of a class "
            f"of {scenario.name}; call them {there}"
        )


def of_one_moment(scenario: Scenario) -> set[str]:
    """Classes of which all rows of one moment are of one fault, by their names in lower case."""
    names = {name.lower() for name, fault in scenario.fault.items() if not fault.is_of_one_host}
    return names | ({ANY} if len(scenario.fault) == 1 and names else set())


def repaired(scenario: Scenario) -> set[str]:
    """Classes whose hosts are repaired, each of them, by their names in lower case.

    The end of a row of another class may be that of anything.
    """
    names = {
        name.lower()
        for name, fault in scenario.fault.items()
        if fault.breaks_hosts and (fault.needs_repair is None or fault.needs_repair.middle == 1.0)
    }
    return names | ({ANY} if len(scenario.fault) == 1 and names else set())


def stops_in(scenario: Scenario) -> set[str]:
    """Names of stops, in lower case."""
    return {name.lower() for name in scenario.stop}
