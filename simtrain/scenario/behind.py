"""What a run in flight has behind it, held against the other tables of its scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from simtrain.scenario.allocation import Allocation
from simtrain.scenario.calendar import Stop
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.hosts import Cluster
from simtrain.scenario.table import Broken
from simtrain.scenario.underway import Underway
from simtrain.scenario.weather import Weather
from simtrain.scenario.workload import Workload
from simtrain.units import brief


def wrong_underway(
    underway: Underway | None,
    workload: Workload,
    cluster: Cluster,
    faults: Mapping[str, FaultClass],
    weathers: Mapping[str, Weather],
    stops: Mapping[str, Stop],
    allocation: Allocation | None,
) -> Iterator[Broken]:
    """What of a run in flight contradicts other tables."""
    if underway is None:
        return
    if workload.window is not None:
        wrong = "is a part of the work, and a run that is watched for a window has none"
        yield Broken("underway.done", wrong, "give its work, or leave [underway] out")
    for name in underway.bad_hosts:
        if name not in faults or faults[name].scope not in ("host", "accelerator"):
            wrong = "is no class of faults of single hosts"
            yield Broken(f"underway.bad_hosts.{name}", wrong, "the name of one")
    if len(underway.in_repair) > cluster.in_repair:
        wrong = f"are more than the {cluster.in_repair} spares of `cluster.in_repair`"
        yield Broken("underway.in_repair", wrong, "one duration for each at most")
    for name in underway.seen:
        fault = faults.get(name)
        if fault is None or not tells_of_weather(fault):
            wrong = "is no class that varies, is memoryless, strikes single hosts or the job, and "
            yield Broken(f"underway.seen.{name}", f"{wrong}is known at once", "the name of one")
            continue
        begun = span_begun_s(fault, weathers, underway.elapsed)
        if underway.at_risk.get(name, 0.0) > begun:
            wrong = f"is more than the {brief(begun)} since that span began"
            yield Broken(f"underway.at_risk.{name}", wrong, "a shorter time, or leave it out")
    yield from _wrong_stops(underway, stops)
    yield from _wrong_grant(underway.since_grant, allocation)


def tells_of_weather(fault: FaultClass) -> bool:
    """Whether the number of faults of a class tells how high the factor of its weather is."""
    return (
        fault.varies is not None
        and fault.law == "exponential"
        and fault.scope in ("host", "accelerator", "job")
        and fault.does.breaks
    )


def span_begun_s(
    fault: FaultClass, weathers: Mapping[str, Weather], elapsed_s: float | None
) -> float:
    """Seconds since the present span of the weather of a class began; infinite if not known."""
    varies = fault.varies
    shared = weathers.get(varies.name) if varies is not None and varies.name else varies
    every = None if shared is None else shared.every
    if every is None or not every.is_certain or elapsed_s is None:
        return math.inf
    return math.fmod(elapsed_s, every.middle)


def _wrong_stops(underway: Underway, stops: Mapping[str, Stop]) -> Iterator[Broken]:
    for key, times in (("first_stop", underway.first_stop), ("since_stop", underway.since_stop)):
        for name, time in times.items():
            path = f"underway.{key}.{name}"
            stop = stops.get(name)
            if stop is None or stop.every is None:
                yield Broken(path, "is no stop that recurs", "the name of one that has `every`")
            elif stop.first is not None:
                wrong = "contradicts the `first` of that stop, which says when it comes next"
                yield Broken(path, wrong, "one of both")
            elif key == "first_stop" and name in underway.since_stop:
                yield Broken(path, "stands beside `since_stop`, which says more", "one of both")
            elif key == "since_stop" and stop.every.is_certain:
                longest = stop.every.law.support[1]
                if time >= longest:
                    wrong = f"is no shorter than the {brief(longest)} after which the next has come"
                    yield Broken(path, wrong, "a shorter time, or leave it out")


def _wrong_grant(held_s: float | None, allocation: Allocation | None) -> Iterator[Broken]:
    if held_s is None:
        return
    limit = None if allocation is None else allocation.limit
    if limit is None:
        wrong = "is of an allocation, and there is no `allocation.limit` that it counts for"
        yield Broken("underway.since_grant", wrong, "give that, or leave this out")
    elif limit.is_certain and held_s >= limit.middle:
        wrong = f"is not shorter than the `allocation.limit`, {brief(limit.middle)}"
        yield Broken("underway.since_grant", wrong, "a shorter time: then it would be over")
