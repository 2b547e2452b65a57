"""The statistic that decides which of several scenarios is best."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.tables.columns import HOST_WORK
from simtrain.tables.optimum import objective_of
from simtrain.tables.statistic import WALL_CLOCK, Statistic, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario


def deciding(of: str | None, scenarios: Sequence[Scenario], trials: range) -> Statistic | None:
    """The statistic that decides between scenarios; None if none was asked for.

    Raises
    ------
    InputError
        If it cannot decide fairly, there are too few trials for it, or nothing can: jobs of
        different size are observed for a window, and their size changes meanwhile.
    """
    objective = objective_of(scenarios)
    if objective == HOST_WORK and any(map(_changes_size, scenarios)):
        raise InputError(
            "jobs of different size are observed for a window, and their `cluster.hosts` changes "
            "meanwhile, so nothing tells which does more; leave out the change"
        )
    if of is None:
        return None
    statistic = replace(parse(of, scenarios[0].start), start=None)
    if statistic.column == WALL_CLOCK and objective != WALL_CLOCK:
        raise InputError(
            f"{statistic}: the wall-clock is fixed by a window, or less of it means less work; ask "
            "for another metric, such as goodput"
        )
    if len(trials) < statistic.fewest:
        raise InputError(
            f"{len(trials):,} trials are too few for {statistic} and its interval; use --trials "
            f"{statistic.fewest} or more"
        )
    return statistic


def _changes_size(scenario: Scenario) -> bool:
    return bool(scenario.set_later("cluster.hosts"))
