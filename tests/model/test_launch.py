"""Restart, tier and row of draws in, how a try to start the job goes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.model import launch
from simtrain.model.streams import (
    LOAD,
    LOAD_OUTCOME,
    LOAD_TIMEOUT,
    RESTART,
    RESTART_FAILS,
    SECOND_RESPONSE,
    WARM_UP,
)
from tests.model.samples import RESTART as NUMBERS
from tests.model.samples import TIER, row


@pytest.mark.parametrize(
    ("uniform", "fails"), [(0.0, True), (0.4999, True), (0.5, False), (0.9999, False)]
)
def test_a_try_takes_its_time_whether_it_fails_or_not(uniform: float, fails: bool) -> None:
    draws = row({RESTART: 0.1, RESTART_FAILS: uniform, WARM_UP: 0.9})
    assert launch.attempt(NUMBERS, draws) == (201.0, fails, 309.0)


@pytest.mark.parametrize(("failure", "fails"), [(0.0, False), (1.0, True)])
def test_a_try_that_cannot_fail_or_has_to(failure: float, fails: bool) -> None:
    for uniform in (0.0, 0.9999):
        draws = row({RESTART: 0.1, RESTART_FAILS: uniform, WARM_UP: 0.9})
        assert launch.attempt(replace(NUMBERS, failure=failure), draws)[1] == fails


def test_the_second_response_has_a_uniform_of_its_own() -> None:
    assert launch.second_response(row({SECOND_RESPONSE: 0.6})) == 0.6


@pytest.mark.parametrize(
    ("uniform", "expected"),
    [
        (0.0, (401.0, False)),  # fails with 1/4, after its full time
        (0.2499, (401.0, False)),
        (0.25, (502.0, False)),  # hangs with 1/4, until the timeout
        (0.4999, (502.0, False)),
        (0.5, (401.0, True)),
        (0.9999, (401.0, True)),
    ],
)
def test_a_load_fails_hangs_or_works(uniform: float, expected: tuple[float, bool]) -> None:
    draws = row({LOAD: 0.1, LOAD_OUTCOME: uniform, LOAD_TIMEOUT: 0.2})
    assert launch.load(TIER, draws) == expected


@pytest.mark.parametrize(
    ("failure", "hang", "expected"),
    [
        (0.0, 0.0, (401.0, True)),
        (1.0, 0.0, (401.0, False)),
        (0.0, 1.0, (502.0, False)),
    ],
)
def test_a_load_that_can_only_go_one_way(
    failure: float, hang: float, expected: tuple[float, bool]
) -> None:
    tier = replace(TIER, load_failure=failure, load_hang=hang)
    for uniform in (0.0, 0.5, 0.9999):
        draws = row({LOAD: 0.1, LOAD_OUTCOME: uniform, LOAD_TIMEOUT: 0.2})
        assert launch.load(tier, draws) == expected
