"""What a run takes, in its report and in its picture."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import simtrain
from simtrain.accounts.footprint import FootprintMeter
from simtrain.accounts.meter import Tee
from simtrain.engine.trial import Simulator
from simtrain.sampling.power import STATES, PowerSink, power_over_time, spans
from simtrain.show.number_format import NumberFormat
from simtrain.show.run.figures import pictures
from simtrain.show.run.footprint import Shares, deciding, footprint
from simtrain.show.run.footprint_picture import _scale
from simtrain.show.run.report import run_report
from simtrain.show.table import Table
from simtrain.validation.small import scenario
from tests.show.samples import drawn, words_of

if TYPE_CHECKING:
    from simtrain.tables.results import Results

POWER = {"training": "700 W", "stalled": "300 W"}
PRICE = {"accelerator": "2000 USD per accelerator-hour"}


@cache
def trials(*tables: str) -> Results:
    """Trials of a job of four hosts that fail, with some of the tables."""
    said: dict[str, Any] = {
        "power": POWER,
        "carbon": {"intensity": "429 g/kWh", "embodied": "150 kg", "lifetime": "5 years"},
        "price": PRICE,
    }
    paid = scenario(
        workload={"ideal_time": "60 h"},
        cluster={"hosts": 4, "spares": 1},
        checkpoint={"interval": "1 h", "stall": "2 min", "load": "5 min"},
        restart={"duration": "10 min"},
        fault={"break": {"mtbf": "60 h"}, "bug": {"scope": "job", "mtbf": "30 h"}},
        repair={"automated": "20 h"},
        **{name: said[name] for name in tables},
    )
    return simtrain.run(paid, trials=40, jobs=1)


def test_a_run_without_tables_says_nothing_of_it() -> None:
    results = trials()
    assert footprint(results) == []
    assert not {"footprint.png", "power.png"} & set(pictures(results))
    assert "ideal  " not in run_report(results)
    assert not {"energy_mwh", "cost_usd"} & results.summary()["metrics"].keys()
    assert list(results.summary()["ideal"]) == ["wall_clock_s"]


def test_only_what_is_said_is_measured() -> None:
    results = trials("power")
    assert [measure.name for measure in results.measured] == ["energy"]
    assert deciding(results).name == "energy"
    assert "cost_usd" not in results.summary()["metrics"]
    assert not any("usd" in column for column in results.to_frame().columns)
    paid = trials("price")
    assert "energy_mwh" not in paid.summary()["metrics"]
    assert paid.summary()["ideal"]["cost_usd"] == pytest.approx(60 * 4 * 8 * 2000)


def test_causes_and_all_else_add_up_to_the_mean() -> None:
    results = trials("power", "carbon", "price")
    for measure in results.measured:
        shares = Shares.of(results, measure)
        parts = shares.productive + shares.badput + sum(shares.others.values())
        assert parts == pytest.approx(results.metric(measure.column).mean())
        assert set(shares.by_cause) == {"break", "bug", "checkpoints"}


def test_the_report_has_a_row_for_each_measure_and_each_cause() -> None:
    results = trials("power", "carbon", "price")
    whole, [title, by_cause] = footprint(results)
    assert isinstance(whole[0], Table)
    assert isinstance(by_cause, Table)
    names = [line.split("  ")[0] for line in whole[0].lines(100)[1:]]
    assert names == ["energy, MWh", "carbon, t", "cost, million USD"]
    assert title == "What each cause took, in the mean of 40 trials"
    rows = [line.strip().split("  ")[0] for line in by_cause.lines(100)[1:]]
    assert rows[0] == "productive"
    assert set(rows[1:4]) == {"break", "bug", "checkpoints"}
    assert rows[4:] == ["spares standing by", "hosts in repair", "making the hosts", "all"]


def test_what_a_cause_strikes_stands_beside_it() -> None:
    of_accelerators = trials("price").scenario.replace({"fault.break.scope": "accelerator"})
    results = simtrain.run(of_accelerators, trials=5, jobs=1)
    _, (_, by_cause) = footprint(results)
    rows = [line.split() for line in by_cause.lines(100)]
    assert {("break", "accelerator"), ("bug", "job")} < {tuple(row[:2]) for row in rows}
    causes, _ = pictures(results)["footprint.png"].panels
    assert {"break (accelerator)", "bug (job)", "checkpoints"} <= set(causes.y.names)


def test_the_picture_names_causes_and_what_hosts_did() -> None:
    info = pictures(trials("power", "carbon", "price"))["footprint.png"]
    text = " ".join(words_of(info))
    assert "cost of" in info.title
    for word in ("by cause", "by what hosts did", "million USD"):
        assert word in text
    drawn(info)
    causes, accounts = info.panels
    assert list(causes.y.names) == list(
        Shares.of(trials("power", "carbon", "price"), deciding(trials("power", "price"))).by_cause
    )
    assert {"productive", "lost work", "stalled", "idle", "repair"} == set(accounts.y.names)


def test_amounts_along_an_axis_do_not_run_into_each_other() -> None:
    """In 3.4 inches there is no room for steps of half a million up to 1.6 million USD."""
    scale = _scale(1.6e6, NumberFormat.of_metric("cost_usd", 1.6e6))
    assert list(scale.names) == ["0", "1,000,000"]
    assert list(_scale(900.0, NumberFormat.of_metric("cost_usd", 900.0)).ticks) == [0, 500]


def test_power_over_time_is_the_energy_of_the_meter() -> None:
    """By state, over spans that hold the whole of each trial."""
    results = trials("power")
    simulator = Simulator(results.scenario, 0)
    make = FootprintMeter.of(results.scenario, None)
    assert make is not None
    for trial in range(3):
        simulator.numbers.begin(0, trial)
        meter = make(simulator.numbers.settle)
        sink = PowerSink(np.linspace(0.0, 500 * 3600.0, 300), meter)
        simulator.run(trial, Tee(sink, meter))
        found = dict(zip(STATES, sink.energy.sum(axis=1), strict=True))
        training = sum(meter.amount(0, one) for one in ("productive", "lost_work", "degraded"))
        assert found["training"] == pytest.approx(1000 * training, rel=1e-9)
        for state in ("stalled", "idle", "repair"):
            assert found[state] == pytest.approx(1000 * meter.amount(0, state), rel=1e-9)


def test_the_picture_of_power_stacks_what_hosts_do() -> None:
    results = trials("power")
    power = power_over_time(results)
    assert power.trials == 20
    assert power.megawatts.max() <= 5 * 8 * 700 / 1e6
    info = pictures(results)["power.png"]
    drawn(info)
    assert set(info.legend.labels) == {
        "training", "job that does not train", "spares standing by", "hosts in repair",
    }  # fmt: skip
    assert "mean power, kW" in words_of(info)


def test_power_in_a_pause_is_told_apart_and_its_energy_is_that_of_the_meter() -> None:
    """Spans lie evenly in the day, so that a daily pause is always in the same one."""
    paused = trials("power").scenario.replace(
        {"start": "2026-03-02T09:30:00", "power.paused": "20 W",
         "schedule.peak": {"hours": [16, 20]},
         "schedule.evening": {"hours": [20, 24], "power": 0.5, "speed": 0.8}}
    )  # fmt: skip
    results = simtrain.run(paused, trials=5, jobs=1)
    info = pictures(results)["power.png"]
    assert "job in a pause" in info.legend.labels
    drawn(info)
    edges = spans(float(results.metric("wall_clock_s").max()), paused.start)
    assert ((edges[1:] + 9.5 * 3600) % (edges[2] - edges[1]) == 0).all()
    simulator, make = Simulator(paused, 0), FootprintMeter.of(paused, None)
    assert make is not None
    simulator.numbers.begin(0, 1)
    meter = make(simulator.numbers.settle)
    sink = PowerSink(edges, meter)
    simulator.run(1, Tee(sink, meter))
    assert sink.energy.sum() == pytest.approx(1000 * meter.whole(0), rel=1e-9)


INFERENCE = {"queries_per_day": 50_000, "energy_per_query": "0.3 Wh", "lasts": "2 years"}


def test_inference_is_arithmetic_beside_the_training() -> None:
    """50,000 × 0.3 Wh are 15 kWh a day, and 730.5 days of them 10.9575 MWh."""
    base = trials("power", "carbon")
    told = simtrain.run(base.scenario.replace(inference=INFERENCE), trials=40, jobs=1)
    training = base.metric("energy_mwh").mean()
    found = told.summary()["inference"]
    assert found["energy_mwh"] == pytest.approx(10.9575)
    assert found["carbon_tco2e"] == pytest.approx(10.9575 * 0.429)
    assert found["times_training"] == pytest.approx(10.9575 / training)
    assert found["as_much_after_s"] == pytest.approx(training / 0.015 * 86400)
    assert np.array_equal(told.values, base.values, equal_nan=True)
    assert told.scenario.sha256 == base.scenario.sha256
    text = " ".join(run_report(told).split())
    assert "Inference: 50,000 queries a day at 0.3 Wh take 10.96 MWh and 4.7" in text
    assert "inference" not in base.summary()


def test_inference_emits_what_a_year_of_the_grid_does_in_the_mean() -> None:
    hourly = {"hourly": [0.1, 0.5], "unit": "kg/kWh"}
    told = trials("power").scenario.replace(inference=INFERENCE, carbon={"intensity": hourly})
    found = simtrain.run(told, trials=2, jobs=1).summary()["inference"]
    assert found["carbon_tco2e"] == pytest.approx(10.9575 * 0.3, rel=1e-3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"energy_per_query": "0.3..3 Wh"}, "enters plain arithmetic"),
        ({"energy_per_query": "0.3"}, "energy_per_query"),
        ({"lasts": "0 s"}, "lasts"),
    ],
)
def test_inference_that_nobody_can_compute_is_refused(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(simtrain.ScenarioError, match=message):
        trials("power").scenario.replace(inference={**INFERENCE, **wrong})


def test_inference_without_the_power_of_training_is_refused() -> None:
    with pytest.raises(simtrain.ScenarioError, match="stands beside the energy of the training"):
        trials("price").scenario.replace(inference=INFERENCE)
