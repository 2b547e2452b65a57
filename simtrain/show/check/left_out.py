"""What a scenario has that is not in the numbers it implies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simtrain.show import words

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def left_out(scenario: Scenario) -> str:
    """Sentence on all of it; empty if there is none."""
    found = [what for has_it, what in _LEFT_OUT if has_it(scenario)]
    return f"Not counted: {words.listed(found)}." if found else ""


def saves_end_training(scenario: Scenario) -> bool:
    """Whether a save can hang, or fail and stop training."""
    checkpoint = scenario.checkpoint
    fails = any(tier.save_failure.middle > 0 for _, tier in checkpoint.tiers())
    return (checkpoint.save_failure_stops and fails) or checkpoint.save_hang.middle > 0


def _some_hosts_stay_bad(scenario: Scenario) -> bool:
    return scenario.repair.automated_misses.middle > 0 or scenario.diagnosis.recall.middle < 1


def _some_strike_when_down(scenario: Scenario) -> bool:
    return any(fault.clock == "calendar" for fault in scenario.fault.values())


def _some_age_hosts(scenario: Scenario) -> bool:
    return any(fault.ages_hosts for fault in scenario.fault.values())


def _some_renew_the_job(scenario: Scenario) -> bool:
    return any(fault.renews_job for fault in scenario.fault.values())


def _spares_are_lost_together(scenario: Scenario) -> bool:
    faults = scenario.fault.values()
    return scenario.cluster.spares > 0 and any(fault.is_of_domain for fault in faults)


def _spares_step_in_anywhere(scenario: Scenario) -> bool:
    return _spares_are_lost_together(scenario) and scenario.cluster.spares_within is None


def _some_weather_varies(scenario: Scenario) -> bool:
    return any(True for _ in scenario.weathers())


def _some_stops_come_once(scenario: Scenario) -> bool:
    return any(stop.every is None for stop in scenario.stop.values())


def _some_hours_are_left_out(scenario: Scenario) -> bool:
    return bool(scenario.schedule)


def _runs_in_allocations(scenario: Scenario) -> bool:
    shields = any(fault.shield.middle > 0 for fault in scenario.fault.values())
    return scenario.allocation is not None or shields


def _loses_capacity(scenario: Scenario) -> bool:
    return scenario.capacity is not None


def _some_end_the_run(scenario: Scenario) -> bool:
    return any(fault.ends_run for fault in scenario.fault.values())


_LEFT_OUT: tuple[tuple[Callable[[Scenario], bool], str], ...] = (
    (_some_hosts_stay_bad, "faults of bad hosts that were not found or not repaired"),
    (
        _some_strike_when_down,
        "faults on the calendar while the job is down, but for outages and repair",
    ),
    (_some_age_hosts, "age: hosts that age have their rate of the long run"),
    (_some_renew_the_job, "time since the last fault of the job: each class has its mean rate"),
    (saves_end_training, "saves that hang or stop training"),
    (_spares_are_lost_together, "that hosts are lost together, in the wait for spares"),
    (_spares_step_in_anywhere, "domains that the job comes to use as spares step in"),
    (_some_weather_varies, "that spares are short in the worst spans of a weather"),
    (_some_stops_come_once, "stops that come once"),
    (_some_hours_are_left_out, "schedules, in time at risk"),
    (_some_end_the_run, "that faults end the run"),
    (_loses_capacity, "hosts that the trace of capacity takes away"),
    (_runs_in_allocations, "limits of allocations, the queues after them, and shields"),
)
"""Whether a scenario has it, and what it is."""
