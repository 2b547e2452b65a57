from __future__ import annotations

import json
import random
import re
from functools import cache
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain import theory
from simtrain.answers.formulas import formulas_of, step_of_training_s
from simtrain.answers.sweep import Sweep
from simtrain.errors import InputError, ScenarioError
from simtrain.questions.sweep import SweepQuestion, sweep
from simtrain.sampling import points
from simtrain.sampling.batch import Work
from simtrain.sampling.worker import simulate
from simtrain.scenario.scenario import Scenario
from simtrain.show.sweep.report import sweep_report
from simtrain.tables.columns import columns_for
from simtrain.tables.estimates import describe
from simtrain.tables.optimum import optimum_of
from simtrain.tables.results import Results
from tests.show import samples

HOUR = 3600.0

SMALL = {
    "workload": {"ideal_time": "10 days", "steps": 14400},
    "cluster": {"hosts": 16, "spares": 1},
    "fault": {"gpu": {"mtbf": "10 days", "automatic": 0.5}},
    "people": {"response": {"law": "exponential", "mean": "1 h"}},
    "checkpoint": {"interval": "1 h", "stall": "1 min", "load": "5 min"},
    "restart": {"duration": "10 min"},
    "repair": {"automated": "2 days"},
}

OPT_LIKE = {
    "start": "2021-11-11T23:11:00",
    "workload": {"ideal_time": "34 days"},
    "cluster": {"hosts": 124, "spares": 8},
    "fault": {
        "gpu": {"rate": "0.0097 per host-day"},
        "network": {"rate": "0.0064 per host-day", "effect": "hang"},
        "software": {"rate": "0.2 per day", "scope": "job"},
    },
    "detection": {"crash": "5 min", "hang": "30 min"},
    "people": {"response": {"law": "lognormal", "median": "15 min", "p90": "1 h"}},
    "diagnosis": {"manual": {"law": "lognormal", "median": "40 min", "p90": "3 h"}, "recall": 0.8},
    "repair": {
        "automated": {"law": "lognormal", "median": "6 h", "p90": "18 h"},
        "automated_misses": 0.2,
        "manual": {"law": "lognormal", "median": "24 h", "p90": "72 h"},
    },
    "checkpoint": {"interval": "1 h", "stall": "5 min", "load": "10 min"},
    "restart": {"duration": {"law": "lognormal", "mean": "40 min", "cv": 0.5}, "failure": 0.3},
}

INTERVALS = {"checkpoint.interval": ["30 min", "1 h", "3 h"]}


def small(**tables: object) -> Scenario:
    document = {
        key: {**value, **tables.pop(key, {})}  # type: ignore[dict-item]
        for key, value in SMALL.items()
    }
    return Scenario.from_document({**document, **tables}, name="small")


@cache
def swept() -> Sweep:
    return simtrain.sweep(small(), INTERVALS, trials=30, seed=4, jobs=1)


def same(one: Results, other: Results) -> bool:
    return (
        np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.badput, other.badput)
        and one.verdicts == other.verdicts
        and one.told_by("simpy").to_json() == other.told_by("simpy").to_json()
    )


# --- points are runs ------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_point_is_a_run_of_its_scenario_to_the_bit() -> None:
    scenario = small()
    assert len(swept().results) == 3
    for value, results in zip(INTERVALS["checkpoint.interval"], swept().results, strict=True):
        changed = scenario.replace({"checkpoint.interval": value})
        assert same(results, simtrain.run(changed, trials=30, seed=4, jobs=1))
    assert same(swept().baseline, simtrain.run(scenario, trials=30, seed=4, jobs=1))


@pytest.mark.slow
def test_jobs_move_no_result(eager: None) -> None:
    one, two, three = (
        simtrain.sweep(small(), INTERVALS, trials=40, jobs=jobs) for jobs in (1, 2, 3)
    )
    assert one.to_json() == two.to_json() == three.to_json()
    assert all(same(a, b) for a, b in zip(one.results, three.results, strict=True))


def test_batches_may_come_in_any_order() -> None:
    scenarios = [place.scenario for place in swept().places]
    works = [Work.of(scenario, 4) for scenario in scenarios]
    chunks = list(points._Queue(works, range(30)).chunks(seconds=0.0, most=5))
    assert len(chunks) == 90  # nothing is known of any point
    random.Random(1).shuffle(chunks)
    tables = [points._Table(n, scenario, 4, range(30)) for n, scenario in enumerate(scenarios)]
    for chunk in chunks[:30] + chunks[:29:-1]:
        tables[chunk.point].whole.put(simulate(chunk))
    for table, results in zip(tables, swept().results, strict=True):
        assert same(table.results(), results)


def test_progress_counts_every_trial() -> None:
    counts: list[int] = []
    simtrain.sweep(small(), INTERVALS, trials=7, jobs=1, progress=counts.append)
    assert sum(counts) == 3 * 7  # 1 h is the scenario as it is


def test_points_know_how_long_their_trials_took() -> None:
    assert all(results.trial_s > 0 for results in swept().results)


def test_too_many_trials_in_all_are_refused() -> None:
    with pytest.raises(InputError, match="3 points of 4,000,000 trials are more than 10,000,000"):
        simtrain.sweep(small(), INTERVALS, trials=4_000_000)


# --- the scenario as it is ------------------------------------------------------------------------


def test_the_scenario_as_it_is_is_one_of_the_points_or_one_more() -> None:
    assert swept().baseline_point == 1
    assert swept().baseline is swept().results[1]
    other = simtrain.sweep(small(), {"checkpoint.interval": ["30 min"]}, trials=2, jobs=1)
    assert other.baseline_point is None
    assert same(other.baseline, simtrain.run(small(), trials=2, jobs=1))
    assert other.baseline_values == ("1 h",)
    [axis] = other.axes
    assert other.baseline_number(axis) == HOUR


def test_the_same_meaning_in_other_words_is_the_scenario_as_it_is() -> None:
    assert (
        SweepQuestion(small(), {"checkpoint.interval": ["30 min", "60 min"]}, 1).baseline_point == 1
    )


def test_steps_have_a_place_among_durations_and_durations_among_steps() -> None:
    """A step takes a minute at full speed, and 1.25 minutes at a speed of 0.8."""
    scenario = small(workload={"speed": 0.8}, checkpoint={"interval": "40 steps"})
    by_time = simtrain.sweep(scenario, INTERVALS, trials=3, jobs=1)
    assert step_of_training_s(by_time.baseline) == pytest.approx(75)
    assert by_time.baseline_number(by_time.axes[0]) == pytest.approx(50 * 60)
    by_step = simtrain.sweep(scenario, {"checkpoint.interval": ["10 steps"]}, trials=3, jobs=1)
    assert by_step.on_axis(by_step.axes[0], 7500.0) == pytest.approx(100)
    assert by_step.baseline_number(by_step.axes[0]) == 40


def test_a_value_that_changes_later_has_no_place() -> None:
    change = {"at": "2 days", "set": {"cluster.spares": 2}}
    scenario = small(change=[change])
    with pytest.raises(ScenarioError, match="sets it later"):
        simtrain.sweep(scenario, {"cluster.spares": [1, 2]})
    held = simtrain.sweep(scenario, {"cluster.spares": [1, 2]}, trials=5, jobs=1, throughout=True)
    assert held.baseline_number(held.axes[0]) is None
    assert held.baseline_point is None
    assert held.baseline_words == ("1, later changed",)
    without = simtrain.run(small(cluster={"spares": 2}), trials=5, jobs=1)
    assert np.array_equal(held.results[1].values, without.values, equal_nan=True)


def test_what_the_file_gives_in_other_words_is_reported_with_its_changes() -> None:
    """A rate that a change sets would not be there any more if an MTBF were given."""
    change = {"at": "2 days", "set": {"fault.gpu.rate": "1 per 50 days"}}
    fault = {"gpu": {"mtbf": None, "rate": "1 per 100 days"}}
    ranges = {"fault.gpu.mtbf": ["50 days", "100 days"]}
    as_rate = simtrain.sweep(small(fault=fault), ranges, trials=2, jobs=1)
    assert as_rate.baseline_words == ("given as rate",)
    scenario = small(fault=fault, change=[change])
    held = simtrain.sweep(scenario, ranges, trials=2, jobs=1, throughout=True)
    assert held.baseline_words == ("given as rate, later changed",)
    assert held.baseline_number(held.axes[0]) is None
    none = simtrain.sweep(small(), {"limits.wall_clock": ["1 year"]}, trials=2, jobs=1)
    assert none.baseline_words == ("none",)


# --- common random numbers ------------------------------------------------------------------------


@pytest.mark.slow
def test_common_random_numbers_make_neighbours_comparable() -> None:
    """Near the optimum the variance of the difference falls some 95-fold (400 trials). With 60
    trials the ratio has a standard error of about a quarter, so that 30 lies over 4 of them below
    and is only missed if what the points share is lost.
    """
    scenario = Scenario.from_document(OPT_LIKE, name="opt-like")
    near = simtrain.sweep(
        scenario, {"checkpoint.interval": ["1 h", "1.2 h"]}, trials=60, seed=1, engine="compiled"
    )
    for name in ("wall_clock_s", "goodput"):
        one, other = near.metric(name, 0), near.metric(name, 1)
        apart = one.var(ddof=1) + other.var(ddof=1)
        assert apart / (one - other).var(ddof=1) > 30


# --- the best point -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_best_point_is_that_of_the_closed_form() -> None:
    """Memoryless faults of the whole job: the exact optimum is not told apart from the best, half
    and twice of it are, and differences are those of the closed form, each to 3.3 standard errors.
    """
    work, mtbf, save, downtime, load = 400.0, 8.0, 0.15, 0.5, 0.25
    exact = theory.optimal_interval(save, mtbf)
    intervals = [factor * exact for factor in (0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0)]
    scenario = Scenario.from_document(
        {
            "workload": {"ideal_time": f"{work} h"},
            "cluster": {"hosts": 1},
            "fault": {"any": {"scope": "job", "mtbf": f"{mtbf} h", "automatic": 1}},
            "detection": {"crash": f"{downtime} h"},
            "checkpoint": {"interval": "1 h", "stall": f"{save} h", "load": f"{load} h"},
            "restart": {"duration": 0},
            "diagnosis": {},
        }
    )
    found = simtrain.sweep(
        scenario, {"checkpoint.interval": [f"{tau!r} h" for tau in intervals]}, trials=100, seed=2
    )
    best = found.best
    assert best is not None
    assert 3 in best.not_distinguishable
    assert not {0, 6} & set(best.not_distinguishable)
    expected = [
        theory.expected_wall_clock(work, tau, save, mtbf, downtime, load) for tau in intervals
    ]
    for point in (0, 1, 2, 4, 5, 6):
        beyond = (found.metric("wall_clock_s", point) - found.metric("wall_clock_s", 3)) / HOUR
        error = beyond.std(ddof=1) / np.sqrt(beyond.size)
        assert abs(beyond.mean() - (expected[point] - expected[3])) < 3.3 * error


def test_formulas_are_fed_from_the_simulation() -> None:
    """With faults every 10 hours and a stall of 6 minutes; 60 trials of 1,000 h of work see some
    6,600 faults, so the mean is known to 1.2 %, and the test allows 4.
    """
    scenario = Scenario.from_document(
        {
            "workload": {"ideal_time": "1000 h"},
            "cluster": {"hosts": 1},
            "fault": {"any": {"scope": "job", "mtbf": "10 h", "automatic": 1}},
            "checkpoint": {"interval": "1 h", "stall": "6 min", "load": "1 h"},
            "restart": {"duration": "30 min"},
        }
    )
    found = formulas_of(simtrain.run(scenario, trials=60, seed=3))
    assert found is not None
    assert found.mtbf_s == pytest.approx(10 * HOUR, rel=0.04)
    assert found.save_s == pytest.approx(360, rel=0.01)
    assert found.young_s == theory.young_interval(found.save_s, found.mtbf_s)
    assert found.daly_s == theory.daly_interval(found.save_s, found.mtbf_s)
    assert found.exact_s == theory.optimal_interval(found.save_s, found.mtbf_s)


OFTEN_INTERRUPTED = {
    "workload": {"ideal_time": "2 days"},
    "cluster": {"hosts": 1},
    "fault": {"any": {"scope": "job", "mtbf": "15 min", "automatic": 1}},
    "checkpoint": {"interval": "10 min", "stall": "5 min"},
    "restart": {"duration": "0 s"},
    "limits": {"wall_clock": "15 days"},
}


@pytest.mark.slow
def test_saves_that_faults_cut_off_make_no_save_longer() -> None:
    """A third of all saves are cut off: time in stalls by whole ones is 5.94 min, a save 5 min."""
    scenario = Scenario.from_document(OFTEN_INTERRUPTED)
    found = formulas_of(simtrain.run(scenario, trials=40, seed=1, engine="compiled"))
    assert found is not None
    assert found.save_s == pytest.approx(300, rel=0.01)
    assert found.exact_s == pytest.approx(9.17 * 60, rel=0.01)


@pytest.mark.slow
def test_where_the_baseline_never_finishes_the_formulas_are_fed_from_the_best_point() -> None:
    checkpoint = {**OFTEN_INTERRUPTED["checkpoint"], "interval": "1 h"}
    scenario = Scenario.from_document({**OFTEN_INTERRUPTED, "checkpoint": checkpoint})
    found = simtrain.sweep(
        scenario, {"checkpoint.interval": ["5 min", "9 min"]}, trials=20, engine="compiled"
    )
    assert found.baseline.truncated.all()
    assert found.formulas_point == found.best.point == 1
    assert found.formulas.save_s == pytest.approx(300, rel=0.03)


@pytest.mark.parametrize("tables", [{"fault": {"gpu": {"rate": 0}}}, {"checkpoint": {"stall": 0}}])
def test_formulas_need_faults_and_stalls(tables: dict[str, object]) -> None:
    assert formulas_of(simtrain.run(small(**tables), trials=3, jobs=1)) is None


def test_formulas_are_only_given_for_the_checkpoint_interval() -> None:
    assert swept().formulas is not None
    spares = simtrain.sweep(small(), {"cluster.spares": [0, 1]}, trials=3, jobs=1)
    assert spares.formulas is None
    assert spares.summary()["formulas"] is None


def test_less_wall_clock_is_better_and_more_goodput() -> None:
    values = np.array([[3.0, 3.1, 2.9], [1.0, 1.2, 0.9], [2.0, 2.1, 1.8]])
    by_time, by_goodput = optimum_of("wall_clock_s", values), optimum_of("goodput", values)
    assert by_time is not None
    assert by_goodput is not None
    assert (by_time.point, by_time.not_distinguishable) == (1, (1,))
    assert (by_goodput.point, by_goodput.not_distinguishable) == (0, (0,))


def test_a_point_whose_bad_trials_did_not_finish_is_not_best() -> None:
    values = np.array([[3.0, 3.1, 2.9], [1.0, 1.1, np.nan], [2.0, 2.1, 5.0]])
    best = optimum_of("wall_clock_s", values)
    assert best is not None
    assert best.point == 0
    assert best.not_distinguishable == best.candidates == (0, 2)


def test_only_candidates_share_the_doubt() -> None:
    """Differences 1, 2, 3, 4 have t = 3.873, beyond 3.182 for one other candidate but not beyond
    4.177 for two; a point with a trial less is no candidate."""
    best = [10.0, 30.0, 20.0, 40.0]
    worse = [value + beyond for value, beyond in zip(best, (1, 2, 3, 4), strict=True)]
    lacking = [*best[:3], np.nan]
    two = optimum_of("wall_clock_s", np.array([lacking, best, worse]))
    assert two == ("wall_clock_s", 1, (1,), (1, 2), None)
    three = optimum_of("wall_clock_s", np.array([worse, best, worse]))
    assert three == ("wall_clock_s", 1, (0, 1, 2), (0, 1, 2), None)


def test_if_no_trial_finished_no_point_is_best() -> None:
    assert optimum_of("wall_clock_s", np.full((2, 3), np.nan)) is None
    hopeless = small(limits={"wall_clock": "5 days"})
    found = simtrain.sweep(hopeless, INTERVALS, trials=2, jobs=1)
    assert found.best is None
    assert found.summary()["optima"] == {}
    assert len(found.to_frame()) == 3
    assert found.to_frame()["goodput_mean"].isna().all()


def test_a_window_is_decided_by_goodput() -> None:
    scenario = small(workload={"ideal_time": None, "steps": None, "window": "10 days"})
    found = simtrain.sweep(scenario, INTERVALS, trials=5, jobs=1)
    assert found.objective == "goodput"
    assert list(found.optima) == ["goodput"]
    assert found.to_frame()["wall_clock_s_mean"].tolist() == pytest.approx([864000.0] * 3)


BY_STEPS = {"ideal_time": None, "steps": 1000, "step_time": "10 min"}


@pytest.mark.parametrize(
    ("workload", "key", "values", "decides"),
    [
        ({}, "workload.ideal_time", ["5 days", "10 days"], "goodput"),
        ({}, "workload.window", ["5 days", "10 days"], "goodput"),
        (BY_STEPS, "workload.steps", [500, 1000], "goodput"),
        (BY_STEPS, "workload.step_time", ["5 min", "10 min"], "wall_clock_s"),
        ({}, "workload.steps", [500, 1000], "wall_clock_s"),
        ({}, "workload.speed", [0.5, 0.9], "wall_clock_s"),
    ],
)
def test_less_work_is_no_better_a_point(
    workload: dict[str, Any], key: str, values: list[Any], decides: str
) -> None:
    """Steps are the work only with a step time; beside an ideal time they say what a step is."""
    found = simtrain.sweep(small(workload=workload), {key: values}, trials=3, jobs=1)
    assert found.objective == decides
    assert ("wall_clock_s" in found.optima) == (decides == "wall_clock_s")


def test_differences_are_paired_by_trial() -> None:
    one, other = swept().metric("goodput", 2), swept().metric("goodput", 0)
    assert swept().difference("goodput", 2, 0) == describe(one - other)
    sd = swept().difference("goodput", 2, 0)["sd"]
    assert sd == pytest.approx(np.sqrt(np.sum((one - other - (one - other).mean()) ** 2) / 29))


# --- tables ---------------------------------------------------------------------------------------


def test_the_frame_has_a_row_for_each_point() -> None:
    frame = swept().to_frame()
    assert frame["checkpoint.interval"].tolist() == ["30 min", "1 h", "3 h"]
    assert frame["checkpoint.interval_number"].tolist() == [1800.0, 3600.0, 10800.0]
    assert frame["is_baseline"].tolist() == [False, True, False]
    assert frame["trials"].tolist() == [30] * 3
    means = [results.metric("wall_clock_s").mean() for results in swept().results]
    assert frame["wall_clock_s_mean"].tolist() == pytest.approx(means)
    best = swept().optima["wall_clock_s"]
    assert frame["wall_clock_s_beyond_best_mean"][best.point] == 0
    alike = [place in best.not_distinguishable for place in range(3)]
    assert frame["wall_clock_s_alike"].tolist() == alike
    measured = columns_for([swept().scenario])
    assert {f"{one.name}_mean" for one in measured} <= set(frame.columns)


def test_the_table_of_trials_has_a_row_for_each_point_and_trial() -> None:
    frame = swept().trials_frame()
    assert len(frame) == 90
    assert frame["trial"].tolist() == [*range(30)] * 3
    for value, results in zip(INTERVALS["checkpoint.interval"], swept().results, strict=True):
        rows = frame[frame["checkpoint.interval"] == value]
        assert rows["wall_clock_s"].tolist() == results.values[:, 0].tolist()


def test_the_scenario_as_it_is_comes_last_in_tables_unless_it_is_a_point() -> None:
    found = simtrain.sweep(small(), {"checkpoint.interval": ["30 min"]}, trials=4, jobs=1)
    frame, trials = found.to_frame(), found.trials_frame()
    assert frame["checkpoint.interval"].tolist() == ["30 min", "1 h"]
    assert frame["is_baseline"].tolist() == [False, True]
    assert trials["is_baseline"].tolist() == [False] * 4 + [True] * 4
    assert trials["goodput"].tolist()[4:] == found.baseline.metric("goodput").tolist()


def test_the_summary_is_the_contract() -> None:
    summary = swept().summary()
    assert json.loads(swept().to_json()) == summary
    assert list(summary) == [
        "scenario", "scenario_sha256", "version", "seed", "trials", "keys", "points", "baseline",
        "optima", "formulas", "engine",
    ]  # fmt: skip
    assert summary["keys"] == ["checkpoint.interval"]
    values = [point["values"] for point in summary["points"]]
    assert values == [{"checkpoint.interval": v} for v in ("30 min", "1 h", "3 h")]
    assert summary["baseline"]["point"] == 1
    assert summary["baseline"]["metrics"] == summary["points"][1]["metrics"]
    run = swept().results[0].summary()
    assert summary["points"][0]["metrics"]["goodput"] == run["metrics"]["goodput"]
    assert summary["points"][0]["time_s"] == run["time_s"]
    best = summary["optima"]["wall_clock_s"]
    assert best["point"] in best["alike"]
    assert summary["points"][best["point"]]["beyond_best"]["wall_clock_s"]["mean"] == 0


def test_a_grid_names_both_keys() -> None:
    ranges = {"cluster.spares": "0..1/1", "fault.gpu.effect": "crash,hang"}
    found = simtrain.sweep(small(), ranges, trials=2, jobs=1)
    frame = found.to_frame()
    assert frame["cluster.spares"].tolist() == ["0", "0", "1", "1"]
    assert frame["fault.gpu.effect"].tolist() == ["crash", "hang"] * 2
    assert "fault.gpu.effect_number" not in frame
    assert repr(found) == "<Sweep of cluster.spares, fault.gpu.effect over 4 points, 2 trials each>"


# --- by a statistic that is asked for -------------------------------------------------------------


def test_the_best_by_a_percentile_counts_trials_that_did_not_finish_as_the_longest() -> None:
    """Point 1 has the lower mean of those that finished, but three in ten never do."""
    shared = np.linspace(0.0, 1.0, 50)
    first, second = 10 + shared, 9 + shared
    second[:15] = np.nan
    found = optimum_of("wall_clock_s", np.array([first, second]), 90.0)
    assert found is not None
    assert (found.point, found.not_distinguishable, found.candidates) == (0, (0,), (0, 1))
    by_mean = optimum_of("wall_clock_s", np.array([first[15:], second[15:]]))
    assert by_mean is not None
    assert by_mean.point == 1


def test_what_is_best_by_a_percentile_need_not_be_by_the_mean() -> None:
    """The first is better in four trials of five by 1.5, and worse in the fifth by 4."""
    rng = np.random.default_rng(3)
    shared = rng.normal(0.0, 0.5, 400)
    rare = np.where(np.arange(400) % 5 == 0, 4.0, -1.5)
    rows = np.array([20 + shared + rare, 20 + shared + rng.normal(0.0, 0.05, 400)])
    mean, p90 = optimum_of("wall_clock_s", rows), optimum_of("wall_clock_s", rows, 90.0)
    assert mean is not None
    assert p90 is not None
    assert (mean.point, mean.not_distinguishable) == (0, (0,))
    assert (p90.point, p90.not_distinguishable) == (1, (1,))


def test_of_goodput_a_percentile_is_counted_from_the_other_end() -> None:
    rows = np.array([np.linspace(0.5, 0.6, 100), np.linspace(0.4, 0.9, 100)])
    assert [optimum_of("goodput", rows, q).point for q in (10.0, 90.0)] == [0, 1]  # type: ignore[union-attr]


def test_a_sweep_is_decided_by_the_statistic_that_is_asked_for(scenario: Scenario) -> None:
    swept = sweep(scenario, {"cluster.spares": [0, 3]}, trials=40, jobs=1, of="p90(wall_clock)")
    best = swept.best
    assert best is not None
    assert best.percentile == 90.0
    p90 = [swept.results[point].wall_clock(90).value for point in (0, 1)]
    assert best.point == int(np.argmin(p90))
    assert swept.decided("wall_clock_s", 0).value == p90[0]
    asked = swept.summary()["points"][1 - best.point]["asked"]
    assert asked["of"] == "p90(wall_clock)"
    assert asked["beyond_best"]["value"] == pytest.approx(max(p90) - min(p90))
    assert swept.summary()["optima"]["wall_clock_s"]["statistic"] == "p90(wall_clock)"
    text = " ".join(sweep_report(swept).split())
    assert "a P90 wall-clock of" in text


@pytest.mark.parametrize(
    ("tables", "of", "words"),
    [
        ({"workload": {"window": "10 days"}}, "p90(wall_clock)", "fixed by a window"),
        ({}, "p99(wall_clock)", "too few"),
        ({}, "p90(wallclock)", "did you mean"),
    ],
)
def test_a_statistic_that_cannot_decide_is_refused(
    tables: dict[str, Any], of: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        sweep(samples.scenario(**tables), {"cluster.spares": [0, 3]}, trials=40, of=of)


def test_jobs_of_different_size_are_not_compared_by_a_share_of_their_time() -> None:
    """Twice the hosts fail twice as often: goodput falls, and the work done nearly doubles."""
    watched = samples.scenario(workload={"window": "10 days"})
    swept = sweep(watched, {"cluster.hosts": [16, 32]}, trials=20, jobs=1)
    assert swept.objective == "host_productive_s"
    assert swept.optima["goodput"].point == 0
    best = swept.best
    assert best is not None
    assert best.point == 1
    hosts = swept.decided("host_productive_s", 1).value
    assert hosts == pytest.approx(32 * swept.results[1].metric("productive_s").mean())
    text = " ".join(sweep_report(swept).split())
    assert "cluster.hosts = 32 is best" in text
    assert "mean productive host time of" in text


def test_jobs_whose_size_changes_in_a_window_have_no_measure() -> None:
    watched = samples.scenario(workload={"window": "10 days"})
    changing = samples.scenario(
        workload={"window": "10 days"},
        cluster={"hosts": 8},
        change=[{"at": "2 d", "set": {"cluster.hosts": 16}}],
    )
    with pytest.raises(InputError, match="nothing tells which does more"):
        simtrain.compare([watched, changing], trials=1)


# --- keys that move together ----------------------------------------------------------------------


def test_what_follows_is_in_the_table_the_summary_and_the_report() -> None:
    found = simtrain.sweep(
        small().replace(workload__accelerator_hours=30720),
        {"cluster.hosts": "40,16 with cluster.spares=5%"},
        trials=3,
        jobs=1,
    )
    frame = found.to_frame()
    assert list(frame["cluster.spares"]) == ["5 %", "5 %"]
    assert list(frame["cluster.spares_count"]) == [1, 2]
    assert found.summary()["points"][1]["values"] == {"cluster.hosts": 40, "cluster.spares": "5 %"}
    report = sweep_report(found)
    text = " ".join(report.split())
    assert "cluster.hosts at 16 and 40 with cluster.spares at 5 %; 3 trials each" in text
    assert re.search(r"^ +40 +5 % \(2\)", report, re.MULTILINE)
    assert found.baseline_point == 0  # one spare of sixteen hosts, however it is said


def test_a_value_of_its_own_at_each_point_is_a_column() -> None:
    ranges = {("cluster.spares", "people.response"): [(2, "1 h"), (3, "2 h")]}
    found = simtrain.sweep(small(), ranges, trials=2, jobs=1)
    assert list(found.to_frame()["people.response"])[:2] == ["1 h", "2 h"]
    alone = simtrain.run(
        small().replace(cluster__spares=3, people__response="2 h"), trials=2, jobs=1
    )
    assert same(found.results[1], alone)
