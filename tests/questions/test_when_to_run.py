"""Policies of when to run: what each comes to, which no other beats, and what is refused."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.answers.schedule import FINISH, SchedulePolicy, Schedules
from simtrain.errors import InputError
from simtrain.questions.schedule import ScheduleQuestion
from simtrain.scenario.scenario import Scenario
from simtrain.validation.small import scenario

HOURS = [0.1] * 12 + [0.5] * 6 + [0.3] * 6
YEAR_S = 31557600.0


def grid(**tables: Any) -> Scenario:
    """Some two days of work on a grid that is clean in the morning, without faults and saves."""
    hourly = {"hourly": HOURS, "unit": "kg/kWh", "begins": "2026-03-02"}
    return scenario(
        **{
            "start": "2026-03-02",
            "workload": {"ideal_time": "47 h"},
            "power": {"training": "1 kW per host", "paused": 0},
            "carbon": {"intensity": hourly},
            "limits": {"wall_clock": "1000 h"},
            **tables,
        }
    )


FAULTS: dict[str, Any] = {
    "cluster": {"hosts": 4, "spares": 1},
    "fault": {"break": {"mtbf": "60 h"}},
    "restart": {"duration": "10 min"},
    "repair": {"automated": "5 h"},
    "price": {"accelerator": "2 USD per accelerator-hour"},
}


@cache
def compared() -> Schedules:
    return simtrain.schedule(
        grid(**FAULTS),
        quantiles=[0.6],
        windows=[6],
        limit="50%:70%",
        start="2026-03-02..2026-03-03/12h",
        later=[YEAR_S],
        gain=0.25,
        trials=20,
        jobs=1,
    )


def named(found: Schedules) -> dict[str, SchedulePolicy]:
    return {one.name: one for one in found.policies}


def test_each_policy_is_told_in_plain_words() -> None:
    assert list(named(compared())) == [
        "no pause",
        "pause above 300 g/kWh (26 %)",
        "pause 12:00–18:00",
        "50 % of the power 12:00–18:00",
        "start on 2026-03-02",
        "start on 2026-03-03",
        "hardware in 1 year",
    ]


def test_without_faults_each_policy_is_arithmetic() -> None:
    found = named(
        simtrain.schedule(grid(), quantiles=[0.6], windows=[12], limit="50%:50%", trials=2, jobs=1)
    )
    plain, above, window, limited = found.values()
    mean = {
        name: (float(one.by_trial(FINISH)[0] / 3600), float(one.by_trial("carbon_tco2e")[0] * 1000))
        for name, one in zip("pawl", (plain, above, window, limited), strict=True)
    }
    assert mean["p"] == pytest.approx((47, 2 * sum(HOURS) - 0.3))
    # 18 hours a day: 47 of them end on the third day at 11.
    assert mean["a"] == pytest.approx((48 + 11, 2 * (1.2 + 1.8) + 1.1))
    # The 12 worst hours a day are those from noon on.
    assert mean["w"] == pytest.approx((3 * 24 + 11, 3 * 1.2 + 1.1))
    # At half the speed in these 18 hours of work are done a day, at half the power.
    assert mean["l"] == pytest.approx((2 * 24 + 11, 2 * (1.2 + 4.8 / 2) + 1.1))


def test_the_baseline_is_the_plain_run() -> None:
    plain = simtrain.run(grid(**FAULTS), trials=20, jobs=1)
    baseline = compared().baseline.results
    assert np.array_equal(plain.values, baseline.values, equal_nan=True)


def test_schedules_of_the_file_are_a_policy_and_not_the_baseline() -> None:
    own = grid(schedule={"peak": {"hours": [12, 18]}})
    found = named(simtrain.schedule(own, quantiles=[], windows=[], trials=2, jobs=1))
    assert list(found) == ["no pause", "as the file says"]
    finishes = [one.by_trial(FINISH)[0] / 3600 for one in found.values()]
    assert finishes == pytest.approx([47, 48 + 11])


def test_better_hardware_without_faults_is_what_arithmetic_says() -> None:
    later = simtrain.schedule(
        grid(), quantiles=[], windows=[], later=[YEAR_S / 2, YEAR_S], gain=0.25, trials=2, jobs=1
    )
    for policy in later.policies[1:]:
        predicted = later.predicted(policy)
        assert predicted[FINISH] == pytest.approx(later.mean(policy, FINISH).value, abs=1.0)
        energy = later.mean(policy, "energy_mwh").value
        assert predicted["energy_mwh"] == pytest.approx(energy, rel=1e-9)
    assert later.policies[2].hardware is not None
    assert later.policies[2].hardware.faster == pytest.approx(1.25)


def test_a_dollar_computes_more_on_better_hardware() -> None:
    """An hour costs 1.25 / 2 as much, and the work takes 1 / 1.25 of them: half the money."""
    found = simtrain.schedule(
        grid(price={"accelerator": "2 USD per accelerator-hour"}),
        quantiles=[], windows=[], later=[YEAR_S], gain=0.25, gain_per_dollar=1.0, trials=2, jobs=1,
    )  # fmt: skip
    before, after = (found.mean(one, "cost_usd").value for one in found.policies)
    assert after == pytest.approx(before / 2)


@pytest.mark.parametrize("years", [1.0, 4.0, 20.0])
def test_the_best_delay_is_that_of_the_earliest_finish(years: float) -> None:
    found = simtrain.schedule(
        grid(workload={"ideal_time": f"{years} years"}, checkpoint={"interval": "1 year"},
             carbon={"intensity": "0.4 kg/kWh"}, limits={"wall_clock": "100 years"}),
        later=[YEAR_S], gain=0.25, trials=1, jobs=1,
    )  # fmt: skip
    delays = np.linspace(0.0, 20.0, 200_001)
    finishes = delays + years * 1.25**-delays
    best = delays[finishes.argmin()]
    assert found.best_delay_s is not None
    assert found.best_delay_s / YEAR_S == pytest.approx(best, abs=2e-4)
    assert found.break_even_s == pytest.approx(YEAR_S / math.log(1.25))


def test_those_are_on_the_front_that_no_other_beats() -> None:
    """By the definition once more, from the values of the trials alone."""
    found = compared()
    assert {one.finished for one in found.policies} == {20}

    def beats(one: SchedulePolicy, other: SchedulePolicy, column: str) -> bool:
        worse = []
        for name in (FINISH, column):
            more = one.by_trial(name) - other.by_trial(name)
            half = 2.093 * more.std(ddof=1) / math.sqrt(20)
            worse.append((more.mean(), more.mean() + half))
        return all(mean <= 0 for mean, _ in worse) and any(high < 0 for _, high in worse)

    for column in ("carbon_tco2e", "cost_usd"):
        expected = [
            one.name
            for one in found.policies
            if not any(beats(other, one, column) for other in found.policies)
        ]
        front = found.front(column)
        assert sorted(one.name for one in front) == sorted(expected)
        assert 1 < len(front) < len(found.policies)
        finishes = [found.mean(one, FINISH).value for one in front]
        assert finishes == sorted(finishes)


def test_a_policy_under_which_fewer_trials_finish_is_on_no_front() -> None:
    cut = grid(**FAULTS, limits={"wall_clock": "60 h"})
    found = simtrain.schedule(cut, quantiles=[], windows=[12], trials=10, jobs=1)
    assert found.policies[1].finished < found.policies[0].finished
    assert found.front("carbon_tco2e") == [found.baseline]


FLAT = {"carbon": {"intensity": "0.4 kg/kWh"}}


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        ({"power": None, "carbon": None}, {}, "nothing says what the hosts draw"),
        (FLAT, {}, "neither intensity nor tariff varies by the hour"),
        ({"workload": {"window": "10 h", "ideal_time": None}}, {}, "fixed `workload.window`"),
        ({}, {"quantiles": [1.5]}, "quantiles = 1.5"),
        ({}, {"windows": [24]}, "windows: 24"),
        ({}, {"limit": "70%"}, 'limit: "70%"'),
        ({}, {"limit": "120%:50%"}, 'limit: "120%:50%"'),
        ({}, {"start": "2026-03-02"}, "no range of dates"),
        ({}, {"start": "2026-03-02..2026-03-01/1d"}, "ends before it begins"),
        ({}, {"start": "2026-03-02..2026-05-01/1d"}, "makes 61 starts"),
        ({}, {"start": "2026-03-02..2026-05-01/x"}, '"x" is no step'),
        (
            {"carbon": {"intensity": {"hourly": HOURS, "unit": "kg/kWh"}}},
            {"start": "2026-03-02..2026-03-04/1d"},
            "`carbon.intensity` begin with the run",
        ),
        ({}, {"later": [YEAR_S]}, "needs its yearly gain"),
        ({}, {"gain": 0.3}, "of better hardware"),
        ({}, {"later": [YEAR_S], "gain": -1.0}, "no yearly gain"),
        (
            {"stop": {"upgrade": {"at": "2026-03-03", "duration": "1 h"}}},
            {"start": "2026-03-04..2026-03-05/1d"},
            "`stop.upgrade.at` lies before `start`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    tables: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    kept = {key: table for key, table in tables.items() if table is not None}
    asked = grid(**kept).replace({key: None for key, table in tables.items() if table is None})
    with pytest.raises(simtrain.InputError) as refused:
        ScheduleQuestion(asked, **options)
    assert message in str(refused.value)


def test_a_profile_of_which_no_spell_lasts_is_told() -> None:
    hourly = {"hourly": [0.1, 0.2, 0.6], "unit": "kg/kWh"}
    with pytest.raises(InputError, match="last for 2 h"):
        ScheduleQuestion(grid(start=None, carbon={"intensity": hourly}))


def test_hours_that_never_last_long_enough_are_no_policy() -> None:
    short = [0.1, 0.2, 0.6, 0.3] * 6  # above 0.3 for an hour at a time
    hourly = {"hourly": short, "unit": "kg/kWh", "begins": "2026-03-02"}
    one = grid(carbon={"intensity": hourly})
    found = simtrain.schedule(one, quantiles=[0.5, 0.75], windows=[4], trials=2, jobs=1)
    names = [policy.name for policy in found.policies]
    assert names[:2] == ["no pause", "pause above 200 g/kWh (49 %)"]  # one hour is alone at the end
    assert not any("300" in name or "600" in name for name in names)
