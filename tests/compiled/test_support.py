"""The compiled engine says what it has by tables of its own; all else is left to SimPy.

A row that is new in the product is named here until the compiled engine has it too.
"""

from __future__ import annotations

import re
from dataclasses import fields
from inspect import isabstract
from pathlib import Path
from typing import Any

import pytest

import simtrain
from simtrain import causes, distributions, empirical, laws
from simtrain.compiled import parameters as records
from simtrain.compiled import support
from simtrain.compiled.laws import _ENCODERS
from simtrain.compiled.layout import TRIAL
from simtrain.compiled.support import CAUSES, LAWS, POLICIES, left_to_simpy
from simtrain.distributions import Law
from simtrain.model import parameters
from simtrain.model.parameters.allocation import AllocationParameters
from simtrain.scenario import recovery
from simtrain.scenario.numbers import KINDS
from tests.engine.runs import scenario as small

ROOT = Path(simtrain.__file__).parent

SIMPYS_POLICIES: set[str] = set()
SIMPYS_LAWS: set[str] = set()
SIMPYS_CAUSES: set[str] = set()
"""What only the engine on SimPy has."""


# --- policies, laws, causes -----------------------------------------------------------------------


def test_every_policy_with_a_short_name_is_compiled_or_named_here() -> None:
    assert {*recovery.POLICIES} == {*POLICIES} | SIMPYS_POLICIES


def test_every_kind_of_law_is_encoded_or_named_here() -> None:
    assert {*KINDS} == LAWS | SIMPYS_LAWS


NUMBERS = {
    "value": 2.0, "mean": 2.0, "median": 1.5, "p90": 3.0, "low": 1.0, "high": 2.0,
    "shape": 3.0, "scale": 1.0, "cv": 0.5, "sigma": 0.5, "a": 1.0, "b": 2.0,
}  # fmt: skip
SHARES = [(0.1, 0.5), (0.0, 0.5), (0.5, 1.0), (0.0, 1.0)]


def made(kinds: set[str]) -> set[type[Law]]:
    """Classes of laws of some kinds."""
    makers = [(names, make) for (kind, *names), make in laws._MAKERS.items() if kind in kinds]
    found = {type(make(*(NUMBERS[name] for name in names))) for names, make in makers}
    return found | (of_module(empirical) if "empirical" in kinds else set())


def of_module(module: Any) -> set[type[Law]]:
    classes = {one for one in vars(module).values() if isinstance(one, type)}
    return {one for one in classes if issubclass(one, Law) and not isabstract(one)}


def test_every_class_of_laws_of_such_a_kind_has_an_encoder() -> None:
    ranges = {type(laws.between(*ends, is_share=True)) for ends in SHARES}
    ranges |= {type(laws.between(*ends)) for ends in [(0.0, 2.0), (1.0, 2.0)]}
    assert made({*LAWS}) | ranges <= {*_ENCODERS}
    everywhere = of_module(distributions) | of_module(empirical)
    assert everywhere == {*_ENCODERS} | made(SIMPYS_LAWS)


def test_every_cause_has_its_place_in_a_trial_or_is_named_here() -> None:
    assert {*causes.RESERVED} == {*CAUSES.values()} | SIMPYS_CAUSES
    assert {*CAUSES} <= {*(TRIAL.names or ())}


# --- what is left to SimPy ------------------------------------------------------------------------

LAW = {"law": "weibull", "shape": 2, "mean": "5 min"}
CLASS = {"law": "weibull", "shape": 2, "mtbf": "80 h", "automatic": 1}
NEW: dict[str, Any] = {"cluster": {"hosts": 4, "age": "new"}}
WITH_IT: dict[str, dict[str, Any]] = {
    "of a duration": {"restart": {"duration": LAW}},
    "of a row": {"people": {"when": [{"hours": [9, 17], "response": LAW}]}},
    "once per trial": {"checkpoint": {"stall": {**LAW, "per": "trial"}}},
    "of a class of faults": {**NEW, "fault": {"crash": CLASS}},
    "after a change": {"change": [{"at": "2 h", "set": {"restart.duration": LAW}}]},
}


@pytest.mark.parametrize("tables", WITH_IT.values(), ids=WITH_IT)
def test_a_law_that_is_not_encoded_is_found_wherever_it_stands(
    tables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = small(start="2024-01-01", **tables)
    assert left_to_simpy(scenario) == []
    monkeypatch.setattr(support, "LAWS", LAWS - {"weibull"})
    assert left_to_simpy(scenario) == ["law = 'weibull'"]


def test_a_cause_without_a_place_leaves_to_simpy_only_what_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {field: cause for field, cause in CAUSES.items() if cause != causes.ALLOCATION}
    monkeypatch.setattr(support, "CAUSES", known)
    assert left_to_simpy(small()) == []
    assert left_to_simpy(small(allocation={"limit": "20 h"})) == [
        "badput of the cause 'allocation'"
    ]


# --- records --------------------------------------------------------------------------------------

RECORDS = {
    parameters.RestartParameters: records.RESTART,
    parameters.DiagnosisParameters: records.DIAGNOSIS,
    parameters.RepairParameters: records.REPAIR,
    parameters.RecoveryParameters: records.RECOVERY,
    parameters.ClusterParameters: records.CLUSTER,
    AllocationParameters: records.ALLOCATION,
    parameters.FaultParameters: records.FAULT,
    parameters.TierParameters: records.TIER,
    parameters.CheckParameters: records.CHECK,
}
ELSEWHERE = {
    parameters.RepairParameters: {"has_hours"},  # in the record of the hours
    parameters.RecoveryParameters: {"launch_goes_on"},  # in the trial
    parameters.FaultParameters: {"name", "scope", "effect", "part", "log"},  # by several fields
    parameters.TierParameters: {"name", "survives"},
    parameters.CheckParameters: {"name"},
}
"""What a record has in another form, or another record."""


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_has_every_number_that_the_parameters_have(kind: type) -> None:
    names = {field.name for field in fields(kind)}
    assert names - {*(RECORDS[kind].names or ())} == ELSEWHERE.get(kind, set())


def text_of(package: str) -> str:
    return "".join(file.read_text() for file in (ROOT / package).glob("*.py"))


def test_compiled_code_asks_of_an_effect_whatever_the_engine_on_simpy_asks() -> None:
    asked = {*re.findall(r"effect\.(\w+)", text_of("engine") + text_of("faults"))}
    assert {"stops", "slows", "preempts"} <= asked <= {*records.EFFECT}
    assert [name for name in asked if f".{name}" not in text_of("compiled")] == []
