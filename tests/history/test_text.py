"""A fitted scenario as text says what the scenario says."""

from __future__ import annotations

import simtrain
from simtrain.history.fitted import Fitted
from simtrain.history.rows import scenario_of
from simtrain.history.text import text_of
from tests.history.made import Truth, made, written


def test_a_text_reads_back_as_the_same_scenario(tmp_path):
    everything = Truth(
        rate=0.01, missed=0.3, cv=0.8, repair_cv=0.9, lemons=0.1, worse=9, burst_rate=0.1
    )
    scenario = scenario_of(Fitted(made(everything, seed=2)), 90, 8)
    assert set(scenario.fault) == {"fault", "several at once"}
    assert scenario.weather
    assert scenario.cluster.frailty.middle > 0
    again = simtrain.load(written(tmp_path, text_of(scenario), "made.toml"))
    assert again.sha256 == scenario.sha256
    assert again.sources == scenario.sources
