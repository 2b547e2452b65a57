"""Share of the time in which the job is at risk."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain import theory
from simtrain.distributions import Fixed
from simtrain.model.implied.classes import by_hand, known_after_s
from simtrain.model.implied.going_on import chance_to_go_on
from simtrain.model.implied.repair import leaves
from simtrain.model.on_call import OnCall
from simtrain.model.parameters import CheckParameters, FaultParameters, Parameters
from simtrain.scenario.noticing import slow_host
from simtrain.units import HOUR

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_MOST_HOURS = 8766
"""Hours of the run, a year, over which response times are averaged."""


def share_at_risk(scenario: Scenario, now: Parameters, rates: dict[str, float]) -> float:
    """Each fault follows 1 / rate at risk on average, whatever the time between that is not."""
    answered_s = response_s(scenario, now)
    away = sum(
        rate * _away_s(scenario, now, now.faults[name], rate, answered_s)
        for name, rate in rates.items()
    )
    away += sum(check.duration.mean / _training_s(now, check) for check in now.checks)
    stops = (
        stop.duration.middle / stop.every.middle
        for stop in scenario.stop.values()
        if stop.every is not None and stop.kind != "incident"
    )
    return max(0.0, 1 - sum(stops)) / (1 + away)


def _training_s(now: Parameters, check: CheckParameters) -> float:
    """Training between two checks."""
    return check.every / (now.full_speed * now.speed if check.in_work else 1.0)


def _away_s(
    scenario: Scenario, now: Parameters, fault: FaultParameters, rate: float, answered_s: float
) -> float:
    """Mean time after a fault of a class with this rate in which the job is not at risk.

    A job that goes on without the replicas struck is back at risk once the fault is known.
    """
    if fault.effect.slows:
        swapped = slow_host(scenario, fault.name, by_hand(fault) * answered_s).swapped
        return 0.0 if now.cluster.hot_spares else swapped * now.cluster.swap.mean
    hand = by_hand(fault)
    seconds = (hand + _calls_after_tries(now, fault)) * answered_s
    known_s = known_after_s(scenario, fault) if fault.effect.stops else 0.0
    seconds += known_s
    if fault.diagnose:
        diagnosis = now.diagnosis
        seconds += hand * diagnosis.manual.mean + (1 - hand) * diagnosis.automatic.mean
    if not now.cluster.hot_spares and now.cluster.spares:
        seconds += leaves(now, fault) * now.cluster.swap.mean
    seconds = max(seconds, _outage_s(now, fault, rate))
    return seconds - chance_to_go_on(scenario, now, fault) * (seconds - known_s)


def _calls_after_tries(now: Parameters, fault: FaultParameters) -> float:
    """Expected calls of a person in a recovery since so many tries in a row have failed."""
    restart, own = now.restart, fault.restart
    usual = restart.failure**restart.tries
    first = usual
    if own is not None:  # used up where an automatic recovery came to nothing
        in_vain = fault.automatic * (1 - fault.automatic_success)
        others = restart.failure ** (restart.tries - 1)
        first = in_vain * usual + (1 - in_vain) * own.failure * others
    if not first:
        return 0.0
    return first / (1 - usual) if usual < 1 else math.inf


def _outage_s(now: Parameters, fault: FaultParameters, rate: float) -> float:
    """Mean time that all hosts are away; on the calendar further outages come on top of it."""
    if fault.effect.preempts and fault.takes_all and now.allocation is not None:
        returns = fault.returns
        return (
            now.allocation.mean_wait if returns is None else returns.mean
        )  # no further one comes in the queue
    if fault.returns is None or not fault.takes_all:
        return 0.0
    if not fault.on_calendar:
        return fault.returns.mean
    return theory.busy_period(rate, fault.returns.mean)


def response_s(scenario: Scenario, now: Parameters) -> float:
    """Mean response time to a fault at any hour of the run."""
    people = scenario.people
    if not people.when and people.staffed is None:
        return now.responses[-1].mean
    on_call = OnCall(people, scenario.start)
    means = tuple(Fixed(law.mean) for law in now.responses)
    window = scenario.workload.window
    ideal_s = now.work if window is None else window.middle
    hours = max(1, min(_MOST_HOURS, round(ideal_s / HOUR)))
    return sum(on_call.wait((hour + 0.5) * HOUR, means, 0.5) for hour in range(hours)) / hours
