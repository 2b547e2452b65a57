from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.show.number_format import NumberFormat, Uncertain, decimals
from simtrain.tables.estimates import Estimate
from tests.show.samples import DAY, HOUR

NUMBERS = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("numbers", "places"),
    [
        ([(55.68, 0.73), (51.98, None)], 2),
        ([(165.3, 15.1), (128.4, None)], 0),
        ([(60.8, 8.25), (95.0, 1.85)], 1),
        ([(120.31, None), (120.36, None), (0.05, 0.02)], 2),
        ([(15.6, 0.11), (0.003, 0.002)], 3),
        ([(15.6, 0.11), (0.003, 0.004)], 2),
        ([(236.4, None), (59.5, None)], 1),
        ([(4.0, 0.0), (4.0, None)], 2),
        ([(3.2e-13, 1e-13), (11.0, 0.5)], 2),
        ([(0.0, 0.0)], 1),
        ([(None, None), (math.inf, math.inf)], 1),
    ],
)
def test_decimals_follow_the_uncertainties_of_the_column(
    numbers: list[tuple[float | None, float | None]], places: int
) -> None:
    assert decimals(Uncertain(*number) for number in numbers) == places


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=9))
def test_what_differs_from_zero_never_reads_as_zero(pairs: list[tuple[float, float]]) -> None:
    how = NumberFormat("", "", 1.0, decimals(Uncertain(*pair) for pair in pairs))
    largest = max(value for value, _ in pairs)
    for value, half in pairs:
        if value > half > 1e-6 * largest:
            assert how.number(value).strip("0.")
            assert how.number(half).strip("0.")


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.floats(0.001, 0.5))
def test_numbers_keep_three_digits_where_these_are_no_more_than_two_decimals(
    numbers: list[float], part: float
) -> None:
    places = decimals(Uncertain(number, part * number) for number in numbers)
    assert places >= min(2, 2 - math.floor(math.log10(max(numbers))))


def test_a_metric_is_shown_in_the_unit_of_a_usual_value() -> None:
    found = {"mean": 36 * HOUR, "mean_ci95": [30 * HOUR, 42 * HOUR]}
    how = NumberFormat.of_metric("lost_work_s", found["mean"], [Uncertain.of(found)])
    assert (how.heading, how.title) == ("lost work, h", "lost work, hours")
    assert how.plus_minus(found) == "36.0 ± 6.0"
    assert how.text(2 * DAY) == "48.0 h"
    hosts = NumberFormat.of_metric("host_idle_s", 3 * DAY)
    assert (hosts.text(3 * DAY), hosts.title) == ("3.00 host-d", "host idle, host-days")
    assert NumberFormat.of_metric("ettr", 0.5).heading == "ETTR, %"


def test_a_constant_difference_has_no_interval() -> None:
    how = NumberFormat.of_metric("goodput", 0.5)
    assert how.signed(Estimate(0.01, 0.01, 0.01)) == "+1.00 ± –"
    assert how.signed(Estimate(0.0, 0.0, 0.0)) == "0.00 ± 0.00"
    assert how.difference(0.01, 0.002) == "1.00 ± 0.20 percentage points"
    assert how.difference(math.inf) == "more than the trials can show"
