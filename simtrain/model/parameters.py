"""Numbers in force: a scenario as plain numbers and laws, at one moment of a trial.

Numbers that are uncertain are settled here, once per trial; changes during a run make others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from simtrain import laws
from simtrain.causes import CHECKPOINTS
from simtrain.distributions import Ageing, Exponential, Fixed, Law
from simtrain.model.effects import EFFECTS, Effect
from simtrain.model.topology import CLUSTER, JOB, Part, Scope, Slots, scope_of
from simtrain.model.weather import WeatherParameters
from simtrain.scenario.checkpoint import Tier
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.weather import Varies
from simtrain.scenario.workload import FLOPS_PER_PARAMETER_AND_TOKEN
from simtrain.units import HOUR

Settle = Callable[[str, Number], Law]
"""Law of the number at a path in this trial: fixed if it is drawn once per trial."""

_FULL = Fixed(1.0)
_NEVER = 1e-100
"""Rate below which a class counts as one that never strikes: less than once in the universe."""

_AT_ONCE = 1e-9
"""Seconds after the grace that a false alarm at a fixed time comes on average."""


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

    @property
    def takes_all(self) -> bool:
        """Whether all hosts there are go away at once, if it takes hosts away."""
        return self.scope == JOB or (self.scope == CLUSTER and self.part is None)


@dataclass(frozen=True, slots=True)
class ClusterParameters:
    """How many hosts there are, and how long it takes to put one into the job, in seconds.

    `idle_hazard` is the hazard of a host that does not work, as a fraction of the full one.
    `spares_within` is the number of hosts of the domains that each have spares of their own; 0
    where a spare steps in anywhere. `whole` is that of the domains which the job takes as a whole.
    """

    hosts: int
    spares: int
    hot_spares: int
    lent_spares: int
    swap: Law
    notice: Law
    provision: Law | None
    idle_hazard: float
    spares_within: int = 0
    whole: int = 0

    @property
    def slots(self) -> Slots:
        """Where hosts stand at the start."""
        return Slots(self.hosts, self.hosts + self.spares, self.spares_within)


@dataclass(frozen=True, slots=True)
class TierParameters:
    """A tier of copies. Times in seconds; failures and corruption as probabilities.

    Parameters
    ----------
    lag
        Time from the end of the stall until the copy is durable.
    keep, permanent_every
        How many copies are kept, and which of them, each n-th, are kept for good; None for all and
        for none.
    name
        Its name; empty if it is the only one.
    every
        Each n-th save goes to it.
    survives
        Scope of which a copy survives one loss; None if it survives all.
    save_stops
        Probability that a save to it fails and ends training, which is not in `save_failure`.
    """

    stall: float
    lag: float
    save_failure: float
    load: Law
    load_failure: float
    load_hang: float
    load_timeout: Law
    corrupt: float
    keep: int | None
    permanent_every: int | None = None
    name: str = ""
    every: int = 1
    survives: Scope | None = None
    save_stops: float = 0.0


class SaveParameters(NamedTuple):
    """A save to some tiers.

    Parameters
    ----------
    stall, lag
        Seconds that training stands still, and from then until every copy is durable.
    tiers
        Numbers of the tiers.
    """

    stall: float
    lag: float
    tiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckpointParameters:
    """When saves are made, and the tiers that they go to.

    Parameters
    ----------
    interval
        Work between two saves where `in_work`, else training, in seconds.
    tiers
        The last one holds what the end of the work and a stop leave behind.
    save_hangs
        Probability that a save hangs.
    hang, failure
        Fault that a save is which hangs, or which fails and ends training.

    Attributes
    ----------
    saves, saves_to_last
        A round of saves, from the one with number 0 on: as they are, and if they go to the last
        tier in any case.
    end_training
        Whether some save may hang or stop training.
    """

    interval: float
    in_work: bool
    write_slowdown: float
    final_save: bool
    tiers: tuple[TierParameters, ...]
    save_hangs: float
    hang: FaultParameters
    failure: FaultParameters
    saves: tuple[SaveParameters, ...] = field(init=False)
    saves_to_last: tuple[SaveParameters, ...] = field(init=False)
    end_training: bool = field(init=False)

    def __post_init__(self) -> None:
        tiers, last = self.tiers, len(self.tiers) - 1
        rounds = range(math.lcm(*(tier.every for tier in tiers)))
        due = [[n for n, tier in enumerate(tiers) if not number % tier.every] for number in rounds]
        derived = {
            "saves": tuple(self._save(numbers) for numbers in due),
            "saves_to_last": tuple(self._save(sorted({*numbers, last})) for numbers in due),
            "end_training": self.save_hangs > 0.0 or any(tier.save_stops for tier in tiers),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def save(self, number: int, to_last: bool = False) -> SaveParameters:
        """Save with a number, perhaps to the last tier in any case."""
        saves = self.saves_to_last if to_last else self.saves
        return saves[number % len(saves)]

    def _save(self, numbers: Iterable[int]) -> SaveParameters:
        tiers = [self.tiers[number] for number in numbers]
        stall = sum(tier.stall for tier in tiers)
        return SaveParameters(stall, max((t.lag for t in tiers), default=0.0), tuple(numbers))


@dataclass(frozen=True, slots=True)
class RestartParameters:
    """Launching the job. Times in seconds; `failure` is a probability.

    After `tries` failures in a row a person is called.
    """

    duration: Law
    failure: float
    tries: int
    warm_up: Law
    warm_up_speed: float
    at_start: bool


@dataclass(frozen=True, slots=True)
class DiagnosisParameters:
    """Finding bad hosts. Times in seconds; `recall` is a probability.

    `false_blames` other hosts are blamed for each bad one found.
    """

    automatic: Law
    manual: Law
    recall: float
    false_blames: float


@dataclass(frozen=True, slots=True)
class RepairParameters:
    """What becomes of a cordoned host. Times in seconds; the rest are probabilities.

    `bad_host_mtbf` is the mean time at risk until a bad host fails again.
    """

    automated: Law
    automated_fails: float
    automated_misses: float
    manual: Law
    manual_misses: float
    retire: float
    burn_in: Law
    burn_in_catches: float
    bad_host_mtbf: float
    weather: WeatherParameters | None = None


@dataclass(frozen=True, slots=True)
class CheckParameters:
    """A check that comes again and again.

    Parameters
    ----------
    every
        Work between two of them where `in_work`, else training, in seconds.
    duration
        Seconds for which training stands still.
    finds
        Classes of faults that it looks for.
    chance
        Probability that it finds each one that is there.
    to_last
        Whether work is trusted up to the last check that found nothing, and not up to the onset.
    """

    name: str
    every: float
    in_work: bool
    duration: Law
    finds: frozenset[str]
    chance: float
    to_last: bool


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that holds at one moment of a trial.

    Parameters
    ----------
    work
        The whole work in seconds at the full speed of the start; infinite for a window.
    full_speed
        Full speed as a multiple of that of the start.
    speed
        Speed of training as a fraction of full speed.
    faults
        Classes of faults by name.
    responses
        Law of the response time of each row of `people.when`, and of all other times.
    checks
        Periodic checks and evaluations.
    """

    work: float
    full_speed: float
    speed: float
    cluster: ClusterParameters
    faults: Mapping[str, FaultParameters]
    checkpoint: CheckpointParameters
    restart: RestartParameters
    diagnosis: DiagnosisParameters
    repair: RepairParameters
    responses: tuple[Law, ...]
    checks: tuple[CheckParameters, ...]


def at_middle(path: str, number: Number) -> Law:
    """The middle of a number that is drawn once per trial, and the law of any other."""
    return number.law if number.per == "occurrence" else Fixed(number.middle)


def parameters_of(scenario: Scenario, settle: Settle, start: Scenario) -> Parameters:
    """Parameters of `scenario`, which is what changes made of the scenario at the `start`."""

    def number(path: str, value: Number) -> float:
        return settle(path, value).mean

    at_start = _work_rate(start, settle)
    work = 1 / at_start if start.workload.window is None else float("inf")
    people = scenario.people
    restart = _restart(scenario, settle)
    return Parameters(
        work=work,
        full_speed=_work_rate(scenario, settle) / at_start,
        speed=number("workload.speed", scenario.workload.speed),
        cluster=_cluster(scenario, settle),
        faults={name: _fault(scenario, name, settle, restart) for name in scenario.fault},
        checkpoint=_checkpoint(scenario, settle, 1 / at_start),
        restart=restart,
        diagnosis=_diagnosis(scenario, settle),
        repair=_repair(scenario, settle),
        responses=(
            *(
                settle(f"people.when.{row}.response", watch.response)
                for row, watch in enumerate(people.when)
            ),
            settle("people.response", people.response),
        ),
        checks=tuple(_check(scenario, name, settle, 1 / at_start) for name in scenario.check),
    )


def without_losses(parameters: Parameters) -> Parameters:
    """The same work under ideal conditions: no fault, save, stop or slowness."""
    nothing = Fixed(0.0)
    return replace(
        parameters,
        speed=1.0,
        faults={},
        checkpoint=replace(
            parameters.checkpoint,
            write_slowdown=0.0,
            final_save=False,
            tiers=tuple(
                TierParameters(0.0, 0.0, 0.0, nothing, 0.0, 0.0, nothing, 0.0, None)
                for _ in parameters.checkpoint.tiers
            ),
            save_hangs=0.0,
        ),
        restart=replace(
            parameters.restart, duration=nothing, failure=0.0, warm_up=nothing, at_start=False
        ),
        cluster=replace(parameters.cluster, swap=nothing, notice=nothing),
        checks=(),
    )


def mfu_of(scenario: Scenario, settle: Settle) -> float | None:
    """Model FLOPs utilisation at full speed, if the workload gives it."""
    load = scenario.workload
    if load.mfu is not None:
        return settle("workload.mfu", load.mfu).mean
    if load.achieved is not None and load.peak is not None:
        achieved = settle("workload.achieved", load.achieved).mean
        return achieved / settle("workload.peak", load.peak).mean
    if load.tokens_per_second and load.parameters and load.peak:
        cluster = scenario.cluster
        peak = settle("workload.peak", load.peak).mean
        flops = FLOPS_PER_PARAMETER_AND_TOKEN * settle("workload.parameters", load.parameters).mean
        per_second = settle("workload.tokens_per_second", load.tokens_per_second).mean
        return flops * per_second / (peak * cluster.hosts * cluster.accelerators_per_host)
    return None


def _work_rate(scenario: Scenario, settle: Settle) -> float:
    """Full speed in fractions of the work per second (of the window, where there is one)."""
    load = scenario.workload

    def number(key: str) -> float:
        return settle(f"workload.{key}", getattr(load, key)).mean

    accelerators = scenario.cluster.hosts * scenario.cluster.accelerators_per_host
    if load.accelerator_hours is not None:
        return accelerators / (number("accelerator_hours") * HOUR)
    if load.tokens_per_second is not None:
        return number("tokens_per_second") / number("tokens")
    if load.flops is not None:
        return accelerators * number("achieved") / number("flops")
    if load.tokens is not None:
        flops = FLOPS_PER_PARAMETER_AND_TOKEN * number("parameters") * number("tokens")
        return accelerators * number("peak") * number("mfu") / flops
    if load.ideal_time is not None:
        return 1 / number("ideal_time")
    if load.step_time is not None:
        steps = number("steps") if load.window is None else 1.0
        return 1 / (steps * number("step_time"))
    return 1 / number("window")


def _cluster(scenario: Scenario, settle: Settle) -> ClusterParameters:
    cluster = scenario.cluster
    provision = cluster.provision
    return ClusterParameters(
        hosts=cluster.hosts,
        spares=cluster.spares,
        hot_spares=cluster.hot_spares,
        lent_spares=cluster.lent_spares,
        swap=settle("cluster.swap", cluster.swap),
        notice=settle("cluster.notice", cluster.notice),
        provision=None if provision is None else settle("cluster.provision", provision),
        idle_hazard=settle("cluster.idle_hazard", cluster.idle_hazard).mean,
        spares_within=_sizes(scenario).get(cluster.spares_within or "", 0),
        whole=_sizes(scenario).get(cluster.whole or "", 0),
    )


def _sizes(scenario: Scenario) -> dict[str, int]:
    """Hosts in a domain of each level."""
    return {domain.name: domain.hosts for domain in scenario.domain}


def _fault(
    scenario: Scenario, name: str, settle: Settle, restart: RestartParameters
) -> FaultParameters:
    fault = scenario.fault[name]

    def law(key: str, value: Number) -> Law:
        return settle(f"fault.{name}.{key}", value)

    ageing = _time_to_failure(fault, scenario.cluster.accelerators_per_host, law)
    memoryless = ageing is None or isinstance(ageing, Exponential)
    return FaultParameters(
        name=name,
        scope=scope_of(fault.scope, _sizes(scenario)),
        effect=EFFECTS[fault.effect],
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
        returns=None if fault.returns is None else law("returns", fault.returns),
        restart=_first_restart(fault, restart, law),
        speed=law("speed", fault.slow_speed),
        lasts=None if fault.lasts is None else law("lasts", fault.lasts),
        skips=fault.skips,
        weather=_weather(scenario, f"fault.{name}.varies", fault.varies, settle),
        part=None
        if fault.hosts is None
        else Part(law("hosts", fault.hosts.number), fault.hosts.is_share),
    )


def _weather(
    scenario: Scenario, path: str, varies: Varies | None, settle: Settle
) -> WeatherParameters | None:
    """Weather of what varies, by the name that it has to share it under or by its own path."""
    if varies is None:
        return None
    name = path if varies.name is None else varies.name
    if varies.name is None:
        cv, every = varies.cv, varies.every
    else:
        shared = scenario.weather[varies.name]
        path, cv, every = f"weather.{name}", shared.cv, shared.every
    assert cv is not None
    assert every is not None
    return WeatherParameters(
        name, settle(f"{path}.cv", cv).mean, settle(f"{path}.every", every).mean
    )


def _restart(scenario: Scenario, settle: Settle) -> RestartParameters:
    restart = scenario.restart
    return RestartParameters(
        duration=settle("restart.duration", restart.duration),
        failure=settle("restart.failure", restart.failure).mean,
        tries=restart.tries,
        warm_up=settle("restart.warm_up", restart.warm_up),
        warm_up_speed=settle("restart.warm_up_speed", restart.warm_up_speed).mean,
        at_start=restart.at_start,
    )


def _first_restart(
    fault: FaultClass, usual: RestartParameters, law: Callable[[str, Number], Law]
) -> RestartParameters | None:
    """How a class starts the job again at the first try; like any restart but for its own keys."""
    if fault.restart is None:
        return None
    works = 1.0
    if fault.restart_success is not None:
        works = law("restart_success", fault.restart_success).mean
    return replace(usual, duration=law("restart", fault.restart), failure=1 - works)


def _detection(scenario: Scenario, name: str, settle: Settle) -> Law | None:
    """Latency of a class, or else that of its effect; some effects need not be noticed at all."""
    fault = scenario.fault[name]
    if fault.detection is not None:
        return settle(f"fault.{name}.detection", fault.detection)
    of_effect = scenario.detection.of(fault.effect)
    return None if of_effect is None else settle(f"detection.{fault.effect}", of_effect)


def _needs_repair(fault: FaultClass, law: Callable[[str, Number], Law]) -> float:
    if fault.needs_repair is None:
        return 1.0 if fault.strikes_hosts and fault.returns is None else 0.0
    return law("needs_repair", fault.needs_repair).mean


def _grace(fault: FaultClass, law: Callable[[str, Number], Law]) -> float:
    """Training without a false alarm; one at a fixed time comes at once after it."""
    grace = law("grace", fault.grace).mean
    if fault.law != "fixed" or fault.mtbf is None:
        return grace
    return grace + law("mtbf", fault.mtbf).mean


def _time_to_failure(
    fault: FaultClass, accelerators_per_host: int, law: Callable[[str, Number], Law]
) -> Ageing | None:
    """Law of the time to failure; none if the class never strikes."""
    if fault.rate is not None:
        rate = law("rate", fault.rate).mean * fault.accelerators(accelerators_per_host)
        return Exponential(1 / rate) if rate > _NEVER else None
    if fault.law == "fixed":
        return Exponential(_AT_ONCE)
    parameters = {
        key: law(key, getattr(fault, key)).mean for key in fault.given("shape", "sigma", "scale")
    }
    if fault.mtbf is not None:
        units = fault.accelerators(accelerators_per_host)
        parameters["mean"] = law("mtbf", fault.mtbf).mean / units
    built = laws.build(fault.law, **parameters)
    assert isinstance(built, Ageing)
    return built


def _checkpoint(scenario: Scenario, settle: Settle, work: float) -> CheckpointParameters:
    table = scenario.checkpoint
    interval = settle("checkpoint.interval", table.interval.number).mean
    if table.interval.in_steps:
        interval *= _step(scenario, settle, work)
    return CheckpointParameters(
        interval=interval,
        in_work=table.interval.in_steps,
        write_slowdown=settle("checkpoint.write_slowdown", table.write_slowdown).mean,
        final_save=table.final_save,
        tiers=tuple(_tier(scenario, path, tier, settle) for path, tier in table.tiers()),
        save_hangs=settle("checkpoint.save_hang", table.save_hang).mean,
        hang=_fault_of_save("hang", settle("checkpoint.save_timeout", table.save_timeout)),
        failure=_fault_of_save("crash", settle("detection.crash", scenario.detection.crash)),
    )


def _tier(scenario: Scenario, path: str, tier: Tier, settle: Settle) -> TierParameters:
    """Tier whose keys stand at a path."""
    table = scenario.checkpoint

    def number(key: str) -> float:
        return settle(f"{path}.{key}", getattr(tier, key)).mean

    def moved(time: str, bandwidth: str) -> Law:
        """The time itself, or what the size takes at a bandwidth."""
        if getattr(tier, time) is not None:
            return settle(f"{path}.{time}", getattr(tier, time))
        if getattr(tier, bandwidth) is None:
            return Fixed(0.0)
        speed = number(bandwidth)
        if tier.per_host:
            speed *= scenario.cluster.hosts
        if tier.store_bandwidth is not None:
            speed = min(speed, number("store_bandwidth"))
        return Fixed(size / speed)

    size = 0.0
    if tier.size is not None:
        size = number("size")
    elif table.size is not None:
        size = settle("checkpoint.size", table.size).mean
    failure, stops = number("save_failure"), table.save_failure_stops
    return TierParameters(
        stall=moved("stall", "save_bandwidth").mean,
        lag=moved("durability_lag", "write_bandwidth").mean,
        save_failure=0.0 if stops else failure,
        load=moved("load", "load_bandwidth"),
        load_failure=number("load_failure"),
        load_hang=number("load_hang"),
        load_timeout=settle(f"{path}.load_timeout", tier.load_timeout),
        corrupt=number("corrupt"),
        keep=tier.keep,
        permanent_every=tier.permanent_every,
        name=tier.name,
        every=tier.every,
        survives=_survives(scenario, tier),
        save_stops=failure if stops else 0.0,
    )


def _survives(scenario: Scenario, tier: Tier) -> Scope | None:
    """Scope of which a copy survives one loss, or None if it survives all."""
    scope = scope_of(tier.survives, _sizes(scenario))
    return None if scope == CLUSTER else scope


def _fault_of_save(effect: str, detection: Law) -> FaultParameters:
    """What a save that ends training does: a fault of the job that no host is to blame for."""
    return FaultParameters(
        name=CHECKPOINTS,
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


def _check(scenario: Scenario, name: str, settle: Settle, work: float) -> CheckParameters:
    check = scenario.check[name]
    every = settle(f"check.{name}.every", check.every.number).mean
    return CheckParameters(
        name=name,
        every=every * _step(scenario, settle, work) if check.every.in_steps else every,
        in_work=check.every.in_steps,
        duration=settle(f"check.{name}.duration", check.duration),
        finds=frozenset(
            name for name, fault in scenario.fault.items() if fault.effect in (check.finds or ())
        ),
        chance=settle(f"check.{name}.chance", check.chance).mean,
        to_last=check.back_to == "last check",
    )


def _step(scenario: Scenario, settle: Settle, work: float) -> float:
    """Work of one step, in seconds at the full speed of the start."""
    load = scenario.workload
    if load.window is not None:
        return work
    assert load.steps is not None
    return work / settle("workload.steps", load.steps).mean


def _diagnosis(scenario: Scenario, settle: Settle) -> DiagnosisParameters:
    table = scenario.diagnosis
    precision = settle("diagnosis.precision", table.precision).mean
    return DiagnosisParameters(
        automatic=settle("diagnosis.automatic", table.automatic),
        manual=settle("diagnosis.manual", table.manual),
        recall=settle("diagnosis.recall", table.recall).mean,
        false_blames=(1 - precision) / precision,
    )


def _repair(scenario: Scenario, settle: Settle) -> RepairParameters:
    table = scenario.repair

    def law(key: str) -> Law:
        return settle(f"repair.{key}", getattr(table, key))

    return RepairParameters(
        automated=law("automated"),
        automated_fails=law("automated_fails").mean,
        automated_misses=law("automated_misses").mean,
        manual=law("manual"),
        manual_misses=law("manual_misses").mean,
        retire=law("retire").mean,
        burn_in=law("burn_in"),
        burn_in_catches=law("burn_in_catches").mean,
        bad_host_mtbf=law("bad_host_mtbf").mean,
        weather=_weather(scenario, "repair.varies", table.varies, settle),
    )
