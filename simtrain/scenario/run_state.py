"""State of a run in flight at a moment of it, as `[underway]` of what is left then says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.scenario.last_save import since_save
from simtrain.scenario.models import elapsed
from simtrain.scenario.number import Number
from simtrain.scenario.underway import Underway

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.calendar import Stop
    from simtrain.scenario.scenario import Scenario

_HOLDS_LATER = {"bad_hosts"}
"""What was known of a run in flight at an earlier moment and holds later as it stands."""
_NOTHING_BEHIND = Underway(done=0.0, elapsed=0, aged=0)


def run_state(
    scenario: Scenario, now_s: float, done: float, in_repair_s: Sequence[float] = ()
) -> dict[str, Any]:
    """Values of `[underway]` by path: None where nothing is known, or no longer.

    Parameters
    ----------
    scenario
        The whole run, with a start. It may have begun before that itself.
    now_s
        Seconds since its start.
    done
        Share of its work that is done.
    in_repair_s
        For how many seconds spares have been in repair that are so now.
    """
    before = scenario.underway or _NOTHING_BEHIND
    first_stops = {
        name: f"{first_s} s"
        for name, stop in scenario.stop.items()
        if (first_s := _since_first(name, stop, scenario, before, now_s)) is not None
    }
    known = {
        "elapsed": None if before.elapsed is None else f"{before.elapsed + now_s} s",
        "first_stop": first_stops or None,
        "aged": f"{(before.aged or 0.0) + now_s} s" if now_s and _ages(scenario) else None,
        "done": before.done + (1.0 - before.done) * done,
        "since_save": since_save(scenario, now_s, done),
        "in_repair": [f"{seconds} s" for seconds in in_repair_s] or None,
    }
    forgotten = [key for key in Underway.model_fields if key not in known.keys() | _HOLDS_LATER]
    return {f"underway.{key}": value for key, value in (known | dict.fromkeys(forgotten)).items()}


def _since_first(
    name: str, stop: Stop, scenario: Scenario, before: Underway, now_s: float
) -> float | None:
    """How long ago a stop whose period is a law came for the first time that is known of."""
    if stop.every is None or stop.every.is_fixed:
        return None
    if stop.first is not None:
        since_s = now_s - elapsed(stop.first, scenario.start)
        return since_s if since_s >= 0.0 else None
    known = before.first_stop | before.since_stop
    return known[name] + now_s if name in known else None


def _ages(scenario: Scenario) -> bool:
    """Whether the ages of hosts, which grow older, are known and move anything."""
    age = scenario.cluster.age
    is_one = isinstance(age, Number) and (age.is_fixed or age.per == "trial")
    ages = any(fault.ages_hosts for fault in scenario.fault.values())
    return ages and (age == "new" or is_one)
