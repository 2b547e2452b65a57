"""Changes and stops that are still to come in a run in flight, and when that is from now on."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from simtrain.errors import InputError
from simtrain.scenario.models import elapsed

if TYPE_CHECKING:
    from simtrain.scenario.calendar import Change, Stop
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario


def is_due(scenario: Scenario, one: Change | Stop, now_s: float, done: float) -> bool:
    """Whether a change, or a stop that comes once, has come by now.

    Raises
    ------
    InputError
        If that is not known.
    """
    if one.at is not None:
        return elapsed(one.at, scenario.start) <= now_s
    if one.progress is None or isinstance(one.progress, float):
        return one.progress is not None and one.progress <= done
    low, high = (one.progress.law.quantile(at) for at in (0.05, 0.95))
    if low <= done < high:
        number = next(number for number, row in enumerate(scenario.change) if row is one)
        raise InputError(
            f"{scenario.name}: whether `change.{number}` has come, at {100 * low:.3g} to "
            f"{100 * high:.3g} % of the work, is not known at {100 * done:.3g} %; give its "
            "`progress` one value: where it came, or a later one"
        )
    return one.progress.middle <= done


def set_by_now(scenario: Scenario, now_s: float, done: float) -> dict[str, Any]:
    """What changes have set by now, in the order of their dates and then of their progress."""

    def order(change: Change) -> tuple[int, float]:
        if change.at is not None:
            return 0, elapsed(change.at, scenario.start)
        assert change.progress is not None
        return 1, change.progress.middle

    due = [change for change in scenario.change if is_due(scenario, change, now_s, done)]
    return {key: value for change in sorted(due, key=order) for key, value in change.set.items()}


def pending_changes(scenario: Scenario, now_s: float, done: float) -> list[dict[str, Any]]:
    """Rows of changes that are still to come."""
    return [
        _from_now(change, now_s, done)
        | ({} if change.name is None else {"name": change.name})
        | {"set": change.set}
        for change in scenario.change
        if not is_due(scenario, change, now_s, done)
    ]


def pending_stops(scenario: Scenario, now_s: float, done: float) -> dict[str, Any]:
    """Values of stops by path: those that are over are none."""
    values: dict[str, Any] = {}
    for name, stop in scenario.stop.items():
        path = f"stop.{name}"
        if stop.every is not None:
            values[f"{path}.first"] = _first_from_now(stop, stop.every, scenario.start, now_s)
        elif is_due(scenario, stop, now_s, done):
            values[path] = None
        else:
            later = _from_now(stop, now_s, done)
            values |= {f"{path}.{key}": value for key, value in later.items()}
    return values


def _from_now(one: Change | Stop, now_s: float, done: float) -> dict[str, Any]:
    """When something still to come is due, seen from now."""
    if one.at is not None:
        return {"at": one.at if isinstance(one.at, dt.datetime) else f"{one.at - now_s} s"}
    assert one.progress is not None
    return {"progress": _progress_of_rest(one.progress, done)}


def _progress_of_rest(progress: float | Number, done: float) -> Any:
    """Progress of the rest at which something comes: a range where it is not known."""
    if isinstance(progress, float) or progress.is_fixed:
        place = progress if isinstance(progress, float) else progress.middle
        return (place - done) / (1.0 - done)
    low, high = ((progress.law.quantile(at) - done) / (1.0 - done) for at in (0.05, 0.95))
    return progress.written(f"{low:.6g}..{high:.6g}")


def _first_from_now(
    stop: Stop, every: Number, start: dt.datetime | None, now_s: float
) -> str | None:
    """When a stop that recurs comes first from now on; of one whose period is a law nobody knows.

    That one trials draw, by when the run began or when it came first.
    """
    if stop.first is None and not every.is_fixed:
        return None
    first = every.middle if stop.first is None else elapsed(stop.first, start)
    if first <= now_s:
        if not every.is_fixed:
            return None
        first += math.ceil((now_s - first) / every.middle) * every.middle
        first += every.middle if first <= now_s else 0.0
    return f"{first - now_s} s"
