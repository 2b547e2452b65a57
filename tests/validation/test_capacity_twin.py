"""The engine and a few plain lines agree on a job that waits while a trace of counts has too few.

Hosts are alike: those that stand are the count, or all there are if they are fewer, without those
in repair. Without faults both do the same to the last digits; with them means lie within 3.3
standard errors, so that a difference of the wall-clock is found with 99 % probability if it is 4 %.
"""

from __future__ import annotations

import random
from statistics import fmean, stdev

import pytest

from simtrain.accounts.ledger import Category, Ledger
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR

NEVER = float("inf")
HOSTS, SPARES, WORK, INTERVAL, STALL, RESTART, REPAIR = 5, 2, 150.0, 3.0, 0.1, 0.7, 20.0


def counts(seed: int) -> list[tuple[float, int]]:
    """Rows of a trace, from more than there are to none; enough for good at the end."""
    rng = random.Random(seed)
    at = [0.0]
    while at[-1] < 400:
        at.append(at[-1] + rng.expovariate(1 / 6))
    rows = [(time, rng.choice([0, 3, 4, 5, 5, 6, 6, 7, 7, 8])) for time in at[:-1]]
    return [*rows, (at[-1], 8)]


def by_hand(rows: list[tuple[float, int]], mtbf: float, rng: random.Random) -> dict[str, float]:
    """One trial, from one small event to the next."""
    now = work = saved = since_save = waited = lost = 0.0
    to_launch = in_stall = 0.0
    repairs: list[float] = []
    running = began = False
    while work < WORK - 1e-9:
        count = [hosts for at, hosts in rows if at <= now][-1]
        repairs = [until for until in repairs if until > now]
        stand = min(count, HOSTS + SPARES) - len(repairs)
        if running and stand < HOSTS:
            running = False
            lost, work, since_save, in_stall = lost + work - saved, saved, 0.0, 0.0
        if not running and stand >= HOSTS:
            running, to_launch, began = True, RESTART if began else 0.0, True
        next_row = min((at for at, _ in rows if at > now), default=NEVER)
        until = min([next_row, *repairs])
        if not running:
            waited, now = waited + until - now, until
            continue
        if to_launch > 0:
            step = to_launch
        elif in_stall > 0:
            step = in_stall
        else:
            step = min(INTERVAL - since_save, WORK - work)
        fault = now + rng.expovariate(HOSTS / mtbf) if mtbf < NEVER else NEVER
        end = min(now + step, until, fault)
        whole, passed, now = end == now + step, end - now, end
        if to_launch > 0:
            to_launch = 0.0 if whole else to_launch - passed
        elif in_stall > 0:
            in_stall = 0.0 if whole else in_stall - passed
            if whole:
                saved, since_save = work, 0.0
        else:
            work, since_save = work + passed, since_save + passed
            if whole and work < WORK - 1e-9:
                in_stall = STALL
        if end == fault:
            repairs.append(now + REPAIR)
            lost, work, since_save, in_stall = lost + work - saved, saved, 0.0, 0.0
            to_launch = RESTART
    return {"wall_clock": now, "host_wait": waited, "lost_work": lost}


def by_engine(rows: list[tuple[float, int]], mtbf: float, trials: int) -> list[dict[str, float]]:
    fault = {"fault": {"break": {"mtbf": f"{mtbf} h", "automatic": 1}}} if mtbf < NEVER else {}
    document = fault | {
        "workload": {"ideal_time": f"{WORK} h"},
        "cluster": {"hosts": HOSTS, "spares": SPARES},
        "checkpoint": {
            "interval": f"{INTERVAL} h", "stall": f"{STALL} h", "final_save": False
        },
        "restart": {"duration": f"{RESTART} h"},
        "repair": {"automated": f"{REPAIR} h"},
        "capacity": {"trace": [[f"{at!r} h", hosts] for at, hosts in rows]},
        "limits": {"wall_clock": "100000 h"},
    }  # fmt: skip
    simulator = Simulator(Scenario.from_document(document), 1)
    found = []
    for trial in range(trials):
        ledger = Ledger()
        ending = simulator.run(trial, ledger)
        booked = {str(one): s / HOUR for one, s in ledger.categories().items()}
        assert booked[Category.PRODUCTIVE] == pytest.approx(WORK)
        found.append({"wall_clock": ending.wall_clock_s / HOUR, **booked})
    return found


@pytest.mark.parametrize("seed", range(8))
def test_without_faults_both_do_the_same(seed: int) -> None:
    rows = counts(seed)
    engine = by_engine(rows, NEVER, 1)[0]
    for name, hours in by_hand(rows, NEVER, random.Random(0)).items():
        assert engine[name] == pytest.approx(hours, abs=1e-6), name


@pytest.mark.slow
def test_with_faults_and_repairs_means_agree() -> None:
    rows, trials = counts(3), 150
    engine = by_engine(rows, 300.0, trials)
    twin = [by_hand(rows, 300.0, random.Random(trial)) for trial in range(trials)]
    for name in ("wall_clock", "host_wait", "lost_work"):
        left, right = ([one[name] for one in of] for of in (engine, twin))
        error = ((stdev(left) ** 2 + stdev(right) ** 2) / trials) ** 0.5
        assert abs(fmean(left) - fmean(right)) < 3.3 * error, (name, fmean(left), fmean(right))
