from __future__ import annotations

from typing import Any

import pytest

from simtrain.scenario.document import with_values
from simtrain.scenario.misfits import misfits, planned
from simtrain.scenario.scenario import Scenario

BASE = {
    "start": "2026-03-01",
    "workload": {"step_time": "30 s", "steps": 28800},  # ten days
    "cluster": {"hosts": 16},
    "fault": {"gpu": {"mtbf": "100 d"}},
    "detection": {"hang": "1 year"},  # of no fault
    "checkpoint": {"interval": "1 h", "stall": "1 min"},
    "restart": {"duration": "10 min"},
    "stop": {"upgrade": {"every": "4 d", "duration": "1 h"}},
    "change": [{"at": "9 d", "set": {"cluster.spares": 3}}],
}


def misfits_of(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        tuple(one) for one in misfits(Scenario.from_document(with_values(BASE, values.items())))
    ]


def test_what_fits_is_not_reported() -> None:
    assert misfits_of({}) == []
    assert misfits_of({"checkpoint.interval": "100 steps"}) == []
    assert misfits_of({"change.0.at": "99 d"}) == []  # some trial may be so long
    later = {"change.0.set": {"workload.step_time": "9 min"}, "stop.upgrade.every": "101 d"}
    assert misfits_of(later) == []  # trials may be longer than ten times the ideal at the start


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        (
            {"change.0.at": "2121-03-01", "change.0.set": {"workload.speed": 0.5}},
            "change.0.at",
            "`change.0` never comes: it is due 95 years after the start, and no trial is longer "
            "than 100 d.",
        ),
        ({"stop.upgrade.every": "1 year"}, "stop.upgrade.every", "`stop.upgrade` never comes"),
        (
            {"stop.upgrade.every": None, "stop.upgrade.at": "13 d", "limits.wall_clock": "12 d"},
            "stop.upgrade.at",
            "it is due 13 d after the start, and no trial is longer than 12 d.",
        ),
        (
            {"checkpoint.interval": "1000 years"},
            "checkpoint.interval",
            "`checkpoint.interval` is 1,000 years, longer than the whole run of 10 d",
        ),
        ({"checkpoint.interval": "28801 steps"}, "checkpoint.interval", "longer than the whole"),
        ({"fault.gpu.detection": "1 year"}, "fault.gpu.detection", "longer than the whole run"),
        (
            {"check.test": {"every": "1 year", "duration": "1 h"}},
            "check.test.every",
            "longer than the whole run",
        ),
        (
            {"fault.gpu.effect": "corrupt", "detection.corrupt": "1 year"},
            "detection.corrupt",
            "longer than the whole run",
        ),
        ({"detection.crash": "11 d"}, "detection.crash", "`detection.crash` is 11 d, longer than"),
        (
            {"checkpoint.stall": "5 weeks"},
            "checkpoint.stall",
            "A save stops training for 35 d, longer than the 1 h of training between two of them.",
        ),
        (
            {"checkpoint": {"interval": "1 h", "size": "8 TB", "save_bandwidth": "1 GB/s"}},
            "checkpoint.stall",
            "A save stops training for 2.22 h",
        ),
        (
            {"checkpoint.interval": "1.5 steps", "checkpoint.stall": "1 s"},
            "checkpoint.interval",
            "`checkpoint.interval` is 1.5 steps, and jobs save after whole ones.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_reported_with_its_key(
    values: dict[str, Any], key: str, words: str
) -> None:
    if "checkpoint" in values:
        values = {"checkpoint.stall": None, **values}
    [(found, sentence)] = misfits_of(values)
    assert found == key
    assert words in sentence


def test_a_limit_below_the_ideal_is_reported() -> None:
    of = dict(misfits_of({"limits.wall_clock": "100 s"}))
    assert of["limits.wall_clock"] == (
        "No trial can finish: `limits.wall_clock` is 1.67 min, and the work takes 10 d without any "
        "fault."
    )


def test_a_window_is_as_long_as_the_run() -> None:
    values: dict[str, Any] = {
        "workload.steps": None,
        "workload.step_time": None,
        "workload.window": "8 d",
    }
    [(key, sentence)] = misfits_of(values)
    assert key == "change.0.at"
    assert "no trial is longer than 8 d" in sentence


def test_when_what_is_planned_comes() -> None:
    assert planned(Scenario.from_document(BASE)) == {
        "change.0.at": 9 * 86400,
        "stop.upgrade.every": 4 * 86400,
    }
