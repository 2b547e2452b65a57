"""What is known of that which recurs by a law in a run in flight: stops, allocations, weather."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.errors import InputError
from simtrain.history import exposure
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.questions.logged_classes import by_class, stops_in
from simtrain.scenario.behind import span_begun_s, tells_of_weather
from simtrain.units import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.logs.counts import LoggedFaults
    from simtrain.logs.progress import Progress
    from simtrain.scenario.scenario import Scenario

_OF_RATES = ("rate", "mtbf")


def behind(
    planned: Scenario,
    left: Scenario,
    progress: Progress,
    faults: LoggedFaults | None,
    planned_s: float,
    at_risk_s: float,
    granted_s: float | None = None,
) -> dict[str, Any]:
    """Keys of `[underway]` that say what is known, as far as anything is.

    Parameters
    ----------
    planned, left
        The run as it was planned, and what is left of it.
    progress
        How far it was, until now.
    faults
        What failed, if a log was given. Rows of it by the name of a stop tell when that came.
    planned_s
        Seconds that the whole work takes while nothing fails, saves included.
    at_risk_s
        Seconds in which it was at risk of faults.
    granted_s
        When the present allocation was granted, in seconds since the start, if that is known.
    """
    now_s, found = progress.last_s, dict[str, Any]()
    if granted_s is not None:
        found["underway.since_grant"] = f"{now_s - granted_s} s"
    if left.underway is not None and left.underway.aged is not None and planned.underway is None:
        ageing = [fault for fault in planned.fault.values() if fault.ages_hosts]
        if all(fault.clock != "calendar" for fault in ageing):
            found["underway.aged"] = f"{min(at_risk_s, now_s)} s"
    if faults is None or left.underway is None or left.underway.elapsed is None:
        return found
    if since := _since_stop(planned, left, faults, now_s):
        known = {name: f"{seconds} s" for name, seconds in since.items()}
        first = left.underway.first_stop
        others = {name: f"{seconds} s" for name, seconds in first.items() if name not in since}
        found |= {"underway.since_stop": known, "underway.first_stop": others or None}
    seen, at_risk = dict[str, int](), dict[str, str]()
    for name, begun_s in _spans(planned, left):
        seen[name], seconds = _in_span(planned, name, progress, faults, planned_s, begun_s)
        at_risk[name] = f"{seconds} s"
    if seen:
        found |= {"underway.seen": seen, "underway.at_risk": at_risk}
    return found


def granted_at(planned: Scenario, granted_s: float, now_s: float) -> float:
    """When the present allocation was granted, in seconds since the start.

    Raises
    ------
    InputError
        If there are no allocations with a limit, or it was not granted before now, or is over.
    """
    limit = None if planned.allocation is None else planned.allocation.limit
    if limit is None:
        raise InputError(
            f"granted: {planned.name} has no `allocation.limit` that it counts for; give that, or "
            "leave this out"
        )
    if granted_s > now_s:
        raise InputError(
            "granted: lies after the last row of progress; give the allocation of that moment"
        )
    if limit.is_certain and now_s - granted_s >= limit.middle:
        raise InputError(
            f"granted: {brief(now_s - granted_s)} before the last row, an allocation of "
            f"{brief(limit.middle)} is over; give the present one, or correct `allocation.limit`"
        )
    return granted_s


def _since_stop(
    planned: Scenario, left: Scenario, faults: LoggedFaults, now_s: float
) -> dict[str, float]:
    """How long ago stops came last that recur by a law, of those that the log has."""
    found: dict[str, float] = {}
    last = {one.lower(): time for time, one in faults.until(now_s, stops_in(planned))}
    for name, stop in left.stop.items():
        if stop.every is None or stop.first is not None or name.lower() not in last:
            continue
        found[name] = now_s - last[name.lower()]
        longest = stop.every.law.support[1]
        if found[name] >= longest:
            raise InputError(
                f"log: `{name}` came last {brief(found[name])} before now, and the next one comes "
                f"after {brief(longest)} at most; add what came since, or correct "
                f"`stop.{name}.every`"
            )
    return found


def _spans(planned: Scenario, left: Scenario) -> Iterator[tuple[str, float]]:
    """Classes that tell of their weather, and how long ago its present span began."""
    assert left.underway is not None
    for name, fault in planned.fault.items():
        paths = [f"fault.{name}.{key}" for key in _OF_RATES if getattr(fault, key) is not None]
        changes = any(map(planned.set_later, [*paths, "cluster.hosts"]))
        if not changes and tells_of_weather(left.fault[name]):
            begun_s = span_begun_s(left.fault[name], left.weather, left.underway.elapsed)
            if 0.0 < begun_s < math.inf:
                yield name, begun_s


def _in_span(
    planned: Scenario,
    name: str,
    progress: Progress,
    faults: LoggedFaults,
    planned_s: float,
    begun_s: float,
) -> tuple[int, float]:
    """Faults of a class in the present span of its weather, and seconds at risk in it."""
    now_s = progress.last_s
    since_s = now_s - begun_s
    counts, _ = by_class(planned, faults, now_s, since_s)
    seen = counts[name]
    if planned.fault[name].clock == "calendar":
        return seen, begun_s
    training_s = progress.training_s(planned_s, since_s)
    if planned.recovery.replicas:
        return seen, training_s
    now = parameters_of(planned, at_middle, planned)
    ended = sum(counts[one] for one, fault in now.faults.items() if not fault.effect.slows)
    back = np.diff(progress.done, prepend=0.0) < 0
    rolled_back = int((back & (progress.time_s > since_s)).sum())
    return seen, min(exposure.at_risk_s(now, begun_s, training_s, ended, rolled_back), begun_s)
