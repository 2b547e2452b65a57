"""Classes of faults in force."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from simtrain.distributions import Ageing, Exponential, Fixed, Law
from simtrain.effects import EFFECTS, Effect
from simtrain.model.parameters.restart import RestartParameters, first_restart_of, restart_of
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.time_to_failure import time_to_failure
from simtrain.model.parameters.varying import weather_of
from simtrain.model.replay import Log
from simtrain.model.topology import CLUSTER, JOB, Part, Scope, scope_of
from simtrain.model.weather import WeatherParameters
from simtrain.scenario.domains import hosts_by_scope
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario

_FULL = Fixed(1.0)


@dataclass(frozen=True, slots=True)
class FaultParameters:
    """A class of faults. Times in seconds, `rate` per second at risk of one unit of the scope.

    `restart` is how it is tried first to start the job again, or None to do it as ever. `factor`
    multiplies the hazard of `law`; that of a memoryless class is in its rate.

    Parameters
    ----------
    detection
        Latency; None if nobody ever notices by watching.
    margin
        Training at full speed before the onset that is not trusted either.
    speed, lasts
        Of a slow host: its speed as a fraction of that of others, and how long it is slow if
        nobody does anything; None if it does not pass by itself.
    skips
        Batches that are skipped each time that one is noticed.
    part
        How many hosts of a domain are struck, if not all.
    log
        Its outages, where a log tells them; `rate` is then their mean rate.
    notice, shield
        Of a preemption: how long before it is known, and how long after a grant there is none.
    in_budget
        Whether it counts for the budget of restarts.
    ends_run
        Whether nobody restarts the job after it.
    further_tries
        Probability of each further automatic try to work, before a person is called.
    """

    name: str
    scope: Scope
    effect: Effect
    rate: float
    law: Ageing | None
    automatic: float
    automatic_success: float
    needs_repair: float
    diagnose: bool
    detection: Law | None
    ends_write: bool
    margin: float
    grace: float = 0.0
    on_calendar: bool = False
    returns: Law | None = None
    restart: RestartParameters | None = None
    weather: WeatherParameters | None = None
    factor: float = 1.0
    speed: Law = _FULL
    lasts: Law | None = None
    skips: int = 0
    part: Part | None = None
    log: Log | None = None
    notice: float = 0.0
    shield: float = 0.0
    in_budget: bool = True
    ends_run: bool = False
    further_tries: tuple[float, ...] = ()

    @property
    def in_vain(self) -> float:
        """Probability that every automatic try comes to nothing, once a supervisor acts."""
        return math.prod(1 - works for works in (self.automatic_success, *self.further_tries))

    @property
    def takes_all(self) -> bool:
        """Whether all hosts there are go away at once, if it takes hosts away."""
        return self.scope == JOB or (self.scope == CLUSTER and self.part is None)


def fault_of(scenario: Scenario, settle: Settle, start: Scenario, name: str) -> FaultParameters:
    """Parameters of the class with a name."""
    fault = scenario.fault[name]

    def law(key: str, value: Number) -> Law:
        return settle(f"fault.{name}.{key}", value)

    ageing = time_to_failure(fault, scenario.cluster.accelerators_per_host, law)
    memoryless = ageing is None or isinstance(ageing, Exponential)
    return FaultParameters(
        name=name,
        scope=scope_of(fault.scope, hosts_by_scope(scenario.domain)),
        effect=fault.does,
        rate=0.0 if ageing is None else 1 / ageing.mean if memoryless else 0.0,
        law=None if memoryless else ageing,
        automatic=law("automatic", fault.automatic).mean,
        automatic_success=law("automatic_success", fault.automatic_success).mean,
        needs_repair=_needs_repair(fault, law),
        diagnose=fault.looks_for_a_host,
        detection=_detection(scenario, name, settle),
        ends_write=fault.ends_write,
        margin=law("margin", fault.margin).mean,
        grace=_grace(fault, law),
        on_calendar=fault.clock == "calendar",
        returns=_returns(scenario, fault, law),
        restart=first_restart_of(fault, partial(restart_of, scenario, settle, start), law),
        speed=law("speed", fault.slow_speed),
        lasts=None if fault.lasts is None else law("lasts", fault.lasts),
        skips=fault.skips,
        weather=weather_of(scenario, f"fault.{name}.varies", fault.varies, settle, start),
        part=None
        if fault.hosts is None
        else Part(law("hosts", fault.hosts.number), fault.hosts.is_share),
        log=_log(scenario, name, settle),
        notice=law("notice", fault.notice).mean,
        shield=law("shield", fault.shield).mean,
        in_budget=fault.in_budget,
        ends_run=fault.ends_run,
        further_tries=fault.further_tries,
    )


def _log(scenario: Scenario, name: str, settle: Settle) -> Log | None:
    """Outages of a class, if a log tells them."""
    table = scenario.faults_from
    if table is None or not (of_class := tuple(row for row in table.log if row.cause == name)):
        return None
    blocks = table.resample
    block = None if blocks is None else settle("faults_from.resample", blocks).mean
    return Log(of_class, table.window_s, block)


def _returns(
    scenario: Scenario, fault: FaultClass, law: Callable[[str, Number], Law]
) -> Law | None:
    """Time until hosts that were taken away are back; preempted ones queue if it is not said."""
    if fault.returns is not None:
        return law("returns", fault.returns)
    if not fault.does.preempts or fault.takes_all or scenario.allocation is None:
        return None
    return law("returns", scenario.allocation.wait)


def _detection(scenario: Scenario, name: str, settle: Settle) -> Law | None:
    """Latency of a class, or else that of its effect; some effects need not be noticed at all."""
    fault = scenario.fault[name]
    if fault.detection is not None:
        return settle(f"fault.{name}.detection", fault.detection)
    of_effect = scenario.detection.of(fault.effect)
    return None if of_effect is None else settle(f"detection.{fault.effect}", of_effect)


def _needs_repair(fault: FaultClass, law: Callable[[str, Number], Law]) -> float:
    if fault.needs_repair is None:
        return 1.0 if fault.breaks_hosts else 0.0
    return law("needs_repair", fault.needs_repair).mean


def _grace(fault: FaultClass, law: Callable[[str, Number], Law]) -> float:
    """Training without a false alarm; one at a fixed time comes at once after it."""
    grace = law("grace", fault.grace).mean
    if fault.law != "fixed" or fault.mtbf is None:
        return grace
    return grace + law("mtbf", fault.mtbf).mean


def fault_of_job(name: str, effect: str, detection: Law) -> FaultParameters:
    """Fault that has no rate and no host to blame, as that of a save or of a copy."""
    return FaultParameters(
        name=name,
        scope=JOB,
        effect=EFFECTS[effect],
        rate=0.0,
        law=None,
        automatic=1.0,
        automatic_success=1.0,
        needs_repair=0.0,
        diagnose=False,
        detection=detection,
        ends_write=True,
        margin=0.0,
    )
