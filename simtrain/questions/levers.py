"""Levers of a run in flight: what is left of it, with something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.answers.levers import Changed
from simtrain.errors import InputError
from simtrain.questions.question import check_fraction
from simtrain.scenario.inputs import inputs_of
from simtrain.tables.optimum import work_differs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.scenario.scenario import Scenario


def levers_of(
    left: Scenario, asked: Mapping[str, Mapping[str, Any]], change: float | None
) -> list[Changed]:
    """What is left of a run, with something changed that may bring its finish forward.

    Parameters
    ----------
    left
        What is left of it.
    asked
        Values by key that it may have, by the name of the lever.
    change
        By which part of itself every number is also changed, down and up; None if none is.

    Raises
    ------
    ScenarioError
        If a value is not accepted.
    InputError
        If one changes the work or when it starts, or the change is no fraction.
    """
    found = []
    for name, values in asked.items():
        scenario = left.overridden(values.items(), f"--with {name}")
        if scenario.start != left.start or work_differs([left, scenario]):
            raise InputError(
                f"--with {name}: changes when the rest of the run starts, or how much there is of "
                "it; give what changes how it goes on"
            )
        until = [path for key in values for path in left.set_later(key, values.items())]
        found.append(Changed(name, scenario, True, tuple(until)))
    if change is None:
        return found
    check_fraction("change", change, "0.2 or 20 %")
    for one in inputs_of(left, change).varied:
        for side, sign in ((one.low, "−"), (one.high, "+")):
            if side is not None:
                by = f"{sign}{100 * change:g} %" if one.is_even else f"= {one.side_text(side)}"
                found.append(Changed(f"{one.key} {by}", side.scenario, False, one.until))
    return found
