"""What the numbers of a scenario imply before any trial: rates, shares of time, hosts in repair.

All of it is on average and as the run begins, before any change. Formulas hold for memoryless
faults; where hosts or the job age, their rate is the one in the long run. What bad hosts add that
come back is left out of rates and shares of time, and counted in repair.

A class of domains interrupts at its rate by the domains that hold a host of the job at the start;
with spares that step in anywhere these become more.

Classes on the calendar strike a job that is at risk at the same rate as others. What they strike
beside that is counted in outages of all hosts and in repair, and not in the number of faults.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from simtrain.model.implied.classes import (
    ImpliedClass,
    implied_classes,
    mean_time,
    rates_of_job,
    reach,
)
from simtrain.model.implied.clock import response_s, share_at_risk
from simtrain.model.implied.repair import ImpliedRepair, implied_repair
from simtrain.model.implied.replicas import speed_left
from simtrain.model.implied.saves import ImpliedInterval, implied_interval
from simtrain.model.implied.schedules import ImpliedSchedule, implied_schedules
from simtrain.model.implied.slow import slowed
from simtrain.model.implied.workload import ImpliedWorkload, implied_workload
from simtrain.model.parameters import at_middle, parameters_of

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Implied:
    """What the numbers of a scenario imply. Times in seconds.

    Parameters
    ----------
    ideal_s
        Time of the work at full speed, or the window.
    classes
        By class of faults, as they are in the file.
    mtbf_s
        Mean time at risk between two faults of the job, of any class.
    faults
        Expected faults in the ideal time, all of it at risk. Each interrupts the job, but for slow
        hosts.
    at_risk
        Share of the time in which the job trains, saves, restarts or loads, so that faults strike
        at their full rate. What is left goes into detection, people, diagnosis, swaps and planned
        stops that recur, and into outages of all hosts; waiting for a single host is not counted.
    exposure
        The same with the hazard of hosts that do not work: a rate that was counted per calendar
        day, divided by this, is the rate per time at risk that a scenario holds.
    slowed
        Part of full speed that slow hosts take on average, in the long run.
    replicas_left
        Part of full speed at which a job that goes on with fewer replicas trains in the long run,
        standing still counted as none; None for other jobs, and where there is no formula.
    workload
        The work and its steps.
    schedules
        When the job pauses or draws less power; none of it is in the numbers above.
    """

    ideal_s: float
    classes: tuple[ImpliedClass, ...]
    mtbf_s: float
    faults: float
    at_risk: float
    exposure: float
    interval: ImpliedInterval
    repair: ImpliedRepair
    slowed: float
    replicas_left: float | None
    workload: ImpliedWorkload
    schedules: tuple[ImpliedSchedule, ...]

    def summary(self) -> dict[str, Any]:
        """All of it as JSON, null where it is infinite."""
        summary: dict[str, Any] = _finite(asdict(self))
        return summary


def implied(scenario: Scenario) -> Implied:
    """What the numbers of `scenario` imply before any trial."""
    now = parameters_of(scenario, at_middle, scenario)
    window = scenario.workload.window
    ideal_s = now.work if window is None else window.middle
    reaches = {name: reach(now, fault) for name, fault in now.faults.items()}
    rates = rates_of_job(scenario, now, reaches)
    rate = sum(rates.values())
    interrupting = sum(rates[name] for name, one in now.faults.items() if not one.effect.slows)
    at_risk = share_at_risk(scenario, now, rates)
    exposure = at_risk + now.cluster.idle_hazard * (1 - at_risk)
    return Implied(
        ideal_s=ideal_s,
        classes=implied_classes(scenario, now, rates, reaches, ideal_s),
        mtbf_s=mean_time(rate),
        faults=rate * ideal_s,
        at_risk=at_risk,
        exposure=exposure,
        interval=implied_interval(now, mean_time(interrupting)),
        repair=implied_repair(now, rates, reaches, exposure),
        slowed=slowed(scenario, now, rates, ideal_s),
        replicas_left=speed_left(scenario, now, rates, reaches, response_s(scenario, now)),
        workload=implied_workload(scenario),
        schedules=implied_schedules(scenario, ideal_s),
    )


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if value == math.inf else value
