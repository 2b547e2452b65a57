"""Where trials put a published value, and what a scenario claims about that."""

from __future__ import annotations

import numpy as np
import pytest

from simtrain.scenario.published import Published
from simtrain.tables.scores import Score, Standing

HUNDRED = np.arange(1.0, 101.0)


def score(sample: np.ndarray = HUNDRED, quantity: str = "launches", **row: object) -> Score:
    text = {"source": "a report", "certainty": "certain", "role": "follows"}
    return Score.of(Published(quantity=quantity, **text, **row), sample)


def test_the_percentile_counts_half_of_what_is_equal() -> None:
    assert score(value=50).percentile == pytest.approx(49.5)
    assert score(value=0).percentile == 0
    assert score(value=1000).percentile == 100
    assert score(np.full(10, 7.0), value=7).percentile == 50


def test_for_at_least_and_at_most_it_is_the_share_that_satisfies() -> None:
    assert score(value=31, relation="ge").percentile == 70
    assert score(value=31, relation="le").percentile == 31
    assert score(value=51, relation="ge").is_within(90)
    assert not score(value=52, relation="ge").is_within(90)


def test_times_and_shares_are_reported_in_the_unit_of_the_row() -> None:
    found = score(86400.0 * HUNDRED, "wall_clock", value=50, unit="d")
    assert found.point(50) == pytest.approx(50.5)
    assert found.summary()["p5"] == pytest.approx(np.percentile(HUNDRED, 5))
    assert score(HUNDRED / 100, "progress", value=50, unit="%").percentile == pytest.approx(49.5)


def test_a_band_tells_its_width() -> None:
    assert score(value=3).width == pytest.approx((95.05 - 5.95) / 50.5)
    assert score(np.zeros(5), value=3).width is None


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        ({"value": 10}, Standing.HOLDS),
        ({"value": 3}, Standing.MISSED),
        ({"value": 8, "within": 80}, Standing.MISSED),
        ({"value": 8, "within": 90}, Standing.HOLDS),
        ({"value": 3, "median": [40, 60]}, Standing.HOLDS),
        ({"value": 3, "median": [40, 50]}, Standing.MISSED),
        ({"value": 3, "median": [40, 60], "within": 90}, Standing.MISSED),
        ({"value": 60, "relation": "ge"}, Standing.MISSED),
        ({"value": 60, "relation": "ge", "share": 0.4}, Standing.HOLDS),
        ({"value": 60, "relation": "ge", "share": 0.42}, Standing.MISSED),
        ({"value": 60, "relation": "ge", "median": [50, 51]}, Standing.HOLDS),
        ({"value": 3, "miss": "the report counts otherwise"}, Standing.EXPECTED_MISS),
        ({"value": 50, "miss": "the report counts otherwise"}, Standing.HOLDS),
    ],
)
def test_what_is_claimed(row: dict[str, object], standing: Standing) -> None:
    assert score(**row).standing is standing


def test_a_quantity_that_no_trial_has_is_never_met() -> None:
    nothing = score(np.array([np.nan]), "median_gap", value=1, unit="h")
    assert nothing.standing is Standing.MISSED
    assert nothing.summary()["p50"] is None
    assert nothing.percentile is None


def test_the_summary_is_the_contract() -> None:
    summary = score(value=50, relation="ge").summary()
    assert list(summary) == [
        "quantity", "value", "relation", "unit", "window", "source", "certainty", "role",
        "percentile", "p5", "p10", "p50", "p90", "p95", "width", "within_80", "within_90",
        "claims", "standing",
    ]  # fmt: skip
    assert summary["claims"] == [{"claim": "≥ 50 % of trials", "holds": True}]


def test_the_ideal_is_held_within_a_tolerance() -> None:
    def stands(value: object, **row: object) -> Standing:
        text = {"source": "a report", "certainty": "certain", "role": "arithmetic"}
        about = {"quantity": "wall_clock", "unit": "s", "of": "ideal", "value": value}
        return Score.of(Published(**text, **about, **row), HUNDRED, 1000.0).standing

    assert stands(1019) is Standing.HOLDS
    assert stands(1022) is Standing.MISSED
    assert stands(1022, tolerance=0.05) is Standing.HOLDS
    assert stands(979) is Standing.MISSED
    assert stands([900, 1010]) is Standing.HOLDS
    assert score(value=53, tolerance=0.05).standing is Standing.HOLDS
    assert score(value=54, tolerance=0.05).standing is Standing.MISSED
    assert score(value=54, tolerance=0.05).off == pytest.approx(50.5 / 54 - 1)


def test_of_two_values_between_which_it_lies_the_median_lies_there_too() -> None:
    assert score(value=[50, 60]).standing is Standing.HOLDS
    assert score(value=[51, 60]).standing is Standing.MISSED
    assert score(value=[51, 60], median=[40, 60]).standing is Standing.HOLDS
    assert score(value=[51, 60]).percentile == 10
    assert score(value=[51, 60]).off == pytest.approx(50.5 / 51 - 1)
    assert score(value=[90, 150]).is_within(90)
    assert not score(value=[96, 150]).is_within(90)
