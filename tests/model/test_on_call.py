"""How long a person takes, by the hour at which the wait begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.distributions import Exponential, Fixed
from simtrain.model.on_call import OnCall
from simtrain.scenario.calendar import People
from tests.examples import examples

MONDAY = dt.datetime(2026, 3, 2)
HOUR = 3600.0
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def hours_until(people: dict[str, Any], moment: dt.datetime, start: dt.datetime = MONDAY) -> float:
    """Hours until a person acts in a wait that begins at some moment."""
    table = People.model_validate(people)
    laws = (*(row.response.law for row in table.when), table.response.law)
    return OnCall(table, start).wait((moment - start).total_seconds(), laws, 0.5) / HOUR


def at(day: int, hour: float) -> dt.datetime:
    """Tell the hour of a day of March 2026, whose second is a Monday."""
    return dt.datetime(2026, 3, day) + dt.timedelta(hours=hour)


def test_without_hours_the_response_is_always_the_same() -> None:
    on_call = OnCall(People(), None)
    assert on_call.wait(12345.0, (Fixed(60.0),), 0.3) == 60.0
    law = Exponential(100.0)
    assert on_call.wait(0.0, (law,), 0.3) == law.quantile(0.3)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (at(2, 7.99), 1), (at(2, 8), 2), (at(2, 17.99), 2), (at(2, 18), 1),
        (at(2, 22), 3), (at(3, 3), 3), (at(3, 4), 1), (at(2, 3), 3),
    ],
)  # fmt: skip
def test_hours_of_the_day_and_over_midnight(moment: dt.datetime, hours: float) -> None:
    people = {
        "response": "1 h",
        "when": [
            {"hours": [8, 18], "response": "2 h"},
            {"hours": [22, 4], "response": "3 h"},
        ],
    }
    assert hours_until(people, moment, start=dt.datetime(2026, 2, 27, 13, 30)) == hours


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (at(6, 23.5), 3),  # Friday night
        (at(7, 3), 3),  # … which lasts into Saturday
        (at(7, 9), 2),
        (at(7, 23), 2),  # Saturday night is not Friday's
        (at(9, 3), 1),  # nor is the night to Monday
        (at(9, 12), 1),
    ],
)
def test_hours_over_midnight_belong_to_the_day_before(moment: dt.datetime, hours: float) -> None:
    people = {
        "response": "1 h",
        "when": [
            {"days": ["fri"], "hours": [22, 8], "response": "3 h"},
            {"days": ["sat", "sun"], "response": "2 h"},
        ],
    }
    assert hours_until(people, moment) == hours


def test_the_first_row_that_fits() -> None:
    rows = [{"hours": [8, 20], "response": "2 h"}, {"hours": [10, 12], "response": "3 h"}]
    assert hours_until({"when": rows}, at(2, 11)) == 2
    assert hours_until({"when": rows[::-1]}, at(2, 11)) == 3


@pytest.mark.parametrize(("moment", "hours"), [(at(3, 23.9), 1), (at(4, 0), 4), (at(5, 0), 1)])
def test_holidays(moment: dt.datetime, hours: float) -> None:
    people = {
        "response": "1 h",
        "holidays": [dt.date(2026, 3, 4)],
        "when": [{"holidays": True, "response": "4 h"}],
    }
    assert hours_until(people, moment) == hours


@pytest.mark.parametrize(("moment", "hours"), [(at(4, 23), 4), (at(5, 2), 4), (at(4, 2), 1)])
def test_the_night_of_a_holiday_is_the_one_that_begins_on_it(
    moment: dt.datetime, hours: float
) -> None:
    people = {
        "response": "1 h",
        "holidays": [dt.date(2026, 3, 4)],
        "when": [{"holidays": True, "hours": [22, 8], "response": "4 h"}],
    }
    assert hours_until(people, moment) == hours


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (at(2, 9), 1),
        (at(2, 7), 2),
        (at(2, 18), 15),
        (at(6, 17.5), 1),
        (at(6, 18), 14 + 48 + 1),
        (at(7, 12), 20 + 24 + 1),
    ],
)
def test_nobody_acts_outside_staffed_hours(moment: dt.datetime, hours: float) -> None:
    people = {"response": "1 h", "staffed": {"days": WORKDAYS, "hours": [8, 18]}}
    assert hours_until(people, moment) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [(at(6, 23), 0), (at(7, 3), 0), (at(7, 7), 3 * 24 - 9), (at(5, 23), 23), (at(9, 21.9), 0.1)],
)
def test_staffed_hours_over_midnight(moment: dt.datetime, hours: float) -> None:
    people = {"staffed": {"days": ["mon", "fri"], "hours": [22, 6]}}
    assert hours_until(people, moment) == pytest.approx(hours)


@examples(400)
@given(st.floats(0, 30 * 86400), st.integers(0, 86399))
def test_a_wait_until_opening_is_answered_by_the_row_of_that_hour(time: float, second: int) -> None:
    """The row of the opening hour, whatever rounding makes of the moment."""
    table = People.model_validate(
        {
            "response": "1 h",
            "when": [{"hours": [8, 18], "response": "1 min"}],
            "staffed": {"hours": [8, 18]},
        }
    )
    on_call = OnCall(table, MONDAY + dt.timedelta(seconds=second))
    hour = (time + second) % 86400 / HOUR
    until = 0.0 if 8 <= hour < 18 else (8 - hour) % 24
    found = on_call.wait(time, (Fixed(60.0), Fixed(3600.0)), 0.5)
    assert found == pytest.approx(until * HOUR + 60.0, abs=1e-3)
