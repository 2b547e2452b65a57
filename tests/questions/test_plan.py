from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain import theory
from simtrain.accounts.ledger import Category
from simtrain.answers.plan import Decision
from simtrain.answers.sweep import Sweep
from simtrain.errors import InputError, ScenarioError
from simtrain.questions.plan import PlanQuestion
from simtrain.scenario.scenario import Scenario
from simtrain.show.plan.report import plan_report
from simtrain.show.sweep.report import sweep_report
from simtrain.tables.error_budget import spent

DAY, HOUR = 86400.0, 3600.0

SMALL = {
    "start": "2026-01-05T09:00:00",
    "workload": {"ideal_time": "10 days"},
    "cluster": {"hosts": 16, "spares": 1},
    "fault": {"gpu": {"mtbf": "15 days", "automatic": 0.5}},
    "people": {"response": {"law": "exponential", "mean": "1 h"}},
    "checkpoint": {"interval": "1 h", "stall": "1 min", "load": "5 min"},
    "restart": {"duration": "10 min"},
    "repair": {"automated": "2 days"},
}
SPARES = {"cluster.spares": "0..12"}


def small(**tables: object) -> Scenario:
    return Scenario.from_document({**SMALL, **tables}, name="small")


@cache
def decided() -> Decision:
    target = "p90(wall_clock) <= 13 d"
    return simtrain.plan(small(), target=target, vary=SPARES, trials=40, seed=3, jobs=1)


@cache
def swept() -> Sweep:
    return simtrain.sweep(small(), {"cluster.spares": range(13)}, trials=40, seed=3, jobs=1)


# --- the answer -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "target",
    [
        "p90(wall_clock) <= 13 d",
        "mean(wall_clock) <= 13 d",
        "goodput >= 75 %",
        "probability(wall_clock <= 13 d) >= 80 %",
        "p75(finish) before 2026-01-18",
        "p50(host_wait) <= 12 h",
    ],
)
def test_the_answer_is_that_of_a_sweep_over_every_value(target: str) -> None:
    """With the same trials; each target is met by some of the values only, and by all above."""
    found = simtrain.plan(small(), target=target, vary=SPARES, trials=40, seed=3, jobs=1)
    name, is_upper = found.target.metric, found.target.condition.is_upper
    met = []
    for point in range(13):
        sample = swept().metric(name, point)
        assert not np.isnan(sample).any()
        if found.target.event is not None:
            value = np.mean(sample <= found.target.event.bound)
        elif found.target.percentile is not None:
            value = np.percentile(sample, found.target.percentile)
        else:
            value = sample.mean()
        bound = found.target.condition.bound
        met.append(bool(value <= bound if is_upper else value >= bound))
    assert met == sorted(met)
    assert 0 < sum(met) < 13
    assert found.answer is not None
    assert found.answer.value == met.index(True)
    assert found.thresholds[0].missed.value == met.index(True) - 1
    assert found.thresholds[0].is_least
    for point in found.points:
        assert np.array_equal(
            point.results.values, swept().results[point.number].values, equal_nan=True
        )


@pytest.mark.slow
def test_the_break_even_mtbf_is_that_of_the_closed_form() -> None:
    """Memoryless faults of the whole job. The expected wall-clock at an MTBF of 8 h is the target,
    so 8 h is the least MTBF that meets it: it must lie between the values that surely miss and
    surely meet it, and the answer within 3.3 standard errors of the mean, translated by the slope.
    """
    work, tau, save, downtime, load = 400.0, 1.5, 0.15, 0.5, 0.25

    def expected(mtbf: float) -> float:
        return theory.expected_wall_clock(work, tau, save, mtbf, downtime, load)

    scenario = Scenario.from_document(
        {
            "workload": {"ideal_time": f"{work} h"},
            "cluster": {"hosts": 1},
            "fault": {"any": {"scope": "job", "mtbf": "5 h", "automatic": 1}},
            "detection": {"crash": f"{downtime} h"},
            "checkpoint": {"interval": f"{tau} h", "stall": f"{save} h", "load": f"{load} h"},
            "restart": {"duration": 0},
        }
    )
    found = simtrain.plan(
        scenario,
        target=f"wall_clock <= {expected(8.0)!r} h",
        vary={"fault.any.mtbf": "4h..16h:log"},
        trials=100,
        seed=6,
    )
    [answer] = found.thresholds
    assert answer.is_least
    number = found.axis.number
    assert answer.conclusive_missed is not None
    assert answer.conclusive_met is not None
    assert number(answer.conclusive_missed.value) < 8 * HOUR < number(answer.conclusive_met.value)
    slope = (expected(8.08) - expected(7.92)) / 0.16  # hours of wall-clock for one of MTBF
    error = answer.met.results.metric("wall_clock_s").std(ddof=1) / np.sqrt(100) / HOUR
    step = 0.01 * 8.0
    assert abs(number(answer.met.value) / HOUR - 8.0) < 3.3 * error / abs(slope) + step
    assert 3.3 * error / abs(slope) < 0.6  # or the test would hold for anything
    assert 0.009 < found.gap < 0.011


def test_the_greatest_response_that_meets_a_target_is_found() -> None:
    found = simtrain.plan(
        small(),
        target="mean(response) <= 1 d",
        vary={"people.response": "1min..1d:log:40"},
        trials=20,
        jobs=1,
    )
    [answer] = found.thresholds
    assert not answer.is_least
    assert answer.met.number == answer.missed.number - 1
    assert answer.met.results.metric("response_s").mean() <= DAY
    assert answer.missed.results.metric("response_s").mean() > DAY


def test_a_target_met_only_in_the_middle_has_two_answers() -> None:
    """Checkpoints too often and too rarely both cost more than the target allows."""
    found = simtrain.plan(
        small(checkpoint={"interval": "1 h", "stall": "5 min"}, repair={"automated": "1 h"}),
        target="goodput >= 80 %",
        vary={"checkpoint.interval": "5min..12h:log:40"},
        trials=20,
        jobs=1,
    )
    least, greatest = found.thresholds
    assert least.is_least
    assert not greatest.is_least
    assert least.met.number < greatest.met.number
    assert found.answer is None
    assert found.turns
    assert found.verdict == "some"


def test_none_and_all_are_answers_too() -> None:
    none = simtrain.plan(
        small(), target="wall_clock <= 10 d", vary={"cluster.spares": "0..3"}, trials=10, jobs=1
    )
    assert (none.verdict, none.thresholds, none.answer) == ("none", (), None)
    assert none.nearest.value == 3
    every = simtrain.plan(
        small(), target="wall_clock <= 90 d", vary={"cluster.spares": "0..3"}, trials=10, jobs=1
    )
    assert (every.verdict, every.thresholds) == ("all", ())


@pytest.mark.slow
def test_trials_are_counted_and_few() -> None:
    """One spare is the scenario as it is, which is simulated in any case."""
    assert decided().trials_in_all == 40 * len(decided().points)
    assert 1 in [point.value for point in decided().points]
    assert len(decided().points) <= 8
    seen = simtrain.plan(
        small(), target="goodput >= 0.9", vary={"cluster.spares": "0..4"}, trials=10, jobs=1
    )
    assert seen.all_points == seen.points
    assert seen.trials_in_all == 10 * len(seen.points)
    other = simtrain.plan(
        small(), target="goodput >= 0.9", vary={"cluster.spares": "2..4"}, trials=10, jobs=1
    )
    assert other.trials_in_all == 10 * (len(other.points) + 1)
    assert other.all_points == (*other.points, other.baseline)


@pytest.mark.slow
def test_jobs_move_no_result(eager: None) -> None:
    target = "p90(wall_clock) <= 13 d"
    two = simtrain.plan(small(), target=target, vary=SPARES, trials=40, seed=3, jobs=2)
    assert two.to_json() == decided().to_json()


def test_what_is_sure_follows_from_intervals() -> None:
    found = decided()
    bound = found.target.condition.bound
    for point in found.points:
        one_side = point.estimate.high <= bound or point.estimate.low > bound
        assert point.is_conclusive == one_side
    [answer] = found.thresholds
    assert answer.conclusive_met is not None
    assert answer.conclusive_met.is_conclusive
    assert answer.conclusive_met.value >= answer.met.value
    assert answer.conclusive_missed is None or answer.conclusive_missed.value <= answer.missed.value


def test_trials_that_do_not_finish_miss_the_target() -> None:
    """With no spare repairs keep the job waiting until it hits the bound of 13 days."""
    scenario = small(limits={"wall_clock": "13 d"})
    found = simtrain.plan(scenario, target="wall_clock <= 13 d", vary=SPARES, trials=20, jobs=1)
    first, last = found.points[0], found.points[-1]
    assert first.results.truncated.any()
    assert not first.met
    assert np.isinf(first.estimate.value)
    assert not last.results.truncated.any()
    assert last.met


# --- the error budget -----------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["goodput", "ettr"])
def test_the_budget_is_spent_to_the_last_bit_by_categories_and_by_causes(metric: str) -> None:
    results = simtrain.run(small(), trials=30, jobs=1)
    found = spent(results, metric)
    assert found is not None
    lost = 1 - results.metric(metric).mean()
    assert found.in_all == pytest.approx(lost, rel=1e-12)
    assert sum(found.by_cause.values()) == pytest.approx(lost, rel=1e-12)
    assert str(Category.PRODUCTIVE) not in found.by_category
    falling = list(found.by_category.values())
    assert falling == sorted(falling, reverse=True)


def test_only_a_target_of_long_work_goodput_has_a_budget() -> None:
    found = simtrain.plan(
        small(), target="goodput >= 75 %", vary={"cluster.spares": "0..4"}, trials=10, jobs=1
    )
    budget = found.summary()["budget"]
    assert budget["share"] == pytest.approx(0.25)
    assert budget["at_answer"]["value"] == str(found.answer.value)
    assert decided().summary()["budget"] is None


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"cluster.spars": "0..4"}, "did you mean `spares`"),
        ({"cluster.spares": "4..0"}, "the range from 4 to 0 is empty"),
        ({"cluster.spares": "0..2000000"}, "out of range"),
        ({"cluster.spares": "a..b"}, "is not a whole number"),
        ({"checkpoint.interval": "1 GB..2 GB"}, "is not a unit"),
        ({"fault.gpu.effect": "crash,hang"}, "have no order to search in"),
        ({"cluster.spares": "0..4", "people.response": "1h..4h"}, "2 keys are varied"),
        ({}, "there is no key to vary"),
    ],
)
def test_ranges_that_cannot_be_searched_are_refused(vary: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as refused:
        simtrain.plan(small(), target="goodput >= 0.9", vary=vary)
    assert message in str(refused.value)
    assert "sweep:" not in str(refused.value)


def test_a_key_that_a_change_sets_later_needs_throughout() -> None:
    scenario = small(change=[{"at": "2 days", "set": {"cluster.spares": 2}}])
    with pytest.raises(ScenarioError, match="--throughout"):
        PlanQuestion(scenario, "goodput >= 0.9", SPARES, 5)
    PlanQuestion(scenario, "goodput >= 0.9", SPARES, 5, throughout=True)


def test_a_metric_without_a_value_is_refused() -> None:
    with pytest.raises(InputError, match="`program_goodput` has no value in any trial"):
        simtrain.plan(small(), target="program_goodput >= 0.3", vary=SPARES, trials=5, jobs=1)


# --- tables ---------------------------------------------------------------------------------------


def test_the_summary_is_the_contract() -> None:
    summary = decided().summary()
    assert json.loads(decided().to_json()) == summary
    assert list(summary) == [
        "scenario", "scenario_sha256", "version", "seed", "trials", "trials_in_all", "key",
        "target", "verdict", "turns", "answers", "nearest", "points", "baseline", "budget",
        "engine",
    ]  # fmt: skip
    assert summary["target"]["bound"] == 13 * DAY
    assert summary["answers"][0]["met"] == str(decided().answer.value)


def test_the_frame_has_a_row_for_each_value_and_for_the_scenario_as_it_is() -> None:
    frame = decided().to_frame()
    assert frame["is_baseline"].sum() == 1
    points = decided().points
    assert frame["cluster.spares_number"].tolist() == [point.value for point in points]
    for row, point in zip(frame.itertuples(), points, strict=True):
        sample = point.results.metric("wall_clock_s")
        assert row.value == pytest.approx(np.percentile(sample, 90))
        assert row.wall_clock_s_p10 == pytest.approx(np.percentile(sample, 10))
    other = simtrain.plan(
        small(), target="goodput >= 0.9", vary={"cluster.spares": "2..4"}, trials=5, jobs=1
    )
    assert other.to_frame()["is_baseline"].tolist()[-1]


@pytest.mark.parametrize(
    ("target", "tables", "message"),
    [
        (
            "p99(wall_clock) <= 13 d",
            {},
            "40 trials are too few for p99(wall_clock) and its interval; use --trials 368 or more",
        ),
        (
            "p90(wall_clock) <= 13 d",
            {"limits": {"wall_clock": "12 d"}},
            "cut off before, after 12 d",
        ),
        ("probability(wall_clock <= 13 d) >= 0.9", {"limits": {"wall_clock": "12 d"}}, "cut off"),
    ],
)
def test_what_trials_cannot_tell_is_refused(
    target: str, tables: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        simtrain.plan(small(**tables), target=target, vary=SPARES, trials=40)


def test_values_at_which_trials_end_too_early_are_refused() -> None:
    with pytest.raises(InputError, match=re.escape("at limits.wall_clock=11 d trials are cut off")):
        simtrain.plan(
            small(),
            target="p90(wall_clock) <= 20 d",
            vary={"limits.wall_clock": ["11 d", "40 d"]},
            trials=40,
        )


RARE = {
    "workload": {"ideal_time": "10 d"},
    "cluster": {"hosts": 1},
    "fault": {"any": {"scope": "job", "mtbf": "3000 d", "automatic": 1}},
    "checkpoint": {"interval": "1 d", "stall": "1 min"},
    "restart": {"duration": "1 h"},
}


def test_trials_without_the_rare_fault_do_not_make_sure() -> None:
    """Ten days without a fault have a probability of 99.7 %, and so most dozens of trials."""
    scenario = Scenario.from_document(RARE, name="rare")
    found = simtrain.plan(
        scenario,
        target="mean(interruptions) <= 0.002",
        vary={"checkpoint.interval": ["1 d", "2 d"]},
        trials=12,
        jobs=1,
    )
    assert [point.estimate.value for point in found.points] == [0, 0]
    assert not any(point.is_conclusive for point in found.points)
    swept = simtrain.sweep(scenario, {"checkpoint.interval": ["2 d", "5 d"]}, trials=12, jobs=1)
    assert swept.best is not None
    assert swept.best.not_distinguishable == (0, 1)
    assert "d in every trial compared with the baseline" in " ".join(sweep_report(swept).split())


# --- shares ---------------------------------------------------------------------------------------

ALLOCATION = {
    "workload": {"window": "24 h"},
    "cluster": {"hosts": 100, "spares": 10},
    "fault": {"node": {"rate": "5 per 1000 host-days", "automatic": 1}},
    "repair": {"automated_fails": 1, "manual": "1 h", "retire": 1},
    "checkpoint": {"interval": "1 h"},
    "restart": {"duration": "10 min"},
}
NO_WAIT = "probability(host_wait <= 1 min) >= 0.95"


@pytest.mark.slow
@pytest.mark.parametrize(("hosts", "spares"), [(20, 1), (100, 2), (200, 3)])
def test_the_share_that_is_enough_falls_with_the_size(hosts: int, spares: int) -> None:
    """The faults in a day are Poisson: the spares are the 95th percentile of their number.

    Of 0.1, 0.5 and 1 faults that is 1, 2 and 3, met by 99.5, 98.6 and 98.1 % of the days.
    """
    scenario = Scenario.from_document(ALLOCATION).replace(cluster__hosts=hosts)
    vary = {"cluster.spares": "0%..12%"}
    found = simtrain.plan(scenario, target=NO_WAIT, vary=vary, trials=200, jobs=1)
    assert found.answer is not None
    assert found.answer.results.scenario.cluster.spares == spares
    row = found.to_frame().set_index("cluster.spares").loc[found.answer.value]
    assert row["cluster.spares_count"] == spares
    assert f"cluster.spares = {found.answer.value} ({spares}) is the smallest" in plan_report(found)


def test_hot_spares_may_follow_the_spares() -> None:
    fixed = small(cluster={"hosts": 16, "spares": 4, "hot_spares": 4})
    target = "p90(wall_clock) <= 13 d"
    with pytest.raises(ScenarioError, match='a share follows it, such as hot_spares = "100 %"'):
        PlanQuestion(fixed, target, SPARES, 40)
    follows = fixed.replace(cluster__hot_spares="100 %")
    assert simtrain.plan(follows, target=target, vary=SPARES, trials=40, jobs=1).answer
