"""What is implied of the classes of faults: rates, what they take, when they are known."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simtrain import theory
from simtrain.model.parameters import FaultParameters, Parameters
from simtrain.model.topology import HOST
from simtrain.scenario.noticing import chance_that_no_copy_is_left, until_noticed_s

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ImpliedClass:
    """What is implied of a class of faults. Times in seconds.

    Parameters
    ----------
    name
        Its name.
    mtbf_s
        Mean time at risk of the job between two faults of the class; infinite if it never strikes.
    faults
        Expected faults in the ideal time, all of it at risk.
    known_after_s
        Mean time until a fault is known.
    by_hand
        Probability that a person recovers.
    no_copy_left
        Probability that the run starts over, as no copy from before the fault is kept.
    scope
        What it strikes, by the name that the scenario gives.
    hosts
        Hosts of the job that such a fault takes on average, as the job stands at the start.
    dispersion
        Variance / mean of its faults in a span of its weather, all of it at risk; 1 without one.
    span_s
        Length of such a span; infinite without one.
    """

    name: str
    mtbf_s: float
    faults: float
    known_after_s: float
    by_hand: float
    no_copy_left: float
    scope: str
    hosts: float
    dispersion: float
    span_s: float


class Reach(NamedTuple):
    """What faults of a class take as the job stands at the start.

    Parameters
    ----------
    units
        Units of the scope that interrupt the job, each by the probability that it does if struck.
    of_job
        Hosts of the job that a fault takes which interrupts it, on average.
    hosts
        The same with the spares that such a fault takes.
    """

    units: float
    of_job: float
    hosts: float


def rates_of_job(
    scenario: Scenario, now: Parameters, reaches: dict[str, Reach]
) -> dict[str, float]:
    """Faults of each class per second at risk of the job."""
    rates = {
        name: _rate_of_unit(scenario, fault) * reaches[name].units
        for name, fault in now.faults.items()
    }
    return _with_alarms(now, rates)


def implied_classes(
    scenario: Scenario,
    now: Parameters,
    rates: dict[str, float],
    reaches: dict[str, Reach],
    ideal_s: float,
) -> tuple[ImpliedClass, ...]:
    """What is implied of each class, as they are in the file."""
    return tuple(
        ImpliedClass(
            name=name,
            mtbf_s=mean_time(rates[name]),
            faults=rates[name] * ideal_s,
            known_after_s=known_after_s(scenario, fault),
            by_hand=by_hand(fault),
            no_copy_left=chance_that_no_copy_is_left(scenario, name),
            scope=scenario.fault[name].scope,
            hosts=reaches[name].of_job,
            dispersion=_dispersion(fault, rates[name]),
            span_s=math.inf if fault.weather is None else fault.weather.every_s,
        )
        for name, fault in now.faults.items()
    )


def _with_alarms(now: Parameters, rates: dict[str, float]) -> dict[str, float]:
    """Faults of each class per second at risk of the job, false alarms after their grace."""
    others = sum(rates[name] for name, one in now.faults.items() if not one.effect.after_grace)
    alarms = {
        name: theory.false_alarms(rates[name], fault.grace, mean_time(others))
        for name, fault in now.faults.items()
        if fault.effect.after_grace
    }
    return rates | alarms


def reach(now: Parameters, fault: FaultParameters) -> Reach:
    """What a fault of a class takes."""
    places = now.cluster.hosts
    if not fault.scope.is_domain:
        return Reach(places, 1.0, 1.0) if fault.scope.hosts else Reach(1.0, 0.0, 0.0)
    slots = now.cluster.slots
    units = (
        slots.of_unit(fault.scope.hosts, unit)
        for unit in range(slots.units_of_job(fault.scope.hosts))
    )
    alike = Counter((slots.in_job(unit), slots.filled(unit)) for unit in units)
    struck = of_job = hosts = 0.0
    for (in_job, there), number in alike.items():
        if not in_job:
            continue
        numbers = {there: 1.0} if fault.part is None else fault.part.numbers(there)
        for part, share in numbers.items():
            struck += number * share * theory.burst_takes_any(in_job, there - in_job, part)
            of_job += number * share * part * in_job / there
            hosts += number * share * part
    return Reach(struck, of_job / struck, hosts / struck)


def _rate_of_unit(scenario: Scenario, fault: FaultParameters) -> float:
    """Faults of one unit of a class per second at risk of the job."""
    each = fault.rate if fault.law is None else 1 / fault.law.mean
    lemons = scenario.cluster.lemons
    if fault.scope == HOST and lemons is not None:
        each *= 1 + lemons.fraction.middle * (lemons.factor.middle - 1)
    return each


def known_after_s(scenario: Scenario, fault: FaultParameters) -> float:
    """Mean time until a fault is known; of one under which training goes on, by checks as well."""
    if not fault.effect.stops:
        return until_noticed_s(scenario, fault.name)
    return math.inf if fault.detection is None else fault.detection.mean


def by_hand(fault: FaultParameters) -> float:
    """Probability that a person recovers."""
    return 1 - fault.automatic * (1 - fault.in_vain)


def _dispersion(fault: FaultParameters, rate: float) -> float:
    if fault.weather is None:
        return 1.0
    return theory.dispersion(rate * fault.weather.every_s, fault.weather.cv)


def mean_time(rate: float) -> float:
    """Mean time between two faults at a rate; infinite at 0."""
    return 1 / rate if rate else math.inf
