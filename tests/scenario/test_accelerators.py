"""The catalogue of accelerators fills in what is not given, and says so."""

from __future__ import annotations

from typing import Any

import pytest

import simtrain
from simtrain.accounts.footprint import FootprintMeter
from simtrain.errors import ScenarioError
from simtrain.model.parameters import at_middle
from simtrain.scenario.accelerators import accelerators
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from simtrain.units import BANDWIDTH, POWER, SIZE, SPEED

MODEL = {"parameters": 70e9, "tokens": 1e12, "mfu": 0.4}


def job(cluster: dict[str, Any], **tables: Any) -> Scenario:
    document = {
        "workload": MODEL,
        "cluster": {"hosts": 64, **cluster},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "5 min"},
        **tables,
    }
    return Scenario.from_document(document)


def test_every_row_has_figures_with_their_units_and_a_source() -> None:
    assert {"v100", "a100-80gb", "h100", "b200", "mi300x", "tpu-v4", "trainium2"} <= set(
        accelerators()
    )
    for one in accelerators().values():
        assert 100e12 < SPEED.parse(one.peak) < 5e15
        assert 16e9 <= SIZE.parse(one.memory) < 1e12
        assert one.per_host in (4, 8, 16)
        assert one.source
        assert not one.power or 190 <= POWER.parse(one.power) <= 1500
        assert not one.within or 100e9 <= BANDWIDTH.parse(one.within) <= 1e12
        assert not one.between or 5e9 <= BANDWIDTH.parse(one.between) <= 1e12
        assert {"source", *one.unconfirmed} <= set(one._fields)


@pytest.mark.parametrize("name", accelerators())
def test_a_name_stands_for_its_figures(name: str) -> None:
    found = accelerators()[name]
    named = job({"accelerator": name})
    told = job({"accelerators_per_host": found.per_host}, workload=MODEL | {"peak": found.peak})
    assert named.cluster.accelerators_per_host == found.per_host
    accelerators_of = 64 * found.per_host
    assert named.workload.ideal_s(accelerators_of) == told.workload.ideal_s(accelerators_of)
    assert named.value_at("workload.peak") == found.peak


def test_what_is_given_comes_first_and_what_is_not_needed_is_left_out() -> None:
    own = job({"accelerator": "h100", "accelerators_per_host": 4},
              workload={"ideal_time": "10 days"})  # fmt: skip
    assert own.cluster.accelerators_per_host == 4
    assert own.workload.peak is None
    assert own.filled_in == []
    assert "cluster.accelerator" not in [note.key for note in notes(own)]


def test_power_is_filled_in_where_there_is_a_table_of_it() -> None:
    plain = job({"accelerator": "h100"})
    assert plain.power is None
    paid = job({"accelerator": "h100"}, power={"stalled": "200 W"})
    make = FootprintMeter.of(paid, None)
    assert make is not None
    drawn = make(at_middle)._draw
    assert drawn.training * 3.6e6 == pytest.approx(8 * 700)
    with pytest.raises(ScenarioError, match=r"power\.training: is missing"):
        job({"accelerator": "tpu-v5p"}, power={"stalled": "200 W"})


def test_it_is_told_what_is_filled_in() -> None:
    [note] = [
        note
        for note in notes(job({"accelerator": "h100"}, power={"stalled": "200 W"}))
        if note.key == "cluster.accelerator"
    ]
    for words in ("989 TFLOP/s", "700 W", "`cluster.accelerators_per_host` = 8", "data sheet"):
        assert words in note.sentence


def test_it_can_be_swept_changes_heed_it_and_it_moves_the_hash() -> None:
    changed = job({"accelerator": "h100"}, change=[{"at": "1 day", "set": {"workload.mfu": 0.3}}])
    after = changed.after((0,))
    assert after.cluster.accelerators_per_host == 8
    assert after.workload.peak == changed.workload.peak
    assert changed.sha256 != changed.replace({"cluster.accelerator": "b200"}).sha256
    found = simtrain.sweep(
        job({"accelerator": "h100"}), {"cluster.accelerator": ["h100", "b200"]}, trials=3, jobs=1
    )
    days = [results.ideal_s for results in found.results]
    assert days[0] / days[1] == pytest.approx(2250 / 989)


def test_it_cannot_change_during_a_run() -> None:
    with pytest.raises(ScenarioError, match="cannot change during a run"):
        job({}, workload={"ideal_time": "9 days"},
            change=[{"at": "1 day", "set": {"cluster.accelerator": "h100"}}])  # fmt: skip
