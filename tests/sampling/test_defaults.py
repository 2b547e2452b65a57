"""How many trials there are by default follows from the scenarios and from what is installed."""

from __future__ import annotations

import pytest

import simtrain.sampling.defaults as defaults
from simtrain.questions.plan import PlanQuestion
from simtrain.questions.sweep import SweepQuestion
from simtrain.sampling.defaults import DefaultTrials
from simtrain.scenario.load import load

BOTH = DefaultTrials(400, 100)


def test_there_are_more_where_the_compiled_engine_tells_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = load("opt175b.toml")
    left = compiled.replace({"recovery.policy": "elastic", "recovery.replicas": 4})
    monkeypatch.setattr(defaults, "is_installed", lambda: True)
    monkeypatch.setattr(
        "simtrain.compiled.support.left_to_simpy", lambda one: one.recovery.replicas is not None
    )
    assert BOTH.of([compiled, compiled], None) == 400
    assert BOTH.of([compiled, left], None) == 100
    monkeypatch.setattr(defaults, "is_installed", lambda: False)
    assert BOTH.of([compiled], None) == 100
    assert BOTH.of([compiled], 7) == 7


def test_questions_take_the_default_of_what_they_simulate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "is_installed", lambda: False)
    scenario = load("opt175b.toml")
    swept = SweepQuestion(scenario, {"checkpoint.interval": ["1 h", "2 h"]}, None)
    planned = PlanQuestion(scenario, "goodput >= 0.5", {"restart.failure": "0..0.4:lin:5"}, None)
    assert swept.most == 3 * 100
    assert planned._trials == range(250)
