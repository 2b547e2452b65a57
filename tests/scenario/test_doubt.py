"""Numbers that are not known: ranges, in the file and in its sources."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario.differences import differences
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.notes import notes
from simtrain.scenario.resized import resized
from simtrain.scenario.scenario import Scenario
from simtrain.units import DAY, MINUTE


def scenario(**keys: Any) -> Scenario:
    plain = Scenario.from_document(
        {
            "workload": {"ideal_time": "10 d"},
            "cluster": {"hosts": 16},
            "fault": {"gpu": {"rate": "5 per 1000 host-days"}},
            "checkpoint": {"interval": "1 h", "stall": "1 min"},
            "restart": {"duration": "10 min"},
        }
    )
    return plain.replace(keys) if keys else plain


def keys_of(found: Scenario) -> list[str]:
    return [unknown.key for unknown in found.unknown]


def test_a_scenario_of_plain_numbers_and_laws_knows_all_of_them() -> None:
    law = {"law": "exponential", "mean": "10 min"}
    assert scenario(**{"restart.duration": law}).unknown == ()


@pytest.mark.parametrize(
    ("key", "text", "p5", "p95"),
    [
        ("restart.duration", "10 min..40 min", 10 * MINUTE, 40 * MINUTE),
        ("restart.duration", "10..40 min", 10 * MINUTE, 40 * MINUTE),
        ("restart.duration", {"range": "10 min..1 h"}, 10 * MINUTE, 60 * MINUTE),
        ("fault.gpu.rate", "2..5 per 1000 host-days", 0.002 / DAY, 0.005 / DAY),
        ("fault.gpu.automatic", "0.4..0.8", 0.4, 0.8),
        ("fault.gpu.automatic", "40..80 %", 0.4, 0.8),
    ],
)
def test_a_range_is_read_with_the_unit_of_its_upper_end(
    key: str, text: Any, p5: float, p95: float
) -> None:
    found = scenario(**{key: text})
    number: Any = found
    for part in key.split("."):
        number = number[part] if isinstance(number, dict) else getattr(number, part)
    assert [number.law.quantile(0.05), number.law.quantile(0.95)] == pytest.approx([p5, p95])
    assert number.per == "trial"
    assert keys_of(found) == [key]


def test_the_parameters_of_a_law_may_be_ranges() -> None:
    law = {"law": "exponential", "mean": "1 d..5 d"}
    found = scenario(**{"repair.automated": law})
    assert keys_of(found) == ["repair.automated.mean"]
    assert found.repair.automated.per == "occurrence"
    settled = found.repair.automated.settled("repair.automated", lambda address: 0.95)
    assert settled.mean == pytest.approx(5 * DAY)


def test_ranges_under_one_name_are_one_unknown() -> None:
    found = scenario(
        **{
            "restart.duration": {"range": "10..40 min", "shared": "people"},
            "checkpoint.stall": {"range": "1..4 min", "shared": "people"},
        }
    )
    [unknown] = found.unknown
    assert (unknown.key, set(unknown.keys)) == ("people", {"restart.duration", "checkpoint.stall"})


def test_a_source_gives_a_range_to_what_stays_plain_in_the_file() -> None:
    source = {"assumed": "no figure is published", "range": "1 min..4 min"}
    found = scenario(**{"sources.checkpoint.stall": source})
    assert keys_of(found) == ["checkpoint.stall"]
    assert found.value_at("checkpoint.stall") == "1 min..4 min"
    assert found.to_toml().count('stall = "1 min"') == 1
    assert found.checkpoint.stall is not None
    assert found.checkpoint.stall.middle == pytest.approx(2 * MINUTE)
    assert found.sha256 != scenario().sha256, "it moves results"
    assert found.without_doubt().sha256 == scenario().sha256
    assert found.replace(checkpoint__stall="3 min").unknown == (), "another value, no longer its"


def test_a_change_sets_a_range_at_the_address_of_its_key() -> None:
    change = [{"at": "5 d", "set": {"restart.duration": "1..2 min"}}]
    found = scenario(**{"restart.duration": "10..40 min", "change": change})
    assert [unknown.address for unknown in found.unknown] == ["restart.duration"]
    after = found.after((0,)).restart.duration
    assert after.law.quantile(0.95) == pytest.approx(2 * MINUTE)


def test_a_source_may_doubt_what_a_change_sets() -> None:
    found = scenario(change=[{"at": "5 d", "set": {"restart.duration": "1 min"}}])
    source = {"assumed": "a guess", "range": "1..4 min"}
    doubted = found.replace({"sources": {"change.0.set.restart.duration": source}})
    assert doubted.after((0,)).restart.duration.law.quantile(0.95) == pytest.approx(4 * MINUTE)
    assert doubted.restart.duration.is_fixed


def test_without_doubt_every_number_is_its_median() -> None:
    law = {"law": "lognormal", "median": "20 min", "cv": "0.5..2"}
    found = scenario(
        **{
            "restart.duration": "10..40 min",
            "fault.gpu.rate": "2..8 per 1000 host-days",
            "people.response": law,
            "checkpoint.interval": {"law": "uniform", "low": "1 h", "high": "3 h"},
        }
    )
    plain = found.without_doubt()
    assert plain.unknown == ()
    assert plain.restart.duration.mean == pytest.approx(20 * MINUTE)
    assert plain.fault["gpu"].rate is not None
    assert plain.fault["gpu"].rate.mean == pytest.approx(0.004 / DAY)
    assert plain.checkpoint.interval.number.mean == pytest.approx(120 * MINUTE)
    assert plain.value_at("people.response.cv") == pytest.approx(1)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("cluster.hosts", "4..8", "a count is known exactly"),
        ("restart.duration", "20 min..5 min", "is empty"),
        ("restart.duration", "5..20", "has no unit"),
        ("restart.duration", "5..1 h 30 min", "has no unit"),
        ("restart.failure", "0.5..1.2", "out of range"),
        ("restart.duration", {"range": "1..2 min", "share": "x"}, "`range` and `shared`"),
        ("restart.duration", {"range": "1..2 min", "shared": ""}, "is not a name"),
        (
            "repair.manual",
            {"law": "lognormal", "median": "5..10 min", "p90": "20 min"},
            "median and p90 may cross",
        ),
        (
            "repair.manual",
            {"law": "exponential", "mean": "5..10 min", "per": "trial"},
            "a range in place of the law",
        ),
        ("sources.cluster.hosts", {"assumed": "x", "range": "2..8"}, "counts do not"),
        ("sources.restart.duration", {"assumed": "x", "range": "2..8"}, "has no unit"),
        ("sources.restart.duration", {"assumed": "x", "range": "30 min"}, "is not a range"),
        ("sources.restart.duration", {"assumed": "x", "range": "1..5 min"}, "hold the number"),
        ("restart.duration", "1 min...5 min", "two ends"),
        ("restart.duration", "1 d..900 years", "too wide"),
        ("repair.manual", {"law": "exponential", "mean": "1 d..300 years"}, "too wide"),
        ("sources.restart.duration", {"assumed": "x", "shared": "a"}, "has no `range`"),
    ],
)
def test_a_range_that_cannot_be_is_refused_with_the_remedy(
    key: str, value: Any, message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        scenario(**{key: value})


def test_a_range_is_changed_as_a_whole() -> None:
    found = scenario(
        **{
            "restart.duration": "10 min..40 min",
            "sources.checkpoint.stall": {"assumed": "x", "range": "1..4 min"},
        }
    )
    inputs = {one.key: one for one in inputs_of(found, 0.2).varied}
    assert inputs["restart.duration"].high.value == "12 min..48 min"  # type: ignore[union-attr]
    stall = inputs["checkpoint.stall"].low
    assert stall is not None
    assert [unknown.key for unknown in stall.scenario.unknown] == [
        "checkpoint.stall",
        "restart.duration",
    ]


def test_hosts_that_live_longer_do_so_at_both_ends_of_a_range() -> None:
    longer = resized(scenario(**{"fault.gpu.rate": "2..8 per 1000 host-days"}), 32, 2.0)
    rate = longer.fault["gpu"].rate
    assert rate is not None
    assert [rate.law.quantile(u) for u in (0.05, 0.95)] == pytest.approx([0.001 / DAY, 0.004 / DAY])


def test_a_range_beyond_a_hundred_to_one_is_noted_with_its_mean() -> None:
    """σ = ln 200 / 3.29, so the mean is e^(σ²/2) = 3.7 times the middle."""
    found = scenario(**{"fault.gpu.rate": "0.1..20 per 1000 host-days"})
    assert [(note.key, "3.7 times its middle" in note.sentence) for note in notes(found)] == [
        ("fault.gpu.rate", True)
    ]
    assert notes(scenario(**{"fault.gpu.rate": "1..20 per 1000 host-days"})) == []


def test_a_number_in_doubt_differs_by_its_range_from_one_that_is_known() -> None:
    source = {"assumed": "x", "range": "1..4 min"}
    doubted = scenario(**{"sources.checkpoint.stall": source})
    [difference] = differences([doubted, doubted.replace(checkpoint__stall="1 min")])
    assert difference.key == "checkpoint.stall"
    assert difference.values == ("1..4 min", "1 min")
