import math

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.scenario.scenario import Scenario
from simtrain.tables.columns import SECONDS
from simtrain.tables.statistic import Statistic, parse, unit_of


@pytest.mark.parametrize(
    ("text", "asked", "spelling"),
    [
        ("mean(wall_clock)", Statistic("wall_clock_s"), "mean(wall_clock)"),
        (" p90( wall_clock_s ) ", Statistic("wall_clock_s", 90.0), "p90(wall_clock)"),
        ("median(goodput)", Statistic("goodput", 50.0), "p50(goodput)"),
        ("p99.9(host_idle)", Statistic("host_idle_s", 99.9), "p99.9(host_idle)"),
        ("mean(saves)", Statistic("saves"), "mean(saves)"),
        ("goodput", Statistic("goodput"), "mean(goodput)"),
    ],
)
def test_what_is_asked(text: str, asked: Statistic, spelling: str) -> None:
    assert parse(text) == asked
    assert str(asked) == spelling
    assert parse(spelling) == asked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no number of the trials"),
        ("p90()", "no number of the trials"),
        ("p90(wallclock)", "did you mean `wall_clock`"),
        ("wallclock", "did you mean `wall_clock`"),
        ("max(goodput)", "no statistic"),
        ("p0(goodput)", "no statistic"),
        ("p00.0(goodput)", "no statistic"),
        ("p100(goodput)", "no statistic"),
    ],
)
def test_what_cannot_be_asked(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(text)


def test_the_answer_is_that_of_the_summary(scenario: Scenario) -> None:
    results = simtrain.run(scenario, trials=80, jobs=1)
    found = results.summary()["metrics"]["wall_clock_s"]
    sample = results.metric("wall_clock_s")
    mean, p90 = parse("mean(wall_clock)").of(sample), parse("p90(wall_clock)").of(sample)
    assert [mean.value, mean.low, mean.high] == [found["mean"], *found["mean_ci95"]]
    assert [p90.value, p90.low, p90.high] == [found["p90"], *found["p90_ci95"]]
    assert unit_of(parse("p90(wall_clock)").column) == SECONDS


def test_a_rare_outcome_is_not_reported_from_few_trials() -> None:
    asked = parse("p99(wall_clock)")
    sample = np.arange(float(asked.fewest))
    assert asked.fewest == 368
    assert math.isfinite(asked.of(sample).value)
    assert math.isnan(asked.of(sample[1:]).value)
    assert math.isnan(asked.of(np.append(sample[1:], np.nan)).value)
