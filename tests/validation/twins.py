"""Rich scenarios for the engine and its twin, and what both make of them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR
from simtrain.validation.scores import ExactScore
from simtrain.validation.small import hours
from tests.validation.twin import NEVER, Check, Fault, Setting, Stop, Tier, Time, Twin

TRIALS = 250
"""Trials of each scenario in the tests."""

COUNTS = {
    "faults": (EventKind.FAULT,),
    "interruptions": (EventKind.INTERRUPTION,),
    "stops": (EventKind.STOP,),
    "launches": (EventKind.LAUNCH,),
    "failed_launches": (EventKind.FAILED_LAUNCH,),
    "automatic": (EventKind.AUTOMATIC_RESTART,),
    "manual": (EventKind.MANUAL_RESTART,),
    "planned": (EventKind.PLANNED_RESTART,),
    "rollbacks": (EventKind.ROLLBACK,),
    "cordons": (EventKind.CORDON,),
    "swaps": (EventKind.SWAP_IN,),
    "returned": (EventKind.RETURN,),
    "returned_bad": (EventKind.RETURN_BAD,),
    "retired": (EventKind.RETIRE,),
    "spare_faults": (EventKind.SPARE_FAULT,),
    "persons": (EventKind.PERSON_CALLED,),
    "loads": (EventKind.LOAD,),
}

SETTINGS = {
    "plain": Setting(
        work=60, hosts=6, spares=1, interval=1.5, stall=0.05, load=0.1, restart=0.2,
        faults=(Fault("break", 90.0, automatic=0.4),),
        detection=(("crash", 0.1),), response=("exponential", 0.5), manual=0.3,
        repair=("exponential", 12.0),
    ),
    "checkpoints": Setting(
        work=60, hosts=4, spares=10, interval=1.0, stall=0.05, lag=0.6, slowdown=0.2,
        save_failure=0.2, save_hang=0.05, save_timeout=0.4, corrupt=0.15, keep=2,
        load=("exponential", 0.2), load_failure=0.2, load_hang=0.1, load_timeout=0.5,
        restart=("gamma", 2.0, 0.2), restart_failure=0.3, tries=2,
        warm_up=0.7, warm_up_speed=0.5, speed=0.9,
        faults=(
            Fault("break", 60.0, automatic=0.7, automatic_success=0.6),
            Fault("hang", 100.0, effect="hang", ends_write=False, needs_repair=0.3),
        ),
        detection=(("crash", 0.1), ("hang", 0.5)), response=0.3, repair=3.0,
    ),
    "spikes": Setting(
        work=50, hosts=2, spares=4, interval=0.75, stall=0.03, lag=0.2, load=0.3, restart=0.1,
        save_failure=0.1, save_failure_stops=True, corrupt=0.2, found_after=("exponential", 1.0),
        faults=(
            Fault("spike", 9.0, of_job=True, effect="diverge", automatic=0.5, margin=0.4),
            Fault("software", 12.0, of_job=True, automatic=1.0, automatic_success=0.7),
            Fault("break", 50.0),
        ),
        detection=(("diverge", ("exponential", 0.8)), ("crash", 0.05)),
        response=0.5, repair=2.0, warm_up=0.3, warm_up_speed=0.7,
    ),
    "corruption": Setting(
        work=80, hosts=4, spares=4, interval=1.0, stall=0.05, lag=0.1, keep=8, load=0.1,
        restart=0.2, corrupt=0.2, found_after=("exponential", 4.0),
        faults=(
            Fault("wrong", 160.0, effect="corrupt", automatic=0.5, needs_repair=0.6),
            Fault("break", 100.0, automatic=0.8),
            Fault("spike", 60.0, of_job=True, effect="diverge", margin=0.3, automatic=1.0),
        ),
        detection=(("corrupt", ("exponential", 6.0)), ("diverge", 0.5), ("crash", 0.1)),
        response=0.5, manual=0.3, recall=0.7, repair=("exponential", 5.0), repair_misses=0.3,
        bad_host_mtbf=5.0, idle_hazard=0.2,
        checks=(Check(7.0, 0.3, ("corrupt",), 0.6), Check(5.0, 0.1)),
    ),
    "last check": Setting(
        work=40, hosts=3, spares=2, interval=1.0, stall=0.05, lag=0.3, load=0.1, restart=0.1,
        faults=(
            Fault("wrong", 60.0, effect="corrupt", automatic=0.9, needs_repair=0.7),
            Fault("spike", 60.0, of_job=True, effect="diverge", automatic=1.0),
            Fault("break", 200.0, automatic=0.9),
        ),
        detection=(("corrupt", ("exponential", 60.0)), ("diverge", 20.0), ("crash", 0.1)),
        response=0.1, manual=0.1, recall=0.8, repair=("exponential", 3.0),
        checks=(
            Check(4.0, 0.1, ("corrupt",), 0.4, to_last=True),
            Check(11.0, 0.1, ("diverge",), 0.9, to_last=True),
        ),
    ),
    "slow hosts": Setting(
        work=80, hosts=4, spares=2, interval=2.0, stall=0.1, lag=0.1, load=0.2, restart=0.3,
        faults=(
            Fault("slow", 60.0, effect="slow", speed=(0.3, 0.9), lasts=("exponential", 20.0),
                  automatic=0.5, automatic_success=0.8, needs_repair=0.7),
            Fault("worn", 200.0, effect="slow", speed=(0.5, 0.5)),
            Fault("break", 100.0, automatic=0.5),
        ),
        detection=(("slow", ("exponential", 6.0)), ("crash", 0.1)), response=("exponential", 1.0),
        manual=0.3, swap=0.2, repair=("exponential", 15.0), repair_misses=0.2, bad_host_mtbf=8.0,
        idle_hazard=0.3, speed=0.95, warm_up=0.5, warm_up_speed=0.6,
        checks=(Check(9.0, 0.2, ("slow",), 0.5),),
    ),
    "bad hosts": Setting(
        work=100, hosts=8, spares=2, interval=2.0, stall=0.05, load=0.1, restart=0.3,
        faults=(
            Fault("break", 300.0, shape=0.7, automatic=0.5, needs_repair=0.6),
            Fault("hang", 900.0, effect="hang", automatic=0.5),
        ),
        detection=(("crash", 0.05), ("hang", 0.2)), response=0.5, automatic=0.1, manual=0.6,
        recall=0.6, precision=0.7, repair=("exponential", 4.0), repair_fails=0.3,
        repair_misses=0.2, workshop=("lognormal", 20.0, 1.0), workshop_misses=0.2, retire=0.2,
        provision=40.0, burn_in=1.0, burn_in_catches=0.5, lemons=(0.2, 4.0), swap=0.1,
    ),
    "calendar": Setting(
        work=200, hosts=5, spares=2, interval=2.0, stall=0.1, lag=0.2, load=0.2,
        restart=("exponential", 0.3), save_failure=0.1,
        faults=(Fault("wear", 150.0, shape=2.0, automatic=0.3),),
        detection=(("crash", 0.1),), response=("exponential", 0.5), night=("exponential", 2.0),
        weekend=("gamma", 2.0, 4.0), manual=0.5, repair=("exponential", 20.0),
        stops=(
            Stop(40.0, 5.0), Stop(90.0, 8.0, kind="incident", hosts=4, unfit=2), Stop(150.0, 3.0),
        ),
        change=(70.0, {"wear": 80.0}),
    ),
    "tiers": Setting(
        work=100, hosts=6, spares=3, interval=1.0, restart=0.1, save_hang=0.01, save_timeout=0.5,
        slowdown=0.3,
        several=(
            Tier(0.02, 0.0, 0.05, 1, "job", load_failure=0.2, corrupt=0.05, keep=2),
            Tier(0.05, 0.3, ("exponential", 0.3), 2, "host", save_failure=0.1, corrupt=0.2, keep=3,
                 found_after=1.5),
            Tier(0.3, 1.6, 1.0, 5, load_failure=0.2, load_hang=0.1, load_timeout=0.5),
        ),
        faults=(
            Fault("software", 9.0, of_job=True, automatic=0.8),
            Fault("break", 60.0, automatic=0.5, needs_repair=0.7),
            Fault("hang", 300.0, effect="hang", ends_write=False),
            Fault("spike", 40.0, of_job=True, effect="diverge", margin=0.5),
        ),
        detection=(("crash", 0.1), ("hang", 0.4), ("diverge", ("exponential", 1.0))),
        response=0.3, manual=0.5, recall=0.8, repair=("exponential", 10.0),
        stops=(
            Stop(30.0, 2.0), Stop(45.0, 3.0, kind="incident", hosts=1),
            Stop(60.0, 3.0, kind="incident", hosts=2, unfit=1),
            Stop(80.0, 2.0, kind="incident", everything=True),
        ),
    ),
    "racks": Setting(
        work=60, hosts=6, spares=6, rack=4, interval=1.0, restart=0.2, idle_hazard=0.3, swap=0.2,
        several=(
            Tier(0.03, 0.1, 0.1, 1, "rack"), Tier(0.2, 0.5, 0.8, 4),
        ),
        faults=(
            Fault("power", 60.0, of_rack=True, automatic=0.8, needs_repair=0.7),
            Fault("switch", 150.0, of_rack=True, effect="hang", automatic=0.9, needs_repair=0.2),
            Fault("break", 150.0, automatic=0.5),
        ),
        detection=(("crash", 0.1), ("hang", 0.4)), response=0.4, automatic=0.1, manual=0.4,
        recall=0.7, precision=0.8, repair=("exponential", 12.0), repair_fails=0.2, workshop=20.0,
        retire=0.3, provision=15.0, repair_misses=0.1, burn_in=0.5, burn_in_catches=0.5,
        stops=(Stop(30.0, 3.0, kind="incident", hosts=3, unfit=1),),
    ),
    "idle": Setting(
        work=80, hosts=5, spares=3, interval=1.0, in_steps=True, stall=0.05, load=0.2, restart=0.5,
        restart_failure=0.2, idle_hazard=0.4, staffed=True, warm_up=1.0, warm_up_speed=0.6,
        faults=(
            Fault("break", 100.0, automatic=0.6, automatic_success=0.8, needs_repair=0.8),
            Fault("wear", 300.0, shape=1.5, effect="hang"),
        ),
        detection=(("crash", 0.2), ("hang", 0.5)), response=0.5, manual=0.5,
        recall=0.7, repair=("exponential", 15.0), repair_misses=0.2,
        stops=(
            Stop(20.0, 4.0, kind="pause"),
            Stop(50.0, 6.0, kind="incident", everything=True, unfit=2),
        ),
    ),
    "watched": Setting(
        work=80, hosts=4, spares=2, interval=1.0, stall=0.05, load=0.1,
        restart=("exponential", 0.6), restart_failure=0.2, span=25.0,
        faults=(
            Fault("watchdog", 6.0, of_job=True, effect="false alarm", grace=1.5, automatic=1.0,
                  automatic_success=0.9),
            Fault("software", 8.0, of_job=True, automatic=0.8, automatic_success=0.7, cv=0.8,
                  first_restart=0.1, first_works=0.6),
            Fault("break", 80.0, first_restart=0.3),
        ),
        detection=(("crash", 0.1),), response=0.3, repair=("exponential", 8.0), repair_fails=0.3,
        workshop=12.0, repair_cv=0.6,
    ),
}  # fmt: skip


def said(time: Time) -> Any:
    """A time as a scenario would say it."""
    if not isinstance(time, tuple):
        return hours(time)
    name, *numbers = time
    if name == "exponential":
        return {"law": name, "mean": hours(numbers[0])}
    if name == "gamma":
        return {"law": name, "shape": numbers[0], "mean": hours(numbers[1])}
    return {"law": name, "mean": hours(numbers[0]), "cv": numbers[1]}


def fault_table(fault: Fault, span: float) -> dict[str, Any]:
    table: dict[str, Any] = {
        "effect": fault.effect,
        "mtbf": hours(fault.mtbf),
        "automatic": fault.automatic,
        "automatic_success": fault.automatic_success,
        "ends_write": fault.ends_write,
    }
    if fault.of_job:
        table["scope"] = "job"
    elif fault.of_rack:
        table |= {"scope": "rack", "needs_repair": fault.needs_repair}
    else:
        table["needs_repair"] = fault.needs_repair
    if fault.shape is not None:
        table |= {"law": "weibull", "shape": fault.shape}
    if fault.first_restart is not None:
        table["restart"] = said(fault.first_restart)
        table["restart_success"] = fault.first_works
    if fault.grace is not None:
        table["grace"] = hours(fault.grace)
    if fault.cv:
        table["varies"] = {"cv": fault.cv, "every": hours(span)}
    if fault.margin:
        table["margin"] = hours(fault.margin)
    if fault.effect == "slow":
        low, high = fault.speed
        table["speed"] = {"law": "uniform", "low": low, "high": high}
        table |= {} if fault.lasts == NEVER else {"lasts": said(fault.lasts)}
    return table


def stop_table(stop: Stop) -> dict[str, Any]:
    table: dict[str, Any] = {
        "kind": stop.kind, "at": hours(stop.at), "duration": hours(stop.duration),
    }  # fmt: skip
    if stop.kind == "incident":
        table |= {"hosts": "all" if stop.everything else stop.hosts, "unfit": stop.unfit}
    return table


def check_table(check: Check) -> dict[str, Any]:
    back_to = "last check" if check.to_last else "onset"
    finds: dict[str, Any] = {
        "finds": list(check.finds), "chance": check.chance, "back_to": back_to,
    }  # fmt: skip
    finds = finds if check.finds else {}
    return {"every": hours(check.every), "duration": hours(check.duration), **finds}


def tier_table(number: int, tier: Tier) -> dict[str, Any]:
    table = {
        "name": f"tier{number}", "every": tier.every, "survives": tier.survives,
        "stall": hours(tier.stall), "durability_lag": hours(tier.lag), "load": said(tier.load),
        "save_failure": tier.save_failure, "load_failure": tier.load_failure,
        "load_hang": tier.load_hang, "load_timeout": hours(tier.load_timeout),
        "corrupt": tier.corrupt,
    }  # fmt: skip
    table |= {} if tier.found_after is None else {"corrupt_found_after": said(tier.found_after)}
    return table if tier.keep is None else {**table, "keep": tier.keep}


def people_table(setting: Setting) -> dict[str, Any]:
    rows = []
    if setting.weekend is not None:
        rows.append({"days": ["sat", "sun"], "response": said(setting.weekend)})
    if setting.night is not None:
        rows.append({"hours": [22, 8], "response": said(setting.night)})
    table: dict[str, Any] = {"response": said(setting.response), "when": rows}
    if setting.staffed:
        table["staffed"] = {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": [8, 18]}
    return table


def document(setting: Setting) -> dict[str, Any]:
    """The same run as a scenario."""
    s = setting
    steps = {"steps": round(100 * s.work)} if s.in_steps else {}
    interval = f"{round(100 * s.interval)} steps" if s.in_steps else hours(s.interval)
    cluster: dict[str, Any] = {
        "hosts": s.hosts, "spares": s.spares, "age": "new", "swap": hours(s.swap),
        "provision": hours(s.provision), "idle_hazard": s.idle_hazard,
    }  # fmt: skip
    if s.lemons is not None:
        cluster["lemons"] = {"fraction": s.lemons[0], "factor": s.lemons[1]}
    changes = []
    if s.change is not None:
        at, means = s.change
        new = {f"fault.{name}.mtbf": hours(mtbf) for name, mtbf in means.items()}
        changes.append({"at": hours(at), "set": new})
    varies = {"varies": {"cv": s.repair_cv, "every": hours(s.span)}} if s.repair_cv else {}
    one_tier = {
        "stall": hours(s.stall), "durability_lag": hours(s.lag), "save_failure": s.save_failure,
        "corrupt": s.corrupt, "load": said(s.load), "load_failure": s.load_failure,
        "load_hang": s.load_hang, "load_timeout": hours(s.load_timeout),
        **({} if s.keep is None else {"keep": s.keep}),
        **({} if s.found_after is None else {"corrupt_found_after": said(s.found_after)}),
    }  # fmt: skip
    tiers = {"tier": [tier_table(n, tier) for n, tier in enumerate(s.several)]}
    return {
        "start": "2026-03-02T09:00:00",
        "workload": {"ideal_time": hours(s.work), "speed": s.speed, **steps},
        "cluster": cluster,
        "domain": [{"name": "rack", "hosts": s.rack}] if s.rack else [],
        "fault": {fault.name: fault_table(fault, s.span) for fault in s.faults},
        "detection": {effect: said(time) for effect, time in s.detection},
        "checkpoint": {
            "interval": interval, "write_slowdown": s.slowdown,
            "save_failure_stops": s.save_failure_stops, "save_hang": s.save_hang,
            "save_timeout": hours(s.save_timeout), **(tiers if s.several else one_tier),
        },
        "restart": {
            "duration": said(s.restart), "failure": s.restart_failure, "tries": s.tries,
            "warm_up": hours(s.warm_up), "warm_up_speed": s.warm_up_speed,
        },
        "people": people_table(s),
        "diagnosis": {
            "automatic": said(s.automatic), "manual": said(s.manual), "recall": s.recall,
            "precision": s.precision,
        },
        "repair": {
            "automated": said(s.repair), "automated_fails": s.repair_fails,
            "automated_misses": s.repair_misses, "manual": said(s.workshop),
            "manual_misses": s.workshop_misses, "retire": s.retire, "burn_in": hours(s.burn_in),
            "burn_in_catches": s.burn_in_catches, "bad_host_mtbf": hours(s.bad_host_mtbf), **varies,
        },
        "check": {f"check {number}": check_table(check) for number, check in enumerate(s.checks)},
        "stop": {f"stop {number}": stop_table(stop) for number, stop in enumerate(s.stops)},
        "change": changes,
        "limits": {"wall_clock": hours(100 * s.work)},
    }  # fmt: skip


def by_engine(setting: Setting, trials: int, seed: int) -> list[dict[str, float]]:
    """Trials as the compiled engine tells them: the same as those of the engine on SimPy."""
    simulator = CompiledSimulator(Scenario.from_document(document(setting)), seed)
    found = []
    for trial in range(trials):
        ledger = Ledger()
        ending = simulator.run(trial, ledger)
        assert not ending.truncated
        one = {"wall_clock": ending.wall_clock_s / HOUR, "saves": float(ledger.saves)}
        one |= {str(c): seconds / HOUR for c, seconds in ledger.categories().items()}
        one |= {name: sum(ledger.counts[w] for w in what) for name, what in COUNTS.items()}
        found.append(one)
    return found


def by_twin(setting: Setting, trials: int, seed: int) -> list[dict[str, float]]:
    return [Twin(setting, Random(seed * 1_000_003 + trial)).run() for trial in range(trials)]


def compared(
    name: str, engine: list[dict[str, float]], twin: list[dict[str, float]]
) -> list[ExactScore]:
    """Scores of the differences of means, of all that ever differs from 0."""
    numbers = ["wall_clock", "saves", *map(str, Category), *COUNTS]
    numbers.remove(str(Category.PRODUCTIVE))  # the work, in every trial
    scores = []
    for number in numbers:
        a = np.array([one.get(number, 0.0) for one in engine])
        b = np.array([one.get(number, 0.0) for one in twin])
        if a.any() or b.any():
            error = float((a.var(ddof=1) + b.var(ddof=1)) / len(a)) ** 0.5
            scores.append(ExactScore(f"{name}: {number}", float(b.mean()), float(a.mean()), error))
    return scores
