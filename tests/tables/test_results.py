import json

import numpy as np
import pytest

import simtrain
from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import Verdict
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.unsaid import unsaid
from simtrain.tables.columns import COUNT, NAMES, columns_for
from simtrain.tables.results import Results, badput_columns

PERCENTILES = ["p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99"]
STATISTICS = ["mean", "mean_ci95", "sd", *PERCENTILES, *(f"{name}_ci95" for name in PERCENTILES)]


def results(scenario: Scenario, truncated: tuple[bool, ...] = (False, True, False)) -> Results:
    """Row k holds k + 1 everywhere, so that the mean over rows 0 and 2 is 2."""
    trials = len(truncated)
    ranks = np.arange(1.0, trials + 1)[:, None]
    values = ranks * np.ones(len(NAMES))
    values[:, NAMES.index("program_goodput")] = np.nan
    return Results(
        scenario=scenario,
        seed=7,
        ideal_s=86400.0,
        values=values,
        badput=ranks * [10.0, 100.0],
        outcomes=np.empty((trials, 0)),
        causes=("gpu", "warm-up"),
        truncated=np.array(truncated),
        verdicts=tuple(Verdict.OUT_OF_TIME if t else Verdict.FINISHED for t in truncated),
    )


def measured(scenario: Scenario) -> list[str]:
    return [column.name for column in columns_for([scenario])]


def test_the_summary_is_the_contract(scenario: Scenario) -> None:
    summary = results(scenario).summary()
    metrics, time_s = summary.pop("metrics"), summary.pop("time_s")
    of_all = summary.pop("all_trials")["wall_clock_s"]
    assert (of_all["p10"], of_all["p50"], of_all["p90"]) == (1.4, 3.0, None)  # 1, 3 and endless
    assert summary == {
        "scenario": "small",
        "scenario_sha256": scenario.sha256,
        "version": simtrain.__version__,
        "seed": 7,
        "trials": 3,
        "truncated_trials": 1,
        "ideal": {"wall_clock_s": 86400.0},
        "finish": None,
        "badput_by_cause_s": {"gpu": 20.0, "warm-up": 200.0},
        "scope_of_faults": {"gpu": "host"},
        "published": [],
        "assumed": [one.summary() for one in unsaid(scenario)],
        "notes": [],
    }
    assert list(metrics) == [name for name in measured(scenario) if name != "program_goodput"]
    assert all(list(statistics) == STATISTICS for statistics in metrics.values())
    assert time_s == {str(category): 2.0 for category in Category}


def test_truncated_trials_are_in_no_statistic(scenario: Scenario) -> None:
    some = results(scenario)
    assert some.metric("faults").tolist() == [1.0, 3.0]
    assert some.summary()["metrics"]["faults"]["mean"] == 2.0
    assert some.trials == len(some.to_frame()) == 3


def test_if_no_trial_finished_all_is_null(scenario: Scenario) -> None:
    summary = results(scenario, truncated=(True, True)).summary()
    assert summary["truncated_trials"] == 2
    assert summary["metrics"]["goodput"]["mean"] is None
    assert set(summary["time_s"].values()) == {None}
    assert set(summary["badput_by_cause_s"].values()) == {None}


def test_json_reads_back_as_the_summary(scenario: Scenario) -> None:
    for truncated in ((False, True, False), (True, True), (False,)):
        some = results(scenario, truncated)
        assert json.loads(some.to_json()) == some.summary()
        assert "NaN" not in some.to_json()


def test_an_unknown_metric_is_refused(scenario: Scenario) -> None:
    with pytest.raises(KeyError, match="goodputt"):
        results(scenario).metric("goodputt")


def test_the_frame_has_a_row_for_each_trial(scenario: Scenario) -> None:
    frame = results(scenario).to_frame()
    assert frame.index.name == "trial"
    assert list(frame.columns) == [
        *measured(scenario),
        "badput_gpu_s",
        "badput_warm_up_s",
        "truncated",
    ]
    assert frame["badput_warm_up_s"].tolist() == [100.0, 200.0, 300.0]
    assert frame["truncated"].tolist() == [False, True, False]
    counts = [column.name for column in columns_for([scenario]) if column.unit == COUNT]
    assert {str(frame[name].dtype) for name in counts} == {"int64"}


def test_causes_that_read_alike_keep_their_own_columns() -> None:
    assert badput_columns(("GPU fault", "gpu-fault", "gpu_fault")) == [
        "badput_gpu_fault_s",
        "badput_gpu_fault_2_s",
        "badput_gpu_fault_3_s",
    ]


def test_results_cannot_be_changed(scenario: Scenario) -> None:
    some = results(scenario)
    with pytest.raises(ValueError, match="read-only"):
        some.values[0, 0] = 0.0
    frame = some.to_frame()
    frame.loc[0, "goodput"] = 0.0
    assert some.values[0, NAMES.index("goodput")] == 1.0
