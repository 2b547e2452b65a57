"""A scenario that begins later, on the same hardware or on better one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from simtrain.scenario.scaled import scaled
from simtrain.units import DURATION, HOST_PRICE, PLAIN, PRICE, SPEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.units import Dimension

_SHORTER: dict[str, Sequence[Dimension]] = {
    "ideal_time": (DURATION,),
    "accelerator_hours": (PLAIN,),
    "step_time": (DURATION,),
}
_FASTER: dict[str, Sequence[Dimension]] = {
    "tokens_per_second": (PLAIN,),
    "achieved": (SPEED,),
    "peak": (SPEED,),
}
"""Keys of the workload that fall, and that rise, with the speed of an accelerator."""
_HIRE = ("accelerator", "idle", "lent", "repair", "away", "queue", "paused")


def starting(scenario: Scenario, start: dt.datetime) -> Scenario:
    """The scenario with another start.

    Raises
    ------
    ScenarioError
        If something of it comes at a date that lies before.
    """
    text = start.isoformat()
    return scenario.overridden([("start", text)], f"start = {text}")


def on_faster(scenario: Scenario, faster: float, cheaper: float = 1.0) -> Scenario:
    """The scenario on as many accelerators that are faster at the same power.

    The work takes less time, and so less energy; saves, loads, restarts and faults are as they are.

    Parameters
    ----------
    scenario
        The scenario.
    faster
        Speed of an accelerator as a multiple of what it is.
    cheaper
        What a dollar computes as a multiple of what it does: an hour costs `faster / cheaper` as
        much.
    """
    origin = f"{faster:.4g} times as fast"
    values: list[tuple[str, Any]] = []
    rows = []
    for path, value in scenario.written().items():
        if path.startswith("workload."):
            new = _on_faster(path, value, faster)
            values += [] if new is value else [(path, new)]
        elif path.startswith("price.") and path.partition(".")[2] in _HIRE:
            values.append((path, scaled(value, (PRICE, HOST_PRICE, PLAIN), faster / cheaper)))
    for row in scenario.changes_without(()):
        new_values = dict(row["set"])
        for path, value in row["set"].items():
            if path.startswith("workload."):
                new_values[path] = _on_faster(path, value, faster)
            elif path.startswith("price.") and path.partition(".")[2] in _HIRE:
                new_values[path] = scaled(value, (PRICE, HOST_PRICE, PLAIN), faster / cheaper)
        rows.append({**row, "set": new_values})
    if rows:
        values.append(("change", rows))
    return scenario.overridden(values, origin)


def _on_faster(path: str, value: Any, faster: float) -> Any:
    """A value of the workload with accelerators that are so many times as fast."""
    key = path.removeprefix("workload.")
    if key in _SHORTER:
        return scaled(value, _SHORTER[key], 1 / faster)
    return scaled(value, _FASTER[key], faster) if key in _FASTER else value
