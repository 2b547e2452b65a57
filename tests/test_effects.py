"""What each effect does to the job at the moment its fault strikes."""

from __future__ import annotations

import pytest

from simtrain.effects import EFFECTS, OWN_KEYS, Effect
from simtrain.scenario.faults import Detection, FaultClass

SPIKE, SLOW = ("margin", "skips"), ("speed", "lasts")


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("crash", Effect(stops=True, taints=False)),
        ("hang", Effect(stops=True, taints=False)),
        ("diverge", Effect(stops=False, taints=True, merges=True, only="job", keys=SPIKE)),
        ("corrupt", Effect(stops=False, taints=True, only="host")),
        ("slow", Effect(stops=False, slows=True, only="host", keys=SLOW)),
        (
            "false alarm",
            Effect(stops=True, after_grace=True, is_told=True, only="job", keys=("grace",)),
        ),
    ],
)
def test_the_row_of_an_effect(name: str, effect: Effect) -> None:
    assert EFFECTS[name] == effect


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_has_a_latency_or_is_told(name: str) -> None:
    assert (name in Detection.model_fields) is not EFFECTS[name].is_told


def test_a_latency_is_that_of_an_effect() -> None:
    assert Detection.model_fields.keys() <= EFFECTS.keys()


def test_an_effect_that_neither_stops_nor_taints_nor_slows_would_do_nothing() -> None:
    assert all(effect.stops or effect.taints or effect.slows for effect in EFFECTS.values())


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_has_the_keys_that_it_is_told_by(name: str) -> None:
    effect = EFFECTS[name]
    needed = [
        *(("speed", "lasts") if effect.slows else ()),
        *(("grace",) if effect.after_grace else ()),
        *(("notice", "shield") if effect.preempts else ()),
    ]
    assert set(needed) <= set(effect.keys)


def test_keys_of_effects_are_keys_of_a_class() -> None:
    assert set(OWN_KEYS) <= FaultClass.model_fields.keys()
