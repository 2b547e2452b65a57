"""What is assumed perfect is listed where it can matter, and nowhere else."""

from typing import Any

import pytest

from simtrain.scenario.load import assigned
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.unsaid import sentence, unsaid
from simtrain.validation.small import scenario

EVERYTHING_BREAKS: dict[str, Any] = {
    "cluster": {"spares": 2},
    "fault": {
        "gpu": {"mtbf": "10 h"},
        "spike": {"scope": "job", "effect": "diverge", "mtbf": "10 h"},
    },
}


def keys(one: Scenario) -> list[str]:
    return [row.key for row in unsaid(one)]


def test_what_is_not_said_is_reported_by_what_it_concerns() -> None:
    assert keys(scenario(**EVERYTHING_BREAKS)) == [
        "repair.automated",
        "repair.automated_misses",
        "people.response",
        "cluster.swap",
        "cluster.idle_hazard",
        "detection.crash",
        "detection.diverge",
        "diagnosis.manual",
        "diagnosis.recall",
        "checkpoint.stall",
        "checkpoint.load",
        "checkpoint.durability_lag",
        "checkpoint.save_failure",
        "checkpoint.keep",
        "restart.failure",
        "workload.speed",
    ]


@pytest.mark.parametrize(
    "tables", [{}, EVERYTHING_BREAKS, {**EVERYTHING_BREAKS, "workload": {"ideal_time": "90 days"}}]
)
def test_the_remedy_of_each_says_it_and_no_other(tables: dict[str, Any]) -> None:
    bare = scenario(**tables)
    for one in unsaid(bare):
        said = bare.replace(assigned([f"{one.key}={one.remedy}"], "remedy"))
        assert one.key not in keys(said)
        if one.key != "fault.hardware":  # then more can matter
            assert set(keys(said)) == set(keys(bare)) - {one.key}


LONG: dict[str, Any] = {**EVERYTHING_BREAKS, "workload": {"ideal_time": "90 days"}}


def test_months_are_alike_in_a_long_run_unless_something_varies() -> None:
    bare = scenario(**LONG)
    assert [key for key in keys(bare) if key not in keys(scenario(**EVERYTHING_BREAKS))] == [
        "weather"
    ]
    assert "months are alike" in sentence(unsaid(bare))
    for path in ("fault.gpu.varies", "repair.varies"):
        assert "weather" not in keys(bare.replace({path: {"cv": 0.5, "every": "30 days"}}))
    assert "weather" not in keys(bare.replace({"cluster.spares": 0}))


def test_training_is_not_said_to_be_never_slow_beside_hosts_that_are() -> None:
    slow = {"effect": "slow", "mtbf": "10 h", "speed": 0.5, "lasts": "1 h"}
    assert "workload.speed" not in keys(scenario(fault={"throttled": slow}))


def test_copies_are_kept_for_a_corruption_as_for_a_spike() -> None:
    wrong = {"effect": "corrupt", "mtbf": "10 h", "detection": "1 h"}
    assert "checkpoint.keep" in keys(scenario(fault={"wrong": wrong}))


@pytest.mark.parametrize(
    ("values", "gone"),
    [
        ({"repair.automated": 0}, "repair.automated"),
        ({"fault.gpu.needs_repair": 0}, "repair.automated"),
        ({"fault.gpu.returns": "1 h"}, "repair.automated"),
        ({"fault.gpu.returns": "1 h"}, "diagnosis.manual"),
        ({"fault.gpu.clock": "calendar"}, "cluster.idle_hazard"),
        ({"fault.gpu.automatic": 1, "fault.spike.automatic": 1}, "people.response"),
        ({"cluster.hot_spares": 2}, "cluster.swap"),
        ({"cluster.spares": 0}, "cluster.idle_hazard"),
        ({"fault.gpu.detection": "1 min"}, "detection.crash"),
        ({"fault.gpu.effect": "hang"}, "detection.crash"),
        ({"fault.gpu.diagnose": False}, "diagnosis.manual"),
        ({"checkpoint.size": "1 TB", "checkpoint.load_bandwidth": "1 GB/s"}, "checkpoint.load"),
        ({"fault.spike": None}, "checkpoint.keep"),
        ({"change": [{"at": "1 h", "set": {"restart.failure": 0.1}}]}, "restart.failure"),
    ],
)
def test_what_is_said_or_cannot_matter_is_not_reported(values: dict[str, Any], gone: str) -> None:
    bare = scenario(**EVERYTHING_BREAKS)
    assert gone in keys(bare)
    assert gone not in keys(bare.replace(values))


def test_without_faults_only_what_matters_then_is_reported() -> None:
    text = sentence(unsaid(scenario())).partition(": ")[2]
    assert text == "nothing breaks; saves take no time; training is never slow."


def test_faults_that_begin_with_a_change_count() -> None:
    later = scenario(
        fault={"gpu": {"rate": 0}},
        change=[{"at": "1 h", "set": {"fault.gpu.rate": "1 per day"}}],
    )
    assert "repair.automated" in keys(later)
    assert "repair.automated" not in keys(scenario(fault={"gpu": {"rate": 0}}))


def test_the_sentence_joins_what_concerns_the_same_thing() -> None:
    text = sentence(unsaid(scenario(**EVERYTHING_BREAKS)))
    assert "repair takes no time and always works;" in text
    assert "bad hosts are found at once and without mistakes;" in text
    assert "copies are durable at once, never bad and all kept;" in text
    assert sentence([]) == ""


RACK = {"domain": [{"name": "rack", "hosts": 16}]}


@pytest.mark.parametrize(
    ("tables", "is_unsaid"),
    [
        ({"cluster": {"hosts": 64}, "fault": {"gpu": {"mtbf": "90 h"}}}, True),
        ({"cluster": {"hosts": 8}, "fault": {"gpu": {"mtbf": "90 h"}}}, False),
        ({"cluster": {"hosts": 64}, "fault": {"bug": {"scope": "job", "mtbf": "90 h"}}}, False),
        ({"cluster": {"hosts": 64}, "fault": {"gpu": {"mtbf": "90 h"}}, **RACK}, False),
        ({"cluster": {"hosts": 64}, "fault": {"gpu": {"mtbf": "90 h"}, "burst": {
            "scope": "cluster", "hosts": 4, "mtbf": "90 h"}}}, False),
    ],
)  # fmt: skip
def test_that_hosts_are_lost_one_by_one_is_reported_where_racks_may_be_lost(
    tables: dict[str, Any], is_unsaid: bool
) -> None:
    assert ("domain" in keys(scenario(**tables))) == is_unsaid


def test_a_restart_of_a_class_s_own_is_taken_to_work_until_it_is_said() -> None:
    own = {"scope": "job", "mtbf": "1 day", "restart": "30 s"}
    faults = {"software": own, "network": own, "deploy": own | {"restart_success": 0.8}}
    assumed = scenario(fault=faults)
    assert {"fault.software.restart_success", "fault.network.restart_success"} <= set(keys(assumed))
    assert "fault.deploy.restart_success" not in keys(assumed)
    assert sentence(unsaid(assumed)).count("a class's own restarts always work") == 1
