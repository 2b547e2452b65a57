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
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain import theory
from simtrain.distributions import Fixed
from simtrain.model import weather
from simtrain.model.on_call import OnCall
from simtrain.model.parameters import (
    CheckParameters,
    CheckpointParameters,
    FaultParameters,
    Parameters,
    at_middle,
    parameters_of,
)
from simtrain.model.response import SLOWEST
from simtrain.model.topology import HOST
from simtrain.scenario.noticing import (
    chance_that_no_copy_is_left,
    quantiles,
    slow_host,
    until_noticed_s,
)
from simtrain.units import HOUR

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_SPEEDS = 1_000
"""Points of an integral over the speed of hosts."""
_MOST_HOURS = 8766
"""Hours of the run, a year, over which response times are averaged."""


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


@dataclass(frozen=True, slots=True)
class ImpliedRepair:
    """What is implied of repair and spares.

    Parameters
    ----------
    host_s
        Mean time in repair, or away until it returns by itself, that a fault costs, in seconds: of
        the host, also if it comes back bad and fails again, and of hosts that are blamed falsely.
        Averaged over all faults.
    hosts
        Expected hosts in repair or away at a time, if spares never run out: faults of hosts in a
        time by `host_s`. On the calendar all hosts that stand have faults, spares too.
    spares
        Spares there are.
    waiting
        Long-run share of time in which the job waits for a host since all spares are gone. It
        is exact where no class, or every one, is on the calendar.
    """

    host_s: float
    hosts: float
    spares: int
    waiting: float


@dataclass(frozen=True, slots=True)
class ImpliedInterval:
    """What is implied of the checkpoint interval. Times in seconds of training.

    Parameters
    ----------
    interval_s
        As the scenario has it.
    saving
        Share of the time in saves while the job trains or saves.
    best_s
        The interval that is exactly best for memoryless faults; None if nothing fails, a save
        takes no time, saves end training, or copies lie in several tiers, so that the best depends
        on what recovery costs.
    longer
        How much longer training takes than with the best one, as a fraction; 0 if there is none,
        and infinite if between two saves hardly any training survives.
    """

    interval_s: float
    saving: float
    best_s: float | None
    longer: float


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

    def summary(self) -> dict[str, Any]:
        """All of it as JSON, null where it is infinite."""
        summary: dict[str, Any] = _finite(asdict(self))
        return summary


def implied(scenario: Scenario) -> Implied:
    """What the numbers of `scenario` imply before any trial."""
    now = parameters_of(scenario, at_middle, scenario)
    window = scenario.workload.window
    ideal_s = now.work if window is None else window.middle
    reaches = {name: _reach(now, fault) for name, fault in now.faults.items()}
    rates = _with_alarms(
        now,
        {name: _rate(scenario, fault) * reaches[name].units for name, fault in now.faults.items()},
    )
    rate = sum(rates.values())
    interrupting = sum(rates[name] for name, one in now.faults.items() if not one.effect.slows)
    at_risk = _share_at_risk(scenario, now, rates)
    exposure = at_risk + now.cluster.idle_hazard * (1 - at_risk)
    return Implied(
        ideal_s=ideal_s,
        classes=tuple(
            ImpliedClass(
                name=name,
                mtbf_s=_inverse(rates[name]),
                faults=rates[name] * ideal_s,
                known_after_s=_known_after_s(scenario, fault),
                by_hand=_by_hand(fault),
                no_copy_left=chance_that_no_copy_is_left(scenario, name),
                scope=scenario.fault[name].scope,
                hosts=reaches[name].of_job,
                dispersion=_dispersion(fault, rates[name]),
                span_s=math.inf if fault.weather is None else fault.weather.every_s,
            )
            for name, fault in now.faults.items()
        ),
        mtbf_s=_inverse(rate),
        faults=rate * ideal_s,
        at_risk=at_risk,
        exposure=exposure,
        interval=_interval(now, _inverse(interrupting)),
        repair=_repair(now, rates, reaches, exposure),
        slowed=_slowed(scenario, now, rates, ideal_s),
    )


def _dispersion(fault: FaultParameters, rate: float) -> float:
    if fault.weather is None:
        return 1.0
    return theory.dispersion(rate * fault.weather.every_s, fault.weather.cv)


def _inverse(rate: float) -> float:
    return 1 / rate if rate else math.inf


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if value == math.inf else value


# --- faults -------------------------------------------------------------------------------------


def _with_alarms(now: Parameters, rates: dict[str, float]) -> dict[str, float]:
    """Faults of each class per second at risk of the job, false alarms after their grace."""
    others = sum(rates[name] for name, one in now.faults.items() if not one.effect.after_grace)
    alarms = {
        name: theory.false_alarms(rates[name], fault.grace, _inverse(others))
        for name, fault in now.faults.items()
        if fault.effect.after_grace
    }
    return rates | alarms


class _Reach(NamedTuple):
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


def _reach(now: Parameters, fault: FaultParameters) -> _Reach:
    places = now.cluster.hosts
    if not fault.scope.is_domain:
        return _Reach(places, 1.0, 1.0) if fault.scope.hosts else _Reach(1.0, 0.0, 0.0)
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
    return _Reach(struck, of_job / struck, hosts / struck)


def _rate(scenario: Scenario, fault: FaultParameters) -> float:
    """Faults of one unit of a class per second at risk of the job."""
    each = fault.rate if fault.law is None else 1 / fault.law.mean
    lemons = scenario.cluster.lemons
    if fault.scope == HOST and lemons is not None:
        each *= 1 + lemons.fraction.middle * (lemons.factor.middle - 1)
    return each


def _known_after_s(scenario: Scenario, fault: FaultParameters) -> float:
    """Mean time until a fault is known; of one under which training goes on, by checks as well."""
    if not fault.effect.stops:
        return until_noticed_s(scenario, fault.name)
    return math.inf if fault.detection is None else fault.detection.mean


def _by_hand(fault: FaultParameters) -> float:
    return 1 - fault.automatic * fault.automatic_success


def _share_at_risk(scenario: Scenario, now: Parameters, rates: dict[str, float]) -> float:
    """Each fault follows 1 / rate at risk on average, whatever the time between that is not."""
    response_s = _response_s(scenario, now)
    away = sum(
        rate * _away_s(scenario, now, now.faults[name], rate, response_s)
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
    scenario: Scenario, now: Parameters, fault: FaultParameters, rate: float, response_s: float
) -> float:
    """Mean time after a fault of a class with this rate in which the job is not at risk."""
    if fault.effect.slows:
        swapped = slow_host(scenario, fault.name, _by_hand(fault) * response_s).swapped
        return 0.0 if now.cluster.hot_spares else swapped * now.cluster.swap.mean
    by_hand = _by_hand(fault)
    seconds = (by_hand + _calls_after_tries(now, fault)) * response_s
    if fault.effect.stops:
        seconds += _known_after_s(scenario, fault)
    if fault.diagnose:
        diagnosis = now.diagnosis
        seconds += by_hand * diagnosis.manual.mean + (1 - by_hand) * diagnosis.automatic.mean
    if not now.cluster.hot_spares and now.cluster.spares:
        seconds += _leaves(now, fault) * now.cluster.swap.mean
    return max(seconds, _outage_s(fault, rate))


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


def _outage_s(fault: FaultParameters, rate: float) -> float:
    """Mean time that all hosts are away; on the calendar further outages come on top of it."""
    if fault.returns is None or not fault.takes_all:
        return 0.0
    if not fault.on_calendar:
        return fault.returns.mean
    return theory.busy_period(rate, fault.returns.mean)


def _response_s(scenario: Scenario, now: Parameters) -> float:
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


def _slowed(scenario: Scenario, now: Parameters, rates: dict[str, float], ideal_s: float) -> float:
    """1 − ∫ exp(−Σ nλm·G(x)) dx: the slowest host counts, of as many as in M/G/∞ are slow."""
    speeds = (np.arange(_SPEEDS) + 0.5) / _SPEEDS
    slower = np.zeros(_SPEEDS)
    for name, fault in now.faults.items():
        if not fault.effect.slows or not rates[name]:
            continue
        answered_s = _by_hand(fault) * _response_s(scenario, now)
        for_s = min(ideal_s, slow_host(scenario, name, answered_s).for_s)
        law = np.maximum(SLOWEST, quantiles(scenario.fault[name].slow_speed, _SPEEDS))
        below = np.searchsorted(law, speeds, side="right") / _SPEEDS
        slower += rates[name] * for_s * below
    return 1 - float(np.exp(-slower).mean())


# --- saves --------------------------------------------------------------------------------------


def _beyond_formulas(checkpoint: CheckpointParameters) -> bool:
    """Whether the best interval depends on what recovery costs."""
    return checkpoint.end_training or len(checkpoint.tiers) > 1


def _interval(now: Parameters, mtbf_s: float) -> ImpliedInterval:
    checkpoint = now.checkpoint
    save_s = sum(save.stall for save in checkpoint.saves) / len(checkpoint.saves)
    interval_s = checkpoint.interval / (now.full_speed * now.speed if checkpoint.in_work else 1.0)
    saving = save_s / (interval_s + save_s)
    if not save_s or mtbf_s == math.inf or _beyond_formulas(checkpoint):
        return ImpliedInterval(interval_s, saving, None, 0.0)
    best_s = theory.optimal_interval(save_s, mtbf_s)

    def cost(every_s: float) -> float:
        return theory.expected_segment(every_s, save_s, mtbf_s) / every_s

    best, own = cost(best_s), cost(interval_s)
    longer = own / best - 1 if best < math.inf else 0.0
    return ImpliedInterval(interval_s, saving, best_s, max(0.0, longer))


# --- repair -------------------------------------------------------------------------------------


def _cordoned(now: Parameters, fault: FaultParameters) -> float:
    """Probability that a fault has a host that is cordoned for it."""
    if not fault.scope.hosts or not fault.diagnose:
        return 0.0
    return fault.needs_repair * (1.0 if now.diagnosis.recall else 0.0)


def _leaves(now: Parameters, fault: FaultParameters) -> float:
    """Probability that a fault has a host that leaves the job."""
    if fault.returns is not None and not fault.takes_all:
        return 1.0
    return _cordoned(now, fault)


def _repair(
    now: Parameters, rates: dict[str, float], reaches: dict[str, _Reach], exposure: float
) -> ImpliedRepair:
    places, spares = now.cluster.hosts, now.cluster.spares
    repair_s, rate = _repair_s(now), sum(rates.values())
    host_s = at_risk = on_calendar = 0.0
    for name, of_class in rates.items():
        fault = now.faults[name]
        each_s = _gone_s(now, fault, repair_s) if of_class else 0.0
        load = of_class * reaches[name].hosts * each_s if each_s else 0.0
        host_s += load / rate if rate else 0.0
        if fault.on_calendar:
            on_calendar += of_class * reaches[name].of_job * each_s / places if each_s else 0.0
        else:
            at_risk += load * exposure if exposure else 0.0
    if math.inf in (at_risk, on_calendar):
        return ImpliedRepair(host_s, math.inf, spares, 1.0)
    if not on_calendar:
        return ImpliedRepair(host_s, at_risk, spares, theory.erlang_b(spares + 1, at_risk))
    hosts = places + spares
    gone = min(hosts, at_risk + hosts * on_calendar / (1 + on_calendar))
    return ImpliedRepair(host_s, gone, spares, theory.binomial_tail(hosts, spares, gone / hosts))


def _gone_s(now: Parameters, fault: FaultParameters, repair_s: float) -> float:
    """Mean time of a host in repair or away that a fault costs."""
    if fault.returns is not None:
        return 0.0 if fault.takes_all else fault.returns.mean
    cordoned = _cordoned(now, fault)
    shared = fault.weather is not None and fault.weather == now.repair.weather
    slower = weather.in_step(fault.weather) if shared and fault.weather else 1.0
    return repair_s * cordoned * slower if cordoned else 0.0


def _repair_s(now: Parameters) -> float:
    """Mean time in repair that a host costs from its fault until it is good, false blames included.

    A stage by machine is perhaps followed by one by hand, then by the burn-in. A host that is still
    bad comes again, at once if the burn-in finds it, else once it has failed again and was found.
    """
    repair, provision = now.repair, now.cluster.provision
    by_hand = repair.automated_fails
    retired = by_hand * repair.retire
    still_bad = by_hand * (1 - repair.retire) * repair.manual_misses + repair.automated_misses
    visit_s = repair.automated.mean + by_hand * repair.manual.mean
    visit_s += (1 - retired) * repair.burn_in.mean
    if retired and provision is not None:
        visit_s += retired * provision.mean
    if still_bad >= 1:
        return math.inf if visit_s else 0.0
    visits = (1 - still_bad * repair.burn_in_catches) / (1 - still_bad)
    blamed_s = now.diagnosis.false_blames * (repair.automated.mean + repair.burn_in.mean)
    return visit_s / (1 - still_bad) + visits * blamed_s
