"""Dates of the finish, of all trials, and the chance to make a date."""

import dataclasses
import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.scenario.scenario import Scenario
from simtrain.show.run import headline
from simtrain.tables.finish import Deadline
from simtrain.tables.results import Results
from simtrain.tables.statistic import Statistic, parse
from simtrain.tables.targets import parse_target
from tests.show.samples import results, scenario

START = dt.datetime(2026, 3, 2, 8)


def of(days: list[float], cut: int = 0, start: dt.datetime = START) -> Results:
    return results(days, [n < cut for n in range(len(days))], of=scenario(start=start))


def test_the_finish_is_the_wall_clock_counted_from_the_start() -> None:
    finish = of([12.0, 13.0, 14.0]).finish
    assert finish.p50 == dt.datetime(2026, 3, 15, 8)
    assert finish.p10 == dt.datetime(2026, 3, 14, 12, 48)
    assert finish.p90 == dt.datetime(2026, 3, 16, 3, 12)
    assert repr(finish).startswith("<Finish: P10 2026-03-14T12:48:00, P50 2026-03-15T08:00:00")


def test_the_summary_has_dates_in_iso_form_with_their_intervals() -> None:
    some = of([float(day) for day in range(10, 50)])
    found = json.loads(some.to_json())["finish"]
    assert found["p50"] == "2026-03-31T20:00:00"  # 29.5 days after
    low, high = (dt.datetime.fromisoformat(end) for end in found["p50_ci95"])
    assert low < dt.datetime(2026, 3, 31, 20) < high
    seconds = some.summary()["all_trials"]["wall_clock_s"]["p50_ci95"]
    assert [START + dt.timedelta(seconds=end) for end in seconds] == [low, high]


def test_an_offset_of_the_start_stays_and_none_is_added() -> None:
    zone = dt.timezone(dt.timedelta(hours=-5))
    finish = of([12.0], start=START.replace(tzinfo=zone)).summary()["finish"]
    assert finish["p50"] == "2026-03-14T08:00:00-05:00"
    assert of([12.0]).summary()["finish"]["p50"] == "2026-03-14T08:00:00"


def test_trials_that_did_not_finish_are_later_than_any_date() -> None:
    finish = of([20.0, 20.0, 12.0, 13.0, 14.0], cut=2).finish
    assert finish.p50 == START + dt.timedelta(days=14)
    assert finish.p90 is None


@pytest.mark.parametrize(("by", "undecided"), [("2026-03-21", 0), ("2026-03-22", 2)])
def test_a_trial_that_was_cut_off_may_make_a_date_beyond_the_bound(by: str, undecided: int) -> None:
    # Two trials are cut off on 22 March at 8:00, the others end before.
    some = of([20.0, 20.0, 12.0, 13.0, 14.0], cut=2)
    found = some.finish.chance(by)
    assert found.value == 0.6
    assert (found.high == 1) is bool(undecided)
    until_s = (20.1 if undecided else 19.7) * 86400
    asked = dataclasses.replace(some, deadline=Deadline(by, until_s))
    assert asked.summary()["by"]["undecided_trials"] == undecided
    assert asked.summary()["by"]["ci95"] == found.interval
    assert ("is at least 60" in headline.chance(asked)) is bool(undecided)


@pytest.mark.parametrize(
    ("by", "share"),
    [
        ("2026-03-14", 0.25),  # the first ends on this day at 8:00
        ("2026-03-14T08:00", 0.25),
        ("2026-03-14T07:59", 0.0),
        (dt.date(2026, 3, 16), 0.75),
        (dt.datetime(2026, 3, 16, 7), 0.5),
    ],
)
def test_a_day_lasts_to_its_end_and_a_moment_to_itself(by: str | dt.date, share: float) -> None:
    finish = of([12.0, 13.0, 14.0, 15.0]).finish
    assert finish.chance(by).value == share


def test_the_chance_has_the_interval_of_clopper_and_pearson() -> None:
    found = of([12.0] * 10).finish.chance("2026-03-20")
    # none of 10 misses: at least 0.025 ** (1 / 10)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025**0.1)


def test_a_run_is_asked_for_a_date(scenario: Scenario) -> None:
    dated = scenario.replace(start=START, workload__ideal_time="20 days")
    free = simtrain.run(dated, trials=20, jobs=1)
    median = free.finish.p50
    assert median is not None
    asked = simtrain.run(dated, trials=20, jobs=1, by=median)
    found = asked.summary()["by"]
    assert (found["date"], found["probability"]) == (median.isoformat(), 0.5)
    assert "by" not in free.summary()
    assert asked.chance is not None
    assert found["ci95"] == asked.chance.interval


@pytest.mark.parametrize(
    ("tables", "by", "words"),
    [
        ({}, "2026-07-01", "give the scenario its `start`"),
        ({"start": START}, "2026-13-01", "such as 2026-07-01"),
        ({"start": START}, "soon", "such as 2026-07-01"),
        ({"start": START}, "2026-03-01", "before the start of the run; choose a later date"),
        ({"start": START}, 5, "by: 5 is not a date; use a date such as 2026-07-01"),
        ({"start": START}, "2026-07-01T08:00-04:00", "has an offset and the `start`"),
        ({"start": START, "workload": {"window": "10 d"}}, "2026-07-01", "fixed"),
    ],
)
def test_a_date_that_cannot_be_counted_is_refused(
    tables: dict[str, object], by: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        simtrain.run(scenario(**tables), trials=1, by=by)


def test_a_finish_without_start_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="give the scenario its `start`"):
        _ = results([12.0]).finish
    with pytest.raises(InputError, match="give the scenario its `start`"):
        simtrain.run(scenario(), trials=1, of="p90(finish)")
    assert results([12.0]).summary()["finish"] is None


def test_the_finish_is_a_statistic_as_in_a_plan() -> None:
    asked = parse("p90(finish)", START)
    assert asked == Statistic("wall_clock_s", 90.0, START)
    assert str(asked) == "p90(finish)"
    some = of([float(day) for day in range(10, 50)]).requesting(asked)
    found = some.summary()["asked"]
    assert found["value"] == some.summary()["finish"]["p90"]
    assert found["ci95"] == some.summary()["finish"]["p90_ci95"]


def test_a_quantile_of_the_wall_clock_counts_all_trials_and_a_mean_those_that_finished() -> None:
    some = of([20.0] * 30 + [float(day) for day in range(10, 30)], cut=30)
    p50 = some.requesting(parse("p50(wall_clock)")).requested
    mean = some.requesting(parse("mean(wall_clock)")).requested
    assert p50 is not None
    assert mean is not None
    assert p50.estimate.value == np.inf
    assert p50.summary()["value"] is None
    assert mean.estimate.value == 19.5 * 86400


def test_a_search_for_precision_ends_where_the_quantile_is_surely_endless() -> None:
    tables = {"fault": {"spot": {"scope": "job", "rate": "5 per day", "automatic": 1}},
              "workload": {"ideal_time": "2 days"}, "checkpoint": {"interval": "100 h"},
              "limits": {"wall_clock": "3 days"}}  # fmt: skip
    found = simtrain.run(scenario(**tables), of="p90(wall_clock)", precision=0.01, jobs=1)
    assert found.trials == 200
    assert found.requested is not None
    assert not found.requested.is_precise


def test_a_date_with_an_offset_is_shown_in_the_time_of_the_start() -> None:
    start = START.replace(tzinfo=dt.timezone(dt.timedelta(hours=2)))
    found = simtrain.run(scenario(start=start), trials=1, by="2026-07-01T23:30-04:00")
    assert found.deadline is not None
    assert found.deadline.text == "2026-07-02T05:30:00+02:00"
    assert "by 05:30 on 2 July 2026" in headline.chance(found)


@pytest.mark.parametrize("ended", [-1, 0, 1])
def test_targets_and_by_read_a_day_alike(ended: int) -> None:
    # A run that ends a second before, at or after the end of 15 March.
    some = of([13 + 16 / 24 + ended / 86400] * 5)
    until = parse_target("probability(finish <= 2026-03-15) >= 0.9", START)
    after = parse_target("probability(finish > 2026-03-15) >= 0.9", START)
    made = some.finish.chance("2026-03-15").value
    assert made == float(ended <= 0)
    assert until.estimate(some.wall_clock_of_all_s).value == made
    assert after.estimate(some.wall_clock_of_all_s).value == 1 - made


@pytest.mark.parametrize("ended", [-1, 0, 1])
def test_before_a_day_and_from_a_day_on_mean_its_start(ended: int) -> None:
    some = of([12 + 16 / 24 + ended / 86400] * 5)
    before = parse_target("p50(finish) before 2026-03-15", START)
    since = parse_target("p50(finish) >= 2026-03-15", START)
    value = before.estimate(some.wall_clock_of_all_s).value
    assert bool(before.condition.holds(value)) is (ended < 0)
    assert bool(since.condition.holds(value)) is (ended >= 0)
