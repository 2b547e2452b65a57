"""A run in flight at a moment: where it stands, what is left of it, and what was seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.answers.forecast import Standing
from simtrain.errors import InputError
from simtrain.history.posterior import Seen, updates
from simtrain.logs.log import ANY
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.remaining import remaining
from simtrain.units import brief

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.history.posterior import Update
    from simtrain.logs.counts import LoggedFaults
    from simtrain.logs.progress import Progress
    from simtrain.scenario.scenario import Scenario


class InFlight(NamedTuple):
    """A run in flight at a moment.

    Parameters
    ----------
    standing
        Where it stands.
    progress
        How it came there.
    updates
        Numbers that what was seen tells something of.
    left
        What is left of it, with all numbers as they were planned.
    told
        The same by what was seen.
    """

    standing: Standing
    progress: Progress
    updates: tuple[Update, ...]
    left: Scenario
    told: Scenario


def in_flight(
    planned: Scenario,
    progress: Progress,
    faults: LoggedFaults | None,
    asked_s: float,
    in_repair: int = 0,
) -> InFlight:
    """A run as it was known at a moment: nothing later is looked at.

    Where it stands later than the last row of its progress is not known, and is simulated.

    Parameters
    ----------
    planned
        The run as it was planned.
    progress
        How far it was, with a row after its start and until the moment.
    faults
        What failed, if a log was given.
    asked_s
        The moment, in seconds since the start.
    in_repair
        Spares that are in repair then.
    """
    known = progress.until(asked_s)
    now_s = known.last_s
    seen, others = ({}, {}) if faults is None else _by_class(planned, faults, now_s)
    training_s = known.training_s(_planned_s(planned))
    standing = Standing(
        now_s, known.now, training_s, known.rolled_back, seen, others, asked_s, in_repair
    )
    left = remaining(planned, now_s, known.now, in_repair)
    narrowed = tuple(updates(planned, Seen(now_s, training_s, seen)))
    told = left.replace(
        {one.key: one.written for one in narrowed}
        | {f"sources.{one.key}": None for one in narrowed if one.key in planned.sources}
    )
    return InFlight(standing, known, narrowed, left, told)


def refuse_other_classes(
    scenario: Scenario, faults: LoggedFaults, until_s: float, log: Path
) -> None:
    """Refuse a log none of whose faults is of a class of a scenario, by an `InputError`."""
    known, others = _by_class(scenario, faults, until_s)
    if others and not any(known.values()):
        there = ", ".join(scenario.fault)
        raise InputError(
            f"{log}: none of its {sum(others.values()):,} faults in {brief(until_s)} is of a class "
            f"of {scenario.name}; call them {there}"
        )


def _by_class(
    scenario: Scenario, faults: LoggedFaults, until_s: float
) -> tuple[dict[str, int], dict[str, int]]:
    """Faults by class of a scenario, and those of other classes, as a log has them.

    A class that the log could have told of and did not has had no fault.
    """
    counted = faults.until(until_s)
    if set(counted) == {ANY} and len(scenario.fault) == 1:
        [name] = scenario.fault
        return {name: counted[ANY]}, {}
    names = {name.lower(): name for name in scenario.fault}
    known = dict.fromkeys(scenario.fault, 0)
    others = {}
    for one, count in counted.items():
        if one.lower() in names:
            known[names[one.lower()]] += count
        else:
            others[one] = count
    return known, others


def _planned_s(scenario: Scenario) -> float:
    """Seconds that the whole work takes while nothing fails, saves included."""
    now = parameters_of(scenario, at_middle, scenario)
    saves = now.checkpoint.saves
    stall = sum(save.stall for save in saves) / len(saves)
    return scenario.ideal_s / now.speed * (1.0 + stall / now.checkpoint.interval)
