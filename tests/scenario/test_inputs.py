from __future__ import annotations

from typing import Any

import pytest

from simtrain.scenario.inputs import Input, LeftOut, inputs_of
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario

SMALL: dict[str, Any] = {
    "workload": {"ideal_time": "1 day"},
    "cluster": {"hosts": 10, "spares": 4},
    "fault": {"gpu": {"mtbf": "100 days"}},
    "checkpoint": {"interval": "30 min"},
    "restart": {"duration": "5 min"},
}


def found(key: str, **tables: Any) -> Input:
    scenario = Scenario.from_document({**SMALL, **tables})
    [one] = [one for one in inputs_of(scenario, 0.2).varied if one.key == key]
    return one


def sides(one: Input) -> list[Any]:
    return [side and side.value for side in (one.low, one.high)]


@pytest.mark.parametrize(
    ("key", "table", "expected", "is_even"),
    [
        ("restart.duration", {"duration": "5 min"}, ["4 min", "6 min"], True),
        ("restart.failure", {"duration": 0, "failure": 0.55}, [0.44, 0.66], True),
        ("restart.failure", {"duration": 0, "failure": "50 %"}, [0.4, 0.6], True),
        ("restart.failure", {"duration": 0, "failure": 0.9}, [0.72, 1], False),
        ("restart.failure", {"duration": 0, "failure": 1}, [0.8, None], False),
        ("restart.tries", {"duration": 0, "tries": 10}, [8, 12], True),
        ("restart.tries", {"duration": 0, "tries": 3}, [2, 4], False),
        ("restart.tries", {"duration": 0, "tries": 7}, [6, 8], False),
    ],
)
def test_numbers_are_scaled_shares_kept_and_counts_go_to_whole_numbers(
    key: str, table: dict[str, Any], expected: list[Any], is_even: bool
) -> None:
    one = found(key, restart=table)
    assert sides(one) == expected
    assert one.is_even == is_even
    assert all(side.scenario.value_at(key) == side.value for side in one.sides)


def test_a_count_of_nothing_can_only_rise() -> None:
    one = found("cluster.spares", cluster={"hosts": 10, "spares": 0})
    assert sides(one) == [None, 1]


def test_a_law_is_changed_by_its_scale_and_keeps_its_shape() -> None:
    law = {"law": "lognormal", "median": "10 min", "p90": "30 min"}
    one = found("restart.duration", restart={"duration": law})
    assert sides(one) == [
        {**law, "median": "8 min", "p90": "24 min"},
        {**law, "median": "12 min", "p90": "36 min"},
    ]
    assert one.low is not None
    assert one.low.scenario.restart.duration.mean == pytest.approx(
        0.8 * Scenario.from_document({**SMALL, "restart": {"duration": law}}).restart.duration.mean
    )
    assert one.value_text == "median 10 min, p90 30 min"


def test_an_uncertain_share_keeps_how_sure_it_is() -> None:
    one = found("diagnosis.recall", diagnosis={"recall": {"law": "beta", "a": 6, "b": 4}})
    assert [(v["a"], v["b"]) for v in sides(one)] == [
        pytest.approx((4.8, 5.2)),
        pytest.approx((7.2, 2.8)),
    ]
    sure = found("diagnosis.recall", diagnosis={"recall": {"law": "beta", "a": 9, "b": 1}})
    assert sure.high is None


def test_what_changes_set_is_an_input_of_its_own() -> None:
    rows = [{"at": "10 h", "set": {"cluster.spares": 10}}]
    assert found("cluster.spares", change=rows).until == ("change.0.set.cluster.spares",)
    assert sides(found("change.0.set.cluster.spares", change=rows)) == [8, 12]


def test_a_change_may_set_the_scale_of_a_law_alone() -> None:
    law = {"law": "lognormal", "mean": "10 min", "cv": 0.5}
    set_later = {"restart.duration.mean": "20 min", "restart.duration.cv": 0.6}
    rows = [{"at": "10 h", "set": set_later}]
    one = found("change.0.set.restart.duration.mean", restart={"duration": law}, change=rows)
    assert sides(one) == ["16 min", "24 min"]


def test_sources_are_those_of_the_nearest_path() -> None:
    opt = load("opt175b.toml").without_outcomes()
    sources = {one.key: one.source for one in inputs_of(opt, 0.2).varied}
    assert sources["people.when.1.response"] == "assumed"
    assert sources["checkpoint.interval"] == "published"
    assert sources["diagnosis.recall"] == "calibrated"
    assert sources["change.1.set.diagnosis.recall"] == "assumed"
    assert sources["change.0.set.workload.speed"] == "published"
    plain = Scenario.from_document(SMALL)
    assert {one.source for one in inputs_of(plain, 0.2).varied} == {""}


def test_how_long_a_run_has_gone_and_what_is_correlated_are_no_inputs() -> None:
    doubtful = {"people": {"response": "1..4 h"}, "restart": {"duration": "5..20 min"}}
    pair = {"numbers": ["people.response", "restart.duration"], "correlation": 0.5}
    begun = {
        "underway": {"done": 0.5, "elapsed": "9 days", "aged": "8 days"}, "correlated": [pair],
    }  # fmt: skip
    plain, flying = (
        inputs_of(Scenario.from_document({**SMALL, **doubtful, **tables}), 0.2)
        for tables in ({}, begun)
    )
    assert [one.key for one in flying.varied] == [one.key for one in plain.varied]
    for key in ("elapsed", "aged"):
        assert LeftOut(f"underway.{key}", "a fact of the run") in flying.left_out


def test_what_is_left_out_is_reported_with_its_reason() -> None:
    document = {
        **SMALL,
        "start": "2026-03-02",
        "cluster": {"hosts": 10, "spares": 4, "owned": 14, "swap": 0},
        "diagnosis": {"recall": {"law": "uniform", "low": 0, "high": 0}},
        "stop": {"upgrade": {"at": "10 h", "duration": "1 h"}},
        "limits": {"wall_clock": "10 days"},
    }
    varied, left_out = inputs_of(Scenario.from_document(document), 0.2)
    assert [one.key for one in varied] == [
        "cluster.spares", "fault.gpu.mtbf", "checkpoint.interval", "restart.duration",
        "stop.upgrade.duration",
    ]  # fmt: skip
    assert sides(varied[0]) == [3, None]
    assert left_out == [
        LeftOut("workload.ideal_time", "the work itself"),
        LeftOut("cluster.hosts", "the size of the job"),
        LeftOut(
            "cluster.spares",
            "more: 10 hosts and 5 spares are more than the 14 owned",
        ),
        LeftOut("cluster.owned", "only a check on others"),
        LeftOut("cluster.swap", "0, of which there is no part"),
        LeftOut("diagnosis.recall", "0, of which there is no part"),
        LeftOut("stop.upgrade.at", "a moment"),
        LeftOut("limits.wall_clock", "a bound of the simulation"),
    ]
