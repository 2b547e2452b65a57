"""A scenario of what is left of a run in flight: its work, and what is still to come."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from simtrain.errors import InputError
from simtrain.scenario.models import elapsed
from simtrain.scenario.number import Number
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.scenario.underway import Underway

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simtrain.scenario.calendar import Change, Stop
    from simtrain.scenario.capacity import Count
    from simtrain.scenario.scenario import Scenario

_WORK = ("ideal_time", "accelerator_hours", "flops", "tokens", "steps")
"""Keys that say how much work there is, or into how many steps it is cut."""
_HOLDS_LATER = {"bad_hosts"}
"""What was known of a run in flight at an earlier moment and holds later as it stands."""
_OF_WHOLE_RUN = ("published", "logbook", "not_reproduced", "system", "schedule.pause")


def remaining(
    scenario: Scenario,
    now_s: float,
    done: float,
    in_repair: int = 0,
    since_s: Sequence[float] = (),
) -> Scenario:
    """What is left of a run: a scenario that starts now.

    Changes that are due have come, in the order of their dates and then of their progress; stops
    that are due are over, and those that recur go on in their rhythm, or by their law. What is done
    lies behind it: see `Underway`.

    Parameters
    ----------
    scenario
        The whole run, with a start.
    now_s
        Seconds since its start.
    done
        Share of the work that is done, at least 0 and below 1.
    in_repair
        Spares that are in repair now; all other hosts stand.
    since_s
        For how many seconds some of them have been so.

    Raises
    ------
    InputError
        If the run is watched for a window, takes its faults from a log, has no start or too few
        spares, its work is known to a law only, or it is not known whether a change has come.
    """
    if scenario.start is None:
        raise InputError(f"{scenario.name}: has no `start` to count time from; give it one")
    if scenario.workload.window is not None:
        raise InputError(
            f"{scenario.name}: a run that is watched for a window has no finish; give it its work"
        )
    if scenario.faults_from is not None:
        raise InputError(
            f"{scenario.name}: a log is replayed from its start; give rates to a run in flight"
        )
    start = scenario.start + dt.timedelta(seconds=now_s)
    values: dict[str, Any] = {"start": start}
    due = sorted(_due(scenario, now_s, done), key=lambda one: one[0])
    for _, change in due:
        values |= change.set
    come = [change for _, change in due]
    values["change"] = [
        _later(scenario, change, now_s, done) | {"name": change.name, "set": change.set}
        for change in scenario.change
        if change not in come
    ]
    for key in scenario.workload.given(*_WORK):
        values[f"workload.{key}"] = _scaled(scenario, key, 1.0 - done)
    before = scenario.underway
    elapsed_s = now_s if before is None else before.elapsed
    if before is not None and elapsed_s is not None:
        elapsed_s += now_s
    values["underway.elapsed"] = None if elapsed_s is None else f"{elapsed_s} s"
    came: dict[str, str] = {}
    for name, stop in scenario.stop.items():
        if stop.every is None:
            values |= _stop(scenario, name, stop, now_s, done)
        else:
            values |= _recurring(scenario, name, stop, now_s)
            if (first_s := _first_s(scenario, name, stop, now_s)) is not None:
                came[name] = f"{first_s} s"
    values["underway.first_stop"] = came or None
    if scenario.capacity is not None:
        values["capacity.trace"] = _trace(scenario.capacity.trace, scenario, now_s)
    if (limit := scenario.limits.wall_clock) is not None:
        values["limits.wall_clock"] = f"{max(limit.middle - now_s, 1.0)} s"
    values |= {key: None for key in _OF_WHOLE_RUN if scenario.writes(key)}
    if in_repair or scenario.cluster.in_repair:
        spares = values.get("cluster.spares", scenario.cluster.spares)
        if isinstance(spares, int) and in_repair > spares:
            raise InputError(
                f"{scenario.name}: {in_repair} spares in repair are more than the {spares} that "
                "there are; at most as many, since a job that lacks hosts does not run"
            )
        values["cluster.in_repair"] = in_repair
    values["underway.aged"] = _aged(scenario, now_s)
    values |= _underway(scenario, now_s, done, has_changed=bool(come))
    values["underway.in_repair"] = [f"{seconds} s" for seconds in since_s] or None
    known = [f"underway.{key}" for key in Underway.model_fields if key not in _HOLDS_LATER]
    values |= {key: None for key in known if key not in values and scenario.writes(key)}
    at_start = ["restart.at_start"] + (["allocation.wait_first"] if elapsed_s is None else [])
    values |= {key: False for key in at_start if scenario.writes(key)}
    values["title"] = f"{scenario.title or scenario.name}, from {start:%Y-%m-%d} on"
    rows = [{k: v for k, v in one.items() if v is not None} for one in values.pop("change")]
    said = {key: value for key, value in values.items() if value != scenario.value_at(key)}
    # Without changes first: those that have come must not meet those that are still to come.
    left = scenario.replace({"change": None}) if scenario.change else scenario
    left = left.replace(said)
    return left.replace({"change": rows}) if rows else left


def _due(
    scenario: Scenario, now_s: float, done: float
) -> Iterator[tuple[tuple[int, float], Change]]:
    """Changes that have come, with what puts them in order."""
    for change in scenario.change:
        if change.at is not None:
            if (at := elapsed(change.at, scenario.start)) <= now_s:
                yield (0, at), change
        elif (place := _place(scenario, change, done)) is not None and place <= done:
            yield (1, place), change


def _place(scenario: Scenario, one: Change | Stop, done: float) -> float | None:
    """Progress at which something comes; None if it comes at a date.

    Of one that is not known for certain the middle, if it has surely come or surely has not.
    """
    if one.progress is None or isinstance(one.progress, float):
        return one.progress
    low, high = (one.progress.law.quantile(at) for at in (0.05, 0.95))
    if low <= done < high:
        number = next(number for number, row in enumerate(scenario.change) if row is one)
        raise InputError(
            f"{scenario.name}: whether `change.{number}` has come, at {100 * low:.3g} to "
            f"{100 * high:.3g} % of the work, is not known at {100 * done:.3g} %; give its "
            "`progress` one value: where it came, or a later one"
        )
    return one.progress.middle


def _later(scenario: Scenario, one: Change | Stop, now_s: float, done: float) -> dict[str, Any]:
    """When something still to come is due, seen from now."""
    if (place := _place(scenario, one, done)) is not None:
        return {"progress": _later_progress(one, place, done)}
    if isinstance(one.at, dt.datetime):
        return {"at": one.at}
    assert one.at is not None
    return {"at": f"{one.at - now_s} s"}


def _later_progress(one: Change | Stop, place: float, done: float) -> Any:
    """Progress of the rest at which something comes: a range where it is not known."""
    number = one.progress
    if number is None or isinstance(number, float) or number.is_fixed:
        return (place - done) / (1.0 - done)
    low, high = ((number.law.quantile(at) - done) / (1.0 - done) for at in (0.05, 0.95))
    text = f"{low:.6g}..{high:.6g}"
    return {"range": text, "shared": number.shared} if number.shared else text


def _stop(scenario: Scenario, name: str, stop: Stop, now_s: float, done: float) -> dict[str, Any]:
    """What a stop that comes once is from now on: nothing if it is over."""
    if stop.progress is not None:
        is_due = stop.progress <= done
    else:
        assert stop.at is not None
        is_due = elapsed(stop.at, scenario.start) <= now_s
    if is_due:
        return {f"stop.{name}": None}
    later = _later(scenario, stop, now_s, done)
    return {f"stop.{name}.{key}": value for key, value in later.items()}


def _recurring(scenario: Scenario, name: str, stop: Stop, now_s: float) -> dict[str, Any]:
    """When a stop that recurs comes first from now on; of one whose period is a law nobody knows.

    That one trials draw, by when the run began or when it came first.
    """
    assert stop.every is not None
    first = None if stop.first is None else elapsed(stop.first, scenario.start)
    if first is None or first <= now_s:
        if not stop.every.is_fixed:
            return {f"stop.{name}.first": None} if first is not None else {}
        every = stop.every.middle
        first = every if first is None else first
        first += math.ceil(max(now_s - first, 0.0) / every) * every
        first += every if first <= now_s else 0.0
    return {f"stop.{name}.first": f"{first - now_s} s"}


def _first_s(scenario: Scenario, name: str, stop: Stop, now_s: float) -> float | None:
    """How long ago a stop whose period is a law came for the first time that is known of."""
    if stop.every is None or stop.every.is_fixed:
        return None
    if stop.first is not None:
        since_s = now_s - elapsed(stop.first, scenario.start)
        return since_s if since_s >= 0.0 else None
    if scenario.underway is None:
        return None
    before = scenario.underway.first_stop | scenario.underway.since_stop
    return before[name] + now_s if name in before else None


def _trace(trace: Sequence[Count], scenario: Scenario, now_s: float) -> list[list[Any]]:
    """Rows of a trace of capacity from now on, that which holds now among them."""
    rows = [(elapsed(at, scenario.start) - now_s, hosts) for at, hosts in trace]
    before = [hosts for at, hosts in rows if at <= 0.0]
    later = [[f"{at} s", hosts] for at, hosts in rows if at > 0.0]
    return [*([["0 s", before[-1]]] if before else []), *later]


def _underway(
    scenario: Scenario, now_s: float, done: float, has_changed: bool
) -> dict[str, float | None]:
    """What lies behind a run, and how long ago it was saved where that can be counted."""
    before = 0.0 if scenario.underway is None else scenario.underway.done
    whole = before + (1.0 - before) * done
    return {
        "underway.done": whole,
        "underway.since_save": None if has_changed else _since_save(scenario, now_s, whole),
    }


def _since_save(scenario: Scenario, now_s: float, done: float) -> float | None:
    """Part of the interval that has passed since the last save, counted from the start of the run.

    Whatever a run returned to was saved a number of intervals after its start. That is so unless
    something else than the interval made it save, or the interval is a time and not all of it went
    by at one speed.
    """
    interval, work = scenario.checkpoint.interval, scenario.workload
    known = [interval.number, *(getattr(work, key) for key in scenario.workload.given(*_WORK))]
    if not all(number.is_fixed for number in known) or scenario.underway is not None:
        return None
    saves = any(
        stop.saves_first and (stop.every is not None or not _is_ahead(scenario, stop, now_s, done))
        for stop in scenario.stop.values()
    )
    if saves or scenario.schedule or scenario.allocation or scenario.recovery.replicas:
        return None
    if interval.in_steps:
        if work.steps is None or len(scenario.phases) > 1:
            return None
        return _part(work.steps.middle * done / interval.number.middle)
    number = work.speed
    keys = (key for change in scenario.change for key in change.set)
    slows = (
        any(key.startswith("workload.") or key == "cluster.hosts" for key in keys)
        or scenario.restart.warm_up.middle
        or scenario.checkpoint.write_slowdown.middle
        or any(fault.effect == "slow" for fault in scenario.fault.values())
    )
    unknown = (key for one in scenario.unknown for key in one.keys)
    if slows or any(key.startswith(("workload.", "parallelism.")) for key in unknown):
        return None
    return _part(scenario.ideal_s * done / number.middle / interval.number.middle)


def _is_ahead(scenario: Scenario, stop: Stop, now_s: float, done: float) -> bool:
    """Whether a stop that comes once is still to come."""
    if stop.progress is not None:
        return stop.progress > done
    assert stop.at is not None
    return elapsed(stop.at, scenario.start) > now_s


def _part(intervals: float) -> float:
    """Part of an interval after the last whole one; rounded, so that a whole one leaves none."""
    return round(intervals % 1.0, 6) % 1.0


def _aged(scenario: Scenario, now_s: float) -> str | None:
    """For how long hosts have grown older, where that is known and moves anything."""
    age, underway = scenario.cluster.age, scenario.underway
    if not now_s or not any(fault.ages_hosts for fault in scenario.fault.values()):
        return None
    if age == "new" or (isinstance(age, Number) and (age.is_fixed or age.per == "trial")):
        before = 0.0 if underway is None or underway.aged is None else underway.aged
        return f"{before + now_s} s"
    return None


def _scaled(scenario: Scenario, key: str, share: float) -> Any:
    """A part of the work, as a file would say it."""
    number = getattr(scenario.workload, key)
    field = field_at(path_of(f"workload.{key}"))
    assert field is not None
    reader = reader_of(field)
    assert reader is not None
    [dimension, *_] = reader.dimensions
    if number.is_fixed:
        left = number.middle * share
        return left if dimension.bare else dimension.text(left)
    if not number.is_range:
        raise InputError(
            f"{scenario.name}: `workload.{key}` is known to a law only, of which no part can be "
            "written; give it a range or one value"
        )
    ends = (float(f"{share * number.law.quantile(at):.6g}") for at in (0.05, 0.95))
    text = "..".join(dimension.text(end) for end in ends)
    return {"range": text, "shared": number.shared} if number.shared else text
