"""Closed forms and what the engine makes of the same numbers.

Each check takes a factor on its number of trials and gives scores; all times are in hours. The
tests hold every score against `scores.LIMIT`, planted mistakes must break them, and
``python -m tests.validation`` prints them. What error of the engine each finds with 99 %
probability stands in the last column of that table (`Score.detects`), as a part of the quantity
checked. At factor 1 that is 3 % to 10 % for most, less where faults are few, and up to 30 % where
what is checked is itself rare (6 spares at load 3). Where the quantity is mostly work, as in the
first segments, the renewals and the ETTR, an error of the badput is found from 2 % to 10 % of the
badput on. Ten times the trials find a third of all this. Smaller errors go unseen, such as that of
faults spared during a short load, which is of second order in R/M: one case has long loads for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy import special, stats  # type: ignore[import-untyped]

from simtrain import theory
from simtrain.engine.trial import Simulator
from simtrain.ledger import Category
from tests.validation.runs import (
    HOUR,
    HUGE,
    Cycles,
    Enough,
    Waiting,
    hours,
    ledgers,
    scenario,
    strikes,
    wall_clocks,
)
from tests.validation.scores import Score, score, share

Check = Callable[[float], Iterator[Score]]
SEED = 20_260_302


def seed_of(name: str) -> int:
    """Seed of a case, so that no two cases share their luck."""
    return SEED + crc32(name.encode())


@dataclass(frozen=True)
class Case:
    """Numbers of a job with memoryless faults.

    Parameters
    ----------
    work, interval, save, mtbf, downtime, load
        As in the closed forms; `mtbf` is that of the job.
    hosts
        Over how many hosts the faults are spread.
    trials
        Number of trials at factor 1.
    """

    work: float
    interval: float
    save: float
    mtbf: float
    downtime: float
    load: float
    hosts: int = 1
    trials: int = 10_000

    def __str__(self) -> str:
        return (
            f"W={self.work:g} τ={self.interval:g} C={self.save:g} M={self.mtbf:g} "
            f"D={self.downtime:g} R={self.load:g}"
        )


# --- no faults ----------------------------------------------------------------------------------

FAULTLESS = [
    (10.0, 1.0, 0.25, True),
    (10.0, 1.0, 0.25, False),
    (10.5, 1.0, 0.25, True),
    (10.5, 1.0, 0.25, False),
    (0.5, 1.0, 0.25, True),
    (0.5, 1.0, 0.25, False),
    (1000.0, 0.1, 0.01, True),
    (999.95, 0.1, 0.01, True),
    (24.0, 7.0 / 60, 13.0 / 3600, True),
    (24.0, 7.0 / 60, 13.0 / 3600, False),
    (24.0, 1.0, 0.0, True),
]


def faultless(factor: float = 1) -> Iterator[Score]:
    """Work plus stalls, ⌈work/τ⌉ of them with the last piece saved, ⌈work/τ⌉ − 1 without."""
    for work, interval, save, final in FAULTLESS:
        simulated = scenario(
            workload={"ideal_time": hours(work)},
            checkpoint={"interval": hours(interval), "stall": hours(save), "final_save": final},
        )
        ((ending, _),) = ledgers(simulated, 1, SEED)
        stalls = math.ceil(work / interval * (1 - 1e-12)) - (not final)
        exact = math.fsum([work * HOUR] + [save * HOUR] * stalls)
        # The last digit: sums of floats in another order may differ in it.
        same = abs(ending.wall_clock_s - exact) <= 4 * math.ulp(exact)
        found = exact if same else ending.wall_clock_s
        yield Score(f"no faults: W={work:g} τ={interval:.4g} C={save:.4g}", exact, found, 0.0)


# --- memoryless faults --------------------------------------------------------------------------

SEGMENTS = [
    Case(2, 0.5, 0.02, 10, 0.1, 0.2, hosts=124, trials=6_000),
    Case(6, 0.5, 0.05, 3, 0.0, 0.0, hosts=8, trials=4_000),
    Case(6, 3, 0.1, 1.5, 0.3, 0.2, hosts=16, trials=2_000),  # an MTBF below the interval
    Case(3, 1, 0.1, 0.9, 0.05, 0.4, hosts=1, trials=3_000),  # and short of a restart and interval
    Case(2.6, 1, 0.1, 2, 1.5, 0.5, hosts=2, trials=5_000),  # work that is no multiple of it
    Case(2, 0.5, 0.05, 1, 0.1, 1.5, hosts=3, trials=2_000),  # loads that few faults let pass
]


def _memoryless(case: Case) -> dict[str, dict[str, object]]:
    return {
        "workload": {"ideal_time": hours(case.work)},
        "cluster": {"hosts": case.hosts, "spares": 100},
        "checkpoint": {"interval": hours(case.interval), "stall": hours(case.save)},
        "fault": {"break": {"mtbf": hours(case.mtbf * case.hosts)}},
    }


def segments(factor: float = 1, cases: list[Case] = SEGMENTS) -> Iterator[Score]:
    """(M + D)·e^(R/M)·(e^((τ+C)/M) − 1) per segment: D in three phases, R in two."""
    for case in cases:
        tables = _memoryless(case)
        tables["checkpoint"]["load"] = hours(case.load * 0.5)
        found = wall_clocks(
            scenario(
                **tables,
                restart={"duration": hours(case.load * 0.5)},
                detection={"crash": hours(case.downtime * 0.5)},
                people={"response": hours(case.downtime * 0.25)},
                diagnosis={"manual": hours(case.downtime * 0.25)},
            ),
            int(case.trials * factor),
            seed_of(str(case)),
        )
        exact = theory.expected_wall_clock(
            case.work, case.interval, case.save, case.mtbf, case.downtime, case.load
        )
        yield score(f"segments: {case}", exact, found)


RANDOM = [
    Case(2, 0.5, 0.05, 1.5, 0.4, 0.8, hosts=4, trials=2_500),
    Case(3, 1, 0.1, 0.8, 0.1, 0.5, hosts=1, trials=2_000),
    Case(4, 2, 0.05, 6, 1.0, 2.0, hosts=16, trials=4_000),
]
RESTARTS: dict[str, tuple[dict[str, object], Callable[[float, float], float]]] = {
    "exponential": ({"law": "exponential"}, theory.laplace_exponential),
    "gamma": ({"law": "gamma", "shape": 0.4}, lambda mean, m: theory.laplace_gamma(mean, 0.4, m)),
}


def random_restarts(factor: float = 1) -> Iterator[Score]:
    """(M + E[D]) / E[e^(−L/M)] · (e^((τ+C)/M) − 1): restart and load drawn anew at each try."""
    for case in RANDOM:
        for name, (law, laplace) in RESTARTS.items():
            tables = _memoryless(case)
            tables["checkpoint"]["load"] = {"law": "exponential", "mean": hours(case.load / 4)}
            down = case.downtime
            found = wall_clocks(
                scenario(
                    **tables,
                    restart={"duration": {**law, "mean": hours(case.load * 3 / 4)}},
                    detection={"crash": {"law": "gamma", "shape": 2, "mean": hours(down / 2)}},
                    people={"response": {"law": "exponential", "mean": hours(down / 2)}},
                ),
                int(case.trials * factor),
                seed_of(f"{name} {case}"),
            )
            met = laplace(case.load * 3 / 4, case.mtbf) * theory.laplace_exponential(
                case.load / 4, case.mtbf
            )
            exact = _run(case, met)
            yield score(f"random restarts, {name}: {case}", exact, found)


def failing_restarts(factor: float = 1) -> Iterator[Score]:
    """Restarts that fail with p and loads that fail with q: φ = (1−p)·φ_R / (1 − p·φ_R).

    A restart that succeeds at the end of the n-th try with probability (1−p)·p^(n−1) lasts n
    draws, so its transform is that of a geometric sum; so does a load.
    """
    p, q = 0.4, 0.3
    for case in RANDOM:
        tables = _memoryless(case)
        tables["checkpoint"] |= {"load": hours(case.load / 4), "load_failure": q}
        duration = {"law": "exponential", "mean": hours(case.load / 4)}
        found = wall_clocks(
            scenario(
                **tables,
                restart={"duration": duration, "failure": p, "tries": 1000},
                detection={"crash": hours(case.downtime)},
            ),
            int(case.trials * factor),
            seed_of(str(case)),
        )
        one = theory.laplace_exponential(case.load / 4, case.mtbf)
        loaded = theory.laplace_fixed(case.load / 4, case.mtbf)
        met = (1 - p) * one / (1 - p * one) * (1 - q) * loaded / (1 - q * loaded)
        yield score(f"failing restarts: {case}", _run(case, met), found)


def called_after_tries(factor: float = 1) -> Iterator[Score]:
    """After every third failed try in a row a person is called, who takes A.

    With x the transform of a restart and no faults in it, the calls are geometric: failing tries
    number p/(1−p) on average, and Σ_k p^(3k) = p³/(1−p³) calls come between.
    """
    p, answer, duration, faults = 0.8, 2.0, 0.5, 1.0 / 20
    simulated = scenario(
        workload={"ideal_time": hours(50)},
        cluster={"spares": 100},
        checkpoint={"interval": hours(0.01)},
        restart={"duration": hours(duration), "failure": p, "tries": 3},
        people={"response": hours(answer)},
        fault={"break": {"mtbf": hours(1 / faults), "automatic": 1}},
    )
    spent, struck = [], []
    for _, ledger in ledgers(simulated, int(1_500 * factor), SEED):
        booked = ledger.categories()
        struck.append(ledger.counts[0])
        spent.append(booked[Category.RESPONSE] / HOUR)
    met = theory.laplace_fixed(duration, 1 / faults)
    # A try fails unhurt with p·φ; the recovery that a fault begins anew counts its tries anew.
    unhurt = (p * met) ** 3
    calls = unhurt / (1 - unhurt)
    yield share("called after three failed tries", calls * answer, spent, struck)


def failing_automatic(factor: float = 1) -> Iterator[Score]:
    """Automatic recoveries that fail cost one restart at risk, then a person and diagnosis by hand.

    With V the expected time from a fault to the end of the segment, W from a launch and X from a
    failing automatic one: V = D + s·(A + W) + (1 − s)·X, W = (M + V)(1 − φψ) and
    X = (M + V)(1 − φ) + φ·(P + W), where ψ = e^(−(τ+C)/M).
    """
    s, by_hand, by_machine = 0.6, 0.7, 0.1
    for case in RANDOM:
        tables = _memoryless(case)
        tables["fault"]["break"] |= {"automatic": 1, "automatic_success": s}  # type: ignore[operator]
        found = wall_clocks(
            scenario(
                **tables,
                restart={"duration": hours(case.load)},
                detection={"crash": hours(case.downtime)},
                people={"response": hours(by_hand / 2)},
                diagnosis={"automatic": hours(by_machine), "manual": hours(by_hand / 2)},
            ),
            int(case.trials * factor),
            seed_of(str(case)),
        )
        phi = theory.laplace_fixed(case.load, case.mtbf)

        def total(length: float, case: Case = case, phi: float = phi) -> float:
            m, d = case.mtbf, case.downtime
            psi = math.exp(-(length + case.save) / m)
            launch = 1 - phi * psi
            again = s * launch + (1 - s) * (1 - phi + phi * launch)
            fixed = d + s * by_machine + (1 - s) * phi * by_hand
            value = (fixed + m * again) / (1 - again)
            return (m + value) * (1 - psi)

        yield score(f"failing automatic recoveries: {case}", _segments(case, total), found)


def durability(factor: float = 1) -> Iterator[Score]:
    """A copy is durable only ℓ after its stall: a fault before falls back one further.

    With V the expected time from a fault until the next copy is durable, which takes
    R + τ + C + ℓ without a fault, a run takes (M + V)·(1 − e^(−(τ+C+ℓ)/M)) for its first copy and
    (M + V)·(1 − e^(−(τ+C)/M)) for each other, where V = (D + M·(1 − p))/p and
    p = e^(−(R+τ+C+ℓ)/M).
    """
    for lag, case in [
        (0.3, Case(4, 0.5, 0.05, 2, 0.1, 0.2, hosts=4, trials=2_500)),
        (0.9, Case(5, 1, 0.1, 1.2, 0.2, 0.1, hosts=1, trials=1_500)),
    ]:
        tables = _memoryless(case)
        tables["checkpoint"] |= {"load": hours(case.load), "durability_lag": hours(lag)}
        found = wall_clocks(
            scenario(**tables, detection={"crash": hours(case.downtime)}),
            int(case.trials * factor),
            seed_of(str(case)),
        )
        m, cycle = case.mtbf, case.interval + case.save
        met = math.exp(-(case.load + cycle + lag) / m)
        after = (case.downtime + m * (1 - met)) / met
        first = (m + after) * -math.expm1(-(cycle + lag) / m)
        other = (m + after) * -math.expm1(-cycle / m)
        exact = first + (round(case.work / case.interval) - 1) * other
        yield score(f"durability lag {lag:g}: {case}", exact, found)


def _run(case: Case, met: float) -> float:
    """Expected time of a whole run, with the probability `met` that a restart meets no fault."""
    return _segments(
        case,
        lambda length: theory.expected_segment_random(
            length, case.save, case.mtbf, case.downtime, met
        ),
    )


def _segments(case: Case, expected: Callable[[float], float]) -> float:
    whole = math.ceil(case.work / case.interval) - 1
    return whole * expected(case.interval) + expected(case.work - whole * case.interval)


def ettr(factor: float = 1) -> Iterator[Score]:
    """(1 − N·r·(u₀ + Δ/2)) / (1 + w/Δ), where a fault costs 1 % of the time between faults."""
    for mtbf, overhead, interval, save in [(60, 0.2, 0.8, 0.01), (400, 3.0, 2.0, 0.05)]:
        simulated = scenario(
            workload={"ideal_time": hours(mtbf * 10)},
            cluster={"hosts": 50, "spares": 100},
            checkpoint={"interval": hours(interval), "stall": hours(save)},
            restart={"duration": hours(overhead / 2)},
            detection={"crash": hours(overhead / 2)},
            fault={"break": {"mtbf": hours(mtbf * 50)}},
        )
        parts, wholes = [], []
        for ending, ledger in ledgers(simulated, int(400 * factor), SEED + mtbf):
            parts.append(ledger.categories()[Category.PRODUCTIVE])
            wholes.append(ending.wall_clock_s)
        exact = theory.expected_ettr(50, 1 / (mtbf * 50), overhead, interval, save)
        yield share(
            f"expected ETTR: M={mtbf:g} u₀={overhead:g} Δ={interval:g}", exact, parts, wholes
        )


# --- first failures -----------------------------------------------------------------------------


def _ageing(
    law: str, hosts: int, age: object, **parameters: object
) -> dict[str, dict[str, object]]:
    return {
        "workload": {"ideal_time": HUGE},
        "cluster": {"hosts": hosts, "spares": 0, "age": age},
        "checkpoint": {"interval": "1000 h"},
        "fault": {"break": {"law": law, "needs_repair": 0, **parameters}},
    }


def first_failures(factor: float = 1) -> Iterator[Score]:
    """The first of n hosts: exponential at rate n·r, Weibull of scale η·n^(−1/k), by age.

    What n hosts have accumulated of hazard when the first fails is exponential of mean 1, and
    e to the minus of it is uniform: one mean is moved by late failures, the other by early ones.
    """
    trials = int(4_000 * factor)
    for law, shape, n, age in [
        ("exponential", 1.0, 1, 0.0),
        ("exponential", 1.0, 300, 0.0),
        ("weibull", 0.5, 1, 0.0),
        ("weibull", 0.5, 40, 0.0),
        ("weibull", 0.5, 40, 30.0),
        ("weibull", 2.0, 300, 0.0),
        ("weibull", 2.0, 3, 150.0),
        ("weibull", 1.0, 40, 0.0),
    ]:
        scale = 100.0
        rest = {"mtbf": hours(scale)} if law == "exponential" else {
            "scale": hours(scale), "shape": shape,
        }  # fmt: skip
        tables = _ageing(law, n, hours(age), **rest)
        first = np.array(
            [
                s.readings[0]
                for s in strikes(scenario(**tables), trials, seed_of(f"{law} {shape} {n} {age}"), 1)
            ]
        )
        hazard = n * (((first + age) / scale) ** shape - (age / scale) ** shape)
        name = f"first failure: {law} {shape:g}, {n} hosts of age {age:g}"
        yield score(f"{name}, hazard", 1.0, hazard)
        yield score(f"{name}, survival", 0.5, np.exp(-hazard))
    for n in (1, 20):
        tables = _ageing("exponential", n, "new", mtbf="100 h")
        pooled = [s.readings[0] for s in strikes(scenario(**tables), trials, SEED + n, 1)]
        yield score(f"first failure: exponential, {n} hosts, mean", 100.0 / n, pooled)


def other_laws(factor: float = 1) -> Iterator[Score]:
    """The first of n hosts under gamma and lognormal laws of age 0 and more, by SciPy's laws."""
    laws = {
        "gamma": ({"shape": 3.0, "scale": "30 h"}, stats.gamma(3.0, scale=30)),
        "lognormal": ({"sigma": 0.8, "mtbf": "90 h"}, _lognormal(90.0, 0.8)),
    }
    for name, (parameters, law) in laws.items():
        for n, age in ((1, 0.0), (30, 60.0)):
            tables = _ageing(name, n, hours(age), **parameters)
            found = strikes(scenario(**tables), int(3_000 * factor), seed_of(f"{name} {n}"), 1)
            first = np.array([s.readings[0] for s in found])
            hazard = n * (law.logsf(age) - law.logsf(age + first))
            yield score(f"first failure: {name}, {n} hosts of age {age:g}", 1.0, hazard)


def _lognormal(mean: float, sigma: float) -> stats.rv_continuous:
    return stats.lognorm(sigma, scale=mean * math.exp(-0.5 * sigma**2))


def stationary_age(factor: float = 1) -> Iterator[Score]:
    """A host long in service fails after t with density S(t)/E[X]: mean E[X²]/(2·E[X])."""
    for shape, n in ((0.5, 1), (2.0, 1), (0.7, 20), (3.0, 20)):
        scale = 100.0
        tables = _ageing("weibull", n, "stationary", scale=hours(scale), shape=shape)
        found = strikes(scenario(**tables), int(5_000 * factor), seed_of(f"{shape} {n}"), 1)
        first = np.array([s.readings[0] for s in found])
        name = f"stationary age: Weibull {shape:g}, {n} hosts"
        survives = special.gammaincc(1 / shape, (first / scale) ** shape) ** n
        yield score(f"{name}, survival", 0.5, survives)
        if n == 1 and shape > 1:
            mean = math.gamma(1 + 2 / shape) / (2 * math.gamma(1 + 1 / shape)) * scale
            yield score(f"{name}, mean", mean, first)


def minimal_repair(factor: float = 1) -> Iterator[Score]:
    """A restart that cures keeps the host's age: the j-th fault of one host has hazard j.

    With n hosts alike the hazards add up, whatever host it was that failed.
    """
    for shape, n, restart in ((0.5, 1, 1.0), (2.0, 5, 3.0), (0.7, 30, 0.5)):
        scale, most = 100.0, 5
        tables = _ageing("weibull", n, "new", scale=hours(scale), shape=shape)
        tables["restart"] = {"duration": hours(restart)}
        found = strikes(scenario(**tables), int(3_000 * factor), seed_of(f"{shape} {n}"), most)
        last = np.array([s.readings[-1] for s in found])
        hazard = n * (last / scale) ** shape
        yield score(f"age kept over {most} faults: Weibull {shape:g}, {n} hosts", most, hazard)


def renewals(factor: float = 1) -> Iterator[Score]:
    """Hosts renewed one by one at repair: faults up to t number n·m(t), m the renewal function.

    All ages reset at each fault would be off by a factor: that is what forgetting age means.
    """
    for shape, n, horizon in ((0.5, 4, 20.0), (0.7, 40, 10.0), (2.0, 10, 60.0)):
        scale = 100.0
        tables = _ageing("weibull", n, "new", scale=hours(scale), shape=shape)
        tables["fault"]["break"]["needs_repair"] = 1  # type: ignore[index]
        tables["cluster"]["spares"] = 500
        tables["repair"] = {"automated": HUGE}
        tables["limits"] = {"wall_clock": hours(horizon)}
        found = strikes(scenario(**tables), int(4_000 * factor), seed_of(f"renewals {shape} {n}"))
        counts = [len(s.readings) for s in found]
        exact = n * renewal_function(shape, scale, horizon)
        yield score(f"faults in {horizon:g} h: Weibull {shape:g}, {n} hosts", exact, counts)


def renewal_function(shape: float, scale: float, time: float, steps: int = 4_000) -> float:
    """m(t) = F(t) + ∫ m(t − s) dF(s), on a grid that is fine where F rises.

    Solved for m at t·(i/steps)^2 by the trapezoidal rule in m, which is exact for linear m.
    """
    grid = np.linspace(0.0, time, steps + 1)
    below = -np.expm1(-((grid / scale) ** shape))
    mass = np.diff(below)
    m = np.zeros(steps + 1)
    for i in range(1, steps + 1):
        # m(t − s) averaged over the ends of each piece of s; its last piece holds m(0) = 0.
        rest = m[i - 1 :: -1]
        inner = float(mass[:i] @ rest) + float(mass[1:i] @ m[i - 1 : 0 : -1])
        m[i] = (below[i] + 0.5 * inner) / (1 - 0.5 * mass[0])
    return float(m[-1])


# --- spares and repair --------------------------------------------------------------------------

SHOPS = [
    (100, 0, 0.05),
    (100, 2, 1.0),
    (100, 4, 5.0),  # nearly all in use
    (50, 6, 3.0),
    (10, 1, 6.0),
]
REPAIRS: dict[str, Callable[[float], object]] = {
    "exponential": lambda mean: {"law": "exponential", "mean": hours(mean)},
    "constant": hours,
    "lognormal": lambda mean: {"law": "lognormal", "mean": hours(mean), "cv": 1.5},
}


def erlang(factor: float = 1, shops: list[tuple[int, int, float]] = SHOPS) -> Iterator[Score]:
    """The job is stalled for a share B(S + 1, N·r·m) of the time, whatever the law of repair."""
    for hosts, spares, load in shops:
        for name, law in REPAIRS.items():
            if name == "lognormal" and spares != 4:
                continue
            repair, settled = 10.0, 200.0
            length = settled + 300 * repair / max(load, 0.3)
            simulated = scenario(
                workload={"ideal_time": HUGE},
                cluster={"hosts": hosts, "spares": spares},
                checkpoint={"interval": hours(1000)},
                fault={"break": {"mtbf": hours(hosts * repair / load)}},
                repair={"automated": law(repair)},
                limits={"wall_clock": hours(length)},
            )
            simulator = Simulator(simulated, seed_of(f"{hosts} {spares} {load} {name}"))
            stalled = []
            for trial in range(int(100 * factor)):
                sink = Waiting(settled * HOUR)
                simulator.run(trial, sink)
                stalled.append(sink.seconds / ((length - settled) * HOUR))
            exact = theory.stalled_fraction(hosts, spares, load / (hosts * repair), repair)
            yield score(f"stalled: {spares} spares, load {load:g}, {name} repair", exact, stalled)


# --- one host that ages -------------------------------------------------------------------------


def renewal(factor: float = 1) -> Iterator[Score]:
    """τ·Σ S(R + j(τ + C)) / (E[X] + D): one host, Weibull, renewed at repair."""
    for shape, mean, interval, save, load, down in [
        (0.5, 10.0, 1.0, 0.1, 0.3, 0.5),
        (0.5, 2.0, 1.0, 0.1, 0.5, 0.2),  # most lives end before a checkpoint
        (2.0, 10.0, 2.0, 0.2, 0.5, 1.0),
        (2.0, 1.5, 1.0, 0.05, 0.2, 0.0),
        (1.0, 5.0, 1.0, 0.1, 0.3, 0.5),
    ]:
        simulated = scenario(
            workload={"ideal_time": HUGE},
            cluster={"age": "new"},
            checkpoint={"interval": hours(interval), "stall": hours(save), "load": hours(load / 2)},
            restart={"duration": hours(load / 2)},
            fault={"break": {"law": "weibull", "shape": shape, "mtbf": hours(mean)}},
            repair={"automated": hours(down)},
        )
        simulator = Simulator(simulated, seed_of(f"{shape} {mean}"))
        parts, wholes = [], []
        for trial in range(int(40 * factor)):
            sink = Cycles(200)
            with suppress(Enough):
                simulator.run(trial, sink)
            parts.append(sink.work_s)
            wholes.append(sink.time_s)
        scale = mean / math.gamma(1 + 1 / shape)

        def survival(age: float, shape: float = shape, scale: float = scale) -> float:
            return math.exp(-((age / scale) ** shape))

        exact = theory.renewal_productive_share(interval, save, load, down, survival, mean)
        yield share(
            f"renewal: Weibull {shape:g}, E[X]={mean:g} τ={interval:g} R={load:g}",
            exact, parts, wholes,
        )  # fmt: skip


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        faultless,
        segments,
        random_restarts,
        failing_restarts,
        called_after_tries,
        failing_automatic,
        durability,
        first_failures,
        other_laws,
        stationary_age,
        minimal_repair,
        renewals,
        erlang,
        renewal,
        ettr,
    )
}
