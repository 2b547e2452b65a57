"""Exact results on the wall-clock: without faults, and with faults that are memoryless.

All times are in hours. What error of the engine an experiment finds with 99 % probability is its
`Score.detects`, as a part of the quantity checked: 3 % to 10 % in the quick form for most, less
where faults are few. Where the quantity is mostly work, as in the first cases and in the ETTR, an
error of the badput is found from 2 % to 10 % of the badput on. Ten times the trials find a third
of all this. Smaller errors go unseen, such as that of faults spared during a short load, which is
of second order in R/M: one case has long loads for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simtrain import theory
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import only, ratio
from simtrain.validation.small import HUGE, hours, scenario

Tables = dict[str, dict[str, Any]]


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
        Number of trials in the quick form.
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

    def tables(self) -> Tables:
        """What all scenarios of the case have in common: all but downtime, restart and load."""
        return {
            "workload": {"ideal_time": hours(self.work)},
            "cluster": {"hosts": self.hosts, "spares": 100},
            "checkpoint": {"interval": hours(self.interval), "stall": hours(self.save)},
            "fault": {"break": {"mtbf": hours(self.mtbf * self.hosts)}},
        }

    def wall_clock(self, tables: Tables, expected: float, more: str = "") -> Experiment:
        """Experiment on the expected wall-clock; `more` says what else is special."""
        claim = Claim(f"{self}{more}", expected)
        return Experiment(scenario(**tables), self.trials, readings.wall_clock, (claim,))

    def segments(self, expected: Callable[[float], float]) -> float:
        """Sum over the segments of a run, given the expected time of one by its length."""
        whole = math.ceil(self.work / self.interval) - 1
        return whole * expected(self.interval) + expected(self.work - whole * self.interval)

    def run(self, met: float) -> float:
        """Expected time of a run in which a restart meets no fault with probability `met`."""
        return self.segments(
            lambda length: theory.expected_segment_random(
                length, self.save, self.mtbf, self.downtime, met
            )
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


def faultless() -> Iterator[Experiment]:
    """Work plus stalls, ⌈work/τ⌉ of them with the last piece saved, ⌈work/τ⌉ − 1 without."""
    for work, interval, save, final in FAULTLESS:
        simulated = scenario(
            workload={"ideal_time": hours(work)},
            checkpoint={"interval": hours(interval), "stall": hours(save), "final_save": final},
        )
        stalls = math.ceil(work / interval * (1 - 1e-12)) - (not final)
        exact = math.fsum([work * HOUR] + [save * HOUR] * stalls)
        case = f"W={work:g} τ={interval:.4g} C={save:.4g}"
        claim = Claim(case if final else f"{case}, end unsaved", exact, only)
        yield Experiment(simulated, 1, readings.wall_clock_s, (claim,))


# --- memoryless faults --------------------------------------------------------------------------

SEGMENTS = [
    Case(2, 0.5, 0.02, 10, 0.1, 0.2, hosts=124, trials=10_000),
    Case(6, 0.5, 0.05, 3, 0.0, 0.0, hosts=8, trials=4_000),
    Case(6, 3, 0.1, 1.5, 0.3, 0.2, hosts=16, trials=2_000),  # an MTBF below the interval
    Case(3, 1, 0.1, 0.9, 0.05, 0.4, hosts=1, trials=3_000),  # and short of a restart and interval
    Case(2.6, 1, 0.1, 2, 1.5, 0.5, hosts=2, trials=5_000),  # work that is no multiple of it
    Case(2, 0.5, 0.05, 1, 0.1, 1.5, hosts=3, trials=2_000),  # loads that few faults let pass
]


def segments() -> Iterator[Experiment]:
    """(M + D)·e^(R/M)·(e^((τ+C)/M) − 1) per segment: D in three phases, R in two."""
    for case in SEGMENTS:
        tables = case.tables()
        tables["checkpoint"]["load"] = hours(case.load * 0.5)
        tables["restart"] = {"duration": hours(case.load * 0.5)}
        tables["detection"] = {"crash": hours(case.downtime * 0.5)}
        tables["people"] = {"response": hours(case.downtime * 0.25)}
        tables["diagnosis"] = {"manual": hours(case.downtime * 0.25)}
        exact = theory.expected_wall_clock(
            case.work, case.interval, case.save, case.mtbf, case.downtime, case.load
        )
        yield case.wall_clock(tables, exact)


RANDOM = [
    Case(2, 0.5, 0.05, 1.5, 0.4, 0.8, hosts=4, trials=2_500),
    Case(3, 1, 0.1, 0.8, 0.1, 0.5, hosts=1, trials=2_000),
    Case(4, 2, 0.05, 6, 1.0, 2.0, hosts=16, trials=4_000),
]


def exponential_restarts() -> Iterator[Experiment]:
    """(M + E[D]) / E[e^(−L/M)] · (e^((τ+C)/M) − 1): restart and load drawn anew at each try."""
    yield from _random_restarts({"law": "exponential"}, theory.laplace_exponential)


def gamma_restarts() -> Iterator[Experiment]:
    """The same with restarts that scatter more than exponential ones."""
    shape = 0.4
    yield from _random_restarts(
        {"law": "gamma", "shape": shape}, lambda mean, m: theory.laplace_gamma(mean, shape, m)
    )


def _random_restarts(
    law: dict[str, Any], laplace: Callable[[float, float], float]
) -> Iterator[Experiment]:
    for case in RANDOM:
        down, restart, load = case.downtime, case.load * 3 / 4, case.load / 4
        tables = case.tables()
        tables["checkpoint"]["load"] = {"law": "exponential", "mean": hours(load)}
        tables["restart"] = {"duration": {**law, "mean": hours(restart)}}
        tables["detection"] = {"crash": {"law": "gamma", "shape": 2, "mean": hours(down / 2)}}
        tables["people"] = {"response": {"law": "exponential", "mean": hours(down / 2)}}
        met = laplace(restart, case.mtbf) * theory.laplace_exponential(load, case.mtbf)
        yield case.wall_clock(tables, case.run(met))


def failing_restarts() -> Iterator[Experiment]:
    """Restarts that fail with p and loads that fail with q: φ = (1−p)·φ_R / (1 − p·φ_R).

    A restart that succeeds at the end of the n-th try with probability (1−p)·p^(n−1) lasts n
    draws, so its transform is that of a geometric sum; so does a load.
    """
    p, q = 0.4, 0.3
    for case in RANDOM:
        tables = case.tables()
        tables["checkpoint"] |= {"load": hours(case.load / 4), "load_failure": q}
        duration = {"law": "exponential", "mean": hours(case.load / 4)}
        tables["restart"] = {"duration": duration, "failure": p, "tries": 1000}
        tables["detection"] = {"crash": hours(case.downtime)}
        one = theory.laplace_exponential(case.load / 4, case.mtbf)
        loaded = theory.laplace_fixed(case.load / 4, case.mtbf)
        met = (1 - p) * one / (1 - p * one) * (1 - q) * loaded / (1 - q * loaded)
        yield case.wall_clock(tables, case.run(met))


def own_restarts() -> Iterator[Experiment]:
    """A class's own first try, which works with s, else the usual one: φ = φ_own·(s + (1−s)·φ_R).

    A fault that strikes either begins anew, and its first try is again its own.
    """
    s = 0.4
    for case in RANDOM:
        tables = case.tables()
        tables["fault"]["break"] |= {"restart": hours(case.load / 8), "restart_success": s}
        tables["restart"] = {"duration": {"law": "exponential", "mean": hours(case.load)}}
        tables["detection"] = {"crash": hours(case.downtime)}
        own = theory.laplace_fixed(case.load / 8, case.mtbf)
        usual = theory.laplace_exponential(case.load, case.mtbf)
        yield case.wall_clock(tables, case.run(own * (s + (1 - s) * usual)), f" s={s:g}")


def called_after_tries() -> Iterator[Experiment]:
    """After every third failed try in a row a person is called, who takes A.

    A try fails, and meets no fault, with probability p·φ; a fault begins the recovery anew, and
    with it the count of tries. So calls follow each other with probability x = (p·φ)³, and a
    recovery that a fault began makes x/(1 − x) of them on average.
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
    unhurt = (p * theory.laplace_fixed(duration, 1 / faults)) ** 3
    calls = unhurt / (1 - unhurt)
    claim = Claim(f"p={p:g} A={answer:g} M={1 / faults:g} R={duration:g}", calls * answer, ratio)
    yield Experiment(simulated, 5_000, readings.response_of_faults, (claim,))


ALARMS = [(0.25, 3.0, 5.0), (0.25, 0.0, 5.0), (2.0, 1.0, 4.0)]
"""Alarms per time of training, grace, and mean time between crashes."""


def false_alarms() -> Iterator[Experiment]:
    """Alarms per time of training, of which a grace after each crash or alarm is free.

    Restarts, in which there are crashes and no alarms, and saves come in between.
    """
    for rate, grace, mtbf in ALARMS:
        watchdog = {
            "scope": "job",
            "effect": "false alarm",
            "mtbf": hours(1 / rate),
            "grace": hours(grace),
        }
        simulated = scenario(
            workload={"ideal_time": HUGE},
            checkpoint={"interval": hours(0.7)},
            restart={"duration": hours(0.5)},
            fault={"crash": {"scope": "job", "mtbf": hours(mtbf)}, "watchdog": watchdog},
            limits={"wall_clock": hours(500)},
        )
        exact = theory.false_alarms(rate, grace, mtbf)
        claim = Claim(f"a={rate:g} g={grace:g} M={mtbf:g}", exact, ratio)
        yield Experiment(simulated, 40, readings.faults_of_training("watchdog"), (claim,))


def failing_automatic() -> Iterator[Experiment]:
    """Automatic recoveries that fail cost one restart at risk, then a person and diagnosis by hand.

    With V the expected time from a fault to the end of the segment, W from a launch and X from a
    failing automatic one: V = D + s·(A + W) + (1 − s)·X, W = (M + V)(1 − φψ) and
    X = (M + V)(1 − φ) + φ·(P + W), where ψ = e^(−(τ+C)/M).
    """
    s, by_hand, by_machine = 0.6, 0.7, 0.1
    for case in RANDOM:
        tables = case.tables()
        tables["fault"]["break"] |= {"automatic": 1, "automatic_success": s}
        tables["restart"] = {"duration": hours(case.load)}
        tables["detection"] = {"crash": hours(case.downtime)}
        tables["people"] = {"response": hours(by_hand / 2)}
        tables["diagnosis"] = {"automatic": hours(by_machine), "manual": hours(by_hand / 2)}
        phi = theory.laplace_fixed(case.load, case.mtbf)

        def total(length: float, case: Case = case, phi: float = phi) -> float:
            m, d = case.mtbf, case.downtime
            psi = math.exp(-(length + case.save) / m)
            launch = 1 - phi * psi
            again = s * launch + (1 - s) * (1 - phi + phi * launch)
            fixed = d + s * by_machine + (1 - s) * phi * by_hand
            value = (fixed + m * again) / (1 - again)
            return (m + value) * (1 - psi)

        yield case.wall_clock(tables, case.segments(total))


LAGS = [
    (0.3, Case(4, 0.5, 0.05, 2, 0.1, 0.2, hosts=4, trials=2_500)),
    (0.9, Case(5, 1, 0.1, 1.2, 0.2, 0.1, hosts=1, trials=1_500)),
]


def durability() -> Iterator[Experiment]:
    """A copy is durable only ℓ after its stall: a fault before falls back one further.

    With V the expected time from a fault until the next copy is durable, which takes
    R + τ + C + ℓ without a fault, a run takes (M + V)·(1 − e^(−(τ+C+ℓ)/M)) for its first copy and
    (M + V)·(1 − e^(−(τ+C)/M)) for each other, where V = (D + M·(1 − p))/p and
    p = e^(−(R+τ+C+ℓ)/M).
    """
    for lag, case in LAGS:
        tables = case.tables()
        tables["checkpoint"] |= {"load": hours(case.load), "durability_lag": hours(lag)}
        tables["detection"] = {"crash": hours(case.downtime)}
        m, cycle = case.mtbf, case.interval + case.save
        met = math.exp(-(case.load + cycle + lag) / m)
        after = (case.downtime + m * (1 - met)) / met
        first = (m + after) * -math.expm1(-(cycle + lag) / m)
        other = (m + after) * -math.expm1(-cycle / m)
        exact = first + (round(case.work / case.interval) - 1) * other
        yield case.wall_clock(tables, exact, f" ℓ={lag:g}")


HANGS = [
    (0.1, 1.0, Case(30, 3, 0.2, 10, 0.5, 0.4, trials=2_000)),
    (0.4, 0.25, Case(12, 1, 0.5, 2, 0.1, 0.3, hosts=4, trials=2_000)),
    (0.3, 3.0, Case(12, 1.5, 0.1, math.inf, 0.5, 0.6, trials=2_000)),
]


def hanging() -> Iterator[Experiment]:
    """A save hangs with probability p as it begins, for T; the segment is done again."""
    for hang, timeout, case in HANGS:
        tables = case.tables()
        # A save that hangs has no latency but its timeout, so that all of D is in it.
        tables["checkpoint"] |= {
            "load": hours(case.load), "save_hang": hang,
            "save_timeout": hours(timeout + case.downtime),
        }  # fmt: skip
        tables["detection"] = {"crash": hours(case.downtime)}
        if case.mtbf == math.inf:
            tables["fault"] = {}

        def total(length: float, hang: float = hang, t: float = timeout, c: Case = case) -> float:
            return theory.expected_segment_hanging(
                length, c.save, c.mtbf, hang, t, c.downtime, c.load
            )

        yield case.wall_clock(tables, case.segments(total), f" p={hang:g} T={timeout:g}")


def stopping() -> Iterator[Experiment]:
    """A save that fails with probability p ends training: τ + C + p/(1 − p)·(τ + C + D + R)."""
    fails, case = 0.2, Case(12, 1.5, 0.5, math.inf, 0.4, 0.6, trials=2_000)
    tables = case.tables() | {"fault": {}, "detection": {"crash": hours(case.downtime)}}
    tables["checkpoint"] |= {
        "load": hours(case.load), "save_failure": fails, "save_failure_stops": True,
    }  # fmt: skip
    once = case.interval + case.save
    again = fails / (1 - fails) * (once + case.downtime + case.load)
    exact = (once + again) * case.work / case.interval
    yield case.wall_clock(tables, exact, f" p={fails:g}")


def ettr() -> Iterator[Experiment]:
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
        exact = theory.expected_ettr(50, 1 / (mtbf * 50), overhead, interval, save)
        claim = Claim(f"M={mtbf:g} u₀={overhead:g} Δ={interval:g} w={save:g}", exact, ratio)
        yield Experiment(simulated, 400, readings.productive_of_wall_clock, (claim,))


RATES = (6.50, 2.34)
"""Failures per 1000 days of a node of 8 GPUs, on two research clusters (arXiv 2410.21680)."""
SIZES = (2_048, 8_192, 16_384, 65_536, 131_072)
"""GPUs of a job."""
DOWNTIME, LOAD, SAVE, INTERVAL = 2 / 60, 3 / 60, 10 / 3600, 0.5
_FAULTS, _GROWN_TRIALS = 20, 100


@dataclass(frozen=True)
class Growth:
    """A job of some size at a rate of failures of its nodes.

    Parameters
    ----------
    rate
        Failures per 1000 node-days.
    accelerators
        GPUs of the job, 8 on each node.
    best
        Whether it saves at Young's interval, and not each half hour.
    """

    rate: float
    accelerators: int
    best: bool = False

    @property
    def hosts(self) -> int:
        """Nodes of the job."""
        return self.accelerators // 8

    @property
    def mtbf(self) -> float:
        """Mean time between failures of the job, 1/(N·r)."""
        return 24_000 / (self.rate * self.hosts)

    @property
    def interval(self) -> float:
        """Training between two saves."""
        return theory.young_interval(SAVE, self.mtbf) if self.best else INTERVAL

    @property
    def cost(self) -> float:
        """What a failure costs by the formula, as a part of the time between failures."""
        return (DOWNTIME + LOAD + self.interval / 2) / self.mtbf

    @property
    def exact(self) -> float:
        """ETTR in the long run."""
        return theory.renewal_ettr(self.interval, SAVE, self.mtbf, DOWNTIME, LOAD)

    @property
    def formula(self) -> float:
        """ETTR by Kokolis et al."""
        rate = 1 / (self.mtbf * self.hosts)
        return theory.expected_ettr(self.hosts, rate, DOWNTIME + LOAD, self.interval, SAVE)

    def __str__(self) -> str:
        at = "√(2wM)" if self.best else f"{self.interval:g}"
        return f"r={self.rate:g}, {self.accelerators:,} GPUs, Δ={at}"

    def scenario(self) -> Scenario:
        """A whole number of intervals, and some twenty failures."""
        segments = max(1, round(_FAULTS * self.mtbf * self.exact / self.interval))
        return scenario(
            workload={"ideal_time": hours(segments * self.interval)},
            cluster={"hosts": self.hosts},
            checkpoint={"interval": hours(self.interval), "stall": hours(SAVE)},
            restart={"duration": hours(LOAD)},
            detection={"crash": hours(DOWNTIME)},
            fault={"break": {"rate": f"{self.rate} per 1000 host-days", "needs_repair": 0}},
        )


GROWN = (
    *(Growth(rate, size) for rate in RATES for size in SIZES),
    *(Growth(rate, size, best=True) for rate in RATES for size in SIZES[2::2]),
)


def growing() -> Iterator[Experiment]:
    """Δ / ((M + D)·e^(R/M)·(e^((Δ+w)/M) − 1)) at published rates, up to where no formula holds."""
    for one in GROWN:
        claim = Claim(str(one), one.exact, ratio)
        read = readings.productive_of_wall_clock
        yield Experiment(one.scenario(), _GROWN_TRIALS, read, (claim,))
