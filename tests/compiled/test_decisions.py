"""Decisions of compiled code are those of the model, of the same numbers and draws."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simtrain.compiled import decisions
from simtrain.compiled.laws import LAW, encode
from simtrain.compiled.parameters import (
    DIAGNOSIS,
    FAULT,
    REPAIR,
    RESTART,
    TIER,
    encode_diagnosis,
    encode_fault,
    encode_repair,
    encode_restart,
    encode_tier,
)
from simtrain.distributions import Fixed, Gamma, LogNormal, Uniform
from simtrain.effects import EFFECTS
from simtrain.model import launch, repair, response
from simtrain.model.parameters import (
    DiagnosisParameters,
    FaultParameters,
    RepairParameters,
    RestartParameters,
    TierParameters,
)
from simtrain.model.topology import HOST

ROWS = st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=20, max_size=20)
SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
LAWS = st.sampled_from([Fixed(0.0), Fixed(600.0), Uniform(0.0, 2.0), LogNormal(3.0, 1.0),
                        Gamma(2.0, 0.2)])  # fmt: skip
SOME_LAWS = st.none() | LAWS
RESTARTS = st.builds(
    RestartParameters, LAWS, SHARES, st.integers(1, 3), LAWS, SHARES, st.booleans(),
    backoff=st.sampled_from([0.0, 60.0]), longest_backoff=st.sampled_from([300.0, math.inf]),
)  # fmt: skip
FAULTS = st.builds(
    FaultParameters, name=st.just("fault"), scope=st.just(HOST), effect=st.just(EFFECTS["slow"]),
    rate=st.just(1.0), law=st.none(), automatic=SHARES, automatic_success=SHARES,
    needs_repair=SHARES, diagnose=st.booleans(), detection=SOME_LAWS, ends_write=st.booleans(),
    margin=st.just(0.0), restart=st.none() | RESTARTS, speed=LAWS, lasts=SOME_LAWS,
    further_tries=st.lists(SHARES, min_size=1, max_size=4).map(tuple),
)  # fmt: skip
DIAGNOSES = st.builds(
    DiagnosisParameters, LAWS, LAWS, SHARES, st.sampled_from([0.0, 0.3, 1.0, 2.5])
)
REPAIRS = st.builds(
    RepairParameters, LAWS, SHARES, SHARES, LAWS, SHARES, SHARES, LAWS, SHARES, st.just(1.0),
    retire_at=st.none() | st.integers(1, 3), retire_within=st.sampled_from([100.0, math.inf]),
)  # fmt: skip
TIERS = st.builds(
    TierParameters, stall=st.just(0.0), lag=st.just(0.0), save_failure=SHARES, load=LAWS,
    load_failure=SHARES, load_hang=SHARES, load_timeout=LAWS, corrupt=SHARES, keep=st.none(),
)  # fmt: skip
HELD: list[Any] = []


def record(dtype: np.dtype[np.void], values: tuple[Any, ...]) -> Any:
    records = np.zeros(1, dtype)
    records[0] = values
    return records[0]


def same(found: Any, expected: Any) -> None:
    """Numbers and names of choices are equal, and so are those of pairs."""
    found = found if isinstance(found, tuple) else (found,)
    expected = expected if isinstance(expected, tuple) else (expected,)
    assert list(found) == list(expected)


@given(fault=FAULTS, row=ROWS, at=st.integers(0, 3), tries=st.integers(1, 4))
def test_what_is_decided_of_a_fault(
    fault: FaultParameters, row: list[float], at: int, tries: int
) -> None:
    as_record = record(FAULT, encode_fault(fault, HELD, 0, 0, {}))
    block = np.array(row)
    for name in ("needs_repair", "latency", "slowness", "responder"):
        expected = getattr(response, name)(fault, (row, at))
        same(getattr(decisions, name)(as_record, (block, at)), expected)
    tries = min(tries, len(fault.further_tries))
    works = response.further_try_works(fault, tries, (row, at))
    assert decisions.further_try_works(as_record, tries, (block, at)) == works
    assert as_record["further_tries_n"] == len(fault.further_tries)
    if fault.restart is not None:
        again = response.failed_try(fault.restart, (row, at))
        assert decisions.failed_try(as_record["restart"], (block, at)) == again


@given(restart=RESTARTS, tier=TIERS, row=ROWS, failures=st.integers(0, 2000))
@example(
    restart=RestartParameters(Fixed(0.0), 0.0, 1, Fixed(0.0), 1.0, False, backoff=1e300),
    tier=TierParameters(0.0, 0.0, 0.0, Fixed(1.0), 0.0, 0.0, Fixed(1.0), 0.0, None),
    row=[0.5] * 20,
    failures=1500,
)
def test_how_a_start_goes(
    restart: RestartParameters, tier: TierParameters, row: list[float], failures: int
) -> None:
    block = np.array(row)
    as_record = record(RESTART, encode_restart(restart, HELD))
    as_tier = record(TIER, encode_tier(tier, HELD))
    same(decisions.attempt(as_record, (block, 2)), launch.attempt(restart, (row, 2)))
    assert decisions.backoff(as_record, failures) == launch.backoff(restart, failures)
    same(decisions.load(as_tier, (block, 2)), launch.load(tier, (row, 2)))
    assert decisions.second_response((block, 2)) == launch.second_response((row, 2))
    for name in ("failed_try", "failed_further_try"):
        expected = getattr(response, name)(restart, (row, 2))
        assert getattr(decisions, name)(as_record, (block, 2)) == expected


@given(
    diagnosis=DIAGNOSES, row=ROWS, by_hand=st.booleans(), found=st.integers(0, 9), returns=SOME_LAWS
)
def test_whom_tests_blame(
    diagnosis: DiagnosisParameters, row: list[float], by_hand: bool, found: int, returns: Any
) -> None:
    block = np.array(row)
    as_record = record(DIAGNOSIS, encode_diagnosis(diagnosis, HELD))
    expected = response.diagnosis_time(diagnosis, by_hand, (row, 0))
    assert decisions.diagnosis_time(as_record, by_hand, (block, 0)) == expected
    assert decisions.is_found(as_record, (block, 0)) == response.is_found(diagnosis, (row, 0))
    blames = response.false_blames(diagnosis, found, (row, 0))
    assert decisions.false_blames(as_record, found, (block, 0)) == blames
    place = response.first_blamed(17, (row, 0))
    assert decisions.first_blamed(17, (block, 0)) == place
    struck = response.spares_are_struck(0.3, (row, 0))
    assert decisions.spares_are_struck(0.3, (block, 0)) == struck
    if returns is not None:
        away = response.time_away(returns, (row, 0))
        assert decisions.time_away(record(LAW, encode(returns, HELD)), (block, 0)) == away


@given(
    numbers=REPAIRS,
    row=ROWS,
    bad=st.booleans(),
    provision=SOME_LAWS,
    cordons=st.lists(st.floats(0.0, 300.0), min_size=1, max_size=4).map(sorted),
)
def test_what_becomes_of_a_host(
    numbers: RepairParameters, row: list[float], bad: bool, provision: Any, cordons: list[float]
) -> None:
    block = np.array(row)
    as_record = record(REPAIR, encode_repair(numbers, HELD, {}))
    law = record(LAW, encode(provision, HELD))
    here, there = (row, 1), (block, 1)
    assert decisions.automated_time(as_record, there) == repair.automated_time(numbers, here)
    same(
        decisions.after_automated(as_record, there, bad),
        repair.after_automated(numbers, here, bad),
    )
    same(
        decisions.after_manual(as_record, law, there),
        repair.after_manual(numbers, provision, here),
    )
    same(decisions.retired(law, there), repair.retired(provision, here))
    whole = repair.whole_time(numbers, provision, here)
    assert decisions.whole_time(as_record, law, there) == whole
    worn_out = repair.is_worn_out(numbers, cordons)
    assert decisions.is_worn_out(as_record, np.array(cordons)) == worn_out
    assert decisions.burn_in_catches(as_record, there) == repair.burn_in_catches(numbers, here)


@pytest.mark.parametrize("module", [response, launch, repair])
def test_every_decision_is_compiled(module: Any) -> None:
    own = {name for name, of in vars(module).items() if getattr(of, "__module__", "") ==
           module.__name__ and callable(of) and name[0].islower()}  # fmt: skip
    assert own <= vars(decisions).keys()
