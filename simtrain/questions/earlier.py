"""Earlier moments of a run in flight, at which it is foretold by what was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.errors import InputError, shown
from simtrain.questions.in_flight import in_flight
from simtrain.units import DURATION, brief

if TYPE_CHECKING:
    from simtrain.logs.counts import LoggedFaults
    from simtrain.logs.progress import Progress
    from simtrain.questions.in_flight import InFlight
    from simtrain.scenario.scenario import Scenario

MOST = 200
"""Earlier forecasts that are made at once."""


def earlier(
    planned: Scenario, progress: Progress, faults: LoggedFaults | None, period: str | float
) -> list[InFlight]:
    """A run as it was known at moments before the last row of its progress.

    Parameters
    ----------
    planned
        The run as it was planned.
    progress
        How far it was until now.
    faults
        What failed, if a log was given.
    period
        From one moment to the next, the first so long after the start: a duration, or seconds.
        A moment at which no row has come since the one before tells nothing new, and is left out.

    Raises
    ------
    InputError
        If that is no duration above 0, or there are too many of them.
    """
    seconds = DURATION.number(period) if isinstance(period, str) else period
    if seconds is None or not seconds > 0.0:
        raise InputError(f"history = {shown(str(period))} is no duration above 0, such as 1d")
    now_s = progress.last_s
    if now_s / seconds > MOST:
        raise InputError(
            f"history = {brief(seconds)} makes more than {MOST} forecasts in {brief(now_s)}; "
            "give a longer one"
        )
    found: list[InFlight] = []
    for asked_s in np.arange(seconds, now_s, seconds).tolist():
        known = progress.until(asked_s)
        since_s = found[-1].standing.now_s if found else 0.0
        if len(known.time_s) and since_s < known.last_s < now_s:
            found.append(in_flight(planned, progress, faults, asked_s))
    return found
