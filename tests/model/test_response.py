"""Fault and row of draws in, what is known, done and blamed out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.model import response
from simtrain.model.response import Responder
from simtrain.model.streams import (
    AUTOMATIC,
    AUTOMATIC_SUCCESS,
    DETECTION,
    DIAGNOSIS,
    FAILED_RESTART,
    FALSE_BLAMES,
    FALSE_HOST,
    NEEDS_REPAIR,
    RECALL,
)
from tests.model.samples import DIAGNOSIS as NUMBERS
from tests.model.samples import FAULT, RESTART, row

BELOW = 0.4999


@pytest.mark.parametrize(
    ("probability", "uniform", "needed"),
    [(0.5, BELOW, True), (0.5, 0.5, False), (0.0, 0.0, False), (1.0, 0.9999, True)],
)
def test_whether_a_host_needs_repair(probability: float, uniform: float, needed: bool) -> None:
    fault = replace(FAULT, needs_repair=probability)
    assert response.needs_repair(fault, row({NEEDS_REPAIR: uniform})) == needed


def test_the_latency_is_drawn_from_the_law_of_the_class() -> None:
    assert response.latency(FAULT, row({DETECTION: 0.3})) == 103.0


@pytest.mark.parametrize(
    ("automatic", "success", "responder"),
    [
        (BELOW, BELOW, Responder.SUPERVISOR),
        (BELOW, 0.5, Responder.SUPERVISOR_IN_VAIN),
        (0.5, BELOW, Responder.PERSON),
        (0.5, 0.5, Responder.PERSON),
    ],
)
def test_who_recovers_the_job(automatic: float, success: float, responder: Responder) -> None:
    draws = row({AUTOMATIC: automatic, AUTOMATIC_SUCCESS: success})
    assert response.responder(FAULT, draws) is responder


@pytest.mark.parametrize(
    ("automatic", "success", "responder"),
    [
        (0.0, 1.0, Responder.PERSON),
        (1.0, 1.0, Responder.SUPERVISOR),
        (1.0, 0.0, Responder.SUPERVISOR_IN_VAIN),
    ],
)
def test_a_probability_of_0_or_1_leaves_nothing_to_chance(
    automatic: float, success: float, responder: Responder
) -> None:
    fault = replace(FAULT, automatic=automatic, automatic_success=success)
    for uniform in (0.0, 0.9999):
        draws = row({AUTOMATIC: uniform, AUTOMATIC_SUCCESS: uniform})
        assert response.responder(fault, draws) is responder


def test_a_failing_automatic_try_takes_a_restart() -> None:
    assert response.failed_try(RESTART, row({FAILED_RESTART: 0.7})) == 207.0


@pytest.mark.parametrize(("by_hand", "seconds"), [(False, 602.0), (True, 702.0)])
def test_diagnosis_takes_its_time_by_who_does_it(by_hand: bool, seconds: float) -> None:
    assert response.diagnosis_time(NUMBERS, by_hand, row({DIAGNOSIS: 0.2})) == seconds


@pytest.mark.parametrize(("uniform", "found"), [(BELOW, True), (0.5, False)])
def test_whether_the_tests_find_the_hosts_that_were_struck(uniform: float, found: bool) -> None:
    assert response.is_found(NUMBERS, row({RECALL: uniform})) == found


@pytest.mark.parametrize(
    ("each", "found", "uniform", "blamed"),
    [
        (0.0, 2, 0.0, 0),
        (1.0, 0, 0.0, 0),
        (1.0, 2, 0.0, 2),  # a whole number leaves nothing to chance
        (0.25, 2, BELOW, 1),
        (0.25, 2, 0.5, 0),
        (1.25, 1, 0.2499, 2),
        (1.25, 1, 0.25, 1),
        (1.25, 2, BELOW, 3),
        (1.25, 2, 0.5, 2),
    ],
)
def test_how_many_hosts_are_blamed_beside_those_found(
    each: float, found: int, uniform: float, blamed: int
) -> None:
    numbers = replace(NUMBERS, false_blames=each)
    assert response.false_blames(numbers, found, row({FALSE_BLAMES: uniform})) == blamed


@pytest.mark.parametrize(("uniform", "place"), [(0.0, 0), (0.2499, 0), (0.25, 1), (0.9999, 3)])
def test_the_first_of_them_is_any_place(uniform: float, place: int) -> None:
    assert response.first_blamed(4, row({FALSE_HOST: uniform})) == place
