from __future__ import annotations

import json

import numpy as np
import pytest

import simtrain
from simtrain.answers.compare import Comparison
from simtrain.errors import InputError
from simtrain.scenario.scenario import Scenario
from simtrain.tables.columns import columns_for
from simtrain.tables.estimates import share_of
from tests.show.samples import DAY, results


def comparison(*days: list[float], truncated: list[list[bool]] | None = None) -> Comparison:
    """Comparison of scenarios whose trials took so many days."""
    cut = truncated or [[]] * len(days)
    trials = [results(some, which) for some, which in zip(days, cut, strict=True)]
    return Comparison(tuple("ABC"[: len(days)]), tuple(trials))


def test_differences_are_paired_by_hand() -> None:
    """Differences 1, 2, 3, 4: mean 2.5, deviation √(5/3), error 0.6455, t₀.₉₇₅(3) = 3.1824. The
    unpaired interval would be ± 21."""
    found = comparison([10, 30, 20, 40], [11, 32, 23, 44]).difference("wall_clock_s", 1)
    half = 3.182446 * np.sqrt(5 / 3) / 2
    assert found["mean"] == pytest.approx(2.5 * DAY)
    assert found["mean_ci95"] == pytest.approx([(2.5 - half) * DAY, (2.5 + half) * DAY])


def test_who_finishes_first_by_hand() -> None:
    """B is first in 2 of 5 trials, A in 2, and they tie in one. Of 2 in 5 Clopper and Pearson give
    5.27 % to 85.34 %."""
    race = comparison([10, 20, 30, 40, 50], [11, 19, 30, 41, 49]).race(1)
    assert (race.ahead.value, race.behind.value, race.tied.value) == (0.4, 0.4, 0.2)
    assert race.ahead == pytest.approx((0.4, 0.0527, 0.8534), abs=1e-4)
    assert race.known == 5


def test_who_finishes_first_is_symmetric() -> None:
    days = [[10, 20, 30, 40, 50], [11, 19, 28, 40, 49]]
    there, back = comparison(*days).race(1), comparison(*days[::-1]).race(1)
    assert (there.ahead, there.behind, there.tied) == (back.behind, back.ahead, back.tied)
    assert there.ahead.value + there.behind.value + there.tied.value == pytest.approx(1)


@pytest.mark.parametrize(("times", "trials"), [(0, 30), (30, 30), (3, 10)])
def test_the_interval_of_a_share_leaves_the_promised_tails(times: int, trials: int) -> None:
    """At its ends what was seen, or what is beyond it, has a probability of 2.5 %."""
    from scipy.stats import binom

    found = share_of(times, trials)
    if times:
        assert binom.sf(times - 1, trials, found.low) == pytest.approx(0.025)
    if times < trials:
        assert binom.cdf(times, trials, found.high) == pytest.approx(0.025)
    other = share_of(trials - times, trials)
    assert (found.low, found.high) == pytest.approx((1 - other.high, 1 - other.low))


def test_pairs_of_which_one_did_not_finish_are_left_out() -> None:
    one, other = [False, True, False, False], [False, False, True, False]
    compared = comparison([10, 20, 30, 40], [11, 21, 31, 42], truncated=[one, other])
    assert compared.left_out(1) == 2
    assert compared.difference("wall_clock_s", 1)["mean"] == pytest.approx(1.5 * DAY)
    assert compared.difference("wall_clock_s", 1)["sd"] == pytest.approx(DAY / np.sqrt(2))


def test_who_did_not_finish_has_lost_to_who_had_by_then() -> None:
    """B is cut off at 21, 31 and 5 days. At 21 and 31 A has finished, at 5 it has not; in the last
    trial both are cut off. So A is first in two of three trials that tell, and B in one."""
    one, other = [False, False, False, False, True], [True, True, False, True, True]
    days = [10, 20, 30, 40, 50], [21, 31, 29, 5, 51]
    race = comparison(*days, truncated=[one, other]).race(1)
    assert race.known == 3
    assert (race.ahead, race.behind) == (share_of(1, 3), share_of(2, 3))
    back = comparison(*days[::-1], truncated=[other, one]).race(1)
    assert (back.ahead, back.behind) == (race.behind, race.ahead)


def test_less_work_is_not_ahead() -> None:
    compared = comparison([10, 20], [11, 19])
    less = compared.scenarios[0].replace({"workload.ideal_time": "1 h"})
    object.__setattr__(compared.results[1], "scenario", less)
    assert compared.work_differs
    assert compared.race(1).metric == "goodput"


def test_goodput_decides_in_a_window() -> None:
    compared = comparison([10, 20], [11, 19])
    watched = compared.scenarios[0].replace({"workload.window": "30 days"})
    object.__setattr__(compared.results[1], "scenario", watched)
    race = compared.race(1)
    assert (race.metric, race.ahead.value) == ("goodput", 0.5)


def test_the_same_scenario_differs_in_nothing(scenario: Scenario) -> None:
    compared = simtrain.compare([scenario, scenario], trials=40, jobs=1)
    assert compared.differences == []
    assert compared.race(1).tied == share_of(40, 40)
    answer = compared.summary()["comparisons"][0]["differences"]
    assert {name: found["mean"] for name, found in answer.items()} == {
        name: 0.0 if name != "program_goodput" else None for name in answer
    }


def test_each_scenario_comes_out_as_a_run_and_jobs_move_nothing(scenario, eager) -> None:
    more = scenario.replace(cluster__spares=3)
    one, two = (simtrain.compare([scenario, more], trials=40, seed=3, jobs=j) for j in (1, 2))
    assert one.to_json() == two.to_json()
    run = simtrain.run(more, trials=40, seed=3, jobs=1)
    assert np.array_equal(one.results[1].values, run.values, equal_nan=True)
    answer = json.loads(one.to_json())["scenarios"][1]
    assert answer["metrics"] == json.loads(run.to_json())["metrics"]
    assert one.to_frame().shape == (len(columns_for([run.scenario])), 11)
    assert list(one.trials_frame()["scenario"].unique()) == ["A", "B"]


def test_too_few_and_too_many_scenarios_are_refused(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="nothing to compare with"):
        simtrain.compare([scenario])
    with pytest.raises(InputError, match="27 scenarios are too many to compare; at most 26"):
        simtrain.compare([scenario] * 27)
    with pytest.raises(InputError, match="1 names do not fit 2 scenarios"):
        simtrain.compare([scenario] * 2, names=["A"], trials=1, jobs=1)
