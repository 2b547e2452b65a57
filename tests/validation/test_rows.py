from __future__ import annotations

import json
import math

import pytest

from simtrain.validation.rows import Check, CheckResult, Percentiles, RowPart, failed, to_json


def check(verdict: CheckResult, simulated: float | Percentiles = 1.0) -> Check:
    return Check("OPT", "wall-clock, d", 55.69, simulated, "P5–P95", verdict)


@pytest.mark.parametrize(
    ("verdicts", "wrong"),
    [
        ([CheckResult.OK, CheckResult.OK], False),
        ([CheckResult.OK, CheckResult.MISS], False),
        ([CheckResult.MISS, CheckResult.FAIL], True),
        ([], False),
    ],
)
def test_only_a_failure_fails(verdicts: list[CheckResult], wrong: bool) -> None:
    assert failed([RowPart((), ""), RowPart(tuple(map(check, verdicts)), "")]) is wrong


def test_claims_and_percentiles_keep_their_names_in_json() -> None:
    answer = json.loads(
        to_json(
            [RowPart((check(CheckResult.MISS, Percentiles(60.0, 64.0, 69.0)),), "")],
            seed=3,
            full=True,
        )
    )
    assert (answer["seed"], answer["full"], answer["failed"]) == (3, True, False)
    assert answer["rows"] == [
        {
            "about": "OPT",
            "name": "wall-clock, d",
            "relation": "eq",
            "expected": 55.69,
            "simulated": {"p5": 60.0, "p50": 64.0, "p95": 69.0},
            "tolerance": "P5–P95",
            "role": None,
            "z": None,
            "verdict": "miss (expected)",
        }
    ]


def test_a_number_that_is_none_is_null() -> None:
    text = to_json([RowPart((check(CheckResult.FAIL, math.nan),), "")], seed=0, full=False)
    assert json.loads(text)["rows"][0]["simulated"] is None
