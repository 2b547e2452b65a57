"""What is implied of repair and spares."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain import theory
from simtrain.model import weather
from simtrain.model.implied.classes import Reach
from simtrain.model.parameters import FaultParameters, Parameters, RepairParameters


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
        time by `host_s`, and those that wait for a crew. On the calendar all hosts that stand have
        faults, spares too.
    spares
        Spares there are.
    waiting
        Long-run share of time in which the job waits for a host since all spares are gone. It
        is exact where no class, or every one, is on the calendar. With crews it is that of
        exponential repairs.
    """

    host_s: float
    hosts: float
    spares: int
    waiting: float


def _cordoned(now: Parameters, fault: FaultParameters) -> float:
    """Probability that a fault has a host that is cordoned for it."""
    if not fault.scope.hosts or not fault.diagnose:
        return 0.0
    return fault.needs_repair * (1.0 if now.diagnosis.recall else 0.0)


def leaves(now: Parameters, fault: FaultParameters) -> float:
    """Probability that a fault has a host that leaves the job."""
    if fault.returns is not None and not fault.takes_all:
        return 1.0
    return _cordoned(now, fault)


def implied_repair(
    now: Parameters, rates: dict[str, float], reaches: dict[str, Reach], exposure: float
) -> ImpliedRepair:
    """What follows from rates, what faults take, and the share of time in which they strike."""
    places, spares = now.cluster.hosts, now.cluster.spares
    of_host_s, rate = repair_s(now), sum(rates.values())
    host_s = at_risk = on_calendar = 0.0
    for name, of_class in rates.items():
        fault = now.faults[name]
        each_s = gone_s(now, fault, of_host_s) if of_class else 0.0
        load = of_class * reaches[name].hosts * each_s if each_s else 0.0
        host_s += load / rate if rate else 0.0
        if fault.on_calendar:
            on_calendar += of_class * reaches[name].of_job * each_s / places if each_s else 0.0
        else:
            at_risk += load * exposure if exposure else 0.0
    if math.inf in (at_risk, on_calendar):
        return ImpliedRepair(host_s, math.inf, spares, 1.0)
    if not on_calendar:
        return ImpliedRepair(host_s, *_in_repair(now, at_risk))
    hosts = places + spares
    gone = min(hosts, at_risk + hosts * on_calendar / (1 + on_calendar))
    return ImpliedRepair(host_s, gone, spares, theory.binomial_tail(hosts, spares, gone / hosts))


def _in_repair(now: Parameters, load: float) -> tuple[float, int, float]:
    """Hosts in repair if spares never run out, spares, and the share of time without any.

    `load` is how many would be in repair if none waited for a crew.
    """
    spares, crews = now.cluster.spares, now.repair.crews
    if crews is None:
        return load, spares, theory.erlang_b(spares + 1, load)
    blocked = theory.erlang_b(crews, load)
    queue = blocked * load / (crews - load * (1 - blocked)) if load < crews else math.inf
    hosts = load + queue * crews / (crews - load) if load < crews else math.inf
    return hosts, spares, theory.stalled_fraction_crews(1, spares, load, 1.0, crews)


def gone_s(now: Parameters, fault: FaultParameters, of_host_s: float) -> float:
    """Mean time of a host in repair or away that a fault costs; `of_host_s` is that in repair."""
    if fault.returns is not None:
        return 0.0 if fault.takes_all else fault.returns.mean
    has_one = _cordoned(now, fault)
    shared = fault.weather is not None and fault.weather == now.repair.weather
    slower = weather.in_step(fault.weather) if shared and fault.weather else 1.0
    return of_host_s * has_one * slower if has_one else 0.0


def repair_s(now: Parameters) -> float:
    """Mean time in repair that a host costs from its fault until it is good, false blames included.

    A stage by machine is perhaps followed by one by hand, then by the burn-in. A host that is still
    bad comes again, at once if the burn-in finds it, else once it has failed again and was found.
    """
    repair, provision = now.repair, now.cluster.provision
    by_hand = repair.automated_fails
    retired = by_hand * repair.retire
    still_bad = by_hand * (1 - repair.retire) * repair.manual_misses + repair.automated_misses
    automated_s, manual_s = _stages_s(repair)
    visit_s = automated_s + by_hand * manual_s
    visit_s += (1 - retired) * repair.burn_in.mean
    if retired and provision is not None:
        visit_s += retired * provision.mean
    if still_bad >= 1:
        return math.inf if visit_s else 0.0
    visits = (1 - still_bad * repair.burn_in_catches) / (1 - still_bad)
    blamed_s = now.diagnosis.false_blames * (automated_s + repair.burn_in.mean)
    return visit_s / (1 - still_bad) + visits * blamed_s


def _stages_s(repair: RepairParameters) -> tuple[float, float]:
    """Mean times of the automated stage, and of the manual one if it follows."""
    automated_s, manual_s = repair.automated.mean, repair.manual.mean
    if (hours := repair.hours) is None:
        return automated_s, manual_s
    if repair.crews is None:
        return automated_s, hours.mean(manual_s)
    first_s = hours.mean(automated_s)
    return first_s, hours.mean(automated_s + manual_s) - first_s  # it begins as the first ends
