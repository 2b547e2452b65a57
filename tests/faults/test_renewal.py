"""Faults of the job of any law: a renewal process in its time at risk."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.distributions import Ageing, Gamma, Weibull
from simtrain.errors import ScenarioError
from simtrain.faults.ages import stationary_ages
from simtrain.faults.renewal import RenewalSource
from simtrain.faults.source import RiskClock
from simtrain.model.draws import Draws
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.model.streams import FAULT, THRESHOLD
from simtrain.model.topology import JOB
from tests.engine.runs import HOUR, run, scenario
from tests.model import samples

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

TRIALS = 3000


def renewals(law: Ageing, until: float) -> list[int]:
    """Number of faults up to `until`, of each of many trials."""
    fault = replace(samples.FAULT, scope=JOB, rate=0.0, law=law)
    draws, counts = Draws(), []
    for trial in range(TRIALS):
        draws.begin(11, trial)
        clock = RiskClock()
        RenewalSource(fault, clock, draws.stream(FAULT, "break"))
        count = 0
        while clock.now + clock.wait() <= until:
            clock.strike()
            count += 1
        counts.append(count)
    return counts


def erlang(shape: int, t: float) -> float:
    """Renewal function of a gamma law of scale 1 and whole `shape`, by the roots of unity."""
    roots = [np.exp(2j * math.pi * r / shape) for r in range(1, shape)]
    waves = sum(root / (1 - root) * (1 - np.exp(-t * (1 - root))) for root in roots)
    return float((t + np.real(waves)) / shape)


def volterra(law: Ageing, t: float, steps: int = 2000) -> float:
    """Renewal function from m = F + ∫ m(t − x) dF(x), by the midpoints of small steps (Xie)."""
    half = 0.5 * t / steps
    dead = -np.expm1(-law.cumulative_hazard(half * np.arange(2 * steps + 1)))
    m = np.zeros(steps + 1)
    for i in range(1, steps + 1):
        odd = dead[1 : 2 * i : 2][::-1]  # F at the midpoints, seen back from the i-th step
        known = np.dot(np.diff(m[:i]), odd[: i - 1])
        m[i] = (dead[2 * i] + known - m[i - 1] * dead[1]) / (1.0 - dead[1])
    return float(m[steps])


@pytest.mark.parametrize("shape", [2, 3, 5])
def test_renewals_of_an_erlang_law_number_the_renewal_function(shape: int) -> None:
    t = 3.4 * shape
    counts = renewals(Gamma(float(shape), 1.0), t)
    error = np.std(counts) / math.sqrt(TRIALS)
    assert np.mean(counts) == pytest.approx(erlang(shape, t), abs=3.5 * error)
    assert abs(erlang(shape, t) - t / shape) > 6 * error  # a constant rate would be found out


@pytest.mark.parametrize("shape", [0.6, 1.7, 4.0])
def test_renewals_of_a_weibull_law_number_the_renewal_function(shape: float) -> None:
    law = Weibull(shape, 1.0)
    counts = renewals(law, 2.5)
    error = np.std(counts) / math.sqrt(TRIALS)
    assert np.mean(counts) == pytest.approx(volterra(law, 2.5), abs=3.5 * error)
    assert abs(volterra(law, 2.5) - 2.5 / law.mean) > 6 * error


def test_both_renewal_functions_agree() -> None:
    assert volterra(Gamma(3.0, 1.0), 7.0) == pytest.approx(erlang(3, 7.0), abs=1e-4)
    assert volterra(Weibull(1.0, 1.0), 7.0) == pytest.approx(7.0, abs=1e-4)


def of_the_job(**tables: Any) -> Scenario:
    """Long work of a job that fails by itself, with a launch at risk and a diagnosis that is not.

    A launch that fails begins anew.
    """
    fault = {"scope": "job", "law": "weibull", "shape": 2, "scale": "20 h"} | tables.pop("fault")
    return scenario(
        workload={"ideal_time": "300 h"},
        restart={"duration": "0.5 h"},
        diagnosis={"automatic": "3 h"},
        fault={"spike": {"diagnose": True, "automatic": 1, **fault}},
        **tables,
    )


def hours_at_risk(simulated: Scenario) -> list[float]:
    """Time at risk of the job between one fault and the next."""
    outcome = run(simulated)
    moments = [fault.time / HOUR for fault in outcome.moments(EventKind.FAULT)]
    away = [0.0, *([3.0] * (len(moments) - 1))]
    return list(np.diff([0.0, *moments]) - away)


def thresholds(number: int, name: str = "spike") -> list[float]:
    draws = Draws()
    draws.begin(0, 0)
    rows = (draws.stream(FAULT, name).row(n) for n in range(number))
    return [-math.log1p(-block[at + THRESHOLD]) for block, at in rows]


def test_each_interval_is_the_quantile_of_its_own_row_in_time_at_risk() -> None:
    found = hours_at_risk(of_the_job(fault={}))
    assert len(found) > 10
    exact = [20.0 * math.sqrt(threshold) for threshold in thresholds(len(found))]
    assert found == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("law", ["weibull", "gamma"])
def test_a_law_that_is_exponential_strikes_when_the_exponential_one_does(law: str) -> None:
    known = hours_at_risk(of_the_job(fault={"law": "exponential", "shape": None, "scale": None,
                                            "mtbf": "20 h"}))  # fmt: skip
    found = hours_at_risk(of_the_job(fault={"law": law, "shape": 1}))
    assert len(known) > 10
    assert found == pytest.approx(known, rel=1e-9)


def test_a_change_spends_the_hazard_that_is_left_from_the_age_that_there_is() -> None:
    first = thresholds(1)[0]
    before = 20.0 * math.sqrt(first)
    at, scale = 0.5 * before, 35.0
    change = [{"at": f"{at!r} h", "set": {"fault.spike.scale": f"{scale} h"}}]
    left = first - (at / 20.0) ** 2
    exact = scale * math.sqrt((at / scale) ** 2 + left)
    assert hours_at_risk(of_the_job(fault={}, change=change))[0] == pytest.approx(exact, rel=1e-9)


def test_a_fault_of_another_class_leaves_the_age_alone() -> None:
    alone = hours_at_risk(of_the_job(fault={}))[0]
    other = {"scope": "job", "law": "gamma", "shape": 3, "mtbf": "4 h", "automatic": 1}
    simulated = of_the_job(fault={}).replace({"fault.other": other})
    outcome = run(simulated)
    first = next(m for m in outcome.moments(EventKind.FAULT) if m.cause == "spike")
    others = [m for m in outcome.moments(EventKind.FAULT) if m.time < first.time]
    assert others
    assert first.time / HOUR == pytest.approx(alone, rel=1e-9)


def test_a_class_of_the_job_asks_for_no_age_of_hosts_and_leaves_theirs_stationary() -> None:
    old = {"law": "gamma", "shape": 2, "mtbf": "300 h"}
    both = of_the_job(fault={}, cluster={"age": "stationary"}).replace({"fault.old": old})
    alone = both.replace({"fault.spike": None})
    rows = np.linspace(0.01, 0.99, 20).reshape(10, 2)
    ages = [
        stationary_ages(parameters_of(one, at_middle, one).faults.values(), None, rows)
        for one in (both, alone)
    ]
    assert np.array_equal(*ages)
    assert np.all(ages[0] > 0)
    with pytest.raises(ScenarioError, match=r"hosts age in `fault\.old`"):
        both.replace({"cluster.age": None})
