"""When a run in flight was saved last, where that can be counted from its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.pending_events import is_due
from simtrain.scenario.workload import DIVISIBLE

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def since_save(scenario: Scenario, now_s: float, done: float) -> float | None:
    """Part of the interval that has passed since the last save; None if it is not known.

    Whatever a run returned to was saved a number of intervals after its start. That is so unless
    the interval has changed, something else than the interval made it save, or the interval is a
    time and not all of it went by at one speed.

    Parameters
    ----------
    scenario
        The whole run, with a start.
    now_s
        Seconds since its start.
    done
        Share of the work that is done.
    """
    interval, work = scenario.checkpoint.interval, scenario.workload
    known = [interval.number, *(getattr(work, key) for key in work.given(*DIVISIBLE))]
    if (
        scenario.underway is not None
        or not all(number.is_fixed for number in known)
        or any(is_due(scenario, change, now_s, done) for change in scenario.change)
        or _saves_otherwise(scenario, now_s, done)
    ):
        return None
    if interval.in_steps:
        if work.steps is None or len(scenario.phases) > 1:
            return None
        intervals = work.steps.middle * done / interval.number.middle
    elif _speed_varies(scenario):
        return None
    else:
        intervals = scenario.ideal_s * done / work.speed.middle / interval.number.middle
    return round(intervals % 1.0, 6) % 1.0  # rounded, so that a whole one leaves none


def _saves_otherwise(scenario: Scenario, now_s: float, done: float) -> bool:
    """Whether something else than the interval may have made it save."""
    stops = any(
        stop.saves_first and (stop.every is not None or is_due(scenario, stop, now_s, done))
        for stop in scenario.stop.values()
    )
    replicas = scenario.recovery.replicas
    return bool(stops or scenario.schedule or scenario.allocation or replicas)


def _speed_varies(scenario: Scenario) -> bool:
    """Whether the speed of training is not known or not the same in all of the run."""
    changed = [key for change in scenario.change for key in change.set]
    unknown = [key for one in scenario.unknown for key in one.keys]
    return bool(
        any(key.startswith("workload.") or key == "cluster.hosts" for key in changed)
        or any(key.startswith(("workload.", "parallelism.")) for key in unknown)
        or scenario.restart.warm_up.middle
        or scenario.checkpoint.write_slowdown.middle
        or any(fault.does.slows for fault in scenario.fault.values())
    )
