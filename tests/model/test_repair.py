"""Repair, host and row of draws in, fate and the time of the next stage out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from simtrain.model import repair
from simtrain.model.repair import Fate
from simtrain.model.streams import (
    AUTOMATED,
    AUTOMATED_OUTCOME,
    BURN_IN,
    BURN_IN_CATCHES,
    MANUAL,
    MANUAL_MISSES,
    PROVISION,
    RETIRED,
)
from tests.model.samples import REPAIR, row, seconds

BELOW = 0.4999


def test_the_automated_stage_takes_its_time() -> None:
    assert repair.automated_time(REPAIR, row({AUTOMATED: 0.4})) == 804.0


@pytest.mark.parametrize(
    ("uniform", "expected"),
    [
        (0.0, (Fate.BY_HAND, 901.0)),  # fails and knows with 1/4
        (0.2499, (Fate.BY_HAND, 901.0)),
        (0.25, (Fate.BAD, 1002.0)),  # fails unnoticed with 1/4
        (0.4999, (Fate.BAD, 1002.0)),
        (0.5, (Fate.GOOD, 1002.0)),
        (0.9999, (Fate.GOOD, 1002.0)),
    ],
)
def test_a_bad_host_after_the_automated_stage(uniform: float, expected: tuple[Fate, float]) -> None:
    draws = row({AUTOMATED_OUTCOME: uniform, MANUAL: 0.1, BURN_IN: 0.2})
    assert repair.after_automated(REPAIR, draws, bad=True) == expected


def test_a_healthy_host_is_good_whatever_the_draws_say() -> None:
    for uniform in (0.0, 0.3, 0.9):
        draws = row({AUTOMATED_OUTCOME: uniform, MANUAL: 0.1, BURN_IN: 0.2})
        assert repair.after_automated(REPAIR, draws, bad=False) == (Fate.GOOD, 1002.0)


@pytest.mark.parametrize(
    ("retired", "misses", "expected"),
    [
        (BELOW, BELOW, (Fate.RETIRED, 1103.0)),
        (BELOW, 0.5, (Fate.RETIRED, 1103.0)),
        (0.5, BELOW, (Fate.BAD, 1002.0)),
        (0.5, 0.5, (Fate.GOOD, 1002.0)),
    ],
)
def test_a_host_after_the_manual_stage(
    retired: float, misses: float, expected: tuple[Fate, float]
) -> None:
    draws = row({RETIRED: retired, MANUAL_MISSES: misses, BURN_IN: 0.2, PROVISION: 0.3})
    assert repair.after_manual(REPAIR, seconds(1100.0), draws) == expected


@pytest.mark.parametrize(
    ("fails", "retired", "takes"),
    [
        (0.2499, 0.5, 804.0 + 901.0 + 1002.0),
        (0.2499, BELOW, 804.0 + 901.0 + 1103.0),
        (0.25, BELOW, 804.0 + 1002.0),
        (0.9, BELOW, 804.0 + 1002.0),
    ],
)
def test_a_whole_repair_takes_the_time_of_all_stages_that_it_has(
    fails: float, retired: float, takes: float
) -> None:
    draws = row(
        {
            AUTOMATED: 0.4, AUTOMATED_OUTCOME: fails, MANUAL: 0.1, RETIRED: retired,
            MANUAL_MISSES: 0.5, BURN_IN: 0.2, PROVISION: 0.3,
        }
    )  # fmt: skip
    assert repair.whole_time(REPAIR, seconds(1100.0), draws) == takes


def test_without_provision_no_other_host_ever_comes() -> None:
    draws = row({RETIRED: BELOW})
    assert repair.after_manual(REPAIR, None, draws) == (Fate.RETIRED, math.inf)


def test_a_host_that_is_never_retired() -> None:
    draws = row({RETIRED: 0.0, MANUAL_MISSES: 0.5, BURN_IN: 0.2})
    assert repair.after_manual(replace(REPAIR, retire=0.0), None, draws) == (Fate.GOOD, 1002.0)


@pytest.mark.parametrize(
    ("probability", "uniform", "caught"),
    [(0.5, BELOW, True), (0.5, 0.5, False), (0.0, 0.0, False), (1.0, 0.9999, True)],
)
def test_whether_the_burn_in_catches_a_bad_host(
    probability: float, uniform: float, caught: bool
) -> None:
    numbers = replace(REPAIR, burn_in_catches=probability)
    assert repair.burn_in_catches(numbers, row({BURN_IN_CATCHES: uniform})) == caught
