"""What is said of a scenario that was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.notes.people import order_of_rows
from simtrain.show.check.explained import explained
from simtrain.show.page import page
from simtrain.show.remarks import noted, remarks

if TYPE_CHECKING:
    from simtrain.model.implied import Implied
    from simtrain.scenario.scenario import Scenario


def check_report(scenario: Scenario, implied: Implied | None = None, width: int = 80) -> str:
    """What the scenario does not say, and what its numbers lead to; empty if there is nothing.

    Parameters
    ----------
    implied
        What its numbers imply, if that is to be shown as well.
    """
    blocks = remarks(scenario)
    if implied is not None:
        blocks = [noted(scenario), *explained(scenario, implied)]
    return page(width, [order_of_rows(scenario)], *blocks).lstrip("\n")
