"""Weights by the hour, against a sum over minutes that reads the calendar itself."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simtrain.model.by_hour import ByHour, Flat, NumbersByRow, NumbersInTurn
from simtrain.scenario.footprint import HoursOfYear
from simtrain.scenario.hourly import Hourly

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE, HOUR = 60.0, 3600.0
START = dt.datetime(2026, 2, 27, 13, 30)  # a Friday
MOMENTS = [0.0, 20.0, 30.0, 90.0, 91.0, 600.0, 1441.0, 6000.0, 11000.0]
"""Minutes since the start."""


def in_turn(begins: dt.date | None) -> ByHour:
    values = (1.0, 2.0, 4.0, 8.0, 16.0)
    return ByHour(NumbersInTurn(Hourly(values, begins), START), values)


def value_in_turn(begins: dt.date | None, now: dt.datetime) -> float:
    first = START.replace(minute=0)
    if begins is not None:
        first = dt.datetime.combine(begins, dt.time())
    return 2.0 ** ((now - first) // dt.timedelta(hours=1) % 5)


ROWS = (
    HoursOfYear(days=("fri",), hours=(20, 6)),
    HoursOfYear(hours=(8, 14)),
    HoursOfYear(months=("mar",), hours=(4, 10)),
)


def by_row() -> ByHour:
    return ByHour(NumbersByRow(ROWS, START), [10.0, 20.0, 30.0, 40.0])


def value_by_row(now: dt.datetime) -> float:
    if (now.weekday(), now.hour >= 20) == (4, True) or (now.weekday() == 5 and now.hour < 6):
        return 10.0
    if 8 <= now.hour < 14:
        return 20.0
    return 30.0 if now.month == 3 and 4 <= now.hour < 10 else 40.0


BEGINS = (None, dt.date(2026, 2, 27), dt.date(2026, 2, 20), dt.date(2026, 1, 1))
IN_TURN = [(in_turn(begins), partial(value_in_turn, begins)) for begins in BEGINS]


@pytest.mark.parametrize(
    ("weight", "value"), [*IN_TURN, (by_row(), value_by_row)], ids=[*map(str, BEGINS), "by row"]
)
def test_a_weight_adds_up_over_minutes(
    weight: ByHour, value: Callable[[dt.datetime], float]
) -> None:
    minutes = int(MOMENTS[-1])
    each = [value(START + dt.timedelta(minutes=n)) * MINUTE for n in range(minutes)]
    sums = np.concatenate([[0.0], np.cumsum(each)])
    for start in MOMENTS:
        for end in (end for end in MOMENTS if end >= start):
            found = weight.over(start * MINUTE, end * MINUTE)
            assert found == pytest.approx(sums[int(end)] - sums[int(start)])
    moments = np.array(MOMENTS)
    before = value(START.replace(minute=0)) * HOUR / 2  # of the hour in which it starts
    assert weight.until(moments * MINUTE) == pytest.approx(sums[moments.astype(int)] + before)
    hours = [value(START.replace(minute=0) + dt.timedelta(hours=n)) for n in range(3, 150)]
    assert weight.by_hour(3, 150).tolist() == hours


def test_full_hours_lie_between_two_moments() -> None:
    weight = by_row()
    found = weight.hours(40 * MINUTE, 200 * MINUTE) / MINUTE
    assert found.tolist() == [90.0, 150.0]
    assert (weight.hours(30 * MINUTE, 90 * MINUTE) / MINUTE).tolist() == []
    assert Flat(3.0).hours(0.0, 1e6).tolist() == []


def test_what_is_flat_is_a_product() -> None:
    flat = Flat(3.0)
    assert flat.over(10.0, 30.0) == 60.0
    assert flat.until(np.array([0.0, 2.0])).tolist() == [0.0, 6.0]
    assert flat.by_hour(2, 5).tolist() == [3.0, 3.0, 3.0]
