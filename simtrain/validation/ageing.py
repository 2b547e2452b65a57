"""Exact results on hosts that age: when they fail first, and again. All times are in hours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from simtrain import theory
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import Values, mean_of, ratio
from simtrain.validation.small import HUGE, hours, scenario

SCALE = 100.0


def _ageing(law: str, hosts: int, age: object, **parameters: object) -> dict[str, dict[str, Any]]:
    return {
        "workload": {"ideal_time": HUGE},
        "cluster": {"hosts": hosts, "spares": 0, "age": age},
        "checkpoint": {"interval": "1000 h"},
        "fault": {"break": {"law": law, "needs_repair": 0, **parameters}},
    }


def _until_first_fault(
    tables: dict[str, dict[str, Any]], trials: int, *claims: Claim
) -> Experiment:
    return Experiment(scenario(**tables), trials, readings.at_risk_until_fault(1), claims)


# --- first failures -----------------------------------------------------------------------------


def first_failures() -> Iterator[Experiment]:
    """The first of n hosts: exponential at rate n·r, Weibull of scale η·n^(−1/k), by age.

    What n hosts have accumulated of hazard when the first fails is exponential of mean 1, and
    e to the minus of it is uniform: one mean is moved by late failures, the other by early ones.
    """
    for shape, n, age in [
        (None, 1, 0.0),
        (None, 300, 0.0),
        (0.5, 1, 0.0),
        (0.5, 40, 0.0),
        (0.5, 40, 30.0),
        (2.0, 300, 0.0),
        (2.0, 3, 150.0),
        (1.0, 40, 0.0),
    ]:
        if shape is None:
            tables = _ageing("exponential", n, hours(age), mtbf=hours(SCALE))
        else:
            tables = _ageing("weibull", n, hours(age), scale=hours(SCALE), shape=shape)

        hazard = _weibull_hazard(shape or 1.0, n, age)

        def survival(first: Values, hazard: Callable[[Values], Values] = hazard) -> Values:
            found: Values = np.exp(-hazard(first))
            return found

        name = f"{_law(shape)}, n={n}, age {age:g}"
        yield _until_first_fault(
            tables,
            4_000,
            Claim(f"{name}, hazard", 1.0, mean_of(hazard)),
            Claim(f"{name}, survival", 0.5, mean_of(survival)),
        )
    for n in (1, 20):
        tables = _ageing("exponential", n, "new", mtbf=hours(SCALE))
        yield _until_first_fault(tables, 4_000, Claim(f"exponential, n={n}, time in h", SCALE / n))


def _weibull_hazard(shape: float, n: int, age: float = 0.0) -> Callable[[Values], Values]:
    """Hazard that n hosts of an age accumulate in a time at risk."""

    def hazard(time: Values) -> Values:
        found: Values = n * (((time + age) / SCALE) ** shape - (age / SCALE) ** shape)
        return found

    return hazard


def _law(shape: float | None) -> str:
    return "exponential" if shape is None else f"Weibull k={shape:g}"


def other_laws() -> Iterator[Experiment]:
    """The first of n hosts under gamma and lognormal laws of age 0 and more, by SciPy's laws."""
    stats = import_module("scipy.stats")
    mean, sigma = 90.0, 0.8
    lognormal = stats.lognorm(sigma, scale=mean * math.exp(-0.5 * sigma**2))
    laws: dict[str, tuple[dict[str, object], Any]] = {
        "gamma": ({"shape": 3.0, "scale": "30 h"}, stats.gamma(3.0, scale=30)),
        "lognormal": ({"sigma": sigma, "mtbf": hours(mean)}, lognormal),
    }
    for name, (parameters, law) in laws.items():
        for n, age in ((1, 0.0), (30, 60.0)):

            def hazard(first: Values, n: int = n, age: float = age, law: Any = law) -> Values:
                found: Values = n * (law.logsf(age) - law.logsf(age + first))
                return found

            tables = _ageing(name, n, hours(age), **parameters)
            claim = Claim(f"{name}, n={n}, age {age:g}, hazard", 1.0, mean_of(hazard))
            yield _until_first_fault(tables, 3_000, claim)


def stationary_age() -> Iterator[Experiment]:
    """A host long in service fails after t with density S(t)/E[X]: mean E[X²]/(2·E[X])."""
    special = import_module("scipy.special")
    for shape, n in ((0.5, 1), (2.0, 1), (0.7, 20), (3.0, 20)):

        def survival(first: Values, shape: float = shape, n: int = n) -> Values:
            found: Values = special.gammaincc(1 / shape, (first / SCALE) ** shape) ** n
            return found

        tables = _ageing("weibull", n, "stationary", scale=hours(SCALE), shape=shape)
        name = f"{_law(shape)}, n={n}"
        claims = [Claim(f"{name}, survival", 0.5, mean_of(survival))]
        if n == 1 and shape > 1:
            mean = math.gamma(1 + 2 / shape) / (2 * math.gamma(1 + 1 / shape)) * SCALE
            claims.append(Claim(f"{name}, time in h", mean))
        yield _until_first_fault(tables, 5_000, *claims)


# --- later failures -----------------------------------------------------------------------------


def minimal_repair() -> Iterator[Experiment]:
    """A restart that cures keeps the host's age: the j-th fault of one host has hazard j.

    With n hosts alike the hazards add up, whatever host it was that failed.
    """
    most = 5
    for shape, n, restart in ((0.5, 1, 1.0), (2.0, 5, 3.0), (0.7, 30, 0.5)):
        tables = _ageing("weibull", n, "new", scale=hours(SCALE), shape=shape)
        tables["restart"] = {"duration": hours(restart)}
        claim = Claim(f"{_law(shape)}, n={n}", most, mean_of(_weibull_hazard(shape, n)))
        yield Experiment(scenario(**tables), 3_000, readings.at_risk_until_fault(most), (claim,))


def renewals() -> Iterator[Experiment]:
    """Hosts renewed one by one at repair: faults up to t number n·m(t), m the renewal function.

    All ages reset at each fault would be off by a factor: that is what forgetting age means.
    """
    for shape, n, horizon in ((0.5, 4, 20.0), (0.7, 40, 10.0), (2.0, 10, 60.0)):
        tables = _ageing("weibull", n, "new", scale=hours(SCALE), shape=shape)
        tables["fault"]["break"]["needs_repair"] = 1
        tables["cluster"]["spares"] = 500
        tables["repair"] = {"automated": HUGE}
        tables["limits"] = {"wall_clock": hours(horizon)}
        exact = n * renewal_function(shape, SCALE, horizon)
        claim = Claim(f"{_law(shape)}, n={n}, t={horizon:g}", exact)
        yield Experiment(scenario(**tables), 4_000, readings.faults, (claim,))


def renewal_function(shape: float, scale: float, time: float, steps: int = 4_000) -> float:
    """Expected renewals m(t) = F(t) + ∫ m(t − s) dF(s) of a Weibull law up to `time`.

    Solved on a grid of equal steps by the trapezoidal rule in m, which is exact for linear m.
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


def renewal() -> Iterator[Experiment]:
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
        scale = mean / math.gamma(1 + 1 / shape)

        def survival(age: float, shape: float = shape, scale: float = scale) -> float:
            return math.exp(-((age / scale) ** shape))

        exact = theory.renewal_productive_share(interval, save, load, down, survival, mean)
        case = f"k={shape:g} E[X]={mean:g} τ={interval:g} C={save:g} R={load:g} D={down:g}"
        claim = Claim(case, exact, ratio)
        yield Experiment(simulated, 100, readings.work_of_time(lives=80), (claim,))
