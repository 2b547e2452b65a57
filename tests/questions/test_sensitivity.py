from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

import simtrain
from simtrain import theory
from simtrain.answers.sensitivity import Sensitivity
from simtrain.errors import InputError
from simtrain.scenario.scenario import Scenario
from simtrain.tables.estimates import is_significant

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

MEMORYLESS = Scenario.from_document(
    {
        "workload": {"ideal_time": "5 days"},
        "cluster": {"hosts": 4, "spares": 2},
        "fault": {"software": {"scope": "job", "mtbf": "6 h"}},
        "detection": {"crash": "20 min"},
        "checkpoint": {"interval": "2 h", "stall": "6 min", "load": "10 min"},
        "restart": {"duration": "10 min"},
    }
)
CLOSED = {
    "interval": 2 * HOUR,
    "save": 6 * MINUTE,
    "mtbf": 6 * HOUR,
    "downtime": 20 * MINUTE,
    "load": 20 * MINUTE,
}
MOVED = {
    "fault.software.mtbf": ("mtbf", 6 * HOUR),
    "detection.crash": ("downtime", 20 * MINUTE),
    "checkpoint.interval": ("interval", 2 * HOUR),
    "checkpoint.stall": ("save", 6 * MINUTE),
    "checkpoint.load": ("load", 10 * MINUTE),
    "restart.duration": ("load", 10 * MINUTE),
}
"""By key the argument of the closed form, and the value that the scenario gives it."""


@cache
def memoryless() -> Sensitivity:
    return simtrain.sensitivity(MEMORYLESS, trials=150, seed=2, jobs=1)


def expected(argument: str = "", by: float = 0.0) -> float:
    values = dict(CLOSED)
    if argument:
        values[argument] += by
    return theory.expected_wall_clock(5 * DAY, **values)


@pytest.mark.slow
@pytest.mark.parametrize("key", MOVED)
def test_effects_agree_with_the_closed_form_in_sign_and_size(key: str) -> None:
    """Within 3.3 standard errors, that is 1.68 half-widths of the interval; for each number the
    interval of at least one side is so narrow that it leaves out both 0 and twice the effect."""
    argument, value = MOVED[key]
    [moved] = [one for one in memoryless().moved if one.input.key == key]
    sharp = 0
    for factor, side in ((-0.2, moved.low), (0.2, moved.high)):
        assert side is not None
        effect = expected(argument, factor * value) - expected()
        half = (side["mean_ci95"][1] - side["mean_ci95"][0]) / 2
        assert side["mean"] == pytest.approx(effect, abs=1.68 * half)
        sharp += 1.68 * half < abs(effect)
    assert sharp
    assert moved.is_significant


def test_what_moves_furthest_comes_first() -> None:
    reach = [moved.reach for moved in memoryless().moved]
    assert reach == sorted(reach, reverse=True)
    assert memoryless().moved[0].input.key == "fault.software.mtbf"
    assert [one.input.key for one in memoryless().not_significant] == ["cluster.spares"]
    assert reach[-1] == 0.0  # no host ever fails


def test_a_number_comes_out_as_a_run_with_it() -> None:
    found = memoryless()
    [effect] = [one for one in found.effects if one.input.key == "checkpoint.interval"]
    run = simtrain.run(
        MEMORYLESS.replace({"checkpoint.interval": "2.4 h"}), trials=150, seed=2, jobs=1
    )
    assert effect.high is not None
    assert np.array_equal(effect.high.values, run.values, equal_nan=True)
    by_trial = run.metric("wall_clock_s") - found.baseline.metric("wall_clock_s")
    [moved] = [one for one in found.moved if one.input.key == "checkpoint.interval"]
    assert moved.high is not None
    assert moved.high["mean"] == pytest.approx(by_trial.mean())


@pytest.mark.slow
def test_other_metrics_and_jobs(eager: None) -> None:
    one, two = (
        simtrain.sensitivity(MEMORYLESS, metric="goodput", change=0.1, trials=20, jobs=jobs)
        for jobs in (1, 2)
    )
    assert one.to_json() == two.to_json()
    assert json.loads(one.to_json())["metric"] == "goodput"
    longer = {moved.input.key: moved for moved in one.moved}["fault.software.mtbf"].high
    assert longer is not None
    assert longer["mean"] > 0


def test_goodput_is_looked_at_in_a_window() -> None:
    watched = MEMORYLESS.replace({"workload.window": "2 days"})
    assert simtrain.sensitivity(watched, trials=3, jobs=1).column == "goodput"


@pytest.mark.parametrize("change", [0.0, 1.0, -0.1, float("nan")])
def test_changes_that_are_no_part_are_refused(change: float) -> None:
    with pytest.raises(InputError, match="not above 0 and below 1"):
        simtrain.sensitivity(MEMORYLESS, change=change)
    with pytest.raises(InputError, match="did you mean `wall_clock`"):
        simtrain.sensitivity(MEMORYLESS, metric="wallclock")


def test_the_table_is_that_of_the_summary() -> None:
    frame, inputs = memoryless().to_frame(), memoryless().summary()["inputs"]
    assert frame["key"].tolist() == [one["key"] for one in inputs]
    assert frame["low_mean"].tolist() == [one["low"]["difference"]["mean"] for one in inputs]


@pytest.mark.slow
def test_no_more_effects_of_nothing_are_significant_than_promised() -> None:
    """2,000 tables of 20 differences that are all noise: one in twenty may tell any from zero."""
    noise = np.random.default_rng(4).normal(size=(2000, 20, 30))
    wrong = [any(is_significant(sample, 20) for sample in table) for table in noise]
    assert 0.03 < np.mean(wrong) < 0.066
    assert not is_significant(np.zeros(9), 1)
    assert is_significant(np.ones(9), 1)
    assert not is_significant(np.ones(1), 1)
