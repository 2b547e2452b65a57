"""What each effect does to the job at the moment its fault strikes."""

from __future__ import annotations

from typing import get_args

import pytest

from simtrain.model.effects import EFFECTS, Effect
from simtrain.scenario.faults import FaultClass


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("crash", Effect(stops=True, taints=False)),
        ("hang", Effect(stops=True, taints=False)),
        ("diverge", Effect(stops=False, taints=True, merges=True)),
        ("corrupt", Effect(stops=False, taints=True)),
        ("slow", Effect(stops=False, slows=True)),
        ("false alarm", Effect(stops=True, after_grace=True)),
    ],
)
def test_the_row_of_an_effect(name: str, effect: Effect) -> None:
    assert EFFECTS[name] == effect


def test_every_effect_that_a_scenario_may_give_has_a_row() -> None:
    assert set(get_args(FaultClass.model_fields["effect"].annotation)) == set(EFFECTS)


def test_an_effect_that_neither_stops_nor_taints_nor_slows_would_do_nothing() -> None:
    assert all(effect.stops or effect.taints or effect.slows for effect in EFFECTS.values())
