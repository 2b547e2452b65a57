"""The footprint of GPT-3: the ideal is what is published of it."""

from __future__ import annotations

import pytest

import simtrain
from simtrain.accounts.footprint import FootprintMeter
from simtrain.accounts.meter import Tee
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import at_middle


def ideal_of(scenario: simtrain.Scenario) -> list[float]:
    make = FootprintMeter.of(scenario, None)
    assert make is not None
    meter = make(at_middle)
    Simulator(scenario, 0).run_ideal(Tee(meter))
    return meter.ideal()


def test_the_ideal_is_the_published_footprint() -> None:
    """1,287 MWh and 552 t, which arXiv 2104.10350 computes for a run without faults: within 1 %."""
    energy, carbon, _ = ideal_of(simtrain.load("gpt3-175b.toml"))
    assert energy == pytest.approx(1287, rel=0.01)
    assert carbon == pytest.approx(552, rel=0.01)


def test_the_figure_of_the_press_leaves_out_the_building() -> None:
    _, carbon, _ = ideal_of(simtrain.load("gpt3-175b.toml", ["power.pue=1"]))
    assert carbon == pytest.approx(502, rel=0.01)


def test_faults_add_to_it_and_the_results_show_both() -> None:
    results = simtrain.run("gpt3-175b.toml", trials=20, jobs=1)
    summary = results.summary()
    assert summary["ideal"]["energy_mwh"] == pytest.approx(1287, rel=0.01)
    assert summary["metrics"]["energy_mwh"]["p5"] > summary["ideal"]["energy_mwh"]
    frame = results.to_frame()
    by_cause = [frame[f"badput_{cause}_usd"] for cause in ("hardware", "software", "checkpoints")]
    assert sum(by_cause).to_numpy() == pytest.approx(frame["cost_badput_usd"].to_numpy())
